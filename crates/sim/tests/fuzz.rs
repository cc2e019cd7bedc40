//! Everything that comes from a network, changed at random: whole datagrams at the forwarding, and offers at
//! the rules. What it begins from lies in `corpus/`, beside what clients have just sent.
//!
//! `INCAMERA_FUZZ_ROUNDS=100000 cargo nextest run --workspace fuzz` takes longer and looks further.

mod common;

use std::net::SocketAddr;
use std::time::Duration;

use common::{SECOND, call, here, two};
use incamera_protocol::Mid;
use incamera_protocol::signal::{ClientMessage, Receive, Send, ServerMessage, SlotKind, Source};
use incamera_sim::{World, figure};

const DATAGRAMS: &str = include_str!("../corpus/datagrams.txt");
const OFFER: &str = include_str!("../corpus/offer.sdp");

fn rounds(usual: usize) -> usize {
    std::env::var("INCAMERA_FUZZ_ROUNDS").ok().and_then(|count| count.parse().ok()).unwrap_or(usual)
}

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as usize % end.max(1)
    }

    /// One of them, changed in a few places.
    fn change(&mut self, all: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = all[self.below(all.len())].clone();
        for _ in 0..=self.below(5) {
            let at = self.below(bytes.len());
            match self.below(7) {
                0 if !bytes.is_empty() => bytes[at] ^= 1 << self.below(8),
                1 if !bytes.is_empty() => bytes[at] = [0, 1, 0x7f, 0x80, 0xff][self.below(5)],
                2 => bytes.truncate(at),
                3 => bytes.extend((0..self.below(64)).map(|n| n as u8)),
                4 => {
                    // The front of one and the end of another.
                    let other = &all[self.below(all.len())];
                    bytes.truncate(at);
                    bytes.extend_from_slice(&other[self.below(other.len())..]);
                }
                5 => {
                    let again = bytes.get(at..).unwrap_or_default().to_vec();
                    bytes.extend(again);
                }
                _ => _ = bytes.drain(at..(at + self.below(16)).min(bytes.len())),
            }
        }
        bytes.truncate(1_500);
        bytes
    }
}

fn corpus() -> Vec<Vec<u8>> {
    let lines = DATAGRAMS.lines().filter(|line| !line.starts_with('#'));
    let bytes = |line: &str| {
        let digits: Vec<_> = line.bytes().filter(u8::is_ascii_hexdigit).collect();
        let byte =
            |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
        digits.chunks_exact(2).filter_map(byte).collect()
    };
    lines.map(bytes).collect()
}

/// ATK-31: nothing that a datagram holds ends a peer by a bug, or disturbs the others.
#[test]
fn fuzz_datagrams() {
    let mut world = World::new(41);
    let (anna, ben) = two(&mut world);
    let eve = world.meet(&here(), 9);
    world.publish(eve, true, true);
    world.watch(eve, &[anna, ben], 640, 360);
    world.run(SECOND * 2);
    world.record(eve);
    world.run(SECOND);
    let mut all = world.recorded();
    all.truncate(200);
    all.extend(corpus());
    let mut dice = Dice(41);
    let (begun, stranger) = (world.now(), SocketAddr::from(([10, 66, 0, 1], 6)));
    let count = rounds(6_000);
    for round in 0..count {
        let datagram = dice.change(&all);
        world.inject(if round % 3 == 0 { stranger } else { world.address(eve) }, &datagram);
        if round % 50 == 0 {
            world.run(Duration::from_millis(20));
        }
    }
    world.run(SECOND);
    figure(&format!("fuzz: {count} datagrams, {:?}", world.counts()));
    let seen = call(world.client(anna), ben, begun, world.now());
    assert!(seen.freeze_ms < 500 && seen.heard > 0.99, "{seen}");
    assert_eq!(world.counts().panicked, 0);
}

/// ATK-31: nothing that an offer holds ends anything by a bug; every offer is answered or refused.
#[test]
fn fuzz_offers() {
    let mut world = World::new(42);
    let (anna, ben) = two(&mut world);
    let eve = world.meet(&here(), 1);
    world.run(SECOND * 2);
    let lines: Vec<Vec<u8>> = OFFER.lines().map(|line| line.as_bytes().to_vec()).collect();
    let mid = |text: &str| Mid::new(text).expect("short");
    let begun = world.now();
    let (mut dice, count) = (Dice(42), rounds(1_500));
    let heard = world.client(eve).heard.len();
    for number in 0..count {
        let mut text: Vec<u8> = Vec::new();
        for line in &lines {
            // Most lines stay, or nothing would ever reach what lies behind the first.
            match dice.below(200) {
                0 => text.extend(dice.change(&lines)),
                1 => continue,
                2 => text.extend([line.as_slice(), b"\r\n", line].concat()),
                3 => text.extend(dice.change(std::slice::from_ref(line))),
                _ => text.extend(line),
            }
            text.extend(b"\r\n");
        }
        let offer = ClientMessage::Offer {
            offer: number as u32,
            sdp: String::from_utf8_lossy(&text).into_owned(),
            sends: vec![
                Send { mid: mid("0"), source: Source::Microphone, red: false, av1: false },
                Send { mid: mid("1"), source: Source::Camera, red: false, av1: false },
            ],
            receives: vec![Receive { mid: mid("2"), kind: SlotKind::Video }],
            fresh: number % 5 != 1,
        };
        world.say(eve, offer);
        if number % 20 == 0 {
            world.run(Duration::from_millis(20));
        }
    }
    world.run(SECOND);
    let refused = world.client(eve).heard[heard..]
        .iter()
        .filter(|message| matches!(message, ServerMessage::Refused { .. }))
        .count();
    figure(&format!("fuzz: {count} offers, {refused} refused, {:?}", world.counts()));
    assert!(refused < count * 9 / 10, "some were good enough to be answered");
    let seen = call(world.client(anna), ben, begun, world.now());
    assert!(seen.freeze_ms < 500 && seen.heard > 0.99, "{seen}");
    assert_eq!(world.counts().panicked, 0);
}
