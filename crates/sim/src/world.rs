//! The clock, the server, and everyone who is connected to it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use incamera_media::{Census, Certificate, Command, Datagram, PeerId, Settings};
use incamera_protocol::signal::{ClientMessage, Receive, Role, ServerMessage, Source, Tile};
use incamera_protocol::{MeetingId, ParticipantId};
use incamera_rooms::{Entrance, Hall, Input, Output};

use crate::client::{self, Client};
use crate::link::{Link, Traffic};
use crate::network::Network;
use crate::random::Random;
use crate::voice::Speech;
use crate::workers::Workers;

/// What is due within one step is done at once.
const STEP: Duration = Duration::from_millis(1);

/// How often the rules look at the time.
const RULES_EVERY: Duration = Duration::from_millis(50);

/// One server, its clients, and the time.
pub struct World {
    pub(crate) now: Instant,
    pub(crate) hall: Hall,
    pub(crate) sfu: Workers,
    server: SocketAddr,
    pub(crate) network: Network,
    pub(crate) clients: BTreeMap<u16, Client>,
    numbers: HashMap<ParticipantId, u16>,
    /// When each client wants to be woken; an entry that is not its client's present wish is void.
    alarms: BinaryHeap<Reverse<(Instant, u16)>>,
    next_rules: Instant,
    seed: u64,
    frames: BTreeMap<u16, u32>,
    /// Where everyone is or was.
    pub(crate) rooms: BTreeMap<u16, MeetingId>,
    /// Those whose packets are not what they say.
    pub(crate) liars: BTreeSet<u16>,
    /// Promises broken to those who have left.
    pub(crate) broken: Vec<String>,
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
        let now = Instant::now();
        Self {
            now,
            hall: Hall::new(),
            sfu: Workers::new(&settings, workers),
            server,
            network: Network::new(seed, server),
            clients: BTreeMap::new(),
            numbers: HashMap::new(),
            alarms: BinaryHeap::new(),
            next_rules: now,
            seed,
            frames: BTreeMap::new(),
            rooms: BTreeMap::new(),
            liars: BTreeSet::new(),
            broken: Vec::new(),
            next_client: 0,
            forwarding: Duration::ZERO,
            removed: Vec::new(),
        }
    }

    /// Someone enters a room with slots for eight voices and so many pictures.
    pub fn meet(&mut self, room: &MeetingId, pictures: usize) -> u16 {
        self.meet_with(room, 8, pictures)
    }

    /// Someone enters a room with slots for so many voices and pictures.
    pub fn meet_with(&mut self, room: &MeetingId, voices: usize, pictures: usize) -> u16 {
        self.meet_as(room, Role::Guest, voices, pictures)
    }

    /// The room's own host enters, with slots for eight voices and so many pictures.
    pub fn host(&mut self, room: &MeetingId, pictures: usize) -> u16 {
        self.meet_as(room, Role::Host, 8, pictures)
    }

    fn meet_as(&mut self, room: &MeetingId, role: Role, voices: usize, pictures: usize) -> u16 {
        self.next_client += 1;
        let number = self.next_client;
        let participant = client::participant_of(number);
        let entrance = Entrance { role, ..Entrance::open(room.clone(), participant) };
        let you = self.hall.enter(self.now, &entrance).expect("the room has a seat").you();
        let address = self.network.connect(number, self.now);
        let mut client = Client::new(number, you, address, self.chance(number), self.now);
        let (sdp, sends, receives) = client.offer(voices, pictures);
        self.clients.insert(number, client);
        self.rooms.insert(number, room.clone());
        self.numbers.insert(you, number);
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
        let mut client = before.anew(self.chance(number), self.now);
        let (sdp, sends, receives) = client.offer(8, 9);
        self.clients.insert(number, client);
        self.say(number, ClientMessage::Offer { offer: 3, sdp, sends, receives, fresh: true });
    }

    /// Someone turns sound and picture on or off.
    pub fn publish(&mut self, number: u16, microphone: bool, camera: bool) {
        let client = self.clients.get_mut(&number).expect("someone in the world");
        let layers = client.publish(microphone, camera);
        self.say(
            number,
            ClientMessage::Publish {
                microphone,
                camera,
                music: false,
                screen: false,
                layers,
                screen_layers: vec![],
            },
        );
    }

    /// Gives someone's voice a script, which begins now.
    pub fn script(&mut self, number: u16, speech: Speech) {
        let now = self.now;
        self.clients.get_mut(&number).expect("someone in the world").script(speech, now);
    }

    /// Someone looks at others, each in a tile of this size.
    pub fn watch(&mut self, number: u16, others: &[u16], width: u16, height: u16) {
        let tiles: Vec<_> = others.iter().map(|other| (*other, width, height)).collect();
        self.watch_tiles(number, &tiles);
    }

    /// Someone looks at others, in tiles of these sizes; the most important first.
    pub fn watch_tiles(&mut self, number: u16, tiles: &[(u16, u16, u16)]) {
        let tile = |(other, width, height): &(u16, u16, u16)| {
            let participant = client::participant_of(*other);
            Tile { participant, source: Source::Camera, width: *width, height: *height, pinned: false }
        };
        let tiles: Vec<_> = tiles.iter().map(tile).collect();
        let watched: Vec<_> = tiles.iter().map(|tile| tile.participant).collect();
        self.clients.get_mut(&number).expect("someone in the world").on_watch(self.now, &watched);
        self.say(number, ClientMessage::Watch { tiles });
    }

    /// Someone leaves for good.
    pub fn leave(&mut self, number: u16) {
        self.say(number, ClientMessage::Leave {});
    }

    /// Someone says something to the server.
    pub fn say(&mut self, number: u16, message: ClientMessage) {
        let seq = self.frames.entry(number).or_default();
        *seq += 1;
        let (seq, from) = (*seq, client::participant_of(number));
        self.hall.handle(self.now, Input::Message { from, seq, message });
        self.perform();
        self.settle(number);
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
    pub fn link(&mut self, number: u16, link: impl Into<Link>) {
        self.network.change(number, link.into());
    }

    /// Changes someone's network now and later: each phase begins so long after now.
    pub fn plan(&mut self, number: u16, phases: &[(Duration, Link)]) {
        self.network.plan(number, self.now, phases);
    }

    /// Someone's address changes without notice, as an address translator does it.
    pub fn rebind(&mut self, number: u16) {
        self.network.rebind(number);
    }

    /// The address under which the server sees someone.
    pub fn address(&self, number: u16) -> SocketAddr {
        self.network.public(number)
    }

    /// What became of someone's datagrams: up and down.
    pub fn traffic(&self, number: u16) -> (Traffic, Traffic) {
        self.network.traffic(number)
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
            let due = self.next_due().max(self.now + STEP);
            self.now = due.min(end);
            self.deliver();
            if self.sfu.poll_timeout().is_some_and(|at| at <= self.now) {
                self.forward(|sfu, now| sfu.handle_timeout(now));
            }
            if self.next_rules <= self.now {
                self.next_rules = self.now + RULES_EVERY;
                self.hall.handle(self.now, Input::Timeout);
            }
            self.perform();
            self.wake_clients();
        }
    }

    /// Runs until something holds, and says how long it took; at most so long.
    pub fn run_until(&mut self, limit: Duration, holds: impl Fn(&Self) -> bool) -> Option<Duration> {
        let begun = self.now;
        while !holds(self) {
            if self.now - begun >= limit {
                return None;
            }
            self.run(Duration::from_millis(10));
        }
        Some(self.now - begun)
    }

    /// What the server sent, by whatever cause: datagrams and bytes.
    pub fn sent_by_server(&self) -> (u64, u64) {
        self.network.sent_down()
    }

    /// Someone's browser.
    pub fn client(&self, number: u16) -> &Client {
        &self.clients[&number]
    }

    /// What the server takes the network to a peer to carry. Peers are numbered from 1.
    pub fn estimate_bps(&self, peer: u64) -> Option<u64> {
        self.sfu.estimate_bps(PeerId(peer))
    }

    /// What the forwarding has counted.
    pub fn counts(&self) -> incamera_media::Counts {
        self.sfu.counts()
    }

    /// What the forwarding holds.
    pub fn census(&self) -> Census {
        self.sfu.census()
    }

    /// The present moment.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// Everyone who is here.
    pub fn everyone(&self) -> Vec<u16> {
        self.clients.keys().copied().collect()
    }

    /// Random numbers for one client's camera.
    fn chance(&self, number: u16) -> Random {
        Random::of(self.seed, 0x1_0000 | u64::from(number))
    }

    /// Lets the forwarding work, and takes the time.
    fn forward(&mut self, work: impl FnOnce(&mut Workers, Instant)) {
        let begun = Instant::now();
        work(&mut self.sfu, self.now);
        self.forwarding += begun.elapsed();
    }

    fn next_due(&self) -> Instant {
        let alarm = self.alarms.peek().map(|Reverse((at, _))| *at);
        let others = [self.network.next_arrival(), self.sfu.poll_timeout(), alarm];
        others.into_iter().flatten().fold(self.next_rules, Instant::min)
    }

    fn deliver(&mut self) {
        while let Some(parcel) = self.network.arrived(self.now) {
            match parcel.to {
                None => {
                    let (source, local) = (parcel.source, self.server);
                    let datagram = Datagram { source, local, payload: &parcel.contents };
                    self.forward(|sfu, now| sfu.handle_datagram(now, datagram));
                }
                Some(number) => {
                    if let Some(client) = self.clients.get_mut(&number) {
                        client.on_datagram(self.now, parcel.source, &parcel.contents);
                    }
                    self.settle(number);
                }
            }
        }
    }

    fn wake_clients(&mut self) {
        while let Some(Reverse((at, number))) = self.alarms.peek().copied()
            && at <= self.now
        {
            self.alarms.pop();
            let Some(client) = self.clients.get_mut(&number).filter(|client| client.alarm == Some(at)) else {
                continue;
            };
            client.alarm = None;
            client.tick(self.now);
            self.settle(number);
        }
    }

    /// Sends what a client has made, and sets its alarm.
    pub(crate) fn settle(&mut self, number: u16) {
        let Some(client) = self.clients.get_mut(&number) else { return };
        while let Some(contents) = client.outgoing.pop_front() {
            self.network.send_up(self.now, number, contents);
        }
        // A browser whose engine wants to be woken at once, again and again, does not stop the time.
        let deadline = client.deadline().max(self.now + STEP);
        if client.alarm.is_none_or(|alarm| deadline < alarm) {
            client.alarm = Some(deadline);
            self.alarms.push(Reverse((deadline, number)));
        }
    }

    fn perform(&mut self) {
        loop {
            while let Some(event) = self.sfu.poll_event(self.now) {
                self.hall.handle(self.now, Input::Media(event));
            }
            let outputs = self.hall.take_outputs();
            if outputs.is_empty() {
                break;
            }
            for output in outputs {
                self.perform_one(output);
            }
        }
        while let Some(transmit) = self.sfu.poll_transmit() {
            self.network.send_down(self.now, transmit.destination, transmit.contents);
        }
    }

    fn perform_one(&mut self, output: Output) {
        match output {
            Output::Send { to, message } => self.tell(to, message),
            Output::SendAll { to, message } => {
                to.into_iter().for_each(|to| self.tell(to, message.clone()));
            }
            Output::Ended { participant, .. } => {
                self.removed.push(participant);
                if let Some(number) = self.numbers.remove(&participant) {
                    if let Some(client) = self.clients.remove(&number) {
                        self.broken.extend(self.broken_to(&client));
                    }
                    self.network.disconnect(number);
                }
            }
            Output::Media(command) => self.sfu.handle_command(self.now, command),
        }
    }

    fn tell(&mut self, to: ParticipantId, message: ServerMessage) {
        let Some(number) = self.numbers.get(&to).copied() else { return };
        if let Some(client) = self.clients.get_mut(&number) {
            client.on_message(self.now, message);
            self.settle(number);
        }
    }
}
