//! What the workers of one process say to each other, when a group spans several of them. Each message is a
//! value: nothing is shared.
//!
//! A packet crosses once to each other worker that has someone for it. All else may be lost when a mailbox
//! is full, and is said again soon.

use std::net::SocketAddr;

use crate::layer::{MAX_LAYERS, Snapshot};
use crate::packet::{LayerIndex, MediaPacket};
use crate::vocabulary::TrackId;

/// The number of a worker, from 0.
pub type WorkerIndex = usize;

/// One message from one worker to another.
pub struct Relay(pub(crate) Message);

pub(crate) enum Message {
    /// A datagram that belongs to a peer of the receiver.
    Datagram(Handed),
    /// A STUN request that may belong to a peer of the receiver: it names a ufrag that the sender does not
    /// know.
    Stray(Handed),
    /// Datagrams from this address belong to a peer of the sender.
    Mine(SocketAddr),
    /// Datagrams from this address do not belong to any peer of the sender.
    NotMine(SocketAddr),
    /// Packets of one picture, or one of sound, of a peer of the sender.
    Packets(Vec<MediaPacket>),
    /// Which layers of a track of the receiver's are watched at the sender's.
    Watched { track: TrackId, layers: [bool; MAX_LAYERS] },
    /// Someone at the sender's needs a key frame.
    Keyframe { track: TrackId, layer: LayerIndex },
    /// What the layers of a track of the sender's cost, and which there are.
    Layers { track: TrackId, snapshot: Snapshot },
}

/// A datagram on its way from the worker whose socket received it to the one that it is for.
pub(crate) struct Handed {
    pub(crate) source: SocketAddr,
    pub(crate) local: SocketAddr,
    pub(crate) payload: Vec<u8>,
}
