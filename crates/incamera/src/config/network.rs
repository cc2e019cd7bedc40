//! A network, as an operator names one: an address, or a block of them (RFC 4632, RFC 4291 section 2.3).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::refused::Refused;

/// A block of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network {
    first: IpAddr,
    prefix: u8,
}

impl Network {
    /// Whether an address lies in it. An IPv4 address is the same however it is written.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        masked(address.to_canonical(), self.prefix) == Some(self.first)
    }

    pub(crate) fn read(name: &str, text: &str) -> Result<Self, Refused> {
        let like = "write it like 10.0.0.5, 10.0.0.0/8 or 2001:db8::/32; names are not looked up";
        let wrong = |what: &str| Refused::new(format!("`{name}` {what}: {text:?}"), like);
        let (address, prefix) = match text.trim().split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text.trim(), None),
        };
        let first: IpAddr = address.parse().map_err(|_| wrong("is not an IP address or a block of them"))?;
        if first != first.to_canonical() {
            return Err(wrong("is an IPv4 address written as IPv6"));
        }
        let most = if first.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => most,
            // Digits only: `parse` would take a sign.
            Some(digits) if digits.bytes().all(|digit| digit.is_ascii_digit()) => digits
                .parse()
                .ok()
                .filter(|prefix| *prefix <= most)
                .ok_or_else(|| wrong("has a prefix that no address has"))?,
            Some(_) => return Err(wrong("has a prefix that is no number")),
        };
        if prefix == 0 {
            return Err(wrong("means everyone"));
        }
        match masked(first, prefix) {
            Some(start) if start == first => Ok(Self { first, prefix }),
            Some(start) => {
                let hint = format!("write {start}/{prefix} for the whole block, or the address alone");
                Err(Refused::new(format!("`{name}` names an address within a block: {text:?}"), hint))
            }
            None => Err(wrong("has a prefix that no address has")),
        }
    }
}

/// The first address of the block that an address is in; nothing where the prefix is longer than the address,
/// as one of IPv6 is for an address of IPv4.
fn masked(address: IpAddr, prefix: u8) -> Option<IpAddr> {
    let prefix = u32::from(prefix);
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(u32::BITS.checked_sub(prefix)?).unwrap_or(0);
            Some(IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & mask)))
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(u128::BITS.checked_sub(prefix)?).unwrap_or(0);
            Some(IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(network: &str, address: &str) -> bool {
        let network = Network::read("trusted_proxy", network).expect("a network");
        network.contains(address.parse().expect("an address"))
    }

    #[test]
    fn an_address_is_in_its_block_and_in_no_other() {
        for (network, inside, outside) in [
            ("10.0.0.5", "10.0.0.5", "10.0.0.6"),
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
            ("10.0.0.5/32", "::ffff:10.0.0.5", "::10.0.0.5"),
            ("0.0.0.0/1", "127.255.255.255", "128.0.0.0"),
            ("::1", "::1", "0.0.0.1"),
            ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1"),
            ("2001:db8::/127", "2001:db8::1", "2001:db8::2"),
            ("::/1", "::1", "10.0.0.1"),
        ] {
            assert!(contains(network, inside), "{network} {inside}");
            assert!(!contains(network, outside), "{network} {outside}");
        }
    }
}
