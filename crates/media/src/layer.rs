//! The layers of a track: which there are, what they cost, and which of them anyone watches; and where a
//! viewer may be switched from one to another. How much a viewer's network carries is decided in `budget`.

use std::time::{Duration, Instant};

use crate::gaps::Gaps;
use crate::packet::{LayerIndex, MediaPacket};
use crate::vocabulary::{Kind, LayerSize};

/// How many layers a track may have.
pub(crate) const MAX_LAYERS: usize = 3;

/// A layer without a packet for this long does not flow: its sender has switched it off. Longer than the
/// gap between two pictures of a slow screen share or a busy old phone.
const FLOWS_WITHIN: Duration = Duration::from_millis(1_500);

/// A layer that was asked for and has not come within this time does not exist: browsers leave out the
/// largest layers of a small picture, and when their own network is slow.
const COMES_WITHIN: Duration = Duration::from_secs(3);

/// After this long it is asked for once more.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(10);

/// A layer that nobody watches stays on for this long: turning a page back must not cost a key frame.
const OFF_AFTER: Duration = Duration::from_secs(2);

/// A tile may be this much larger than the layer shown in it before the next layer is asked for. Scaling
/// up by a quarter is hardly seen; the next layer costs three to four times the rate.
const SCALE_UP: f32 = 1.25;

/// How long a rate is measured before it is believed.
const RATE_WINDOW: Duration = Duration::from_millis(500);

/// How soon half of an unusual rate is forgotten once the layer has stopped.
const FADES_BY_HALF: Duration = Duration::from_secs(2);

/// What a packet costs besides its payload: RTP with extensions, SRTP, UDP and IP.
const OVERHEAD_BYTES: usize = 70;

/// The layers of one published track.
#[derive(Debug)]
pub(crate) struct Layers {
    sizes: Vec<LayerSize>,
    all: [Layer; MAX_LAYERS],
    /// What the sender was told last.
    told: Option<Vec<bool>>,
    /// What another worker says of them, if the sender is there.
    remote: Option<Snapshot>,
    /// Of a screen, no picture for a while only means that nothing has changed, and a page of letters comes at once.
    is_screen: bool,
}

/// What each layer costs, in bits a second; `None` for one that does not come.
pub(crate) type Snapshot = [Option<u64>; MAX_LAYERS];

#[derive(Debug)]
struct Layer {
    last_packet: Option<Instant>,
    last_watched: Instant,
    /// Since when the sender knows that it is wanted; `None` while it may be switched off.
    asked_since: Option<Instant>,
    missing_until: Option<Instant>,
    gaps: Gaps,
    rate: Rate,
}

/// The rate of one layer: the highest of late, since a key frame costs several pictures.
#[derive(Debug, Clone, Copy)]
struct Rate {
    bytes: usize,
    since: Instant,
    peak_bps: f64,
}

impl Rate {
    fn note(&mut self, bytes: usize, now: Instant) {
        self.bytes += bytes + OVERHEAD_BYTES;
        let passed = now.saturating_duration_since(self.since);
        if passed >= RATE_WINDOW {
            let rate = self.bytes as f64 * 8.0 / passed.as_secs_f64();
            self.peak_bps = rate.max(self.peak_bps * 0.9);
            (self.bytes, self.since) = (0, now);
        }
    }
}

impl Layers {
    pub(crate) fn new(now: Instant, kind: Kind) -> Self {
        let all = std::array::from_fn(|_| Layer {
            last_packet: None,
            last_watched: now,
            asked_since: Some(now),
            missing_until: None,
            gaps: Gaps::default(),
            rate: Rate { bytes: 0, since: now, peak_bps: 0.0 },
        });
        Self { sizes: Vec::new(), all, told: None, remote: None, is_screen: kind == Kind::Screen }
    }

    pub(crate) fn set_sizes(&mut self, mut sizes: Vec<LayerSize>) {
        sizes.truncate(MAX_LAYERS);
        if sizes != self.sizes {
            self.sizes = sizes;
            for layer in &mut self.all {
                layer.missing_until = None;
            }
        }
    }

    pub(crate) fn note_packet(&mut self, layer: LayerIndex, bytes: usize, now: Instant) {
        if let Some(layer) = self.all.get_mut(layer) {
            layer.last_packet = Some(now);
            layer.missing_until = None;
            layer.rate.note(bytes, now);
        }
    }

    /// Notes that packets are sent on, and which of them come late.
    pub(crate) fn note_sent_on(&mut self, packets: &mut [MediaPacket], now: Instant) {
        packets.sort_by_key(|packet| packet.sequence);
        for packet in packets {
            let Some(layer) = self.all.get_mut(packet.layer) else { continue };
            packet.late = layer.gaps.note(packet.sequence, packet.starts_keyframe(), now);
        }
    }

    /// Whether a layer that flows has lost something for good, so that only a key frame helps.
    pub(crate) fn is_broken(&mut self, layer: LayerIndex, now: Instant) -> bool {
        self.flows(layer, now) && self.all[layer].gaps.are_beyond_repair(now)
    }

    /// How many layers were announced; a track without sizes has one.
    fn count(&self) -> usize {
        self.sizes.len().max(1)
    }

    fn flows(&self, layer: LayerIndex, now: Instant) -> bool {
        self.all[layer].last_packet.is_some_and(|last| now.saturating_duration_since(last) < FLOWS_WITHIN)
    }

    /// Whether a layer flows, or may be expected to when it is asked for.
    fn may_come(&self, layer: LayerIndex, now: Instant) -> bool {
        if let Some(remote) = &self.remote {
            return remote[layer].is_some();
        }
        if self.flows(layer, now) {
            return true;
        }
        layer < self.count() && self.all[layer].missing_until.is_none_or(|until| until <= now)
    }

    /// What each layer costs, as far as a tile of this size has use for it: up to the smallest that is large
    /// enough, and better too large than nothing. A viewer that does not decode AV1 goes without such a layer.
    pub(crate) fn rates_for(
        &self,
        (width, height): (u16, u16),
        decodes_av1: bool,
        now: Instant,
    ) -> [Option<u64>; MAX_LAYERS] {
        let decodes = |layer: LayerIndex| decodes_av1 || self.sizes.get(layer).is_none_or(|size| !size.av1);
        let enough = self.sizes.iter().find(|size| {
            f32::from(size.width) * SCALE_UP >= f32::from(width)
                || f32::from(size.height) * SCALE_UP >= f32::from(height)
        });
        // Of equal sizes the last is the best: a screen is sent with few frames and with many.
        let same = |size: &LayerSize| {
            enough.is_some_and(|enough| (size.width, size.height) == (enough.width, enough.height))
        };
        let wanted = self.sizes.iter().rposition(same).unwrap_or(self.sizes.len().saturating_sub(1));
        let mut rates = [None; MAX_LAYERS];
        for (layer, rate) in rates.iter_mut().enumerate().take(wanted + 1) {
            *rate = (decodes(layer) && self.may_come(layer, now)).then(|| self.rate_bps(layer, now));
        }
        if rates.iter().all(Option::is_none) {
            let above = (wanted + 1..MAX_LAYERS).find(|&layer| decodes(layer) && self.may_come(layer, now));
            if let Some(above) = above {
                rates[above] = Some(self.rate_bps(above, now));
            }
        }
        rates
    }

    /// What a layer costs: as measured, but not less than half of what a picture of its size takes when
    /// something moves in it. What was measured last of one that is switched off was a key frame, maybe, and
    /// counts less and less: a picture that is held back for it would never come back.
    pub(crate) fn rate_bps(&self, layer: LayerIndex, now: Instant) -> u64 {
        if let Some(remote) = &self.remote {
            return remote.get(layer).copied().flatten().unwrap_or(0);
        }
        let mut measured = self.all.get(layer).map_or(0.0, |layer| layer.rate.peak_bps);
        let Some(usual) = self.sizes.get(layer).map(|size| usual_bps(*size)) else { return measured as u64 };
        // A page of letters is sent evenly: it costs what its sender lets it, however suddenly it comes.
        if let Some(most) = self.sizes.get(layer).and_then(|size| size.most_bps).filter(|_| self.is_screen) {
            measured = measured.min(f64::from(most));
        }
        if measured == 0.0 {
            return usual as u64;
        }
        let idle = self.all[layer].last_packet.map(|last| now.saturating_duration_since(last));
        let idle = idle.unwrap_or_default().saturating_sub(FLOWS_WITHIN);
        let faded = 0.5_f64.powf(idle.as_secs_f64() / FADES_BY_HALF.as_secs_f64());
        let excess = (measured - usual).max(0.0);
        (measured - excess * (1.0 - faded)).max(usual / 2.0) as u64
    }

    /// What the track costs that has no layers to choose from: a voice, or music.
    pub(crate) fn sound_bps(&self, now: Instant) -> u64 {
        if self.flows(0, now) { self.all[0].rate.peak_bps as u64 } else { 0 }
    }

    /// For the other workers.
    pub(crate) fn snapshot(&self, now: Instant) -> Snapshot {
        let mut snapshot = [None; MAX_LAYERS];
        for (layer, rate) in snapshot.iter_mut().enumerate() {
            *rate = self.may_come(layer, now).then(|| self.rate_bps(layer, now));
        }
        snapshot
    }

    /// Takes over what another worker says.
    pub(crate) fn apply(&mut self, snapshot: Snapshot) {
        self.remote = Some(snapshot);
    }

    /// Notes which layers are watched; gives what the sender should be told, if that is new.
    pub(crate) fn note_watched(&mut self, watched: [bool; MAX_LAYERS], now: Instant) -> Option<Vec<bool>> {
        let count = self.count();
        let newest = self.all.iter().filter_map(|layer| layer.last_packet).max();
        let mut wanted = Vec::with_capacity(count);
        for (index, watched) in watched.into_iter().enumerate().take(count) {
            let flows = self.flows(index, now);
            let layer = &mut self.all[index];
            if watched {
                layer.last_watched = now;
            }
            let on = watched || now.saturating_duration_since(layer.last_watched) < OFF_AFTER;
            match layer.asked_since {
                _ if !on => layer.asked_since = None,
                None => layer.asked_since = Some(now),
                Some(since) => {
                    let late = now.saturating_duration_since(since) >= COMES_WITHIN;
                    let known = layer.missing_until.is_some_and(|until| until > now);
                    // It came when it was asked for, and none has gone on without it.
                    let with_all = |last| last >= since && newest.is_some_and(|at| at < last + FLOWS_WITHIN);
                    let stands_still = self.is_screen && layer.last_packet.is_some_and(with_all);
                    if watched && late && !flows && !known && !stands_still {
                        layer.missing_until = Some(now + ASK_AGAIN_AFTER);
                    }
                }
            }
            wanted.push(on);
        }
        if self.told.as_ref() == Some(&wanted) {
            return None;
        }
        self.told = Some(wanted.clone());
        Some(wanted)
    }
}

/// What a moving picture of this size takes: 150 kbit/s at 320 by 180, and 2.8 times as much for four times
/// the area; and not more than its sender allows it.
fn usual_bps(size: LayerSize) -> f64 {
    let area = f64::from(size.width) * f64::from(size.height) / (320.0 * 180.0);
    let usual = 150_000.0 * area.max(0.1).powf(0.75);
    size.most_bps.map_or(usual, |most| usual.min(f64::from(most)))
}

/// What to do with a packet for one slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Not for this slot.
    Drop,
    /// Send it on.
    Forward,
    /// Send it on as the first of a new source.
    Switch,
}

/// The layer that one slot receives.
#[derive(Debug, Default)]
pub(crate) struct LayerSelector {
    current: Option<LayerIndex>,
    target: Option<LayerIndex>,
}

impl LayerSelector {
    /// The layer that the slot should receive. The present one goes on until a key frame of that one
    /// comes; with `None` it stops.
    pub(crate) fn aim(&mut self, target: Option<LayerIndex>) {
        self.target = target;
        if target.is_none() {
            self.current = None;
        }
    }

    /// Stops the present layer, although the next one has not come: a late picture is worse than none.
    pub(crate) fn stop(&mut self) {
        if self.awaits().is_some() {
            self.current = None;
        }
    }

    /// Lets the present layer go, and waits for a key frame of the same: what comes between is of no use.
    pub(crate) fn let_go(&mut self) {
        self.current = None;
    }

    pub(crate) fn admit(&mut self, packet: &MediaPacket) -> Verdict {
        let verdict = self.judge(packet);
        if verdict == Verdict::Switch {
            self.current = Some(packet.layer);
        }
        verdict
    }

    /// What [`LayerSelector::admit`] would say.
    pub(crate) fn judge(&self, packet: &MediaPacket) -> Verdict {
        let layer = Some(packet.layer);
        // Of a key frame that begins late the rest is gone: it was not for this viewer when it came.
        if layer == self.target && layer != self.current && packet.starts_keyframe() && !packet.late {
            return Verdict::Switch;
        }
        if layer == self.current { Verdict::Forward } else { Verdict::Drop }
    }

    /// The layer whose key frame would complete a switch.
    pub(crate) fn awaits(&self) -> Option<LayerIndex> {
        self.target.filter(|_| self.target != self.current)
    }

    /// The layer that is received now.
    pub(crate) fn current(&self) -> Option<LayerIndex> {
        self.current
    }

    /// Whether this layer is of use: received, or waited for.
    pub(crate) fn uses(&self, layer: LayerIndex) -> bool {
        self.current == Some(layer) || self.target == Some(layer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn hd(now: Instant) -> Layers {
        let mut layers = Layers::new(now, Kind::Video);
        let size = |width, height| LayerSize { width, height, most_bps: None, av1: false };
        layers.set_sizes(vec![size(320, 180), size(640, 360), size(1280, 720)]);
        layers
    }

    fn best(layers: &Layers, width: u16, height: u16, now: Instant) -> Option<LayerIndex> {
        layers.rates_for((width, height), true, now).iter().rposition(Option::is_some)
    }

    #[test]
    fn the_smallest_layer_that_is_large_enough() {
        let now = Instant::now();
        let layers = hd(now);
        for (width, height, layer) in [(200, 150, 0), (390, 220, 0), (700, 400, 1), (1900, 1000, 2)] {
            assert_eq!(best(&layers, width, height, now), Some(layer));
        }
    }

    #[test]
    fn a_layer_that_does_not_come_is_not_waited_for_until_later() {
        let start = Instant::now();
        let mut layers = hd(start);
        let mut now = start;
        while now < start + SECOND * 4 {
            now += Duration::from_millis(100);
            layers.note_packet(1, 1_000, now);
            layers.note_watched([false, true, true], now);
        }
        assert_eq!(best(&layers, 1900, 1000, now), Some(1), "the largest was asked for and did not come");
        assert_eq!(best(&layers, 100, 100, now), Some(0), "the smallest is off and may be asked for");
        let later = now + ASK_AGAIN_AFTER;
        assert_eq!(best(&layers, 1900, 1000, later), Some(2), "asked for once more");
    }

    #[test]
    fn who_does_not_decode_av1_is_given_the_other_layer() {
        let now = Instant::now();
        let mut layers = Layers::new(now, Kind::Screen);
        let full = LayerSize { width: 1920, height: 1080, most_bps: Some(400_000), av1: true };
        layers.set_sizes(vec![full, LayerSize { most_bps: Some(2_500_000), av1: false, ..full }]);
        let known = |decodes| layers.rates_for((1920, 1080), decodes, now).map(|rate| rate.is_some());
        assert_eq!(known(true), [true, true, false]);
        assert_eq!(known(false), [false, true, false]);
    }

    #[test]
    fn a_screen_that_stands_still_is_not_taken_for_missing() {
        let start = Instant::now();
        let mut layers = Layers::new(start, Kind::Screen);
        let full = LayerSize { width: 1920, height: 1080, most_bps: Some(400_000), av1: false };
        layers.set_sizes(vec![full, LayerSize { most_bps: Some(2_500_000), ..full }]);
        let look = |layers: &mut Layers, from: u64, seconds: u64, flowing: &[LayerIndex]| {
            for tenth in from * 10..(from + seconds) * 10 {
                let at = start + Duration::from_millis(100) * tenth as u32;
                flowing.iter().for_each(|&layer| layers.note_packet(layer, 1_000, at));
                layers.note_watched([true, true, false], at);
            }
            start + SECOND * (from + seconds) as u32
        };
        let now = look(&mut layers, 0, 2, &[0, 1]);
        assert_eq!(best(&layers, 1920, 1080, now), Some(1), "of equal sizes the last is the best");
        let now = look(&mut layers, 2, 8, &[]);
        assert_eq!(best(&layers, 1920, 1080, now), Some(1), "nothing moves, and nothing is missing");
        let now = look(&mut layers, 10, 4, &[0]);
        assert_eq!(best(&layers, 1920, 1080, now), Some(0), "one moves, so the other is missing");
    }

    #[test]
    fn a_track_without_sizes_has_one_layer_and_better_too_large_than_nothing() {
        let now = Instant::now();
        assert_eq!(best(&Layers::new(now, Kind::Video), 1900, 1000, now), Some(0));
        let mut layers = hd(now);
        for layer in [0, 1] {
            layers.all[layer].missing_until = Some(now + SECOND);
        }
        assert_eq!(best(&layers, 10, 10, now), Some(2));
    }

    #[test]
    fn a_sender_hears_what_is_watched_and_after_two_seconds_what_is_not() {
        let start = Instant::now();
        let mut layers = hd(start);
        assert_eq!(layers.note_watched([true, false, false], start), Some(vec![true; 3]));
        assert_eq!(layers.note_watched([true, false, false], start + SECOND), None);
        let off = layers.note_watched([true, false, false], start + OFF_AFTER);
        assert_eq!(off, Some(vec![true, false, false]));
        let on = layers.note_watched([true, false, true], start + OFF_AFTER);
        assert_eq!(on, Some(vec![true, false, true]), "and at once when it is wanted again");
        let none = layers.note_watched([false; 3], start + OFF_AFTER * 2);
        assert_eq!(none, Some(vec![false; 3]));
    }

    #[test]
    fn a_snapshot_says_the_same_elsewhere() {
        let start = Instant::now();
        let (mut here, mut there) = (hd(start), hd(start));
        here.all[2].missing_until = Some(start + SECOND * 9);
        here.note_packet(1, 1_000, start);
        there.apply(here.snapshot(start));
        for size in [(100, 100), (640, 360), (1900, 1000)] {
            assert_eq!(there.rates_for(size, true, start), here.rates_for(size, true, start));
        }
    }

    #[test]
    fn rates_are_measured_and_still_pictures_not_taken_for_cheap_ones() {
        let start = Instant::now();
        let mut layers = hd(start);
        assert_eq!(layers.rate_bps(0, start), 150_000);
        for picture in 0..60 {
            let at = start + SECOND / 30 * picture;
            (0..6).for_each(|_| layers.note_packet(2, 970, at));
            layers.note_packet(0, 30, at);
        }
        let large = layers.rate_bps(2, start + SECOND * 2);
        assert!((1_400_000..1_700_000).contains(&large), "{large}");
        assert_eq!(layers.rate_bps(0, start + SECOND * 2), 75_000);
    }

    #[test]
    fn what_is_off_is_not_held_back_for_ever_for_its_last_key_frame() {
        let start = Instant::now();
        let mut layers = hd(start);
        for packet in 0..60 {
            layers.note_packet(0, 1_000, start + Duration::from_millis(10) * packet);
        }
        let soon = start + Duration::from_millis(600);
        assert!(layers.rate_bps(0, soon) > 400_000, "a key frame and more");
        assert!((150_000..170_000).contains(&layers.rate_bps(0, soon + FLOWS_WITHIN + FADES_BY_HALF * 6)));
    }

    #[test]
    fn a_switch_waits_for_a_key_frame_and_the_old_layer_goes_on() {
        let mut selector = LayerSelector::default();
        selector.aim(Some(0));
        assert_eq!(selector.admit(&MediaPacket::for_test(0, 1, false)), Verdict::Drop);
        assert_eq!(selector.admit(&MediaPacket::for_test(0, 2, true)), Verdict::Switch);
        selector.aim(Some(2));
        assert_eq!(selector.awaits(), Some(2));
        assert_eq!(selector.admit(&MediaPacket::for_test(2, 9, false)), Verdict::Drop);
        assert_eq!(selector.admit(&MediaPacket::for_test(0, 3, false)), Verdict::Forward);
        assert_eq!(selector.admit(&MediaPacket::for_test(0, 4, true)), Verdict::Forward);
        assert_eq!(selector.admit(&MediaPacket::for_test(2, 10, true)), Verdict::Switch);
        assert_eq!(selector.admit(&MediaPacket::for_test(0, 5, false)), Verdict::Drop);
        assert_eq!(selector.awaits(), None);
    }

    #[test]
    fn a_key_frame_that_begins_late_is_no_place_to_switch() {
        let now = Instant::now();
        let mut layers = hd(now);
        let mut behind = [MediaPacket::for_test(0, 8, false), MediaPacket::for_test(0, 7, false)];
        layers.note_sent_on(&mut behind, now);
        assert_eq!(behind.each_ref().map(|packet| (packet.sequence, packet.late)), [(7, false), (8, false)]);
        let mut repaired = [MediaPacket::for_test(0, 6, true)];
        layers.note_sent_on(&mut repaired, now);
        let mut selector = LayerSelector::default();
        selector.aim(Some(0));
        assert_eq!(selector.admit(&repaired[0]), Verdict::Drop);
        assert_eq!(selector.awaits(), Some(0), "another one is asked for");
    }

    #[test]
    fn what_is_held_back_stops_at_once_and_begins_with_a_key_frame() {
        let mut selector = LayerSelector::default();
        selector.aim(Some(1));
        selector.admit(&MediaPacket::for_test(1, 1, true));
        selector.aim(None);
        assert_eq!(selector.admit(&MediaPacket::for_test(1, 2, true)), Verdict::Drop);
        selector.aim(Some(1));
        assert_eq!(selector.admit(&MediaPacket::for_test(1, 3, false)), Verdict::Drop);
        assert_eq!(selector.admit(&MediaPacket::for_test(1, 4, true)), Verdict::Switch);
        selector.aim(Some(0));
        selector.stop();
        assert_eq!(selector.admit(&MediaPacket::for_test(1, 5, false)), Verdict::Drop);
        assert!(selector.uses(0) && !selector.uses(1));
    }
}
