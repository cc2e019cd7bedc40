//! What the stories share.

#![allow(dead_code, reason = "each file of stories uses a part")]

use std::time::{Duration, Instant};

use incamera_protocol::MeetingId;
use incamera_sim::{Client, World};

pub(crate) const SECOND: Duration = Duration::from_secs(1);

pub(crate) fn room(text: &str) -> MeetingId {
    text.parse().expect("fifteen symbols")
}

pub(crate) fn here() -> MeetingId {
    room("aaaaa-aaaaa-aaaaa")
}

/// Two people, both with sound and picture, looking at each other in large tiles.
pub(crate) fn two(world: &mut World) -> (u16, u16) {
    let (anna, ben) = (world.meet(&here(), 9), world.meet(&here(), 9));
    for (one, other) in [(anna, ben), (ben, anna)] {
        world.publish(one, true, true);
        world.watch(one, &[other], 1280, 720);
    }
    (anna, ben)
}

/// What one person saw and heard of another in some time.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) freeze_ms: u128,
    pub(crate) frozen_ms: u128,
    pub(crate) silence_ms: u128,
    pub(crate) heard: f64,
    pub(crate) healed: f64,
    pub(crate) pictures: usize,
}

pub(crate) fn call(viewer: &Client, of: u16, from: Instant, to: Instant) -> Call {
    let (heard, healed) = viewer.heard(of, from, to);
    Call {
        freeze_ms: viewer.longest_freeze(of, from, to).as_millis(),
        frozen_ms: viewer.frozen(of, from, to).as_millis(),
        silence_ms: viewer.longest_silence(of, from, to).as_millis(),
        heard,
        healed,
        pictures: viewer.pictures(of, from, to),
    }
}

impl std::fmt::Display for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "longest freeze {} ms, frozen {} ms in all, longest silence {} ms, {:.1} % of the voice came, {:.1} % heard with redundancy, {} pictures",
            self.freeze_ms,
            self.frozen_ms,
            self.silence_ms,
            self.heard * 100.0,
            self.healed * 100.0,
            self.pictures
        )
    }
}
