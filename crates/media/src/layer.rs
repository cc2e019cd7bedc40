//! Chooses which layer of a track one viewer receives, and knows where a switch is safe.
//!
//! Which layers there are and how large they are is said by the sender (`Layers`); bandwidth is not
//! considered here.

use std::time::{Duration, Instant};

use crate::packet::{LayerIndex, MediaPacket};
use crate::vocabulary::LayerSize;

/// How many layers a track may have.
pub(crate) const MAX_LAYERS: usize = 3;

/// A layer without a packet for this long does not flow: its sender has switched it off. Longer than the
/// gap between two pictures of a slow screen share or a busy old phone.
const FLOWS_WITHIN: Duration = Duration::from_millis(1_500);

/// A tile may be this much larger than the layer shown in it before the next layer is asked for. Scaling
/// up by a quarter is hardly seen; the next layer costs three to four times the rate.
const SCALE_UP: f32 = 1.25;

/// The layers of one published track.
#[derive(Debug, Default)]
pub(crate) struct Layers {
    sizes: Vec<LayerSize>,
    last_packet: [Option<Instant>; MAX_LAYERS],
}

impl Layers {
    pub(crate) fn set_sizes(&mut self, mut sizes: Vec<LayerSize>) {
        sizes.truncate(MAX_LAYERS);
        self.sizes = sizes;
    }

    pub(crate) fn note_packet(&mut self, layer: LayerIndex, now: Instant) {
        if let Some(last) = self.last_packet.get_mut(layer) {
            *last = Some(now);
        }
    }

    fn flows(&self, layer: LayerIndex, now: Instant) -> bool {
        self.last_packet
            .get(layer)
            .copied()
            .flatten()
            .is_some_and(|last| now.saturating_duration_since(last) < FLOWS_WITHIN)
    }

    /// The layer for a tile: the smallest that is large enough, of those that flow. Browsers leave out the
    /// largest layers of a small picture, so what was announced may never come.
    pub(crate) fn best_for(&self, width: u16, height: u16, now: Instant) -> Option<LayerIndex> {
        let wanted = self
            .sizes
            .iter()
            .position(|size| {
                f32::from(size.width) * SCALE_UP >= f32::from(width)
                    || f32::from(size.height) * SCALE_UP >= f32::from(height)
            })
            .unwrap_or(self.sizes.len().saturating_sub(1));
        let below = (0..=wanted).rev().find(|&layer| self.flows(layer, now));
        below.or_else(|| (wanted + 1..MAX_LAYERS).find(|&layer| self.flows(layer, now)))
    }
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
    /// comes.
    pub(crate) fn aim(&mut self, target: Option<LayerIndex>) {
        if target.is_some() {
            self.target = target;
        }
    }

    pub(crate) fn admit(&mut self, packet: &MediaPacket) -> Verdict {
        let layer = Some(packet.layer);
        if layer == self.target && layer != self.current && packet.starts_keyframe() {
            self.current = layer;
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hd() -> Layers {
        let mut layers = Layers::default();
        let size = |width, height| LayerSize { width, height };
        layers.set_sizes(vec![size(320, 180), size(640, 360), size(1280, 720)]);
        layers
    }

    #[test]
    fn the_smallest_layer_that_is_large_enough() {
        let now = Instant::now();
        let mut layers = hd();
        for layer in 0..3 {
            layers.note_packet(layer, now);
        }
        assert_eq!(layers.best_for(200, 150, now), Some(0));
        assert_eq!(layers.best_for(390, 220, now), Some(0));
        assert_eq!(layers.best_for(700, 400, now), Some(1));
        assert_eq!(layers.best_for(1900, 1000, now), Some(2));
    }

    #[test]
    fn a_layer_that_does_not_flow_is_not_waited_for() {
        let now = Instant::now();
        let mut layers = hd();
        assert_eq!(layers.best_for(1900, 1000, now), None);
        layers.note_packet(1, now);
        assert_eq!(layers.best_for(1900, 1000, now), Some(1));
        assert_eq!(layers.best_for(10, 10, now), Some(1), "better too large than nothing");
        assert_eq!(layers.best_for(10, 10, now + FLOWS_WITHIN), None);
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
}
