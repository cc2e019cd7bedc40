//! Writes the TypeScript twin of this crate.

use ts_rs::{Config, TS};

use crate::{MAX_FRAME_BYTES, MAX_NAME_CHARS, MAX_PARTICIPANTS, MAX_SEALED_BYTES, PROTOCOL_VERSION};
use crate::{http, refusal, sealed, signal};

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
    ] {
        text.push_str(&format!("export const {name} = {value};\n"));
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
    add::<signal::Participant>(&config, &mut text);
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
    add::<http::Problem>(&config, &mut text);
    text
}
