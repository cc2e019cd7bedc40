//! The network: what is on its way, and who is where.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BinaryHeap, HashMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use crate::link::{Link, Traffic, Way};
use crate::random::Random;

/// A datagram on its way.
pub(crate) struct Parcel {
    at: Instant,
    /// Those that arrive at the same moment arrive in the order in which they were sent.
    number: u64,
    /// For a client, or for the server.
    pub(crate) to: Option<u16>,
    pub(crate) source: SocketAddr,
    pub(crate) contents: Vec<u8>,
}

impl PartialEq for Parcel {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Parcel {}

impl PartialOrd for Parcel {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Parcel {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

/// Where a client is connected.
struct End {
    /// The address under which the server sees the client.
    public: SocketAddr,
    up: Way,
    down: Way,
    /// How the link will change, and when.
    ahead: VecDeque<(Instant, Link)>,
}

/// Everything between the clients and the server.
pub(crate) struct Network {
    seed: u64,
    server: SocketAddr,
    ends: BTreeMap<u16, End>,
    by_address: HashMap<SocketAddr, u16>,
    wire: BinaryHeap<Reverse<Parcel>>,
    sent: u64,
    /// Datagrams that were lost, by whatever cause, to and from those who are no longer connected or under an
    /// address that nobody has any more.
    lost_elsewhere: u64,
    /// Datagrams and bytes that the server sent, to whatever address.
    sent_down: (u64, u64),
    /// Whose datagrams are kept, and those that were.
    recording: Option<(u16, Vec<Vec<u8>>)>,
}

impl Network {
    pub(crate) fn new(seed: u64, server: SocketAddr) -> Self {
        Self {
            seed,
            server,
            ends: BTreeMap::new(),
            by_address: HashMap::new(),
            wire: BinaryHeap::new(),
            sent: 0,
            lost_elsewhere: 0,
            sent_down: (0, 0),
            recording: None,
        }
    }

    /// Connects a client; the address is its own, and the server sees the same until it is rebound.
    pub(crate) fn connect(&mut self, client: u16, now: Instant) -> SocketAddr {
        let [high, low] = client.to_be_bytes();
        let public = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(10, 1, high, low)), 5000);
        let link = Link::default();
        let random = |direction| Random::of(self.seed, u64::from(client) << 1 | direction);
        let (up, down) = (Way::new(link.up, random(0), now), Way::new(link.down, random(1), now));
        self.ends.insert(client, End { public, up, down, ahead: VecDeque::new() });
        self.by_address.insert(public, client);
        public
    }

    pub(crate) fn disconnect(&mut self, client: u16) {
        if let Some(end) = self.ends.remove(&client) {
            self.by_address.remove(&end.public);
            self.lost_elsewhere += end.lost();
        }
    }

    pub(crate) fn change(&mut self, client: u16, link: Link) {
        let end = self.ends.get_mut(&client).expect("a connected client");
        end.ahead.clear();
        end.change(link);
    }

    /// Changes a link now and later: each phase begins so long after now.
    pub(crate) fn plan(&mut self, client: u16, now: Instant, phases: &[(Duration, Link)]) {
        let end = self.ends.get_mut(&client).expect("a connected client");
        end.ahead = phases.iter().map(|(after, link)| (now + *after, *link)).collect();
    }

    /// An address translator forgets the client's binding and makes another; what still comes to the old
    /// one is lost.
    pub(crate) fn rebind(&mut self, client: u16) {
        let end = self.ends.get_mut(&client).expect("a connected client");
        self.by_address.remove(&end.public);
        end.public.set_port(end.public.port() + 1);
        self.by_address.insert(end.public, client);
    }

    pub(crate) fn public(&self, client: u16) -> SocketAddr {
        self.ends[&client].public
    }

    pub(crate) fn send_up(&mut self, now: Instant, client: u16, contents: Vec<u8>) {
        let Some(end) = self.ends.get_mut(&client) else { return };
        if let Some((recorded, datagrams)) = &mut self.recording
            && *recorded == client
        {
            datagrams.push(contents.clone());
        }
        end.pass_phases(now);
        let (arrives, source) = (end.up.carry(now, contents.len()), end.public);
        self.post(arrives, None, source, contents);
    }

    pub(crate) fn send_down(&mut self, now: Instant, destination: SocketAddr, contents: Vec<u8>) {
        self.sent_down.0 += 1;
        self.sent_down.1 += contents.len() as u64;
        let Some(client) = self.by_address.get(&destination).copied() else {
            self.lost_elsewhere += 1;
            return;
        };
        let Some(end) = self.ends.get_mut(&client) else { return };
        end.pass_phases(now);
        let (arrives, source) = (end.down.carry(now, contents.len()), self.server);
        self.post(arrives, Some(client), source, contents);
    }

    fn post(
        &mut self,
        arrives: [Option<Instant>; 2],
        to: Option<u16>,
        source: SocketAddr,
        contents: Vec<u8>,
    ) {
        let [at, again] = arrives;
        if let Some(at) = again {
            self.sent += 1;
            self.wire.push(Reverse(Parcel { at, number: self.sent, to, source, contents: contents.clone() }));
        }
        if let Some(at) = at {
            self.sent += 1;
            self.wire.push(Reverse(Parcel { at, number: self.sent, to, source, contents }));
        }
    }

    /// The next that has arrived.
    pub(crate) fn arrived(&mut self, now: Instant) -> Option<Parcel> {
        if self.wire.peek()?.0.at > now {
            return None;
        }
        self.wire.pop().map(|Reverse(parcel)| parcel)
    }

    /// When the next arrives.
    pub(crate) fn next_arrival(&self) -> Option<Instant> {
        self.wire.peek().map(|Reverse(parcel)| parcel.at)
    }

    /// Keeps what a client sends from now on.
    pub(crate) fn record(&mut self, client: u16) {
        self.recording = Some((client, Vec::new()));
    }

    /// What was kept.
    pub(crate) fn recorded(&mut self) -> Vec<Vec<u8>> {
        self.recording.take().map(|(_, datagrams)| datagrams).unwrap_or_default()
    }

    /// Datagrams and bytes that the server sent.
    pub(crate) fn sent_down(&self) -> (u64, u64) {
        self.sent_down
    }

    /// How many datagrams were lost, by whatever cause.
    pub(crate) fn lost(&self) -> u64 {
        self.ends.values().map(End::lost).sum::<u64>() + self.lost_elsewhere
    }

    /// What became of the datagrams of a client: up and down.
    pub(crate) fn traffic(&self, client: u16) -> (Traffic, Traffic) {
        let end = &self.ends[&client];
        (end.up.traffic, end.down.traffic)
    }
}

impl End {
    fn lost(&self) -> u64 {
        [self.up.traffic, self.down.traffic].iter().map(|way| way.lost + way.overflowed).sum()
    }

    fn change(&mut self, link: Link) {
        self.up.change(link.up);
        self.down.change(link.down);
    }

    fn pass_phases(&mut self, now: Instant) {
        while let Some((at, link)) = self.ahead.front().copied()
            && at <= now
        {
            self.change(link);
            self.ahead.pop_front();
        }
    }
}
