//! How much media one peer may send in. What is beyond that is dropped before it costs anything, so that
//! nobody can use up the network of the others.

use std::time::{Duration, Instant};

/// Bytes a second, in the long run: three layers of a camera, a screen, a voice and music, their repairs, and
/// as much again for a browser that overshoots.
const BYTES_PER_SECOND: f64 = 1_500_000.0;

/// Bytes at once: key frames of all layers.
const BURST_BYTES: f64 = 1_000_000.0;

/// A token bucket, in bytes.
#[derive(Debug)]
pub(crate) struct Inflow {
    tokens: f64,
    at: Instant,
}

impl Inflow {
    pub(crate) fn new(now: Instant) -> Self {
        Self { tokens: BURST_BYTES, at: now }
    }

    /// Whether a datagram of so many bytes may come in.
    pub(crate) fn admit(&mut self, now: Instant, bytes: usize) -> bool {
        let passed = now.saturating_duration_since(self.at).min(Duration::from_secs(10));
        self.at = self.at.max(now);
        self.tokens = (self.tokens + passed.as_secs_f64() * BYTES_PER_SECOND).min(BURST_BYTES);
        let bytes = bytes as f64;
        let admitted = self.tokens >= bytes;
        if admitted {
            self.tokens -= bytes;
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_cut_to_its_rate_and_a_call_is_not() {
        let start = Instant::now();
        let admitted = |every: Duration| {
            let mut inflow = Inflow::new(start);
            let count = (10.0 / every.as_secs_f64()) as u32;
            (0..count).filter(|n| inflow.admit(start + every * *n, 1_200)).count() as f64 / f64::from(count)
        };
        // 4 Mbit/s, then 96 Mbit/s.
        assert!((admitted(Duration::from_micros(2_400)) - 1.0).abs() < f64::EPSILON);
        let share = admitted(Duration::from_micros(100));
        assert!((0.125..0.14).contains(&share), "{share} of the flood came through");
    }
}
