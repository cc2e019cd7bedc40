//! Slows down a client that says too much, or that has too much said to others. It is not refused and loses
//! nothing: its frames are read later, and the network makes it wait. Who goes on in spite of it for long is
//! no client that got excited, and is put out.

use std::time::{Duration, Instant};

/// Frames a second, in the long run. A person who turns pages, moves windows and writes makes ten.
const FRAMES_PER_SECOND: u32 = 50;

/// Frames at once, as after a reconnect.
const FRAMES_AT_ONCE: u32 = 200;

/// Bytes a second, in the long run: those of the frame itself, and those that the server wrote to others
/// because of it. A line of chat to 400 people is a quarter of a megabyte.
const BYTES_PER_SECOND: u32 = 4 * 1024 * 1024;

/// Bytes at once: the largest sealed words to 400 people, three times. Such a frame has the next one wait for
/// two seconds at most, which a client does not take for a dead socket.
const BYTES_AT_ONCE: u32 = 32 * 1024 * 1024;

/// After how long without a rest a client is told that it is too fast.
const TOLD_AFTER: Duration = Duration::from_secs(5);

/// After how long without a rest a client is put out.
const ENOUGH_AFTER: Duration = Duration::from_secs(30);

/// The part of a full bucket that counts as a rest. Waiting as told does not fill it: a client has to be
/// silent by itself, for about half a second.
const REST: f64 = 0.1;

/// What is to be done before the next frame is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing.
    Go,
    /// Let some time pass.
    Wait(Duration),
    /// Tell the client that it is too fast, and let some time pass.
    Warn(Duration),
    /// It has been warned long enough.
    End,
}

/// How fast one client may be: two token buckets, for frames and for bytes.
#[derive(Debug)]
pub(crate) struct Pace {
    frames: Bucket,
    bytes: Bucket,
    at: Instant,
    /// Since when it has been too fast without a rest.
    restless: Option<Instant>,
    warned: bool,
}

impl Pace {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            frames: Bucket::full(FRAMES_PER_SECOND, FRAMES_AT_ONCE),
            bytes: Bucket::full(BYTES_PER_SECOND, BYTES_AT_ONCE),
            at: now,
            restless: None,
            warned: false,
        }
    }

    /// Takes in one frame and the bytes it cost.
    pub(crate) fn on_frame(&mut self, now: Instant, bytes: usize) -> Verdict {
        let passed = now.saturating_duration_since(self.at);
        self.at = now;
        self.frames.earn(passed);
        self.bytes.earn(passed);
        if self.frames.has_rested() && self.bytes.has_rested() {
            self.restless = None;
            self.warned = false;
        }
        self.frames.tokens -= 1.0;
        self.bytes.tokens -= bytes as f64;
        let wait = self.frames.wait().max(self.bytes.wait());
        if wait.is_zero() {
            return Verdict::Go;
        }
        let restless = now.saturating_duration_since(*self.restless.get_or_insert(now));
        if restless >= ENOUGH_AFTER {
            Verdict::End
        } else if restless >= TOLD_AFTER && !std::mem::replace(&mut self.warned, true) {
            Verdict::Warn(wait)
        } else {
            Verdict::Wait(wait)
        }
    }
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    per_second: f64,
    at_once: f64,
}

impl Bucket {
    fn full(per_second: u32, at_once: u32) -> Self {
        let at_once = f64::from(at_once);
        Self { tokens: at_once, per_second: per_second.into(), at_once }
    }

    fn earn(&mut self, passed: Duration) {
        self.tokens = (self.tokens + passed.as_secs_f64() * self.per_second).min(self.at_once);
    }

    fn has_rested(&self) -> bool {
        self.tokens >= REST * self.at_once
    }

    fn wait(&self) -> Duration {
        Duration::from_secs_f64((-self.tokens).max(0.0) / self.per_second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends frames of a size one after another, as soon as each may be sent; gives the time that they took.
    fn flood(pace: &mut Pace, now: &mut Instant, frames: u32, bytes: usize) -> f64 {
        let start = *now;
        for _ in 0..frames {
            match pace.on_frame(*now, bytes) {
                Verdict::Go => {}
                Verdict::Wait(wait) | Verdict::Warn(wait) => *now += wait,
                Verdict::End => panic!("put out after {:?}", *now - start),
            }
        }
        (*now - start).as_secs_f64()
    }

    #[test]
    fn a_burst_passes_and_a_flood_is_slowed_to_its_rate() {
        let mut now = Instant::now();
        let mut pace = Pace::new(now);
        assert_eq!(flood(&mut pace, &mut now, FRAMES_AT_ONCE, 100), 0.0);
        let seconds = flood(&mut pace, &mut now, 500, 100);
        assert!((9.9..10.1).contains(&seconds), "{seconds}");
    }

    /// ATK-48: the largest words to 400 people, as fast as frames may come.
    #[test]
    fn large_frames_and_many_hearers_are_slowed_by_what_they_cost() {
        let mut now = Instant::now();
        let mut pace = Pace::new(now);
        let bytes = 22 * 1024 * 400;
        assert_eq!(flood(&mut pace, &mut now, 3, bytes), 0.0);
        let seconds = flood(&mut pace, &mut now, 10, bytes);
        let rate = 10.0 * bytes as f64 / seconds;
        assert!((4.0e6..6.0e6).contains(&rate), "{rate} bytes a second in {seconds} s");
        let before = now;
        flood(&mut pace, &mut now, 1, bytes);
        assert!(now - before < Duration::from_secs(3), "one frame waits for {:?}", now - before);
    }

    #[test]
    fn who_floods_on_is_told_and_then_put_out() {
        let start = Instant::now();
        let (mut pace, mut now) = (Pace::new(start), start);
        let mut warned = Vec::new();
        loop {
            match pace.on_frame(now, 100) {
                Verdict::Go => {}
                Verdict::Wait(wait) => now += wait,
                Verdict::Warn(wait) => {
                    warned.push((now - start).as_secs());
                    now += wait;
                }
                Verdict::End => break,
            }
        }
        assert_eq!(warned, [5], "told once");
        assert_eq!((now - start).as_secs(), 30);
    }

    #[test]
    fn who_rests_begins_anew() {
        let mut now = Instant::now();
        let mut pace = Pace::new(now);
        for _ in 0..20 {
            flood(&mut pace, &mut now, FRAMES_AT_ONCE + 50 * 20, 100);
            now += Duration::from_millis(600);
        }
    }
}
