//! Notices when a peer falls silent, and when it is heard again.

use std::time::{Duration, Instant};

/// After this long without a sign of life a peer that was sending media counts as quiet. Others see
/// "reconnecting" from then on.
pub(crate) const QUIET_AFTER: Duration = Duration::from_secs(3);

/// The same for one that sends no media: its browser checks the connection every 4 to 6 s (RFC 7675 section
/// 5.1), and nothing else that comes from it proves that it is still there.
pub(crate) const IDLE_QUIET_AFTER: Duration = Duration::from_secs(7);

/// A peer that sent media within this time before it fell silent was expected to go on. Speech with
/// discontinuous transmission leaves gaps of 0.4 s, a muted track of up to a few seconds.
const SENT_WITHIN: Duration = Duration::from_millis(1_500);

/// When something that passed its checks was last heard from one peer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    last_heard: Instant,
    last_media: Option<Instant>,
    quiet: bool,
}

/// A change worth telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Quiet { since: Instant, expected: bool },
    Heard,
}

impl Link {
    pub(crate) fn new(now: Instant) -> Self {
        Self { last_heard: now, last_media: None, quiet: false }
    }

    pub(crate) fn on_media(&mut self, now: Instant) {
        self.last_media = Some(now);
    }

    pub(crate) fn on_heard(&mut self, now: Instant) -> Option<Change> {
        self.last_heard = now;
        std::mem::take(&mut self.quiet).then_some(Change::Heard)
    }

    /// How long nothing has been heard.
    pub(crate) fn silence(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.last_heard)
    }

    pub(crate) fn check(&mut self, now: Instant) -> Option<Change> {
        let expected = self
            .last_media
            .is_some_and(|media| self.last_heard.saturating_duration_since(media) < SENT_WITHIN);
        let patience = if expected { QUIET_AFTER } else { IDLE_QUIET_AFTER };
        if self.quiet || now.saturating_duration_since(self.last_heard) < patience {
            return None;
        }
        self.quiet = true;
        Some(Change::Quiet { since: self.last_heard, expected })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_is_told_once_and_so_is_its_end() {
        let start = Instant::now();
        let mut link = Link::new(start);
        link.on_media(start);
        assert_eq!(link.check(start + Duration::from_millis(2_999)), None);
        let quiet = Change::Quiet { since: start, expected: true };
        assert_eq!(link.check(start + QUIET_AFTER), Some(quiet));
        assert_eq!(link.check(start + QUIET_AFTER * 2), None);
        assert_eq!(link.on_heard(start + QUIET_AFTER * 3), Some(Change::Heard));
        assert_eq!(link.on_heard(start + QUIET_AFTER * 3), None);
    }

    #[test]
    fn one_who_sent_nothing_was_not_expected() {
        let start = Instant::now();
        let mut link = Link::new(start);
        let quiet = Change::Quiet { since: start, expected: false };
        assert_eq!(link.check(start + QUIET_AFTER), None);
        assert_eq!(link.check(start + IDLE_QUIET_AFTER), Some(quiet));
    }
}
