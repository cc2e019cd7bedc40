//! HTTP: one file per thing a visitor can do, and around all of them what holds for every request.

mod body;
mod entries;
mod error;
mod headers;
mod health;
mod instance;
mod limits;
mod meetings;
mod origin;
mod pages;
mod signal;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use incamera_live::Door;
use incamera_protocol::Refusal;

use crate::config::Config;
use crate::metrics::Requests;
use error::Problem;
use limits::Limits;
use origin::Home;

/// How long a request may take from its head to its answer. Nothing here computes for long: whoever needs
/// longer sends the body slowly on purpose.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);

/// What the handlers know of the server.
pub(crate) struct Site {
    door: Door,
    home: Home,
    https: bool,
    open_rooms: bool,
    limits: Limits,
    requests: Requests,
}

impl Site {
    pub(crate) fn new(config: &Config, door: Door, requests: Requests) -> Arc<Self> {
        Arc::new(Self {
            door,
            home: Home::of(config),
            https: config.is_https(),
            open_rooms: config.open_rooms,
            limits: Limits::default(),
            requests,
        })
    }
}

/// Everything a visitor can ask for.
pub(crate) fn router(site: Arc<Site>) -> Router {
    Router::new()
        .route("/", get(pages::shell))
        .route("/m/{id}", get(pages::shell))
        .route("/left", get(pages::shell))
        .route("/signal", get(signal::open))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/api/instance", get(instance::show))
        .route("/api/meetings", post(meetings::create))
        .route("/api/entries", post(entries::create))
        .route("/api/{*rest}", axum::routing::any(error::unknown_route))
        .route("/api", axum::routing::any(error::unknown_route))
        .fallback(pages::asset)
        .method_not_allowed_fallback(error::wrong_method)
        .layer(middleware::from_fn_with_state(Arc::clone(&site), origin::require_own_page))
        .layer(middleware::from_fn(in_time))
        .layer(middleware::from_fn_with_state(Arc::clone(&site), headers::add))
        .layer(middleware::from_fn_with_state(Arc::clone(&site), count))
        .with_state(site)
}

async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(ANSWER_WITHIN, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(axum::http::StatusCode::REQUEST_TIMEOUT, Refusal::Malformed).into_response(),
    }
}

/// Counts answers by the route's pattern; what has none is a file or nothing.
async fn count(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    site.requests.note(route.as_ref().map_or("file", MatchedPath::as_str), response.status());
    response
}
