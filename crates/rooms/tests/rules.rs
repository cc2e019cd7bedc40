//! The rules of rooms, input by input, and what must hold whatever comes in.

mod common;

use std::collections::HashSet;
use std::time::{Duration, Instant};

use common::{say, told};
use incamera_media::{Command, Event, Kind, PeerId, TrackId};
use incamera_protocol::signal::{
    ClientMessage, ClosingReason, Layer, Link, Participant, Quality, Receive, Send, ServerMessage, SlotKind,
    Source, Task, Tile,
};
use incamera_protocol::{
    MAX_PARTICIPANTS, MeetingId, Mid, ParticipantId, Recipient, Refusal, Sealed, SealedBytes, SealedKind,
};
use incamera_rooms::{Entrance, GONE_AFTER, GOODBYE_AFTER, Hall, Input, Inside, Output, Welcome};

const ANNA: ParticipantId = ParticipantId(1);
const BEN: ParticipantId = ParticipantId(2);

fn room(symbol: u8) -> MeetingId {
    MeetingId::from_symbols([symbol; MeetingId::CHARS])
}

fn enter(hall: &mut Hall, now: Instant, id: ParticipantId) {
    let entrance = Entrance::open(room(1), id);
    hall.enter(now, &entrance).expect("the room has a seat");
}

fn inside(welcome: &Welcome) -> &Inside {
    welcome.inside().expect("nobody waits before an open room")
}

fn mid(text: &str) -> Mid {
    Mid::new(text).expect("short")
}

fn offer(fresh: bool) -> ClientMessage {
    ClientMessage::Offer {
        offer: 1,
        sdp: "v=0".to_owned(),
        sends: vec![
            Send { mid: mid("0"), source: Source::Microphone, red: false, av1: false },
            Send { mid: mid("1"), source: Source::Camera, red: false, av1: false },
        ],
        receives: vec![Receive { mid: mid("2"), kind: SlotKind::Video }],
        fresh,
    }
}

fn peer_of(outputs: &[Output]) -> PeerId {
    let added = outputs.iter().find_map(|output| match output {
        Output::Media(Command::Add { peer, .. }) => Some(*peer),
        _ => None,
    });
    added.expect("a fresh offer adds a peer")
}

fn refusals(outputs: &[Output]) -> Vec<(ParticipantId, Refusal)> {
    let refused = |output: &Output| match output {
        Output::Send { to, message: ServerMessage::Refused { refusal, about } } => {
            assert_eq!(*about, Some(7), "a refusal names the frame");
            Some((*to, *refusal))
        }
        _ => None,
    };
    outputs.iter().filter_map(refused).collect()
}

#[test]
fn those_inside_hear_of_who_enters_and_the_newcomer_sees_everyone() {
    let (mut hall, now) = (Hall::new(), Instant::now());
    enter(&mut hall, now, ANNA);
    assert_eq!(hall.take_outputs(), []);
    let name = Some(" Möwe\n".to_owned());
    let entrance = Entrance { name, ..Entrance::open(room(1), BEN) };
    let welcome = hall.enter(now, &entrance).expect("there is room");
    let numbers: Vec<_> =
        inside(&welcome).participants.iter().map(|shown| (shown.id, shown.number)).collect();
    assert_eq!(numbers, [(ANNA, 1), (BEN, 2)]);
    let outputs = hall.take_outputs();
    assert_eq!(outputs.len(), 1);
    let joined = ServerMessage::Joined { participant: inside(&welcome).participants[1].clone() };
    assert_eq!(told(&outputs, ANNA), [&joined]);
    assert_eq!(inside(&welcome).participants[1].name.as_deref(), Some("Möwe"));
}

#[test]
fn a_full_room_takes_nobody_more_but_lets_a_reloaded_page_back() {
    let (mut hall, now) = (Hall::new(), Instant::now());
    for number in 0..MAX_PARTICIPANTS as u64 {
        enter(&mut hall, now, ParticipantId(number));
    }
    let mut entrance = Entrance::open(room(1), ParticipantId(999));
    assert_eq!(hall.enter(now, &entrance), Err(Refusal::RoomFull));
    assert_eq!(hall.room_of(ParticipantId(999)), None);
    entrance.replaces = Some(BEN);
    assert_eq!(hall.enter(now, &entrance).map(|welcome| welcome.you()), Ok(BEN));
    assert_eq!(hall.census(), (1, MAX_PARTICIPANTS));
}

#[test]
fn a_reloaded_page_is_the_same_person_with_everything_off() {
    let (mut hall, now) = (Hall::new(), Instant::now());
    enter(&mut hall, now, ANNA);
    enter(&mut hall, now, BEN);
    let peer = peer_of(&say(&mut hall, now, BEN, offer(true)));
    say(
        &mut hall,
        now,
        BEN,
        ClientMessage::Publish {
            microphone: true,
            camera: true,
            music: false,
            screen: false,
            layers: vec![],
            screen_layers: vec![],
        },
    );
    let entrance = Entrance { replaces: Some(BEN), ..Entrance::open(room(1), ParticipantId(3)) };
    let welcome = hall.enter(now, &entrance).expect("the place exists");
    assert_eq!(welcome.you(), BEN);
    let outputs = hall.take_outputs();
    assert!(outputs.contains(&Output::Media(Command::Remove { peer })));
    let [ServerMessage::Changed { participant }] = told(&outputs, ANNA)[..] else {
        panic!("others hear of one change: {outputs:?}")
    };
    assert_eq!((participant.id, participant.number), (BEN, 2));
    assert_eq!(
        (participant.microphone, participant.camera, participant.link),
        (false, false, Link::Connecting)
    );
}

#[test]
fn offers_out_of_place_or_out_of_bounds_are_refused() {
    let (mut hall, now) = (Hall::new(), Instant::now());
    enter(&mut hall, now, ANNA);
    assert_eq!(refusals(&say(&mut hall, now, ANNA, offer(false))), [(ANNA, Refusal::OutOfPlace)]);
    let ClientMessage::Offer { sends, .. } = offer(true) else { unreachable!("an offer is an offer") };
    let receives = vec![Receive { mid: mid("0"), kind: SlotKind::Video }];
    let twice = ClientMessage::Offer { offer: 1, sdp: String::new(), sends, receives, fresh: true };
    let outputs = say(&mut hall, now, ANNA, twice);
    assert_eq!(refusals(&outputs), [(ANNA, Refusal::OfferInvalid)]);
    assert_eq!(outputs.len(), 1, "nothing was begun");
    let peer = peer_of(&say(&mut hall, now, ANNA, offer(true)));
    hall.handle(now, Input::Media(Event::OfferRefused { peer, number: 1 }));
    assert_eq!(refusals(&hall.take_outputs()), [(ANNA, Refusal::OfferInvalid)]);
}

#[test]
fn what_is_on_and_what_is_watched_is_told_again_to_a_new_connection() {
    let (mut hall, now) = (Hall::new(), Instant::now());
    enter(&mut hall, now, ANNA);
    enter(&mut hall, now, BEN);
    let anna = peer_of(&say(&mut hall, now, ANNA, offer(true)));
    let tile = Tile { participant: BEN, source: Source::Camera, width: 320, height: 180, pinned: false };
    say(&mut hall, now, ANNA, ClientMessage::Watch { tiles: vec![tile] });
    let layers = vec![Layer { width: 320, height: 180, max_bps: None, av1: false }];
    say(
        &mut hall,
        now,
        BEN,
        ClientMessage::Publish {
            microphone: false,
            camera: true,
            music: false,
            screen: false,
            layers,
            screen_layers: vec![],
        },
    );
    let outputs = say(&mut hall, now, BEN, offer(true));
    let ben = peer_of(&outputs);
    let track = TrackId { peer: ben, kind: Kind::Video };
    let published = outputs.iter().any(|output| {
        matches!(output, Output::Media(Command::Publish { track: on, on: true, layers })
            if *on == track && layers.len() == 1)
    });
    assert!(published, "{outputs:?}");
    let watched = outputs.iter().any(|output| {
        matches!(output, Output::Media(Command::Watch { peer, wishes })
            if *peer == anna && wishes.iter().any(|wish| wish.track == track))
    });
    assert!(watched, "{outputs:?}");
}

#[test]
fn sealed_words_reach_whom_they_are_for_from_whom_they_came() {
    let (mut hall, now) = (Hall::new(), Instant::now());
    for id in [ANNA, BEN, ParticipantId(3)] {
        enter(&mut hall, now, id);
    }
    hall.take_outputs();
    let sealed = |to, length: usize| Sealed {
        kind: SealedKind::Chat,
        to,
        bytes: SealedBytes::new("A".repeat(length)),
    };
    let to_all = sealed(Recipient::Everyone {}, 8);
    let outputs = say(&mut hall, now, BEN, ClientMessage::Seal { sealed: to_all.clone() });
    let expected = ServerMessage::Sealed { from: BEN, sealed: to_all };
    assert_eq!(told(&outputs, ANNA), [&expected]);
    assert_eq!(told(&outputs, ParticipantId(3)), [&expected]);
    assert_eq!(told(&outputs, BEN), [] as [&ServerMessage; 0]);
    let to_one = sealed(Recipient::One { participant: ANNA }, 8);
    assert_eq!(say(&mut hall, now, BEN, ClientMessage::Seal { sealed: to_one }).len(), 1);
    let nobody = sealed(Recipient::One { participant: ParticipantId(99) }, 8);
    let refused = say(&mut hall, now, BEN, ClientMessage::Seal { sealed: nobody });
    assert_eq!(refusals(&refused), [(BEN, Refusal::ParticipantUnknown)]);
    let huge =
        say(&mut hall, now, BEN, ClientMessage::Seal { sealed: sealed(Recipient::Everyone {}, 30_000) });
    assert_eq!(refusals(&huge), [(BEN, Refusal::TooLarge)]);
}

/// What everyone is told of one person, once.
fn changed(outputs: &[Output]) -> Participant {
    let [ServerMessage::Changed { participant }] = told(outputs, ANNA)[..] else {
        panic!("Anna hears of one change: {outputs:?}")
    };
    assert_eq!(outputs.len(), 1, "and all hear the same");
    participant.clone()
}

#[test]
fn raised_hands_have_an_order_that_late_comers_see_too() {
    let (mut hall, start) = (Hall::new(), Instant::now());
    for id in [ANNA, BEN, ParticipantId(3)] {
        enter(&mut hall, start, id);
    }
    hall.take_outputs();
    let hand = |raised| ClientMessage::Hand { raised };
    let now = start + Duration::from_secs(2);
    let first = changed(&say(&mut hall, now, ParticipantId(3), hand(true)));
    // In the same millisecond, and still after.
    let second = changed(&say(&mut hall, now, BEN, hand(true)));
    assert_eq!((first.hand, second.hand), (Some(2_000), Some(2_001)));
    assert_eq!(say(&mut hall, now, BEN, hand(true)), [], "a raised hand keeps its turn");

    let now = start + Duration::from_secs(62);
    let entrance = Entrance::open(room(1), ParticipantId(4));
    let welcome = hall.enter(now, &entrance).expect("there is room");
    hall.take_outputs();
    assert_eq!(inside(&welcome).clock_ms, 62_000);
    let hands: Vec<_> = inside(&welcome).participants.iter().map(|shown| shown.hand).collect();
    assert_eq!(hands, [None, Some(2_001), Some(2_000), None]);

    assert_eq!(changed(&say(&mut hall, now, ParticipantId(3), hand(false))).hand, None);
    assert_eq!(say(&mut hall, now, ParticipantId(3), hand(false)), [], "it is down already");
    assert_eq!(changed(&say(&mut hall, now, ParticipantId(3), hand(true))).hand, Some(62_000));
}

#[test]
fn tasks_are_given_once_and_taken_and_only_within_the_room() {
    let (mut hall, now) = (Hall::new(), Instant::now());
    enter(&mut hall, now, ANNA);
    enter(&mut hall, now, BEN);
    let elsewhere = Entrance::open(room(2), ParticipantId(3));
    hall.enter(now, &elsewhere).expect("another room");
    hall.take_outputs();
    let task = |participant, task, given| ClientMessage::Task { participant, task, given };
    assert_eq!(
        changed(&say(&mut hall, now, ANNA, task(BEN, Task::Interpreter, true))).tasks,
        [Task::Interpreter]
    );
    assert_eq!(say(&mut hall, now, BEN, task(BEN, Task::Interpreter, true)), []);
    let both = changed(&say(&mut hall, now, BEN, task(BEN, Task::Captions, true)));
    assert_eq!(both.tasks, [Task::Captions, Task::Interpreter]);
    assert_eq!(
        changed(&say(&mut hall, now, ANNA, task(BEN, Task::Interpreter, false))).tasks,
        [Task::Captions]
    );
    for stranger in [ParticipantId(3), ParticipantId(99)] {
        let outputs = say(&mut hall, now, ANNA, task(stranger, Task::Captions, true));
        assert_eq!(refusals(&outputs), [(ANNA, Refusal::ParticipantUnknown)]);
        assert_eq!(outputs.len(), 1, "nobody else hears of it");
    }
}

#[test]
fn how_well_someone_is_connected_is_told_when_it_changes_and_begins_anew_with_a_page() {
    let (mut hall, now) = (Hall::new(), Instant::now());
    enter(&mut hall, now, ANNA);
    enter(&mut hall, now, BEN);
    hall.take_outputs();
    let quality = |quality| ClientMessage::Quality { quality };
    assert_eq!(changed(&say(&mut hall, now, BEN, quality(Quality::Poor))).quality, Some(Quality::Poor));
    assert_eq!(say(&mut hall, now, BEN, quality(Quality::Poor)), []);
    say(&mut hall, now, BEN, ClientMessage::Hand { raised: true });
    let entrance = Entrance { replaces: Some(BEN), ..Entrance::open(room(1), ParticipantId(3)) };
    hall.enter(now, &entrance).expect("the place exists");
    let outputs = hall.take_outputs();
    let again = told(&outputs, ANNA).into_iter().find_map(|message| match message {
        ServerMessage::Changed { participant } => Some((participant.quality, participant.hand)),
        _ => None,
    });
    // The connection is a new one; the person still waits for their turn.
    assert_eq!(again, Some((None, Some(1))));
}

/// REL-25: shown as reconnecting after 3 s, removed only after 15 s without socket and transport.
#[test]
fn the_lost_are_kept_for_fifteen_seconds_and_those_who_said_goodbye_for_five() {
    for (goodbye, after) in [(false, GONE_AFTER), (true, GOODBYE_AFTER)] {
        let (mut hall, start) = (Hall::new(), Instant::now());
        enter(&mut hall, start, ANNA);
        enter(&mut hall, start, BEN);
        hall.handle(start, Input::SocketLost { participant: BEN, goodbye });
        hall.take_outputs();
        let mut now = start;
        while let Some(next) = hall.poll_timeout(now) {
            now = next;
            hall.handle(now, Input::Timeout);
        }
        assert_eq!(now, start + after);
        let outputs = hall.take_outputs();
        let ended = Output::Ended { participant: BEN, reason: Some(ClosingReason::Lost) };
        assert!(outputs.contains(&ended), "{outputs:?}");
        assert!(told(&outputs, ANNA).contains(&&ServerMessage::Left { participant: BEN }));
    }
}

#[test]
fn closing_says_good_bye_to_everyone() {
    let (mut hall, now) = (Hall::new(), Instant::now());
    enter(&mut hall, now, ANNA);
    let peer = peer_of(&say(&mut hall, now, ANNA, offer(true)));
    hall.handle(now, Input::Close);
    let ended = Output::Ended { participant: ANNA, reason: Some(ClosingReason::Restart) };
    assert_eq!(hall.take_outputs(), [Output::Media(Command::Remove { peer }), ended]);
    assert_eq!(hall.census(), (0, 0));
}

/// Whatever comes in: only those inside are told anything, nobody is told of people in other rooms, each
/// peer that was made is ended, and an empty hall holds nothing.
#[test]
fn random_inputs_keep_the_rules() {
    for seed in 1..200_u64 {
        let mut state = seed;
        let mut next = move |bound: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % bound
        };
        let (mut hall, mut now, mut peers) = (Hall::new(), Instant::now(), HashSet::new());
        for step in 0..300 {
            let id = ParticipantId(next(12));
            now += Duration::from_millis(next(2_000));
            match next(9) {
                0 if hall.room_of(id).is_none() => {
                    let replaces = (next(3) == 0).then(|| ParticipantId(next(12)));
                    let room = room(u8::try_from(next(3)).expect("small"));
                    let replaces = replaces.filter(|id| hall.room_of(*id) == Some(&room));
                    let entered = hall.enter(now, &Entrance { replaces, ..Entrance::open(room, id) });
                    assert!(entered.is_ok(), "seed {seed} step {step}");
                }
                1 => hall.handle(now, Input::SocketLost { participant: id, goodbye: next(2) == 0 }),
                2 => hall.handle(now, Input::SocketBack { participant: id }),
                3 => hall.handle(now, Input::Timeout),
                4 => {
                    let event = random_event(&mut next, now);
                    if let Event::Gone { peer } = event {
                        // Media has ended this one itself.
                        peers.remove(&peer);
                    }
                    hall.handle(now, Input::Media(event));
                }
                _ => {
                    let message = random_message(&mut next);
                    hall.handle(now, Input::Message { from: id, seq: step, message });
                }
            }
            check(&mut hall, &mut peers, &format!("seed {seed} step {step}"));
        }
        hall.handle(now, Input::Close);
        check(&mut hall, &mut peers, "at the end");
        assert_eq!(hall.census(), (0, 0), "seed {seed}");
        assert!(peers.is_empty(), "seed {seed}: {peers:?} were never ended");
    }
}

fn random_message(next: &mut impl FnMut(u64) -> u64) -> ClientMessage {
    let tile = |participant| Tile { participant, source: Source::Camera, width: 1, height: 1, pinned: false };
    match next(9) {
        0 => offer(next(2) == 0),
        1 => ClientMessage::Publish {
            microphone: next(2) == 0,
            camera: next(2) == 0,
            music: false,
            screen: false,
            layers: vec![],
            screen_layers: vec![],
        },
        2 => ClientMessage::Watch { tiles: (0..12).map(|id| tile(ParticipantId(id))).collect() },
        3 => ClientMessage::Leave {},
        4 => ClientMessage::Ping {},
        5 => ClientMessage::Hand { raised: next(2) == 0 },
        6 => ClientMessage::Quality { quality: Quality::Fair },
        7 => ClientMessage::Task {
            participant: ParticipantId(next(12)),
            task: Task::Captions,
            given: next(2) == 0,
        },
        _ => {
            let to = Recipient::One { participant: ParticipantId(next(12)) };
            let bytes = SealedBytes::new(String::new());
            ClientMessage::Seal { sealed: Sealed { kind: SealedKind::Chat, to, bytes } }
        }
    }
}

fn random_event(next: &mut impl FnMut(u64) -> u64, now: Instant) -> Event {
    let peer = PeerId(next(40));
    let other = TrackId { peer: PeerId(next(40)), kind: Kind::Video };
    match next(6) {
        0 => Event::Connected { peer },
        1 => Event::Quiet { peer, since: now, expected: next(2) == 0 },
        2 => Event::Heard { peer },
        3 => Event::Slots { peer, slots: vec![("2".to_owned(), Some(other))] },
        4 => Event::Speaking { group: incamera_media::GroupId(next(5)), peers: vec![peer, other.peer] },
        _ => Event::Gone { peer },
    }
}

fn check(hall: &mut Hall, peers: &mut HashSet<PeerId>, context: &str) {
    for output in hall.take_outputs() {
        match output {
            Output::Media(Command::Add { peer, .. }) => assert!(peers.insert(peer), "{context}"),
            Output::Media(Command::Remove { peer }) => _ = peers.remove(&peer),
            Output::Media(_) | Output::Ended { .. } => {}
            Output::Send { to, message } => check_told(hall, to, &message, context),
            Output::SendAll { to, message } => {
                to.iter().for_each(|to| check_told(hall, *to, &message, context))
            }
        }
    }
}

/// Nobody is told of someone in another room.
fn check_told(hall: &Hall, to: ParticipantId, message: &ServerMessage, context: &str) {
    let Some(room) = hall.room_of(to) else { return };
    let mut named = match message {
        ServerMessage::Joined { participant } | ServerMessage::Changed { participant } => {
            vec![participant.id]
        }
        ServerMessage::Speaking { participants } => participants.clone(),
        ServerMessage::Slots { slots } => {
            slots.iter().filter_map(|slot| Some(slot.track?.participant)).collect()
        }
        ServerMessage::Sealed { from, .. } => vec![*from],
        _ => vec![],
    };
    named.retain(|id| hall.room_of(*id).is_some_and(|other| other != room));
    assert!(named.is_empty(), "{context}: {to:?} was told of {named:?} in another room");
}
