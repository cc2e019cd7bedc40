//! A room without a network: the real `Hall` and `Sfu`, participants made of code, and a clock that jumps.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::ops::Sub;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use incamera_bench::body::Clock;
use incamera_bench::floor::thread_time;
use incamera_bench::participant::{self, Part, Participant};
use incamera_media::{Certificate, Datagram, Settings, Sfu};
use incamera_protocol::signal::{ClientMessage, ServerMessage, Source, Tile};
use incamera_protocol::{MeetingId, ParticipantId};
use incamera_rooms::{Entrance, Hall, Input, Output};
use stats_alloc::INSTRUMENTED_SYSTEM;
use str0m::config::DtlsCert;

/// How far the clock jumps. What arrives within a jump is handled together.
const STEP: Duration = Duration::from_millis(1);

/// What the forwarding has cost so far.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cost {
    pub(crate) time: Duration,
    pub(crate) allocations: usize,
    pub(crate) allocated_bytes: usize,
    pub(crate) packets_in: u64,
    pub(crate) packets_out: u64,
}

impl Sub for Cost {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            time: self.time - before.time,
            allocations: self.allocations - before.allocations,
            allocated_bytes: self.allocated_bytes - before.allocated_bytes,
            packets_in: self.packets_in - before.packets_in,
            packets_out: self.packets_out - before.packets_out,
        }
    }
}

struct Person {
    participant: Participant,
    address: SocketAddr,
    /// On the way to the server.
    outgoing: Vec<Vec<u8>>,
}

/// One room and its server.
pub(crate) struct Room {
    now: Instant,
    clock: Clock,
    hall: Hall,
    sfu: Sfu,
    server: SocketAddr,
    meeting: MeetingId,
    certificate: DtlsCert,
    people: Vec<Person>,
    by_address: HashMap<SocketAddr, usize>,
    by_id: HashMap<ParticipantId, usize>,
    /// Whether senders switch off what nobody watches. Without viewers that would be everything.
    obeys_demand: bool,
    cost: Cost,
}

impl Room {
    pub(crate) fn open(obeys_demand: bool) -> Result<Self> {
        let server = SocketAddr::from(([10, 0, 0, 1], 3478));
        let certificate = Certificate::generate().context("the cryptographic library works")?;
        let settings = Settings {
            certificate,
            candidates: vec![server],
            interfaces: vec![server.ip()],
            workers: 1,
            worker: 0,
        };
        let clock = Clock::start();
        Ok(Self {
            now: Instant::now(),
            clock,
            hall: Hall::new(),
            sfu: Sfu::new(settings),
            server,
            meeting: "aaaaa-aaaaa-aaaaa".parse().map_err(|_| anyhow!("fifteen symbols are a meeting"))?,
            certificate: participant::certificate()?,
            people: Vec::new(),
            by_address: HashMap::new(),
            by_id: HashMap::new(),
            obeys_demand,
            cost: Cost::default(),
        })
    }

    /// Someone enters, sends what they send and watches these pictures.
    pub(crate) fn enter(
        &mut self,
        part: Part,
        watched: &[(ParticipantId, (u16, u16))],
    ) -> Result<ParticipantId> {
        let number = self.people.len();
        let you = ParticipantId(u64::try_from(number)? + 1);
        let room = self.meeting.clone();
        let entrance = Entrance::open(room, you);
        let entered = self.hall.enter(self.now, &entrance);
        entered.map_err(|refusal| anyhow!("no seat in the room: {refusal:?}"))?;
        let address = SocketAddr::from(([10, 1, 0, u8::try_from(number)?], 5000));
        let mut participant = Participant::new(part, address, &self.certificate, self.clock, self.now)?;
        let (offer, layers) = (participant.offer()?, participant.layers());
        let (sends, camera) = (participant.sends(), part.camera.is_some());
        self.people.push(Person { participant, address, outgoing: Vec::new() });
        self.by_address.insert(address, number);
        self.by_id.insert(you, number);
        let (sdp, receives) = (offer.sdp, offer.receives);
        self.say(you, ClientMessage::Offer { offer: 1, sdp, sends: offer.sends, receives, fresh: true });
        if sends {
            self.say(
                you,
                ClientMessage::Publish {
                    microphone: part.voice,
                    music: false,
                    screen: false,
                    camera,
                    layers,
                    screen_layers: vec![],
                },
            );
        }
        let tile = |&(participant, (width, height)): &(ParticipantId, (u16, u16))| Tile {
            participant,
            source: Source::Camera,
            width,
            height,
            pinned: false,
        };
        self.say(you, ClientMessage::Watch { tiles: watched.iter().map(tile).collect() });
        Ok(you)
    }

    fn say(&mut self, from: ParticipantId, message: ClientMessage) {
        self.hall.handle(self.now, Input::Message { from, seq: 1, message });
        self.perform();
    }

    /// Lets time pass.
    pub(crate) fn run(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            self.now += STEP;
            for sent in self.forward() {
                self.deliver(sent.0, &sent.1);
            }
            self.perform();
            self.hall.handle(self.now, Input::Timeout);
            self.perform();
            self.tick();
        }
    }

    pub(crate) fn cost(&self) -> Cost {
        let packets_in = self.people.iter().map(|person| person.participant.sent()).sum();
        Cost { packets_in, packets_out: self.sfu.counts().forwarded, ..self.cost }
    }

    /// What is measured: the forwarding takes in what has arrived, does what is due, and says what to send.
    fn forward(&mut self) -> Vec<(SocketAddr, Vec<u8>)> {
        let arrived: Vec<_> = self
            .people
            .iter_mut()
            .flat_map(|person| person.outgoing.drain(..).map(|datagram| (person.address, datagram)))
            .collect();
        let (now, local, sfu) = (self.now, self.server, &mut self.sfu);
        // Room for what will be sent is made before the allocations are counted.
        let mut sent = Vec::with_capacity(4096);
        let (before, begun) = (INSTRUMENTED_SYSTEM.stats(), thread_time());
        for (source, payload) in &arrived {
            sfu.handle_datagram(now, Datagram { source: *source, local, payload });
        }
        if sfu.poll_timeout().is_some_and(|at| at <= now) {
            sfu.handle_timeout(now);
        }
        while let Some(transmit) = sfu.poll_transmit() {
            sent.push((transmit.destination, transmit.contents));
        }
        self.cost.time += thread_time() - begun;
        let spent = INSTRUMENTED_SYSTEM.stats() - before;
        self.cost.allocations += spent.allocations + spent.reallocations;
        self.cost.allocated_bytes += spent.bytes_allocated;
        sent
    }

    fn deliver(&mut self, to: SocketAddr, contents: &[u8]) {
        let Some(&number) = self.by_address.get(&to) else { return };
        let Person { participant, outgoing, .. } = &mut self.people[number];
        let mut out = |_, answer: &[u8]| outgoing.push(answer.to_vec());
        participant.handle_datagram(self.now, self.server, contents, &mut out);
    }

    fn tick(&mut self) {
        for Person { participant, outgoing, .. } in &mut self.people {
            let mut out = |_, datagram: &[u8]| outgoing.push(datagram.to_vec());
            participant.send_due(self.now, &mut out);
            if participant.deadline() <= self.now {
                participant.handle_timeout(self.now, &mut out);
            }
        }
    }

    /// Carries out what the rules decide.
    fn perform(&mut self) {
        loop {
            while let Some(event) = self.sfu.poll_event() {
                self.hall.handle(self.now, Input::Media(event));
            }
            let outputs = self.hall.take_outputs();
            if outputs.is_empty() {
                return;
            }
            for output in outputs {
                match output {
                    Output::Media(command) => self.sfu.handle_command(self.now, command),
                    Output::Send { to, message: ServerMessage::Answer { sdp, .. } } => {
                        let participant = &mut self.people[self.by_id[&to]].participant;
                        participant.accept(&sdp).expect("the server's answer fits the offer");
                    }
                    Output::Send {
                        to,
                        message: ServerMessage::Demand { source: Source::Camera, layers },
                    } if self.obeys_demand => {
                        self.people[self.by_id[&to]].participant.demand().set(&layers);
                    }
                    Output::Send { message: ServerMessage::Refused { refusal, .. }, .. } => {
                        panic!("the rules allow what a bench does: {refusal:?}");
                    }
                    // What people see of one another costs no media.
                    _ => {}
                }
            }
        }
    }
}
