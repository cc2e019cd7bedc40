//! What was said to a client and has not been acknowledged, so that it can be said again after the socket
//! broke.

use std::collections::VecDeque;

use incamera_protocol::signal::{Frame, ServerMessage};

/// Messages kept for one client. In 15 s without a socket a full room makes some hundreds; a client that
/// never acknowledges must enter anew.
pub(crate) const MOST: usize = 1024;

/// Numbered messages to one client.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    unacknowledged: VecDeque<Frame<ServerMessage>>,
    last: u32,
    overflowed: bool,
}

impl Outbox {
    /// Numbers a message and keeps it.
    pub(crate) fn push(&mut self, message: ServerMessage, ack: u32) -> &Frame<ServerMessage> {
        self.last += 1;
        if self.unacknowledged.len() == MOST {
            self.unacknowledged.pop_front();
            self.overflowed = true;
        }
        self.unacknowledged.push_back(Frame { seq: self.last, ack, message });
        &self.unacknowledged[self.unacknowledged.len() - 1]
    }

    /// Forgets what the client has received.
    pub(crate) fn acknowledge(&mut self, ack: u32) {
        while self.unacknowledged.front().is_some_and(|frame| frame.seq <= ack) {
            self.unacknowledged.pop_front();
        }
    }

    /// Whether a client that received everything up to `ack` can go on from there.
    pub(crate) fn reaches(&self, ack: u32) -> bool {
        if ack > self.last {
            return false;
        }
        let oldest = self.unacknowledged.front().map_or(self.last + 1, |frame| frame.seq);
        oldest <= ack + 1
    }

    /// Whether something was thrown away that the client had not acknowledged.
    pub(crate) fn overflowed(&self) -> bool {
        self.overflowed
    }

    /// What is to be said again, with the newest acknowledgement.
    pub(crate) fn again(&mut self, ack: u32) -> impl Iterator<Item = &Frame<ServerMessage>> {
        self.unacknowledged.iter_mut().map(move |frame| {
            frame.ack = ack;
            &*frame
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(outbox: &mut Outbox) -> Vec<u32> {
        outbox.again(0).map(|frame| frame.seq).collect()
    }

    #[test]
    fn what_is_not_acknowledged_is_said_again() {
        let mut outbox = Outbox::default();
        for _ in 0..5 {
            outbox.push(ServerMessage::Pong {}, 0);
        }
        outbox.acknowledge(3);
        assert_eq!(numbers(&mut outbox), [4, 5]);
        assert!(outbox.reaches(3));
        assert!(outbox.reaches(5));
        assert!(!outbox.reaches(2), "already forgotten");
        assert!(!outbox.reaches(6), "never said");
        outbox.acknowledge(5);
        assert!(outbox.reaches(5));
    }

    #[test]
    fn an_outbox_has_an_end() {
        let mut outbox = Outbox::default();
        for _ in 0..=MOST {
            outbox.push(ServerMessage::Pong {}, 0);
        }
        assert!(outbox.overflowed());
        assert!(!outbox.reaches(0));
        assert_eq!(outbox.unacknowledged.len(), MOST);
    }
}
