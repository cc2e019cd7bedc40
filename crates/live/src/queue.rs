//! What waits to be written to one socket. The text of a message is shared with all who are told the same;
//! a frame is put together around it when it is written, so that what waits costs each socket a few bytes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::mpsc;

use crate::{Outgoing, outbox};

/// Frames that may wait for one slow socket: all that an outbox may hold to be said again, and some more. A
/// socket that falls behind further is closed; its client resumes and is told again what it missed.
const MOST: usize = outbox::MOST + 256;

/// Bytes that may wait for one slow socket, by the same reckoning.
const MOST_BYTES: usize = outbox::MOST_BYTES + 256 * 1024;

/// Something to be written.
#[derive(Debug)]
pub(crate) enum Parcel {
    /// The first frame.
    Opened(String),
    /// A numbered message (0 for one that is not repeated).
    Message { seq: u32, ack: u32, body: Arc<str> },
    /// The end, with its code.
    Close(u16),
}

impl Parcel {
    fn bytes(&self) -> usize {
        match self {
            Self::Opened(text) => text.len(),
            Self::Message { body, .. } => body.len(),
            Self::Close(_) => 0,
        }
    }

    fn unpack(self) -> Outgoing {
        match self {
            Self::Opened(text) => Outgoing::Text(text),
            // As `Frame<ServerMessage>` would be written, without writing the message anew for everyone.
            Self::Message { seq, ack, body } => {
                Outgoing::Text(format!("{{\"seq\":{seq},\"ack\":{ack},\"message\":{body}}}"))
            }
            Self::Close(code) => Outgoing::Close(code),
        }
    }
}

/// A queue for one socket.
pub(crate) fn new() -> (Queue, Waiting) {
    let (sender, receiver) = mpsc::channel(MOST);
    let bytes = Arc::<AtomicUsize>::default();
    (Queue { sender, bytes: Arc::clone(&bytes) }, Waiting { receiver, bytes })
}

/// The end of a queue that control fills.
#[derive(Debug)]
pub(crate) struct Queue {
    sender: mpsc::Sender<Parcel>,
    bytes: Arc<AtomicUsize>,
}

impl Queue {
    /// False if there is no room.
    pub(crate) fn push(&self, parcel: Parcel) -> bool {
        let bytes = parcel.bytes();
        // There is one who adds, so what was read can only become less meanwhile.
        if self.bytes.load(Ordering::Relaxed) + bytes > MOST_BYTES {
            return false;
        }
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        let taken = self.sender.try_send(parcel).is_ok();
        if !taken {
            self.bytes.fetch_sub(bytes, Ordering::Relaxed);
        }
        taken
    }
}

/// The end of a queue that is written to the socket.
#[derive(Debug)]
pub(crate) struct Waiting {
    receiver: mpsc::Receiver<Parcel>,
    bytes: Arc<AtomicUsize>,
}

impl Waiting {
    /// What is to be written next; nothing once control has let go of the queue.
    pub(crate) async fn next(&mut self) -> Option<Outgoing> {
        let parcel = self.receiver.recv().await?;
        self.bytes.fetch_sub(parcel.bytes(), Ordering::Relaxed);
        Some(parcel.unpack())
    }
}

#[cfg(test)]
mod tests {
    use incamera_protocol::signal::{Frame, ServerMessage};
    use incamera_protocol::{ParticipantId, Recipient, Refusal, Sealed, SealedBytes, SealedKind};

    use super::*;

    fn written(message: &ServerMessage) -> Arc<str> {
        serde_json::to_string(message).expect("plain data").into()
    }

    #[tokio::test]
    async fn a_frame_around_a_shared_text_is_the_frame_of_the_protocol() {
        let bytes = SealedBytes::new("AAAA".to_owned());
        let sealed = Sealed { kind: SealedKind::Chat, to: Recipient::Everyone {}, bytes };
        for message in [
            ServerMessage::Pong {},
            ServerMessage::Refused { refusal: Refusal::TooLarge, about: Some(7) },
            ServerMessage::Sealed { from: ParticipantId(1), sealed },
        ] {
            let (queue, mut waiting) = new();
            assert!(queue.push(Parcel::Message { seq: u32::MAX, ack: 3, body: written(&message) }));
            let Some(Outgoing::Text(text)) = waiting.next().await else { panic!("a text") };
            let frame = Frame { seq: u32::MAX, ack: 3, message };
            assert_eq!(text, serde_json::to_string(&frame).expect("plain data"));
        }
    }

    /// ATK-48: a socket that takes nothing does not have the server keep more than the bound.
    #[tokio::test]
    async fn a_queue_has_an_end_in_bytes_and_takes_again_what_was_written() {
        let (queue, mut waiting) = new();
        let body: Arc<str> = "x".repeat(MOST_BYTES / 4).into();
        let parcel = || Parcel::Message { seq: 1, ack: 0, body: Arc::clone(&body) };
        assert!((0..4).all(|_| queue.push(parcel())));
        assert!(!queue.push(parcel()), "full");
        assert!(queue.push(Parcel::Close(1000)), "the end always fits");
        assert!(waiting.next().await.is_some());
        assert!(queue.push(parcel()), "there is room again");
    }
}
