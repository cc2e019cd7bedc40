//! Reads the body of a request: small, JSON, and nothing but what was asked for. Bodies are never
//! decompressed, so that a small one cannot become large.

use axum::body::{Bytes, HttpBody, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use incamera_protocol::{Refusal, SealedBytes};
use serde::de::DeserializeOwned;

use super::error::Problem;

/// The largest body where nothing else is said. An entry is below 100 bytes; the rest is room for requests to come.
const MOST_BYTES: usize = 16 * 1024;

/// A body of one JSON value, of so many bytes at most.
pub(super) struct Body<T, const MOST: usize = MOST_BYTES>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned, const MOST: usize> FromRequest<S> for Body<T, MOST> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Refusal::Malformed));
        }
        let bytes = read(request, MOST).await?;
        serde_json::from_slice(&bytes).map(Self).map_err(|_| Refusal::Malformed.into())
    }
}

/// The largest sealed vault or secret, in bytes: a key and what seals it take some hundred.
pub(super) const MOST_SEALED: usize = 4_096;

/// What a browser has sealed, as it is kept.
pub(super) fn sealed(bytes: SealedBytes) -> Result<String, Refusal> {
    if bytes.decoded_len() > MOST_SEALED { Err(Refusal::TooLarge) } else { Ok(bytes.into_text()) }
}

/// No body, or an empty object, which some clients send instead.
pub(super) struct NoBody;

impl<S: Send + Sync> FromRequest<S> for NoBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        match read(request, MOST_BYTES).await?.trim_ascii() {
            b"" | b"{}" => Ok(Self),
            _ => Err(Refusal::Malformed.into()),
        }
    }
}

async fn read(request: Request, most: usize) -> Result<Bytes, Problem> {
    let body = request.into_body();
    if body.size_hint().lower() > most as u64 {
        return Err(Refusal::TooLarge.into());
    }
    // A body that says nothing of its length fails here for its size or because the connection broke; in
    // the second case nobody is left to read the answer.
    to_bytes(body, most).await.map_err(|_| Refusal::TooLarge.into())
}

/// Forms of foreign pages can send text, but not JSON.
fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}
