//! The clock, the network, and everyone in it.

use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use incamera_media::{Certificate, Command, Datagram, Settings};
use incamera_protocol::signal::{ClientMessage, Receive, ServerMessage, Source, Tile};
use incamera_protocol::{MeetingId, ParticipantId};
use incamera_rooms::{Entrance, Hall, Input, Output};

use crate::client::{self, Client};
use crate::link::Link;
use crate::random::Random;
use crate::workers::Workers;

/// How far the clock jumps.
const STEP: Duration = Duration::from_millis(1);

/// One server, its clients, and the time.
pub struct World {
    now: Instant,
    random: Random,
    hall: Hall,
    sfu: Workers,
    server: SocketAddr,
    clients: BTreeMap<u16, Client>,
    links: BTreeMap<u16, Link>,
    /// On the way: when it arrives, for whom (`None` for the server), from where.
    wire: VecDeque<(Instant, Option<u16>, SocketAddr, Vec<u8>)>,
    frames: BTreeMap<u16, u32>,
    next_client: u16,
    /// Real time spent in the forwarding, for benches.
    pub forwarding: Duration,
    /// Participants whom the server has removed.
    pub removed: Vec<ParticipantId>,
}

impl World {
    /// An empty world. The same seed loses the same datagrams.
    pub fn new(seed: u64) -> Self {
        Self::with_workers(seed, 1)
    }

    /// An empty world whose server has so many workers.
    pub fn with_workers(seed: u64, workers: usize) -> Self {
        let server = SocketAddr::from(([10, 0, 0, 1], 3478));
        let certificate = Certificate::generate().expect("the cryptographic library works");
        let settings = Settings {
            certificate,
            candidates: vec![server],
            interfaces: vec![server.ip()],
            workers,
            worker: 0,
        };
        Self {
            now: Instant::now(),
            random: Random::new(seed),
            hall: Hall::new(),
            sfu: Workers::new(&settings, workers),
            server,
            clients: BTreeMap::new(),
            links: BTreeMap::new(),
            wire: VecDeque::new(),
            frames: BTreeMap::new(),
            next_client: 0,
            forwarding: Duration::ZERO,
            removed: Vec::new(),
        }
    }

    /// Someone enters a room with slots for eight voices and so many pictures.
    pub fn meet(&mut self, room: &MeetingId, pictures: usize) -> u16 {
        self.next_client += 1;
        let number = self.next_client;
        let participant = client::participant_of(number);
        let entrance = Entrance { room: room.clone(), participant, name: None, replaces: None };
        let welcome = self.hall.enter(self.now, &entrance).expect("the room has a seat");
        let [high, low] = number.to_be_bytes();
        let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(10, 1, high, low)), 5000);
        let mut client = Client::new(number, welcome.you, address, self.now);
        let (sdp, sends, receives) = client.offer(8, pictures);
        self.clients.insert(number, client);
        self.links.insert(number, Link::default());
        self.say(number, ClientMessage::Offer { offer: 1, sdp, sends, receives, fresh: true });
        number
    }

    /// Someone's browser asks for new ICE credentials.
    pub fn restart_ice(&mut self, number: u16) {
        let client = self.clients.get_mut(&number).expect("someone in the world");
        let (sdp, sends, receives) = client.offer_restart();
        self.say(number, ClientMessage::Offer { offer: 2, sdp, sends, receives, fresh: false });
    }

    /// Someone names more slots than the text of the offer has.
    pub fn offer_slots_besides(&mut self, number: u16, more: Vec<Receive>) {
        let client = self.clients.get_mut(&number).expect("someone in the world");
        let (sdp, sends, mut receives) = client.offer_restart();
        receives.extend(more);
        self.say(number, ClientMessage::Offer { offer: 2, sdp, sends, receives, fresh: false });
    }

    /// Someone's browser makes a new connection in place of the one before.
    pub fn reconnect(&mut self, number: u16) {
        let before = self.clients.get(&number).expect("someone in the world");
        let (participant, address) = (before.participant, before.address);
        let mut client = Client::new(number, participant, address, self.now);
        let (sdp, sends, receives) = client.offer(8, 9);
        self.clients.insert(number, client);
        self.say(number, ClientMessage::Offer { offer: 3, sdp, sends, receives, fresh: true });
    }

    /// Where someone's datagrams come from.
    pub fn address(&self, number: u16) -> SocketAddr {
        self.clients[&number].address
    }

    /// Someone turns sound and picture on or off.
    pub fn publish(&mut self, number: u16, microphone: bool, camera: bool) {
        let client = self.clients.get_mut(&number).expect("someone in the world");
        let layers = client.publish(microphone, camera);
        self.say(number, ClientMessage::Publish { microphone, camera, music: false, layers });
    }

    /// Someone looks at others, each in a tile of this size.
    pub fn watch(&mut self, number: u16, others: &[u16], width: u16, height: u16) {
        let tile = |other: &u16| {
            let participant = self.clients[other].participant;
            Tile { participant, source: Source::Camera, width, height, pinned: false }
        };
        let tiles = others.iter().map(tile).collect();
        self.say(number, ClientMessage::Watch { tiles });
    }

    /// Someone says something to the server.
    pub fn say(&mut self, number: u16, message: ClientMessage) {
        let seq = self.frames.entry(number).or_default();
        *seq += 1;
        let (seq, from) = (*seq, self.clients[&number].participant);
        self.hall.handle(self.now, Input::Message { from, seq, message });
        self.perform();
    }

    /// Tells the forwarding something that the rules would never say. Peers are numbered from 1, in the order
    /// in which people met.
    pub fn command(&mut self, command: Command) {
        self.sfu.handle_command(self.now, command);
        self.perform();
    }

    /// Someone's socket breaks, without a word.
    pub fn cut_socket(&mut self, number: u16) {
        let participant = self.clients[&number].participant;
        self.hall.handle(self.now, Input::SocketLost { participant, goodbye: false });
        self.perform();
    }

    /// Changes someone's network.
    pub fn link(&mut self, number: u16, link: Link) {
        self.links.insert(number, link);
    }

    /// A datagram from anywhere reaches the server.
    pub fn inject(&mut self, source: SocketAddr, payload: &[u8]) {
        self.sfu.handle_datagram(self.now, Datagram { source, local: self.server, payload });
        self.perform();
    }

    /// Lets time pass.
    pub fn run(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            self.now += STEP;
            self.deliver();
            if self.sfu.poll_timeout().is_some_and(|at| at <= self.now) {
                self.forward(|sfu, now| sfu.handle_timeout(now));
            }
            self.hall.handle(self.now, Input::Timeout);
            for client in self.clients.values_mut() {
                client.tick(self.now);
            }
            self.perform();
            self.send();
        }
    }

    /// Someone's browser.
    pub fn client(&self, number: u16) -> &Client {
        &self.clients[&number]
    }

    /// What the server takes the network to a peer to carry. Peers are numbered from 1.
    pub fn estimate_bps(&self, peer: u64) -> Option<u64> {
        self.sfu.estimate_bps(incamera_media::PeerId(peer))
    }

    /// What the forwarding has counted.
    pub fn counts(&self) -> incamera_media::Counts {
        self.sfu.counts()
    }

    /// Fails if any client has seen a promise broken.
    pub fn expect_promises_kept(&self) {
        for (number, client) in &self.clients {
            let broken = client.broken_promises();
            assert!(broken.is_empty(), "client {number}: {broken:#?}");
        }
        assert_eq!(self.sfu.counts().panicked, 0, "no bug came to light");
    }

    /// Lets the forwarding work, and takes the time.
    fn forward(&mut self, work: impl FnOnce(&mut Workers, Instant)) {
        let begun = Instant::now();
        work(&mut self.sfu, self.now);
        self.forwarding += begun.elapsed();
    }

    fn deliver(&mut self) {
        let arrived = self.wire.iter().position(|(at, ..)| *at > self.now).unwrap_or(self.wire.len());
        for (_, to, source, contents) in self.wire.drain(..arrived).collect::<Vec<_>>() {
            match to {
                None => {
                    let local = self.server;
                    let datagram = Datagram { source, local, payload: &contents };
                    self.forward(|sfu, now| sfu.handle_datagram(now, datagram));
                }
                Some(number) => {
                    if let Some(client) = self.clients.get_mut(&number) {
                        client.on_datagram(self.now, source, &contents);
                    }
                }
            }
        }
        self.perform();
    }

    fn perform(&mut self) {
        loop {
            while let Some(event) = self.sfu.poll_event(self.now) {
                self.hall.handle(self.now, Input::Media(event));
            }
            let outputs = self.hall.take_outputs();
            if outputs.is_empty() {
                return;
            }
            for output in outputs {
                match output {
                    Output::Send { to, message } => self.tell(to, message),
                    Output::SendAll { to, message } => {
                        to.into_iter().for_each(|to| self.tell(to, message.clone()));
                    }
                    Output::Ended { participant, .. } => {
                        self.removed.push(participant);
                        self.clients.retain(|_, client| client.participant != participant);
                    }
                    Output::Media(command) => self.sfu.handle_command(self.now, command),
                }
            }
        }
    }

    fn tell(&mut self, to: ParticipantId, message: ServerMessage) {
        let client = self.clients.values_mut().find(|client| client.participant == to);
        if let Some(client) = client {
            client.on_message(message);
        }
    }

    fn send(&mut self) {
        let mut sent = Vec::new();
        for (number, client) in &mut self.clients {
            for (_, contents) in client.outgoing.drain(..) {
                sent.push((*number, None, client.address, contents));
            }
        }
        while let Some(transmit) = self.sfu.poll_transmit() {
            let to = self.clients.iter().find(|(_, client)| client.address == transmit.destination);
            if let Some((number, _)) = to {
                sent.push((*number, Some(*number), self.server, transmit.contents));
            }
        }
        for (number, to, source, contents) in sent {
            if let Some(delay) = self.links[&number].carry(&mut self.random) {
                let at = self.now + delay;
                let place = self.wire.partition_point(|(other, ..)| *other <= at);
                self.wire.insert(place, (at, to, source, contents));
            }
        }
    }
}
