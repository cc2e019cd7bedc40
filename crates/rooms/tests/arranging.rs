//! What hosts arrange: rules, a timer, a talking stick, polls, groups; and what each person may know of it.
//!
//! Seen to fail: without the break, the stick or the list that is hidden; with cameras that guests watch, votes told to guests,
//! counts told early, guests who go anywhere or give tasks, latecomers placed with the most, messages that leave their group or
//! come from those who may not write, and a stick that is lost with its holder.

mod common;

use std::time::{Duration, Instant};

use common::{publish, refused, say, told};
use incamera_media::Command;
use incamera_protocol::arrangement::{Arrangement, Groups, Placement, Poll, Rule, Stick};
use incamera_protocol::signal::{ClientMessage, Participant, Role, ServerMessage, Source, Task, Tile};
use incamera_protocol::{MeetingId, ParticipantId, Recipient, Refusal, Sealed, SealedBytes, SealedKind};
use incamera_rooms::{Entrance, Hall, Input, Inside, Output, Welcome};

const HOST: ParticipantId = ParticipantId(1);
const ANNA: ParticipantId = ParticipantId(2);
const BEN: ParticipantId = ParticipantId(3);
const CARLA: ParticipantId = ParticipantId(4);
const LATE: ParticipantId = ParticipantId(9);

fn comes(hall: &mut Hall, now: Instant, id: ParticipantId, role: Role) -> Inside {
    let room = MeetingId::from_symbols([1; MeetingId::CHARS]);
    match hall.enter(now, &Entrance { role, ..Entrance::open(room, id) }) {
        Ok(Welcome::Inside(inside)) => inside,
        other => panic!("{other:?}"),
    }
}

/// A host and three guests.
fn meeting(now: Instant) -> Hall {
    let mut hall = Hall::new();
    for (id, role) in [(HOST, Role::Host), (ANNA, Role::Guest), (BEN, Role::Guest), (CARLA, Role::Guest)] {
        comes(&mut hall, now, id, role);
    }
    hall.take_outputs();
    hall
}

fn rule(rule: Rule, holds: bool) -> ClientMessage {
    ClientMessage::Rule { rule, holds }
}

/// What someone is told to be arranged, last.
fn arranged(outputs: &[Output], to: ParticipantId) -> Option<Arrangement> {
    told(outputs, to).into_iter().rev().find_map(|message| match message {
        ServerMessage::Arranged { arrangement } => Some(arrangement.clone()),
        _ => None,
    })
}

fn stopped(outputs: &[Output], whom: ParticipantId) -> Vec<Source> {
    let source = |message: &ServerMessage| match message {
        ServerMessage::Stopped { source } => Some(*source),
        _ => None,
    };
    told(outputs, whom).into_iter().filter_map(source).collect()
}

/// How someone is now, as another was told last.
fn shown(outputs: &[Output], to: ParticipantId, whom: ParticipantId) -> Option<Participant> {
    told(outputs, to).into_iter().rev().find_map(|message| match message {
        ServerMessage::Changed { participant } if participant.id == whom => Some(participant.clone()),
        _ => None,
    })
}

fn everything(on: bool) -> ClientMessage {
    ClientMessage::Publish {
        microphone: on,
        camera: on,
        music: on,
        screen: on,
        layers: vec![],
        screen_layers: vec![],
    }
}

fn written(to: Recipient) -> ClientMessage {
    let bytes = SealedBytes::new("c2VhbGVk".to_owned());
    ClientMessage::Seal { sealed: Sealed { kind: SealedKind::Chat, to, bytes } }
}

fn readers(outputs: &[Output]) -> Vec<ParticipantId> {
    let sealed = |id: &ParticipantId| {
        told(outputs, *id).iter().any(|message| matches!(message, ServerMessage::Sealed { .. }))
    };
    [HOST, ANNA, BEN, CARLA].into_iter().filter(sealed).collect()
}

#[test]
fn what_is_forbidden_ends_and_cannot_begin_again() {
    use Source::{Camera, Microphone, Music, Screen};
    let cases = [
        (Rule::CamerasOff, vec![Camera]),
        (Rule::SharesOff, vec![Music, Screen]),
        (Rule::Pause, vec![Microphone, Camera, Music, Screen]),
        (Rule::ChatOff, vec![]),
        (Rule::Locked, vec![]),
    ];
    for (which, ends) in cases {
        let now = Instant::now();
        let mut hall = meeting(now);
        say(&mut hall, now, ANNA, everything(true));
        say(&mut hall, now, HOST, everything(true));
        let outputs = say(&mut hall, now, HOST, rule(which, true));
        assert_eq!(arranged(&outputs, BEN).expect("told").rules, [which]);
        assert_eq!(stopped(&outputs, ANNA), ends, "{which:?}");
        assert_eq!(stopped(&outputs, HOST), [], "hosts are not bound by {which:?}");
        // Their client tries again, and finds the same.
        let again = say(&mut hall, now, ANNA, everything(true));
        let mut refused = stopped(&again, ANNA);
        refused
            .sort_by_key(|source| [Microphone, Camera, Music, Screen].iter().position(|one| one == source));
        assert_eq!(refused, ends);
        // What was ended does not come back by itself.
        let over = say(&mut hall, now, HOST, rule(which, false));
        assert_eq!(arranged(&over, ANNA).expect("told").rules, []);
        let on = |shown: Participant| shown.microphone || shown.camera || shown.music || shown.screen;
        assert!(!shown(&over, ANNA, ANNA).is_some_and(on), "nothing is switched on by another");
    }
}

#[test]
fn where_the_chat_is_off_guests_write_to_hosts_only() {
    let now = Instant::now();
    let mut hall = meeting(now);
    say(&mut hall, now, HOST, rule(Rule::ChatOff, true));
    let one = |participant| written(Recipient::One { participant });
    assert_eq!(
        refused(&say(&mut hall, now, ANNA, written(Recipient::Everyone {})), ANNA),
        Some(Refusal::NotAllowed)
    );
    assert_eq!(refused(&say(&mut hall, now, ANNA, one(BEN)), ANNA), Some(Refusal::NotAllowed));
    assert_eq!(readers(&say(&mut hall, now, ANNA, one(HOST))), [HOST]);
    assert_eq!(readers(&say(&mut hall, now, HOST, written(Recipient::Everyone {}))), [ANNA, BEN, CARLA]);
    // Captions are no chat. Who writes them, hosts decide.
    let task = |given| ClientMessage::Task { participant: ANNA, task: Task::Captions, given };
    assert_eq!(refused(&say(&mut hall, now, ANNA, task(true)), ANNA), Some(Refusal::NotAllowed));
    say(&mut hall, now, HOST, task(true));
    assert_eq!(readers(&say(&mut hall, now, ANNA, written(Recipient::Everyone {}))), [HOST, BEN, CARLA]);
    assert_eq!(
        refused(
            &say(
                &mut hall,
                now,
                BEN,
                ClientMessage::Task { participant: ANNA, task: Task::Captions, given: false }
            ),
            BEN
        ),
        Some(Refusal::NotAllowed)
    );
    assert_eq!(refused(&say(&mut hall, now, ANNA, task(false)), ANNA), None, "one gives back one's own");
}

/// Guests are told nothing of other guests: not by a list, a change, a voice or a message.
#[test]
fn where_people_are_hidden_guests_know_of_hosts_only() {
    let now = Instant::now();
    let mut hall = meeting(now);
    let gone = |outputs: &[Output], to| -> Vec<_> {
        let left = |message: &ServerMessage| match message {
            ServerMessage::Left { participant } => Some(*participant),
            _ => None,
        };
        told(outputs, to).into_iter().filter_map(left).collect()
    };
    let mut outputs = say(&mut hall, now, HOST, rule(Rule::PeopleHidden, true));
    let mut left = gone(&outputs, ANNA);
    left.sort();
    assert_eq!(left, [BEN, CARLA]);
    assert_eq!(gone(&outputs, HOST), []);
    for message in
        [publish(true, true), ClientMessage::Hand { raised: true }, written(Recipient::Everyone {})]
    {
        outputs = say(&mut hall, now, ANNA, message);
        assert_eq!(told(&outputs, BEN), Vec::<&ServerMessage>::new());
        assert!(!told(&outputs, HOST).is_empty());
    }
    let one = written(Recipient::One { participant: BEN });
    assert_eq!(refused(&say(&mut hall, now, ANNA, one), ANNA), Some(Refusal::ParticipantUnknown));
    let inside = comes(&mut hall, now, LATE, Role::Guest);
    let ids: Vec<_> = inside.participants.iter().map(|one| one.id).collect();
    assert_eq!(ids, [HOST, LATE]);
    let heard = hall.take_outputs();
    assert_eq!(told(&heard, ANNA), Vec::<&ServerMessage>::new());
    assert!(matches!(told(&heard, HOST)[..], [ServerMessage::Joined { .. }]));
    // A host whom a host makes is seen, and sees.
    outputs = say(&mut hall, now, HOST, ClientMessage::Promote { participant: BEN, host: true });
    let joins = |outputs: &[Output], to: ParticipantId| {
        told(outputs, to).iter().filter(|message| matches!(message, ServerMessage::Joined { .. })).count()
    };
    assert_eq!((joins(&outputs, ANNA), joins(&outputs, BEN)), (1, 3));
    outputs = say(&mut hall, now, HOST, rule(Rule::PeopleHidden, false));
    assert_eq!((joins(&outputs, ANNA), joins(&outputs, HOST)), (2, 0));
}

#[test]
fn cameras_for_hosts_are_watched_by_hosts() {
    let now = Instant::now();
    let mut hall = meeting(now);
    let offer = || ClientMessage::Offer {
        offer: 1,
        sdp: "v=0".to_owned(),
        sends: vec![],
        receives: vec![],
        fresh: true,
    };
    for who in [HOST, ANNA, BEN] {
        say(&mut hall, now, who, offer());
    }
    let tile =
        |participant| Tile { participant, source: Source::Camera, width: 320, height: 180, pinned: false };
    let wishes = |outputs: &[Output]| {
        let count = |output: &Output| match output {
            Output::Media(Command::Watch { wishes, .. }) => Some(wishes.len()),
            _ => None,
        };
        outputs.iter().filter_map(count).next_back().expect("told")
    };
    assert_eq!(
        wishes(&say(&mut hall, now, ANNA, ClientMessage::Watch { tiles: vec![tile(BEN), tile(HOST)] })),
        2
    );
    say(&mut hall, now, HOST, rule(Rule::CamerasToHosts, true));
    assert_eq!(
        wishes(&say(&mut hall, now, ANNA, ClientMessage::Watch { tiles: vec![tile(BEN), tile(HOST)] })),
        1
    );
    assert_eq!(
        wishes(&say(&mut hall, now, HOST, ClientMessage::Watch { tiles: vec![tile(BEN), tile(ANNA)] })),
        2
    );
    say(&mut hall, now, HOST, ClientMessage::Task { participant: BEN, task: Task::Interpreter, given: true });
    assert_eq!(
        wishes(&say(&mut hall, now, ANNA, ClientMessage::Watch { tiles: vec![tile(BEN), tile(HOST)] })),
        2
    );
}

#[test]
fn with_the_talking_stick_one_guest_is_heard() {
    let now = Instant::now();
    let mut hall = meeting(now);
    for who in [ANNA, BEN, HOST] {
        say(&mut hall, now, who, publish(true, false));
    }
    let pass = |to| ClientMessage::PassStick { to };
    assert_eq!(refused(&say(&mut hall, now, ANNA, pass(Some(ANNA))), ANNA), Some(Refusal::NotAllowed));
    let outputs = say(&mut hall, now, HOST, pass(Some(ANNA)));
    assert_eq!(arranged(&outputs, CARLA).expect("told").stick, Some(Stick { holder: Some(ANNA) }));
    assert_eq!(
        (stopped(&outputs, ANNA), stopped(&outputs, BEN), stopped(&outputs, HOST)),
        (vec![], vec![Source::Microphone], vec![])
    );
    assert_eq!(stopped(&say(&mut hall, now, BEN, publish(true, false)), BEN), [Source::Microphone]);
    let outputs = say(&mut hall, now, ANNA, pass(Some(BEN)));
    assert_eq!(stopped(&outputs, ANNA), [Source::Microphone]);
    assert_eq!(stopped(&say(&mut hall, now, BEN, publish(true, false)), BEN), []);
    assert_eq!(refused(&say(&mut hall, now, BEN, pass(Some(LATE))), BEN), Some(Refusal::ParticipantUnknown));
    let outputs = say(&mut hall, now, BEN, ClientMessage::Leave {});
    assert_eq!(
        arranged(&outputs, ANNA).expect("told").stick,
        Some(Stick { holder: None }),
        "it falls to the hosts"
    );
    say(&mut hall, now, HOST, ClientMessage::EndStick {});
    assert_eq!(stopped(&say(&mut hall, now, ANNA, publish(true, false)), ANNA), []);
}

#[test]
fn a_poll_is_counted_and_nobody_is_told_who_chose_what() {
    let now = Instant::now();
    let mut hall = meeting(now);
    let open = |options| ClientMessage::OpenPoll { poll: 7, options };
    for options in [0, 1, 13, 255] {
        assert_eq!(refused(&say(&mut hall, now, HOST, open(options)), HOST), Some(Refusal::TooLarge));
    }
    say(&mut hall, now, HOST, open(3));
    let vote = |poll, option| ClientMessage::Vote { poll, option };
    assert_eq!(refused(&say(&mut hall, now, ANNA, vote(7, 3)), ANNA), Some(Refusal::OutOfPlace));
    assert_eq!(refused(&say(&mut hall, now, ANNA, vote(8, 0)), ANNA), Some(Refusal::OutOfPlace));
    let outputs = say(&mut hall, now, ANNA, vote(7, 0));
    let asked = Poll { poll: 7, options: 3, votes: Some(1), counts: None };
    assert_eq!(arranged(&outputs, HOST).expect("told").poll, Some(asked));
    assert_eq!(told(&outputs, ANNA), Vec::<&ServerMessage>::new());
    assert_eq!(told(&outputs, BEN), Vec::<&ServerMessage>::new());
    // Whatever else is arranged meanwhile: guests are not told how many have answered.
    let outputs = say(&mut hall, now, HOST, ClientMessage::Timer { seconds: Some(60) });
    let unseen = Poll { poll: 7, options: 3, votes: None, counts: None };
    assert_eq!(arranged(&outputs, BEN).expect("told").poll, Some(unseen));
    say(&mut hall, now, HOST, ClientMessage::Timer { seconds: None });
    say(&mut hall, now, BEN, vote(7, 2));
    assert_eq!(say(&mut hall, now, ANNA, vote(7, 2)), [], "a change of mind is no news");
    say(&mut hall, now, HOST, vote(7, 1));
    let outputs = say(&mut hall, now, HOST, ClientMessage::ClosePoll {});
    let counted = Poll { poll: 7, options: 3, votes: None, counts: Some(vec![0, 1, 2]) };
    for who in [HOST, ANNA, CARLA] {
        assert_eq!(arranged(&outputs, who).expect("told").poll.as_ref(), Some(&counted));
    }
    assert_eq!(refused(&say(&mut hall, now, CARLA, vote(7, 0)), CARLA), Some(Refusal::OutOfPlace));
    assert_eq!(
        arranged(&say(&mut hall, now, HOST, ClientMessage::DropPoll {}), ANNA),
        Some(Arrangement::default())
    );
}

#[test]
fn a_timer_is_counted_on_the_clock_of_the_room() {
    let now = Instant::now();
    let mut hall = meeting(now);
    for seconds in [0, 86_401, u32::MAX] {
        let timer = ClientMessage::Timer { seconds: Some(seconds) };
        assert_eq!(refused(&say(&mut hall, now, HOST, timer), HOST), Some(Refusal::TooLarge));
    }
    let later = now + Duration::from_secs(5);
    say(&mut hall, later, HOST, ClientMessage::Timer { seconds: Some(60) });
    assert_eq!(comes(&mut hall, later, LATE, Role::Guest).arrangement.timer, Some(65_000));
    hall.take_outputs();
    let outputs = say(&mut hall, later, HOST, ClientMessage::Timer { seconds: None });
    assert_eq!(arranged(&outputs, LATE), Some(Arrangement::default()));
}

fn split(choose: bool, seconds: Option<u32>) -> ClientMessage {
    let placements =
        vec![Placement { participant: ANNA, group: 1 }, Placement { participant: BEN, group: 2 }];
    ClientMessage::Split { groups: 2, placements, choose, seconds }
}

#[test]
fn guests_go_where_they_belong_and_hosts_anywhere() {
    let now = Instant::now();
    let mut hall = meeting(now);
    let go = |participant, group| ClientMessage::Move { participant, group };
    assert_eq!(refused(&say(&mut hall, now, ANNA, go(ANNA, Some(1))), ANNA), Some(Refusal::OutOfPlace));
    let outputs = say(&mut hall, now, HOST, split(false, None));
    assert_eq!(shown(&outputs, CARLA, BEN).expect("told").group, Some(2));
    let groups = Groups { count: 2, choose: false, ends: None, calls: vec![] };
    assert_eq!(arranged(&outputs, CARLA).expect("told").groups, Some(groups));
    for (who, whom, group) in
        [(ANNA, ANNA, Some(2)), (ANNA, BEN, Some(1)), (ANNA, BEN, None), (CARLA, CARLA, Some(1))]
    {
        assert_eq!(
            refused(&say(&mut hall, now, who, go(whom, group)), who),
            Some(Refusal::NotAllowed),
            "{who:?} {whom:?} {group:?}"
        );
    }
    for group in [0, 3] {
        assert_eq!(refused(&say(&mut hall, now, HOST, go(HOST, Some(group))), HOST), Some(Refusal::TooLarge));
    }
    for (who, whom, group) in [
        (ANNA, ANNA, None),
        (ANNA, ANNA, Some(1)),
        (HOST, HOST, Some(2)),
        (HOST, CARLA, Some(2)),
        (CARLA, CARLA, None),
        (CARLA, CARLA, Some(2)),
    ] {
        let outputs = say(&mut hall, now, who, go(whom, group));
        assert_eq!(shown(&outputs, BEN, whom).expect("told").group, group);
    }
    // What is written stays in the group; a host may write to all.
    assert_eq!(readers(&say(&mut hall, now, HOST, written(Recipient::Everyone {}))), [BEN, CARLA]);
    assert_eq!(readers(&say(&mut hall, now, HOST, written(Recipient::AllGroups {}))), [ANNA, BEN, CARLA]);
    assert_eq!(
        refused(&say(&mut hall, now, ANNA, written(Recipient::AllGroups {})), ANNA),
        Some(Refusal::NotAllowed)
    );
    let outputs = say(&mut hall, now, HOST, ClientMessage::Rejoin {});
    assert!(
        [ANNA, BEN, CARLA]
            .iter()
            .all(|who| shown(&outputs, HOST, *who).is_some_and(|one| one.group.is_none()))
    );
    assert_eq!(arranged(&outputs, ANNA), Some(Arrangement::default()));
}

#[test]
fn a_group_calls_and_the_host_who_comes_has_answered() {
    let now = Instant::now();
    let mut hall = meeting(now);
    say(&mut hall, now, HOST, split(false, None));
    let call = |wanted| ClientMessage::Call { wanted };
    assert_eq!(refused(&say(&mut hall, now, CARLA, call(true)), CARLA), Some(Refusal::OutOfPlace));
    let calls =
        |outputs: &[Output]| arranged(outputs, HOST).and_then(|now| now.groups).map(|groups| groups.calls);
    assert_eq!(calls(&say(&mut hall, now, BEN, call(true))), Some(vec![2]));
    assert_eq!(calls(&say(&mut hall, now, ANNA, call(true))), Some(vec![2, 1]));
    assert_eq!(
        calls(&say(&mut hall, now, HOST, ClientMessage::Move { participant: HOST, group: Some(2) })),
        Some(vec![1])
    );
    assert_eq!(
        calls(&say(&mut hall, now, ANNA, ClientMessage::Leave {})),
        Some(vec![]),
        "nobody calls from there"
    );
}

#[test]
fn latecomers_are_placed_and_time_brings_all_back() {
    let now = Instant::now();
    let mut hall = meeting(now);
    say(&mut hall, now, HOST, split(false, Some(60)));
    say(&mut hall, now, HOST, ClientMessage::Move { participant: CARLA, group: Some(1) });
    let group =
        |inside: &Inside, id| inside.participants.iter().find(|one| one.id == id).and_then(|one| one.group);
    assert_eq!(group(&comes(&mut hall, now, LATE, Role::Guest), LATE), Some(2), "with the fewest");
    let co_host = ParticipantId(10);
    assert_eq!(group(&comes(&mut hall, now, co_host, Role::Host), co_host), None);
    let end = now + Duration::from_secs(60);
    assert_eq!(hall.poll_timeout(now).map(|at| at.min(end)), Some(hall.poll_timeout(now).expect("some")));
    hall.take_outputs();
    hall.handle(end - Duration::from_millis(1), Input::Timeout);
    assert_eq!(arranged(&hall.take_outputs(), HOST), None);
    hall.handle(end, Input::Timeout);
    let outputs = hall.take_outputs();
    assert_eq!(arranged(&outputs, HOST), Some(Arrangement::default()));
    assert_eq!(shown(&outputs, HOST, LATE).expect("told").group, None);
    // Where people choose, newcomers do, too.
    say(&mut hall, end, HOST, split(true, None));
    let chooser = ParticipantId(11);
    assert_eq!(group(&comes(&mut hall, end, chooser, Role::Guest), chooser), None);
    let outputs = say(&mut hall, end, chooser, ClientMessage::Move { participant: chooser, group: Some(2) });
    assert_eq!(shown(&outputs, HOST, chooser).expect("told").group, Some(2));
}
