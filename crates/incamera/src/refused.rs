//! What the program answers when it will not start: where, why, and what to do about it.

use std::fmt;

/// A start that is refused because of what the operator asked for. It ends the program with exit code 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    place: Option<String>,
    reason: String,
    hint: String,
}

impl Refused {
    /// A refusal with its reason and a hint, both sentences without their full stop.
    pub(crate) fn new(reason: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { place: None, reason: reason.into(), hint: hint.into() }
    }

    /// Says where the refused setting was made: a file with its line, a variable or an option.
    pub(crate) fn at(mut self, place: impl fmt::Display) -> Self {
        self.place = Some(place.to_string());
        self
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        write!(f, "{}\n  hint: {}", self.reason, self.hint)
    }
}

impl std::error::Error for Refused {}
