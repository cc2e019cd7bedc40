//! The golden files: one for each message, read into the Rust type and written back the same. The web
//! client's tests read the same folder, so a changed file here is a change of the protocol.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::path::{Path, PathBuf};

use incamera_protocol::http::accounts::{
    AccountChange, ApiKey, ApiKeyMade, Device, DeviceMade, DeviceVault, Host, InvitationLook, InvitationMade,
    InvitationRequest, InvitationShown, KeyPair, Login, LoginRequest, NewAccount, NewApiKey, NewDevice,
    NewPasskey, NewSheet, NewTotp, OrganisationLogin, OrganisationOffer, Passkey, PasskeyChallenge,
    PasskeyLogin, PasskeyOffer, PasswordRenewal, PasswordReset, PasswordShown, RecoveryCodes, Sheet,
    SheetShown, SheetVault, SignedIn, Stretch, StretchRequest, Totp,
};
use incamera_protocol::http::consents::{
    Correction, NewConsent, Notice, NoticeRequest, NoticeShown, Receipt, ReceiptShown, Statement,
};
use incamera_protocol::http::face::{Face, FaceChange, FaceKept, Legal};
use incamera_protocol::http::rooms::{NewDeputy, NewRoom, NewRoomLink, Room, RoomChange, RoomLink};
use incamera_protocol::http::{Door, Entry, EntryRequest, Instance, NewMeeting, Problem};
use incamera_protocol::signal::{ClientMessage, ClosingReason, Frame, Opened, Opening, ServerMessage};
use incamera_protocol::{Refusal, openapi, typescript};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

/// A golden file: which type, and its value exactly as it would be sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Golden<'a> {
    #[serde(rename = "type")]
    kind: String,
    #[serde(borrow)]
    value: &'a RawValue,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden")
}

/// Every file in a folder, with its name and text.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the golden folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).expect("text")))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

/// Names the variants of an enum, once for the list of those that need a file and once for telling which one
/// a value is. A new variant does not compile until it stands here, and then fails until it has a file.
macro_rules! variants {
    ($name_of:ident, $all:ident, $kind:ident { $($variant:ident),* $(,)? }) => {
        const $all: &[&str] = &[$(concat!(stringify!($kind), "::", stringify!($variant))),*];
        fn $name_of(value: &$kind) -> &'static str {
            match value { $($kind::$variant { .. } => concat!(stringify!($kind), "::", stringify!($variant))),* }
        }
    };
}

variants!(opening, OPENINGS, Opening { Enter, Resume });
variants!(opened, OPENEDS, Opened { Entered, Waiting, Resumed, Refused });
variants!(
    client,
    CLIENT,
    ClientMessage {
        Offer,
        Publish,
        Watch,
        Hand,
        Quality,
        Task,
        Check,
        Admit,
        Remove,
        SendBack,
        Stop,
        LowerHand,
        Promote,
        Rule,
        Timer,
        PassStick,
        EndStick,
        OpenPoll,
        Vote,
        ClosePoll,
        DropPoll,
        Split,
        Rejoin,
        Move,
        Call,
        End,
        Seal,
        Ping,
        Leave
    }
);
variants!(
    server,
    SERVER,
    ServerMessage {
        Answer,
        Admitted,
        SentBack,
        Knocking,
        KnockEnded,
        Stopped,
        Arranged,
        Joined,
        Changed,
        Left,
        Slots,
        Paused,
        Demand,
        Speaking,
        Sealed,
        Refused,
        Closing,
        Pong
    }
);
variants!(closing, CLOSINGS, ClosingReason { Restart, Replaced, Lost, Removed, Withdrawn, Ended });
variants!(
    refusal,
    REFUSALS,
    Refusal {
        VersionUnsupported,
        Malformed,
        TooLarge,
        TooFast,
        OutOfPlace,
        MeetingUnknown,
        MeetingNotAllowed,
        RoomFull,
        RoomLocked,
        ServerFull,
        GrantInvalid,
        ResumeUnknown,
        OfferInvalid,
        ParticipantUnknown,
        LoginNeeded,
        LoginWrong,
        LoginTaken,
        CodeNeeded,
        CodeWrong,
        SheetWrong,
        PasskeyWrong,
        LoginStale,
        OrganisationWrong,
        NotAllowed,
        InvitationUnknown,
        PasswordNeeded,
        PasswordWrong,
        LinkEnded,
        ConsentMissing,
        NoticeChanged,
        MeetingCancelled,
        MeetingOver,
        Unknown,
        TooMany,
        Unavailable,
        Busy,
        OriginForeign,
        AddressNotAllowed,
        Closing,
    }
);

/// How a value that was read but not kept whole is told from one that was refused.
const CHANGED: &str = "written back as";

/// Reads a value and writes it back; the result must be the same JSON.
fn round<T: DeserializeOwned + Serialize + PartialEq + Debug>(value: &RawValue) -> Result<T, String> {
    let read: T = serde_json::from_str(value.get()).map_err(|error| error.to_string())?;
    let before: Value = serde_json::from_str(value.get()).map_err(|error| error.to_string())?;
    let after = serde_json::to_value(&read).map_err(|error| error.to_string())?;
    if before != after {
        return Err(format!("{CHANGED} {after}"));
    }
    Ok(read)
}

/// Reads a value of the type that a golden file names; tells which variants it shows.
fn shown(golden: &Golden<'_>) -> Result<Vec<&'static str>, String> {
    let value = golden.value;
    Ok(match golden.kind.as_str() {
        "Opening" => vec![opening(&round(value)?)],
        "Opened" => vec![opened(&round(value)?)],
        "ClientMessage" => vec![client(&round(value)?)],
        "ServerMessage" => {
            let message = round(value)?;
            let reason = match &message {
                ServerMessage::Closing { reason } => Some(closing(reason)),
                _ => None,
            };
            [server(&message)].into_iter().chain(reason).collect()
        }
        "ClientFrame" => round::<Frame<ClientMessage>>(value).map(|_| vec!["ClientFrame"])?,
        "ServerFrame" => round::<Frame<ServerMessage>>(value).map(|_| vec!["ServerFrame"])?,
        "Problem" => vec!["Problem", refusal(&round::<Problem>(value)?.code)],
        other => body(other, value)?,
    })
}

/// The bodies of HTTP: the name of each, once for the list of those that need a file and once for reading it.
macro_rules! bodies {
    ($($kind:ident),* $(,)?) => {
        const BODIES: &[&str] = &[$(stringify!($kind)),*];
        fn body(kind: &str, value: &RawValue) -> Result<Vec<&'static str>, String> {
            match kind {
                $(stringify!($kind) => round::<$kind>(value).map(|_| vec![stringify!($kind)]),)*
                other => panic!("a golden file names the unknown type {other}"),
            }
        }
    };
}

bodies!(
    Instance,
    NewMeeting,
    EntryRequest,
    Door,
    Entry,
    StretchRequest,
    Stretch,
    LoginRequest,
    SignedIn,
    InvitationLook,
    InvitationShown,
    NewAccount,
    PasswordReset,
    PasswordRenewal,
    Login,
    InvitationRequest,
    InvitationMade,
    AccountChange,
    NewRoom,
    RoomChange,
    Room,
    NewRoomLink,
    RoomLink,
    Face,
    Legal,
    FaceKept,
    KeyPair,
    Host,
    NewApiKey,
    ApiKeyMade,
    ApiKey,
    NewDeputy,
    Totp,
    NewTotp,
    RecoveryCodes,
    PasswordShown,
    Sheet,
    NewSheet,
    SheetShown,
    SheetVault,
    Passkey,
    PasskeyOffer,
    NewPasskey,
    PasskeyChallenge,
    PasskeyLogin,
    OrganisationOffer,
    OrganisationLogin,
    Device,
    NewDevice,
    DeviceMade,
    DeviceVault,
    FaceChange,
    Notice,
    NoticeRequest,
    NoticeShown,
    NewConsent,
    Statement,
    Receipt,
    ReceiptShown,
    Correction,
);

#[test]
fn every_message_has_a_golden_file_that_survives_reading_and_writing() {
    let mut seen = BTreeSet::new();
    for (name, text) in files(&folder()) {
        let golden: Golden<'_> = serde_json::from_str(&text).expect(&name);
        seen.extend(shown(&golden).unwrap_or_else(|why| panic!("{name}: {why}")));
    }
    let others = ["ClientFrame", "ServerFrame", "Problem"].as_slice();
    let wanted = [OPENINGS, OPENEDS, CLIENT, SERVER, CLOSINGS, REFUSALS, BODIES, others].concat();
    let missing: Vec<_> = wanted.into_iter().filter(|name| !seen.contains(name)).collect();
    assert!(missing.is_empty(), "no golden file shows {missing:?}");
}

/// What is not exactly a message is refused: unknown fields, doubled keys, wrong types, numbers that do not
/// fit, depth without end, and above all written content outside `Sealed`.
#[test]
fn what_is_no_message_is_refused() {
    for (name, text) in files(&folder().join("refused")) {
        let golden: Golden<'_> = serde_json::from_str(&text).expect(&name);
        let why = shown(&golden).expect_err(&name);
        assert!(!why.starts_with(CHANGED), "{name} was read, and only {why}");
    }
}

/// Broken JSON, which no golden file can hold.
#[test]
fn what_is_no_json_is_refused() {
    for text in [
        "",
        " ",
        "{",
        "{\"type\":\"ping\"",
        "{\"type\":\"ping\",}",
        "{\"type\":\"ping\"} {}",
        "{'type':'ping'}",
        "{\"type\":\"ping\u{0}\"}",
        "\u{feff}{\"type\":\"ping\"}",
        "{\"type\":\"ping\"}//",
        "{\"type\":NaN}",
    ] {
        assert!(serde_json::from_str::<ClientMessage>(text).is_err(), "{text:?}");
    }
}

#[test]
fn the_description_of_the_http_interface_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let written = std::fs::read_to_string(path).expect("docs/openapi.json");
    assert!(written == openapi::document(), "docs/openapi.json is stale: run `cargo xtask generate`");
}

#[test]
fn the_typescript_twin_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/src/protocol.ts");
    let written = std::fs::read_to_string(path).expect("web/src/protocol.ts");
    assert!(written == typescript::module(), "web/src/protocol.ts is stale: run `cargo xtask generate`");
}
