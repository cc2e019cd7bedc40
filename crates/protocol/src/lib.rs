//! The words that the server and its web client speak: identifiers, signalling messages, HTTP bodies and
//! the list of refusals.
//!
//! Plain data only. This is the one crate that knows the shapes in JSON, and the source from which
//! `web/src/protocol.ts` is generated (`typescript`), and the description of the HTTP interface (`openapi`). `docs/protocol.md` says what the words mean and in
//! which order they are spoken.

pub mod arrangement;
pub mod http;
pub mod id;
#[cfg(feature = "openapi")]
pub mod openapi;
pub mod rank;
pub mod refusal;
pub mod sealed;
pub mod secret;
pub mod signal;
#[cfg(feature = "typescript")]
pub mod typescript;

pub use id::{AccountId, CROCKFORD, MeetingId, Mid, ParticipantId, ResumeToken};
pub use rank::Rank;
pub use refusal::Refusal;
pub use sealed::{Recipient, Sealed, SealedBytes, SealedKind};

/// The version of the signalling protocol. The first frame of a client names the version it speaks; a
/// server that does not speak it answers [`Refusal::VersionUnsupported`].
pub const PROTOCOL_VERSION: u32 = 1;

/// The largest text frame on the signalling socket, in bytes. An offer with 25 video slots is the largest
/// honest message and stays below 48 KiB.
pub const MAX_FRAME_BYTES: usize = 64 * 1024;

/// The longest name or pseudonym, in Unicode scalar values, after normalisation.
pub const MAX_NAME_CHARS: usize = 60;

/// The longest sign-in name, in characters, and the shortest.
pub const MAX_LOGIN_CHARS: usize = 100;
/// See [`MAX_LOGIN_CHARS`].
pub const MIN_LOGIN_CHARS: usize = 3;

/// The fewest rounds with which a browser may stretch a password: OWASP's figure for PBKDF2 with HMAC-SHA-512.
pub const MIN_STRETCH_ROUNDS: u32 = 210_000;
/// The strongest colour of a face, in thousandths of OKLCH's chroma: all hues have it at the lightnesses that are used.
pub const MAX_CHROMA: u16 = 150;

/// The largest sealed content in one message, in bytes after decoding.
pub const MAX_SEALED_BYTES: usize = 16 * 1024;

/// The most participants in one room: a webinar of 400, those who run it, and the phones that come with them.
pub const MAX_PARTICIPANTS: usize = 512;

/// The most who may wait before one room: whoever wants to annoy a host with names gets no further.
pub const MAX_WAITING: usize = 100;

/// The rids of a camera's simulcast layers (RFC 8852), smallest first.
pub const LAYER_RIDS: [&str; 3] = ["l", "m", "h"];
