//! Bodies of the HTTP interface. `docs/protocol.md` lists the routes.

pub mod accounts;
pub mod consents;
pub mod face;
pub mod rooms;

use serde::{Deserialize, Serialize};

use crate::secret::Proof;
use crate::{MeetingId, Refusal};

/// Answer to `GET /api/instance`: what a visitor may know of this server before entering anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Instance {
    /// The version of the server.
    pub version: String,
    /// Whether anyone may open a meeting here.
    pub open_rooms: bool,
    /// The organisation whose people sign in by its own provider; none where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub organisation: Option<String>,
}

/// Answer to `POST /api/meetings`: a meeting that did not exist before. The secret part of its link is
/// made by the client and never told to the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewMeeting {
    /// The new meeting's identifier.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub meeting: MeetingId,
}

/// Body of `POST /api/entries` and of `POST /api/doors`: someone wants to enter a meeting, or stands before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EntryRequest {
    /// Which meeting.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub meeting: MeetingId,
    /// The personal token of the link, where the link has one: 32 characters of Crockford's alphabet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub token: Option<String>,
    /// The server's half of the stretched room password, where one was typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "string"))]
    pub proof: Option<Proof>,
    /// The secret of the receipt for what they have agreed to; whoever leads the room needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub consent: Option<String>,
}

/// Answer to `POST /api/doors`: what someone may know before they enter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Door {
    /// Who receives them; none in an open room.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub host: Option<String>,
    /// When it begins, in milliseconds since 1970: the date that goes on or comes next. None for a room for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub starts_at: Option<i64>,
    /// The begin of a date of the series that would have come before it and is called off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub cancelled_at: Option<i64>,
    /// For how many minutes; none in an open room.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub minutes: Option<u32>,
    /// Whether they will wait until they are let in.
    pub waiting_room: bool,
    /// Whether they may show themselves.
    pub cameras: bool,
    /// Whether they enter as the room's host.
    pub own: bool,
    /// What they are called, if they enter as the room's host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub name: Option<String>,
    /// What the room shows of who keeps it; none in an open room, which has the server's face.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub face: Option<face::Face>,
    /// What the law wants to be read, where the room or its host has words of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub legal: Option<face::Legal>,
}

/// Answer to `POST /api/entries`: the way in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Entry {
    /// The ticket for the first frame on the signalling socket. Valid for one minute.
    pub grant: String,
    /// Where that socket is: a path on this server, or a `wss:` address of the node that holds the room.
    pub signal: String,
}

/// An error body after RFC 9457, `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Problem {
    /// `about:blank`, as RFC 9457 section 4.2.1 has it where the status says enough.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "typescript", ts(rename = "type"))]
    pub kind: String,
    /// The HTTP status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code that a client acts on.
    pub code: Refusal,
}
