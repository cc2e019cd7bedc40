//! What forwarding costs: real time in the `Sfu` for each packet that it sends to a viewer, everything
//! included that a datagram causes but the system calls.
//!
//! One person shows a camera in three layers; each viewer watches the largest. The world is pretended, the
//! cryptography is real. The smallest of several runs is printed, since other work on a machine only ever
//! makes a run slower.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::time::Duration;

use incamera_protocol::MeetingId;
use incamera_sim::World;

const RUNS: u64 = 5;
const SECONDS: u32 = 4;

fn main() {
    println!("{:>8} {:>14} {:>16} {:>10}", "viewers", "packets out", "us per packet", "ratio");
    let mut first = None;
    for viewers in [1, 10, 49] {
        let runs = (0..RUNS).map(|seed| run(seed, viewers));
        let (packets, cost) = runs.min_by(|a, b| a.1.total_cmp(&b.1)).expect("there are runs");
        let base = *first.get_or_insert(cost);
        println!("{viewers:>8} {packets:>14} {cost:>16.2} {:>10.2}", cost / base);
    }
}

/// Packets sent to viewers, and microseconds for each.
fn run(seed: u64, viewers: usize) -> (u64, f64) {
    let mut world = World::new(seed);
    let room: MeetingId = "aaaaa-aaaaa-aaaaa".parse().expect("fifteen symbols");
    let speaker = world.meet(&room, 1);
    world.publish(speaker, true, true);
    for _ in 0..viewers {
        let viewer = world.meet(&room, 9);
        world.watch(viewer, &[speaker], 1280, 720);
    }
    world.run(Duration::from_secs(2));
    let (packets, time) = (world.counts().forwarded, world.forwarding);
    world.run(Duration::from_secs(1) * SECONDS);
    let packets = world.counts().forwarded - packets;
    let time = world.forwarding - time;
    (packets, time.as_secs_f64() * 1e6 / packets as f64)
}
