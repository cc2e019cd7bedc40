//! Rooms in progress: gives the two pure crates, `rooms` and `media`, a body of sockets, threads and
//! mailboxes. Knows neither HTTP nor the disk: it is handed streams of frames and a secret.

mod addresses;
mod batch;
mod control;
mod counters;
mod crew;
mod grant;
mod keys;
mod meeting;
mod outbox;
mod pace;
mod queue;
mod signal;
mod socket;
mod worker;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use aws_lc_rs::hmac;
use futures_util::{Sink, Stream};
use incamera_media::Certificate;
use incamera_protocol::signal::Role;
use incamera_protocol::{MeetingId, Refusal};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{self, JoinHandle as TaskHandle};
use tokio::time::sleep;

use crate::control::{Control, Message};
use crate::crew::Running;
use crate::grant::Grant;
use crate::keys::Purpose;
use crate::socket::Socket;

pub use counters::Counters;
pub use incamera_rooms::Policy;

/// Events of the media worker that may wait for control.
const EVENTS: usize = 1024;

/// How long sockets have to carry the last words.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Codes with which a signalling socket is closed (RFC 6455 section 7.4.1 and the registry behind it; 4000
/// and above are ours).
mod close {
    /// The client left.
    pub(crate) const NORMAL: u16 = 1000;
    /// The page goes away; sent by browsers.
    pub(crate) const GOING_AWAY: u16 = 1001;
    /// The server stops and may be back soon.
    pub(crate) const RESTART: u16 = 1012;
    /// The socket was too slow; resume.
    pub(crate) const TRY_AGAIN: u16 = 1013;
    /// The opening was refused; the frame before says why.
    pub(crate) const REFUSED: u16 = 4000;
}

/// What rooms in progress need to start.
#[derive(Clone)]
pub struct Settings {
    /// Where media is received: UDP, port 0 for one that the system chooses.
    pub media_listen: Vec<SocketAddr>,
    /// The only addresses handed out as candidates; where empty, those of the interfaces.
    pub media_announce: Vec<IpAddr>,
    /// How many threads forward media; 1 is right for small machines.
    pub media_threads: usize,
    /// The server's secret, from which meeting checks and grants are made.
    pub secret: [u8; 32],
    /// How many people may be in all rooms together. Rooms cannot be more: nobody is in an empty one.
    pub max_participants: usize,
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
    /// The certificate for media could not be made.
    #[error("cannot make a certificate for media")]
    Certificate,
}

/// Rooms in progress, running.
pub struct Live {
    door: Door,
    candidates: Vec<SocketAddr>,
    control: TaskHandle<()>,
    threads: Vec<JoinHandle<()>>,
}

impl Live {
    /// Opens the media port and starts the media thread and the control task.
    pub async fn start(settings: Settings) -> Result<Live, Error> {
        let threads = if cfg!(unix) { settings.media_threads.max(1) } else { 1 };
        let sockets = crew::bind(&settings.media_listen, threads)
            .map_err(|(address, cause)| Error::MediaPort { address, cause })?;
        let bound: Vec<_> =
            sockets.iter().flatten().take(settings.media_listen.len()).map(Socket::local).collect();
        let interfaces = addresses::of_interfaces();
        let candidates = addresses::candidates(&bound, &settings.media_announce, &interfaces);
        if candidates.is_empty() {
            return Err(Error::NoAddress);
        }
        let certificate = Certificate::generate().ok_or(Error::Certificate)?;
        let counters = Arc::<Counters>::default();
        let (events, event_queue) = mpsc::channel(EVENTS);
        let media = incamera_media::Settings {
            certificate,
            candidates: candidates.clone(),
            interfaces,
            workers: 1,
            worker: 0,
        };
        let Running { crew, alive, threads } =
            crew::start(&media, sockets, &events, &counters).map_err(Error::Thread)?;
        let (messages, mailbox) = mpsc::channel(control::MAILBOX);
        let control = Control::new(crew, Arc::clone(&counters), settings.max_participants);
        let control = tokio::spawn(control.run(mailbox, event_queue));
        let keys = Keys {
            meeting: keys::derive(&settings.secret, Purpose::MeetingCheck),
            grant: keys::derive(&settings.secret, Purpose::Grant),
        };
        let closing = Arc::new(AtomicBool::new(false));
        let door = Door { messages, alive: alive.into(), counters, keys: Arc::new(keys), closing };
        Ok(Live { door, candidates, control, threads })
    }

    /// A handle for those who open sockets; cheap to clone.
    pub fn door(&self) -> Door {
        self.door.clone()
    }

    /// The addresses handed out as candidates, first the preferred one.
    pub fn media_addresses(&self) -> Vec<SocketAddr> {
        self.candidates.clone()
    }

    /// Says good-bye to everyone, gives their sockets a moment to hear it, and stops. Sockets that are still
    /// open when the process ends are closed by the system.
    pub async fn close(self) {
        let Live { door, control, threads, .. } = self;
        door.closing.store(true, Ordering::Relaxed);
        door.tell(Message::Close).await;
        if control.await.is_err() {
            tracing::error!("the control task was ended by a bug");
        }
        let counters = door.counters();
        for _ in 0..LAST_WORDS.as_millis() / 20 {
            if counters.sockets.load(Ordering::Relaxed) == 0 {
                break;
            }
            sleep(Duration::from_millis(20)).await;
        }
        // The threads end with control, which held the only way to them.
        for thread in threads {
            if !matches!(task::spawn_blocking(move || thread.join()).await, Ok(Ok(()))) {
                tracing::error!("a media thread was ended by a bug");
            }
        }
    }
}

struct Keys {
    meeting: hmac::Key,
    grant: hmac::Key,
}

/// The way into rooms.
#[derive(Clone)]
pub struct Door {
    messages: mpsc::Sender<Message>,
    alive: Arc<[Arc<AtomicBool>]>,
    counters: Arc<Counters>,
    keys: Arc<Keys>,
    closing: Arc<AtomicBool>,
}

impl Door {
    /// A meeting that did not exist before.
    pub fn new_meeting(&self) -> MeetingId {
        meeting::new(&self.keys.meeting)
    }

    /// Whether an identifier was made here. A mistyped one is told from it without a list.
    pub fn is_ours(&self, meeting: &MeetingId) -> bool {
        meeting::is_ours(&self.keys.meeting, meeting)
    }

    /// The ticket into a meeting, for the first frame on the signalling socket; with the name of what its owner has agreed
    /// to, where they were asked.
    pub fn grant(
        &self,
        meeting: &MeetingId,
        role: Role,
        policy: Policy,
        consent: Option<String>,
    ) -> Result<String, Refusal> {
        if self.closing.load(Ordering::Relaxed) {
            return Err(Refusal::Closing);
        }
        Ok(Grant::new(meeting.clone(), role, policy, consent).sign(&self.keys.grant))
    }

    /// Ends every stay of someone who agrees no more. They are out, and nothing of theirs is forwarded, when this returns.
    pub async fn withdraw(&self, consent: String) {
        let (reply, done) = oneshot::channel();
        self.tell(Message::Withdraw { consent, reply }).await;
        // Without an answer control has ended, and everyone is out.
        _ = done.await;
    }

    /// How many are in each of these rooms, and how many wait before it.
    pub async fn census(&self, meetings: Vec<MeetingId>) -> Vec<(usize, usize)> {
        let (reply, answer) = oneshot::channel();
        self.tell(Message::Census { meetings, reply }).await;
        answer.await.unwrap_or_default()
    }

    /// Carries one signalling socket from its first frame to its end.
    pub async fn attend<S, E>(&self, socket: S)
    where
        S: Stream<Item = Incoming> + Sink<Outgoing, Error = E> + Unpin + Send,
    {
        let _counted = Counted::new(&self.counters);
        signal::attend(self, socket).await;
    }

    /// Whether new participants can be served: the media thread lives and the server is not closing.
    pub fn ready(&self) -> bool {
        crew::all_alive(&self.alive) && !self.messages.is_closed() && !self.closing.load(Ordering::Relaxed)
    }

    /// What is counted.
    pub fn counters(&self) -> Arc<Counters> {
        Arc::clone(&self.counters)
    }

    /// Waits while control's mailbox is full. When control has ended there is nothing left to tell it.
    async fn tell(&self, message: Message) {
        _ = self.messages.send(message).await;
    }
}

/// Counts a socket while it is open, also when its task is dropped half-way.
struct Counted(Arc<Counters>);

impl Counted {
    fn new(counters: &Arc<Counters>) -> Self {
        counters.sockets.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(counters))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.sockets.fetch_sub(1, Ordering::Relaxed);
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
