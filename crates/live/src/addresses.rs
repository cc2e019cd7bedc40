//! Finds the addresses at which clients can reach the media port.

use std::net::{IpAddr, SocketAddr};

/// The addresses of this machine's interfaces, those of the network before loopback: a browser that is
/// offered both must try the one that works for others too, and one of the common browsers never reaches
/// loopback for media.
pub(crate) fn of_interfaces() -> Vec<IpAddr> {
    let mut addresses: Vec<IpAddr> = if_addrs::get_if_addrs()
        .unwrap_or_else(|error| {
            tracing::warn!(%error, "the network interfaces cannot be listed");
            Vec::new()
        })
        .into_iter()
        .map(|interface| interface.ip())
        .filter(is_reachable)
        .collect();
    addresses.sort_by_key(|address| (address.is_loopback(), address.is_ipv6()));
    addresses.dedup();
    addresses
}

/// What is handed out for the given sockets: the announced addresses and no others, or else those of the
/// interfaces that the sockets listen on.
pub(crate) fn candidates(
    bound: &[SocketAddr],
    announce: &[IpAddr],
    interfaces: &[IpAddr],
) -> Vec<SocketAddr> {
    let mut candidates = Vec::new();
    let offered = if announce.is_empty() { interfaces } else { announce };
    for address in offered {
        let listens = |socket: &&SocketAddr| {
            let same_family = socket.ip().is_ipv4() == address.is_ipv4();
            let everywhere = socket.ip().is_unspecified() || !announce.is_empty();
            same_family && (everywhere || socket.ip() == *address)
        };
        candidates.extend(bound.iter().find(listens).map(|socket| SocketAddr::new(*address, socket.port())));
    }
    candidates
}

/// Link-local addresses need a zone that an answer cannot carry.
fn is_reachable(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !address.is_link_local() && !address.is_unspecified(),
        IpAddr::V6(address) => !address.is_unicast_link_local() && !address.is_unspecified(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn socket(text: &str) -> SocketAddr {
        text.parse().expect("a socket address")
    }

    #[test]
    fn interfaces_are_handed_out_where_nothing_is_announced() {
        let interfaces = [ip("192.0.2.7"), ip("2001:db8::7"), ip("127.0.0.1")];
        let bound = [socket("0.0.0.0:3478"), socket("[::]:3479")];
        assert_eq!(
            candidates(&bound, &[], &interfaces),
            [socket("192.0.2.7:3478"), socket("[2001:db8::7]:3479"), socket("127.0.0.1:3478")]
        );
        assert_eq!(candidates(&[socket("127.0.0.1:5")], &[], &interfaces), [socket("127.0.0.1:5")]);
    }

    #[test]
    fn what_is_announced_is_all_that_is_handed_out() {
        let bound = [socket("10.0.0.5:3478")];
        let announce = [ip("203.0.113.9")];
        assert_eq!(candidates(&bound, &announce, &[ip("10.0.0.5")]), [socket("203.0.113.9:3478")]);
    }

    #[test]
    fn loopback_comes_last() {
        let addresses = of_interfaces();
        let first_loopback = addresses.iter().position(IpAddr::is_loopback).unwrap_or(addresses.len());
        assert!(addresses[first_loopback..].iter().all(IpAddr::is_loopback));
    }
}
