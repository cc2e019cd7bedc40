//! Prints the floor of this machine: see `incamera_bench::floor`.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::time::Duration;

use anyhow::Result;
use clap::Parser;
use incamera_bench::floor::{Shape, measure};
use incamera_bench::machine::Machine;

/// What rewriting, sealing and sending a packet costs on this machine.
#[derive(Parser)]
struct Arguments {
    /// How many receive each frame
    #[arg(long, default_value_t = 200)]
    receivers: usize,
    /// RTP packets of a frame
    #[arg(long, default_value_t = 6)]
    packets: usize,
    /// Bytes of each datagram
    #[arg(long, default_value_t = 1078)]
    datagram_bytes: usize,
    /// Seconds for each line
    #[arg(long, default_value_t = 1.5)]
    seconds: f64,
}

fn main() -> Result<()> {
    let Arguments { receivers, packets, datagram_bytes, seconds } = Arguments::parse();
    println!("machine: {}", Machine::here());
    println!("{receivers} receivers, {packets} packets of {datagram_bytes} B a frame; µs a packet");
    println!("{:<34} {:>8} {:>8}", "", "least", "median");
    let (plain, gso, gro) = ((false, false), (true, false), (true, true));
    for (name, (gso, gro), aes256) in [
        ("one call a packet, AES-128", plain, false),
        ("one call a frame (GSO), AES-128", gso, false),
        ("GSO, received joined, AES-128", gro, false),
        ("one call a packet, AES-256", plain, true),
        ("one call a frame (GSO), AES-256", gso, true),
    ] {
        let shape = Shape { receivers, packets, datagram_bytes, gso, gro, aes256 };
        let floor = measure(shape, Duration::from_secs_f64(seconds))?;
        println!("{name:<34} {:>8.2} {:>8.2}", floor.least_us, floor.median_us);
    }
    Ok(())
}
