//! Secrets that somebody else keeps: a cookie, a link. They are random, shown once, and known here by their SHA-256 only,
//! so that whoever reads the database has none of them.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{SHA256, digest};
use incamera_protocol::CROCKFORD;

/// A random secret of 160 bits, in Crockford's alphabet.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

const SYMBOLS: usize = 32;

impl Token {
    /// A new one.
    pub fn random() -> Self {
        Self(random_symbols::<SYMBOLS>())
    }

    /// The text, for the one who is to keep it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is known of it here.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(&self.0)
    }
}

impl FromStr for Token {
    type Err = NoToken;

    fn from_str(text: &str) -> Result<Self, NoToken> {
        let whole = text.len() == SYMBOLS && text.bytes().all(|byte| CROCKFORD.contains(&byte));
        if whole { Ok(Self(text.to_owned())) } else { Err(NoToken) }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

/// A text that cannot be one of our secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no token")]
pub struct NoToken;

/// The SHA-256 of a secret. It is looked up as a whole, so how long that takes tells nothing about the secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SecretHash(String);

impl FromStr for SecretHash {
    type Err = NoToken;

    fn from_str(text: &str) -> Result<Self, NoToken> {
        let small = text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        if text.len() == 64 && small { Ok(Self(text.to_owned())) } else { Err(NoToken) }
    }
}

impl SecretHash {
    /// Of a secret of another form, which must be random and long enough not to be guessed.
    pub fn of(secret: &str) -> Self {
        Self(hex(digest(&SHA256, secret.as_bytes()).as_ref()))
    }

    /// As it is written: hexadecimal.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A name for a row that may be told to its owner: random, and no secret.
pub(crate) fn new_id() -> String {
    hex(&random::<16>())
}

/// Random text of Crockford's alphabet: five bits in each symbol.
pub fn random_symbols<const N: usize>() -> String {
    random::<N>().map(|byte| char::from(CROCKFORD[usize::from(byte & 31)])).iter().collect()
}

/// Random bytes from the operating system's generator.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).expect("the system's random generator works");
    bytes
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_itself_and_nothing_else() {
        let token = Token::random();
        assert_eq!(token.reveal().parse(), Ok(token.clone()));
        assert_ne!(token, Token::random());
        assert_eq!(format!("{token:?}"), "Token");
        for wrong in [
            "",
            "x",
            &token.reveal()[1..],
            &format!("{}0", token.reveal()),
            &"u".repeat(SYMBOLS),
            &"ä".repeat(16),
        ] {
            assert_eq!(wrong.parse::<Token>(), Err(NoToken), "{wrong}");
        }
    }

    /// FIPS 180-4, the example of a message with one block.
    #[test]
    fn a_hash_is_sha_256() {
        let hash = Token("abc".to_owned()).hash();
        assert_eq!(hash.as_str(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
