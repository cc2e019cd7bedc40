//! The signalling socket: an opening in each direction, then numbered frames both ways.
//!
//! Numbers make a broken socket harmless. Each side numbers its messages from 1 and names the last number
//! it has received (`ack`); after a resume each side repeats what the other has not acknowledged, and
//! drops what it already had.

mod media;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::arrangement::{Arrangement, Placement, Rule};
use crate::{Mid, ParticipantId, Refusal, ResumeToken, Sealed};

pub use media::{Layer, Receive, Send, SlotFill, SlotKind, Source, Tile, TrackOf};

/// The first frame of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Opening {
    /// Enters a room with a grant.
    Enter {
        /// The protocol version that the client speaks.
        version: u32,
        /// The ticket from `POST /api/entries`.
        grant: String,
        /// Name or pseudonym; absent for none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        name: Option<String>,
        /// The place that this client held until its page was reloaded; taken over if it still exists.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional, type = "string"))]
        replaces: Option<ResumeToken>,
    },
    /// Takes up a place again after the socket broke.
    Resume {
        /// The protocol version that the client speaks.
        version: u32,
        /// The token from [`Opened::Entered`].
        #[cfg_attr(feature = "typescript", ts(type = "string"))]
        token: ResumeToken,
        /// The number of the last frame that the client received.
        ack: u32,
    },
}

/// The first frame of the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Opened {
    /// The client is in the room.
    Entered {
        /// The protocol version that both speak from here on.
        version: u32,
        /// Who the client is.
        #[cfg_attr(feature = "typescript", ts(type = "string"))]
        you: ParticipantId,
        /// The secret for [`Opening::Resume`] and `replaces`.
        #[cfg_attr(feature = "typescript", ts(type = "string"))]
        resume: ResumeToken,
        /// For how long after losing its socket the client may resume, in milliseconds.
        resume_within_ms: u32,
        /// What the room's clock shows, in milliseconds: raised hands are counted on it.
        clock_ms: u32,
        /// Everyone in the room, the client included, in the order of their `number`.
        participants: Vec<Participant>,
        /// For hosts: who waits before the room, in the order of their coming. For others always empty.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<Knock>>"))]
        knocks: Vec<Knock>,
        /// What hosts have arranged; absent for nothing.
        #[serde(default, skip_serializing_if = "Arrangement::is_empty")]
        #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Arrangement>"))]
        arrangement: Arrangement,
    },
    /// The client waits before the room until it is let in; then [`ServerMessage::Admitted`] follows.
    Waiting {
        /// The protocol version that both speak from here on.
        version: u32,
        /// Who the client is, here and later inside.
        #[cfg_attr(feature = "typescript", ts(type = "string"))]
        you: ParticipantId,
        /// The secret for [`Opening::Resume`] and `replaces`.
        #[cfg_attr(feature = "typescript", ts(type = "string"))]
        resume: ResumeToken,
        /// For how long after losing its socket the client may resume, in milliseconds.
        resume_within_ms: u32,
    },
    /// The client is where it was; frames after `ack` follow.
    Resumed {
        /// The number of the last frame that the server received.
        ack: u32,
    },
    /// The socket closes after this.
    Refused {
        /// Why.
        refusal: Refusal,
    },
}

/// A numbered message. `M` is [`ClientMessage`] or [`ServerMessage`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Frame<M> {
    /// The sender's number of this message, from 1; 0 for one that is not repeated after a resume.
    pub seq: u32,
    /// The highest number received from the other side.
    pub ack: u32,
    /// The message.
    pub message: M,
}

/// A frame whose message has not been read yet: a message that this version does not know must not hide
/// the number that it came with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawFrame<'a> {
    /// As in [`Frame`].
    pub seq: u32,
    /// As in [`Frame`].
    pub ack: u32,
    /// The text of the message.
    #[serde(borrow)]
    pub message: &'a RawValue,
}

/// What a client says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum ClientMessage {
    /// Offers the peer connection: the first time, for an ICE restart, or with more slots.
    Offer {
        /// The client's own number of this offer, repeated in the answer.
        offer: u32,
        /// The session description (RFC 8866), with `sendonly` and `recvonly` m-lines only.
        sdp: String,
        /// What each `sendonly` m-line carries.
        sends: Vec<Send>,
        /// What each `recvonly` m-line is for.
        receives: Vec<Receive>,
        /// True for a new connection that takes the place of the one before, false for a further offer
        /// on the same one.
        fresh: bool,
    },
    /// What this participant sends from now on: the whole state, not a change.
    Publish {
        /// Whether the microphone is on.
        microphone: bool,
        /// Whether the camera is on.
        camera: bool,
        /// Whether music is played.
        music: bool,
        /// Whether a screen, a window, a film or pages are shown.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
        screen: bool,
        /// The simulcast layers of the camera, smallest first: the m-line's rids `l`, `m`, `h` in this
        /// order. Empty when the camera is off, or when its only layer has no rid. The server reads no
        /// picture, so it must be told.
        layers: Vec<Layer>,
        /// The same for what is shown: both layers have its full size, and the first has fewer frames.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<Layer>>"))]
        screen_layers: Vec<Layer>,
    },
    /// What this participant sees from now on: the whole list, most important first.
    Watch {
        /// The visible tiles. Slots are filled in this order.
        tiles: Vec<Tile>,
    },
    /// Raises the own hand, or lowers it.
    Hand {
        /// Whether it is up from now on.
        raised: bool,
    },
    /// How well the own connection carries the meeting, as the client measures it.
    Quality {
        /// In one word.
        quality: Quality,
    },
    /// Gives someone a task, or takes it away.
    Task {
        /// Who.
        #[cfg_attr(feature = "typescript", ts(type = "string"))]
        participant: ParticipantId,
        /// Which.
        task: Task,
        /// Whether they have it from now on.
        given: bool,
    },
    /// Who waits before the room says what works at their place; hosts see it.
    Check {
        /// Whether a microphone was found and may be used.
        microphone: bool,
        /// Whether a camera was found and may be used.
        camera: bool,
    },
    /// A host lets people in who wait.
    Admit {
        /// Whom: those that the host sees, so that nobody slips in with them.
        #[cfg_attr(feature = "typescript", ts(type = "string[]"))]
        participants: Vec<ParticipantId>,
    },
    /// A host sends someone away, from before the room or out of it.
    Remove {
        /// Whom.
        #[cfg_attr(feature = "typescript", ts(type = "string"))]
        participant: ParticipantId,
    },
    /// A host has someone wait before the room again.
    SendBack {
        /// Whom.
        #[cfg_attr(feature = "typescript", ts(type = "string"))]
        participant: ParticipantId,
    },
    /// A host switches something of someone's off. Nothing of anyone's can be switched on by another.
    Stop {
        /// Whose.
        #[cfg_attr(feature = "typescript", ts(type = "string"))]
        participant: ParticipantId,
        /// What.
        source: Source,
    },
    /// A host lowers someone's hand.
    LowerHand {
        /// Whose.
        #[cfg_attr(feature = "typescript", ts(type = "string"))]
        participant: ParticipantId,
    },
    /// A host makes someone host beside them, or takes that back. Nobody can do it to a host of the room's own.
    Promote {
        /// Whom.
        #[cfg_attr(feature = "typescript", ts(type = "string"))]
        participant: ParticipantId,
        /// Whether they are host from now on.
        host: bool,
    },
    /// A host has a rule hold, or hold no longer.
    Rule {
        /// Which.
        rule: Rule,
        /// Whether it holds from now on.
        holds: bool,
    },
    /// A host starts a timer that everyone sees, or ends it.
    Timer {
        /// For how many seconds, at most a day; absent to end it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        seconds: Option<u32>,
    },
    /// A host sends a talking stick round, or whoever has it passes it on.
    PassStick {
        /// To whom; absent for back to the hosts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional, type = "string"))]
        to: Option<ParticipantId>,
    },
    /// A host takes the talking stick away: everyone may speak again.
    EndStick {},
    /// A host asks everyone; takes the place of the poll before. The question and its answers travel sealed.
    OpenPoll {
        /// A number for it.
        poll: u32,
        /// How many answers there are, from 2 to 12.
        options: u8,
    },
    /// Answers the poll, for the first time or anew.
    Vote {
        /// Which poll.
        poll: u32,
        /// Which answer, from 0.
        option: u8,
    },
    /// A host ends the answering; everyone is told the counts.
    ClosePoll {},
    /// A host takes the poll away.
    DropPoll {},
    /// A host splits the room into groups, or splits it anew.
    Split {
        /// How many groups, from 2 to 50.
        groups: u8,
        /// Who goes where; whoever is not named stays in the room itself.
        placements: Vec<Placement>,
        /// Whether people choose for themselves.
        choose: bool,
        /// After how many seconds all come back, at most a day; absent while a host decides that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        seconds: Option<u32>,
    },
    /// A host calls everyone back from the groups.
    Rejoin {},
    /// Goes to a group, or back to the room itself. Hosts go anywhere and move others; guests go where they belong.
    Move {
        /// Who.
        #[cfg_attr(feature = "typescript", ts(type = "string"))]
        participant: ParticipantId,
        /// The number of the group; absent for the room itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        group: Option<u8>,
    },
    /// Calls a host into the own group, or takes that back.
    Call {
        /// Whether one is wanted from now on.
        wanted: bool,
    },
    /// A host ends the meeting for everyone.
    End {},
    /// Written content for others.
    Seal {
        /// What, and for whom.
        sealed: Sealed,
    },
    /// Asks for a [`ServerMessage::Pong`], to tell a dead socket from a quiet one.
    Ping {},
    /// Leaves the room for good.
    Leave {},
}

/// What the server says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum ServerMessage {
    /// Answers an offer.
    Answer {
        /// The number that the client gave the offer.
        offer: u32,
        /// The session description.
        sdp: String,
    },
    /// Who waited is let in, and told what one who enters is told.
    Admitted {
        /// What the room's clock shows, in milliseconds.
        clock_ms: u32,
        /// Everyone in the room, the receiver included, in the order of their `number`.
        participants: Vec<Participant>,
        /// What hosts have arranged; absent for nothing.
        #[serde(default, skip_serializing_if = "Arrangement::is_empty")]
        #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Arrangement>"))]
        arrangement: Arrangement,
    },
    /// The receiver waits before the room again; its connection has ended.
    SentBack {},
    /// For hosts: someone waits before the room, or something about them changed; the whole of it.
    Knocking {
        /// Who.
        knock: Knock,
    },
    /// For hosts: someone waits no longer, for whatever reason.
    KnockEnded {
        /// Who.
        #[cfg_attr(feature = "typescript", ts(type = "string"))]
        participant: ParticipantId,
    },
    /// A host has switched something of the receiver's off.
    Stopped {
        /// What.
        source: Source,
    },
    /// What hosts have arranged from now on; the whole of it.
    Arranged {
        /// What.
        arrangement: Arrangement,
    },
    /// Someone entered.
    Joined {
        /// Who.
        participant: Participant,
    },
    /// Someone's state changed; the whole of it.
    Changed {
        /// Who, and how they are now.
        participant: Participant,
    },
    /// Someone is no longer in the room.
    Left {
        /// Who.
        #[cfg_attr(feature = "typescript", ts(type = "string"))]
        participant: ParticipantId,
    },
    /// What the receiver's slots carry from now on: changed slots only.
    Slots {
        /// One entry for each slot that changed.
        slots: Vec<SlotFill>,
    },
    /// Which of the receiver's slots are held back because its network cannot carry them: the whole list.
    /// Sound is never among them.
    Paused {
        /// The slots' `mid`s.
        #[cfg_attr(feature = "typescript", ts(type = "string[]"))]
        slots: Vec<Mid>,
    },
    /// Which layers of one of the receiver's own tracks anyone watches. The others may be switched off, and
    /// must flow again as soon as they are named here.
    Demand {
        /// The track.
        source: Source,
        /// One entry for each layer, smallest first; a single one for a track without layers.
        layers: Vec<bool>,
    },
    /// Who is heard speaking now: the whole list.
    Speaking {
        /// Speakers, loudest first.
        #[cfg_attr(feature = "typescript", ts(type = "string[]"))]
        participants: Vec<ParticipantId>,
    },
    /// Written content from someone.
    Sealed {
        /// Who wrote it; set by the server.
        #[cfg_attr(feature = "typescript", ts(type = "string"))]
        from: ParticipantId,
        /// What.
        sealed: Sealed,
    },
    /// A message was refused; everything else goes on.
    Refused {
        /// Why.
        refusal: Refusal,
        /// The number of the refused frame, where it could be read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        about: Option<u32>,
    },
    /// The server says good-bye; no place is kept.
    Closing {
        /// Why, and what to do next.
        reason: ClosingReason,
    },
    /// Answers a ping.
    Pong {},
}

/// Why the server ends a participant's stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ClosingReason {
    /// The server stops; it may be back soon, so the client tries to enter again.
    Restart,
    /// The same place was taken up elsewhere, by a reloaded or copied page.
    Replaced,
    /// Nothing was heard from the client for too long.
    Lost,
    /// A host has sent the client away.
    Removed,
    /// Whoever came agrees no more to what they agreed to.
    Withdrawn,
    /// A host has ended the meeting.
    Ended,
}

/// What someone may do in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// The room's own: everything, and nobody can take it away.
    Host,
    /// Made host by a host: the same, as long as they let it.
    CoHost,
    /// Everyone else.
    #[default]
    Guest,
}

impl Role {
    /// Whether they look after the room.
    pub fn hosts(self) -> bool {
        matches!(self, Self::Host | Self::CoHost)
    }

    fn is_guest(&self) -> bool {
        *self == Self::Guest
    }
}

/// Someone who waits before the room. They see and hear nothing of it, and nobody but hosts knows of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Knock {
    /// Who.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub id: ParticipantId,
    /// Name or pseudonym, normalised like a participant's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub name: Option<String>,
    /// Since when they wait, in milliseconds of the room's clock.
    pub since: u32,
    /// Whether their microphone works; absent until they have said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub microphone: Option<bool>,
    /// Whether their camera works; absent until they have said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub camera: Option<bool>,
    /// Whether they are connected at the moment.
    pub connected: bool,
}

/// Someone in the room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Participant {
    /// Who.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub id: ParticipantId,
    /// The order of arrival in this room, from 1; names those who gave no name ("Gast 3").
    pub number: u32,
    /// Name or pseudonym, normalised: no control characters, no line breaks, at most 60 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub name: Option<String>,
    /// What they may do here; absent for a guest.
    #[serde(default, skip_serializing_if = "Role::is_guest")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Role>"))]
    pub role: Role,
    /// Whether the microphone is on.
    pub microphone: bool,
    /// Whether the camera is on.
    pub camera: bool,
    /// Whether music is played.
    pub music: bool,
    /// Whether a screen, a window, a film or pages are shown.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub screen: bool,
    /// How the participant is connected.
    pub link: Link,
    /// When the hand was raised, in milliseconds of the room's clock; absent when it is down. No two in a room
    /// are the same, and the lowest waits longest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub hand: Option<u32>,
    /// How well the connection carries the meeting, as this participant's client says; absent until it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub quality: Option<Quality>,
    /// The number of the group in which they are; absent for the room itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub group: Option<u8>,
    /// What this participant does for the others, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<Task>>"))]
    pub tasks: Vec<Task>,
}

/// How well a connection carries the meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Quality {
    /// Nothing to notice.
    Good,
    /// Now and then something is lost or late.
    Fair,
    /// Sound or picture suffer.
    Poor,
}

/// Something that a participant does for the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Task {
    /// Writes captions for everyone. The captions themselves are sealed.
    Captions,
    /// Interprets into a sign language: the picture stays large and in sight.
    Interpreter,
}

/// How a participant is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Link {
    /// Just arrived; media does not flow yet.
    Connecting,
    /// All is well.
    Connected,
    /// Nothing has been heard for 3 s; the tile says so.
    Reconnecting,
}
