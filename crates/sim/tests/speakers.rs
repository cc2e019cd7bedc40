//! Who is heard when many could speak.

mod common;

use std::time::Duration;

use common::{SECOND, here};
use incamera_protocol::ParticipantId;
use incamera_protocol::signal::ServerMessage;
use incamera_sim::{Speech, World, figure, tell};

/// A room of so many microphones, all open, all silent.
fn silent_room(world: &mut World, people: usize) -> Vec<u16> {
    let everyone: Vec<_> = (0..people).map(|_| world.meet(&here(), 1)).collect();
    for one in &everyone {
        world.publish(*one, true, false);
        world.script(*one, Speech::Silent);
    }
    world.run(SECOND * 2);
    everyone
}

/// The lists of speakers that someone was told, latest last.
fn told(world: &World, viewer: u16) -> Vec<Vec<ParticipantId>> {
    let speaking = |message: &ServerMessage| match message {
        ServerMessage::Speaking { participants } => Some(participants.clone()),
        _ => None,
    };
    world.client(viewer).heard.iter().filter_map(speaking).collect()
}

/// Ten people take turns of three seconds. Each turn is heard by everyone from its beginning, and shown.
#[test]
fn ten_people_take_turns() {
    tell("ten take turns", 2, |mut world| {
        let everyone = silent_room(&mut world, 10);
        let (turn, begun) = (SECOND * 3, world.now());
        for (place, one) in (0..).zip(&everyone) {
            world.script(*one, Speech::Spans(vec![(turn * place, turn * (place + 1))]));
        }
        let mut shown = Duration::ZERO;
        for (place, speaker) in (0..).zip(&everyone) {
            let viewer = everyone[if place == 0 { 1 } else { 0 }];
            let id = world.client(*speaker).participant;
            let first = world.run_until(turn, |world| {
                told(world, viewer).last().is_some_and(|list| list.first() == Some(&id))
            });
            shown = shown.max(first.expect("who speaks is shown as the first"));
            world.run((begun + turn * (place + 1)) - world.now());
        }
        let mut lost = Duration::ZERO;
        for (place, speaker) in (0..).zip(&everyone) {
            let (from, to) = (begun + turn * place, begun + turn * (place + 1));
            for viewer in everyone.iter().filter(|viewer| *viewer != speaker) {
                let sounds = world.client(*viewer).sounds(*speaker);
                let came = sounds.iter().filter(|(at, _)| (from..to).contains(at)).count() as u32;
                lost = lost.max(turn.saturating_sub(Duration::from_millis(20) * came));
            }
        }
        figure(&format!(
            "ten take turns: shown as speaker after {shown:?} at most, {lost:?} of a turn not heard"
        ));
        assert!(shown < SECOND * 3 / 2, "{shown:?}");
        assert!(lost < Duration::from_millis(600), "{lost:?}");
        world.finish();
    });
}

/// Someone who coughs every half second does not take the place of those who speak.
#[test]
fn a_flapping_voice_moves_nobody() {
    tell("flapping", 2, |mut world| {
        let everyone = silent_room(&mut world, 12);
        for one in &everyone[..3] {
            world.script(*one, Speech::Steady);
        }
        world.run(SECOND * 3);
        let changes = told(&world, everyone[4]).len();
        let begun = world.now();
        let cough = |delay: u64| Speech::Turns {
            delay: Duration::from_millis(delay),
            on: Duration::from_millis(60),
            off: Duration::from_millis(440),
        };
        for (place, one) in (0..).zip(&everyone[5..10]) {
            world.script(*one, cough(100 * place));
        }
        world.run(SECOND * 10);
        let silence = everyone[..3]
            .iter()
            .map(|speaker| world.client(everyone[11]).longest_silence(*speaker, begun, world.now()))
            .max()
            .expect("three speakers");
        let changes = told(&world, everyone[4]).len() - changes;
        figure(&format!(
            "flapping: five who cough for 10 s; longest silence of three speakers {silence:?}, {changes} changes of the list of speakers"
        ));
        assert!(silence < SECOND / 5, "{silence:?}");
        assert!(changes <= 10, "{changes} changes in 10 s");
        world.finish();
    });
}

/// Beyond eight people the three loudest are carried, and nobody comes twice.
#[test]
fn at_most_three_voices_of_a_crowd_are_carried() {
    tell("three of twelve", 2, |mut world| {
        let everyone = silent_room(&mut world, 12);
        for one in &everyone[..6] {
            world.script(*one, Speech::Steady);
        }
        world.run(SECOND * 2);
        let begun = world.now();
        world.run(SECOND * 4);
        let viewer = world.client(everyone[11]);
        let carried: Vec<_> = everyone[..11]
            .iter()
            .map(|one| viewer.sounds(*one).iter().filter(|(at, _)| *at > begun).count())
            .filter(|packets| *packets > 40)
            .collect();
        let slots = viewer.slots();
        figure(&format!(
            "three of twelve: six speak, {} are carried: {carried:?} packets in 4 s",
            carried.len()
        ));
        assert_eq!(carried.len(), 3);
        let voices: std::collections::HashSet<_> = slots.values().collect();
        assert_eq!(slots.len(), voices.len(), "the same voice twice");
        world.finish();
    });
}
