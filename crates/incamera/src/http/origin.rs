//! Which page a request comes from. Only pages of this server may act here: a page of another site, open in
//! the same browser, could otherwise open meetings and sockets in its visitor's place.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use incamera_protocol::Refusal;

use super::Site;
use super::error::Problem;
use crate::config::{Config, PublicUrl, is_loopback_name};

/// Which origin is ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Home {
    /// The one that the operator named.
    Named(String),
    /// The one that the request was sent to, over TLS. Nobody else has a certificate for the name.
    OverTls,
    /// The one that the request was sent to, if it is this machine. A foreign name that was made to lead to
    /// loopback (DNS rebinding) is none of ours.
    Loopback,
}

impl Home {
    pub(super) fn of(config: &Config) -> Self {
        match &config.public_url {
            Some(url) => Self::Named(PublicUrl::origin(url).to_owned()),
            None if config.tls.is_some() => Self::OverTls,
            None => Self::Loopback,
        }
    }

    /// Our origin, as the one who sent a request sees it.
    pub(super) fn of_request(&self, headers: &HeaderMap) -> Option<String> {
        match (self, single(headers, &header::HOST)) {
            (Self::Named(ours), _) => Some(ours.clone()),
            (Self::OverTls, Some(host)) => Some(format!("https://{host}")),
            (Self::Loopback, Some(host)) if names_loopback(host) => Some(format!("http://{host}")),
            _ => None,
        }
    }

    /// Whether `origin` is exactly ours, for a request that was sent to `host`.
    fn is(&self, origin: &str, host: Option<&str>) -> bool {
        let sent_to = |scheme: &str, host: &str| origin.strip_prefix(scheme) == Some(host);
        match (self, host) {
            (Self::Named(ours), _) => origin == ours,
            (Self::OverTls, Some(host)) => sent_to("https://", host),
            (Self::Loopback, Some(host)) => names_loopback(host) && sent_to("http://", host),
            (_, None) => false,
        }
    }
}

fn names_loopback(host: &str) -> bool {
    host.parse::<Authority>().is_ok_and(|authority| !host.contains('@') && is_loopback_name(authority.host()))
}

/// Whether the page that sent a request is ours. Exactly one `Origin` must say so: browsers send it with
/// every socket and every request that changes something.
pub(super) fn is_own_page(home: &Home, headers: &HeaderMap) -> bool {
    single(headers, &header::ORIGIN).is_some_and(|origin| home.is(origin, single(headers, &header::HOST)))
}

/// Lets a request that changes something pass only if no foreign page can have sent it. The three checks
/// overlap on purpose: `X-Incamera` cannot be set across sites without our consent, `Sec-Fetch-Site` and
/// `Origin` are written by the browser. A program without a browser sends the first and neither of these.
pub(super) async fn require_own_page(
    State(site): State<Arc<Site>>,
    request: Request,
    next: Next,
) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads || may_act(&site.home, request.headers()) {
        return next.run(request).await;
    }
    Problem::from(Refusal::OriginForeign).into_response()
}

fn may_act(home: &Home, headers: &HeaderMap) -> bool {
    let marked = single(headers, &HeaderName::from_static("x-incamera")) == Some("1");
    let fetched = HeaderName::from_static("sec-fetch-site");
    let same_site = !headers.contains_key(&fetched) || single(headers, &fetched) == Some("same-origin");
    let own = !headers.contains_key(header::ORIGIN) || is_own_page(home, headers);
    marked && same_site && own
}

/// The value of a header that stands exactly once.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next().map(HeaderValue::to_str), values.next()) {
        (Some(Ok(value)), None) => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named() -> Home {
        Home::Named("https://meet.example.org".to_owned())
    }

    /// ATK-19: foreign, missing, `null` and look-alike origins; the door is exact.
    #[test]
    fn only_the_exact_origin_is_ours() {
        for (home, origin, host, ours) in [
            (named(), "https://meet.example.org", Some("10.0.0.7:8080"), true),
            (named(), "https://meet.example.org", None, true),
            (named(), "https://meet.example.org:443", None, false),
            (named(), "https://meet.example.org/", None, false),
            (named(), "http://meet.example.org", None, false),
            (named(), "https://meet.example.org.evil.example", None, false),
            (named(), "https://evilmeet.example.org", None, false),
            (named(), "https://meet.example.or", None, false),
            (named(), "https://MEET.example.org", None, false),
            (named(), "https://evil.example", Some("evil.example"), false),
            (named(), "null", None, false),
            (named(), "", None, false),
            (Home::Loopback, "http://localhost:8080", Some("localhost:8080"), true),
            (Home::Loopback, "http://127.0.0.1:8080", Some("127.0.0.1:8080"), true),
            (Home::Loopback, "http://[::1]:8080", Some("[::1]:8080"), true),
            (Home::Loopback, "http://localhost", Some("localhost"), true),
            (Home::Loopback, "http://localhost:8081", Some("localhost:8080"), false),
            (Home::Loopback, "https://localhost:8080", Some("localhost:8080"), false),
            (Home::Loopback, "http://localhost:8080", Some("127.0.0.1:8080"), false),
            (Home::Loopback, "http://rebound.example:8080", Some("rebound.example:8080"), false),
            (Home::Loopback, "http://127.0.0.1.example", Some("127.0.0.1.example"), false),
            (Home::Loopback, "http://x@localhost", Some("x@localhost"), false),
            (Home::Loopback, "null", Some("null"), false),
            (Home::Loopback, "http://localhost:8080", None, false),
            (Home::OverTls, "https://meet.lan", Some("meet.lan"), true),
            (Home::OverTls, "http://meet.lan", Some("meet.lan"), false),
            (Home::OverTls, "https://evil.example", Some("meet.lan"), false),
        ] {
            assert_eq!(home.is(origin, host), ours, "{home:?} {origin} {host:?}");
        }
    }

    #[test]
    fn an_origin_must_stand_exactly_once() {
        let mut headers = HeaderMap::new();
        assert!(!is_own_page(&named(), &headers));
        headers.append(header::ORIGIN, HeaderValue::from_static("https://meet.example.org"));
        assert!(is_own_page(&named(), &headers));
        headers.append(header::ORIGIN, HeaderValue::from_static("https://evil.example"));
        assert!(!is_own_page(&named(), &headers));
    }

    /// ATK-22: every combination of the three signs; a request acts only if none speaks against it.
    #[test]
    fn foreign_pages_cannot_act() {
        let site_values = [None, Some("same-origin"), Some("same-site"), Some("cross-site"), Some("none")];
        let origin_values =
            [None, Some("https://meet.example.org"), Some("https://evil.example"), Some("null")];
        for mark in [None, Some("1"), Some("0")] {
            for site in site_values {
                for origin in origin_values {
                    let mut headers = HeaderMap::new();
                    for (name, value) in [("x-incamera", mark), ("sec-fetch-site", site), ("origin", origin)]
                    {
                        if let Some(value) = value {
                            headers.insert(name, HeaderValue::from_static(value));
                        }
                    }
                    let may = mark == Some("1")
                        && matches!(site, None | Some("same-origin"))
                        && matches!(origin, None | Some("https://meet.example.org"));
                    assert_eq!(may_act(&named(), &headers), may, "{headers:?}");
                }
            }
        }
    }
}
