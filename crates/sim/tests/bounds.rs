//! What a participant could make the server keep: each story would let it grow without end.

use std::time::Duration;

use incamera_protocol::signal::{ClientMessage, Receive, ServerMessage, SlotKind, Source};
use incamera_protocol::{MeetingId, Mid, Refusal};
use incamera_sim::World;

const SECOND: Duration = Duration::from_secs(1);

fn here() -> MeetingId {
    "aaaaa-aaaaa-aaaaa".parse().expect("fifteen symbols")
}

fn refusals(world: &World, of: u16) -> Vec<Refusal> {
    let refused = |message: &ServerMessage| match message {
        ServerMessage::Refused { refusal, .. } => Some(*refusal),
        _ => None,
    };
    world.client(of).heard.iter().filter_map(refused).collect()
}

fn mid(text: &str) -> Mid {
    Mid::new(text).expect("short")
}

/// An offer that names m-lines which its text does not have gets no slot for them.
#[test]
fn slots_that_are_not_in_the_text_are_refused() {
    let mut world = World::new(20);
    let anna = world.meet(&here(), 2);
    world.run(SECOND);
    let receives = (0..16).map(|n| Receive { mid: mid(&format!("x{n}")), kind: SlotKind::Video }).collect();
    world.offer_slots_besides(anna, receives);
    world.run(SECOND);
    assert_eq!(refusals(&world, anna), [Refusal::OfferInvalid]);
    world.finish();
}

/// A refused offer may have left half of itself in the engine, so the peer ends; a new one works.
#[test]
fn after_a_refused_offer_a_new_connection_works() {
    let mut world = World::new(21);
    let (anna, ben) = (world.meet(&here(), 2), world.meet(&here(), 2));
    world.publish(ben, true, true);
    world.watch(anna, &[ben], 320, 180);
    world.run(SECOND);
    let sdp = "no description".to_owned();
    world.say(anna, ClientMessage::Offer { offer: 9, sdp, sends: vec![], receives: vec![], fresh: false });
    world.run(SECOND);
    assert_eq!(refusals(&world, anna), [Refusal::OfferInvalid]);
    let id = world.client(ben).participant;
    let before = world.client(anna).seen(id, Source::Camera).packets;
    world.run(SECOND);
    assert_eq!(world.client(anna).seen(id, Source::Camera).packets, before, "the old connection has ended");
    world.reconnect(anna);
    world.run(SECOND * 2);
    let seen = world.client(anna).seen(id, Source::Camera);
    assert!(seen.packets > 30, "{} packets after the new connection", seen.packets);
    world.finish();
}

/// ATK-38: datagrams that anyone can make do not keep someone in the room who has gone.
#[test]
fn what_proves_nothing_keeps_nobody_present() {
    let mut world = World::new(22);
    let (anna, ben) = (world.meet(&here(), 2), world.meet(&here(), 2));
    world.publish(ben, true, true);
    world.watch(anna, &[ben], 320, 180);
    world.run(SECOND * 2);
    let (id, address) = (world.client(ben).participant, world.address(ben));
    world.link(ben, incamera_sim::Link::dead());
    world.cut_socket(ben);
    for _ in 0..170 {
        // RTP, RTCP and DTLS by their first bytes, from the right address, with nothing right inside.
        for first in [[0x80, 111], [0x80, 200], [22, 254]] {
            let mut datagram = vec![0; 40];
            datagram[..2].copy_from_slice(&first);
            world.inject(address, &datagram);
        }
        world.run(Duration::from_millis(100));
    }
    assert_eq!(world.removed, [id], "gone after 15 s");
    world.finish();
}
