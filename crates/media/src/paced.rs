//! What of a screen is still on its way to one viewer. A page of letters is one picture that takes a slow network
//! seconds: it is given to the engine evenly, as fast as the network carries. The engine's own pacing would empty its queue
//! within two seconds, whatever that loses.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::packet::MediaPacket;

/// More than this on its way, and what comes next would be old when it is seen. Long, since what is left out costs a key
/// frame, which takes a while itself.
const FULL: Duration = Duration::from_secs(4);

/// Less than this, and a key frame may follow.
const NEARLY_EMPTY: Duration = Duration::from_millis(200);

/// So much goes at once after a pause.
const BURST: Duration = Duration::from_millis(40);

#[derive(Default)]
pub(crate) struct Paced {
    waiting: VecDeque<Waiting>,
    bytes: usize,
    /// Bytes that may go now.
    credit: f64,
    at: Option<Instant>,
    /// The RTP time of the picture that came last.
    picture: Option<u32>,
    /// Pictures are left out.
    full: bool,
}

pub(crate) struct Waiting {
    pub(crate) packet: MediaPacket,
    /// Whether it is the first of a new source.
    pub(crate) switches: bool,
}

impl Paced {
    /// Whether packets of the picture of this RTP time may follow. A picture that has begun goes on.
    pub(crate) fn admits(&mut self, picture: u32, rate_bps: Option<u64>) -> bool {
        if self.picture != Some(picture) {
            self.picture = Some(picture);
            self.full = self.delay(rate_bps) > if self.full { NEARLY_EMPTY } else { FULL };
        }
        !self.full
    }

    pub(crate) fn push(&mut self, packet: MediaPacket, switches: bool) {
        self.bytes += packet.payload.len();
        self.waiting.push_back(Waiting { packet, switches });
    }

    /// The next packet, if it may go by now.
    pub(crate) fn pop(&mut self, rate_bps: Option<u64>, now: Instant) -> Option<Waiting> {
        let passed = self.at.map_or(BURST, |at| now.saturating_duration_since(at)).min(BURST);
        self.at = Some(now);
        // Of a network that was not measured yet nothing is known that could be waited for.
        self.credit = match rate_bps {
            None => f64::INFINITY,
            Some(bps) => {
                let second = bps as f64 / 8.0;
                let before = if self.credit.is_finite() { self.credit } else { 0.0 };
                (before + second * passed.as_secs_f64()).min(second * BURST.as_secs_f64())
            }
        };
        if self.credit <= 0.0 {
            return None;
        }
        let next = self.waiting.pop_front()?;
        self.bytes -= next.packet.payload.len();
        self.credit -= next.packet.payload.len() as f64;
        Some(next)
    }

    /// Whether there is room for a whole page.
    pub(crate) fn has_room(&self, rate_bps: Option<u64>) -> bool {
        self.delay(rate_bps) <= NEARLY_EMPTY
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    fn delay(&self, rate_bps: Option<u64>) -> Duration {
        let seconds = rate_bps.map_or(0.0, |bps| self.bytes as f64 * 8.0 / (bps.max(1) as f64));
        Duration::from_secs_f64(seconds.min(60.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    const RATE: Option<u64> = Some(400_000);

    fn page(paced: &mut Paced, picture: u32, packets: u64) -> bool {
        (0..packets).all(|number| {
            let admitted = paced.admits(picture, RATE);
            let packet =
                MediaPacket { payload: Arc::from([0; 1_000]), ..MediaPacket::for_test(0, number, false) };
            if admitted {
                paced.push(packet, false);
            }
            admitted
        })
    }

    fn sent(paced: &mut Paced, from: Instant, ms: std::ops::Range<u64>) -> usize {
        let step = |ms| std::iter::from_fn(|| paced.pop(RATE, from + Duration::from_millis(ms))).count();
        ms.step_by(20).map(step).sum()
    }

    #[test]
    fn a_page_goes_evenly() {
        let start = Instant::now();
        let mut paced = Paced::default();
        assert!(page(&mut paced, 1, 250), "what has begun goes on");
        let first = sent(&mut paced, start, 0..1_000);
        assert!((49..=53).contains(&first), "50 kB a second, and not {first}");
        let second = sent(&mut paced, start, 1_000..2_000);
        assert!((49..=51).contains(&second), "50 kB a second, and not {second}");
    }

    #[test]
    fn what_does_not_fit_is_left_out_until_there_is_room() {
        let start = Instant::now();
        let mut paced = Paced::default();
        assert!(page(&mut paced, 1, 250));
        assert!(!page(&mut paced, 2, 1) && !paced.has_room(RATE));
        sent(&mut paced, start, 0..4_000);
        assert!(!page(&mut paced, 3, 1), "less than full, but not yet empty");
        sent(&mut paced, start, 4_000..4_900);
        assert!(paced.has_room(RATE) && page(&mut paced, 4, 1));
    }

    #[test]
    fn a_network_that_was_not_measured_holds_nothing_back() {
        let mut paced = Paced::default();
        assert!(page(&mut paced, 1, 250) && paced.has_room(None));
        let now = Instant::now();
        assert_eq!(std::iter::from_fn(|| paced.pop(None, now)).count(), 250);
        assert!(paced.is_empty());
    }
}
