//! What an account may do on this server. What its owner may do in a room is another thing: see `signal::Role`.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Rank {
    /// Looks after the server: invites hosts, and makes rooms like them.
    Administrator,
    /// Makes rooms.
    Host,
}

impl Rank {
    /// As it is written down.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Host => "host",
        }
    }
}

impl FromStr for Rank {
    type Err = UnknownRank;

    fn from_str(text: &str) -> Result<Self, UnknownRank> {
        [Self::Administrator, Self::Host].into_iter().find(|rank| rank.as_str() == text).ok_or(UnknownRank)
    }
}

/// A text that names no rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a rank is administrator or host")]
pub struct UnknownRank;
