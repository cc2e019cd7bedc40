//! Many people: pages of tiles, everyone at once, and a coming and going.

mod common;

use std::time::Duration;

use common::{SECOND, here};
use incamera_protocol::signal::Source;
use incamera_sim::{Speech, World, figure, tell};

/// Fifty cameras, of which a viewer sees nine at a time.
#[test]
fn fifty_people_turn_pages() {
    tell("fifty", 1, |mut world| {
        let everyone: Vec<_> = (0..50).map(|_| world.meet(&here(), 9)).collect();
        for one in &everyone {
            world.publish(*one, false, true);
        }
        let (viewer, others) = everyone.split_first().expect("fifty people");
        world.run(SECOND * 2);
        let mut slowest = Duration::ZERO;
        for page in others.chunks(9).take(4) {
            world.watch(*viewer, page, 320, 180);
            let turned = world.now();
            let filled = world.run_until(SECOND * 20, |world| {
                page.iter().all(|one| {
                    world.client(*viewer).shown(*one).last().is_some_and(|shown| shown.at >= turned)
                })
            });
            slowest = slowest.max(filled.expect("every tile of the page has its picture"));
            world.run(SECOND / 2);
        }
        let flowing: usize = everyone
            .iter()
            .map(|one| world.client(*one).flowing().iter().filter(|flows| **flows).count())
            .sum();
        figure(&format!("fifty: a page of nine is there after {slowest:?} at most; {flowing} layers flow"));
        assert!(slowest < SECOND * 15, "{slowest:?}");
        world.finish();
    });
}

/// What everyone of a crowd went through who came within some time to see and hear four people.
struct Joined {
    connected: Vec<Duration>,
    first: Vec<Duration>,
    seen: Vec<Duration>,
    keys_per_second: f64,
    silence: Duration,
}

fn mass_join(world: &mut World, crowd: u32, within: Duration) -> Joined {
    let stage: Vec<_> = (0..4).map(|_| world.meet_with(&here(), 4, 4)).collect();
    for one in &stage {
        world.publish(*one, true, true);
    }
    let tiles: Vec<_> =
        stage.iter().zip([640, 320, 320, 320]).map(|(one, width)| (*one, width, width / 16 * 9)).collect();
    world.watch_tiles(stage[0], &tiles[1..]);
    world.run(SECOND * 2);
    let begun = world.now();
    let mut came = Vec::new();
    for _ in 0..crowd {
        let one = world.meet_with(&here(), 4, 4);
        world.watch_tiles(one, &tiles);
        came.push((one, world.now()));
        world.run(within / crowd);
    }
    world.run(SECOND * 5);
    let mut connected = Vec::new();
    let mut first = Vec::new();
    let mut seen = Vec::new();
    for (one, at) in came {
        let client = world.client(one);
        connected.push(client.connected_at.expect("everyone connects") - at);
        let firsts = stage.iter().map(|of| client.shown(*of).first().expect("everyone is seen").at);
        first.push(firsts.clone().min().expect("four people") - at);
        seen.push(firsts.max().expect("four people") - at);
    }
    connected.sort_unstable();
    first.sort_unstable();
    seen.sort_unstable();
    let seconds = (world.now() - begun).as_secs_f64();
    let keys = |one: &u16| {
        let keys = world.client(*one).keys_made().iter().filter(|(at, _)| *at > begun);
        let mut layers = [0_u32; 3];
        keys.for_each(|(_, layer)| layers[usize::from(*layer)] += 1);
        f64::from(layers.into_iter().max().unwrap_or_default()) / seconds
    };
    let keys_per_second = stage.iter().map(keys).fold(0.0, f64::max);
    let silence = world.client(stage[0]).longest_silence(stage[1], begun, world.now());
    Joined { connected, first, seen, keys_per_second, silence }
}

fn expect_quick(world: &mut World, crowd: u32, within: Duration) {
    let joined = mass_join(world, crowd, within);
    let p = |times: &[Duration], percent: usize| times[(times.len() - 1) * percent / 100];
    figure(&format!(
        "{crowd} people in {within:?}: connected p50 {:?} p95 {:?}, a first picture p50 {:?} p95 {:?}, all four pictures p50 {:?} p95 {:?} worst {:?}, {:.2} key frames a second of one layer, longest silence between speakers {:?}",
        p(&joined.connected, 50),
        p(&joined.connected, 95),
        p(&joined.first, 50),
        p(&joined.first, 95),
        p(&joined.seen, 50),
        p(&joined.seen, 95),
        p(&joined.seen, 100),
        joined.keys_per_second,
        joined.silence
    ));
    assert!(p(&joined.first, 50) <= SECOND, "{:?}", p(&joined.first, 50));
    assert!(p(&joined.first, 95) <= SECOND * 3, "{:?}", p(&joined.first, 95));
    assert!(p(&joined.seen, 95) <= SECOND * 8, "{:?}", p(&joined.seen, 95));
    assert!(joined.keys_per_second <= 5.5, "{} key frames a second", joined.keys_per_second);
    assert!(joined.silence <= Duration::from_millis(200), "{:?}", joined.silence);
}

/// REL-26: a hundred people come within three seconds.
#[test]
fn a_hundred_come_at_once() {
    tell("mass join 100", 1, |mut world| {
        expect_quick(&mut world, 100, SECOND * 3);
        world.finish();
    });
}

/// REL-26: four hundred people come within ten seconds.
#[test]
fn four_hundred_come_at_once() {
    tell("mass join 400", 1, |mut world| {
        expect_quick(&mut world, 400, SECOND * 10);
        world.finish();
    });
}

/// REL-28: a thousand people come and go, some without a word, and nothing of them remains.
#[test]
fn a_thousand_come_and_go() {
    tell("churn", 1, |mut world| {
        let host = world.meet(&here(), 4);
        world.publish(host, true, true);
        world.run(SECOND);
        let baseline = world.census();
        let mut present = std::collections::VecDeque::new();
        for number in 0..1_000_u32 {
            let one = world.meet_with(&here(), 2, 2);
            world.watch(one, &[host], 320, 180);
            world.publish(one, number % 3 == 0, number % 5 == 0);
            present.push_back(one);
            world.run(Duration::from_millis(20));
            if present.len() > 12
                && let Some(leaves) = present.pop_front()
            {
                world.leave(leaves);
            }
        }
        while let Some(leaves) = present.pop_front() {
            world.leave(leaves);
        }
        world.run(SECOND);
        let after = world.census();
        figure(&format!("churn: before {baseline:?}, after 1000 joins and leaves {after:?}"));
        assert_eq!(baseline.peers, after.peers);
        assert_eq!(baseline.subscriptions, after.subscriptions);
        assert_eq!(baseline.names, after.names);
        assert!(after.keyframes_asked <= 3, "{after:?}");
        assert!(after.timers <= baseline.timers + 100, "timers of those who left ring once more: {after:?}");
        world.finish();
    });
}

/// Layers that nobody watches cost the sender nothing, and are there when they are wanted.
#[test]
fn what_nobody_watches_is_not_sent() {
    tell("demand", 2, |mut world| {
        let (anna, ben) = (world.meet(&here(), 4), world.meet(&here(), 4));
        world.publish(ben, true, true);
        world.run(SECOND * 5);
        let rate = |world: &mut World| {
            let before = world.traffic(ben).0.sent_bytes;
            world.run(SECOND * 2);
            (world.traffic(ben).0.sent_bytes - before) * 8 / 2_000
        };
        let unwatched = rate(&mut world);
        world.watch(anna, &[ben], 320, 180);
        let wanted = world.now();
        let id = world.client(ben).participant;
        let first = world.run_until(SECOND * 2, |world| world.client(anna).shown(ben).len() > 2);
        world.run(SECOND * 4);
        let small = rate(&mut world);
        world.watch(anna, &[ben], 1280, 720);
        let large = world.run_until(SECOND * 10, |world| world.client(anna).layer(ben) == Some(2));
        figure(&format!(
            "demand: unwatched {unwatched} kbit/s, small tile {small} kbit/s, first picture after {first:?}, large after {large:?}"
        ));
        assert!(unwatched < 60, "{unwatched} kbit/s for nobody");
        assert!(small < 320, "{small} kbit/s for a small tile");
        assert!(first.expect("a picture") < SECOND, "{first:?}");
        assert!(large.expect("the large layer") < SECOND * 5, "{large:?}");
        assert!(world.client(anna).seen(id, Source::Camera).packets > 0 && world.now() > wanted);
        world.finish();
    });
}

/// Twelve microphones of people who take turns, so that no voice is missing for long.
#[test]
fn a_crowd_in_conversation_is_heard() {
    tell("conversation", 2, |mut world| {
        let everyone: Vec<_> = (0..12).map(|_| world.meet(&here(), 1)).collect();
        for (place, one) in (0..).zip(&everyone) {
            world.publish(*one, true, false);
            let turn = Speech::Turns { delay: SECOND * 2 * place, on: SECOND * 2, off: SECOND * 22 };
            world.script(*one, turn);
        }
        world.run(SECOND * 2);
        let begun = world.now();
        world.run(SECOND * 22);
        let mut worst = Duration::ZERO;
        for (place, speaker) in (0..).zip(&everyone).skip(2) {
            let begins = begun + SECOND * 2 * (place - 1);
            for viewer in everyone.iter().filter(|viewer| *viewer != speaker) {
                let sounds = world.client(*viewer).sounds(*speaker);
                let first = sounds.iter().filter(|(at, _)| *at >= begins).nth(3);
                worst = worst.max(first.map_or(SECOND * 2, |(at, _)| *at - begins));
            }
        }
        figure(&format!("conversation: a turn is heard after {worst:?} at most"));
        assert!(worst < SECOND * 3 / 5, "{worst:?}");
        world.finish();
    });
}
