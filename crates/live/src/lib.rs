//! Rooms in progress: gives the two pure crates, `rooms` and `media`, a body of sockets, threads and
//! mailboxes. Knows neither HTTP nor the disk: it is handed streams of frames and a secret.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use futures_util::{Sink, Stream};
use incamera_protocol::{MeetingId, Refusal};

/// What rooms in progress need to start.
#[derive(Clone)]
pub struct Settings {
    /// Where media is received: UDP, port 0 for one that the system chooses.
    pub media_listen: Vec<SocketAddr>,
    /// The only addresses handed out as candidates; where empty, those of the interfaces.
    pub media_announce: Vec<IpAddr>,
    /// The server's secret, from which meeting checks and grants are made.
    pub secret: [u8; 32],
}

/// Why rooms could not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A media port could not be opened.
    #[error("cannot receive media on {address}: {cause}")]
    MediaPort {
        /// Which.
        address: SocketAddr,
        /// Why.
        cause: std::io::Error,
    },
    /// No address is left that a client could send media to.
    #[error("no network address to announce for media")]
    NoAddress,
    /// The media thread could not be made.
    #[error("cannot start the media thread: {0}")]
    Thread(std::io::Error),
}

/// Rooms in progress, running.
pub struct Live {}

impl Live {
    /// Opens the media port and starts the media thread and the control task.
    pub async fn start(_settings: Settings) -> Result<Live, Error> {
        Ok(Live {})
    }

    /// A handle for those who open sockets; cheap to clone.
    pub fn door(&self) -> Door {
        Door {}
    }

    /// The addresses handed out as candidates, first the preferred one.
    pub fn media_addresses(&self) -> Vec<SocketAddr> {
        Vec::new()
    }

    /// Says good-bye to everyone, gives their sockets a moment to hear it, and stops.
    pub async fn close(self) {}
}

/// The way into rooms.
#[derive(Clone)]
pub struct Door {}

impl Door {
    /// A meeting that did not exist before.
    pub fn new_meeting(&self) -> MeetingId {
        MeetingId::from_symbols([0; 15])
    }

    /// The ticket into a meeting, for the first frame on the signalling socket.
    pub fn grant(&self, _meeting: &MeetingId) -> Result<String, Refusal> {
        Ok(String::new())
    }

    /// Carries one signalling socket from its first frame to its end.
    pub async fn attend<S, E>(&self, _socket: S)
    where
        S: Stream<Item = Incoming> + Sink<Outgoing, Error = E> + Unpin + Send,
    {
    }

    /// Whether new participants can be served: the media thread lives and the server is not closing.
    pub fn ready(&self) -> bool {
        true
    }

    /// What is counted.
    pub fn counters(&self) -> Arc<Counters> {
        Arc::default()
    }
}

/// What comes from a signalling socket. The stream ends when the socket does.
#[derive(Debug)]
pub enum Incoming {
    /// A text frame.
    Text(String),
    /// A frame that is not text, or is too large to be read.
    Unreadable,
    /// The other side closed, with the code of RFC 6455 section 7.4 if it gave one.
    Closed(Option<u16>),
}

/// What goes to a signalling socket.
#[derive(Debug)]
pub enum Outgoing {
    /// A text frame.
    Text(String),
    /// The end, with a code of RFC 6455 section 7.4.
    Close(u16),
}

/// Figures for the metrics listener; each field is one time series. Nothing here names a person.
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
    /// Datagrams received since start.
    pub datagrams_received: AtomicU64,
    /// Datagrams sent since start.
    pub datagrams_sent: AtomicU64,
    /// Datagrams dropped since start because they belonged to no peer.
    pub datagrams_unknown: AtomicU64,
    /// RTP packets forwarded to viewers since start.
    pub packets_forwarded: AtomicU64,
    /// Peers ended by a bug since start.
    pub peers_panicked: AtomicU64,
}
