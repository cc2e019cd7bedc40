//! What the text of a setting means. Each function reads one kind of value and says what a right one looks
//! like.

use std::net::{IpAddr, SocketAddr};

use axum::http::Uri;

use crate::refused::Refused;

/// An address with a port.
pub(super) fn socket_address(name: &str, text: &str) -> Result<SocketAddr, Refused> {
    text.trim().parse().map_err(|_| {
        Refused::new(
            format!("`{name}` is not an IP address with a port: {text:?}"),
            "write it like 127.0.0.1:8080, 0.0.0.0:443 or [::]:443; names are not looked up",
        )
    })
}

/// An address that can be handed to browsers.
pub(super) fn announced_address(text: &str) -> Result<IpAddr, Refused> {
    let address: IpAddr = text.trim().parse().map_err(|_| {
        Refused::new(
            format!("`media_announce` is not an IP address: {text:?}"),
            "write it without a port, like 203.0.113.7 or 2001:db8::7; names are not looked up",
        )
    })?;
    if address.is_unspecified() || address.is_multicast() {
        return Err(Refused::new(
            format!("`media_announce` is no address that a browser could send to: {text:?}"),
            "name the address under which this machine is reached from outside",
        ));
    }
    Ok(address)
}

/// How many people may be in rooms. The upper end is far beyond what one machine carries.
pub(super) fn participants(text: &str) -> Result<usize, Refused> {
    number(text, 100_000).ok_or_else(|| {
        Refused::new(
            format!("`max_participants` is not a number from 1 to 100000: {text:?}"),
            "write it in digits, like 2000; to let nobody open a meeting set open_rooms = false",
        )
    })
}

/// How many threads forward media. The upper end is more than any machine has cores for.
pub(super) fn media_threads(text: &str) -> Result<usize, Refused> {
    number(text, 64).ok_or_else(|| {
        Refused::new(
            format!("`media_threads` is not a number from 1 to 64: {text:?}"),
            "write it in digits, like 4; without the setting the machine's cores decide",
        )
    })
}

/// A number in digits alone, from 1 to `most`.
fn number(text: &str, most: usize) -> Option<usize> {
    let digits = Some(text).filter(|text| text.bytes().all(|digit| digit.is_ascii_digit()))?;
    digits.parse().ok().filter(|count| (1..=most).contains(count))
}

/// Yes or no.
pub(super) fn flag(name: &str, text: &str) -> Result<bool, Refused> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => {
            Err(Refused::new(format!("`{name}` is neither true nor false: {text:?}"), "write true or false"))
        }
    }
}

/// The address under which people reach the server: an origin (RFC 6454), nothing after the port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublicUrl {
    origin: String,
    https: bool,
}

impl PublicUrl {
    /// The address as a browser writes it in `Origin`: lower case, no default port, no slash at the end.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether people reach the server over TLS.
    pub(crate) fn is_https(&self) -> bool {
        self.https
    }

    pub(super) fn read(text: &str) -> Result<Self, Refused> {
        const LIKE: &str = "write it like https://meet.example.org, without a path";
        let wrong = |what: &str| Refused::new(format!("`public_url` {what}: {text:?}"), LIKE);
        if text.contains(['#', '?', '@', '\\']) || text.contains(char::is_whitespace) {
            return Err(wrong("has a part that does not belong there"));
        }
        if !text.is_ascii() {
            let hint = "write an international name in its ASCII form (xn--…)";
            return Err(Refused::new(format!("`public_url` has letters beyond ASCII: {text:?}"), hint));
        }
        let uri: Uri = text.parse().map_err(|_| wrong("is not a web address"))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(wrong("is not a whole web address"));
        };
        if uri.path() != "/" && !uri.path().is_empty() {
            return Err(wrong("has a path"));
        }
        let host = authority.host().to_ascii_lowercase();
        if host.is_empty() {
            return Err(wrong("has no host"));
        }
        let (https, default_port) = match scheme {
            "https" => (true, 443),
            // Browsers give camera and microphone to secure contexts only; this is the one without TLS.
            "http" if is_loopback_name(&host) => (false, 80),
            "http" => {
                let hint = "write https://… : browsers give camera and microphone to no other page";
                return Err(Refused::new(format!("`public_url` is not https: {text:?}"), hint));
            }
            _ => return Err(wrong("is neither https nor http")),
        };
        let port = match authority.port() {
            None if authority.as_str().len() > host.len() => return Err(wrong("has a port that is none")),
            Some(port) if port.as_u16() != default_port => format!(":{}", port.as_u16()),
            _ => String::new(),
        };
        Ok(Self { origin: format!("{scheme}://{host}{port}"), https })
    }
}

/// Whether a host, as it stands in an address, can only be this machine. A name that merely *resolves* to
/// loopback does not count: its owner decides where it leads, and a foreign page could be served under it.
pub(crate) fn is_loopback_name(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&host);
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
