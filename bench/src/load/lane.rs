//! A thread that carries the media of many participants.

use std::io::{self, ErrorKind, IoSliceMut};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::Result;
use incamera_bench::participant::Participant;
use incamera_bench::seen::Tally;
use mio::net::UdpSocket;
use mio::{Events, Interest, Poll, Token};
use quinn_udp::{RecvMeta, UdpSockRef, UdpSocketState};

/// How often the engines' deadlines are looked at.
const SWEEP_EVERY: Duration = Duration::from_millis(5);

/// Room for the packets of half a second; the system may grant less.
const BUFFER_BYTES: usize = 1024 * 1024;

/// What all lanes do now.
#[derive(Debug, Default)]
pub(crate) struct Phase(AtomicU8);

const COUNTING: u8 = 1;
const SETTLING: u8 = 2;
const OVER: u8 = 3;

impl Phase {
    pub(crate) fn count(&self) {
        self.0.store(COUNTING, Ordering::Relaxed);
    }

    pub(crate) fn settle(&self) {
        self.0.store(SETTLING, Ordering::Relaxed);
    }

    pub(crate) fn end(&self) {
        self.0.store(OVER, Ordering::Relaxed);
    }
}

/// One participant with its socket.
pub(crate) struct Seat {
    pub(crate) participant: Participant,
    pub(crate) socket: Port,
    /// When it asked to enter.
    pub(crate) begun: Instant,
}

/// A UDP socket of one participant.
pub(crate) struct Port {
    io: UdpSocket,
    pub(crate) address: SocketAddr,
    joined: Option<UdpSocketState>,
}

impl Port {
    /// With `gro` the system hands over joined datagrams.
    pub(crate) fn open(gro: bool) -> Result<Self> {
        let socket = std::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        socket.set_nonblocking(true)?;
        // Less than asked for shows as loss, if at all.
        _ = socket2::SockRef::from(&socket).set_recv_buffer_size(BUFFER_BYTES);
        let joined = gro.then(|| UdpSocketState::new(UdpSockRef::from(&socket))).transpose()?;
        let address = socket.local_addr()?;
        Ok(Self { io: UdpSocket::from_std(socket), address, joined })
    }

    fn receive(&self, buffer: &mut [u8], mut each: impl FnMut(SocketAddr, &[u8])) -> io::Result<()> {
        let Some(state) = &self.joined else {
            let (length, source) = self.io.recv_from(buffer)?;
            each(source, &buffer[..length]);
            return Ok(());
        };
        let mut meta = [RecvMeta::default()];
        state.recv(UdpSockRef::from(&self.io), &mut [IoSliceMut::new(buffer)], &mut meta)?;
        for datagram in buffer[..meta[0].len].chunks(meta[0].stride.max(1)) {
            each(meta[0].addr, datagram);
        }
        Ok(())
    }
}

/// What became of one participant.
pub(crate) struct Outcome {
    pub(crate) until_connected: Option<Duration>,
    pub(crate) until_packet: Option<Duration>,
    /// RTP packets that it sent in the window.
    pub(crate) sent: u64,
    pub(crate) tally: Tally,
    pub(crate) broken: bool,
}

/// The way to a lane.
pub(crate) struct Lane {
    seats: Sender<Seat>,
    /// How many are connected.
    pub(crate) connected: Arc<AtomicUsize>,
    /// How many have received media.
    pub(crate) reached: Arc<AtomicUsize>,
    thread: JoinHandle<Result<Vec<Outcome>>>,
}

impl Lane {
    pub(crate) fn start(phase: Arc<Phase>) -> Result<Self> {
        let (seats, inbox) = mpsc::channel();
        let (connected, reached) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let mut carrier = Carrier {
            inbox,
            poll: Poll::new()?,
            seats: Vec::new(),
            senders: Vec::new(),
            sent_before: Vec::new(),
            phase,
            reached_phase: 0,
            connected: Arc::clone(&connected),
            reached: Arc::clone(&reached),
        };
        let thread = std::thread::Builder::new().name("lane".to_owned()).spawn(move || carrier.run())?;
        Ok(Self { seats, connected, reached, thread })
    }

    /// Takes someone on. A lane that has ended is found out when it is joined.
    pub(crate) fn seat(&self, seat: Seat) {
        _ = self.seats.send(seat);
    }

    /// Waits until the lane has seen the end.
    pub(crate) fn outcomes(self) -> Result<Vec<Outcome>> {
        self.thread.join().unwrap_or_else(|_| anyhow::bail!("a lane has panicked"))
    }
}

struct Carrier {
    inbox: Receiver<Seat>,
    poll: Poll,
    seats: Vec<Seat>,
    /// Which of them send.
    senders: Vec<usize>,
    sent_before: Vec<u64>,
    phase: Arc<Phase>,
    reached_phase: u8,
    connected: Arc<AtomicUsize>,
    reached: Arc<AtomicUsize>,
}

impl Carrier {
    fn run(&mut self) -> Result<Vec<Outcome>> {
        let mut ready = Events::with_capacity(256);
        let mut buffer = vec![0; 65_536];
        let mut next_sweep = Instant::now();
        while self.reached_phase != OVER {
            let now = Instant::now();
            let due = self.senders.iter().filter_map(|&index| self.seats[index].participant.next_due()).min();
            let until = due.map_or(next_sweep, |due| due.min(next_sweep));
            match self.poll.poll(&mut ready, Some(until.saturating_duration_since(now))) {
                Err(error) if error.kind() != ErrorKind::Interrupted => return Err(error.into()),
                _ => {}
            }
            for event in ready.iter() {
                self.receive(event.token().0, &mut buffer);
            }
            self.send_due();
            if next_sweep <= Instant::now() {
                next_sweep = Instant::now() + SWEEP_EVERY;
                self.sweep()?;
            }
        }
        Ok(self.outcomes())
    }

    /// Reads one socket empty: the system does not tell twice.
    fn receive(&mut self, index: usize, buffer: &mut [u8]) {
        let Seat { participant, socket, .. } = &mut self.seats[index];
        loop {
            let mut received = |source, datagram: &[u8]| {
                let mut out = |to, contents: &[u8]| _ = socket.io.send_to(contents, to);
                participant.handle_datagram(Instant::now(), source, datagram, &mut out);
            };
            match socket.receive(buffer, &mut received) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                // An earlier datagram found nobody, as when the server has just ended.
                Err(_) if self.phase.0.load(Ordering::Relaxed) == OVER => return,
                _ => {}
            }
        }
    }

    fn send_due(&mut self) {
        for &index in &self.senders {
            let Seat { participant, socket, .. } = &mut self.seats[index];
            let now = Instant::now();
            if participant.next_due().is_some_and(|due| due <= now) {
                participant.send_due(now, &mut |to, contents| _ = socket.io.send_to(contents, to));
            }
        }
    }

    /// What may wait for some milliseconds: newcomers, timers, the phase.
    fn sweep(&mut self) -> Result<()> {
        while let Ok(mut seat) = self.inbox.try_recv() {
            let token = Token(self.seats.len());
            self.poll.registry().register(&mut seat.socket.io, token, Interest::READABLE)?;
            self.sent_before.push(seat.participant.sent());
            if seat.participant.sends() {
                self.senders.push(self.seats.len());
            }
            self.seats.push(seat);
        }
        let now = Instant::now();
        for Seat { participant, socket, .. } in &mut self.seats {
            if participant.deadline() <= now {
                participant.handle_timeout(now, &mut |to, contents| _ = socket.io.send_to(contents, to));
            }
        }
        let count =
            |has: fn(&Participant) -> bool| self.seats.iter().filter(|seat| has(&seat.participant)).count();
        self.connected.store(count(|one| one.connected.is_some()), Ordering::Relaxed);
        self.reached.store(count(|one| one.first_packet.is_some()), Ordering::Relaxed);
        let phase = self.phase.0.load(Ordering::Relaxed);
        if phase != self.reached_phase {
            self.reached_phase = phase;
            self.turn(phase);
        }
        Ok(())
    }

    fn turn(&mut self, phase: u8) {
        for (seat, sent) in self.seats.iter_mut().zip(&mut self.sent_before) {
            match phase {
                COUNTING => {
                    seat.participant.seen.begin();
                    *sent = seat.participant.sent();
                }
                SETTLING => {
                    seat.participant.seen.end();
                    *sent = seat.participant.sent() - *sent;
                }
                _ => {}
            }
        }
    }

    fn outcomes(&self) -> Vec<Outcome> {
        let outcome = |(seat, sent): (&Seat, &u64)| {
            let since = |at: Option<Instant>| at.map(|at| at.saturating_duration_since(seat.begun));
            Outcome {
                until_connected: since(seat.participant.connected),
                until_packet: since(seat.participant.first_packet),
                sent: *sent,
                tally: seat.participant.seen.tally(),
                broken: seat.participant.is_broken(),
            }
        };
        self.seats.iter().zip(&self.sent_before).map(outcome).collect()
    }
}
