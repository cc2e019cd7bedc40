//! Writes the TypeScript twin of this crate.

use ts_rs::{Config, TS};

use crate::http::{accounts, consents, face, rooms};
use crate::{
    MAX_CHROMA, MAX_FRAME_BYTES, MAX_LOGIN_CHARS, MAX_NAME_CHARS, MAX_PARTICIPANTS, MAX_SEALED_BYTES,
    MIN_LOGIN_CHARS, MIN_STRETCH_ROUNDS, PROTOCOL_VERSION, Rank,
};
use crate::{arrangement, http, refusal, sealed, signal};

/// The whole of `web/src/protocol.ts`.
pub fn module() -> String {
    let config = Config::default();
    let mut text = String::from(
        "// Generated from crates/protocol by `cargo xtask generate`. Do not edit: change the Rust types.\n\n",
    );
    for (name, value) in [
        ("PROTOCOL_VERSION", PROTOCOL_VERSION as usize),
        ("MAX_FRAME_BYTES", MAX_FRAME_BYTES),
        ("MAX_NAME_CHARS", MAX_NAME_CHARS),
        ("MAX_SEALED_BYTES", MAX_SEALED_BYTES),
        ("MAX_PARTICIPANTS", MAX_PARTICIPANTS),
        ("MIN_LOGIN_CHARS", MIN_LOGIN_CHARS),
        ("MAX_LOGIN_CHARS", MAX_LOGIN_CHARS),
        ("MAX_CHROMA", MAX_CHROMA as usize),
        ("MIN_STRETCH_ROUNDS", MIN_STRETCH_ROUNDS as usize),
    ] {
        text.push_str(&format!("export const {name} = {value};\n"));
    }
    add::<refusal::Refusal>(&config, &mut text);
    add::<sealed::Sealed>(&config, &mut text);
    add::<sealed::SealedKind>(&config, &mut text);
    add::<sealed::Recipient>(&config, &mut text);
    add::<sealed::SealedBytes>(&config, &mut text);
    add::<signal::Opening>(&config, &mut text);
    add::<signal::Opened>(&config, &mut text);
    add::<signal::Frame<signal::ClientMessage>>(&config, &mut text);
    add::<signal::ClientMessage>(&config, &mut text);
    add::<signal::ServerMessage>(&config, &mut text);
    add::<signal::ClosingReason>(&config, &mut text);
    add::<signal::Role>(&config, &mut text);
    add::<arrangement::Arrangement>(&config, &mut text);
    add::<arrangement::Rule>(&config, &mut text);
    add::<arrangement::Stick>(&config, &mut text);
    add::<arrangement::Poll>(&config, &mut text);
    add::<arrangement::Groups>(&config, &mut text);
    add::<arrangement::Placement>(&config, &mut text);
    add::<signal::Participant>(&config, &mut text);
    add::<signal::Knock>(&config, &mut text);
    add::<signal::Link>(&config, &mut text);
    add::<signal::Quality>(&config, &mut text);
    add::<signal::Task>(&config, &mut text);
    add::<signal::Source>(&config, &mut text);
    add::<signal::Layer>(&config, &mut text);
    add::<signal::SlotKind>(&config, &mut text);
    add::<signal::Send>(&config, &mut text);
    add::<signal::Receive>(&config, &mut text);
    add::<signal::Tile>(&config, &mut text);
    add::<signal::SlotFill>(&config, &mut text);
    add::<signal::TrackOf>(&config, &mut text);
    add::<http::Instance>(&config, &mut text);
    add::<http::NewMeeting>(&config, &mut text);
    add::<http::EntryRequest>(&config, &mut text);
    add::<http::Entry>(&config, &mut text);
    add::<http::Door>(&config, &mut text);
    add::<http::Problem>(&config, &mut text);
    add::<consents::Purpose>(&config, &mut text);
    add::<consents::Method>(&config, &mut text);
    add::<consents::Notice>(&config, &mut text);
    add::<consents::Ask>(&config, &mut text);
    add::<consents::NoticeRequest>(&config, &mut text);
    add::<consents::NoticeShown>(&config, &mut text);
    add::<consents::NewConsent>(&config, &mut text);
    add::<consents::Statement>(&config, &mut text);
    add::<consents::Receipt>(&config, &mut text);
    add::<consents::ReceiptAct>(&config, &mut text);
    add::<consents::ReceiptShown>(&config, &mut text);
    add::<consents::Correction>(&config, &mut text);
    add::<face::Texts>(&config, &mut text);
    add::<face::Colour>(&config, &mut text);
    add::<face::Face>(&config, &mut text);
    add::<face::Legal>(&config, &mut text);
    add_accounts(&config, &mut text);
    text
}

/// What only hosts and administrators speak.
fn add_accounts(config: &Config, text: &mut String) {
    add::<Rank>(config, text);
    add::<accounts::StretchRequest>(config, text);
    add::<accounts::Stretch>(config, text);
    add::<accounts::LoginRequest>(config, text);
    add::<accounts::Totp>(config, text);
    add::<accounts::NewTotp>(config, text);
    add::<accounts::RecoveryCodes>(config, text);
    add::<accounts::PasswordShown>(config, text);
    add::<accounts::Sheet>(config, text);
    add::<accounts::NewSheet>(config, text);
    add::<accounts::SheetShown>(config, text);
    add::<accounts::SheetVault>(config, text);
    add::<accounts::Passkey>(config, text);
    add::<accounts::PasskeyOffer>(config, text);
    add::<accounts::NewPasskey>(config, text);
    add::<accounts::PasskeyChallenge>(config, text);
    add::<accounts::PasskeyLogin>(config, text);
    add::<accounts::OrganisationOffer>(config, text);
    add::<accounts::OrganisationLogin>(config, text);
    add::<accounts::Device>(config, text);
    add::<accounts::NewDevice>(config, text);
    add::<accounts::DeviceMade>(config, text);
    add::<accounts::DeviceVault>(config, text);
    add::<accounts::SignedIn>(config, text);
    add::<accounts::Account>(config, text);
    add::<accounts::NewPassword>(config, text);
    add::<accounts::InvitationLook>(config, text);
    add::<accounts::InvitationShown>(config, text);
    add::<accounts::NewAccount>(config, text);
    add::<accounts::PasswordReset>(config, text);
    add::<accounts::PasswordRenewal>(config, text);
    add::<accounts::Login>(config, text);
    add::<accounts::InvitationRequest>(config, text);
    add::<accounts::InvitationMade>(config, text);
    add::<accounts::AccountChange>(config, text);
    add::<accounts::KeyPair>(config, text);
    add::<accounts::Host>(config, text);
    add::<accounts::Scope>(config, text);
    add::<accounts::NewApiKey>(config, text);
    add::<accounts::ApiKeyMade>(config, text);
    add::<accounts::ApiKey>(config, text);
    add::<rooms::Deputy>(config, text);
    add::<rooms::NewDeputy>(config, text);
    add::<rooms::Occurrence>(config, text);
    add::<rooms::Plan>(config, text);
    add::<rooms::NewRoom>(config, text);
    add::<rooms::RoomChange>(config, text);
    add::<rooms::PasswordChange>(config, text);
    add::<rooms::Room>(config, text);
    add::<rooms::NewRoomLink>(config, text);
    add::<rooms::RoomLink>(config, text);
    add::<face::FaceDraft>(config, text);
    add::<face::FaceKept>(config, text);
    add::<face::FaceChange>(config, text);
    add::<face::PictureChange>(config, text);
    add::<face::PictureKind>(config, text);
}

fn add<T: TS>(config: &Config, text: &mut String) {
    text.push('\n');
    if let Some(docs) = T::docs() {
        text.push_str(&docs);
    }
    text.push_str("export ");
    text.push_str(&T::decl(config));
    text.push('\n');
}
