//! How often one network may ask, and how often anyone for one account or room. All are known as hashes under a key that lives in memory only and is
//! thrown away every day, so that nothing here tells who was where.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use incamera_protocol::{AccountId, MeetingId, Refusal};

use super::error::Problem;
use crate::accept::Peer;

/// The limits of this server. Those of meetings and entries are far above what an office of a hundred people behind one
/// address needs when all of them enter at once, and far below what guessing meetings would need.
pub(super) struct Limits {
    meetings: Limit,
    entries: Limit,
    consents: Limit,
    sign_ins: Limit,
    own_sign_ins: Limit,
    account_sign_ins: Limit,
    codes: Limit,
    own_room_passwords: Limit,
    room_passwords: Limit,
    wrong_guesses: Tally,
}

const fn number(value: u32) -> NonZeroU32 {
    NonZeroU32::new(value).expect("not zero")
}

impl Default for Limits {
    fn default() -> Self {
        let limit = |burst: u32, per_minute: u32| {
            Limit::new(Quota::per_minute(number(per_minute)).allow_burst(number(burst)))
        };
        Self {
            meetings: limit(100, 60),
            // Four questions from the link to the waiting room.
            entries: limit(400, 2_400),
            // Each of them is written down: nobody fills the disk by it, and four hundred behind one address still come in.
            consents: limit(400, 120),
            // All hosts of an office in the morning.
            sign_ins: limit(100, 60),
            // Someone who has forgotten which of their passwords it was.
            own_sign_ins: limit(10, 1),
            // For everyone who tries one name together: many networks do not help. High enough that keeping its owner
            // out by it takes an effort that is noticed.
            account_sign_ins: limit(100, 30),
            // A million codes, three of which are right at a time: guessing takes the better part of a year on average.
            codes: limit(10, 1),
            own_room_passwords: limit(10, 6),
            // A group of thirty, each of whom mistypes it.
            room_passwords: limit(60, 30),
            wrong_guesses: Tally::default(),
        }
    }
}

impl Limits {
    /// Counts a new meeting.
    pub(super) fn meetings(&self, peer: Peer) -> Result<(), Problem> {
        self.meetings.check(network_of(peer.0))
    }

    /// Counts an entry.
    pub(super) fn entries(&self, peer: Peer) -> Result<(), Problem> {
        self.entries.check(network_of(peer.0))
    }

    /// Counts a consent.
    pub(super) fn consents(&self, peer: Peer) -> Result<(), Problem> {
        self.consents.check(network_of(peer.0))
    }

    /// Counts a request of someone who is about to sign in.
    pub(super) fn sign_in(&self, peer: Peer) -> Result<(), Problem> {
        self.sign_ins.check(network_of(peer.0))
    }

    /// Counts an attempt to sign in under a name, whether anyone has it or not (ATK-28).
    pub(super) fn sign_in_as(&self, peer: Peer, login: &str) -> Result<(), Problem> {
        let login = login.to_lowercase();
        self.own_sign_ins.check((network_of(peer.0), &login))?;
        self.account_sign_ins.check(login)
    }

    /// Whether a code of an account may be tried now.
    pub(super) fn may_try_code(&self, account: AccountId) -> Result<(), Problem> {
        self.codes.is_open(account)
    }

    /// Counts a wrong one.
    pub(super) fn tried_code(&self, account: AccountId) {
        self.codes.count(account);
    }

    /// Whether a room's password may be guessed at now (ATK-05). Right ones are not counted: a group behind one address
    /// all know it.
    pub(super) fn may_guess(&self, peer: Peer, room: &MeetingId) -> Result<(), Problem> {
        self.own_room_passwords.is_open((network_of(peer.0), room))?;
        self.room_passwords.is_open(room)
    }

    /// Counts a wrong guess.
    pub(super) fn guessed_wrong(&self, peer: Peer, room: &MeetingId) {
        self.own_room_passwords.count((network_of(peer.0), room));
        self.room_passwords.count(room);
        self.wrong_guesses.count(room);
    }

    /// How many wrong passwords were tried for a room today, where it is more than people mistype.
    pub(super) fn wrong_guesses(&self, room: &MeetingId) -> Option<u32> {
        Some(self.wrong_guesses.of(room)).filter(|number| *number >= WORTH_TELLING)
    }
}

/// How often something failed since the key was last thrown away.
struct Tally(Mutex<(Instant, RandomState, HashMap<u64, u32>)>);

impl Default for Tally {
    fn default() -> Self {
        Self(Mutex::new((Instant::now(), RandomState::new(), HashMap::new())))
    }
}

impl Tally {
    fn count(&self, whom: impl Hash) {
        let mut today = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if today.0.elapsed() > DAY {
            *today = (Instant::now(), RandomState::new(), HashMap::new());
        }
        let whom = today.1.hash_one(whom);
        let number = today.2.entry(whom).or_default();
        *number = number.saturating_add(1);
    }

    fn of(&self, whom: impl Hash) -> u32 {
        let today = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if today.0.elapsed() > DAY {
            return 0;
        }
        today.2.get(&today.1.hash_one(whom)).copied().unwrap_or_default()
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
    /// Until when those are refused whose wrong guesses are used up.
    closed: HashMap<u64, Instant>,
    checks: u32,
}

/// So many wrong passwords in a day are told to a room's host: a group of thirty who come by link mistype fewer.
const WORTH_TELLING: u32 = 10;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// After how many checks those that have rested are forgotten: often enough that the list stays short,
/// seldom enough that going through it costs nothing.
const FORGET_EVERY: u32 = 1024;

impl Limit {
    fn new(quota: Quota) -> Self {
        Self { quota, day: Mutex::new(Day::new(quota)) }
    }

    fn check(&self, whom: impl Hash) -> Result<(), Problem> {
        self.today().take(whom).map_err(too_fast)
    }

    /// Whether something may be tried that is counted only when it fails.
    fn is_open(&self, whom: impl Hash) -> Result<(), Problem> {
        let mut day = self.today();
        let whom = day.key.hash_one(whom);
        match day.closed.get(&whom).map(|until| until.saturating_duration_since(Instant::now())) {
            None => Ok(()),
            Some(Duration::ZERO) => {
                day.closed.remove(&whom);
                Ok(())
            }
            Some(wait) => Err(too_fast(wait)),
        }
    }

    /// Counts what failed. The next try waits when there were too many.
    fn count(&self, whom: impl Hash) {
        let mut day = self.today();
        let key = day.key.hash_one(&whom);
        if let Err(wait) = day.take(whom) {
            day.closed.insert(key, Instant::now() + wait);
        }
    }

    fn today(&self) -> MutexGuard<'_, Day> {
        let mut day = self.day.lock().unwrap_or_else(PoisonError::into_inner);
        if day.began.elapsed() > DAY {
            *day = Day::new(self.quota);
        }
        day.checks += 1;
        if day.checks.is_multiple_of(FORGET_EVERY) {
            day.limiter.retain_recent();
            let now = Instant::now();
            day.closed.retain(|_, until| *until > now);
        }
        day
    }
}

fn too_fast(wait: Duration) -> Problem {
    Problem::from(Refusal::TooFast).retry_after(wait.as_secs() + 1)
}

impl Day {
    /// Takes one of what is left, or says how long until there is one.
    fn take(&self, whom: impl Hash) -> Result<(), Duration> {
        let whom = self.key.hash_one(whom);
        let taken = self.limiter.check_key(&whom);
        taken.map_err(|until| until.wait_time_from(self.limiter.clock().now()))
    }

    fn new(quota: Quota) -> Self {
        Self {
            began: Instant::now(),
            key: RandomState::new(),
            limiter: RateLimiter::hashmap(quota),
            closed: HashMap::new(),
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

    /// ATK-28, ATK-05: guessing at one name or room ends soon, from one network and from many; the limit of one is not
    /// felt by others.
    #[test]
    fn guessing_ends_soon() {
        let limits = Limits::default();
        let from = |network: u8| Peer(IpAddr::from([192, 0, network, 1]));
        let guesses = (0..10_000).filter(|_| limits.sign_in_as(from(1), "Jana").is_ok()).count();
        assert_eq!(guesses, 10);
        limits.sign_in_as(from(1), "anna").expect("another name");
        limits.sign_in_as(from(2), "jana").expect("another network");
        let guesses = (3..=255).filter(|network| limits.sign_in_as(from(*network), "jana").is_ok()).count();
        assert!(guesses < 100, "{guesses} guesses at one name from many networks");
        let room = |symbol| MeetingId::from_symbols([symbol; MeetingId::CHARS]);
        let guess = |network, room: &MeetingId| {
            let may = limits.may_guess(from(network), room).is_ok();
            if may {
                limits.guessed_wrong(from(network), room);
            }
            may
        };
        let guesses = (0..10_000).filter(|_| guess(1, &room(1))).count();
        assert_eq!(guesses, 11, "ten, and the one that shows that they are used up");
        let guesses = (2..=255).filter(|network| guess(*network, &room(1))).count();
        assert!(guesses <= 61, "{guesses} guesses at one room from many networks");
        // ATK-05: the host is told.
        let wrong = limits.wrong_guesses(&room(1)).unwrap_or_default();
        assert!((60..=72).contains(&wrong), "{wrong}");
        assert_eq!(limits.wrong_guesses(&room(2)), None);
        limits.may_guess(from(1), &room(2)).expect("another room");
        for _ in 0..10_000 {
            limits.may_guess(from(1), &room(2)).expect("right ones are not counted");
        }
    }

    #[test]
    fn networks_are_24_and_56() {
        assert_eq!(network_of(ip("192.0.2.1")), network_of(ip("::ffff:192.0.2.9")));
        assert_eq!(network_of(ip("2001:db8:0:1::1")), network_of(ip("2001:db8:0:ff::2")));
        assert_ne!(network_of(ip("2001:db8:0:100::1")), network_of(ip("2001:db8:0:1::1")));
    }
}
