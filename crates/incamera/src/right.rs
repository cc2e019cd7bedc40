//! Room passwords that were found right a moment ago. When a group of thirty comes at once, the first pays for the slow
//! check and the others do not; whoever guesses wrong pays each time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use aws_lc_rs::hmac;
use incamera_protocol::MeetingId;
use incamera_protocol::secret::Proof;

/// How long it is remembered.
const FOR: Duration = Duration::from_secs(10 * 60);
/// How many rooms are remembered; beyond this all are forgotten, which costs a slow check each.
const MOST: usize = 10_000;

/// What is remembered: of each room a tag under a key that is never written anywhere.
pub(crate) struct RightPasswords {
    key: hmac::Key,
    rooms: Mutex<HashMap<MeetingId, (Instant, hmac::Tag)>>,
}

impl Default for RightPasswords {
    fn default() -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &crate::random::bytes::<32>());
        Self { key, rooms: Mutex::default() }
    }
}

impl RightPasswords {
    /// Whether this was right a moment ago, against the same hash.
    pub(crate) fn knows(&self, room: &MeetingId, hash: &str, proof: &Proof) -> bool {
        let rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = rooms.get(room).filter(|(since, _)| since.elapsed() < FOR);
        fresh.is_some_and(|(_, tag)| hmac::verify(&self.key, &text(room, hash, proof), tag.as_ref()).is_ok())
    }

    pub(crate) fn note(&self, room: &MeetingId, hash: &str, proof: &Proof) {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if rooms.len() >= MOST {
            rooms.clear();
        }
        rooms.insert(room.clone(), (Instant::now(), hmac::sign(&self.key, &text(room, hash, proof))));
    }

    pub(crate) fn forget(&self, room: &MeetingId) {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner).remove(room);
    }
}

/// The hash is part of it: a changed password is another one, even if nobody said so here.
fn text(room: &MeetingId, hash: &str, proof: &Proof) -> Vec<u8> {
    [room.to_string().as_bytes(), b"/", hash.as_bytes(), b"/", proof.reveal().as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof(letter: &str) -> Proof {
        serde_json::from_str(&format!("\"{}\"", letter.repeat(43))).expect("a proof")
    }

    #[test]
    fn only_what_was_right_here_is_known() {
        let rights = RightPasswords::default();
        let room = |symbol| MeetingId::from_symbols([symbol; MeetingId::CHARS]);
        rights.note(&room(1), "hash", &proof("a"));
        assert!(rights.knows(&room(1), "hash", &proof("a")));
        assert!(!rights.knows(&room(1), "hash", &proof("b")));
        assert!(!rights.knows(&room(1), "changed", &proof("a")));
        assert!(!rights.knows(&room(2), "hash", &proof("a")));
        rights.forget(&room(1));
        assert!(!rights.knows(&room(1), "hash", &proof("a")));
    }
}
