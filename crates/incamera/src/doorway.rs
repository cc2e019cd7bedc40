//! Counts open connections, so that nobody can take up all of them. Addresses are kept only while a
//! connection is open, and only as hashes under a key that was made at start and is nowhere else.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::config::Network;
use crate::forwarded;

/// How many connections may be open.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) total: usize,
    pub(crate) per_address: usize,
}

impl Limits {
    /// For pages and signalling. A room of 50 takes 50 signalling sockets and, while pages load, six
    /// connections a browser more; an office of 40 people behind one address stays far below 256.
    pub(crate) const PUBLIC: Self = Self { total: 4096, per_address: 256 };
    /// For figures: one collector, and someone who looks.
    pub(crate) const METRICS: Self = Self { total: 32, per_address: 32 };
}

/// Where connections come in.
pub(crate) struct Doorway {
    limits: Limits,
    /// Through these everyone comes.
    proxies: Arc<[Network]>,
    key: RandomState,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    total: usize,
    by_address: HashMap<u64, usize>,
}

impl Doorway {
    pub(crate) fn new(limits: Limits, proxies: Arc<[Network]>) -> Arc<Self> {
        Arc::new(Self { limits, proxies, key: RandomState::new(), open: Mutex::default() })
    }

    /// A place for one more connection; none where there are too many. Loopback counts in the total only, as
    /// named proxies do: behind a proxy on this machine everyone comes from there.
    pub(crate) fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let address = address.to_canonical();
        let shared = address.is_loopback() || forwarded::is_one_of(&self.proxies, address);
        let hash = (!shared).then(|| self.key.hash_one(host_of(address)));
        let mut open = self.open();
        if open.total >= self.limits.total {
            return None;
        }
        if let Some(hash) = hash {
            let count = open.by_address.entry(hash).or_default();
            if *count >= self.limits.per_address {
                return None;
            }
            *count += 1;
        }
        open.total += 1;
        Some(Place { doorway: Arc::clone(self), hash })
    }

    /// A panic elsewhere cannot leave the counts half changed, so a poisoned lock is taken as it is.
    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One host: an IPv4 address, or the /64 that an IPv6 host usually has for itself.
fn host_of(address: IpAddr) -> [u8; 8] {
    let mut host = [0; 8];
    match address {
        IpAddr::V4(v4) => host[..4].copy_from_slice(&v4.octets()),
        IpAddr::V6(v6) => host.copy_from_slice(&v6.octets()[..8]),
    }
    host
}

/// The place of one open connection; free again when it is dropped.
pub(crate) struct Place {
    doorway: Arc<Doorway>,
    hash: Option<u64>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.doorway.open();
        open.total -= 1;
        let Some(hash) = self.hash else { return };
        if let Some(count) = open.by_address.get_mut(&hash) {
            *count -= 1;
            if *count == 0 {
                open.by_address.remove(&hash);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    /// ATK-47: one address cannot take all places, and places come back.
    #[test]
    fn one_address_has_its_share_and_no_more() {
        let doorway = Doorway::new(Limits { total: 10, per_address: 2 }, Arc::new([]));
        let first = doorway.enter(ip("192.0.2.1")).expect("a place");
        let _second = doorway.enter(ip("::ffff:192.0.2.1")).expect("a place");
        assert!(doorway.enter(ip("192.0.2.1")).is_none());
        assert!(doorway.enter(ip("192.0.2.2")).is_some());
        drop(first);
        assert!(doorway.enter(ip("192.0.2.1")).is_some());
    }

    #[test]
    fn a_v6_host_is_its_64() {
        let doorway = Doorway::new(Limits { total: 10, per_address: 1 }, Arc::new([]));
        let _one = doorway.enter(ip("2001:db8::1")).expect("a place");
        assert!(doorway.enter(ip("2001:db8::2")).is_none());
        assert!(doorway.enter(ip("2001:db8:0:1::1")).is_some());
    }

    #[test]
    fn a_proxy_has_no_share() {
        let proxies = Arc::new([Network::read("trusted_proxy", "10.0.0.0/8").expect("a network")]);
        let doorway = Doorway::new(Limits { total: 3, per_address: 1 }, proxies);
        let places: Vec<_> = (0..4).filter_map(|_| doorway.enter(ip("10.0.0.1"))).collect();
        assert_eq!(places.len(), 3);
    }

    #[test]
    fn loopback_has_no_share_but_the_total_holds() {
        let doorway = Doorway::new(Limits { total: 3, per_address: 1 }, Arc::new([]));
        let places: Vec<_> = (0..4).filter_map(|_| doorway.enter(ip("127.0.0.1"))).collect();
        assert_eq!(places.len(), 3);
        drop(places);
        assert!(doorway.enter(ip("::1")).is_some());
        let open = doorway.open();
        assert_eq!((open.total, open.by_address.len()), (0, 0), "nothing is remembered of who has gone");
    }
}
