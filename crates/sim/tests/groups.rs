//! A room that is split: nothing crosses from one group to another, and who moves is heard at once.
//!
//! Seen to fail: with a move that leaves the peer in its group, one that keeps its voice in the list of speakers there, and one
//! that forgets what it publishes.

mod common;

use std::time::Duration;

use common::{SECOND, here};
use incamera_protocol::arrangement::Placement;
use incamera_protocol::signal::{ClientMessage, ServerMessage, Source};
use incamera_sim::{World, figure};

/// Packets of one person's voice that another received within the last second.
fn heard_lately(world: &World, viewer: u16, of: u16) -> usize {
    let since = world.now() - SECOND;
    world.client(viewer).sounds(of).iter().filter(|(at, _)| *at >= since).count()
}

/// Whom each hears and sees now, as the one who listens and the one who is heard.
fn who_hears_whom(world: &World, people: &[u16]) -> Vec<(u16, u16)> {
    let pairs = people.iter().flat_map(|viewer| people.iter().map(move |of| (*viewer, *of)));
    pairs.filter(|(viewer, of)| heard_lately(world, *viewer, *of) > 25).collect()
}

fn split(world: &World, groups: &[(u16, u8)]) -> ClientMessage {
    let placement =
        |(one, group): &(u16, u8)| Placement { participant: world.client(*one).participant, group: *group };
    let placements = groups.iter().map(placement).collect();
    ClientMessage::Split { groups: 2, placements, choose: false, seconds: Some(20) }
}

fn story(workers: usize) {
    let mut world = World::with_workers(51, workers);
    let host = world.host(&here(), 9);
    let mut people = vec![host];
    people.extend((0..4).map(|_| world.meet(&here(), 9)));
    let [_, anna, ben, carla, deniz] = people[..] else { panic!("five people") };
    for one in &people {
        world.publish(*one, true, true);
        let others: Vec<_> = people.iter().copied().filter(|other| other != one).collect();
        world.watch(*one, &others, 320, 180);
    }
    world.run(SECOND * 3);
    assert_eq!(who_hears_whom(&world, &people).len(), 20, "everyone hears everyone");

    world.say(host, split(&world, &[(anna, 1), (ben, 1), (carla, 2), (deniz, 2)]));
    world.run(SECOND * 3);
    let pairs = |pairs: &[(u16, u16)]| {
        let mut both: Vec<_> =
            pairs.iter().flat_map(|(one, other)| [(*one, *other), (*other, *one)]).collect();
        both.sort_unstable();
        both
    };
    let near = pairs(&[(anna, ben), (carla, deniz)]);
    assert_eq!(who_hears_whom(&world, &people), near, "with {workers}");
    for (viewer, of) in people.iter().flat_map(|viewer| people.iter().map(move |of| (*viewer, *of))) {
        let id = world.client(of).participant;
        let slots = world.client(viewer).slots();
        let shown = slots.values().any(|track| track.participant == id && track.source == Source::Camera);
        assert_eq!(shown, near.contains(&(viewer, of)), "{viewer} sees {of}");
    }

    // The host looks in, and is heard there at once, and nowhere else.
    let participant = world.client(host).participant;
    world.say(host, ClientMessage::Move { participant, group: Some(2) });
    let heard = world.run_until(SECOND, |world| !world.client(carla).sounds(host).is_empty());
    world.run(SECOND * 2);
    let near = pairs(&[(anna, ben), (carla, deniz), (host, carla), (host, deniz)]);
    assert_eq!(who_hears_whom(&world, &people), near);
    let speakers = |viewer: u16| {
        world.client(viewer).heard.iter().rev().find_map(|message| match message {
            ServerMessage::Speaking { participants } => Some(participants.clone()),
            _ => None,
        })
    };
    assert!(speakers(anna).is_some_and(|list| list.iter().all(|id| *id != participant)));

    // Who comes now is placed with the fewest.
    let late = world.meet(&here(), 9);
    world.publish(late, true, true);
    world.run(SECOND * 2);
    assert!(heard_lately(&world, anna, late) > 25 && heard_lately(&world, late, ben) > 25);
    assert_eq!(heard_lately(&world, carla, late), 0);

    // The time is over: all are back, with the sound on.
    world.run(SECOND * 16);
    people.push(late);
    assert_eq!(who_hears_whom(&world, &people).len(), 30);
    figure(&format!("groups, {workers} workers: heard in the next group after {heard:?}"));
    assert!(heard.is_some_and(|time| time < Duration::from_millis(500)), "{heard:?}");
    world.finish();
}

#[test]
fn groups_hear_themselves_only() {
    story(1);
}

#[test]
fn groups_hear_themselves_only_with_several_workers() {
    story(3);
}
