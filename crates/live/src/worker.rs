//! One `Sfu` on one thread, beside its sockets.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc as rings;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use incamera_media::{Command, Counts, Datagram, Event, Relay, Settings, Sfu, WorkerIndex};
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

/// Messages of other workers taken in before the sockets get their turn.
const RELAYS_PER_TURN: usize = 1024;

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
pub(crate) struct Alarm(Arc<Waker>);

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

/// What another worker is told, and how it is woken.
#[derive(Clone)]
pub(crate) struct Neighbour {
    pub(crate) ring: rings::SyncSender<(WorkerIndex, Relay)>,
    pub(crate) alarm: Alarm,
}

/// Where a worker waits for what concerns it.
pub(crate) struct Mailbox {
    poll: Poll,
    /// Kept so that the last ring of the last handle still arrives: a waker that is dropped takes its
    /// undelivered events with it.
    waker: Arc<Waker>,
    relays: rings::Receiver<(WorkerIndex, Relay)>,
}

impl Mailbox {
    pub(crate) fn new(relays: rings::Receiver<(WorkerIndex, Relay)>) -> io::Result<(Self, Alarm)> {
        let poll = Poll::new()?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKE)?);
        let alarm = Alarm(Arc::clone(&waker));
        Ok((Self { poll, waker, relays }, alarm))
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
    mailbox: Mailbox,
    neighbours: Vec<Neighbour>,
    events: mpsc::Sender<Event>,
    counters: Arc<Counters>,
) -> io::Result<Running> {
    let (sender, commands) = mpsc::channel(COMMANDS);
    let alive = Arc::new(AtomicBool::new(true));
    let ended = Ended(Arc::clone(&alive));
    let handle = WorkerHandle { commands: sender, waker: Alarm(Arc::clone(&mailbox.waker)) };
    let mut worker = Worker {
        index: settings.worker,
        sfu: Sfu::new(settings),
        mailbox,
        neighbours,
        rung: Vec::new(),
        sockets: sockets.into_iter().map(|socket| Port { socket, readable: true }).collect(),
        commands,
        events,
        unsent: VecDeque::new(),
        batch: Batch::default(),
        counted: Counts::default(),
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
    index: WorkerIndex,
    sfu: Sfu,
    mailbox: Mailbox,
    /// All workers, this one included, in the order of their numbers.
    neighbours: Vec<Neighbour>,
    /// Who was told something and is to be woken.
    rung: Vec<WorkerIndex>,
    sockets: Vec<Port>,
    commands: mpsc::Receiver<Command>,
    events: mpsc::Sender<Event>,
    /// Events that control had no room for. They are few, and none may be lost.
    unsent: VecDeque<Event>,
    batch: Batch,
    /// What was counted when the figures were last reported.
    counted: Counts,
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
            self.mailbox.poll.registry().register(port.socket.io(), Token(index), Interest::READABLE)?;
        }
        Ok(())
    }

    /// The only loop: receive, handle, drain, send, sleep until the next deadline.
    fn run(&mut self) {
        let mut ready = Events::with_capacity(64);
        loop {
            let patience = self.patience();
            if self.mailbox.poll.poll(&mut ready, patience).is_err() {
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
            self.hear_neighbours();
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

    fn hear_neighbours(&mut self) {
        for _ in 0..RELAYS_PER_TURN {
            let Ok((from, relay)) = self.mailbox.relays.try_recv() else { return self.flush() };
            self.sfu.handle_relay(Instant::now(), from, relay);
        }
        self.flush();
        // There may be more, after the sockets had their turn.
        self.neighbours[self.index].alarm.ring();
    }

    fn tell_neighbours(&mut self) {
        while let Some((to, relay)) = self.sfu.poll_relay() {
            match self.neighbours.get(to).map(|neighbour| neighbour.ring.try_send((self.index, relay))) {
                Some(Ok(())) if !self.rung.contains(&to) => self.rung.push(to),
                Some(Ok(())) => {}
                _ => _ = self.counters.relays_dropped.fetch_add(1, Ordering::Relaxed),
            }
        }
        for to in self.rung.drain(..) {
            self.neighbours[to].alarm.ring();
        }
    }

    /// Sends what the `Sfu` has to send, joined by destination.
    fn flush(&mut self) {
        self.tell_neighbours();
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
        let now = self.sfu.counts();
        let before = std::mem::replace(&mut self.counted, now);
        let Counters { datagrams_unknown, datagrams_excess, packets_forwarded, peers_panicked, .. } =
            &*self.counters;
        for (counter, now, before) in [
            (datagrams_unknown, now.unknown, before.unknown),
            (datagrams_excess, now.excess, before.excess),
            (packets_forwarded, now.forwarded, before.forwarded),
            (peers_panicked, now.panicked, before.panicked),
        ] {
            counter.fetch_add(now - before, Ordering::Relaxed);
        }
    }
}
