//! Room passwords that were found right a moment ago. When a group of thirty comes at once, the first pays for the slow
//! check and the others do not; whoever guesses wrong pays each time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
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
    /// Those that are being checked, by their tag.
    checks: Mutex<HashMap<Vec<u8>, Weak<tokio::sync::Mutex<()>>>>,
}

impl Default for RightPasswords {
    fn default() -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &crate::random::bytes::<32>());
        Self { key, rooms: Mutex::default(), checks: Mutex::default() }
    }
}

impl RightPasswords {
    /// Whether this was right a moment ago, against the same hash.
    pub(crate) fn knows(&self, room: &MeetingId, hash: &str, proof: &Proof) -> bool {
        let rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = rooms.get(room).filter(|(since, _)| since.elapsed() < FOR);
        fresh.is_some_and(|(_, tag)| hmac::verify(&self.key, &text(room, hash, proof), tag.as_ref()).is_ok())
    }

    /// Whose turn it is to have this checked: the same for equal ones.
    pub(crate) fn turn(&self, room: &MeetingId, hash: &str, proof: &Proof) -> Arc<tokio::sync::Mutex<()>> {
        let tag = hmac::sign(&self.key, &text(room, hash, proof)).as_ref().to_vec();
        let mut checks = self.checks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = checks.get(&tag).and_then(Weak::upgrade) {
            return turn;
        }
        checks.retain(|_, turn| turn.strong_count() > 0);
        let turn = Arc::default();
        checks.insert(tag, Arc::downgrade(&turn));
        turn
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
        let turn = rights.turn(&room(1), "hash", &proof("a"));
        assert!(Arc::ptr_eq(&turn, &rights.turn(&room(1), "hash", &proof("a"))));
        assert!(!Arc::ptr_eq(&turn, &rights.turn(&room(1), "hash", &proof("b"))));
        assert!(!Arc::ptr_eq(&turn, &rights.turn(&room(2), "hash", &proof("a"))));
        rights.forget(&room(1));
        assert!(!rights.knows(&room(1), "hash", &proof("a")));
    }
}
