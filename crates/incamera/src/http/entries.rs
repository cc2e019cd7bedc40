//! `POST /api/entries`: someone wants to enter a meeting, and is given the ticket for the signalling socket.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use incamera_protocol::http::{Entry, EntryRequest};

use super::Site;
use super::body::Body;
use super::error::Problem;
use crate::accept::Peer;

/// Where the signalling socket is. A path on this server for now; a client takes any `wss:` address.
const SIGNAL: &str = "/signal";

pub(super) async fn create(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    body: Result<Body<EntryRequest>, Problem>,
) -> Result<(StatusCode, Json<Entry>), Problem> {
    // Counted before the body is judged, so that guessing costs as much as entering.
    site.limits.entries(peer)?;
    let Body(request) = body?;
    let grant = site.door.grant(&request.meeting)?;
    Ok((StatusCode::CREATED, Json(Entry { grant, signal: SIGNAL.to_owned() })))
}
