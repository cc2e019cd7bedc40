//! The chain over consents, which shows every change, gap and new order, and from which nobody's words can be read.
//!
//! Each entry commits to a statement with a random salt, and its head to all entries before it. Whoever is deleted takes
//! statement and salt along; commitment and head stay, and tell nothing without the salt. A deletion is an entry too, so
//! that what was deleted differs from what was taken out.

use aws_lc_rs::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::secrets::{hex, random};

/// Bytes of a SHA-256 and of a salt.
pub const BYTES: usize = 32;

/// A SHA-256, or a salt.
pub type Bytes = [u8; BYTES];

/// The head before the first entry.
pub const GENESIS: Bytes = [0; BYTES];

/// A new salt.
pub(crate) fn salt() -> Bytes {
    random()
}

/// What an entry commits to: a statement, word by word, with its salt.
pub fn commitment(salt: &Bytes, statement: &str) -> Bytes {
    digest(&[b"incamera consent 1\0", salt, statement.as_bytes()])
}

/// What the entry of a deletion commits to.
pub fn of_deletion(text: &str) -> Bytes {
    digest(&[b"incamera deletion 1\0", text.as_bytes()])
}

/// The head after an entry.
pub fn head(before: &Bytes, position: u64, commitment: &Bytes) -> Bytes {
    digest(&[b"incamera chain 1\0", before, &position.to_be_bytes(), commitment])
}

fn digest(parts: &[&[u8]]) -> Bytes {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    let mut bytes = [0; BYTES];
    bytes.copy_from_slice(context.finish().as_ref());
    bytes
}

/// As it is written: hexadecimal.
pub fn written(bytes: &Bytes) -> String {
    hex(bytes)
}

/// Reads what is written.
pub fn read(text: &str) -> Option<Bytes> {
    let digits: Vec<u8> = text
        .bytes()
        .map(|byte| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    let bytes: Vec<u8> = pairs.iter().map(|[high, low]| high << 4 | low).collect();
    if rest.is_empty() { bytes.try_into().ok() } else { None }
}

/// What the entry of a deletion says, in clear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Deletion {
    /// The entries whose statements are gone.
    pub positions: Vec<u64>,
    /// When.
    pub at: Millis,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_nothing_else() {
        let bytes = salt();
        assert_eq!(read(&written(&bytes)), Some(bytes));
        for wrong in [
            "",
            "0",
            &"0".repeat(63),
            &"0".repeat(65),
            &"0".repeat(66),
            &"G".repeat(64),
            &"A".repeat(64),
            &"ä".repeat(32),
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_entry_depends_on_all_that_makes_it() {
        let (one, other) = ([1; BYTES], [2; BYTES]);
        let entry = commitment(&one, "text");
        assert_ne!(entry, commitment(&other, "text"));
        assert_ne!(entry, commitment(&one, "texts"));
        assert_ne!(of_deletion("text"), commitment(&one, "text"));
        let after = head(&GENESIS, 1, &entry);
        assert_ne!(after, head(&one, 1, &entry));
        assert_ne!(after, head(&GENESIS, 2, &entry));
        assert_ne!(after, head(&GENESIS, 1, &other));
    }
}
