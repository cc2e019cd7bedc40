//! What was said to a client and has not been acknowledged, so that it can be said again after the socket
//! broke.

use std::collections::VecDeque;
use std::sync::Arc;

/// Messages kept for one client. In 15 s without a socket a full room makes some hundreds; a client that
/// never acknowledges must enter anew.
pub(crate) const MOST: usize = 1024;

/// Bytes of messages kept for one client: fifty of the largest sealed words, or thousands of the lists that
/// a room makes. What is kept for many is counted for each, although it is there once.
pub(crate) const MOST_BYTES: usize = 1024 * 1024;

/// Numbered messages to one client, as text. What was said to many is shared among their outboxes.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    unacknowledged: VecDeque<Kept>,
    bytes: usize,
    last: u32,
}

#[derive(Debug)]
struct Kept {
    seq: u32,
    body: Arc<str>,
}

impl Outbox {
    /// Keeps a message, and gives its number. The oldest go where there are too many.
    pub(crate) fn push(&mut self, body: &Arc<str>) -> u32 {
        self.last += 1;
        self.bytes += body.len();
        self.unacknowledged.push_back(Kept { seq: self.last, body: Arc::clone(body) });
        while self.unacknowledged.len() > MOST || self.bytes > MOST_BYTES {
            self.forget_oldest();
        }
        self.last
    }

    /// Forgets what the client has received.
    pub(crate) fn acknowledge(&mut self, ack: u32) {
        while self.unacknowledged.front().is_some_and(|kept| kept.seq <= ack) {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some(kept) = self.unacknowledged.pop_front() {
            self.bytes -= kept.body.len();
        }
    }

    /// Whether a client that received everything up to `ack` can go on from there: whether everything after
    /// it is still kept.
    pub(crate) fn reaches(&self, ack: u32) -> bool {
        if ack > self.last {
            return false;
        }
        let oldest = self.unacknowledged.front().map_or(self.last + 1, |kept| kept.seq);
        oldest <= ack + 1
    }

    /// What is to be said again.
    pub(crate) fn again(&self) -> impl Iterator<Item = (u32, &Arc<str>)> {
        self.unacknowledged.iter().map(|kept| (kept.seq, &kept.body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(outbox: &Outbox) -> Vec<u32> {
        outbox.again().map(|(seq, _)| seq).collect()
    }

    #[test]
    fn what_is_not_acknowledged_is_said_again() {
        let mut outbox = Outbox::default();
        for _ in 0..5 {
            outbox.push(&"{}".into());
        }
        outbox.acknowledge(3);
        assert_eq!(numbers(&outbox), [4, 5]);
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
            outbox.push(&"{}".into());
        }
        assert!(!outbox.reaches(0), "the first is gone");
        assert!(outbox.reaches(1), "who has received it lacks nothing");
        assert_eq!(outbox.unacknowledged.len(), MOST);
    }

    /// ATK-48: large messages do not fill the memory before they are many.
    #[test]
    fn an_outbox_has_an_end_in_bytes() {
        let mut outbox = Outbox::default();
        let large: Arc<str> = "x".repeat(MOST_BYTES / 4).into();
        for _ in 0..4 {
            outbox.push(&large);
        }
        assert!(outbox.reaches(0), "exactly full");
        outbox.push(&"{}".into());
        assert_eq!(numbers(&outbox), [2, 3, 4, 5]);
        assert!(!outbox.reaches(0) && outbox.reaches(1));
        outbox.acknowledge(4);
        assert_eq!(outbox.bytes, 2);
        outbox.acknowledge(5);
        assert_eq!(outbox.bytes, 0);
        outbox.push(&"x".repeat(MOST_BYTES + 1).into());
        assert_eq!(outbox.bytes, 0, "what can never fit is not kept");
        assert!(!outbox.reaches(5) && outbox.reaches(6));
    }
}
