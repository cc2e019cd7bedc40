//! The headers of every answer. They tell browsers what a page of this server may do: load from nowhere
//! else, be framed by nobody, and leave no trace.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::Site;

/// `connect-src 'self'` covers the signalling socket on the same origin, and `trusted-types` names the one
/// policy that the view library makes for its compiled templates.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; \
     manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; \
     require-trusted-types-for 'script'; trusted-types app svelte-trusted-html";

/// The one file with a policy of its own: the worker that hides the background compiles a program that is not script, and
/// so it may do nothing else. It loads no script, and what it fetches comes from here.
pub(super) const BACKGROUND_WORKER_POLICY: &str = "default-src 'none'; script-src 'wasm-unsafe-eval'; \
     connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
     trusted-types 'none'";

/// What a room needs, for this site itself; and everything else for nobody. Only names that browsers know
/// stand here: an unknown one is written into the console of every visitor.
const PERMISSIONS_POLICY: &str = "camera=(self), microphone=(self), display-capture=(self), fullscreen=(self), \
     autoplay=(self), speaker-selection=(self), screen-wake-lock=(self), geolocation=(), usb=(), serial=(), \
     midi=(), payment=(), accelerometer=(), gyroscope=(), magnetometer=(), \
     browsing-topics=(), idle-detection=()";

/// Two years, the least that browsers' own lists take. Subdomains are not ours to bind.
const STRICT_TRANSPORT_SECURITY: &str = "max-age=63072000";

const ALWAYS: [(HeaderName, &str); 7] = [
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-embedder-policy"), "require-corp"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS_POLICY),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
];

/// Adds them. An answer that says nothing of caching is not to be kept.
pub(super) async fn add(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    put(response.headers_mut(), site.https);
    response
}

fn put(headers: &mut HeaderMap, https: bool) {
    let policy = HeaderValue::from_static(CONTENT_SECURITY_POLICY);
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if https {
        headers
            .insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(STRICT_TRANSPORT_SECURITY));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
