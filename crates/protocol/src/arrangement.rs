//! What hosts have arranged in a room for the time being: rules, a timer, a talking stick, a poll, groups. Always told as a
//! whole, and kept in memory only.

use serde::{Deserialize, Serialize};

use crate::ParticipantId;

/// What holds in a room at present.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Arrangement {
    /// The rules that hold, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<Rule>>"))]
    pub rules: Vec<Rule>,
    /// When the timer runs out, in milliseconds of the room's clock; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub timer: Option<u32>,
    /// The talking stick; absent while everyone may speak.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub stick: Option<Stick>,
    /// The poll, open or counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub poll: Option<Poll>,
    /// The groups into which the room is split.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub groups: Option<Groups>,
}

impl Arrangement {
    /// Whether nothing is arranged.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Something that is less than usual for those who are not host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Rule {
    /// Nobody is let in any more but hosts and those who come back.
    Locked,
    /// Guests write to hosts only.
    ChatOff,
    /// Guests show and play nothing.
    SharesOff,
    /// Guests are not seen.
    CamerasOff,
    /// Guests are seen by hosts only.
    CamerasToHosts,
    /// Guests see hosts, and those who do something for others, and nobody else.
    PeopleHidden,
    /// A break: guests send nothing.
    Pause,
}

/// While it goes round, a guest is heard only with it in their hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Stick {
    /// Who has it; absent while it lies with the hosts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "string"))]
    pub holder: Option<ParticipantId>,
}

/// A question of which the server knows the number of answers, and nothing else: the words travel sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Poll {
    /// Which, as its author numbered it.
    pub poll: u32,
    /// How many answers there are to choose from.
    pub options: u8,
    /// While it is open, and for hosts only: how many have answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub votes: Option<u32>,
    /// Once it is closed: how many chose each answer. Nobody is told who chose what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub counts: Option<Vec<u32>>,
}

/// The room is split: people see and hear those of their own group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Groups {
    /// How many there are; they are numbered from 1.
    pub count: u8,
    /// Whether people choose their group themselves.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub choose: bool,
    /// When all come back, in milliseconds of the room's clock; absent while a host decides that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub ends: Option<u32>,
    /// Groups that call for a host, in the order of their calls.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<u8>>"))]
    pub calls: Vec<u8>,
}

/// Where someone goes when the room is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Placement {
    /// Who.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub participant: ParticipantId,
    /// The number of the group.
    pub group: u8,
}
