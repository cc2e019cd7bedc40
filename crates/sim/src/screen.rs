//! What a viewer sees and hears of one slot: a decoder that needs every packet of a picture and of all that it
//! refers to, waits for repairs, and asks for a key frame when they do not come.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use crate::picture::Stamp;

/// How long a decoder does without a new picture, while packets come, before it asks for a key frame.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long it waits for a packet of a picture to which nothing else refers.
const SKIP_AFTER: Duration = Duration::from_millis(150);

/// How many decoded pictures may be referred to.
const REFERENCES: usize = 16;

/// How often it asks.
const ASK_EVERY: Duration = Duration::from_millis(500);

/// How long one who has seen nothing yet waits.
const FIRST_PATIENCE: Duration = Duration::from_millis(200);

/// A picture that was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// When.
    pub at: Instant,
    /// Whose.
    pub client: u16,
    /// In which layer.
    pub layer: u8,
}

/// The decoder of one picture slot.
#[derive(Default)]
pub(crate) struct Screen {
    waiting: BTreeMap<u64, Stamp>,
    /// Everything before it has been shown or given up.
    next: Option<u64>,
    /// The latest pictures that were decoded, by their source's numbers.
    decoded: VecDeque<u32>,
    /// Of which source they are.
    source: Option<(u16, u8)>,
    /// Since when packets have come of which nothing was shown.
    stuck_since: Option<Instant>,
    asked: Option<Instant>,
    pub(crate) shown: Vec<Shown>,
    pub(crate) asked_count: u64,
}

impl Screen {
    /// Takes in a packet.
    pub(crate) fn take(&mut self, now: Instant, sequence: u64, stamp: Stamp) {
        if self.next.is_some_and(|next| sequence < next) {
            return;
        }
        self.waiting.insert(sequence, stamp);
        self.stuck_since.get_or_insert(now);
        while self.show_next(now) || self.skip(now) {}
    }

    /// Shows the next picture, if all of it is there, and all that it refers to.
    fn show_next(&mut self, now: Instant) -> bool {
        let Some(next) = self.next else { return false };
        let Some(stamp) = self.waiting.get(&next).copied() else { return false };
        if stamp.part != 0 || !self.is_whole(next, stamp) {
            return false;
        }
        let after = next + u64::from(stamp.parts);
        self.waiting = self.waiting.split_off(&after);
        self.next = Some(after);
        if !self.is_decodable(stamp) {
            return true;
        }
        if stamp.key {
            self.decoded.clear();
            self.source = Some((stamp.client, stamp.layer));
        }
        self.decoded.push_back(stamp.number);
        if self.decoded.len() > REFERENCES {
            self.decoded.pop_front();
        }
        self.stuck_since = None;
        self.asked = None;
        self.shown.push(Shown { at: now, client: stamp.client, layer: stamp.layer });
        true
    }

    /// Goes on with a whole key frame, or after some waiting with a picture that refers to nothing missing.
    fn skip(&mut self, now: Instant) -> bool {
        let waited = self.shown.last().is_some_and(|shown| now >= shown.at + SKIP_AFTER);
        let found = self.waiting.iter().find(|(sequence, stamp)| {
            stamp.part == 0
                && self.next != Some(**sequence)
                && (stamp.key || (waited && self.is_decodable(**stamp)))
                && self.is_whole(**sequence, **stamp)
        });
        let Some(sequence) = found.map(|(sequence, _)| *sequence) else { return false };
        self.waiting = self.waiting.split_off(&sequence);
        self.next = Some(sequence);
        true
    }

    fn is_decodable(&self, stamp: Stamp) -> bool {
        let referred = stamp.number.wrapping_sub(u32::from(stamp.refers_back));
        let same_source = self.source == Some((stamp.client, stamp.layer));
        stamp.key || (same_source && self.decoded.contains(&referred))
    }

    fn is_whole(&self, from: u64, first: Stamp) -> bool {
        (0..u64::from(first.parts)).all(|part| {
            self.waiting.get(&(from + part)).is_some_and(|stamp| {
                (stamp.number, stamp.layer, u64::from(stamp.part)) == (first.number, first.layer, part)
            })
        })
    }

    /// Whether a key frame must be asked for now.
    pub(crate) fn wants_key(&mut self, now: Instant) -> bool {
        let patience = if self.next.is_none() { FIRST_PATIENCE } else { PATIENCE };
        let Some(stuck_since) = self.stuck_since else { return false };
        let since = self.shown.last().map_or(stuck_since, |shown| shown.at);
        let asked_lately = self.asked.is_some_and(|at| now.saturating_duration_since(at) < ASK_EVERY);
        if now.saturating_duration_since(since) < patience || asked_lately {
            return false;
        }
        self.asked = Some(now);
        self.asked_count += 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(number: u32, part: u8, parts: u8, key: bool) -> Stamp {
        Stamp {
            client: 1,
            layer: 0,
            number,
            sequence: 0,
            part,
            parts,
            temporal: 0,
            refers_back: u8::from(!key),
            key,
            picture_id: None,
        }
    }

    #[test]
    fn a_picture_is_shown_when_it_and_all_before_it_are_whole() {
        let now = Instant::now();
        let mut screen = Screen::default();
        screen.take(now, 1, picture(1, 1, 3, false));
        assert_eq!(screen.shown.len(), 0, "nothing before a key frame");
        screen.take(now, 10, picture(2, 0, 2, true));
        screen.take(now, 11, picture(2, 1, 2, true));
        screen.take(now, 13, picture(4, 0, 1, false));
        assert_eq!(screen.shown.len(), 1);
        assert!(!screen.wants_key(now + PATIENCE / 2));
        screen.take(now, 12, picture(3, 0, 1, false));
        assert_eq!(screen.shown.len(), 3, "a repair lets the rest be seen");
        assert!(!screen.wants_key(now + PATIENCE * 2));
    }

    #[test]
    fn a_lost_picture_is_skipped_if_nothing_refers_to_it() {
        let now = Instant::now();
        let mut screen = Screen::default();
        screen.take(now, 10, picture(1, 0, 1, true));
        let mut next = picture(3, 0, 1, false);
        next.refers_back = 2;
        screen.take(now, 12, next);
        assert_eq!(screen.shown.len(), 1, "the missing packet may still come");
        screen.take(now + SKIP_AFTER, 14, picture(5, 0, 1, false));
        assert_eq!(screen.shown.len(), 2, "5 refers to 4, which is missing too");
    }

    #[test]
    fn who_waits_in_vain_asks_and_jumps_to_the_key_frame() {
        let now = Instant::now();
        let mut screen = Screen::default();
        screen.take(now, 10, picture(1, 0, 1, true));
        screen.take(now, 12, picture(3, 0, 1, false));
        assert!(screen.wants_key(now + PATIENCE));
        assert!(!screen.wants_key(now + PATIENCE), "not at once again");
        assert!(screen.wants_key(now + PATIENCE + ASK_EVERY));
        screen.take(now, 20, picture(9, 0, 1, true));
        assert_eq!(screen.shown.len(), 2);
        assert!(!screen.wants_key(now + PATIENCE * 3));
    }
}
