//! One `Sfu` on one thread, beside its sockets.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use incamera_media::{Command, Datagram, Event, Settings, Sfu};
use mio::{Events, Interest, Poll, Token, Waker};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::{TryRecvError, TrySendError};

use crate::batch::Batch;
use crate::counters::Counters;
use crate::socket::Socket;

/// Commands that may wait. Control waits for room beyond this.
const COMMANDS: usize = 1024;

/// Batches read from one socket before commands and timers get their turn.
const BATCHES_PER_TURN: usize = 16;

/// Commands carried out before the sockets get their turn.
const COMMANDS_PER_TURN: usize = 256;

/// How soon events are offered again to a control task that had no room for them.
const RETRY_EVENTS: Duration = Duration::from_millis(5);

const WAKE: Token = Token(usize::MAX);

/// The way to a worker.
#[derive(Clone)]
pub(crate) struct WorkerHandle {
    // Dropped in this order: a worker that is woken by the last handle finds the mailbox closed.
    commands: mpsc::Sender<Command>,
    waker: Alarm,
}

/// Wakes the worker when asked, and when dropped.
#[derive(Clone)]
struct Alarm(Arc<Waker>);

impl Alarm {
    fn ring(&self) {
        // A worker that cannot be woken has ended.
        _ = self.0.wake();
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        self.ring();
    }
}

impl WorkerHandle {
    /// The way to a worker that has ended.
    #[cfg(test)]
    pub(crate) fn to_nobody() -> Self {
        let poll = Poll::new().expect("a poll");
        let waker = Waker::new(poll.registry(), WAKE).expect("a waker");
        Self { commands: mpsc::channel(1).0, waker: Alarm(Arc::new(waker)) }
    }

    /// Waits while the worker's mailbox is full.
    pub(crate) async fn tell(&self, command: Command) {
        if self.commands.send(command).await.is_ok() {
            self.waker.ring();
        }
    }
}

/// A worker that runs.
pub(crate) struct Running {
    pub(crate) handle: WorkerHandle,
    /// False once the thread has ended.
    pub(crate) alive: Arc<AtomicBool>,
    pub(crate) thread: JoinHandle<()>,
}

/// Starts the thread. It ends when every handle is dropped.
pub(crate) fn start(
    settings: Settings,
    sockets: Vec<Socket>,
    events: mpsc::Sender<Event>,
    counters: Arc<Counters>,
) -> io::Result<Running> {
    let poll = Poll::new()?;
    let waker = Arc::new(Waker::new(poll.registry(), WAKE)?);
    let (sender, commands) = mpsc::channel(COMMANDS);
    let alive = Arc::new(AtomicBool::new(true));
    let ended = Ended(Arc::clone(&alive));
    let handle = WorkerHandle { commands: sender, waker: Alarm(Arc::clone(&waker)) };
    let mut worker = Worker {
        sfu: Sfu::new(settings),
        poll,
        _waker: waker,
        sockets: sockets.into_iter().map(|socket| Port { socket, readable: true }).collect(),
        commands,
        events,
        unsent: VecDeque::new(),
        batch: Batch::default(),
        counters,
    };
    worker.register()?;
    let thread = std::thread::Builder::new().name("media".to_owned()).spawn(move || {
        let _ended = ended;
        worker.run();
    })?;
    Ok(Running { handle, alive, thread })
}

/// Notes the end of the thread, also when it panics.
struct Ended(Arc<AtomicBool>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

struct Worker {
    sfu: Sfu,
    poll: Poll,
    /// Kept so that the last ring of the last handle still arrives: a waker that is dropped takes its
    /// undelivered events with it.
    _waker: Arc<Waker>,
    sockets: Vec<Port>,
    commands: mpsc::Receiver<Command>,
    events: mpsc::Sender<Event>,
    /// Events that control had no room for. They are few, and none may be lost.
    unsent: VecDeque<Event>,
    batch: Batch,
    counters: Arc<Counters>,
}

struct Port {
    socket: Socket,
    /// The system tells once that a socket has become readable, and not again before it was read empty.
    readable: bool,
}

impl Worker {
    fn register(&mut self) -> io::Result<()> {
        for (index, port) in self.sockets.iter_mut().enumerate() {
            self.poll.registry().register(port.socket.io(), Token(index), Interest::READABLE)?;
        }
        Ok(())
    }

    /// The only loop: receive, handle, drain, send, sleep until the next deadline.
    fn run(&mut self) {
        let mut ready = Events::with_capacity(64);
        loop {
            if self.poll.poll(&mut ready, self.patience()).is_err() {
                // Interrupted by a signal.
                continue;
            }
            for event in ready.iter() {
                if let Some(port) = self.sockets.get_mut(event.token().0) {
                    port.readable = true;
                }
            }
            if !self.carry_out_commands() {
                self.flush();
                return;
            }
            self.receive();
            self.sfu.handle_timeout(Instant::now());
            self.flush();
            self.report();
        }
    }

    fn patience(&self) -> Option<Duration> {
        if !self.commands.is_empty() || self.sockets.iter().any(|port| port.readable) {
            return Some(Duration::ZERO);
        }
        let deadline = self.sfu.poll_timeout().map(|at| at.saturating_duration_since(Instant::now()));
        let retry = (!self.unsent.is_empty()).then_some(RETRY_EVENTS);
        deadline.into_iter().chain(retry).min()
    }

    /// False when nobody can send commands any more.
    fn carry_out_commands(&mut self) -> bool {
        for _ in 0..COMMANDS_PER_TURN {
            match self.commands.try_recv() {
                Ok(command) => self.sfu.handle_command(Instant::now(), command),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return false,
            }
        }
        true
    }

    fn receive(&mut self) {
        for index in 0..self.sockets.len() {
            for _ in 0..BATCHES_PER_TURN {
                let port = &mut self.sockets[index];
                if !port.readable {
                    break;
                }
                let now = Instant::now();
                let (sfu, received) = (&mut self.sfu, &self.counters.datagrams_received);
                port.readable = port.socket.receive(|source, local, payload| {
                    received.fetch_add(1, Ordering::Relaxed);
                    sfu.handle_datagram(now, Datagram { source, local, payload });
                });
                self.flush();
            }
        }
    }

    /// Sends what the `Sfu` has to send, joined by destination.
    fn flush(&mut self) {
        while let Some(transmit) = self.sfu.poll_transmit() {
            self.batch.push(transmit);
        }
        let most = |port: &Port| port.socket.most();
        let serves = |port: &Port, to: SocketAddr| port.socket.local().is_ipv4() == to.is_ipv4();
        while let Some(run) =
            self.batch.next_run(|to| self.sockets.iter().find(|port| serves(port, to)).map_or(1, most))
        {
            let port = self.sockets.iter_mut().find(|port| serves(port, run.destination));
            let sent = port.map_or(0, |port| port.socket.send(&run));
            let dropped = run.datagrams() - sent;
            self.counters.sends.fetch_add(1, Ordering::Relaxed);
            self.counters.datagrams_sent.fetch_add(sent as u64, Ordering::Relaxed);
            self.counters.datagrams_dropped.fetch_add(dropped as u64, Ordering::Relaxed);
        }
    }

    fn report(&mut self) {
        while let Some(event) = self.sfu.poll_event() {
            self.unsent.push_back(event);
        }
        while let Some(event) = self.unsent.pop_front() {
            match self.events.try_send(event) {
                Ok(()) => {}
                Err(TrySendError::Full(event)) => {
                    self.unsent.push_front(event);
                    break;
                }
                Err(TrySendError::Closed(_)) => self.unsent.clear(),
            }
        }
        let counts = self.sfu.counts();
        self.counters.datagrams_unknown.store(counts.unknown, Ordering::Relaxed);
        self.counters.packets_forwarded.store(counts.forwarded, Ordering::Relaxed);
        self.counters.peers_panicked.store(counts.panicked, Ordering::Relaxed);
    }
}
