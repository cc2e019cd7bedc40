//! The organisation whose people sign in by its own provider (OpenID Connect).

use std::path::PathBuf;

use axum::http::Uri;

use super::value::is_loopback_name;
use super::{Key, Reading};
use crate::refused::Refused;

/// The provider of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Organisation {
    /// Its issuer identifier, exactly as it names itself.
    pub(crate) issuer: String,
    /// As what this server is known there.
    pub(crate) client_id: String,
    /// Where the secret lies that was agreed on with it; none for a public client.
    pub(crate) client_secret: Option<PathBuf>,
    /// What is written on the button.
    pub(crate) name: String,
    /// The group that may; everyone there where none is named.
    pub(crate) group: Option<String>,
}

impl Organisation {
    /// None where no issuer is named.
    pub(super) fn read(read: &Reading<'_>) -> Result<Option<Self>, Refused> {
        let text = |key: Key| read.one(key, |text| plain(key, text));
        let client_id = text(Key::OidcClientId)?;
        let client_secret = read.path(Key::OidcClientSecret)?;
        let (name, group) = (text(Key::OidcName)?, text(Key::OidcGroup)?);
        let Some(issuer) = read.one(Key::OidcIssuer, issuer)? else {
            return match Key::ALL.into_iter().find(|key| key.name().starts_with("oidc_") && read.has(*key)) {
                None => Ok(None),
                Some(key) => Err(read.at(
                    key,
                    Refused::new(
                        format!("`{}` stands without `oidc_issuer`", key.name()),
                        "name the provider as well",
                    ),
                )),
            };
        };
        let client_id = client_id.ok_or_else(|| {
            let hint = "the provider knows this server by a client id: set oidc_client_id";
            read.at(Key::OidcIssuer, Refused::new("`oidc_issuer` stands without `oidc_client_id`", hint))
        })?;
        let name = name.unwrap_or_else(|| host(&issuer).unwrap_or_default());
        Ok(Some(Self { issuer, client_id, client_secret, name, group }))
    }
}

fn plain(key: Key, text: &str) -> Result<String, Refused> {
    let wrong = text.trim().is_empty() || text.chars().count() > 200 || text.contains(char::is_control);
    if wrong {
        let reason = format!("`{}` is not 1 to 200 characters on one line", key.name());
        return Err(Refused::new(reason, "write it as the provider shows it"));
    }
    Ok(text.trim().to_owned())
}

fn issuer(text: &str) -> Result<String, Refused> {
    let wrong = |what: &str| {
        let hint =
            "write it exactly as the provider names itself, like https://login.example.org/realms/practice";
        Refused::new(format!("`oidc_issuer` {what}: {text:?}"), hint)
    };
    if text.contains(['?', '#', '@']) || text.contains(char::is_whitespace) {
        return Err(wrong("has a part that does not belong there"));
    }
    let uri: Uri = text.parse().map_err(|_| wrong("is not a web address"))?;
    match (uri.scheme_str(), uri.host()) {
        (Some("https"), Some(host)) if !host.is_empty() => Ok(text.to_owned()),
        (Some("http"), Some(host)) if is_loopback_name(host) => Ok(text.to_owned()),
        (Some("http"), Some(_)) => Err(wrong("is not https")),
        _ => Err(wrong("is not a whole web address")),
    }
}

fn host(issuer: &str) -> Option<String> {
    issuer.parse::<Uri>().ok()?.host().map(str::to_owned)
}
