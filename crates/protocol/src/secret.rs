//! Secrets on their way from a browser: looked at once, never printed.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

/// 32 bytes of a stretched password, base64url (RFC 4648 section 5) without padding. The server checks it; the password
/// and the other half of what was stretched stay in the browser.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Proof(String);

/// Characters of base64url for so many bytes.
const fn characters(bytes: usize) -> usize {
    (bytes * 4).div_ceil(3)
}

fn read<'de, D: Deserializer<'de>>(deserializer: D, bytes: usize, what: &str) -> Result<String, D::Error> {
    let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if text.len() == characters(bytes) && plain {
        return Ok(text.into_owned());
    }
    Err(de::Error::custom(format_args!("{what} is {} characters of base64url", characters(bytes))))
}

impl Proof {
    /// What is hashed.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proof")
    }
}

impl<'de> Deserialize<'de> for Proof {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(deserializer, 32, "a proof").map(Self)
    }
}

/// 16 bytes with which a password is stretched, base64url without padding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Salt(String);

impl Salt {
    /// How long it is before it is written.
    pub const BYTES: usize = 16;

    /// A salt that is written already.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Salt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(deserializer, Self::BYTES, "a salt").map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_has_its_length_and_its_letters_and_never_prints() {
        let proof: Proof = serde_json::from_str(&format!("\"{}\"", &"aA0-_".repeat(9)[..43])).expect("reads");
        assert_eq!(format!("{proof:?}"), "Proof");
        for wrong in ["".to_owned(), "a".repeat(42), "a".repeat(44), "+".repeat(43), "ä".repeat(21) + "a"] {
            assert!(serde_json::from_str::<Proof>(&format!("\"{wrong}\"")).is_err(), "{wrong}");
        }
    }
}
