//! Signalling sockets against running rooms, through the public door: opening, numbers, resuming, and what
//! hostile clients send.

#![expect(clippy::print_stdout, reason = "a test tells what it measured")]

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_util::{Sink, Stream};
use incamera_live::{Door, Incoming, Live, Outgoing, Policy, Settings};
use incamera_protocol::signal::{ClientMessage, ClosingReason, Frame, Opened, Opening, Role, ServerMessage};
use incamera_protocol::{
    MeetingId, PROTOCOL_VERSION, Recipient, Refusal, ResumeToken, Sealed, SealedBytes, SealedKind,
};
use tokio::sync::mpsc;
use tokio::time::timeout;

/// A socket made of two queues.
struct Socket {
    incoming: mpsc::UnboundedReceiver<Incoming>,
    outgoing: mpsc::UnboundedSender<Outgoing>,
}

impl Stream for Socket {
    type Item = Incoming;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Incoming>> {
        self.incoming.poll_recv(context)
    }
}

impl Sink<Outgoing> for Socket {
    type Error = Infallible;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn start_send(self: Pin<&mut Self>, item: Outgoing) -> Result<(), Infallible> {
        // The other end may be gone, as with a real socket.
        _ = self.outgoing.send(item);
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }
}

/// The far end of a socket.
struct Client {
    say: mpsc::UnboundedSender<Incoming>,
    hear: mpsc::UnboundedReceiver<Outgoing>,
}

impl Client {
    fn connect(door: &Door) -> Self {
        let (say, incoming) = mpsc::unbounded_channel();
        let (outgoing, hear) = mpsc::unbounded_channel();
        let door = door.clone();
        tokio::spawn(async move { door.attend(Socket { incoming, outgoing }).await });
        Self { say, hear }
    }

    fn text(&self, text: String) {
        _ = self.say.send(Incoming::Text(text));
    }

    fn frame(&self, seq: u32, ack: u32, message: ClientMessage) {
        self.text(serde_json::to_string(&Frame { seq, ack, message }).expect("plain data"));
    }

    async fn next(&mut self) -> Option<Outgoing> {
        timeout(Duration::from_secs(5), self.hear.recv()).await.expect("an answer within 5 s")
    }

    async fn opened(&mut self) -> Opened {
        match self.next().await {
            Some(Outgoing::Text(text)) => serde_json::from_str(&text).expect("an opening"),
            other => panic!("an opening, not {other:?}"),
        }
    }

    async fn heard(&mut self) -> Frame<ServerMessage> {
        match self.next().await {
            Some(Outgoing::Text(text)) => serde_json::from_str(&text).expect("a frame"),
            other => panic!("a frame, not {other:?}"),
        }
    }

    async fn enter(door: &Door, meeting: &MeetingId, replaces: Option<ResumeToken>) -> (Self, ResumeToken) {
        let mut client = Self::connect(door);
        let grant = door.grant(meeting, Role::Guest, Policy::OPEN, None).expect("the meeting exists");
        client.open(&Opening::Enter { version: PROTOCOL_VERSION, grant, name: None, replaces });
        match client.opened().await {
            Opened::Entered { resume, .. } => (client, resume),
            other => panic!("entered, not {other:?}"),
        }
    }

    fn open(&self, opening: &Opening) {
        self.text(serde_json::to_string(opening).expect("plain data"));
    }
}

async fn live() -> (Live, Door) {
    live_for(1_000).await
}

async fn live_for(max_participants: usize) -> (Live, Door) {
    let listen = vec!["127.0.0.1:0".parse().expect("an address")];
    let settings = Settings {
        media_listen: listen,
        media_announce: vec![],
        media_threads: 2,
        secret: [9; 32],
        max_participants,
    };
    let live = Live::start(settings).await.expect("loopback has a free port");
    let door = live.door();
    (live, door)
}

#[tokio::test]
async fn a_socket_that_breaks_is_resumed_without_loss_or_repetition() {
    let (_live, door) = live().await;
    let meeting = door.new_meeting();
    let (mut anna, token) = Client::enter(&door, &meeting, None).await;
    let (mut ben, _) = Client::enter(&door, &meeting, None).await;
    assert!(matches!(anna.heard().await, Frame { seq: 1, message: ServerMessage::Joined { .. }, .. }));
    let bytes = SealedBytes::new("AAAA".to_owned());
    let sealed = Sealed { kind: SealedKind::Chat, to: Recipient::Everyone {}, bytes };
    anna.frame(1, 0, ClientMessage::Seal { sealed: sealed.clone() });
    assert!(matches!(ben.heard().await.message, ServerMessage::Sealed { .. }));
    let (_clara, _) = Client::enter(&door, &meeting, None).await;
    let joined = anna.heard().await;
    assert!(matches!(joined, Frame { seq: 2, ack: 1, message: ServerMessage::Joined { .. } }));
    drop(anna);

    // Frame 1 of the server arrived, frame 2 did not. The client repeats its frame 1, which is known.
    let mut anna = Client::connect(&door);
    anna.open(&Opening::Resume { version: PROTOCOL_VERSION, token, ack: 1 });
    assert_eq!(anna.opened().await, Opened::Resumed { ack: 1 });
    assert_eq!(anna.heard().await, joined);
    anna.frame(1, 2, ClientMessage::Seal { sealed });
    anna.frame(
        2,
        2,
        ClientMessage::Publish {
            microphone: true,
            camera: false,
            music: false,
            screen: false,
            layers: vec![],
            screen_layers: vec![],
        },
    );
    let next = anna.heard().await;
    assert!(matches!(next, Frame { seq: 3, ack: 2, message: ServerMessage::Changed { .. } }), "{next:?}");
    assert!(matches!(ben.heard().await.message, ServerMessage::Joined { .. }));
    let after = ben.heard().await;
    assert!(matches!(after.message, ServerMessage::Changed { .. }), "said once, heard once: {after:?}");
}

#[tokio::test]
async fn a_place_is_taken_up_by_its_token_and_by_nothing_else() {
    let (_live, door) = live().await;
    let meeting = door.new_meeting();
    let (mut first, token) = Client::enter(&door, &meeting, None).await;
    let resume = |token, ack| Opening::Resume { version: PROTOCOL_VERSION, token, ack };
    for wrong in [resume(ResumeToken(token.0 ^ 1), 0), resume(token, 99)] {
        let mut thief = Client::connect(&door);
        thief.open(&wrong);
        assert_eq!(thief.opened().await, Opened::Refused { refusal: Refusal::ResumeUnknown });
        assert!(matches!(thief.next().await, Some(Outgoing::Close(4000))));
    }
    // A reloaded page takes the place; the page before is told, and its token is worth nothing any more.
    let (_second, newer) = Client::enter(&door, &meeting, Some(token)).await;
    let closing = ServerMessage::Closing { reason: ClosingReason::Replaced };
    assert_eq!(first.heard().await.message, closing);
    assert_ne!(newer, token);
    let mut late = Client::connect(&door);
    late.open(&resume(token, 0));
    assert_eq!(late.opened().await, Opened::Refused { refusal: Refusal::ResumeUnknown });
}

#[tokio::test]
async fn nobody_enters_without_a_grant_or_with_another_version() {
    let (_live, door) = live().await;
    let grant = door.grant(&door.new_meeting(), Role::Guest, Policy::OPEN, None).expect("the meeting exists");
    let enter = |version, grant: &str| {
        let grant = grant.to_owned();
        serde_json::to_string(&Opening::Enter { version, grant, name: None, replaces: None })
            .expect("plain data")
    };
    for (text, refusal) in [
        (enter(PROTOCOL_VERSION + 1, &grant), Refusal::VersionUnsupported),
        (enter(PROTOCOL_VERSION, "AAAA.AAAA"), Refusal::GrantInvalid),
        (enter(PROTOCOL_VERSION, &format!("{grant}A")), Refusal::GrantInvalid),
        ("{}".to_owned(), Refusal::Malformed),
        ("x".repeat(1 << 20), Refusal::Malformed),
    ] {
        let mut client = Client::connect(&door);
        client.text(text);
        assert_eq!(client.opened().await, Opened::Refused { refusal });
    }
    assert!(!door.is_ours(&MeetingId::from_symbols([3; 15])));
}

/// A server holds so many and no more, in however many rooms; a reloaded page is nobody new.
#[tokio::test]
async fn a_full_server_takes_nobody_more_but_lets_a_reloaded_page_back() {
    let (_live, door) = live_for(2).await;
    let meeting = door.new_meeting();
    let (first, token) = Client::enter(&door, &meeting, None).await;
    let (_second, _) = Client::enter(&door, &door.new_meeting(), None).await;
    let enter = |replaces| {
        let grant = door.grant(&meeting, Role::Guest, Policy::OPEN, None).expect("the meeting exists");
        Opening::Enter { version: PROTOCOL_VERSION, grant, name: None, replaces }
    };
    for replaces in [None, Some(ResumeToken(token.0 ^ 1))] {
        let mut third = Client::connect(&door);
        third.open(&enter(replaces));
        assert_eq!(third.opened().await, Opened::Refused { refusal: Refusal::RoomFull });
    }
    let (reloaded, _) = Client::enter(&door, &meeting, Some(token)).await;
    drop(first);
    reloaded.frame(1, 0, ClientMessage::Leave {});
    let left = async {
        while door.counters().participants.load(Ordering::Relaxed) > 1 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(5), left).await.expect("one has left");
    Client::enter(&door, &meeting, None).await;
}

/// A thousand malformed frames on one's own socket: each is answered, and the place stays.
#[tokio::test]
async fn malformed_frames_are_refused_and_change_nothing() {
    let (_live, door) = live().await;
    let meeting = door.new_meeting();
    let (mut client, _) = Client::enter(&door, &meeting, None).await;
    for number in 0..150 {
        match number % 3 {
            0 => client.text(format!("{{\"seq\":{number}")),
            1 => client.text("x".repeat(70_000)),
            _ => _ = client.say.send(Incoming::Unreadable),
        }
    }
    client.frame(
        1,
        0,
        ClientMessage::Publish {
            microphone: true,
            camera: false,
            music: false,
            screen: false,
            layers: vec![],
            screen_layers: vec![],
        },
    );
    let mut refused = 0;
    let frame = loop {
        match client.heard().await {
            Frame { seq: 0, message: ServerMessage::Refused { .. }, .. } => refused += 1,
            frame => break frame,
        }
    };
    assert_eq!(refused, 150);
    assert!(matches!(frame, Frame { seq: 1, ack: 1, message: ServerMessage::Changed { .. } }), "{frame:?}");
}

/// Answers to pings, sent one after another for a while: the slowest of twenty, and what else came meanwhile.
async fn ping(client: &mut Client, time: Duration) -> (Duration, usize) {
    let (mut took, mut others, began) = (Vec::new(), 0, Instant::now());
    while began.elapsed() < time {
        let sent = Instant::now();
        client.frame(0, 0, ClientMessage::Ping {});
        while client.heard().await.message != (ServerMessage::Pong {}) {
            others += 1;
        }
        took.push(sent.elapsed());
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    took.sort();
    (took[took.len() * 19 / 20], others)
}

/// ATK-48: ten thousand messages to a hundred people, as fast as the socket takes them. Others, in this room
/// and elsewhere, do not notice, and most of what was sent waits with the one who sent it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_is_slowed_and_others_do_not_notice() {
    let (_live, door) = live().await;
    let (meeting, elsewhere) = (door.new_meeting(), door.new_meeting());
    let (flooder, _) = Client::enter(&door, &meeting, None).await;
    for _ in 0..100 {
        let (mut listener, _) = Client::enter(&door, &meeting, None).await;
        tokio::spawn(async move { while listener.hear.recv().await.is_some() {} });
    }
    let (mut near, _) = Client::enter(&door, &meeting, None).await;
    let (mut far, _) = Client::enter(&door, &elsewhere, None).await;
    let (before, _) = ping(&mut far, Duration::from_secs(1)).await;
    let bytes = SealedBytes::new("A".repeat(2048));
    let sealed = Sealed { kind: SealedKind::Chat, to: Recipient::Everyone {}, bytes };
    for seq in 1..=10_000 {
        flooder.frame(seq, 0, ClientMessage::Seal { sealed: sealed.clone() });
    }
    let (in_flood, heard) = ping(&mut near, Duration::from_secs(2)).await;
    let (far_away, _) = ping(&mut far, Duration::from_secs(1)).await;
    println!("95 of 100 pongs within {before:?} before, {in_flood:?} in the flood, {far_away:?} elsewhere");
    println!("{heard} of 10,000 messages came in two seconds");
    assert!(heard > 100, "the flooder is heard, at its pace");
    assert!(heard < 200 + 50 * 8, "{heard} messages came");
    let bound = Duration::from_millis(150);
    assert!(in_flood < bound && far_away < bound, "{in_flood:?}, {far_away:?}");
}

#[tokio::test]
async fn a_socket_that_says_nothing_is_closed() {
    let (_live, door) = live().await;
    let mut silent = Client::connect(&door);
    tokio::time::pause();
    let first = silent.hear.recv().await;
    assert!(matches!(first, Some(Outgoing::Text(text)) if text.contains("malformed")));
}

/// Who waits is told nothing of the room until a host lets them in, and keeps their place through it all.
#[tokio::test]
async fn who_waits_is_let_in_by_the_host() {
    let (_live, door) = live().await;
    let meeting = door.new_meeting();
    let policy = Policy { waiting_room: true, capacity: 2, cameras: true };
    let knock = |role| {
        let grant = door.grant(&meeting, role, policy, None).expect("the meeting exists");
        Opening::Enter { version: PROTOCOL_VERSION, grant, name: Some("Möwe".to_owned()), replaces: None }
    };
    let mut guest = Client::connect(&door);
    guest.open(&knock(Role::Guest));
    let Opened::Waiting { you, resume: token, .. } = guest.opened().await else { panic!("they wait") };
    assert_eq!(door.census(vec![meeting.clone()]).await, [(0, 1)]);

    let mut host = Client::connect(&door);
    host.open(&knock(Role::Host));
    let Opened::Entered { knocks, participants, .. } = host.opened().await else { panic!("they enter") };
    assert_eq!((participants.len(), knocks.len(), knocks[0].id), (1, 1, you));

    // A reloaded page waits on, under the same name and no second one.
    let mut again = Client::connect(&door);
    let grant = door.grant(&meeting, Role::Guest, policy, None).expect("the meeting exists");
    again.open(&Opening::Enter { version: PROTOCOL_VERSION, grant, name: None, replaces: Some(token) });
    assert!(matches!(again.opened().await, Opened::Waiting { you: same, .. } if same == you));

    host.frame(1, 0, ClientMessage::Admit { participants: vec![you] });
    let admitted = again.heard().await.message;
    assert!(matches!(admitted, ServerMessage::Admitted { ref participants, .. } if participants.len() == 2));
    assert_eq!(door.census(vec![meeting.clone()]).await, [(2, 0)]);
}

/// DP-15: who agrees no more is out at once, from every tab, and comes back by no ticket from before.
#[tokio::test]
async fn who_agrees_no_more_is_out_at_once() {
    let (_live, door) = live().await;
    let meeting = door.new_meeting();
    let with = |consent: &str| {
        let grant =
            door.grant(&meeting, Role::Guest, Policy::OPEN, Some(consent.to_owned())).expect("exists");
        Opening::Enter { version: PROTOCOL_VERSION, grant, name: None, replaces: None }
    };
    let mut clients = [Client::connect(&door), Client::connect(&door), Client::connect(&door)];
    for (client, consent) in clients.iter_mut().zip(["a", "a", "b"]) {
        client.open(&with(consent));
        assert!(matches!(client.opened().await, Opened::Entered { .. }));
    }
    door.withdraw("a".to_owned()).await;
    assert_eq!(door.census(vec![meeting.clone()]).await, [(1, 0)]);
    for client in &mut clients[..2] {
        let told = loop {
            match client.heard().await.message {
                ServerMessage::Joined { .. } | ServerMessage::Left { .. } | ServerMessage::Slots { .. } => {}
                other => break other,
            }
        };
        assert_eq!(told, ServerMessage::Closing { reason: ClosingReason::Withdrawn });
        assert!(matches!(client.next().await, Some(Outgoing::Close(1000))));
    }
    let mut again = Client::connect(&door);
    again.open(&with("a"));
    assert!(matches!(again.opened().await, Opened::Refused { refusal: Refusal::ConsentMissing }));
    let mut other = Client::connect(&door);
    other.open(&with("b"));
    assert!(matches!(other.opened().await, Opened::Entered { .. }));
}

#[tokio::test]
async fn closing_tells_everyone_and_lets_nobody_in() {
    let (live, door) = live().await;
    let meeting = door.new_meeting();
    let (mut client, _) = Client::enter(&door, &meeting, None).await;
    assert!(door.ready());
    live.close().await;
    let closing = ServerMessage::Closing { reason: ClosingReason::Restart };
    assert_eq!(client.heard().await.message, closing);
    assert!(matches!(client.next().await, Some(Outgoing::Close(1012))));
    assert!(!door.ready());
    assert_eq!(door.grant(&meeting, Role::Guest, Policy::OPEN, None), Err(Refusal::Closing));
}
