//! What one participant receives: packets, their delay, and which sequence numbers never came.

use std::time::Duration;

use str0m::rtp::Ssrc;

use crate::histogram::Histogram;

/// How far back a late packet is still told from a repeated one.
const MEMORY: u64 = 1024;

/// Counts for one measuring window.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Packets, without those that came twice.
    pub packets: u64,
    /// Bytes of their payloads.
    pub bytes: u64,
    /// Packets that came twice.
    pub repeated: u64,
    /// Sequence numbers that should have come.
    pub expected: u64,
    /// Those that never came.
    pub missing: u64,
    /// From sending to receiving.
    pub delay: Histogram,
}

impl Tally {
    /// Takes in what another participant has received.
    pub fn merge(&mut self, other: &Self) {
        self.packets += other.packets;
        self.bytes += other.bytes;
        self.repeated += other.repeated;
        self.expected += other.expected;
        self.missing += other.missing;
        self.delay.merge(&other.delay);
    }
}

/// Everything that one participant receives.
#[derive(Debug, Default)]
pub struct Seen {
    streams: Vec<(Ssrc, Stream)>,
    tally: Tally,
    counting: bool,
}

/// The sequence numbers of one stream.
#[derive(Debug)]
struct Stream {
    came: Box<[u64]>,
    highest: u64,
    /// The window's numbers are those above `from`, up to `to` once it has ended.
    from: u64,
    to: Option<u64>,
    received: u64,
}

impl Seen {
    /// Notes a packet.
    pub fn on_packet(&mut self, ssrc: Ssrc, sequence: u64, bytes: usize, delay: Option<Duration>) {
        let position = self.streams.iter().position(|(known, _)| *known == ssrc);
        let position = position.unwrap_or_else(|| {
            self.streams.push((ssrc, Stream::new(sequence)));
            self.streams.len() - 1
        });
        let is_new = self.streams[position].1.note(sequence);
        if !self.counting {
            return;
        }
        if !is_new {
            self.tally.repeated += 1;
            return;
        }
        self.tally.packets += 1;
        self.tally.bytes += bytes as u64;
        if let Some(delay) = delay {
            self.tally.delay.add(delay);
        }
    }

    /// The measuring window begins.
    pub fn begin(&mut self) {
        self.tally = Tally::default();
        self.counting = true;
        for (_, stream) in &mut self.streams {
            (stream.from, stream.to, stream.received) = (stream.highest, None, 0);
        }
    }

    /// It ends. What is on its way may still come.
    pub fn end(&mut self) {
        self.counting = false;
        for (_, stream) in &mut self.streams {
            stream.to = Some(stream.highest);
        }
    }

    /// What came in the window.
    pub fn tally(&self) -> Tally {
        let mut tally = self.tally.clone();
        for (_, stream) in &self.streams {
            let expected = stream.to.unwrap_or(stream.highest) - stream.from;
            tally.expected += expected;
            tally.missing += expected.saturating_sub(stream.received);
        }
        tally
    }
}

impl Stream {
    fn new(first: u64) -> Self {
        let before = first.saturating_sub(1);
        Self {
            came: vec![0; (MEMORY / 64) as usize].into(),
            highest: before,
            from: before,
            to: None,
            received: 0,
        }
    }

    /// False for a packet that has come before, or is too old to tell.
    fn note(&mut self, sequence: u64) -> bool {
        if sequence + MEMORY <= self.highest {
            return false;
        }
        if sequence > self.highest + MEMORY {
            self.came.fill(0);
        } else {
            (self.highest + 1..=sequence).for_each(|skipped| self.mark(skipped, false));
        }
        self.highest = self.highest.max(sequence);
        let index = (sequence % MEMORY) as usize;
        if self.came[index / 64] >> (index % 64) & 1 == 1 {
            return false;
        }
        self.mark(sequence, true);
        self.received += u64::from(sequence > self.from && self.to.is_none_or(|to| sequence <= to));
        true
    }

    fn mark(&mut self, sequence: u64, came: bool) {
        let index = (sequence % MEMORY) as usize;
        let bit = 1 << (index % 64);
        if came {
            self.came[index / 64] |= bit;
        } else {
            self.came[index / 64] &= !bit;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receive(seen: &mut Seen, numbers: impl IntoIterator<Item = u64>) {
        numbers.into_iter().for_each(|number| seen.on_packet(Ssrc::from(7), number, 10, None));
    }

    #[test]
    fn gaps_count_unless_they_are_filled() {
        let mut seen = Seen::default();
        receive(&mut seen, 65_000..65_100);
        seen.begin();
        receive(&mut seen, [65_100, 65_101, 65_104, 65_103, 65_106, 65_106]);
        seen.end();
        receive(&mut seen, [65_105, 65_107, 65_108]);
        let tally = seen.tally();
        assert_eq!((tally.packets, tally.repeated), (5, 1));
        assert_eq!((tally.expected, tally.missing), (7, 1), "65102 never came, 65105 came late");
    }

    #[test]
    fn a_long_silence_is_a_gap_too() {
        let mut seen = Seen::default();
        seen.begin();
        receive(&mut seen, [1, 5_000]);
        assert_eq!(seen.tally().missing, 4_998);
    }
}
