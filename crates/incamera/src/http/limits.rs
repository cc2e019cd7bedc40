//! How often one network may ask. Networks are known as hashes under a key that lives in memory only and is
//! thrown away every day, so that nothing here tells who was where.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use incamera_protocol::Refusal;

use super::error::Problem;
use crate::accept::Peer;

/// The limits of this server. They are far above what an office of a hundred people behind one address
/// needs when all of them enter at once, and far below what guessing meetings would need.
pub(super) struct Limits {
    meetings: Limit,
    entries: Limit,
}

/// How many may come at once before the rate counts.
const BURST: NonZeroU32 = NonZeroU32::new(100).expect("not zero");
const MEETINGS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(60).expect("not zero");
const ENTRIES_PER_MINUTE: NonZeroU32 = NonZeroU32::new(600).expect("not zero");

impl Default for Limits {
    fn default() -> Self {
        let per_minute = |rate| Limit::new(Quota::per_minute(rate).allow_burst(BURST));
        Self { meetings: per_minute(MEETINGS_PER_MINUTE), entries: per_minute(ENTRIES_PER_MINUTE) }
    }
}

impl Limits {
    /// Counts a new meeting.
    pub(super) fn meetings(&self, peer: Peer) -> Result<(), Problem> {
        self.meetings.check(peer.0)
    }

    /// Counts an entry.
    pub(super) fn entries(&self, peer: Peer) -> Result<(), Problem> {
        self.entries.check(peer.0)
    }
}

struct Limit {
    quota: Quota,
    day: Mutex<Day>,
}

/// What is remembered until the key is thrown away.
struct Day {
    began: Instant,
    key: RandomState,
    limiter: RateLimiter<u64, HashMapStateStore<u64>, DefaultClock>,
    checks: u32,
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// After how many checks those that have rested are forgotten: often enough that the list stays short,
/// seldom enough that going through it costs nothing.
const FORGET_EVERY: u32 = 1024;

impl Limit {
    fn new(quota: Quota) -> Self {
        Self { quota, day: Mutex::new(Day::new(quota)) }
    }

    fn check(&self, address: IpAddr) -> Result<(), Problem> {
        let mut day = self.day.lock().unwrap_or_else(PoisonError::into_inner);
        if day.began.elapsed() > DAY {
            *day = Day::new(self.quota);
        }
        day.checks += 1;
        if day.checks.is_multiple_of(FORGET_EVERY) {
            day.limiter.retain_recent();
        }
        let network = day.key.hash_one(network_of(address));
        day.limiter.check_key(&network).map_err(|until| {
            let wait = until.wait_time_from(day.limiter.clock().now());
            Problem::from(Refusal::TooFast).retry_after(wait.as_secs() + 1)
        })
    }
}

impl Day {
    fn new(quota: Quota) -> Self {
        Self {
            began: Instant::now(),
            key: RandomState::new(),
            limiter: RateLimiter::hashmap(quota),
            checks: 0,
        }
    }
}

/// The network that one person or household can usually choose addresses from: /24 and /56.
fn network_of(address: IpAddr) -> [u8; 7] {
    let mut network = [0; 7];
    match address.to_canonical() {
        IpAddr::V4(v4) => network[..3].copy_from_slice(&v4.octets()[..3]),
        IpAddr::V6(v6) => network.copy_from_slice(&v6.octets()[..7]),
    }
    network
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn one_network_cannot_use_up_what_is_for_all() {
        let limits = Limits::default();
        for _ in 0..100 {
            limits.meetings(Peer(ip("192.0.2.1"))).expect("within the burst");
        }
        let refused = limits.meetings(Peer(ip("192.0.2.200"))).expect_err("the same /24");
        assert_eq!(refused, Problem::from(Refusal::TooFast).retry_after(1));
        limits.meetings(Peer(ip("192.0.3.1"))).expect("another /24");
        limits.entries(Peer(ip("192.0.2.1"))).expect("entries are counted apart");
    }

    #[test]
    fn networks_are_24_and_56() {
        assert_eq!(network_of(ip("192.0.2.1")), network_of(ip("::ffff:192.0.2.9")));
        assert_eq!(network_of(ip("2001:db8:0:1::1")), network_of(ip("2001:db8:0:ff::2")));
        assert_ne!(network_of(ip("2001:db8:0:100::1")), network_of(ip("2001:db8:0:1::1")));
    }
}
