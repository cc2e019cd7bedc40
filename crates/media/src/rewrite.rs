//! One unbroken sequence, timeline and picture id for each slot, whatever tracks and layers fill it.
//!
//! Gaps of the source stay gaps, so that the receiver asks for what was lost; gaps of our making, from
//! switching, never appear.

use std::time::Instant;

use crate::peer::Picture;

/// The first sequence number of a slot. It must be below 65,536, since a receiver's rollover counter
/// starts at 0 (RFC 3711 section 3.3.1), and far from the end, so that it does not roll over at once.
const FIRST_SEQUENCE: u64 = 1;

/// A jump of the source that is larger than this is no loss: nobody could repair so many packets, and a
/// receiver that misses some of a few such jumps no longer knows how often the numbers rolled over (RFC 3711
/// section 3.3.1). The line of numbers goes on without the gap.
const LARGEST_GAP: u64 = 1_000;

/// The smallest step between the last packet of one source and the first of the next, in seconds: one
/// frame at 60 per second, so that two pictures never share a time.
const MIN_STEP_SECONDS: f64 = 1.0 / 60.0;

/// The picture ids of a slot; 15 and 8 bits (RFC 7741 section 4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct PictureIds {
    pub(crate) picture: Option<u16>,
    pub(crate) tl0: Option<u8>,
}

/// Numbers for one outgoing packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rewritten {
    pub(crate) sequence: u64,
    pub(crate) time: u32,
    pub(crate) ids: PictureIds,
}

/// The state of one slot.
pub(crate) struct Rewriter {
    clock_hz: u32,
    out: Option<Highest>,
    source: Option<Source>,
}

/// The furthest that has been sent.
#[derive(Clone, Copy)]
struct Highest {
    sequence: u64,
    time: u32,
    at: Instant,
    ids: PictureIds,
}

/// What must be added to the source's numbers.
#[derive(Clone, Copy)]
struct Source {
    first_sequence: u64,
    highest_sequence: u64,
    sequence_from: u64,
    time_offset: u32,
    picture_offset: u16,
    tl0_offset: u8,
}

impl Rewriter {
    pub(crate) fn new(clock_hz: u32) -> Self {
        Self { clock_hz, out: None, source: None }
    }

    /// The next packet comes from another source: it starts a new line of numbers behind what was sent.
    pub(crate) fn switch(&mut self) {
        self.source = None;
    }

    /// The numbers for one packet; `None` for one from before the switch, which must not be sent.
    pub(crate) fn rewrite(
        &mut self,
        now: Instant,
        sequence: u64,
        time: u32,
        picture: Option<&Picture>,
    ) -> Option<Rewritten> {
        let goes_on = |source: &Source| sequence.saturating_sub(source.highest_sequence) <= LARGEST_GAP;
        let mut source =
            self.source.filter(goes_on).unwrap_or_else(|| self.begin(now, sequence, time, picture));
        source.highest_sequence = source.highest_sequence.max(sequence);
        self.source = Some(source);
        let behind = sequence.checked_sub(source.first_sequence)?;
        let rewritten = Rewritten {
            sequence: source.sequence_from.checked_add(behind)?,
            time: time.wrapping_add(source.time_offset),
            ids: PictureIds {
                picture: picture
                    .and_then(|picture| picture.id)
                    .map(|id| id.wrapping_add(source.picture_offset) & 0x7fff),
                tl0: picture.and_then(|picture| picture.tl0).map(|tl0| tl0.wrapping_add(source.tl0_offset)),
            },
        };
        self.note(now, &rewritten);
        Some(rewritten)
    }

    fn begin(&self, now: Instant, sequence: u64, time: u32, picture: Option<&Picture>) -> Source {
        let Some(out) = self.out else {
            return Source {
                first_sequence: sequence,
                highest_sequence: sequence,
                sequence_from: FIRST_SEQUENCE,
                time_offset: 0,
                picture_offset: 0,
                tl0_offset: 0,
            };
        };
        let elapsed = now.saturating_duration_since(out.at).as_secs_f64().max(MIN_STEP_SECONDS);
        // A slot that stood empty for hours may wrap here; the receiver only looks at the difference.
        let step = (elapsed * f64::from(self.clock_hz)) as u64 as u32;
        let next_picture = out.ids.picture.map_or(0, |id| id.wrapping_add(1));
        let next_tl0 = out.ids.tl0.map_or(0, |tl0| tl0.wrapping_add(1));
        Source {
            first_sequence: sequence,
            highest_sequence: sequence,
            sequence_from: out.sequence + 1,
            time_offset: out.time.wrapping_add(step).wrapping_sub(time),
            picture_offset: next_picture.wrapping_sub(picture.and_then(|p| p.id).unwrap_or(next_picture)),
            tl0_offset: next_tl0.wrapping_sub(picture.and_then(|p| p.tl0).unwrap_or(next_tl0)),
        }
    }

    /// A late packet never moves the highest numbers back: the next switch would otherwise reuse them.
    fn note(&mut self, now: Instant, new: &Rewritten) {
        let Some(out) = &mut self.out else {
            self.out = Some(Highest { sequence: new.sequence, time: new.time, at: now, ids: new.ids });
            return;
        };
        if new.sequence > out.sequence {
            out.sequence = new.sequence;
            out.at = now;
        }
        if new.time.wrapping_sub(out.time) < 1 << 31 {
            out.time = new.time;
        }
        if let Some(id) = new.ids.picture
            && out.ids.picture.is_none_or(|highest| id.wrapping_sub(highest) & 0x7fff < 1 << 14)
        {
            out.ids.picture = Some(id);
        }
        if let Some(tl0) = new.ids.tl0
            && out.ids.tl0.is_none_or(|highest| tl0.wrapping_sub(highest) < 1 << 7)
        {
            out.ids.tl0 = Some(tl0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn picture(id: u16, tl0: u8) -> Picture {
        Picture::for_test(id, tl0, false)
    }

    #[test]
    fn a_gap_of_the_source_stays_and_a_switch_leaves_none() {
        let start = Instant::now();
        let mut slot = Rewriter::new(90_000);
        let first = slot.rewrite(start, 5_000_000, 77, None).expect("first");
        assert_eq!(first.sequence, FIRST_SEQUENCE);
        let later = slot.rewrite(start, 5_000_004, 77, None).expect("gap of three");
        assert_eq!(later.sequence, FIRST_SEQUENCE + 4);
        slot.switch();
        let switched = slot.rewrite(start, 12, 4_000_000_000, None).expect("other source");
        assert_eq!(switched.sequence, FIRST_SEQUENCE + 5);
        assert_eq!(switched.time.wrapping_sub(later.time), 1500);
    }

    #[test]
    fn a_leap_of_the_source_does_not_become_a_leap_of_the_slot() {
        let now = Instant::now();
        let mut slot = Rewriter::new(90_000);
        let mut before = slot.rewrite(now, 1, 0, None).expect("first").sequence;
        for leap in 1..200 {
            let sequence = slot.rewrite(now, leap * 30_000, 0, None).expect("behind a leap").sequence;
            assert_eq!(sequence, before + 1);
            before = sequence;
        }
        assert_eq!(slot.rewrite(now, 6, 0, None), None, "from before the leap");
        assert!(slot.rewrite(now, u64::MAX, 0, None).is_some(), "and no overflow");
    }

    #[test]
    fn nothing_from_before_a_switch_passes() {
        let now = Instant::now();
        let mut slot = Rewriter::new(90_000);
        slot.rewrite(now, 100, 0, None);
        slot.switch();
        slot.rewrite(now, 50, 0, None).expect("key frame");
        assert_eq!(slot.rewrite(now, 49, 0, None), None);
    }

    #[test]
    fn late_packets_never_move_picture_ids_back() {
        let now = Instant::now();
        let mut slot = Rewriter::new(90_000);
        for (sequence, id) in [(10, 32_766), (12, 0), (11, 32_767)] {
            let tl0 = if id == 0 { 0 } else { 255 };
            slot.rewrite(now, sequence, 0, Some(&picture(id, tl0)));
        }
        slot.switch();
        let next = slot.rewrite(now, 3, 0, Some(&picture(900, 9))).expect("first of the next source");
        assert_eq!(next.ids, PictureIds { picture: Some(1), tl0: Some(1) });
        assert_eq!(next.sequence, FIRST_SEQUENCE + 3);
    }

    #[test]
    fn time_goes_on_by_the_clock_when_the_source_changes() {
        let start = Instant::now();
        let mut slot = Rewriter::new(48_000);
        let before = slot.rewrite(start, 1, 1_000, None).expect("first");
        slot.switch();
        let after = slot.rewrite(start + Duration::from_secs(2), 9, 7, None).expect("second");
        assert_eq!(after.time - before.time, 96_000);
    }
}
