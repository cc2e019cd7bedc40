//! Consents: what people are shown, what they say to it, and the receipt for it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::EntryRequest;
use crate::MeetingId;

/// What somebody may agree to, each for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Purpose {
    /// To meet, and that it is written down who agreed to that.
    Meeting,
    /// That sound and picture are recorded.
    Recording,
    /// That sound and picture are sent to the public.
    LiveStream,
    /// That somebody takes part by telephone.
    Telephone,
    /// That what is written in the chat is kept.
    KeptChat,
}

/// How somebody has agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Method {
    /// By a press on the page.
    Click,
    /// By a key of their telephone.
    Phone,
    /// On paper; their host says so.
    Paper,
}

/// A text that people are shown before they agree. It is kept word by word under the SHA-256 of its JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Notice {
    /// In which language it is: `de`, `de-x-leicht` or `en`.
    pub language: String,
    /// What is kept, why and for how long: one screen, in the subset of Markdown of `docs/hosts.md`.
    pub text: String,
    /// What is asked for.
    pub asks: Vec<Ask>,
}

/// One thing that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ask {
    /// What it is.
    pub purpose: Purpose,
    /// In words.
    pub words: String,
    /// Whether nobody can take part who does not agree to it. Only the meeting itself is.
    pub needed: bool,
}

/// Body of `POST /api/notices`: someone stands before a meeting and wants to read what they are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NoticeRequest {
    /// Which meeting, and what opens its door. What was agreed to before is no key to it, and is not looked at.
    pub door: EntryRequest,
    /// In which language: `de`, `de-x-leicht` or `en`.
    pub language: String,
}

/// Answer to `POST /api/notices`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NoticeShown {
    /// The SHA-256 of the text, hexadecimal: by this name a record refers to it.
    pub hash: String,
    /// The text.
    pub notice: Notice,
}

/// Body of `POST /api/consents`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewConsent {
    /// Which meeting, and what opens its door. What was agreed to before is no key to it, and is not looked at.
    pub door: EntryRequest,
    /// The text that was shown.
    pub notice: String,
    /// What they want to be called: any name, or none.
    pub name: String,
    /// What they say to each thing that was asked for, to every one of them and to nothing else.
    pub purposes: BTreeMap<Purpose, bool>,
}

/// What was said, as it is written down. Its JSON, in this order, is what the chain commits to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Statement {
    /// Somebody agrees. These fields and no others: nothing of their network or their browser.
    Given {
        /// Which meeting.
        #[cfg_attr(feature = "typescript", ts(type = "string"))]
        meeting: MeetingId,
        /// Its address, without the secret part.
        address: String,
        /// Where, in the words of the host; empty for online.
        place: String,
        /// When the meeting is, in milliseconds since 1970.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        date: i64,
        /// What they want to be called.
        name: String,
        /// The text that was shown: the SHA-256 of its JSON.
        notice: String,
        /// In which language it was.
        language: String,
        /// What they said to each thing that was asked for.
        purposes: BTreeMap<Purpose, bool>,
        /// How.
        method: Method,
        /// When it was said.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        at: i64,
    },
    /// Somebody wants to be called something else from now on.
    Corrected {
        /// The position of what they said first.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        of: u64,
        /// What they want to be called.
        name: String,
        /// When it was said.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        at: i64,
    },
    /// Somebody agrees to nothing any more.
    Withdrawn {
        /// The position of what they said first.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        of: u64,
        /// When it was said.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        at: i64,
    },
}

/// Answer to `POST /api/consents`, and to everything that is asked with a receipt: all that is kept of somebody, with what
/// proves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Receipt {
    /// The secret with which its owner shows who they are, enters, withdraws and deletes: 32 characters of Crockford's
    /// alphabet.
    pub token: String,
    /// The server's key (Ed25519, RFC 8032), base64url.
    pub key: String,
    /// What was said, in its order.
    pub acts: Vec<ReceiptAct>,
}

/// One thing that was said, and its place in the chain. `docs/privacy.md` says how it is checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReceiptAct {
    /// Which entry of the chain it is, counted from 1.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub position: u64,
    /// The head of the chain after it, hexadecimal.
    pub head: String,
    /// The salt of its commitment, hexadecimal.
    pub salt: String,
    /// The JSON of a `Statement`, word by word.
    pub statement: String,
    /// The server's signature over position, head and commitment, base64url.
    pub signature: String,
}

/// Body of `POST /api/consents/look`, `…/withdraw` and `…/delete`: somebody shows their receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReceiptShown {
    /// The secret on it.
    pub token: String,
}

/// Body of `POST /api/consents/correct`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Correction {
    /// The secret on the receipt.
    pub token: String,
    /// What they want to be called.
    pub name: String,
}
