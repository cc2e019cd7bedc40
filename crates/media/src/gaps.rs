//! Which packets of a layer are missing, and when their repair has failed. Nothing but a key frame helps then;
//! a browser that waits for the missing picture asks for one only after three seconds.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How long a repair is given, as a multiple of what repairs take that come; and the bounds of that. The longest
/// is for a way of 250 ms and the repair of a repair.
const PATIENCE_FACTOR: f32 = 1.25;
const SHORTEST_PATIENCE: Duration = Duration::from_millis(300);
const LONGEST_PATIENCE: Duration = Duration::from_millis(1_500);

/// What a repair is taken to need before one has come.
const FIRST_GUESS: Duration = Duration::from_millis(400);

/// How soon slow repairs of long ago are forgotten.
const FORGET: f32 = 0.02;

/// The most missing packets that are waited for. More is no loss that anyone repairs.
const MOST: u64 = 64;

/// The gaps of one layer.
#[derive(Debug)]
pub(crate) struct Gaps {
    highest: Option<u64>,
    /// What is missing and since when, in order.
    missing: VecDeque<(u64, Instant)>,
    /// What slow repairs take.
    repair: Duration,
    /// Something is lost for good, and no key frame has come since.
    broken: bool,
}

impl Default for Gaps {
    fn default() -> Self {
        Self { highest: None, missing: VecDeque::new(), repair: FIRST_GUESS, broken: false }
    }
}

impl Gaps {
    /// Notes a packet; tells whether later ones have come before it.
    pub(crate) fn note(&mut self, sequence: u64, starts_keyframe: bool, now: Instant) -> bool {
        let highest = self.highest.unwrap_or(sequence);
        let late = sequence < highest;
        if late {
            self.fill(sequence, now);
            return true;
        }
        self.highest = Some(sequence);
        let between = (sequence - highest).saturating_sub(1);
        if between + self.missing.len() as u64 > MOST {
            self.missing.clear();
            self.broken = true;
        } else {
            self.missing.extend((sequence - between..sequence).map(|missing| (missing, now)));
        }
        if starts_keyframe {
            self.missing.clear();
            self.broken = false;
        }
        false
    }

    fn fill(&mut self, sequence: u64, now: Instant) {
        let Some(place) = self.missing.iter().position(|(missing, _)| *missing == sequence) else { return };
        if let Some((_, since)) = self.missing.remove(place) {
            let took = now.saturating_duration_since(since);
            self.repair = took.max(self.repair.mul_f32(1.0 - FORGET) + took.mul_f32(FORGET));
        }
    }

    /// Whether only a key frame helps.
    pub(crate) fn are_beyond_repair(&mut self, now: Instant) -> bool {
        let patience = self.repair.mul_f32(PATIENCE_FACTOR).clamp(SHORTEST_PATIENCE, LONGEST_PATIENCE);
        let waited = |since: &Instant| now.saturating_duration_since(*since);
        // What may still come is kept, to learn how long repairs take here.
        while self.missing.front().is_some_and(|(_, since)| waited(since) >= LONGEST_PATIENCE) {
            self.missing.pop_front();
            self.broken = true;
        }
        self.broken |= self.missing.front().is_some_and(|(_, since)| waited(since) >= patience);
        self.broken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(sequences: &[u64], now: Instant) -> Gaps {
        let mut gaps = Gaps::default();
        sequences.iter().for_each(|sequence| _ = gaps.note(*sequence, false, now));
        gaps
    }

    #[test]
    fn a_gap_that_is_repaired_in_time_is_none() {
        let now = Instant::now();
        let mut gaps = Gaps::default();
        assert!(![1, 2, 5].into_iter().any(|sequence| gaps.note(sequence, false, now)));
        assert!(gaps.note(4, false, now) && gaps.note(3, false, now), "they come late");
        assert!(!gaps.are_beyond_repair(now + LONGEST_PATIENCE));
    }

    #[test]
    fn a_gap_that_stays_asks_until_a_key_frame_comes() {
        let now = Instant::now();
        let mut gaps = with(&[1, 3], now);
        assert!(!gaps.are_beyond_repair(now + FIRST_GUESS));
        let later = now + FIRST_GUESS * 2;
        assert!(gaps.are_beyond_repair(later));
        gaps.note(2, false, later);
        assert!(gaps.are_beyond_repair(later), "too late for those who watch");
        gaps.note(4, true, later);
        assert!(!gaps.are_beyond_repair(later + LONGEST_PATIENCE));
    }

    #[test]
    fn a_long_way_is_given_more_time_and_a_short_one_less() {
        let gives = |took: u64| {
            let (took, mut gaps) = (Duration::from_millis(took), Gaps::default());
            let mut now = Instant::now();
            gaps.note(1, false, now);
            for sequence in 1..200 {
                gaps.note(sequence * 2 + 1, false, now);
                now += took;
                gaps.note(sequence * 2, false, now);
            }
            gaps.note(401, false, now);
            (0..100).map(|step| step * 20).find(|&ms| gaps.are_beyond_repair(now + Duration::from_millis(ms)))
        };
        assert_eq!([10, 600, 5_000].map(gives), [300, 760, 1_500].map(Some));
    }

    #[test]
    fn what_is_missing_before_a_key_frame_is_of_no_matter() {
        let now = Instant::now();
        let mut gaps = with(&[1], now);
        gaps.note(9, true, now);
        assert!(!gaps.are_beyond_repair(now + LONGEST_PATIENCE));
    }

    #[test]
    fn a_leap_is_not_waited_for_and_not_counted_out() {
        let now = Instant::now();
        let mut gaps = with(&[1, u64::MAX / 2], now);
        assert!(gaps.are_beyond_repair(now));
        assert!(gaps.missing.is_empty());
    }
}
