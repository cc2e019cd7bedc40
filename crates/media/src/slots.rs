//! The fixed receiving places of one viewer, and which track is in which.
//!
//! A track that stays wanted stays in its slot, so that joining and leaving of others disturbs nobody.

use crate::budget::Aim;
use crate::layer::LayerSelector;
use crate::paced::Paced;
use crate::rewrite::Rewriter;
use crate::vocabulary::{Kind, TrackId, Wish, most_slots};

const AUDIO_CLOCK_HZ: u32 = 48_000;
const VIDEO_CLOCK_HZ: u32 = 90_000;

/// One receiving m-line.
pub(crate) struct Slot {
    pub(crate) mid: String,
    pub(crate) kind: Kind,
    pub(crate) track: Option<TrackId>,
    pub(crate) rewriter: Rewriter,
    pub(crate) selector: LayerSelector,
    pub(crate) aim: Aim,
    /// What is on its way, of a screen.
    pub(crate) paced: Paced,
    /// How the viewer wants to see it, and how important it is among the others: 0 is most.
    pub(crate) wish: Option<Wish>,
    pub(crate) order: usize,
}

/// A slot's index in its viewer. Slots are added and never removed, so an index stays true.
pub(crate) type SlotIndex = usize;

/// All slots of one viewer.
#[derive(Default)]
pub(crate) struct Slots {
    all: Vec<Slot>,
}

/// What an assignment changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Move {
    pub(crate) slot: SlotIndex,
    pub(crate) before: Option<TrackId>,
    pub(crate) after: Option<TrackId>,
}

impl Slots {
    /// Whether there is room for the m-lines that are new in an offer.
    pub(crate) fn have_room_for(&self, receives: &[(String, Kind)]) -> bool {
        let known = |mid: &str| self.all.iter().any(|slot| slot.mid == *mid);
        [Kind::Voice, Kind::Music, Kind::Video, Kind::Screen].into_iter().all(|kind| {
            let new = receives.iter().filter(|(mid, other)| *other == kind && !known(mid)).count();
            self.count(kind) + new <= most_slots(kind)
        })
    }

    /// Adds the m-lines that are new in an offer.
    pub(crate) fn extend(&mut self, receives: &[(String, Kind)]) {
        for (mid, kind) in receives {
            if self.all.iter().any(|slot| slot.mid == *mid) {
                continue;
            }
            let clock_hz = if kind.is_audio() { AUDIO_CLOCK_HZ } else { VIDEO_CLOCK_HZ };
            self.all.push(Slot {
                mid: mid.clone(),
                kind: *kind,
                track: None,
                rewriter: Rewriter::new(clock_hz),
                selector: LayerSelector::default(),
                aim: Aim::default(),
                paced: Paced::default(),
                wish: None,
                order: 0,
            });
        }
    }

    pub(crate) fn get(&self, index: SlotIndex) -> Option<&Slot> {
        self.all.get(index)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Slot> {
        self.all.iter()
    }

    pub(crate) fn get_mut(&mut self, index: SlotIndex) -> Option<&mut Slot> {
        self.all.get_mut(index)
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Slot> {
        self.all.iter_mut()
    }

    pub(crate) fn by_mid(&self, mid: &str) -> Option<&Slot> {
        self.all.iter().find(|slot| slot.mid == mid)
    }

    pub(crate) fn mid(&self, index: SlotIndex) -> &str {
        &self.all[index].mid
    }

    pub(crate) fn count(&self, kind: Kind) -> usize {
        self.all.iter().filter(|slot| slot.kind == kind).count()
    }

    pub(crate) fn filled(&self) -> impl Iterator<Item = (SlotIndex, TrackId)> + '_ {
        self.all.iter().enumerate().filter_map(|(index, slot)| Some((index, slot.track?)))
    }

    /// Gives the slots of one kind to the wanted tracks, most important first.
    pub(crate) fn assign(&mut self, kind: Kind, wanted: &[TrackId]) -> Vec<Move> {
        let wanted = &wanted[..wanted.len().min(self.count(kind))];
        let mut moves = Vec::new();
        let mut missing: Vec<TrackId> = wanted
            .iter()
            .copied()
            .filter(|track| !self.all.iter().any(|slot| slot.track == Some(*track)))
            .collect();
        missing.reverse();
        for (index, slot) in self.all.iter_mut().enumerate().filter(|(_, slot)| slot.kind == kind) {
            if slot.track.is_some_and(|track| wanted.contains(&track)) {
                continue;
            }
            let after = missing.pop();
            if slot.track == after {
                continue;
            }
            moves.push(Move { slot: index, before: slot.track, after });
            slot.track = after;
            slot.selector = LayerSelector::default();
            slot.aim = Aim::default();
            slot.rewriter.switch();
        }
        moves
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::PeerId;

    fn track(peer: u64) -> TrackId {
        TrackId { peer: PeerId(peer), kind: Kind::Video }
    }

    fn three() -> Slots {
        let mut slots = Slots::default();
        let lines: Vec<_> = ["0", "1", "2"].map(|mid| (mid.to_owned(), Kind::Video)).into();
        slots.extend(&lines);
        slots.extend(&lines);
        slots
    }

    fn tracks(slots: &Slots) -> Vec<Option<u64>> {
        slots.all.iter().map(|slot| slot.track.map(|track| track.peer.0)).collect()
    }

    #[test]
    fn who_stays_wanted_stays_in_place() {
        let mut slots = three();
        slots.assign(Kind::Video, &[track(1), track(2), track(3)]);
        assert_eq!(tracks(&slots), [Some(1), Some(2), Some(3)]);
        let moves = slots.assign(Kind::Video, &[track(3), track(4), track(1)]);
        assert_eq!(tracks(&slots), [Some(1), Some(4), Some(3)]);
        assert_eq!(moves, [Move { slot: 1, before: Some(track(2)), after: Some(track(4)) }]);
    }

    #[test]
    fn further_offers_cannot_add_slots_without_end() {
        let mut slots = Slots::default();
        let lines = |from: usize| (from..from + 20).map(|n| (n.to_string(), Kind::Video)).collect::<Vec<_>>();
        assert!(slots.have_room_for(&lines(0)));
        slots.extend(&lines(0));
        assert!(slots.have_room_for(&lines(0)), "the same lines again");
        assert!(slots.have_room_for(&lines(5)), "five more");
        assert!(!slots.have_room_for(&lines(20)), "twenty more");
    }

    #[test]
    fn the_least_important_go_without() {
        let mut slots = three();
        slots.assign(Kind::Video, &[track(1), track(2), track(3), track(4)]);
        assert_eq!(tracks(&slots), [Some(1), Some(2), Some(3)]);
        slots.assign(Kind::Video, &[track(4)]);
        assert_eq!(tracks(&slots), [Some(4), None, None]);
        assert!(slots.assign(Kind::Video, &[track(4)]).is_empty());
        assert!(slots.assign(Kind::Voice, &[track(4)]).is_empty(), "another kind has no slot here");
    }
}
