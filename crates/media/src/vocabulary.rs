//! The words in which others speak with this crate.

use std::fmt;
use std::time::Instant;

use crate::relay::WorkerIndex;

/// A participant's transport: one ICE and DTLS association.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PeerId(pub u64);

impl fmt::Debug for PeerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "peer:{}", self.0)
    }
}

/// A set of peers that may receive one another. Nothing crosses from one group to another.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupId(pub u64);

impl fmt::Debug for GroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "group:{}", self.0)
    }
}

/// What a track is, and what a slot takes: a track fills slots of its own kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A voice. Which voices a viewer hears is decided here.
    Voice,
    /// Music in stereo.
    Music,
    /// A camera.
    Video,
    /// A shared screen.
    Screen,
}

impl Kind {
    /// Whether it is heard; otherwise it is seen.
    pub fn is_audio(self) -> bool {
        matches!(self, Kind::Voice | Kind::Music)
    }
}

/// How many slots of each kind one peer may have. Slots are never taken away, so this holds for its whole
/// life, over all its offers.
pub const fn most_slots(kind: Kind) -> usize {
    match kind {
        Kind::Voice => 16,
        Kind::Music => 2,
        Kind::Video => 25,
        Kind::Screen => 2,
    }
}

/// A published track. A peer has at most one of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TrackId {
    /// Whose.
    pub peer: PeerId,
    /// Of which kind.
    pub kind: Kind,
}

/// The picture size of one simulcast layer, and what it may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayerSize {
    /// In pixels.
    pub width: u16,
    /// In pixels.
    pub height: u16,
    /// The most that its sender lets it take, in bits a second, if that was said.
    pub most_bps: Option<u32>,
    /// Whether it is AV1, which not every viewer decodes; VP8 otherwise.
    pub av1: bool,
}

/// A viewer's wish for one track, at the size in which it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// Which track.
    pub track: TrackId,
    /// Width of the tile, in device pixels.
    pub width: u16,
    /// Height of the tile, in device pixels.
    pub height: u16,
    /// Whether the viewer fixed it: it is given bandwidth before those that are not.
    pub pinned: bool,
}

/// A `sendonly` m-line of a peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendLine {
    /// Its `mid`.
    pub mid: String,
    /// What it carries.
    pub kind: Kind,
    /// Whether its Opus packets hold redundancy (RFC 2198) although their payload type says Opus.
    pub red: bool,
    /// Whether it carries the first layer of its kind in AV1, beside a line with the others.
    pub av1: bool,
}

/// What this crate is told to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Makes a peer. Its first offer follows.
    Add {
        /// A number that was never used before.
        peer: PeerId,
        /// Where it belongs.
        group: GroupId,
    },
    /// Notes a peer that another worker has. Its tracks are published here too, so that those who are here
    /// can watch them.
    AddElsewhere {
        /// Which.
        peer: PeerId,
        /// Where it belongs.
        group: GroupId,
        /// The worker that has it.
        worker: WorkerIndex,
    },
    /// Has a peer belong to another group from now on. What it publishes goes with it.
    Move {
        /// Which.
        peer: PeerId,
        /// Where it belongs.
        group: GroupId,
    },
    /// Answers a peer's offer: the first, an ICE restart, or one with more slots.
    Offer {
        /// Whose.
        peer: PeerId,
        /// A number that comes back in the answer.
        number: u32,
        /// The session description.
        sdp: String,
        /// The `sendonly` m-lines and what they carry.
        sends: Vec<SendLine>,
        /// The `recvonly` m-lines and what they are for.
        receives: Vec<(String, Kind)>,
    },
    /// Whether a peer's track carries anything.
    Publish {
        /// Which.
        track: TrackId,
        /// On, or muted.
        on: bool,
        /// The sizes of its layers, smallest first; empty for a track without layers.
        layers: Vec<LayerSize>,
    },
    /// Which pictures a peer watches from now on: the whole list, most important first.
    Watch {
        /// Who watches.
        peer: PeerId,
        /// What.
        wishes: Vec<Wish>,
    },
    /// Ends a peer, politely.
    Remove {
        /// Which.
        peer: PeerId,
    },
}

/// What this crate reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The answer to an offer.
    Answer {
        /// Whose.
        peer: PeerId,
        /// The number of the offer.
        number: u32,
        /// The session description.
        sdp: String,
    },
    /// An offer could not be answered. The engine may have taken in half of it, so [`Event::Gone`] follows:
    /// only a new peer helps.
    OfferRefused {
        /// Whose.
        peer: PeerId,
        /// The number of the offer.
        number: u32,
    },
    /// ICE and DTLS are up; media may flow.
    Connected {
        /// Whose.
        peer: PeerId,
    },
    /// Nothing that passes its checks has come from the peer since `since`.
    Quiet {
        /// Which.
        peer: PeerId,
        /// The moment of the last datagram.
        since: Instant,
        /// Whether something should have come: the peer was sending media.
        expected: bool,
    },
    /// The peer is heard again.
    Heard {
        /// Which.
        peer: PeerId,
    },
    /// What a peer's slots carry from now on: changed slots only.
    Slots {
        /// Whose slots.
        peer: PeerId,
        /// `mid` and track.
        slots: Vec<(String, Option<TrackId>)>,
    },
    /// Which of a peer's slots are held back because its network cannot carry them: the whole list.
    Paused {
        /// Whose slots.
        peer: PeerId,
        /// Their `mid`s.
        slots: Vec<String>,
    },
    /// Which layers of a track anyone watches; its sender may switch the others off.
    Demand {
        /// Which track.
        track: TrackId,
        /// One entry for each layer, smallest first.
        layers: Vec<bool>,
    },
    /// Who speaks in a group: the whole list, the dominant speaker first.
    Speaking {
        /// Where.
        group: GroupId,
        /// Who.
        peers: Vec<PeerId>,
    },
    /// The peer is gone: it closed its transport, or a bug ended it.
    Gone {
        /// Which.
        peer: PeerId,
    },
}
