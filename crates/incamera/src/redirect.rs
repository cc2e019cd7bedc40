//! Where guests may be led after a meeting: `https:` addresses on hosts that the administrator has named, and nothing that
//! looks like one (ATK-26).

use incamera_protocol::Refusal;
use url::{Host, Url};

const MOST_CHARS: usize = 500;
/// More hosts than this nobody has.
pub(crate) const MOST_HOSTS: usize = 20;

/// An address as browsers will understand it, if it leads to one of these hosts.
pub(crate) fn target(typed: &str, allowed: &[String]) -> Result<String, Refusal> {
    if typed.chars().count() > MOST_CHARS {
        return Err(Refusal::TooLarge);
    }
    let url = Url::parse(typed).map_err(|_| Refusal::Malformed)?;
    let plain = url.scheme() == "https"
        && url.username().is_empty()
        && url.password().is_none()
        && url.port().is_none()
        // What a browser would read otherwise than it is written is not guessed at.
        && !typed.contains(|character: char| character == '\\' || character.is_whitespace() || character.is_control());
    if !plain {
        return Err(Refusal::Malformed);
    }
    match url.host() {
        Some(Host::Domain(host)) if allowed.iter().any(|one| one == host) => Ok(url.into()),
        Some(Host::Domain(_)) => Err(Refusal::AddressNotAllowed),
        _ => Err(Refusal::Malformed),
    }
}

/// The name of a host as it stands in addresses: small letters, and what is not ASCII in its encoded form.
pub(crate) fn host(typed: &str) -> Result<String, Refusal> {
    match Host::parse(typed.trim()) {
        Ok(Host::Domain(host))
            if host.contains('.') && host.len() <= 253 && host.bytes().all(is_of_names) =>
        {
            Ok(host)
        }
        _ => Err(Refusal::Malformed),
    }
}

/// What a name consists of (RFC 1123 section 2.1): no `*`, which would be read as "all of these" and is not.
fn is_of_names(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed() -> Vec<String> {
        ["www.beispiel.example", "xn--mller-kva.example"].map(str::to_owned).to_vec()
    }

    #[test]
    fn an_address_on_an_allowed_host_is_led_to() {
        for (typed, read) in [
            ("https://www.beispiel.example/danke?von=1#x", "https://www.beispiel.example/danke?von=1#x"),
            ("https://WWW.Beispiel.Example", "https://www.beispiel.example/"),
            ("https://www.beispiel.example:443/", "https://www.beispiel.example/"),
            ("https://müller.example/", "https://xn--mller-kva.example/"),
        ] {
            assert_eq!(target(typed, &allowed()), Ok(read.to_owned()), "{typed}");
        }
    }

    /// ATK-26, DP-49: the corpus of what looks allowed and is not.
    #[test]
    fn what_only_looks_allowed_is_refused() {
        for typed in [
            "",
            "/",
            "//www.beispiel.example/",
            "///evil.example",
            "\\\\evil.example",
            "https:\\\\www.beispiel.example\\",
            "https:/\\evil.example",
            "http://www.beispiel.example/",
            "javascript:alert(1)//www.beispiel.example",
            "JaVaScRiPt:alert(1)",
            "data:text/html,www.beispiel.example",
            "blob:https://www.beispiel.example/1",
            "file://www.beispiel.example/etc/passwd",
            "ftp://www.beispiel.example/",
            "https://evil.example/",
            "https://evil.example/www.beispiel.example",
            "https://evil.example#www.beispiel.example",
            "https://evil.example?www.beispiel.example",
            "https://www.beispiel.example@evil.example/",
            "https://www.beispiel.example:x@evil.example/",
            "https://user@www.beispiel.example/",
            "https://:secret@www.beispiel.example/",
            "https://www.beispiel.example.evil.example/",
            "https://evilwww.beispiel.example/",
            "https://beispiel.example/",
            "https://www.beispiel.example./",
            "https://www.beispiel.example:8443/",
            "https://www.beispiel.example\u{3002}evil.example/",
            "https://www.beispiel\u{ff0e}example.evil.example/",
            "https://www.beispiel.example%2eevil.example/",
            "https://www.beispiel.example\t.evil.example/",
            " https://www.beispiel.example/",
            "https://www.beispiel.example/ x",
            "https://www.bеispiel.example/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://0x7f000001/",
            "https://2130706433/",
            "https://",
            "https:www.beispiel.example@evil.example",
            "h\nttps://www.beispiel.example/",
        ] {
            assert!(target(typed, &allowed()).is_err(), "{typed:?}");
        }
        let long = format!("https://www.beispiel.example/{}", "x".repeat(500));
        assert_eq!(target(&long, &allowed()), Err(Refusal::TooLarge));
        assert_eq!(target("https://www.beispiel.example/", &[]), Err(Refusal::AddressNotAllowed));
    }

    #[test]
    fn hosts_are_names_and_nothing_more() {
        assert_eq!(host(" WWW.Müller.example "), Ok("www.xn--mller-kva.example".to_owned()));
        for typed in [
            "",
            "localhost",
            "https://a.example",
            "a.example/x",
            "a.example:8",
            "127.0.0.1",
            "[::1]",
            "*.a.example",
            "a b.example",
        ] {
            assert_eq!(host(typed), Err(Refusal::Malformed), "{typed:?}");
        }
    }
}
