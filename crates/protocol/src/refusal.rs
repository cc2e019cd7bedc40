//! Everything the server can say "no" with. A refusal is a value that the client shows in any language.

use serde::{Deserialize, Serialize};

/// A rule's "no", or the reason why input was not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
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
    /// The page that opened the socket is not this server's.
    OriginForeign,
    /// The server is about to stop.
    Closing,
}
