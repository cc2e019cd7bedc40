//! What people say to each other in writing. The server carries it and does not look into it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ParticipantId;

/// Written content between people, opaque to the server.
///
/// A tidy test forbids text fields for content anywhere else in the protocol, so that what people write
/// has exactly one way, and that way is closed to the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Sealed {
    /// What the bytes are for; lets a client route them without opening them.
    pub kind: SealedKind,
    /// Who shall receive them.
    pub to: Recipient,
    /// The content, base64 (RFC 4648 section 4), at most 16 KiB before encoding.
    pub bytes: SealedBytes,
}

/// What sealed bytes are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum SealedKind {
    /// What people write and show to each other: messages, letters as they are typed, captions, reactions,
    /// requests. Which of these it is stands inside, where the server does not look.
    Chat,
}

/// Who receives sealed bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Recipient {
    /// Everyone else in the own group, or in the room where it is not split. With braces: serde would let unknown fields
    /// of a bare variant pass.
    Everyone {},
    /// Everyone else, in whatever group. Hosts only.
    AllGroups {},
    /// One participant.
    One {
        /// Who.
        #[cfg_attr(feature = "typescript", ts(type = "string"))]
        participant: ParticipantId,
    },
}

/// Base64 text that is never decoded here and never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct SealedBytes(String);

impl SealedBytes {
    /// Wraps base64 text as it came.
    pub fn new(base64: String) -> Self {
        Self(base64)
    }

    /// The text, to be kept.
    pub fn into_text(self) -> String {
        self.0
    }

    /// How many bytes the text stands for, rounded up.
    pub fn decoded_len(&self) -> usize {
        self.0.len().div_ceil(4) * 3
    }
}

impl fmt::Debug for SealedBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sealed:{}B", self.0.len())
    }
}
