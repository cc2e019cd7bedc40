//! Joins datagrams for one destination, so that the system is called once for many (UDP segmentation
//! offload): most of what a packet costs is that call. Knows the rules of joining; nothing here is sent.

use std::net::{IpAddr, SocketAddr};

use incamera_media::Transmit;

/// The longest datagram that is joined with others. A joined one that does not fit through the link is
/// refused as if segmentation were not to be had at all, so it must fit through tunnels too (IPv6 through
/// 1,420 bytes); packets of browsers are some 1,200 bytes long.
const MOST_SEGMENT: usize = 1420 - 48;

/// The most bytes in one call: an IP packet is at most 64 KiB with its headers.
const MOST_BYTES: usize = u16::MAX as usize - 48;

/// Datagrams that go to one destination with one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run<'a> {
    pub(crate) destination: SocketAddr,
    pub(crate) source: Option<IpAddr>,
    /// One after the other.
    pub(crate) contents: &'a [u8],
    /// How long each is; the last may be shorter. Nothing where there is only one.
    pub(crate) segment: Option<usize>,
}

impl Run<'_> {
    pub(crate) fn datagrams(&self) -> usize {
        self.segment.map_or(1, |segment| self.contents.len().div_ceil(segment))
    }
}

/// Collects what is to be sent. Its memory is used again.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    transmits: Vec<Transmit>,
    /// Destination and number of each, to be sorted: beside sorting the whole or a map of destinations this
    /// is the cheapest (400 viewers, 6 packets each: 33 ns a packet against 156 and 48).
    order: Vec<(u64, u32)>,
    /// How many of them were given out.
    given: usize,
    joined: Vec<u8>,
}

impl Batch {
    pub(crate) fn push(&mut self, transmit: Transmit) {
        let number = u32::try_from(self.transmits.len()).expect("fewer datagrams than memory holds");
        self.order.push((key(transmit.destination), number));
        self.transmits.push(transmit);
    }

    /// The next run; nothing when all were given out. `most` is the most datagrams that a run to a destination
    /// may have. What goes to one destination keeps its order; nothing may be pushed half-way.
    pub(crate) fn next_run(&mut self, most: impl Fn(SocketAddr) -> usize) -> Option<Run<'_>> {
        if self.given == 0 {
            self.order.sort_unstable();
        }
        let rest = &self.order[self.given..];
        let Some(&(_, first)) = rest.first() else {
            self.clear();
            return None;
        };
        let first = &self.transmits[first as usize];
        let members = || rest.iter().map(|&(_, number)| &self.transmits[number as usize]);
        let count = Bounds::of(first, most(first.destination)).run_length(members());
        self.given += count;
        let (destination, source) = (first.destination, first.source);
        if count == 1 {
            return Some(Run { destination, source, contents: &first.contents, segment: None });
        }
        self.joined.clear();
        members().take(count).for_each(|member| self.joined.extend_from_slice(&member.contents));
        Some(Run { destination, source, contents: &self.joined, segment: Some(first.contents.len()) })
    }

    fn clear(&mut self) {
        self.transmits.clear();
        self.order.clear();
        self.given = 0;
    }
}

/// What a datagram must be like to be joined with the first of a run.
struct Bounds {
    destination: SocketAddr,
    source: Option<IpAddr>,
    segment: usize,
    most: usize,
}

impl Bounds {
    fn of(first: &Transmit, most: usize) -> Self {
        let segment = first.contents.len();
        let fitting = if (1..=MOST_SEGMENT).contains(&segment) { MOST_BYTES / segment } else { 1 };
        let most = most.min(fitting).max(1);
        Self { destination: first.destination, source: first.source, segment, most }
    }

    /// How many form a run: all of one length, but the last may be shorter.
    fn run_length<'a>(&self, members: impl Iterator<Item = &'a Transmit>) -> usize {
        let mut count = 0;
        for member in members.take(self.most) {
            let same_way = member.destination == self.destination && member.source == self.source;
            let length = member.contents.len();
            if !same_way || length > self.segment || length == 0 && count > 0 {
                break;
            }
            count += 1;
            if length < self.segment {
                break;
            }
        }
        count
    }
}

/// Keeps datagrams for one destination together when sorted. Two destinations with the same key only end each
/// other's runs.
fn key(destination: SocketAddr) -> u64 {
    let address = match destination.ip() {
        IpAddr::V4(address) => u64::from(address.to_bits()),
        IpAddr::V6(address) => {
            let bits = address.to_bits();
            ((bits >> 64) as u64).rotate_left(24) ^ bits as u64
        }
    };
    address.rotate_left(16) ^ u64::from(destination.port())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn to(destination: &str, length: usize, mark: u8) -> Transmit {
        let destination = destination.parse().expect("an address");
        Transmit { destination, source: None, contents: vec![mark; length] }
    }

    /// What is handed over: how long the datagrams of each run are, and to which port.
    fn runs(transmits: Vec<Transmit>, most: usize) -> Vec<(u16, Vec<usize>)> {
        let mut batch = Batch::default();
        transmits.into_iter().for_each(|transmit| batch.push(transmit));
        let mut runs = Vec::new();
        while let Some(run) = batch.next_run(|_| most) {
            runs.push((run.destination.port(), segments(&run).map(<[u8]>::len).collect()));
        }
        runs
    }

    fn segments<'a>(run: &Run<'a>) -> impl Iterator<Item = &'a [u8]> {
        let (contents, length) = (run.contents, run.segment.unwrap_or(run.contents.len()));
        (0..run.datagrams()).map(move |number| {
            let rest = &contents[number * length..];
            &rest[..length.min(rest.len())]
        })
    }

    #[test]
    fn equal_datagrams_for_one_destination_go_together() {
        let (a, b) = ("192.0.2.1:1", "192.0.2.1:2");
        let frame = [(a, 9), (b, 9), (a, 9), (b, 9), (a, 5), (b, 7), (a, 5), (b, 8)];
        let transmits = || frame.iter().map(|&(to_whom, length)| to(to_whom, length, 0)).collect();
        assert_eq!(
            runs(transmits(), 64),
            [(1, vec![9, 9, 5]), (1, vec![5]), (2, vec![9, 9, 7]), (2, vec![8])]
        );
        assert_eq!(runs(transmits(), 1).len(), frame.len(), "without offload each goes alone");
        assert_eq!(runs(vec![], 64), []);
    }

    #[test]
    fn runs_have_bounds() {
        let many = |length, count| (0..count).map(|_| to("192.0.2.1:1", length, 0)).collect();
        let lengths = |runs: Vec<(u16, Vec<usize>)>| runs.iter().map(|run| run.1.len()).collect::<Vec<_>>();
        assert_eq!(lengths(runs(many(100, 130), 64)), [64, 64, 2]);
        assert_eq!(lengths(runs(many(1200, 130), 64)), [54, 54, 22], "64 KiB");
        assert_eq!(lengths(runs(many(MOST_SEGMENT + 1, 3), 64)), [1, 1, 1], "may not fit through the link");
        assert_eq!(lengths(runs(many(0, 3), 64)), [1, 1, 1]);
        assert_eq!(lengths(runs(many(100, 3), 0)), [1, 1, 1]);
    }

    /// From which of our addresses, and what.
    type Datagram = (Option<IpAddr>, Vec<u8>);

    /// Random batches: nothing is lost, invented or overtaken, and every run is one that the system takes.
    #[test]
    fn nothing_is_lost_and_nothing_overtaken() {
        let mut seed = 7_u64;
        let mut next = |below: u64| {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (seed >> 33) % below
        };
        let mut batch = Batch::default();
        let mut joined = 0;
        for _ in 0..2_000 {
            let mut sent: HashMap<SocketAddr, Vec<Datagram>> = HashMap::new();
            let mut came = sent.clone();
            for number in 0..next(60) {
                let ip: IpAddr = ["192.0.2.1", "2001:db8::1", "2001:db8::2"][next(3) as usize]
                    .parse()
                    .expect("an address");
                let destination = SocketAddr::new(ip, next(3) as u16);
                let source = [None, Some(IpAddr::from([192, 0, 2, 9]))][(next(8) == 0) as usize];
                let length = [0, 1, 100, 100, 100, 101, 1300, 1400, 20_000][next(9) as usize];
                let contents = vec![number as u8; length];
                sent.entry(destination).or_default().push((source, contents.clone()));
                batch.push(Transmit { destination, source, contents });
            }
            let most = next(70) as usize;
            while let Some(run) = batch.next_run(|_| most) {
                assert!(run.contents.len() <= MOST_BYTES && run.datagrams() <= most.max(1));
                if let Some(segment) = run.segment {
                    assert!(segment > 0 && segment < run.contents.len() && segment <= MOST_SEGMENT);
                    joined += 1;
                }
                let to = came.entry(run.destination).or_default();
                to.extend(segments(&run).map(|segment| (run.source, segment.to_vec())));
            }
            assert_eq!(came, sent);
        }
        assert!(joined > 1_000, "{joined} runs were joined");
    }
}
