//! What one client has received, and whether every promise of the server was kept.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use incamera_protocol::ParticipantId;
use incamera_protocol::signal::{SlotFill, SlotKind, Source, TrackOf};

use crate::client::participant_of;
use crate::picture::Stamp;
use crate::screen::{Screen, Shown};

/// Packets of a source that is no longer wanted may still be on their way, and repairs of them too.
const ON_THE_WAY: Duration = Duration::from_secs(3);

/// A switch to another layer and back sends at least two key frames of several packets.
const SHORTEST_EXCURSION: u64 = 6;

/// What one slot has received since it was last filled anew.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Packets.
    pub packets: u64,
    /// The first of them.
    pub first: Option<Stamp>,
    /// The latest.
    pub last: Option<Stamp>,
}

/// Everything that came in one slot.
#[derive(Default)]
struct Slot {
    seen: Seen,
    /// Where it says what is in the slot; with the end of its time once it is not.
    fills: Vec<(TrackOf, Option<Instant>)>,
    /// By the slot's own sequence numbers, as they came.
    history: Vec<(u64, Stamp)>,
    screen: Screen,
    /// When each sound came.
    sounds: Vec<(Instant, u64, u16)>,
}

/// All slots of one client.
pub(crate) struct Received {
    client: u16,
    slots: BTreeMap<String, Slot>,
    /// Whose picture was asked for; with the end of its time once it is not.
    wishes: BTreeMap<ParticipantId, Option<Instant>>,
    pub(crate) complaints: Vec<String>,
}

impl Received {
    pub(crate) fn new(client: u16) -> Self {
        Self { client, slots: BTreeMap::new(), wishes: BTreeMap::new(), complaints: Vec::new() }
    }

    // ---- what was said ----

    pub(crate) fn on_fill(&mut self, now: Instant, fill: SlotFill) {
        let slot = self.slots.entry(fill.mid.as_str().to_owned()).or_default();
        slot.seen = Seen::default();
        for (_, end) in slot.fills.iter_mut().filter(|(_, end)| end.is_none()) {
            *end = Some(now);
        }
        slot.fills.extend(fill.track.map(|track| (track, None)));
    }

    pub(crate) fn on_watch(&mut self, now: Instant, watched: &[ParticipantId]) {
        for (participant, end) in &mut self.wishes {
            if end.is_none() && !watched.contains(participant) {
                *end = Some(now);
            }
        }
        self.wishes.extend(watched.iter().map(|participant| (*participant, None)));
    }

    pub(crate) fn keep_wishes_of(&mut self, other: &Self) {
        self.wishes.clone_from(&other.wishes);
    }

    // ---- what came ----

    pub(crate) fn take(&mut self, now: Instant, mid: &str, kind: SlotKind, sequence: u64, stamp: Stamp) {
        self.check_wanted(now, mid, kind, stamp);
        let slot = self.slots.entry(mid.to_owned()).or_default();
        slot.seen.packets += 1;
        slot.seen.first.get_or_insert(stamp);
        slot.seen.last = Some(stamp);
        slot.history.push((sequence, stamp));
        if kind == SlotKind::Voice {
            slot.sounds.push((now, sequence, stamp.client));
        } else {
            slot.screen.take(now, sequence, stamp);
        }
    }

    fn check_wanted(&mut self, now: Instant, mid: &str, kind: SlotKind, stamp: Stamp) {
        let recent = |end: &Option<Instant>| end.is_none_or(|end| now < end + ON_THE_WAY);
        if stamp.client == self.client {
            self.complaints.push(format!("slot {mid}: our own packet came back"));
        }
        let from = participant_of(stamp.client);
        let announced = self.slots.get(mid).is_some_and(|slot| {
            slot.fills.iter().any(|(track, end)| track.participant == from && recent(end))
        });
        if !announced {
            self.complaints.push(format!("slot {mid}: client {} was not announced here", stamp.client));
        }
        if kind == SlotKind::Video && !self.wishes.get(&from).is_some_and(recent) {
            self.complaints.push(format!("slot {mid}: client {} was not asked for", stamp.client));
        }
    }

    /// The slots whose decoder needs a key frame.
    pub(crate) fn want_keys(&mut self, now: Instant) -> Vec<String> {
        let filled = |slot: &Slot| slot.fills.last().is_some_and(|(_, end)| end.is_none());
        let wanting = |(mid, slot): (&String, &mut Slot)| {
            (filled(slot) && slot.screen.wants_key(now)).then(|| mid.clone())
        };
        self.slots.iter_mut().filter_map(wanting).collect()
    }

    // ---- what is to be known ----

    pub(crate) fn filled(&self) -> impl Iterator<Item = (&str, TrackOf)> + '_ {
        self.slots.iter().filter_map(|(mid, slot)| {
            slot.fills.last().filter(|(_, end)| end.is_none()).map(|(track, _)| (mid.as_str(), *track))
        })
    }

    fn slot_of(&self, track: TrackOf) -> Option<&Slot> {
        let mid = self.filled().find(|(_, filled)| *filled == track)?.0;
        self.slots.get(mid)
    }

    pub(crate) fn seen(&self, of: ParticipantId, source: Source) -> Seen {
        self.slot_of(TrackOf { participant: of, source }).map(|slot| slot.seen.clone()).unwrap_or_default()
    }

    /// Sequence numbers that a slot never received, between the first and the last.
    pub(crate) fn missing(&self, of: ParticipantId, source: Source) -> u64 {
        let slot = self.slot_of(TrackOf { participant: of, source });
        slot.map_or(0, |slot| missing(&slot.in_order(), &BTreeSet::new()))
    }

    /// The same for all slots. What liars send is not looked at.
    pub(crate) fn missing_at_all(&self, liars: &BTreeSet<u16>) -> u64 {
        self.slots.values().map(|slot| missing(&slot.in_order(), liars)).sum()
    }

    /// Every picture of someone that was shown, in whatever slot.
    pub(crate) fn shown(&self, client: u16) -> Vec<Shown> {
        let all = self.slots.values().flat_map(|slot| &slot.screen.shown);
        let mut shown: Vec<_> = all.filter(|shown| shown.client == client).copied().collect();
        shown.sort_unstable_by_key(|shown| shown.at);
        shown
    }

    /// When each sound of someone came, in whatever slot, and with which number.
    pub(crate) fn sounds(&self, client: u16) -> Vec<(Instant, u64)> {
        let all = self.slots.values().flat_map(|slot| &slot.sounds);
        let mut sounds: Vec<_> =
            all.filter(|(_, _, from)| *from == client).map(|(at, number, _)| (*at, *number)).collect();
        sounds.sort_unstable();
        sounds
    }

    pub(crate) fn sources(&self) -> BTreeSet<u16> {
        self.slots.values().flat_map(|slot| slot.history.iter().map(|(_, stamp)| stamp.client)).collect()
    }

    pub(crate) fn keys_asked(&self) -> u64 {
        self.slots.values().map(|slot| slot.screen.asked_count).sum()
    }

    /// What must always hold for a slot's stream, looked at in the order of its sequence numbers.
    pub(crate) fn broken_promises(&self, liars: &BTreeSet<u16>) -> Vec<String> {
        let mut broken = self.complaints.clone();
        for (mid, slot) in &self.slots {
            let packets = slot.in_order();
            for two in packets.windows(2).filter(|two| are_honest(two, liars)) {
                broken.extend(broken_between(two[0], two[1]).map(|what| format!("slot {mid}: {what}")));
            }
        }
        broken
    }
}

impl Slot {
    fn in_order(&self) -> Vec<(u64, Stamp)> {
        let mut packets = self.history.clone();
        packets.sort_by_key(|(sequence, _)| *sequence);
        packets.dedup_by_key(|(sequence, _)| *sequence);
        packets
    }
}

fn are_honest(packets: &[(u64, Stamp)], liars: &BTreeSet<u16>) -> bool {
    packets.iter().all(|(_, stamp)| !liars.contains(&stamp.client))
}

fn missing(packets: &[(u64, Stamp)], liars: &BTreeSet<u16>) -> u64 {
    packets.windows(2).filter(|two| are_honest(two, liars)).map(|two| two[1].0 - two[0].0 - 1).sum()
}

/// What is wrong between two packets that follow each other in one slot.
fn broken_between((was_sequence, was): (u64, Stamp), (sequence, is): (u64, Stamp)) -> Option<String> {
    let stepped = sequence - was_sequence;
    let is_picture = is.picture_id.is_some();
    if (was.client, was.layer) != (is.client, is.layer) {
        let begins = !is_picture || (is.key && is.part == 0);
        if stepped == 1 && !begins {
            return Some(format!("a source begins without a key frame at {sequence}"));
        }
    } else if !(is_picture && is.key && is.part == 0) {
        // Where a layer was left and taken up again, a key frame stands, and numbers of the source are left out.
        let source_stepped = is.sequence.wrapping_sub(was.sequence);
        if source_stepped >= 1 << 31 {
            return Some(format!("something from before comes again at {sequence}"));
        }
        // Within a longer gap the slot may have shown something else, all of which the network lost.
        if is_picture && stepped < SHORTEST_EXCURSION && u64::from(source_stepped) < stepped {
            return Some(format!("a gap of {stepped} where the source has {source_stepped} at {sequence}"));
        }
        if is_picture && stepped == 1 && source_stepped != 1 && is.temporal == was.temporal {
            return Some(format!("{source_stepped} packets of the source left out at {sequence}"));
        }
    }
    let (Some(was_id), Some(is_id)) = (was.picture_id, is.picture_id) else { return None };
    let back = is_id.wrapping_sub(was_id) & 0x7fff >= 1 << 14;
    back.then(|| format!("picture id went back from {was_id} to {is_id} at {sequence}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(sequence: u64, source: u32, key: bool) -> (u64, Stamp) {
        let picture_id = Some((sequence & 0x7fff) as u16);
        let stamp = Stamp {
            client: 1,
            layer: 0,
            number: source,
            sequence: source,
            part: 0,
            parts: 1,
            temporal: 0,
            refers_back: 1,
            key,
            picture_id,
        };
        (sequence, stamp)
    }

    #[test]
    fn broken_streams_are_told_from_whole_ones() {
        let broken = |a, b| broken_between(a, b).is_some();
        assert!(!broken(packet(1, 10, true), packet(2, 11, false)));
        assert!(!broken(packet(1, 10, true), packet(4, 13, false)), "the source lost as many");
        assert!(!broken(packet(1, 10, true), packet(2, 90, true)), "taken up again with a key frame");
        assert!(broken(packet(1, 10, true), packet(4, 11, false)), "a gap of the server's making");
        assert!(broken(packet(1, 10, true), packet(2, 13, false)), "a hidden gap");
        assert!(broken(packet(1, 10, true), packet(2, 9, false)), "from before");
        let mut other = packet(2, 11, false);
        other.1.client = 2;
        assert!(broken(packet(1, 10, true), other), "another source without a key frame");
        let mut back = packet(2, 11, false);
        back.1.picture_id = Some(0);
        assert!(broken(packet(1, 10, true), back), "picture ids go back");
    }
}
