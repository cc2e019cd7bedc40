//! The configuration file: TOML, flat, every key known. Says the line of whatever is wrong in it.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::key::{Key, nearest};
use super::source::{Given, Place, Settings};
use crate::refused::Refused;

/// The settings in a file. `path` is for messages only.
pub(super) fn read(path: &Path, text: &str) -> Result<Settings, Refused> {
    let place = |offset: usize| Place::File { path: path.to_owned(), line: line_of(text, offset) };
    let table = DeTable::parse(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        let reason = format!("this is not TOML: {}", error.message().trim().replace('\n', "; "));
        Refused::new(reason, "a line looks like this: listen = \"127.0.0.1:8080\"").at(place(offset))
    })?;
    let mut settings = Settings::new();
    for (name, value) in table.into_inner() {
        let key =
            Key::named(name.get_ref()).ok_or_else(|| unknown(name.get_ref()).at(place(name.span().start)))?;
        let place = place(value.span().start);
        let values = values(key, value.get_ref()).map_err(|refused| refused.at(&place))?;
        settings.insert(key, Given { values, place });
    }
    Ok(settings)
}

fn unknown(name: &str) -> Refused {
    let names = Key::ALL.map(Key::name);
    let hint = match nearest(name, names) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("known keys are {}", names.join(", ")),
    };
    Refused::new(format!("unknown key `{}`", name.escape_default()), hint)
}

/// A value as text. Each key has one type, so that `open_rooms = "false"`, which some languages take for
/// true, is refused and not guessed.
fn values(key: Key, value: &DeValue<'_>) -> Result<Vec<String>, Refused> {
    let wrong = |wanted: &str, example: &str| {
        let reason = format!("`{}` must be {wanted}, not a value of type {}", key.name(), value.type_str());
        Refused::new(reason, format!("write {} = {example}", key.name()))
    };
    match (key, value) {
        (Key::OpenRooms, DeValue::Boolean(flag)) => Ok(vec![flag.to_string()]),
        (Key::OpenRooms, _) => Err(wrong("true or false", "true")),
        (Key::MaxParticipants | Key::MediaThreads, DeValue::Integer(number)) if number.radix() == 10 => {
            Ok(vec![number.as_str().to_owned()])
        }
        (Key::MaxParticipants, _) => Err(wrong("a number", "2000")),
        (Key::MediaThreads, _) => Err(wrong("a number", "4")),
        (key, DeValue::Array(items)) if key.is_list() => items
            .iter()
            .map(|item| item.get_ref().as_str().map(str::to_owned))
            .collect::<Option<_>>()
            .ok_or_else(|| wrong("a list of texts", "[\"203.0.113.7\"]")),
        (key, _) if key.is_list() => Err(wrong("a list of texts", "[\"203.0.113.7\"]")),
        (_, DeValue::String(text)) => Ok(vec![text.to_string()]),
        (_, _) => Err(wrong("a text in quotation marks", "\"…\"")),
    }
}

/// The line, from 1, in which a byte of the text stands.
fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|&byte| byte == b'\n').count() + 1
}
