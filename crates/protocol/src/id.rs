//! Identifiers. They print as short tags in `Debug`, so that no log line can carry a whole one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Crockford's base 32 alphabet: no I, L, O or U, so that an identifier read aloud cannot be misheard.
pub const CROCKFORD: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A meeting's identifier: 15 characters of Crockford's alphabet, written in three groups of five.
///
/// 75 bits. Sixty come from the system's random generator, fifteen are a keyed check that only the server
/// can compute (`live::meeting`), so that a mistyped identifier is told from a real one without a list.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MeetingId([u8; MeetingId::CHARS]);

impl MeetingId {
    /// Characters without the hyphens.
    pub const CHARS: usize = 15;

    /// Makes an identifier of fifteen five-bit values; higher bits of each byte are ignored.
    pub fn from_symbols(symbols: [u8; Self::CHARS]) -> Self {
        Self(symbols.map(|symbol| symbol & 31))
    }

    /// The fifteen five-bit values.
    pub fn symbols(&self) -> &[u8; Self::CHARS] {
        &self.0
    }
}

impl FromStr for MeetingId {
    type Err = InvalidMeetingId;

    /// Reads what a person typed: capitals, spaces, hyphens or none, and the letters that Crockford's
    /// alphabet leaves out for what they look like.
    fn from_str(text: &str) -> Result<Self, InvalidMeetingId> {
        let mut symbols = [0; Self::CHARS];
        let mut length = 0;
        for character in text.chars() {
            let character = match character.to_ascii_lowercase() {
                ' ' | '-' | '\u{a0}' | '\u{2010}'..='\u{2015}' => continue,
                'o' => '0',
                'i' | 'l' => '1',
                other => other,
            };
            let value = CROCKFORD
                .iter()
                .position(|&symbol| char::from(symbol) == character)
                .and_then(|value| u8::try_from(value).ok())
                .ok_or(InvalidMeetingId)?;
            *symbols.get_mut(length).ok_or(InvalidMeetingId)? = value;
            length += 1;
        }
        if length == Self::CHARS { Ok(Self(symbols)) } else { Err(InvalidMeetingId) }
    }
}

impl fmt::Display for MeetingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, &symbol) in self.0.iter().enumerate() {
            if index > 0 && index % 5 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{}", char::from(CROCKFORD[usize::from(symbol)]))?;
        }
        Ok(())
    }
}

impl fmt::Debug for MeetingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.to_string();
        write!(f, "meeting:{}", &text[..3])
    }
}

impl Serialize for MeetingId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MeetingId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// A text that is no meeting identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a meeting ID has 15 letters and digits in three groups of five")]
pub struct InvalidMeetingId;

/// One presence in one room. Random, so that it tells nothing about when or in which order people came.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ParticipantId(pub u64);

impl fmt::Display for ParticipantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for ParticipantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "participant:{:03x}", self.0 >> 52)
    }
}

impl Serialize for ParticipantId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ParticipantId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        let number = hexadecimal(&text, 16).and_then(|number| number.try_into().ok());
        number.map(Self).ok_or_else(|| de::Error::custom("a participant is 16 hexadecimal digits"))
    }
}

/// The secret with which a client takes up its place again after its socket broke or its page was
/// reloaded. 128 bits, known to one client and the server; it ends with the participant.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ResumeToken(pub u128);

impl fmt::Debug for ResumeToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResumeToken")
    }
}

impl Serialize for ResumeToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:032x}", self.0))
    }
}

impl<'de> Deserialize<'de> for ResumeToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        let number = hexadecimal(&text, 32);
        number.map(Self).ok_or_else(|| de::Error::custom("a resume token is 32 hexadecimal digits"))
    }
}

/// A number of exactly so many small hexadecimal digits.
fn hexadecimal(text: &str, digits: usize) -> Option<u128> {
    let small = text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    if text.len() == digits && small { u128::from_str_radix(text, 16).ok() } else { None }
}

/// A person known to this server. Random, so that it tells nothing about when they came.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId(pub u128);

impl FromStr for AccountId {
    type Err = InvalidAccountId;

    fn from_str(text: &str) -> Result<Self, InvalidAccountId> {
        hexadecimal(text, 32).map(Self).ok_or(InvalidAccountId)
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "account:{:03x}", self.0 >> 116)
    }
}

impl Serialize for AccountId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AccountId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// A text that is no account's identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an account is 32 hexadecimal digits")]
pub struct InvalidAccountId;

/// The `mid` of an m-line (RFC 8843): at most 16 characters here, as browsers and the engine write them.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Mid(String);

impl Mid {
    /// Checks and wraps a `mid`.
    pub fn new(text: &str) -> Option<Self> {
        let valid = (1..=16).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
        valid.then(|| Self(text.to_owned()))
    }

    /// The text of the attribute.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Mid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mid:{}", self.0)
    }
}

impl<'de> Deserialize<'de> for Mid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::new(&text).ok_or_else(|| de::Error::custom("a mid is 1 to 16 letters and digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meeting_id_reads_what_people_type() {
        let id: MeetingId = "0123456789abcde".parse().expect("fifteen symbols");
        assert_eq!(id.to_string(), "01234-56789-abcde");
        for typed in ["01234-56789-ABCDE", " o1234 56789 abcde ", "OL234–56789–abcde", "oi23456789ABCDE"]
        {
            assert_eq!(typed.parse::<MeetingId>(), Ok(id.clone()), "{typed}");
        }
        for wrong in [
            "",
            "01234-56789-abcd",
            "01234-56789-abcdef",
            "u1234-56789-abcde",
            "01234_56789_abcde",
            "ä1234-56789-abcde",
        ] {
            assert_eq!(wrong.parse::<MeetingId>(), Err(InvalidMeetingId), "{wrong}");
        }
    }

    #[test]
    fn no_identifier_prints_whole_in_a_log() {
        let id: MeetingId = "k3m9x0qw7rv2h8d".parse().expect("fifteen symbols");
        assert_eq!(format!("{id:?}"), "meeting:k3m");
        assert_eq!(format!("{:?}", ParticipantId(0xabc0_0000_0000_0001)), "participant:abc");
        assert_eq!(format!("{:?}", ResumeToken(7)), "ResumeToken");
    }

    #[test]
    fn numbers_survive_as_text() {
        let id = ParticipantId(u64::MAX - 1);
        let json = serde_json::to_string(&id).expect("serialises");
        assert_eq!(json, "\"fffffffffffffffe\"");
        assert_eq!(serde_json::from_str::<ParticipantId>(&json).expect("reads"), id);
        assert!(serde_json::from_str::<ParticipantId>("\"+ffffffffffffffe\"").is_err());
        assert!(serde_json::from_str::<ResumeToken>("\"12\"").is_err());
    }
}
