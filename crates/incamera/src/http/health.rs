//! Health, for supervisors and load balancers.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::Site;

#[derive(Serialize)]
struct Readiness {
    ready: bool,
}

/// `GET /healthz`: the process lives. It says no more, so that a passing trouble does not get it killed.
pub(super) async fn alive() -> &'static str {
    "ok"
}

/// `GET /readyz`: new participants can be served.
pub(super) async fn ready(State(site): State<Arc<Site>>) -> Response {
    let ready = site.door.ready();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Readiness { ready })).into_response()
}
