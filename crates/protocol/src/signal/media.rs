//! Tracks and the slots that carry them.

use serde::{Deserialize, Serialize};

use crate::{Mid, ParticipantId};

/// What a track is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// A person's voice.
    Microphone,
    /// A person's picture.
    Camera,
    /// Music in stereo.
    Music,
    /// What is shown: a screen, a window, a film or pages.
    Screen,
}

/// One simulcast layer of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Layer {
    /// Width of the encoded picture, in pixels.
    pub width: u16,
    /// Height of the encoded picture, in pixels.
    pub height: u16,
    /// The most that its sender lets it take, in bits a second; absent for what pictures of its size take as
    /// a rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub max_bps: Option<u32>,
    /// Whether it is AV1, which not every viewer decodes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub av1: bool,
}

/// What a slot is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum SlotKind {
    /// A voice; filled by the server.
    Voice,
    /// Music in stereo.
    Music,
    /// A camera.
    Video,
    /// A shared screen.
    Screen,
}

/// A `sendonly` m-line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Send {
    /// Its `mid`.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub mid: Mid,
    /// What it carries.
    pub source: Source,
    /// Whether its Opus packets hold the redundancy of RFC 2198, put there by the client itself because its
    /// browser does not know the `red` format. The server cannot look into a sealed payload.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub red: bool,
    /// Whether it carries the first layer of a screen in AV1, which draws letters with a third of the bits; the other
    /// layers are on a line of their own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub av1: bool,
}

/// A `recvonly` m-line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Receive {
    /// Its `mid`.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub mid: Mid,
    /// What it is for.
    pub kind: SlotKind,
}

/// One visible tile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Tile {
    /// Whose.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub participant: ParticipantId,
    /// Of what.
    pub source: Source,
    /// Width on the screen, in device pixels.
    pub width: u16,
    /// Height on the screen, in device pixels.
    pub height: u16,
    /// Whether the viewer fixed it: it is given bandwidth before those that are not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub pinned: bool,
}

/// What one slot carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SlotFill {
    /// The slot's `mid`.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub mid: Mid,
    /// The track in it; absent when the slot is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub track: Option<TrackOf>,
}

/// A published track, as participants know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrackOf {
    /// Whose.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub participant: ParticipantId,
    /// Of what.
    pub source: Source,
}
