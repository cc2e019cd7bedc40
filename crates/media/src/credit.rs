//! What pictures may take although the estimate does not carry it: on a network that has just come, and now and
//! then for one that is held back.

use std::time::{Duration, Instant};

/// A network that has just come is trusted with the lowest layer of each picture for this long, unless it shows
/// that it is too narrow: the first estimate is a guess and no reason to show nothing.
const TRUST_AT_FIRST: Duration = Duration::from_secs(3);

/// How much it is trusted with, in bits a second: one common picture, or a dozen small ones.
const TRUST_BPS: u64 = 2_000_000;

/// When not even the most important picture fits, its lowest layer is tried after this long, for so long, and
/// then ever more seldom. An estimate that a burst of loss has brought down hardly rises while nothing but voices
/// is sent.
const TRY_AFTER: Duration = Duration::from_secs(2);
const TRY_FOR: Duration = Duration::from_secs(2);
const TRY_AFTER_MOST: Duration = Duration::from_secs(16);

/// Whether an estimate says clearly less than another.
pub(crate) fn is_clearly_below(estimate_bps: u64, before_bps: u64) -> bool {
    estimate_bps < before_bps / 10 * 9
}

/// A new network, until it is known.
#[derive(Debug, Default)]
pub(crate) struct Trust {
    /// When the first estimate came.
    since: Option<Instant>,
    highest_bps: u64,
    /// What comes later does not bring the trust back.
    ended: bool,
}

impl Trust {
    /// What the lowest layers may take.
    pub(crate) fn allowance(&mut self, now: Instant, estimate_bps: u64, lowest_bps: u64) -> u64 {
        let since = *self.since.get_or_insert(now);
        self.highest_bps = self.highest_bps.max(estimate_bps);
        self.ended |= is_clearly_below(estimate_bps, self.highest_bps)
            || now.saturating_duration_since(since) >= TRUST_AT_FIRST;
        if self.ended { 0 } else { lowest_bps.min(TRUST_BPS) }
    }
}

/// The picture that is tried.
#[derive(Debug)]
pub(crate) struct Trial {
    held_since: Option<Instant>,
    /// When the present one began, and what the estimate was.
    began: Option<(Instant, u64)>,
    after: Duration,
}

impl Default for Trial {
    fn default() -> Self {
        Self { held_since: None, began: None, after: TRY_AFTER }
    }
}

impl Trial {
    /// What the most important picture may take, which needs `lowest_bps` at least.
    pub(crate) fn allowance(
        &mut self,
        now: Instant,
        estimate_bps: u64,
        lowest_bps: u64,
        held_back: bool,
    ) -> u64 {
        if let Some((began, bps)) = self.began {
            if !is_clearly_below(estimate_bps, bps) && now.saturating_duration_since(began) < TRY_FOR {
                return lowest_bps;
            }
            (self.began, self.held_since) = (None, None);
            return 0;
        }
        if !held_back {
            self.held_since = None;
            return 0;
        }
        let since = *self.held_since.get_or_insert(now);
        if now.saturating_duration_since(since) < self.after {
            return 0;
        }
        self.began = Some((now, estimate_bps));
        self.after = (self.after * 2).min(TRY_AFTER_MOST);
        lowest_bps
    }

    /// Whether one is under way.
    pub(crate) fn is_on(&self) -> bool {
        self.began.is_some()
    }

    /// Forgets those that failed: the network is trusted again.
    pub(crate) fn forget_failures(&mut self) {
        self.after = TRY_AFTER;
    }
}
