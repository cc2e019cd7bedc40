//! What the network does to datagrams: delay, jitter, loss, duplication, reordering, a bottleneck with a
//! queue. All of it seeded.

use std::time::{Duration, Instant};

use crate::random::Random;

/// IPv4 and UDP headers, which take their share of a bottleneck too.
const HEADER_BYTES: usize = 28;

/// How datagrams get lost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Loss {
    /// Each by itself, with this probability.
    Random(f64),
    /// In bursts (Gilbert and Elliott): a path that is good or bad, and loses only when bad.
    Bursts {
        /// The probability of turning bad with a datagram.
        enter: f64,
        /// The probability of turning good again.
        leave: f64,
        /// The probability that a datagram is lost while bad.
        lost: f64,
    },
}

impl Loss {
    /// Bursts of this mean length in datagrams that lose this share of all.
    pub fn bursts(share: f64, length: f64) -> Self {
        let leave = 1.0 / length;
        Self::Bursts { enter: leave * share / (1.0 - share), leave, lost: 1.0 }
    }
}

/// A bottleneck: datagrams leave it one behind the other, and wait in a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bottleneck {
    /// What it carries.
    pub rate_bps: u64,
    /// Who would wait longer than this is dropped.
    pub queue: Duration,
}

/// One direction of a link.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Path {
    /// What every datagram takes at least.
    pub delay: Duration,
    /// What a datagram takes more, at most; each draws its own.
    pub jitter: Duration,
    /// Whether jitter may let one datagram overtake another. A single queue never does, several ways do.
    pub overtakes: bool,
    /// The probability that a datagram is held back, so that those behind it overtake.
    pub held_back: f64,
    /// The probability that a datagram comes twice.
    pub doubled: f64,
    /// How datagrams get lost.
    pub loss: Loss,
    /// The bottleneck, if there is one.
    pub bottleneck: Option<Bottleneck>,
    /// Nothing passes.
    pub dead: bool,
}

impl Default for Path {
    fn default() -> Self {
        Self {
            delay: Duration::from_millis(10),
            jitter: Duration::ZERO,
            overtakes: false,
            held_back: 0.0,
            doubled: 0.0,
            loss: Loss::Random(0.0),
            bottleneck: None,
            dead: false,
        }
    }
}

/// How much later a datagram comes that is held back: a few packets of a video stream.
const HELD_BACK: Duration = Duration::from_millis(25);

/// The network between one client and the server.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Link {
    /// From the client.
    pub up: Path,
    /// To the client.
    pub down: Path,
}

impl From<Path> for Link {
    fn from(path: Path) -> Self {
        Self { up: path, down: path }
    }
}

impl Link {
    /// A good line: 10 ms and nothing else.
    pub fn clean() -> Self {
        Self::default()
    }

    /// Nothing passes.
    pub fn dead() -> Self {
        Path { dead: true, ..Path::default() }.into()
    }

    /// A good line that loses this share of its datagrams, each by itself.
    pub fn lossy(share: f64) -> Self {
        Path { loss: Loss::Random(share), ..Path::default() }.into()
    }

    /// A good line that carries only so much down to the client, with a queue as home routers have it.
    pub fn squeezed(rate_bps: u64) -> Self {
        let bottleneck = Some(Bottleneck { rate_bps, queue: Duration::from_millis(200) });
        Self { up: Path::default(), down: Path { bottleneck, ..Path::default() } }
    }

    /// A home network in the evening: 5 % loss in short bursts, 40 ms, a jitter of 20 ms.
    pub fn moderate() -> Self {
        Path {
            delay: Duration::from_millis(40),
            jitter: Duration::from_millis(20),
            loss: Loss::bursts(0.05, 2.0),
            ..Path::default()
        }
        .into()
    }

    /// From another continent: 10 % loss in bursts, 250 ms, a jitter of 100 ms; 2 % come out of order, 1 %
    /// twice.
    pub fn international() -> Self {
        Path {
            delay: Duration::from_millis(250),
            jitter: Duration::from_millis(100),
            held_back: 0.02,
            doubled: 0.01,
            loss: Loss::bursts(0.10, 3.0),
            ..Path::default()
        }
        .into()
    }

    /// Ten good seconds, ten that lose 30 %, then good ones again.
    pub fn spiky() -> [(Duration, Self); 3] {
        let good = Self::from(Path { delay: Duration::from_millis(50), ..Path::default() });
        let bad = Self::from(Path { loss: Loss::bursts(0.30, 3.0), ..good.up });
        [(Duration::ZERO, good), (Duration::from_secs(10), bad), (Duration::from_secs(20), good)]
    }
}

/// What became of the datagrams of one direction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Datagrams sent.
    pub sent: u64,
    /// Their bytes, without headers.
    pub sent_bytes: u64,
    /// Lost on the way, by chance or on a dead path.
    pub lost: u64,
    /// Dropped at a full queue.
    pub overflowed: u64,
}

/// One direction of a link, in use.
#[derive(Debug)]
pub(crate) struct Way {
    path: Path,
    random: Random,
    bad: bool,
    free_at: Instant,
    last_arrival: Instant,
    pub(crate) traffic: Traffic,
}

impl Way {
    pub(crate) fn new(path: Path, random: Random, now: Instant) -> Self {
        Self { path, random, bad: false, free_at: now, last_arrival: now, traffic: Traffic::default() }
    }

    pub(crate) fn change(&mut self, path: Path) {
        self.path = path;
    }

    /// When a datagram arrives: never, once or twice.
    pub(crate) fn carry(&mut self, now: Instant, bytes: usize) -> [Option<Instant>; 2] {
        self.traffic.sent += 1;
        self.traffic.sent_bytes += bytes as u64;
        if self.path.dead || self.loses() {
            self.traffic.lost += 1;
            return [None, None];
        }
        let Some(leaves) = self.pass_bottleneck(now, bytes) else {
            self.traffic.overflowed += 1;
            return [None, None];
        };
        let mut at = leaves + self.path.delay + self.path.jitter.mul_f64(self.random.share());
        if !self.path.overtakes {
            at = at.max(self.last_arrival);
            self.last_arrival = at;
        }
        if self.random.happens(self.path.held_back) {
            at += HELD_BACK;
        }
        let again = self.random.happens(self.path.doubled).then(|| at + Duration::from_millis(1));
        [Some(at), again]
    }

    fn loses(&mut self) -> bool {
        match self.path.loss {
            Loss::Random(share) => self.random.happens(share),
            Loss::Bursts { enter, leave, lost } => {
                let turns = self.random.happens(if self.bad { leave } else { enter });
                self.bad ^= turns;
                self.bad && self.random.happens(lost)
            }
        }
    }

    fn pass_bottleneck(&mut self, now: Instant, bytes: usize) -> Option<Instant> {
        let Some(Bottleneck { rate_bps, queue }) = self.path.bottleneck else { return Some(now) };
        let begins = self.free_at.max(now);
        if begins.saturating_duration_since(now) > queue {
            return None;
        }
        let bits = (bytes + HEADER_BYTES) as f64 * 8.0;
        self.free_at = begins + Duration::from_secs_f64(bits / rate_bps as f64);
        Some(self.free_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACKETS: u32 = 100_000;
    const EVERY: Duration = Duration::from_millis(1);

    /// The arrivals of packets of 972 bytes, one each millisecond: 8 Mbit/s with their headers.
    fn arrivals(path: Path, packets: u32) -> (Way, Vec<[Option<Duration>; 2]>) {
        let start = Instant::now();
        let mut way = Way::new(path, Random::of(7, 0), start);
        let arrived = (0..packets)
            .map(|packet| way.carry(start + EVERY * packet, 972).map(|at| at.map(|at| at - start)))
            .collect();
        (way, arrived)
    }

    #[test]
    fn loss_has_its_share_and_bursts_their_length() {
        for (loss, length) in [(Loss::Random(0.1), 1.11), (Loss::bursts(0.1, 4.0), 4.0)] {
            let (way, arrived) = arrivals(Path { loss, ..Path::default() }, PACKETS);
            let share = way.traffic.lost as f64 / f64::from(PACKETS);
            assert!((0.09..0.11).contains(&share), "{loss:?} lost {share}");
            let bursts = arrived.windows(2).filter(|two| two[0][0].is_some() && two[1][0].is_none()).count();
            let mean = way.traffic.lost as f64 / bursts as f64;
            assert!((mean / length - 1.0).abs() < 0.1, "{loss:?}: bursts of {mean}");
        }
    }

    #[test]
    fn a_bottleneck_carries_its_rate_and_drops_what_would_wait_too_long() {
        let queue = Duration::from_millis(100);
        let bottleneck = Some(Bottleneck { rate_bps: 2_000_000, queue });
        let (way, arrived) = arrivals(Path { bottleneck, ..Path::default() }, 10_000);
        let carried = arrived.iter().filter(|at| at[0].is_some()).count();
        assert!((2_480..2_560).contains(&carried), "{carried} of 10000 passed: a quarter");
        assert_eq!(way.traffic.overflowed, 10_000 - carried as u64);
        let waits = arrived.iter().zip(0..).filter_map(|(at, sent)| Some(at[0]? - EVERY * sent));
        let longest = waits.max().expect("some passed");
        assert!(longest <= queue + Duration::from_millis(15), "{longest:?}");
    }

    #[test]
    fn jitter_keeps_the_order_unless_told() {
        let jitter = Duration::from_millis(20);
        let disorder = |path| {
            let (_, arrived) = arrivals(path, 1_000);
            arrived.windows(2).filter(|two| two[1][0] < two[0][0]).count()
        };
        assert_eq!(disorder(Path { jitter, ..Path::default() }), 0);
        assert!(disorder(Path { jitter, overtakes: true, ..Path::default() }) > 100);
        let held_back = disorder(Path { held_back: 0.02, ..Path::default() });
        assert!((10..40).contains(&held_back), "{held_back} of 1000 came late");
    }

    #[test]
    fn some_come_twice_and_on_a_dead_path_none() {
        let (_, arrived) = arrivals(Path { doubled: 0.01, ..Path::default() }, PACKETS);
        let doubled = arrived.iter().filter(|at| at[1].is_some()).count();
        assert!((800..1_200).contains(&doubled), "{doubled}");
        let (way, arrived) = arrivals(Path { dead: true, ..Path::default() }, 100);
        assert!(arrived.iter().all(|at| *at == [None, None]));
        assert_eq!(way.traffic.lost, 100);
    }
}
