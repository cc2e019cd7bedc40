//! What synthetic packets carry: a VP8 descriptor that is real (RFC 7741), random bytes, and at the end the
//! moment of sending. At the end, since a server may write another picture id in front.

use std::sync::Arc;
use std::time::{Duration, Instant};

const STAMP_BYTES: usize = 12;
const MAGIC: [u8; 4] = *b"load";

/// The clock by which packets are stamped and read.
#[derive(Debug, Clone, Copy)]
pub struct Clock(Instant);

impl Clock {
    /// Starts at zero.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    fn stamp(self, now: Instant) -> [u8; 8] {
        let nanos = now.saturating_duration_since(self.0).as_nanos();
        u64::try_from(nanos).unwrap_or(u64::MAX).to_be_bytes()
    }

    /// How long ago a body was stamped; `None` for one that is not ours.
    pub fn age(self, now: Instant, body: &[u8]) -> Option<Duration> {
        let (magic, nanos) = body.last_chunk::<STAMP_BYTES>()?.split_first_chunk::<4>()?;
        if *magic != MAGIC {
            return None;
        }
        let sent = Duration::from_nanos(u64::from_be_bytes(nanos.try_into().ok()?));
        Some(now.saturating_duration_since(self.0).saturating_sub(sent))
    }
}

/// Makes bodies from one block of random bytes, which costs nothing for each packet and cannot be
/// compressed.
pub struct Bodies {
    clock: Clock,
    noise: Vec<u8>,
    at: usize,
}

/// Longer than any body, and of an odd length, so that bodies differ.
const NOISE_BYTES: usize = 16_381;

impl Bodies {
    /// With stamps of this clock.
    pub fn new(clock: Clock) -> Self {
        let mut noise = vec![0; NOISE_BYTES];
        aws_lc_rs::rand::fill(&mut noise).expect("the system has random bytes");
        Self { clock, noise, at: 0 }
    }

    /// A voice of this size in bytes.
    pub fn voice(&mut self, bytes: usize, now: Instant) -> Arc<[u8]> {
        self.finish(Vec::with_capacity(bytes), bytes, now)
    }

    /// One packet of a picture, of this size in bytes. The first of a picture tells by one bit whether it is
    /// a key frame.
    pub fn picture(&mut self, id: u32, first: bool, key: bool, bytes: usize, now: Instant) -> Arc<[u8]> {
        let start = if first { 0x10 } else { 0 };
        let [_, _, high, low] = id.to_be_bytes();
        let mut body = Vec::with_capacity(bytes);
        // X; I, L and T; fifteen bits of picture id; TL0PICIDX; TID.
        body.extend([0x80 | start, 0xe0, 0x80 | high, low, low, 0]);
        body.push(u8::from(!key));
        self.finish(body, bytes, now)
    }

    fn finish(&mut self, mut body: Vec<u8>, bytes: usize, now: Instant) -> Arc<[u8]> {
        let fill = bytes.saturating_sub(body.len() + STAMP_BYTES);
        if self.at + fill > self.noise.len() {
            self.at %= 97;
        }
        body.extend_from_slice(&self.noise[self.at..self.at + fill]);
        self.at += fill;
        body.extend(MAGIC);
        body.extend(self.clock.stamp(now));
        body.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_its_size_and_tells_its_age() {
        let clock = Clock::start();
        let mut bodies = Bodies::new(clock);
        let now = Instant::now();
        let later = now + Duration::from_millis(7);
        let body = bodies.picture(300, true, true, 1042, now);
        assert_eq!(body.len(), 1042);
        assert_eq!(clock.age(later, &body), Some(Duration::from_millis(7)));
        assert_ne!(bodies.voice(80, now)[..60], bodies.voice(80, now)[..60]);
        assert_eq!(clock.age(later, b"nothing of ours"), None);
    }
}
