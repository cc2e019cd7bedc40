//! `GET /api/instance`: what a visitor may know of this server before entering anything.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use incamera_protocol::http::Instance;

use super::Site;

pub(super) async fn show(State(site): State<Arc<Site>>) -> Json<Instance> {
    Json(Instance { version: env!("CARGO_PKG_VERSION").to_owned(), open_rooms: site.open_rooms })
}
