//! Where a peer is reached. The browser decides: we send to where it last nominated, or sent media from.
//!
//! The engine decides by priority, and keeps to a pair of addresses for as long as checks came for it in the
//! last 15 s. A router that forgets its mapping gives the browser another port without telling anyone, with
//! the same priority: for that long everything would be sent into the void.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Some browsers nominate with each check of the pair that they use, others once and never again. A check
/// without a nomination moves us only for the latter, and only when nothing came from where we send for this
/// long: it may be one of a spare pair.
const SILENT_AFTER: Duration = Duration::from_secs(1);

/// One of the browser's addresses, and the candidate of ours that it sends to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) candidate: SocketAddr,
    pub(crate) remote: SocketAddr,
}

/// The pair in use. Only what has been proven to come from the peer may move it.
#[derive(Debug, Default)]
pub(crate) struct Path {
    present: Option<Present>,
    /// The browser has nominated a pair again that was in use already.
    renominates: bool,
}

#[derive(Debug, Clone, Copy)]
struct Present {
    pair: Pair,
    since: Instant,
    heard: Instant,
}

impl Path {
    /// The pair in use; `None` until the browser has nominated one.
    pub(crate) fn present(&self) -> Option<Pair> {
        self.present.map(|present| present.pair)
    }

    /// The browser checked a pair, with its password.
    pub(crate) fn on_check(&mut self, now: Instant, pair: Pair, nominates: bool) {
        if nominates {
            self.renominates |= self.present.is_some_and(|present| {
                present.pair == pair && now.saturating_duration_since(present.since) >= SILENT_AFTER
            });
            self.use_from(now, pair);
            return;
        }
        let silent = self.present.is_some_and(|present| {
            present.pair != pair && now.saturating_duration_since(present.heard) >= SILENT_AFTER
        });
        if silent && !self.renominates {
            self.use_from(now, pair);
        } else {
            self.on_other(now, pair);
        }
    }

    /// Media came, which a browser sends on the pair that it has chosen and on no other.
    pub(crate) fn on_media(&mut self, now: Instant, pair: Pair) {
        self.use_from(now, pair);
    }

    /// Something came that proves nothing but that the pair in use may well be alive.
    pub(crate) fn on_other(&mut self, now: Instant, pair: Pair) {
        if let Some(present) = self.present.as_mut().filter(|present| present.pair == pair) {
            present.heard = now;
        }
    }

    fn use_from(&mut self, now: Instant, pair: Pair) {
        match &mut self.present {
            Some(present) if present.pair == pair => present.heard = now,
            present => *present = Some(Present { pair, since: now, heard: now }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(port: u16) -> Pair {
        let candidate = SocketAddr::from(([192, 0, 2, 1], 3478));
        Pair { candidate, remote: SocketAddr::from(([198, 51, 100, 1], port)) }
    }

    #[test]
    fn what_is_only_checked_is_not_used() {
        let mut path = Path::default();
        path.on_check(Instant::now(), pair(1), false);
        assert_eq!(path.present(), None);
    }

    #[test]
    fn the_last_nomination_counts() {
        let start = Instant::now();
        let mut path = Path::default();
        path.on_check(start, pair(1), true);
        path.on_check(start, pair(2), true);
        assert_eq!(path.present(), Some(pair(2)));
    }

    #[test]
    fn media_moves_at_once() {
        let start = Instant::now();
        let mut path = Path::default();
        path.on_check(start, pair(1), true);
        path.on_media(start, pair(2));
        assert_eq!(path.present(), Some(pair(2)));
    }

    #[test]
    fn another_check_moves_only_after_silence() {
        let start = Instant::now();
        let mut path = Path::default();
        path.on_check(start, pair(1), true);
        path.on_other(start + SILENT_AFTER / 2, pair(1));
        path.on_check(start + SILENT_AFTER, pair(2), false);
        assert_eq!(path.present(), Some(pair(1)));
        path.on_check(start + SILENT_AFTER * 2, pair(2), false);
        assert_eq!(path.present(), Some(pair(2)));
    }

    #[test]
    fn a_browser_that_nominates_again_and_again_is_moved_by_nothing_less() {
        let start = Instant::now();
        let mut path = Path::default();
        path.on_check(start, pair(1), true);
        path.on_check(start + SILENT_AFTER, pair(1), true);
        path.on_check(start + SILENT_AFTER * 5, pair(2), false);
        assert_eq!(path.present(), Some(pair(1)));
        path.on_check(start + SILENT_AFTER * 6, pair(2), true);
        assert_eq!(path.present(), Some(pair(2)));
    }
}
