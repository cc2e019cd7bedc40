//! Reads a STUN binding request (RFC 8489) as far as is needed to find the peer it is meant for, and to know
//! whether it nominates. Whether the request is genuine is the engine's question.

/// RFC 8489 section 5.
const MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const BINDING_REQUEST: [u8; 2] = [0x00, 0x01];
const HEADER_BYTES: usize = 20;
/// RFC 8489 section 14.3.
const ATTRIBUTE_USERNAME: u16 = 0x0006;
/// RFC 8445 section 16.1.
const ATTRIBUTE_USE_CANDIDATE: u16 = 0x0025;

/// The first half of USERNAME, up to the colon: the ufrag of the side that receives the request (RFC 8445
/// section 7.2.2). `None` for anything but a well-formed binding request.
pub(crate) fn receiver_ufrag(datagram: &[u8]) -> Option<&str> {
    let value = attribute(datagram, ATTRIBUTE_USERNAME)?;
    let (receiver, _) = std::str::from_utf8(value).ok()?.split_once(':')?;
    Some(receiver)
}

/// Whether a binding request says that its sender has chosen this pair of addresses.
pub(crate) fn nominates(datagram: &[u8]) -> bool {
    attribute(datagram, ATTRIBUTE_USE_CANDIDATE).is_some()
}

/// The first attribute of this kind. `None` for anything but a well-formed binding request.
fn attribute(datagram: &[u8], wanted: u16) -> Option<&[u8]> {
    let (header, mut attributes) = datagram.split_at_checked(HEADER_BYTES)?;
    if header[..2] != BINDING_REQUEST || header[4..8] != MAGIC_COOKIE {
        return None;
    }
    if usize::from(u16::from_be_bytes([header[2], header[3]])) != attributes.len() {
        return None;
    }
    loop {
        let (head, rest) = attributes.split_at_checked(4)?;
        let kind = u16::from_be_bytes([head[0], head[1]]);
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        let value = rest.get(..length)?;
        if kind == wanted {
            return Some(value);
        }
        attributes = rest.get(length.next_multiple_of(4)..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(attributes: &[(u16, &[u8])]) -> Vec<u8> {
        let mut body = Vec::new();
        for (kind, value) in attributes {
            body.extend_from_slice(&kind.to_be_bytes());
            body.extend_from_slice(&u16::try_from(value.len()).expect("short").to_be_bytes());
            body.extend_from_slice(value);
            body.resize(body.len().next_multiple_of(4), 0);
        }
        let mut datagram = BINDING_REQUEST.to_vec();
        datagram.extend_from_slice(&u16::try_from(body.len()).expect("short").to_be_bytes());
        datagram.extend_from_slice(&MAGIC_COOKIE);
        datagram.extend_from_slice(&[7; 12]);
        datagram.extend(body);
        datagram
    }

    #[test]
    fn the_ufrag_is_found_behind_other_attributes() {
        let datagram = request(&[(0x8022, b"agent"), (ATTRIBUTE_USERNAME, b"ours:theirs")]);
        assert_eq!(receiver_ufrag(&datagram), Some("ours"));
        assert!(!nominates(&datagram));
    }

    #[test]
    fn a_nomination_is_an_attribute_without_a_value() {
        let user = (ATTRIBUTE_USERNAME, &b"ours:theirs"[..]);
        assert!(nominates(&request(&[user, (ATTRIBUTE_USE_CANDIDATE, b"")])));
        assert!(nominates(&request(&[(ATTRIBUTE_USE_CANDIDATE, b""), user])));
    }

    #[test]
    fn anything_else_has_no_ufrag() {
        assert_eq!(receiver_ufrag(&[]), None);
        assert_eq!(receiver_ufrag(&[0x80; 40]), None);
        assert_eq!(receiver_ufrag(&request(&[])), None);
        assert_eq!(receiver_ufrag(&request(&[(ATTRIBUTE_USERNAME, b"no colon")])), None);
        assert_eq!(receiver_ufrag(&request(&[(ATTRIBUTE_USERNAME, &[0xff, b':'])])), None);
        let whole = request(&[(ATTRIBUTE_USERNAME, b"ours:theirs")]);
        for length in 0..whole.len() {
            assert_eq!(receiver_ufrag(&whole[..length]), None, "cut to {length}");
        }
        let mut response = whole.clone();
        response[0] = 0x01;
        assert_eq!(receiver_ufrag(&response), None);
    }
}
