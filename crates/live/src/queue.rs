//! What waits to be written to one socket. The text of a message is shared with all who are told the same;
//! a frame is put together around it when it is written, so that what waits costs each socket a few bytes.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::{Outgoing, outbox};

/// Frames that may wait for one slow socket: all that an outbox may hold to be said again, and some more. A
/// socket that falls behind further is closed; its client resumes and is told again what it missed.
const MOST: usize = outbox::MOST + 256;

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
    (Queue(sender), Waiting(receiver))
}

/// The end of a queue that control fills.
#[derive(Debug)]
pub(crate) struct Queue(mpsc::Sender<Parcel>);

impl Queue {
    /// False if there is no room.
    pub(crate) fn push(&self, parcel: Parcel) -> bool {
        self.0.try_send(parcel).is_ok()
    }
}

/// The end of a queue that is written to the socket.
#[derive(Debug)]
pub(crate) struct Waiting(mpsc::Receiver<Parcel>);

impl Waiting {
    /// What is to be written next; nothing once control has let go of the queue.
    pub(crate) async fn next(&mut self) -> Option<Outgoing> {
        self.0.recv().await.map(Parcel::unpack)
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
}
