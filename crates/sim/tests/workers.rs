//! A room that spans workers looks to a viewer like one that does not.

use std::time::Duration;

use incamera_protocol::MeetingId;
use incamera_protocol::signal::{ServerMessage, Source};
use incamera_sim::World;

const SECOND: Duration = Duration::from_secs(1);

fn here() -> MeetingId {
    "aaaaa-aaaaa-aaaaa".parse().expect("fifteen symbols")
}

/// What one viewer has received of one other: the layer, packets of picture and of voice.
type Got = (Option<u8>, u64, u64);

/// Six people; everyone watches two others, one large and one small; two join late; one leaves.
fn meeting(workers: usize) -> Vec<Got> {
    let mut world = World::with_workers(31, workers);
    let mut people: Vec<_> = (0..4).map(|_| world.meet(&here(), 9)).collect();
    world.run(SECOND);
    people.extend([world.meet(&here(), 9), world.meet(&here(), 9)]);
    let after = |index: usize, step: usize| people[(index + step) % people.len()];
    for one in &people {
        world.publish(*one, true, true);
    }
    for (index, one) in people.iter().enumerate() {
        world.watch(*one, &[after(index, 1)], 1280, 720);
    }
    world.run(SECOND * 3);
    for (index, one) in people.iter().enumerate() {
        world.watch(*one, &[after(index, 1), after(index, 2)], 320, 180);
    }
    world.run(SECOND * 3);
    let got = |world: &World, viewer: u16, other: u16| {
        let id = world.client(other).participant;
        let picture = world.client(viewer).seen(id, Source::Camera);
        assert_eq!(world.client(viewer).missing(id, Source::Camera), 0, "no gap of our making");
        let voice = world.client(viewer).seen(id, Source::Microphone);
        (picture.last.map(|last| last.layer), picture.packets, voice.packets)
    };
    let all = (0..people.len())
        .flat_map(|index| [1, 2].map(|step| got(&world, people[index], after(index, step))))
        .collect();
    world.finish();
    all
}

#[test]
fn two_workers_and_three_look_like_one() {
    let one = meeting(1);
    assert!(one.iter().all(|(layer, pictures, voices)| *layer == Some(0) && *pictures > 60 && *voices > 250));
    for workers in [2, 3] {
        let several = meeting(workers);
        for (one, several) in one.iter().zip(&several) {
            assert_eq!(one.0, several.0, "the same layer");
            // How soon a network is trusted with a larger layer is up to chance, and with it the number of packets.
            let ratio = several.1 as f64 / one.1 as f64;
            assert!((0.25..4.0).contains(&ratio), "{one:?} with one, {several:?} with {workers}");
            assert!(one.2.abs_diff(several.2) <= 20, "{one:?} with one, {several:?} with {workers}");
        }
    }
}

/// A sender's layers that are watched elsewhere are asked for, and those that nobody watches are not.
#[test]
fn what_is_watched_elsewhere_is_asked_for() {
    let mut world = World::with_workers(32, 2);
    let (anna, ben) = (world.meet(&here(), 9), world.meet(&here(), 9));
    world.publish(ben, true, true);
    world.watch(anna, &[ben], 320, 180);
    world.run(SECOND * 4);
    let demand = |world: &World| {
        world.client(ben).heard.iter().rev().find_map(|message| match message {
            ServerMessage::Demand { layers, .. } => Some(layers.clone()),
            _ => None,
        })
    };
    assert_eq!(demand(&world), Some(vec![true, false, false]));
    world.watch(anna, &[ben], 1280, 720);
    world.run(SECOND * 4);
    assert_eq!(demand(&world), Some(vec![false, false, true]));
    world.finish();
}

/// Nobody who leaves is kept anywhere, and who speaks is told once.
#[test]
fn speakers_are_told_once_and_those_who_leave_are_forgotten() {
    let mut world = World::with_workers(33, 3);
    let people: Vec<_> = (0..6).map(|_| world.meet(&here(), 9)).collect();
    world.run(SECOND);
    world.publish(people[1], true, false);
    world.run(SECOND * 2);
    let speaker = world.client(people[1]).participant;
    for viewer in &people {
        let told: Vec<_> = world
            .client(*viewer)
            .heard
            .iter()
            .filter(|message| matches!(message, ServerMessage::Speaking { participants } if *participants == [speaker]))
            .collect();
        assert_eq!(told.len(), 1, "to {viewer}");
    }
    world.finish();
}
