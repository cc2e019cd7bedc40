//! Where settings come from: file, environment, command line. Gathers their values as text with the place
//! each was found at; what the text means is for `value`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use super::key::{Key, nearest};
use crate::arguments::Serve;
use crate::refused::Refused;

/// Where a value was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    File { path: PathBuf, line: usize },
    Variable(String),
    Option(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line } => write!(f, "{}, line {line}", path.display()),
            Self::Variable(name) => write!(f, "environment variable {name}"),
            Self::Option(name) => write!(f, "option {name}"),
        }
    }
}

/// The values given for one key, with their place.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub(super) values: Vec<String>,
    pub(super) place: Place,
}

/// All values that were given; of two sources for a key, the later one is kept.
pub(super) type Settings = BTreeMap<Key, Given>;

/// The environment, as it is or as a test wants it.
pub(crate) type Environment = BTreeMap<OsString, OsString>;

/// Gathers file, environment and command line, in this order. Also returns what the operator should hear
/// although it is no reason to stop.
pub(super) fn gather(
    arguments: &Serve,
    environment: &Environment,
) -> Result<(Settings, Vec<String>), Refused> {
    let mut settings = Settings::new();
    if let Some((path, place)) = file_named(arguments, environment) {
        let text = std::fs::read_to_string(&path).map_err(|cause| {
            Refused::new(
                format!("cannot read the configuration file {}: {cause}", path.display()),
                "name a file that exists and that this account may read, or leave the option out",
            )
            .at(place)
        })?;
        settings.extend(super::file::read(&path, &text)?);
    }
    let warnings = check_variables(environment)?;
    for key in Key::ALL {
        if let Some(text) = variable(environment, &key.variable())? {
            let values = match key.is_list() {
                true => text.split(',').map(|part| part.trim().to_owned()).collect(),
                false => vec![text],
            };
            settings.insert(key, Given { values, place: Place::Variable(key.variable()) });
        }
    }
    for key in Key::ALL {
        let values = arguments.values(key);
        if !values.is_empty() {
            settings.insert(key, Given { values, place: Place::Option(key.option()) });
        }
    }
    Ok((settings, warnings))
}

/// The configuration file that was asked for, if any. None is looked for unasked: what a server does should
/// not depend on a file that nobody remembers.
fn file_named(arguments: &Serve, environment: &Environment) -> Option<(PathBuf, Place)> {
    let option = arguments.config.clone().map(|path| (path, Place::Option("--config".to_owned())));
    option.or_else(|| {
        let path = environment.get(&OsString::from(CONFIG)).filter(|path| !path.is_empty())?;
        Some((Path::new(path).to_owned(), Place::Variable(CONFIG.to_owned())))
    })
}

/// Names the configuration file.
const CONFIG: &str = "INCAMERA_CONFIG";
/// Chooses what is logged; read in `log`.
const LOG: &str = "INCAMERA_LOG";

/// A variable's text. Empty is the same as unset: container tools pass on variables without a value.
fn variable(environment: &Environment, name: &str) -> Result<Option<String>, Refused> {
    let Some(value) = environment.get(&OsString::from(name)).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    value.to_str().map(|text| Some(text.to_owned())).ok_or_else(|| {
        Refused::new("the value is not UTF-8", "write it in plain characters")
            .at(Place::Variable(name.to_owned()))
    })
}

/// Refuses a variable that is a mistyped one of ours, and warns of others with our prefix. Those are not
/// refused, because the environment is shared: container tools put variables there that are named after the
/// service (`INCAMERA_PORT_8080_TCP`).
fn check_variables(environment: &Environment) -> Result<Vec<String>, Refused> {
    let known: Vec<String> =
        Key::ALL.map(Key::variable).into_iter().chain([CONFIG.to_owned(), LOG.to_owned()]).collect();
    let mut warnings = Vec::new();
    for name in environment.keys().filter_map(|name| name.to_str()) {
        let Some(rest) = name.strip_prefix("INCAMERA_") else { continue };
        if known.iter().any(|known| known == name) {
            continue;
        }
        let ours = known.iter().filter_map(|known| known.strip_prefix("INCAMERA_"));
        match nearest(rest, ours) {
            Some(meant) => {
                return Err(Refused::new("unknown variable", format!("did you mean INCAMERA_{meant}?"))
                    .at(Place::Variable(name.escape_default().to_string())));
            }
            None => warnings
                .push(format!("the environment variable {} is not one of Incamera's", name.escape_default())),
        }
    }
    Ok(warnings)
}
