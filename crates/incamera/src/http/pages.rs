//! The web client: one page for every address that people open, and the files it is made of. All of them
//! are inside the binary; a debug build reads them from `web/dist` instead.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use incamera_protocol::http::face::Texts;
use rust_embed::{EmbeddedFile, RustEmbed};
use serde_json::Value;

use super::{Site, error, headers};

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Client;

const SHELL: &str = "index.html";

/// How the build begins the name of the worker that hides the background.
const BACKGROUND_WORKER: &str = "assets/background.worker-";

const MANIFEST: &str = "app.webmanifest";

/// Before this the page is told what the operator shows of themselves, so that nobody sees another face first.
const HEAD_END: &str = "</head>";

/// The page. What it shows is decided in the browser, by the address.
pub(super) async fn shell(State(site): State<Arc<Site>>) -> Response {
    page(&site, StatusCode::OK)
}

/// `GET /app.webmanifest`: what the installed app is called.
pub(super) async fn manifest(State(site): State<Arc<Site>>) -> Response {
    let file = Client::get(MANIFEST).and_then(|file| serde_json::from_slice::<Value>(&file.data).ok());
    let Some(mut manifest) = file else { return page(&site, StatusCode::NOT_FOUND) };
    let name = &site.faces.server().face.name;
    if let (Some(name), Some(fields)) = (first_of(name), manifest.as_object_mut()) {
        for field in ["name", "short_name"] {
            fields.insert(field.to_owned(), name.into());
        }
    }
    let mut response = Json(manifest).into_response();
    describe(response.headers_mut(), MANIFEST, None);
    response
}

/// A manifest has one language, as the shell has: German first.
fn first_of(texts: &Texts) -> Option<&str> {
    [&texts.de, &texts.en, &texts.plain].into_iter().find(|text| !text.is_empty()).map(String::as_str)
}

/// A file of the client; for any other path the page, which then says that nothing is here.
pub(super) async fn asset(
    State(site): State<Arc<Site>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if method != Method::GET && method != Method::HEAD {
        let allow = [(header::ALLOW, HeaderValue::from_static("GET,HEAD"))];
        return (allow, error::wrong_method().await).into_response();
    }
    let name = uri.path().trim_start_matches('/');
    if !is_file_name(name) {
        return page(&site, StatusCode::NOT_FOUND);
    }
    file(name, &headers).unwrap_or_else(|| page(&site, StatusCode::NOT_FOUND))
}

/// Files are looked up by their exact name in a table. In a debug build it is a folder, so what could lead
/// out of it is refused before: nothing is decoded, and no part may begin with a dot.
fn is_file_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let part = |part: &str| !part.is_empty() && !part.starts_with('.') && part.bytes().all(plain);
    name.split('/').all(part) && !name.ends_with(".br") && !name.ends_with(".gz") && name != SHELL
}

/// The shell with the server's face in it: data, which is not run. It is one kilobyte, and not worth packing.
fn page(site: &Site, status: StatusCode) -> Response {
    let file = Client::get(SHELL);
    let Some(shell) = file.as_ref().and_then(|file| std::str::from_utf8(&file.data).ok()) else {
        let text = "The web client was not built into this program. Run `make build`.\n";
        return (StatusCode::INTERNAL_SERVER_ERROR, text).into_response();
    };
    let face =
        format!("<script type=\"application/json\" id=\"face\">{}</script>\n  ", site.faces.server().in_page);
    let page = shell.replacen(HEAD_END, &(face + HEAD_END), 1);
    let mut response = (status, page).into_response();
    describe(response.headers_mut(), SHELL, None);
    response
}

fn file(name: &str, headers: &HeaderMap) -> Option<Response> {
    let (encoding, file) = find(name, headers)?;
    // Names of files in `assets/` carry a hash of their content, so they never change.
    let (caching, tag) = if name.starts_with("assets/") {
        ("public, max-age=31536000, immutable", None)
    } else {
        ("no-cache", HeaderValue::try_from(tag(&file)).ok())
    };
    let known = tag.as_ref().is_some_and(|tag| headers.get(header::IF_NONE_MATCH) == Some(tag));
    let mut response = match known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => Body::from(file.data).into_response(),
    };
    let answer = response.headers_mut();
    describe(answer, name, encoding);
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if name.starts_with(BACKGROUND_WORKER) {
        let policy = HeaderValue::from_static(headers::BACKGROUND_WORKER_POLICY);
        answer.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if let Some(tag) = tag {
        answer.insert(header::ETAG, tag);
    }
    Some(response)
}

/// Sixteen digits tell any two versions of a file apart. Each encoding has its own, as it must.
fn tag(file: &EmbeddedFile) -> String {
    let digits: String = file.metadata.sha256_hash()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{digits}\"")
}

/// The smallest form of a file that the browser takes.
fn find(name: &str, headers: &HeaderMap) -> Option<(Option<&'static str>, EmbeddedFile)> {
    let packed = [("br", "br"), ("gzip", "gz")].into_iter().filter(|(encoding, _)| takes(headers, encoding));
    for (encoding, ending) in packed {
        if let Some(file) = Client::get(&format!("{name}.{ending}")) {
            return Some((Some(encoding), file));
        }
    }
    Client::get(name).map(|file| (None, file))
}

/// Whether `Accept-Encoding` (RFC 9110 section 12.5.3) names an encoding and does not rule it out.
fn takes(headers: &HeaderMap, encoding: &str) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|offer| {
            let mut parts = offer.split(';').map(str::trim);
            let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
            let ruled_out = |part: &str| {
                part.strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0))
            };
            named && !parts.any(ruled_out)
        })
}

fn describe(headers: &mut HeaderMap, name: &str, encoding: Option<&'static str>) {
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(name)));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
}

/// Browsers must not guess (`nosniff`), so every ending that the client uses stands here.
fn kind(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "jpg" | "jpeg" => "image/jpeg",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "txt" => "text/plain; charset=utf-8",
        "mp3" => "audio/mpeg",
        "ogg" | "opus" => "audio/ogg",
        "wav" => "audio/wav",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ATK-27: nothing that could lead out of the folder is even looked up.
    #[test]
    fn names_that_lead_elsewhere_are_no_files() {
        for name in [
            "",
            ".",
            "..",
            "../Cargo.toml",
            "assets/../../Cargo.toml",
            "assets/%2e%2e/Cargo.toml",
            "%2e%2e/x",
            "..%2fx",
            "..\\x",
            "assets\\..\\x",
            "assets//x",
            "/etc/passwd",
            "assets/",
            ".git/config",
            "assets/.env",
            "assets/x\0.js",
            "assets/x%00.js",
            "C:/x",
            "con:",
            "assets/\u{202e}sj.x",
            "~root/x",
            "index.html",
            "assets/x.js.br",
            "assets/x.js.gz",
            "a b.js",
            "file:x",
        ] {
            assert!(!is_file_name(name), "{name:?}");
        }
        for name in ["favicon.svg", "assets/main-BkX_3fd1.js", "assets/fonts/inter-latin.woff2", "robots.txt"]
        {
            assert!(is_file_name(name), "{name:?}");
        }
    }

    #[test]
    fn encodings_are_taken_as_offered() {
        let takes = |offer: &str, encoding| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_str(offer).expect("a value"));
            super::takes(&headers, encoding)
        };
        assert!(takes("gzip, deflate, br, zstd", "br"));
        assert!(takes("gzip;q=0.5, BR;q=1.0", "br"));
        assert!(!takes("gzip, br;q=0", "br"));
        assert!(!takes("gzip, br; q=0.000", "br"));
        assert!(!takes("brotli", "br"));
        assert!(!takes("identity", "gzip"));
    }
}
