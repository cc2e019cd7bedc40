//! The ticket with which a participant arrives: made by the HTTP side once it has decided to let someone
//! in, checked by the signalling side, which then has nothing to look up.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use incamera_protocol::signal::Role;
use incamera_protocol::{MeetingId, Refusal};
use incamera_rooms::Policy;
use serde::{Deserialize, Serialize};

/// Long enough for a slow phone to open a socket after the page was told to enter.
pub(crate) const VALID_FOR: Duration = Duration::from_secs(60);

/// The longest text that is looked at.
const MAX_TEXT: usize = 512;

/// What a ticket says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Grant {
    pub(crate) room: MeetingId,
    pub(crate) role: Role,
    pub(crate) waiting_room: bool,
    pub(crate) capacity: usize,
    pub(crate) cameras: bool,
    /// What they have agreed to, where they were asked; it is known by whoever wrote it down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) consent: Option<String>,
    /// Seconds since 1970.
    pub(crate) expires: u64,
}

impl Grant {
    pub(crate) fn new(room: MeetingId, role: Role, policy: Policy, consent: Option<String>) -> Self {
        let Policy { waiting_room, capacity, cameras } = policy;
        let expires = seconds_now() + VALID_FOR.as_secs();
        Self { room, role, waiting_room, capacity, cameras, consent, expires }
    }

    pub(crate) fn policy(&self) -> Policy {
        Policy { waiting_room: self.waiting_room, capacity: self.capacity, cameras: self.cameras }
    }

    pub(crate) fn sign(&self, key: &hmac::Key) -> String {
        let body = serde_json::to_vec(self).expect("a grant is plain data");
        let tag = hmac::sign(key, &body);
        format!("{}.{}", BASE64.encode(&body), BASE64.encode(tag.as_ref()))
    }

    /// Reads a ticket, if it is ours and still valid.
    pub(crate) fn check(key: &hmac::Key, text: &str) -> Result<Self, Refusal> {
        let now = seconds_now();
        // One that would last longer than any is from before the clock was put back (ATK-55).
        let fresh = now + 1..=now + VALID_FOR.as_secs();
        Self::read(key, text).filter(|grant| fresh.contains(&grant.expires)).ok_or(Refusal::GrantInvalid)
    }

    fn read(key: &hmac::Key, text: &str) -> Option<Self> {
        let (body, tag) = Some(text).filter(|text| text.len() <= MAX_TEXT)?.split_once('.')?;
        let (body, tag) = (BASE64.decode(body).ok()?, BASE64.decode(tag).ok()?);
        hmac::verify(key, &body, &tag).ok()?;
        serde_json::from_slice(&body).ok()
    }
}

fn seconds_now() -> u64 {
    // A clock before 1970 makes every ticket valid for a minute counted from 0: harmless.
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{Purpose, derive};

    #[test]
    fn a_ticket_is_true_whole_and_fresh_or_refused() {
        let key = derive(&[1; 32], Purpose::Grant);
        let room: MeetingId = "k3m9x0qw7rv2h8d".parse().expect("fifteen symbols");
        let grant = Grant::new(room, Role::Guest, Policy::OPEN, Some("0".repeat(32)));
        let text = grant.sign(&key);
        assert_eq!(Grant::check(&key, &text), Ok(grant.clone()));
        let refused = Err(Refusal::GrantInvalid);
        assert_eq!(Grant::check(&derive(&[2; 32], Purpose::Grant), &text), refused);
        let old = Grant { expires: seconds_now(), ..grant.clone() };
        assert_eq!(Grant::check(&key, &old.sign(&key)), refused);
        // ATK-55: made before the clock was put back by an hour.
        let early = Grant { expires: seconds_now() + 3_600, ..grant };
        assert_eq!(Grant::check(&key, &early.sign(&key)), refused);
        for place in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).expect("ASCII");
            assert_eq!(Grant::check(&key, &changed), refused, "changed at {place}");
            assert_eq!(Grant::check(&key, &text[..place]), refused, "cut at {place}");
        }
        for wrong in ["", ".", "..", "e30.e30", &"A".repeat(100_000)] {
            assert_eq!(Grant::check(&key, wrong), refused);
        }
    }
}
