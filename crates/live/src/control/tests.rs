//! Places and what is said to them, without sockets.

#![expect(clippy::print_stdout, reason = "a test tells what it measured")]

use incamera_protocol::signal::Role;
use incamera_protocol::{Recipient, Sealed, SealedBytes, SealedKind};

use super::*;
use crate::queue::Waiting;
use crate::{Outgoing, Policy};

/// A control task that is not run, with places that nobody sits in.
fn control(places: u64) -> (Control, Vec<(ParticipantId, Waiting)>) {
    let mut control = Control::new(Crew::of_nobody(), Arc::default(), 1000);
    let mut all = Vec::new();
    for number in 0..places {
        let (queue, waiting) = crate::queue::new();
        let socket = Some((control.new_socket(), queue));
        let token = ResumeToken(number.into());
        let (outbox, pace) = (Outbox::default(), Pace::new(Instant::now()));
        let place = Place { token, outbox, received: 0, socket, pace, consent: None };
        control.places.insert(ParticipantId(number), place);
        all.push((ParticipantId(number), waiting));
    }
    (control, all)
}

/// As large as sealed words may be.
fn sealed() -> ServerMessage {
    let bytes = SealedBytes::new("A".repeat(incamera_protocol::MAX_SEALED_BYTES / 3 * 4));
    let sealed = Sealed { kind: SealedKind::Chat, to: Recipient::Everyone {}, bytes };
    ServerMessage::Sealed { from: ParticipantId(0), sealed }
}

#[tokio::test]
async fn what_many_are_told_is_written_out_and_kept_once() {
    let (mut control, all) = control(400);
    let (ids, mut waiting): (Vec<_>, Vec<_>) = all.into_iter().unzip();
    let (message, began) = (sealed(), Instant::now());
    for _ in 0..20 {
        control.send(&ids, &message);
    }
    let told = began.elapsed() / 20;
    println!("400 participants are told 21 KiB in {told:?}");
    let kept: Vec<_> = control.places.values().flat_map(|place| place.outbox.again()).collect();
    let first = |seq| kept.iter().find(|kept| kept.0 == seq).expect("kept").1;
    assert!(kept.iter().all(|(seq, body)| Arc::ptr_eq(body, first(*seq))), "one text for all");
    assert_eq!(kept.len(), 400 * 20);
    let Some(Outgoing::Text(text)) = waiting[399].next().await else { panic!("a text") };
    let frame: Frame<ServerMessage> = serde_json::from_str(&text).expect("a frame");
    assert_eq!(frame, Frame { seq: 1, ack: 0, message: message.clone() });
}

/// ATK-48: one who floods cannot make the server keep more than the bound for those who take nothing; they
/// lose their socket, and enter anew.
#[tokio::test]
async fn who_takes_nothing_loses_the_socket_and_then_the_place() {
    let (mut control, mut all) = control(2);
    let (slow, mut waiting) = all.remove(0);
    let message = sealed();
    let mut sent = 0;
    while control.places[&slow].socket.is_some() {
        control.send(&[slow], &message);
        sent += 1;
    }
    println!("closed after {sent} messages of 21 KiB");
    assert!((40..120).contains(&sent), "{sent}");
    let outbox = &control.places[&slow].outbox;
    let kept: usize = outbox.again().map(|(_, body)| body.len()).sum();
    assert!(kept <= crate::outbox::MOST_BYTES, "{kept}");
    assert!(!outbox.reaches(0));
    let mut written = 0;
    while waiting.next().await.is_some() {
        written += 1;
    }
    assert_eq!(written, sent - 1, "what was taken before is still written");
}

/// ATK-48: who goes on flooding is told, and then put out; the others see someone leave.
#[tokio::test]
async fn who_floods_on_is_put_out() {
    let (mut control, _) = control(0);
    let grant = Grant::new(MeetingId::from_symbols([3; 15]), Role::Guest, Policy::OPEN, None);
    let (flooder, mut hears) = crate::queue::new();
    let (other, mut sees) = crate::queue::new();
    let now = Instant::now();
    let admission = control.enter(now, &grant, None, None, flooder).expect("there is room");
    control.enter(now, &grant, None, None, other).expect("there is room");
    let mut at = now;
    while let Some(wait) = control.settle(at, admission, 100) {
        at += wait;
    }
    assert_eq!((at - now).as_secs(), 30);
    control.perform().await;
    assert!(!control.places.contains_key(&admission.participant));
    assert_eq!(control.hall.census(), (1, 1));
    let mut texts = Vec::new();
    loop {
        match hears.next().await {
            Some(Outgoing::Text(text)) => texts.push(text),
            end => break assert!(matches!(end, Some(Outgoing::Close(close::REFUSED))), "{end:?}"),
        }
    }
    assert_eq!(texts.iter().filter(|text| text.contains("tooFast")).count(), 2, "a warning and the end");
    assert!(hears.next().await.is_none());
    let (_, left) = (sees.next().await, sees.next().await);
    assert!(matches!(left, Some(Outgoing::Text(text)) if text.contains("left")));
}

/// ATK-48: a frame costs what the server writes because of it.
#[tokio::test]
async fn words_to_many_cost_more_than_words_to_one() {
    let (mut control, _) = control(0);
    let grant = Grant::new(MeetingId::from_symbols([3; 15]), Role::Guest, Policy::OPEN, None);
    let now = Instant::now();
    let mut listeners = Vec::new();
    let (flooder, _hears) = crate::queue::new();
    let admission = control.enter(now, &grant, None, None, flooder).expect("there is room");
    for _ in 0..100 {
        let (queue, waiting) = crate::queue::new();
        control.enter(now, &grant, None, None, queue).expect("there is room");
        listeners.push(waiting);
    }
    let ServerMessage::Sealed { sealed, .. } = sealed() else { panic!("sealed words") };
    let mut passed = 0;
    loop {
        let message = ClientMessage::Seal { sealed: sealed.clone() };
        let received = Received::Message(Frame { seq: passed + 1, ack: 0, message });
        let (reply, mut answer) = oneshot::channel();
        control.on_message(now, Message::Frame { admission, received, bytes: 22_000, reply }).await;
        if !answer.try_recv().expect("an answer").is_zero() {
            break;
        }
        passed += 1;
    }
    println!("{passed} times 21 KiB to 100 people passed at once");
    assert!((10..20).contains(&passed), "{passed}");
}
