//! What the forwarding alone costs: time on the processor and allocations in the `Sfu`, for each packet that
//! comes in and for each that goes out to a viewer. Everything is included that a datagram causes but the
//! system calls.
//!
//! The network is pretended, rooms and cryptography are real. The cheapest of several runs is printed, since
//! other work on a machine only ever makes a run slower.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

mod inside;

use std::alloc::System;
use std::time::Duration;

use anyhow::{Context, Result};
use incamera_bench::camera::{LARGE_ONLY, SMALL_ONLY, THREE_LAYERS};
use incamera_bench::machine::Machine;
use incamera_bench::participant::Part;
use inside::{Cost, Room};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static COUNTING: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const RUNS: usize = 2;
const WARM: Duration = Duration::from_secs(2);
const WINDOW: Duration = Duration::from_secs(3);
const VIEWERS: usize = 20;
const VOICE_SLOTS: usize = 8;

/// A room that is measured twice: without viewers, and with them.
struct Case {
    name: &'static str,
    senders: Vec<Part>,
    video_slots: usize,
    /// The size of each tile.
    tile: (u16, u16),
}

fn main() -> Result<()> {
    println!("machine: {}", Machine::here());
    println!("{VIEWERS} viewers; a packet in, and what each packet out costs beyond that");
    println!(
        "{:<44} {:>7} {:>9} {:>7} {:>9} {:>8}",
        "", "in: µs", "in: alloc", "out: µs", "out: alloc", "out: B"
    );
    for case in cases() {
        let alone = cheapest(&case, 0)?;
        let watched = cheapest(&case, VIEWERS)?;
        let packets_in = alone.packets_in as f64;
        let (in_us, in_allocations) =
            (alone.time.as_secs_f64() * 1e6 / packets_in, alone.allocations as f64 / packets_in);
        let packets_out = watched.packets_out.max(1) as f64;
        let beyond = |total: f64, alone: f64| (total - alone) / packets_out;
        println!(
            "{:<44} {in_us:>7.2} {in_allocations:>9.2} {:>7.2} {:>9.2} {:>8.0}",
            case.name,
            beyond(watched.time.as_secs_f64() * 1e6, alone.time.as_secs_f64() * 1e6),
            beyond(watched.allocations as f64, alone.allocations as f64),
            beyond(watched.allocated_bytes as f64, alone.allocated_bytes as f64),
        );
    }
    Ok(())
}

fn cases() -> Vec<Case> {
    let sender = |voice, camera| Part { voice, camera: Some(camera), voice_slots: 0, video_slots: 0 };
    let large = (1280, 720);
    let one_large =
        |name, video_slots| Case { name, senders: vec![sender(false, LARGE_ONLY)], video_slots, tile: large };
    let all_small = |name, video_slots| Case {
        name,
        senders: vec![sender(false, SMALL_ONLY); video_slots],
        video_slots,
        tile: (320, 180),
    };
    vec![
        one_large("1 slot, one large picture", 1),
        one_large("9 slots, one large picture", 9),
        one_large("25 slots, one large picture", 25),
        all_small("9 slots, nine small pictures", 9),
        all_small("25 slots, twenty-five small pictures", 25),
        Case {
            name: "9 slots, one picture in three layers, a voice",
            senders: vec![sender(true, THREE_LAYERS)],
            video_slots: 9,
            tile: large,
        },
    ]
}

fn cheapest(case: &Case, viewers: usize) -> Result<Cost> {
    let runs = (0..RUNS).map(|_| run(case, viewers)).collect::<Result<Vec<_>>>()?;
    runs.into_iter().min_by_key(|cost| cost.time).context("there are runs")
}

fn run(case: &Case, viewers: usize) -> Result<Cost> {
    let mut room = Room::open(viewers > 0)?;
    let viewer = Part { voice: false, camera: None, voice_slots: VOICE_SLOTS, video_slots: case.video_slots };
    let senders = case.senders.iter().map(|part| room.enter(*part, &[])).collect::<Result<Vec<_>>>()?;
    let tiles: Vec<_> = senders.iter().map(|sender| (*sender, case.tile)).collect();
    for _ in 0..viewers {
        room.enter(viewer, &tiles)?;
    }
    room.run(WARM);
    let before = room.cost();
    room.run(WINDOW);
    Ok(room.cost() - before)
}
