//! One signalling socket: turns text frames into messages and back, and keeps sizes, rates and times
//! within bounds.

use std::future::pending;
use std::time::Duration;

use futures_util::{Sink, SinkExt, Stream, StreamExt};
use incamera_protocol::signal::{ClientMessage, Frame, Opened, Opening, RawFrame};
use incamera_protocol::{MAX_FRAME_BYTES, PROTOCOL_VERSION, Refusal};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use crate::control::{Admission, Message, Received};
use crate::grant::Grant;
use crate::queue::{self, Queue, Waiting};
use crate::{Door, Incoming, Outgoing, close};

/// A socket must say what it wants within this time.
const OPENING_WITHIN: Duration = Duration::from_secs(5);

/// A socket that takes longer to accept one frame is closed.
const WRITE_WITHIN: Duration = Duration::from_secs(10);

pub(crate) async fn attend<S, E>(door: &Door, socket: S)
where
    S: Stream<Item = Incoming> + Sink<Outgoing, Error = E> + Unpin + Send,
{
    let (mut sink, mut stream) = socket.split();
    let (frames, mut waiting) = queue::new();
    let opening = timeout(OPENING_WITHIN, stream.next()).await.ok().flatten();
    match open(door, opening, frames).await {
        Err(refusal) => {
            let text = serde_json::to_string(&Opened::Refused { refusal }).expect("a refusal is plain data");
            // Who does not listen any more misses nothing.
            _ = timeout(WRITE_WITHIN, sink.send(Outgoing::Text(text))).await;
            _ = timeout(WRITE_WITHIN, sink.send(Outgoing::Close(close::REFUSED))).await;
        }
        Ok(admission) => {
            let goodbye = tokio::select! {
                goodbye = read_loop(door, admission, &mut stream) => goodbye,
                () = write_loop(&mut waiting, &mut sink) => false,
            };
            door.tell(Message::Lost { admission, goodbye }).await;
        }
    }
}

async fn open(door: &Door, opening: Option<Incoming>, frames: Queue) -> Result<Admission, Refusal> {
    let text = match opening {
        Some(Incoming::Text(text)) if text.len() <= MAX_FRAME_BYTES => text,
        _ => return Err(Refusal::Malformed),
    };
    let opening: Opening = serde_json::from_str(&text).map_err(|_| Refusal::Malformed)?;
    let (Opening::Enter { version, .. } | Opening::Resume { version, .. }) = &opening;
    if *version != PROTOCOL_VERSION {
        return Err(Refusal::VersionUnsupported);
    }
    let (reply, answer) = oneshot::channel();
    let message = match opening {
        Opening::Enter { grant, name, replaces, .. } => {
            let grant = Grant::check(&door.keys.grant, &grant)?;
            Message::Enter { grant, name, replaces, frames, reply }
        }
        Opening::Resume { token, ack, .. } => Message::Resume { token, ack, frames, reply },
    };
    door.tell(message).await;
    answer.await.unwrap_or(Err(Refusal::Closing))
}

/// Reads until the socket ends; true if the page said that it goes.
async fn read_loop(
    door: &Door,
    admission: Admission,
    stream: &mut (impl Stream<Item = Incoming> + Unpin),
) -> bool {
    while let Some(incoming) = stream.next().await {
        let (received, bytes) = match incoming {
            Incoming::Closed(code) => return code == Some(close::GOING_AWAY),
            Incoming::Unreadable => (Received::Refused { refusal: Refusal::Malformed, numbers: None }, 0),
            Incoming::Text(text) => (decode(&text), text.len()),
        };
        let (reply, answer) = oneshot::channel();
        door.tell(Message::Frame { admission, received, bytes, reply }).await;
        match answer.await {
            // A timer is not finer than a millisecond, which an honest client need not wait.
            Ok(wait) if wait.is_zero() => {}
            Ok(wait) => sleep(wait).await,
            // Nobody listens any more. What is still to be said is said by the one who writes.
            Err(_) => return pending().await,
        }
    }
    false
}

async fn write_loop<E>(waiting: &mut Waiting, sink: &mut (impl Sink<Outgoing, Error = E> + Unpin)) {
    while let Some(outgoing) = waiting.next().await {
        let last = matches!(outgoing, Outgoing::Close(_));
        let written = timeout(WRITE_WITHIN, sink.send(outgoing)).await;
        if last || !matches!(written, Ok(Ok(()))) {
            return;
        }
    }
    // Control has dropped this socket because it was too slow.
    _ = timeout(WRITE_WITHIN, sink.send(Outgoing::Close(close::TRY_AGAIN))).await;
}

fn decode(text: &str) -> Received {
    if text.len() > MAX_FRAME_BYTES {
        return Received::Refused { refusal: Refusal::TooLarge, numbers: None };
    }
    let Ok(RawFrame { seq, ack, message }) = serde_json::from_str(text) else {
        return Received::Refused { refusal: Refusal::Malformed, numbers: None };
    };
    match serde_json::from_str::<ClientMessage>(message.get()) {
        // Only a ping goes without a number.
        Ok(message) if seq > 0 || message == (ClientMessage::Ping {}) => {
            Received::Message(Frame { seq, ack, message })
        }
        _ => Received::Refused { refusal: Refusal::Malformed, numbers: Some((seq, ack)) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> Option<(Refusal, Option<(u32, u32)>)> {
        match decode(text) {
            Received::Refused { refusal, numbers } => Some((refusal, numbers)),
            Received::Message(_) => None,
        }
    }

    #[test]
    fn frames_are_understood_or_refused_with_their_number() {
        assert_eq!(refusal(r#"{"seq":0,"ack":3,"message":{"type":"ping"}}"#), None);
        assert_eq!(refusal(r#"{"seq":1,"ack":0,"message":{"type":"leave"}}"#), None);
        let malformed = |numbers| Some((Refusal::Malformed, numbers));
        assert_eq!(refusal(r#"{"seq":4,"ack":2,"message":{"type":"new"}}"#), malformed(Some((4, 2))));
        assert_eq!(refusal(r#"{"seq":0,"ack":2,"message":{"type":"leave"}}"#), malformed(Some((0, 2))));
        for text in [
            "",
            "null",
            r#"{"seq":-1,"ack":0,"message":{"type":"ping"}}"#,
            r#"{"seq":1,"seq":2,"ack":0,"message":{"type":"leave"}}"#,
            r#"{"seq":1,"ack":0,"message":{"type":"leave"},"more":1}"#,
            r#"{"seq":99999999999,"ack":0,"message":{"type":"leave"}}"#,
        ] {
            assert_eq!(refusal(text), malformed(None), "{text}");
        }
        let deep = format!(r#"{{"seq":1,"ack":0,"message":{}1{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
        assert_eq!(refusal(&deep), malformed(Some((1, 0))));
        assert_eq!(refusal(&" ".repeat(MAX_FRAME_BYTES + 1)), Some((Refusal::TooLarge, None)));
    }
}
