//! Places and what is said to them, without sockets.

#![expect(clippy::print_stdout, reason = "a test tells what it measured")]

use incamera_protocol::{Recipient, Sealed, SealedBytes, SealedKind};

use super::*;
use crate::queue::Waiting;

/// A control task that is not run, with places that nobody sits in.
fn control(places: u64) -> (Control, Vec<(ParticipantId, Waiting)>) {
    let mut control = Control::new(WorkerHandle::to_nobody(), Arc::default());
    let mut all = Vec::new();
    for number in 0..places {
        let (queue, waiting) = crate::queue::new();
        let socket = Some((control.new_socket(), queue));
        let token = ResumeToken(number.into());
        let place = Place { token, outbox: Outbox::default(), received: 0, socket };
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
    let Some(crate::Outgoing::Text(text)) = waiting[399].next().await else { panic!("a text") };
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
