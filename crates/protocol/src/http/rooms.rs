//! Rooms that hosts make, and the links into them.

use serde::{Deserialize, Serialize};

use crate::secret::Proof;
use crate::{AccountId, MeetingId, SealedBytes};

/// What a host decides about a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Plan {
    /// What it is called: 1 to 100 characters.
    pub title: String,
    /// For whom, a pseudonym; may be empty, 100 characters at most.
    pub guest: String,
    /// Where; empty for online, 200 characters at most.
    pub place: String,
    /// In which language guests are met: `de`, `de-x-leicht` or `en`.
    pub language: String,
    /// When it takes place, in the order of time: once, or as a series of 200 at most. None for a room for good.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<Occurrence>>"))]
    pub occurrences: Vec<Occurrence>,
    /// For how many minutes, 5 to 1,440.
    pub minutes: u32,
    /// How many people may be in it, hosts included: 2 to 512.
    pub capacity: u32,
    /// Whether guests may show themselves.
    pub cameras: bool,
    /// Whether guests wait until they are let in.
    pub waiting_room: bool,
}

/// One date of a room (RFC 5545 calls it a recurrence instance, section 3.8.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Occurrence {
    /// When it begins, in milliseconds since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub starts_at: i64,
    /// Whether this one of a series is called off.
    #[serde(default, skip_serializing_if = "is_false")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub cancelled: bool,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// Body of `POST /api/rooms`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewRoom {
    /// What is decided.
    pub plan: Plan,
    /// The secret of its links, sealed under the vault key.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub secret: SealedBytes,
}

/// Body of `PATCH /api/rooms/{id}`; what is left out stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoomChange {
    /// What is decided anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub plan: Option<Plan>,
    /// The server's half of the stretched room password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<PasswordChange>"))]
    pub password: Option<PasswordChange>,
    /// Whether it is cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub cancelled: Option<bool>,
}

/// A room's password, set or taken away. It can be changed, and read back by nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum PasswordChange {
    /// Guests must know it from now on.
    Set {
        /// The server's half of the stretched password.
        #[cfg_attr(feature = "typescript", ts(type = "string"))]
        proof: Proof,
    },
    /// There is none any more. With braces: serde would let unknown fields of a bare variant pass.
    Remove {},
}

/// A room as its host sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Room {
    /// Which.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub meeting: MeetingId,
    /// What its host decided.
    pub plan: Plan,
    /// The secret of its links, sealed under the vault key; for a deputy, sealed for their public key.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub secret: SealedBytes,
    /// Whose room it is, for a deputy; none for its owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub owner: Option<String>,
    /// Who leads it beside its owner.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<Deputy>>"))]
    pub deputies: Vec<Deputy>,
    /// Whether guests must know a password.
    pub has_password: bool,
    /// Whether it is cancelled.
    pub cancelled: bool,
    /// How often when and where were changed (`SEQUENCE` of RFC 5545 section 3.8.7.4).
    pub sequence: u32,
    /// The links into it.
    pub links: Vec<RoomLink>,
    /// How many people wait to be let in now.
    pub waiting: u32,
    /// How many people are in it now.
    pub present: u32,
    /// How many wrong passwords were tried at its door within a day; none below ten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub wrong_passwords: Option<u32>,
}

/// Someone who leads a room beside its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Deputy {
    /// Who.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub id: AccountId,
    /// What they are called.
    pub name: String,
}

/// Body of `PUT /api/rooms/{id}/deputies/{account}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewDeputy {
    /// The secret of the room's links, sealed for their public key.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub secret: SealedBytes,
}

/// Body of `POST /api/rooms/{id}/links`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewRoomLink {
    /// The SHA-256 of its token, 64 hexadecimal digits: the token itself is made in the browser and told to the server by
    /// the one who enters with it.
    pub token_hash: String,
    /// The token, sealed under the vault key.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub sealed_token: SealedBytes,
    /// Until when, in milliseconds since 1970; none for as long as the room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub expires_at: Option<i64>,
    /// Whether it is for one sitting: it leads nowhere any more twelve hours after it was first used.
    #[serde(default, skip_serializing_if = "is_false")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub once: bool,
}

/// A link into a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoomLink {
    /// A name for it, which is no secret.
    pub id: String,
    /// Its token, sealed under the vault key.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub sealed_token: SealedBytes,
    /// Until when; none for as long as the room.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub expires_at: Option<i64>,
    /// Whether it is for one sitting.
    #[serde(default, skip_serializing_if = "is_false")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub once: bool,
    /// When somebody first entered by it, where it is for one sitting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub used_at: Option<i64>,
    /// Whether it leads into the room.
    pub valid: bool,
}
