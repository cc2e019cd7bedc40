//! Who a request comes from where it came through a proxy. Only what a proxy of the operator's wrote is
//! believed, and anyone can write the same headers: each proxy adds the address it was called from on the
//! right, so the list is read from there, and only as far as the next writer is one of those proxies.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::config::Network;

const LIST: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The visitor behind a connection from `peer`. Where the proxies do not say, or contradict themselves, it is
/// the proxy.
pub(crate) fn visitor(peer: IpAddr, headers: &HeaderMap, proxies: &[Network]) -> IpAddr {
    if !is_one_of(proxies, peer) {
        return peer;
    }
    let by_list = headers.contains_key(LIST).then(|| walk(peer, headers, &LIST, proxies, address_in));
    let by_standard = headers
        .contains_key(header::FORWARDED)
        .then(|| walk(peer, headers, &header::FORWARDED, proxies, address_in_element));
    match (by_list, by_standard) {
        (None, None) => peer,
        (Some(visitor), None) | (None, Some(visitor)) => visitor,
        // A proxy writes one of them and may pass on the other as the visitor wrote it.
        (Some(one), Some(other)) if one == other => one,
        (Some(_), Some(_)) => peer,
    }
}

pub(crate) fn is_one_of(networks: &[Network], address: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(address))
}

/// From the right to the first who is no proxy. An entry that is no address ends the way at the proxy that
/// wrote it. Commas always separate: what our proxies write has none in quotation marks.
fn walk(
    peer: IpAddr,
    headers: &HeaderMap,
    name: &HeaderName,
    proxies: &[Network],
    read: impl Fn(&str) -> Option<IpAddr>,
) -> IpAddr {
    let lines: Vec<&HeaderValue> = headers.get_all(name).iter().collect();
    let entries = lines.iter().rev().flat_map(|line| line.as_bytes().rsplit(|&byte| byte == b','));
    let mut nearest = peer;
    for entry in entries {
        let Some(address) = str::from_utf8(entry).ok().and_then(|entry| read(entry.trim())) else { break };
        nearest = address;
        if !is_one_of(proxies, address) {
            break;
        }
    }
    nearest
}

/// An address with or without a port.
fn address_in(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let address = bare.unwrap_or(text).parse().ok();
    address
        .or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()))
        .map(|address: IpAddr| address.to_canonical())
}

/// The `for` of one element of `Forwarded` (RFC 7239).
fn address_in_element(element: &str) -> Option<IpAddr> {
    let pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    let mut named = pairs.filter(|(name, _)| name.eq_ignore_ascii_case("for")).map(|(_, value)| value);
    let value = named.next().filter(|_| named.next().is_none())?;
    address_in(value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: &str = "10.0.0.1";

    fn seen(peer: &str, lines: &[(&'static str, &str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            let value = HeaderValue::from_bytes(value.as_bytes()).expect("a value");
            headers.append(HeaderName::from_static(name), value);
        }
        let proxies = ["10.0.0.0/24", "2001:db8:1::/48"].map(|text| Network::read("x", text).expect("right"));
        visitor(peer.parse().expect("an address"), &headers, &proxies).to_string()
    }

    #[test]
    fn the_rightmost_who_is_no_proxy_is_the_visitor() {
        for (list, visitor) in [
            ("192.0.2.1", "192.0.2.1"),
            ("192.0.2.1:4711", "192.0.2.1"),
            ("2001:db8::7", "2001:db8::7"),
            ("[2001:db8::7]:4711", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("203.0.113.1, 192.0.2.1", "192.0.2.1"),
            ("203.0.113.1, 192.0.2.1, 10.0.0.2", "192.0.2.1"),
            ("192.0.2.1,2001:db8:1::5,10.0.0.2", "192.0.2.1"),
            ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
            ("192.0.2.1, unknown, 10.0.0.2", "10.0.0.2"),
            ("192.0.2.1, unknown", PROXY),
            ("192.0.2.1, ", PROXY),
            ("\u{fc}", PROXY),
            ("", PROXY),
        ] {
            assert_eq!(seen(PROXY, &[("x-forwarded-for", list)]), visitor, "{list:?}");
        }
        let lines = [("x-forwarded-for", "203.0.113.1"), ("x-forwarded-for", "192.0.2.1")];
        assert_eq!(seen(PROXY, &lines), "192.0.2.1", "lines are one list");
        assert_eq!(seen(PROXY, &[]), PROXY);
    }

    #[test]
    fn the_standard_header_says_the_same() {
        for (value, visitor) in [
            ("for=192.0.2.1", "192.0.2.1"),
            ("For=\"[2001:db8::7]:4711\";proto=https", "2001:db8::7"),
            ("for=203.0.113.1, proto=https; for=192.0.2.1;by=10.0.0.1", "192.0.2.1"),
            ("for=\"203.0.113.1, for=192.0.2.1", "192.0.2.1"),
            ("for=192.0.2.1, for=_hidden", PROXY),
            ("for=192.0.2.1, proto=https", PROXY),
            ("for=192.0.2.1;for=192.0.2.2", PROXY),
        ] {
            assert_eq!(seen(PROXY, &[("forwarded", value)]), visitor, "{value:?}");
        }
    }

    /// ATK-25: nobody chooses what he is counted as.
    #[test]
    fn what_a_visitor_wrote_is_not_believed() {
        let list = ("x-forwarded-for", "203.0.113.1");
        assert_eq!(seen("192.0.2.1", &[list, ("forwarded", "for=203.0.113.1")]), "192.0.2.1", "no proxy");
        assert_eq!(seen(PROXY, &[list, ("forwarded", "for=192.0.2.1")]), PROXY, "one of the two is a lie");
        assert_eq!(seen(PROXY, &[list, ("forwarded", "for=203.0.113.1")]), "203.0.113.1");
        assert_eq!(seen(PROXY, &[("x-real-ip", "203.0.113.1")]), PROXY);
    }
}
