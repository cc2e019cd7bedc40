//! Networks that lose, delay, turn off and change their addresses.

mod common;

use std::time::Duration;

use common::{Call, SECOND, call, two};
use incamera_sim::{Link, World, figure, tell};

/// Two people on such a network for so long, after a good beginning. What Anna saw and heard of Ben.
fn bad_network(world: &mut World, link: Link, time: Duration) -> Call {
    let (anna, ben) = two(world);
    world.run(SECOND * 2);
    world.link(anna, link);
    world.link(ben, link);
    world.run(SECOND);
    let begun = world.now();
    world.run(time);
    call(world.client(anna), ben, begun, world.now())
}

/// Half a minute in which both legs lose that many packets of a hundred.
fn lossy(story: &str, percent: f64, check: impl Fn(&Call)) {
    tell(story, 2, |mut world| {
        let call = bad_network(&mut world, Link::lossy(percent / 100.0), SECOND * 30);
        figure(&format!("{percent} % loss on both legs, 30 s: {call}"));
        check(&call);
        assert!(world.removed.is_empty());
        world.finish();
    });
}

/// REL-01: a loss of 1 % on both legs is neither seen nor heard.
#[test]
fn one_percent_loss_is_not_noticed() {
    lossy("one percent", 1.0, |call| {
        assert!(call.healed >= 0.99);
        // Once in some two hundred half minutes a packet and what repairs it are lost several times in a row: 561 ms.
        assert!(call.freeze_ms < 700 && call.frozen_ms < 1_000, "{call}");
    });
}

/// REL-01: a loss of 5 % on both legs.
#[test]
fn five_percent_loss_is_repaired() {
    lossy("five percent", 5.0, |call| {
        assert!(call.healed >= 0.97, "{call}");
        assert!(call.freeze_ms < 900 && call.pictures > 850, "{call}");
    });
}

/// REL-02: the picture of one who loses 10 % both ways moves; once in many runs a repair fails five times, and the
/// viewer waits for a key frame. Seen to fail with the engine's own bound for repairs, which a loss of 10 %
/// reaches: 10 s of 30 stood.
#[test]
fn ten_percent_loss_is_repaired() {
    lossy("ten percent", 10.0, |call| {
        assert!(call.healed >= 0.95, "{call}");
        // The pretended viewer asks five times for a packet and then waits three seconds for a key frame: with one in
        // ten lost both ways, some half minute in forty has two such packets.
        assert!(call.frozen_ms < 10_000 && call.pictures > 600, "{call}");
    });
}

/// What a sender's network swallows for good is asked for by the server, before those who watch would ask: they
/// wait for three seconds.
#[test]
fn a_hole_in_what_a_sender_sends_is_seen_for_a_second_at_most() {
    tell("hole", 3, |mut world| {
        let (anna, ben) = two(&mut world);
        world.run(SECOND * 4);
        let begun = world.now();
        world.link(ben, Link::dead());
        world.run(Duration::from_millis(600));
        world.link(ben, Link::clean());
        world.run(SECOND * 6);
        let call = call(world.client(anna), ben, begun, world.now());
        figure(&format!("600 ms without Ben's network: {call}"));
        assert!(call.freeze_ms < 600 + 1_000, "{call}");
        world.finish();
    });
}

/// REL-03: speech remains intelligible with 20 % loss on both legs.
#[test]
fn twenty_percent_loss_leaves_speech() {
    lossy("twenty percent", 20.0, |call| {
        assert!(call.healed >= 0.90, "{call}");
        assert!(call.pictures > 200, "{call}");
    });
}

/// REL-02: a home network in the evening.
#[test]
fn a_moderate_network_carries_a_call() {
    tell("moderate", 2, |mut world| {
        let call = bad_network(&mut world, Link::moderate(), SECOND * 30);
        figure(&format!("moderate, 30 s: {call}"));
        assert!(call.healed >= 0.97, "{call}");
        // A packet that no repair reaches costs the three seconds until a decoder asks for a key frame.
        assert!(call.freeze_ms < 6_000 && call.pictures > 400, "{call}");
        world.finish();
    });
}

/// REL-02, REL-04: another continent. Nobody is lost, and nobody asks for key frames all the time.
#[test]
fn an_international_call_goes_on() {
    tell("international", 2, |mut world| {
        let call = bad_network(&mut world, Link::international(), SECOND * 30);
        let keys = world.everyone().iter().map(|one| world.client(*one).keys_made().len()).max();
        let keys = keys.expect("two people");
        figure(&format!("international, 30 s: {call}, {keys} key frames by the one who made most"));
        assert!(call.healed >= 0.93, "{call}");
        assert!(keys <= 60, "{keys} key frames in 33 s");
        assert!(world.removed.is_empty());
        world.finish();
    });
}

/// REL-06: after ten seconds that lose 30 %, the picture comes back.
#[test]
fn a_spike_is_survived() {
    tell("spiky", 3, |mut world| {
        let (anna, ben) = two(&mut world);
        world.run(SECOND * 2);
        for one in [anna, ben] {
            world.plan(one, &Link::spiky());
        }
        world.run(SECOND * 20);
        let good_again = world.now();
        let recovered = world.run_until(SECOND * 12, |world| {
            let shown = world.client(anna).shown(ben);
            shown.iter().filter(|shown| shown.at >= good_again).count() >= 20
        });
        let recovered = recovered.expect("the picture comes back");
        figure(&format!("spiky: 20 pictures {} ms after the spike", recovered.as_millis()));
        assert!(recovered < SECOND * 12, "{recovered:?}");
        assert!(world.removed.is_empty());
        world.finish();
    });
}

/// REL-07: after an outage sound and picture come back by themselves.
#[test]
fn an_outage_ends_by_itself() {
    for (outage, limit) in [(5, SECOND * 2), (10, SECOND * 3)] {
        tell("outage", 2, |mut world| {
            let (anna, ben) = two(&mut world);
            world.run(SECOND * 3);
            world.link(anna, Link::dead());
            world.run(SECOND * outage);
            world.link(anna, Link::clean());
            let back = world.now();
            let seen = world.run_until(SECOND * 10, |world| {
                let both = world.client(anna).shown(ben).iter().any(|shown| shown.at > back + SECOND / 10);
                both && world.client(ben).shown(anna).iter().any(|shown| shown.at > back)
            });
            let heard =
                world.client(anna).sounds(ben).iter().find(|(at, _)| *at > back).map(|(at, _)| *at - back);
            let seen = seen.expect("the pictures come back");
            figure(&format!("{outage} s outage: pictures after {seen:?}, sound after {heard:?}"));
            assert!(seen < limit, "{seen:?}");
            assert!(world.removed.is_empty());
            world.finish();
        });
    }
}

/// REL-08: an address translator gives a browser another port in the middle of a call.
#[test]
fn a_new_address_interrupts_for_a_second_at_most() {
    tell("rebind", 3, |mut world| {
        let (anna, ben) = two(&mut world);
        world.run(SECOND * 3);
        let begun = world.now();
        world.rebind(anna);
        world.run(SECOND * 10);
        let pause = |viewer: u16, of: u16| {
            let client = world.client(viewer);
            client.longest_freeze(of, begun, world.now()).max(client.longest_silence(of, begun, world.now()))
        };
        let (hers, his) = (pause(anna, ben), pause(ben, anna));
        figure(&format!("new address: she waited {hers:?}, he {his:?}"));
        assert!(hers < SECOND && his < SECOND, "she waited {hers:?}, he {his:?}");
        world.finish();
    });
}
