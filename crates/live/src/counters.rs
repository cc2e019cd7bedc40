//! Figures for the metrics listener.

use std::sync::atomic::AtomicU64;

/// Each field is one time series. Nothing here names a person.
#[derive(Debug, Default)]
pub struct Counters {
    /// Rooms with someone in them, now.
    pub rooms: AtomicU64,
    /// Participants in rooms, now.
    pub participants: AtomicU64,
    /// Signalling sockets open, now.
    pub sockets: AtomicU64,
    /// Signalling frames refused since start.
    pub frames_refused: AtomicU64,
    /// Participants put out since start because they flooded.
    pub floods_ended: AtomicU64,
    /// Datagrams received since start.
    pub datagrams_received: AtomicU64,
    /// Datagrams sent since start.
    pub datagrams_sent: AtomicU64,
    /// Sends since start: datagrams for one destination go together where the system can split them.
    pub sends: AtomicU64,
    /// Datagrams not sent since start, because the system had no room for them.
    pub datagrams_dropped: AtomicU64,
    /// Datagrams dropped since start because they belonged to no peer.
    pub datagrams_unknown: AtomicU64,
    /// Messages from worker to worker dropped since start, because the receiver had no room for them.
    pub relays_dropped: AtomicU64,
    /// Datagrams dropped since start because their peer sent more than anyone may.
    pub datagrams_excess: AtomicU64,
    /// RTP packets forwarded to viewers since start.
    pub packets_forwarded: AtomicU64,
    /// Peers ended by a bug since start.
    pub peers_panicked: AtomicU64,
}
