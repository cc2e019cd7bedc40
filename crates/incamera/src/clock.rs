//! The time of day. Spans of time are measured with `Instant`; this is for what is written down.

use std::time::{SystemTime, UNIX_EPOCH};

use incamera_store::Millis;

/// Milliseconds since 1970.
pub(crate) fn now() -> Millis {
    // A clock before 1970, or after the sun has gone out, makes logins end early: harmless.
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}
