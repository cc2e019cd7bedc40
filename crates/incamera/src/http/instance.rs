//! `GET /api/instance`: what a visitor may know of this server before entering anything.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use incamera_protocol::http::Instance;

use super::Site;

pub(super) async fn show(State(site): State<Arc<Site>>) -> Json<Instance> {
    Json(Instance {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        open_rooms: site.open_rooms,
        organisation: site.organisation.as_ref().map(|provider| provider.name().to_owned()),
    })
}

/// Written by `cargo xtask generate`.
const DESCRIPTION: &str = include_str!("../../../../docs/openapi.json");

/// `GET /api/openapi.json`: this interface, described (OpenAPI 3.1).
pub(super) async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DESCRIPTION)
}
