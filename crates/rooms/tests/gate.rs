//! ATK-01, the half of rooms: every message, said from every standing, against a table written by hand. A message that is
//! not in it does not compile. The other half, of HTTP, is in `incamera/src/http/gate.rs`.

mod common;

use std::time::Instant;

use common::{publish, refused, say};
use incamera_protocol::arrangement::{Placement, Rule};
use incamera_protocol::signal::{ClientMessage, Quality, Role, Source, Task};
use incamera_protocol::{MeetingId, ParticipantId, Recipient, Refusal, Sealed, SealedBytes, SealedKind};
use incamera_rooms::{Entrance, Hall, Output, Policy, Standing, Welcome, may_say};

const HOST: ParticipantId = ParticipantId(1);
const CO_HOST: ParticipantId = ParticipantId(2);
const GUEST: ParticipantId = ParticipantId(3);
const WAITING: ParticipantId = ParticipantId(4);
const STRANGER: ParticipantId = ParticipantId(5);

/// What the gate says to: who waits, a guest, a host made by a host, the room's own host.
type Verdicts = [Result<(), Refusal>; 4];

const OK: Result<(), Refusal> = Ok(());
const OUT_OF_PLACE: Result<(), Refusal> = Err(Refusal::OutOfPlace);
const NOT_ALLOWED: Result<(), Refusal> = Err(Refusal::NotAllowed);

const ANYONE: Verdicts = [OK, OK, OK, OK];
const WHO_WAITS: Verdicts = [OK, OUT_OF_PLACE, OUT_OF_PLACE, OUT_OF_PLACE];
const WHO_IS_IN: Verdicts = [OUT_OF_PLACE, OK, OK, OK];
const HOSTS: Verdicts = [OUT_OF_PLACE, NOT_ALLOWED, OK, OK];

/// The table. It names every variant and has no arm for others.
fn verdicts(message: &ClientMessage) -> Verdicts {
    match message {
        ClientMessage::Offer { .. } => WHO_IS_IN,
        ClientMessage::Publish { .. } => WHO_IS_IN,
        ClientMessage::Watch { .. } => WHO_IS_IN,
        ClientMessage::Hand { .. } => WHO_IS_IN,
        ClientMessage::Quality { .. } => WHO_IS_IN,
        ClientMessage::Task { .. } => WHO_IS_IN,
        ClientMessage::Check { .. } => WHO_WAITS,
        ClientMessage::Admit { .. } => HOSTS,
        ClientMessage::Remove { .. } => HOSTS,
        ClientMessage::SendBack { .. } => HOSTS,
        ClientMessage::Stop { .. } => HOSTS,
        ClientMessage::LowerHand { .. } => HOSTS,
        ClientMessage::Promote { .. } => HOSTS,
        ClientMessage::Rule { .. } => HOSTS,
        ClientMessage::Timer { .. } => HOSTS,
        ClientMessage::PassStick { .. } => WHO_IS_IN,
        ClientMessage::EndStick {} => HOSTS,
        ClientMessage::OpenPoll { .. } => HOSTS,
        ClientMessage::Vote { .. } => WHO_IS_IN,
        ClientMessage::ClosePoll {} => HOSTS,
        ClientMessage::DropPoll {} => HOSTS,
        ClientMessage::Split { .. } => HOSTS,
        ClientMessage::Rejoin {} => HOSTS,
        ClientMessage::Move { .. } => WHO_IS_IN,
        ClientMessage::Call { .. } => WHO_IS_IN,
        ClientMessage::End {} => HOSTS,
        ClientMessage::Seal { .. } => WHO_IS_IN,
        ClientMessage::Ping {} => ANYONE,
        ClientMessage::Leave {} => ANYONE,
    }
}

/// One of each, aimed at a guest where it is aimed at somebody.
fn messages() -> Vec<ClientMessage> {
    let participant = GUEST;
    let bytes = SealedBytes::new("c2VhbGVk".to_owned());
    vec![
        ClientMessage::Offer { offer: 1, sdp: String::new(), sends: vec![], receives: vec![], fresh: true },
        publish(true, true),
        ClientMessage::Watch { tiles: vec![] },
        ClientMessage::Hand { raised: true },
        ClientMessage::Quality { quality: Quality::Good },
        ClientMessage::Task { participant, task: Task::Captions, given: false },
        ClientMessage::Check { microphone: true, camera: true },
        ClientMessage::Admit { participants: vec![WAITING] },
        ClientMessage::Remove { participant },
        ClientMessage::SendBack { participant },
        ClientMessage::Stop { participant, source: Source::Microphone },
        ClientMessage::LowerHand { participant },
        ClientMessage::Promote { participant, host: true },
        ClientMessage::Rule { rule: Rule::Locked, holds: true },
        ClientMessage::Timer { seconds: Some(60) },
        ClientMessage::PassStick { to: None },
        ClientMessage::EndStick {},
        ClientMessage::OpenPoll { poll: 2, options: 2 },
        ClientMessage::Vote { poll: 1, option: 0 },
        ClientMessage::ClosePoll {},
        ClientMessage::DropPoll {},
        ClientMessage::Split { groups: 2, placements: vec![], choose: false, seconds: None },
        ClientMessage::Rejoin {},
        ClientMessage::Move { participant, group: None },
        ClientMessage::Call { wanted: true },
        ClientMessage::End {},
        ClientMessage::Seal { sealed: Sealed { kind: SealedKind::Chat, to: Recipient::Everyone {}, bytes } },
        ClientMessage::Ping {},
        ClientMessage::Leave {},
    ]
}

fn room() -> MeetingId {
    MeetingId::from_symbols([1; MeetingId::CHARS])
}

/// A room with one of each in it, and one before it.
fn hall(now: Instant) -> Hall {
    let mut hall = Hall::new();
    let policy = Policy { waiting_room: true, capacity: 10, cameras: true };
    for (participant, role) in
        [(HOST, Role::Host), (CO_HOST, Role::CoHost), (GUEST, Role::Guest), (WAITING, Role::Guest)]
    {
        let entrance = Entrance { role, policy, ..Entrance::open(room(), participant) };
        let welcome = hall.enter(now, &entrance).expect("there is room");
        assert_eq!(matches!(welcome, Welcome::Waiting { .. }), role == Role::Guest);
    }
    say(&mut hall, now, HOST, ClientMessage::Admit { participants: vec![GUEST] });
    // Something is on, so that it can be switched off; and something is arranged, so that all has its place.
    say(&mut hall, now, GUEST, publish(true, true));
    say(&mut hall, now, HOST, ClientMessage::OpenPoll { poll: 1, options: 2 });
    say(&mut hall, now, HOST, ClientMessage::PassStick { to: Some(GUEST) });
    let in_one = |participant| Placement { participant, group: 1 };
    let placements = [HOST, CO_HOST, GUEST].map(in_one).to_vec();
    say(&mut hall, now, HOST, ClientMessage::Split { groups: 2, placements, choose: true, seconds: None });
    hall
}

fn said(from: ParticipantId, message: ClientMessage) -> Vec<Output> {
    let now = Instant::now();
    say(&mut hall(now), now, from, message)
}

#[test]
fn the_gate_says_what_stands_in_the_table() {
    let standings = [
        Standing::Waiting,
        Standing::Inside(Role::Guest),
        Standing::Inside(Role::CoHost),
        Standing::Inside(Role::Host),
    ];
    for message in messages() {
        for (standing, verdict) in standings.into_iter().zip(verdicts(&message)) {
            assert_eq!(may_say(standing, &message), verdict, "{standing:?}: {message:?}");
        }
    }
}

/// And the room does what the gate says: what is refused has no effect but the refusal, and a stranger's has none at all.
#[test]
fn what_the_gate_refuses_has_no_effect() {
    for message in messages() {
        for (from, verdict) in [WAITING, GUEST, CO_HOST, HOST].into_iter().zip(verdicts(&message)) {
            let outputs = said(from, message.clone());
            match verdict {
                Err(refusal) => {
                    assert_eq!(outputs.len(), 1, "{from:?}: {message:?} led to {outputs:?}");
                    assert_eq!(refused(&outputs, from), Some(refusal), "{from:?}: {message:?}");
                }
                Ok(()) => {
                    let gate = [Some(Refusal::NotAllowed), Some(Refusal::OutOfPlace)];
                    assert!(!gate.contains(&refused(&outputs, from)), "{from:?}: {message:?}");
                }
            }
        }
        assert_eq!(said(STRANGER, message.clone()), [], "a stranger's {message:?}");
    }
}

/// After the end there is no room: whoever was in it is a stranger.
#[test]
fn after_the_end_nobody_says_anything() {
    let now = Instant::now();
    for message in messages() {
        let mut hall = hall(now);
        let ended = say(&mut hall, now, HOST, ClientMessage::End {});
        for who in [HOST, CO_HOST, GUEST, WAITING] {
            let told =
                |output: &Output| matches!(output, Output::Ended { participant, .. } if *participant == who);
            assert!(ended.iter().any(told), "{who:?} is not told");
            assert_eq!(say(&mut hall, now, who, message.clone()), [], "{who:?}: {message:?}");
        }
        assert_eq!(hall.census(), (0, 0));
    }
}
