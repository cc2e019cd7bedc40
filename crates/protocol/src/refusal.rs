//! Everything the server can say "no" with. A refusal is a value that the client shows in any language.

use serde::{Deserialize, Serialize};

/// A rule's "no", or the reason why input was not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Refusal {
    /// The server does not speak the protocol version that the client named.
    VersionUnsupported,
    /// The frame is not JSON, or not a message of this protocol.
    Malformed,
    /// The frame or a field is larger than allowed.
    TooLarge,
    /// More requests than allowed; try again later.
    TooFast,
    /// The message is known but has no place in the present state.
    OutOfPlace,
    /// There is no such meeting, or the one who asks may not know of it: the same answer for both.
    MeetingUnknown,
    /// Only hosts may open a meeting on this server.
    MeetingNotAllowed,
    /// The room holds as many participants as it may.
    RoomFull,
    /// A host lets nobody in any more.
    RoomLocked,
    /// The server holds as many participants as it may.
    ServerFull,
    /// The grant is forged, expired or for something else.
    GrantInvalid,
    /// The place that the client wants to take up again is gone; enter anew.
    ResumeUnknown,
    /// The offer cannot be answered.
    OfferInvalid,
    /// The message names a participant who is not in the room.
    ParticipantUnknown,
    /// Nobody is signed in here, or not any more.
    LoginNeeded,
    /// The sign-in name or the password is wrong: the same answer for both.
    LoginWrong,
    /// Somebody has this sign-in name.
    LoginTaken,
    /// The password is right, and the code of the authenticator is asked for.
    CodeNeeded,
    /// The code is wrong, or was used before.
    CodeWrong,
    /// The sign-in name or the code of the recovery sheet is wrong, or there is no sheet: the same answer for all.
    SheetWrong,
    /// The passkey is not known here, or its answer is not good, or not any more.
    PasskeyWrong,
    /// Whoever has no password must have signed in within ten minutes for that.
    LoginStale,
    /// The organisation's provider does not say who this is.
    OrganisationWrong,
    /// Who asks may not do that.
    NotAllowed,
    /// There is no such invitation, or it was used or has ended.
    InvitationUnknown,
    /// Guests of this meeting must know its password.
    PasswordNeeded,
    /// The password of the meeting is wrong.
    PasswordWrong,
    /// The personal link was taken back or has ended.
    LinkEnded,
    /// Nobody takes part who does not agree to it.
    ConsentMissing,
    /// The text that somebody agreed to is not the one that is shown now.
    NoticeChanged,
    /// The meeting was cancelled.
    MeetingCancelled,
    /// Its last date was over more than a day ago.
    MeetingOver,
    /// There is nothing of this name, or the one who asks may not know of it: the same answer for both.
    Unknown,
    /// More things of this kind than anyone needs.
    TooMany,
    /// The server cannot read or keep facts at the moment.
    Unavailable,
    /// So many passwords are being checked that this one has to wait; ask again soon.
    Busy,
    /// The page that opened the socket is not this server's.
    OriginForeign,
    /// Guests may not be led to this address: the administrator has not allowed its host.
    AddressNotAllowed,
    /// The server is about to stop.
    Closing,
}
