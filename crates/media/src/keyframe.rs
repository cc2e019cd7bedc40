//! Folds the key frame requests of many viewers into few for the sender.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::packet::LayerIndex;
use crate::vocabulary::TrackId;

/// The shortest time between two requests for the same layer: each key frame costs several times a common
/// picture, and everyone who watches pays for it. Who comes just after one waits half a second at most.
const SPACING: Duration = Duration::from_millis(500);

/// When each layer was last asked for a key frame.
#[derive(Default)]
pub(crate) struct KeyframeGate {
    last: HashMap<(TrackId, LayerIndex), Instant>,
}

impl KeyframeGate {
    /// Whether to pass a request on. One that comes too soon is answered by the key frame that is under
    /// way; who still waits afterwards asks again.
    pub(crate) fn ask(&mut self, track: TrackId, layer: LayerIndex, now: Instant) -> bool {
        let last = self.last.get(&(track, layer));
        if last.is_some_and(|last| now.saturating_duration_since(*last) < SPACING) {
            return false;
        }
        self.last.insert((track, layer), now);
        true
    }

    /// Of how many layers it is known when they were asked.
    pub(crate) fn asked(&self) -> usize {
        self.last.len()
    }

    pub(crate) fn forget(&mut self, track: TrackId) {
        self.last.retain(|(known, _), _| *known != track);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::{Kind, PeerId};

    #[test]
    fn four_hundred_viewers_make_few_requests() {
        let mut gate = KeyframeGate::default();
        let track = TrackId { peer: PeerId(1), kind: Kind::Video };
        let start = Instant::now();
        let mut passed = 0;
        for millisecond in 0..1_000 {
            for _viewer in 0..400 {
                passed += u32::from(gate.ask(track, 2, start + Duration::from_millis(millisecond)));
            }
        }
        assert_eq!(passed, 2);
        assert!(gate.ask(track, 0, start), "another layer is another matter");
        gate.forget(track);
        assert!(gate.last.is_empty());
    }
}
