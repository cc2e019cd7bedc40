//! Slows down a client that says too much. It is not refused and loses nothing: its frames are read later,
//! and the network makes it wait.

use std::time::{Duration, Instant};

/// Frames a second, in the long run. A person who turns pages, moves windows and writes makes ten.
const FRAMES_PER_SECOND: u32 = 50;

/// Frames at once, as after a reconnect.
const BURST: u32 = 200;

/// A token bucket.
#[derive(Debug)]
pub(crate) struct Pace {
    tokens: f64,
    at: Instant,
}

impl Pace {
    pub(crate) fn new(now: Instant) -> Self {
        Self { tokens: f64::from(BURST), at: now }
    }

    /// Takes in one frame, and says how long to wait before the next is read.
    pub(crate) fn on_frame(&mut self, now: Instant) -> Option<Duration> {
        let earned = now.saturating_duration_since(self.at).as_secs_f64() * f64::from(FRAMES_PER_SECOND);
        self.tokens = (self.tokens + earned).min(f64::from(BURST)) - 1.0;
        self.at = now;
        (self.tokens < 0.0).then(|| Duration::from_secs_f64(-self.tokens / f64::from(FRAMES_PER_SECOND)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_a_flood_is_slowed_to_its_rate() {
        let mut now = Instant::now();
        let start = now;
        let mut pace = Pace::new(now);
        for _ in 0..BURST {
            assert_eq!(pace.on_frame(now), None);
        }
        for _ in 0..500 {
            now += pace.on_frame(now).unwrap_or_default();
        }
        let seconds = (now - start).as_secs_f64();
        assert!((9.9..10.1).contains(&seconds), "{seconds}");
    }
}
