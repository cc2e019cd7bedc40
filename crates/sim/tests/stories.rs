//! Stories of meetings, told to the real rules and the real forwarding in a pretended world.

use std::time::Duration;

use incamera_media::{Command, Kind, PeerId, TrackId, Wish};
use incamera_protocol::MeetingId;
use incamera_protocol::signal::{Link as Shown, ServerMessage, Source};
use incamera_sim::{Link, World, figure};

const SECOND: Duration = Duration::from_secs(1);

fn room(text: &str) -> MeetingId {
    text.parse().expect("fifteen symbols")
}

fn here() -> MeetingId {
    room("aaaaa-aaaaa-aaaaa")
}

/// Two people, both with sound and picture, looking at each other in small tiles.
fn two(world: &mut World) -> (u16, u16) {
    let (anna, ben) = (world.meet(&here(), 9), world.meet(&here(), 9));
    for (one, other) in [(anna, ben), (ben, anna)] {
        world.publish(one, true, true);
        world.watch(one, &[other], 320, 180);
    }
    (anna, ben)
}

#[test]
fn two_people_see_and_hear_each_other() {
    let mut world = World::new(1);
    let (anna, ben) = two(&mut world);
    world.run(SECOND * 3);
    for (viewer, other) in [(anna, ben), (ben, anna)] {
        let id = world.client(other).participant;
        let (picture, voice) = (
            world.client(viewer).seen(id, Source::Camera),
            world.client(viewer).seen(id, Source::Microphone),
        );
        assert!(picture.first.is_some_and(|first| first.key), "a picture begins with a key frame");
        assert!(picture.packets > 60, "{} packets of picture in 3 s", picture.packets);
        assert!(voice.packets > 110, "{} packets of voice in 3 s", voice.packets);
        assert!(picture.last.is_some_and(|last| last.client == other && last.layer == 0));
    }
    world.finish();
}

#[test]
fn a_larger_tile_gets_a_larger_layer_without_a_gap() {
    let mut world = World::new(2);
    let (anna, ben) = two(&mut world);
    world.run(SECOND * 2);
    let id = world.client(ben).participant;
    for (size, layer) in [((1280, 720), 2), ((640, 360), 1), ((100, 60), 0), ((1920, 1080), 2)] {
        world.watch(anna, &[ben], size.0, size.1);
        // A larger layer comes when the network has been found to carry it.
        let shown = world.run_until(SECOND * 10, |world| world.client(anna).layer(ben) == Some(layer));
        let shown = shown.unwrap_or_else(|| panic!("tile {size:?} never shows layer {layer}"));
        figure(&format!("tile {size:?}: layer {layer} after {shown:?}"));
        world.run(SECOND);
    }
    assert_eq!(world.client(anna).missing(id, Source::Camera), 0, "no gap of our making");
    world.finish();
}

#[test]
fn a_late_joiner_sees_a_picture_within_half_a_second_of_connecting() {
    let mut world = World::new(3);
    let (_, ben) = two(&mut world);
    world.run(SECOND * 5);
    let clara = world.meet(&here(), 9);
    world.watch(clara, &[ben], 320, 180);
    let id = world.client(ben).participant;
    let mut waited = Duration::ZERO;
    while world.client(clara).seen(id, Source::Camera).packets == 0 {
        world.run(Duration::from_millis(10));
        waited += Duration::from_millis(10);
        assert!(waited < SECOND / 2, "no picture half a second after entering");
    }
    world.finish();
}

#[test]
fn muting_and_closing_the_camera_stop_the_flow_at_the_server() {
    let mut world = World::new(4);
    let (anna, ben) = two(&mut world);
    world.run(SECOND * 2);
    let id = world.client(ben).participant;
    world.publish(ben, false, false);
    world.run(SECOND);
    assert!(world.client(anna).slots().values().all(|track| track.participant != id));
    world.publish(ben, true, true);
    world.run(SECOND);
    let client = world.client(anna);
    assert!(client.seen(id, Source::Camera).first.is_some_and(|first| first.key));
    assert!(client.seen(id, Source::Microphone).packets > 30);
    world.finish();
}

#[test]
fn nothing_crosses_from_one_room_to_another() {
    let mut world = World::new(5);
    let (anna, ben) = two(&mut world);
    let (eve, other) = (world.meet(&room("bbbbb-bbbbb-bbbbb"), 9), room("bbbbb-bbbbb-bbbbb"));
    let fred = world.meet(&other, 9);
    for (one, wants) in [(eve, fred), (fred, eve)] {
        world.publish(one, true, true);
        // Wishes for people in another room are not granted.
        world.watch(one, &[wants, anna, ben], 1280, 720);
    }
    // The rules drop such wishes; the forwarding must not rely on it.
    let wish = |peer| {
        let track = TrackId { peer: PeerId(peer), kind: Kind::Video };
        Wish { track, width: 1280, height: 720, pinned: false }
    };
    world.command(Command::Watch { peer: PeerId(3), wishes: vec![wish(1), wish(2), wish(3), wish(4)] });
    world.run(SECOND * 3);
    let strangers = [world.client(anna).participant, world.client(ben).participant];
    for viewer in [eve, fred] {
        let client = world.client(viewer);
        assert!(client.slots().values().all(|track| !strangers.contains(&track.participant)));
        assert_eq!(client.slots().len(), 2, "one voice and one picture");
    }
    world.finish();
}

#[test]
fn five_percent_loss_is_repaired_and_no_promise_broken() {
    let mut world = World::new(6);
    let (anna, ben) = two(&mut world);
    world.run(SECOND);
    for client in [anna, ben] {
        world.link(client, Link::lossy(0.05));
    }
    let id = world.client(ben).participant;
    for size in [(1280, 720), (320, 180), (640, 360), (1280, 720)] {
        world.watch(anna, &[ben], size.0, size.1);
        world.run(SECOND * 3);
    }
    let seen = world.client(anna).seen(id, Source::Camera);
    assert_eq!(seen.last.map(|last| last.layer), Some(2));
    assert!(seen.packets > 600, "{} packets", seen.packets);
    let missing = world.client(anna).missing(id, Source::Camera);
    assert!(missing < 15, "{missing} packets were never repaired");
    world.finish();
}

#[test]
fn ten_people_hear_the_one_who_begins_to_speak() {
    let mut world = World::new(7);
    let everyone: Vec<_> = (0..12).map(|_| world.meet(&here(), 1)).collect();
    // Eleven microphones are on, of which eight fit a viewer's slots; the first ten fall silent again.
    for one in &everyone[..11] {
        world.publish(*one, true, false);
    }
    world.run(SECOND * 2);
    let last = world.client(everyone[10]).participant;
    for one in &everyone[..10] {
        world.publish(*one, false, false);
    }
    world.run(SECOND);
    for viewer in everyone.iter().filter(|viewer| **viewer != everyone[10]) {
        let voice = world.client(*viewer).seen(last, Source::Microphone);
        assert!(voice.packets > 40, "viewer {viewer} heard {} packets", voice.packets);
    }
    let speaking = world.client(everyone[0]).heard.iter().rev().find_map(|message| match message {
        ServerMessage::Speaking { participants } => Some(participants.clone()),
        _ => None,
    });
    assert_eq!(speaking, Some(vec![last]));
    world.finish();
}

#[test]
fn who_vanishes_is_shown_as_reconnecting_and_then_removed() {
    let mut world = World::new(8);
    let (anna, ben) = two(&mut world);
    world.run(SECOND * 2);
    let id = world.client(ben).participant;
    world.link(ben, Link::dead());
    world.cut_socket(ben);
    world.run(Duration::from_millis(2_500));
    assert_eq!(shown(&world, anna, ben), Shown::Connected);
    world.run(Duration::from_millis(1_000));
    assert_eq!(shown(&world, anna, ben), Shown::Reconnecting);
    world.run(SECOND * 11);
    assert!(world.removed.is_empty(), "not before 15 s");
    world.run(SECOND);
    assert_eq!(world.removed, [id]);
    world.finish();
}

fn shown(world: &World, viewer: u16, other: u16) -> Shown {
    let id = world.client(other).participant;
    let changed = world.client(viewer).heard.iter().rev().find_map(|message| match message {
        ServerMessage::Changed { participant } | ServerMessage::Joined { participant }
            if participant.id == id =>
        {
            Some(participant.link)
        }
        _ => None,
    });
    changed.expect("the viewer has heard of the other")
}

#[test]
fn a_broken_network_that_returns_costs_nobody_their_place() {
    let mut world = World::new(9);
    let (anna, ben) = two(&mut world);
    world.run(SECOND * 2);
    let before = world.client(anna).seen(world.client(ben).participant, Source::Camera).packets;
    world.link(ben, Link::dead());
    world.run(SECOND * 5);
    assert_eq!(shown(&world, anna, ben), Shown::Reconnecting);
    world.link(ben, Link::default());
    world.run(SECOND * 3);
    assert_eq!(shown(&world, anna, ben), Shown::Connected);
    assert!(world.client(anna).seen(world.client(ben).participant, Source::Camera).packets > before + 30);
    world.finish();
}

/// ATK-31: datagrams from strangers, and from someone else's address, change nothing.
#[test]
fn ten_thousand_hostile_datagrams_change_nothing() {
    let mut world = World::new(10);
    let (anna, ben) = two(&mut world);
    world.run(SECOND * 2);
    let stranger = "10.9.9.9:9".parse().expect("an address");
    let bens = "10.1.0.2:5000".parse().expect("an address");
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    for round in 0..10_000 {
        let mut datagram: Vec<u8> = (0..next() % 200).map(|_| (next() & 0xff) as u8).collect();
        // First bytes that look like STUN, DTLS, RTP and RTCP in turn.
        if let Some(first) = datagram.first_mut() {
            *first = [0, 1, 20, 22, 23, 64, 128, 144, 255][round % 9];
        }
        let source = if round % 2 == 0 { stranger } else { bens };
        world.inject(source, &datagram);
        if round % 100 == 0 {
            world.run(Duration::from_millis(1));
        }
    }
    let id = world.client(ben).participant;
    let before = world.client(anna).seen(id, Source::Camera).packets;
    world.run(SECOND * 2);
    let after = world.client(anna).seen(id, Source::Camera).packets;
    assert!(after > before + 50, "{} packets in 2 s", after - before);
    assert_eq!(shown(&world, anna, ben), Shown::Connected);
    world.finish();
}

#[test]
fn an_ice_restart_keeps_the_stream() {
    let mut world = World::new(12);
    let (anna, ben) = two(&mut world);
    world.run(SECOND * 2);
    let id = world.client(ben).participant;
    let before = world.client(anna).server_ufrag.clone();
    for _ in 0..3 {
        world.restart_ice(anna);
        world.run(SECOND * 2);
    }
    assert_ne!(world.client(anna).server_ufrag, before, "a restart gives new credentials");
    let packets = world.client(anna).seen(id, Source::Camera).packets;
    // A dead network in between: the path must be found by the new credentials.
    world.link(anna, Link::dead());
    world.run(SECOND * 4);
    world.restart_ice(anna);
    world.link(anna, Link::default());
    world.run(SECOND * 3);
    assert!(world.client(anna).seen(id, Source::Camera).packets > packets + 40);
    assert_eq!(shown(&world, ben, anna), Shown::Connected);
    world.finish();
}

/// A STUN binding request (RFC 8489) that names a peer but is not signed with its password.
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

/// ATK-38: who knows a ufrag but not its password cannot draw a peer's address to another peer.
#[test]
fn an_address_cannot_be_stolen_with_a_ufrag_alone() {
    let mut world = World::new(11);
    let (anna, ben) = two(&mut world);
    world.run(SECOND * 2);
    let id = world.client(ben).participant;
    let annas_ufrag = world.client(anna).server_ufrag.clone();
    let unknown = world.counts().unknown;
    world.inject("10.1.0.2:5000".parse().expect("an address"), &unsigned_request(&annas_ufrag));
    assert_eq!(world.counts().unknown, unknown + 1, "dropped and counted");
    let before = world.client(anna).seen(id, Source::Camera).packets;
    world.run(SECOND);
    assert!(world.client(anna).seen(id, Source::Camera).packets > before + 20);
    world.finish();
}
