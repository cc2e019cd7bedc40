//! What was said to a client and has not been acknowledged, so that it can be said again after the socket
//! broke.

use std::collections::VecDeque;
use std::sync::Arc;

/// Messages kept for one client. In 15 s without a socket a full room makes some hundreds; a client that
/// never acknowledges must enter anew.
pub(crate) const MOST: usize = 1024;

/// Numbered messages to one client, as text. What was said to many is shared among their outboxes.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    unacknowledged: VecDeque<Kept>,
    last: u32,
}

#[derive(Debug)]
struct Kept {
    seq: u32,
    body: Arc<str>,
}

impl Outbox {
    /// Keeps a message, and gives its number.
    pub(crate) fn push(&mut self, body: &Arc<str>) -> u32 {
        self.last += 1;
        if self.unacknowledged.len() == MOST {
            self.unacknowledged.pop_front();
        }
        self.unacknowledged.push_back(Kept { seq: self.last, body: Arc::clone(body) });
        self.last
    }

    /// Forgets what the client has received.
    pub(crate) fn acknowledge(&mut self, ack: u32) {
        while self.unacknowledged.front().is_some_and(|kept| kept.seq <= ack) {
            self.unacknowledged.pop_front();
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
}
