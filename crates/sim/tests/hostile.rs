//! Peers that lie, flood, send garbage or take nothing in. The others must not notice.

mod common;

use std::net::SocketAddr;
use std::time::Duration;

use common::{SECOND, call, here};
use incamera_sim::{Lie, Link, World, figure, tell};

/// Two who talk, each seeing the other, and one who means no good.
fn three(world: &mut World) -> (u16, u16, u16) {
    let (anna, ben) = common::two(world);
    let eve = world.meet(&here(), 9);
    world.publish(eve, true, true);
    world.watch(eve, &[anna, ben], 320, 180);
    world.run(SECOND * 3);
    (anna, ben, eve)
}

/// Anna must have seen and heard all of Ben since then.
fn expect_undisturbed(world: &World, (anna, ben): (u16, u16), begun: std::time::Instant, what: &str) {
    let call = call(world.client(anna), ben, begun, world.now());
    figure(&format!("{what}: {call}"));
    assert!(call.heard > 0.99 && call.silence_ms < 200, "{what}: {call}");
    assert!(call.freeze_ms < 500, "{what}: {call}");
}

fn stranger(number: u32) -> SocketAddr {
    SocketAddr::from(([10, 9, (number >> 8) as u8, number as u8], 9))
}

/// ATK-38: media on m-lines that are not for sending, with many SSRCs, or with the SSRC of someone else.
#[test]
fn a_peer_that_lies_in_its_packets_reaches_nobody() {
    tell("lies", 2, |mut world| {
        let (anna, ben, eve) = three(&mut world);
        let begun = world.now();
        for _ in 0..100 {
            for lie in [Lie::OnASlot, Lie::ManySsrcs, Lie::SsrcOf(ben), Lie::NoPicture] {
                world.lie(eve, lie);
            }
            world.run(Duration::from_millis(20));
        }
        world.run(SECOND);
        expect_undisturbed(&world, (anna, ben), begun, "lies");
        world.finish();
    });
}

/// ATK-38: what was sent once is not taken a second time, from whatever address.
#[test]
fn recorded_packets_are_not_taken_again() {
    tell("replay", 2, |mut world| {
        let (anna, ben, _) = three(&mut world);
        world.record(ben);
        world.run(SECOND);
        let recorded = world.recorded();
        let rtp: Vec<_> = recorded.iter().filter(|datagram| datagram[0] >= 128).collect();
        world.run(SECOND / 5);
        let (begun, forwarded) = (world.now(), world.counts().forwarded);
        for datagram in &rtp {
            world.inject(world.address(ben), datagram);
            world.inject(stranger(1), datagram);
        }
        let again = world.counts().forwarded - forwarded;
        figure(&format!("replay: {} datagrams twice more, {again} packets forwarded of them", rtp.len()));
        assert_eq!(again, 0);
        world.run(SECOND);
        expect_undisturbed(&world, (anna, ben), begun, "replay");
        world.finish();
    });
}

/// ATK-31: real datagrams with some bits turned, from the right address.
#[test]
fn damaged_datagrams_hurt_nobody_else() {
    tell("damaged", 2, |mut world| {
        let (anna, ben, eve) = three(&mut world);
        world.record(eve);
        world.run(SECOND);
        let recorded = world.recorded();
        let begun = world.now();
        let mut state = 7_u64;
        let mut next = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        let mut sent = 0_u32;
        for round in 0..30 {
            for datagram in &recorded {
                let mut damaged = datagram.clone();
                for _ in 0..=next(4) {
                    let at = next(damaged.len());
                    damaged[at] ^= 1 << next(8);
                }
                damaged.truncate(if round % 3 == 0 { 1 + next(damaged.len()) } else { damaged.len() });
                world.inject(world.address(eve), &damaged);
                sent += 1;
            }
            world.run(Duration::from_millis(50));
        }
        world.run(SECOND);
        figure(&format!("damaged: {sent} datagrams, {:?}", world.counts()));
        expect_undisturbed(&world, (anna, ben), begun, "damaged");
        world.finish();
    });
}

/// ATK-32: DTLS handshakes of others, from other addresses, while someone connects.
#[test]
fn hellos_from_elsewhere_stop_no_handshake() {
    tell("hello", 3, |mut world| {
        let first = world.meet(&here(), 1);
        world.record(first);
        world.run(SECOND);
        let dtls: Vec<_> =
            world.recorded().into_iter().filter(|datagram| (20..64).contains(&datagram[0])).collect();
        assert!(!dtls.is_empty(), "the handshake was recorded");
        let late = world.meet(&here(), 1);
        let entered = world.now();
        let mut connected = None;
        for step in 0..200_u32 {
            for hello in &dtls {
                world.inject(stranger(step), hello);
            }
            world.run(Duration::from_millis(5));
            connected = connected.or(world.client(late).connected_at);
        }
        let took = connected.expect("the call connects") - entered;
        figure(&format!(
            "hello: {} foreign handshake datagrams 200 times, connected after {took:?}",
            dtls.len()
        ));
        assert!(took < SECOND * 3, "{took:?}");
        world.finish();
    });
}

/// A fragment of a DTLS handshake message (RFC 6347 section 4.2.2).
fn fragment(number: u16, length: u32, offset: u32, bytes: usize) -> Vec<u8> {
    let mut datagram = vec![22, 254, 253, 0, 0, 0, 0, 0, 0];
    datagram.extend(number.to_be_bytes());
    datagram.extend(u16::try_from(bytes + 12).expect("short").to_be_bytes());
    datagram.push(1);
    datagram.extend(&length.to_be_bytes()[1..]);
    datagram.extend(number.to_be_bytes());
    datagram.extend(&offset.to_be_bytes()[1..]);
    datagram.extend(&u32::try_from(bytes).expect("short").to_be_bytes()[1..]);
    datagram.extend(vec![0; bytes]);
    datagram
}

/// ATK-33: fragments of handshakes that never end, empty ones among them.
#[test]
fn endless_handshakes_cost_little() {
    tell("fragments", 1, |mut world| {
        let (anna, ben, _) = three(&mut world);
        let eve = world.meet(&here(), 1);
        let begun = world.now();
        let before = resident_bytes();
        for number in 0..20_000_u16 {
            let (offset, bytes) = if number % 4 == 0 { (0, 0) } else { (u32::from(number) * 1_000, 1_000) };
            world.inject(world.address(eve), &fragment(number, 0x00ff_ffff, offset & 0x00ff_ffff, bytes));
            if number % 20 == 0 {
                world.run(Duration::from_millis(5));
            }
        }
        let grown = resident_bytes().saturating_sub(before) / 1_024;
        figure(&format!("fragments: 20000 of endless messages, memory grown by {grown} KiB in all"));
        assert!(grown < 24 * 1_024, "{grown} KiB");
        expect_undisturbed(&world, (anna, ben), begun, "fragments");
        world.finish();
    });
}

/// A STUN binding request for someone, without a signature.
fn unsigned_request(ufrag: &str) -> Vec<u8> {
    let username = format!("{ufrag}:xxxx");
    let padded = username.len().next_multiple_of(4);
    let mut datagram = vec![0, 1];
    datagram.extend(u16::try_from(padded + 4).expect("short").to_be_bytes());
    datagram.extend([0x21, 0x12, 0xa4, 0x42]);
    datagram.extend([7; 12]);
    datagram.extend([0, 6]);
    datagram.extend(u16::try_from(username.len()).expect("short").to_be_bytes());
    datagram.extend(username.as_bytes());
    datagram.resize(24 + padded, 0);
    datagram
}

/// ATK-35: requests without a valid signature are not answered.
#[test]
fn a_stun_flood_is_not_reflected() {
    tell("stun", 1, |mut world| {
        let (anna, ben, _) = three(&mut world);
        let begun = world.now();
        let requests = [unsigned_request(&world.client(anna).server_ufrag.clone()), unsigned_request("none")];
        let (mut sent, mut answered) = (0, 0);
        for number in 0..50_000_u32 {
            let request = &requests[number as usize % 2];
            let before = world.sent_by_server().1;
            world.inject(stranger(number), request);
            answered += world.sent_by_server().1 - before;
            sent += request.len() as u64;
            if number % 100 == 0 {
                world.run(Duration::from_millis(2));
            }
        }
        let share = answered as f64 / sent as f64;
        figure(&format!("stun: {sent} bytes in, {answered} bytes out: {share:.4}"));
        assert!(share <= 0.05);
        expect_undisturbed(&world, (anna, ben), begun, "stun");
        world.finish();
    });
}

/// ATK-40: someone sends 50 Mbit/s. Those who look at it on a narrow line hear each other all the same.
#[test]
fn a_flooding_sender_takes_nothing_from_the_others() {
    tell("flood", 2, |mut world| {
        let (anna, ben, eve) = three(&mut world);
        world.inflate(eve, 21.0);
        world.watch_tiles(anna, &[(ben, 640, 360), (eve, 1280, 720)]);
        world.run(SECOND * 4);
        let (begun, before, refused) = (world.now(), world.traffic(eve).0, world.counts().excess);
        world.run(SECOND * 5);
        let sent = world.traffic(eve).0;
        let rate = (sent.sent_bytes - before.sent_bytes) * 8 / 5_000_000;
        let refused = (world.counts().excess - refused) as f64 / (sent.sent - before.sent) as f64;
        figure(&format!("flood: {rate} Mbit/s sent, {:.0} % of it refused", refused * 100.0));
        assert!(refused > 0.5, "{refused}");
        expect_undisturbed(&world, (anna, ben), begun, "flood");
        world.link(anna, Link::squeezed(4_000_000));
        world.run(SECOND * 4);
        let begun = world.now();
        world.run(SECOND * 5);
        let call = call(world.client(anna), ben, begun, world.now());
        figure(&format!("flood, and 4 Mbit/s for who looks at it: {call}"));
        assert!(call.healed > 0.97, "{call}");
        world.finish();
    });
}

/// ATK-41: people who take in no media and report nothing. What waits for them is bounded.
#[test]
fn who_takes_nothing_in_costs_no_memory() {
    tell("deaf", 1, |mut world| {
        let speaker = world.meet(&here(), 1);
        world.publish(speaker, true, true);
        let deaf: Vec<_> = (0..10).map(|_| world.meet(&here(), 4)).collect();
        for one in &deaf {
            world.watch(*one, &[speaker], 1280, 720);
        }
        world.run(SECOND * 5);
        for one in &deaf {
            world.deafen(*one);
        }
        world.run(SECOND * 15);
        let before = resident_bytes();
        world.run(SECOND * 60);
        let grown = resident_bytes().saturating_sub(before) / 1_024;
        figure(&format!("deaf: ten for 60 s, memory grown by {grown} KiB in all"));
        assert!(grown < 10 * 1_024, "{grown} KiB");
        world.finish();
    });
}

/// What the process holds in memory, where the system tells.
fn resident_bytes() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = text.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok());
    pages.unwrap_or_default() * 4_096
}
