//! `POST /api/meetings`: someone opens a meeting that belongs to nobody.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use incamera_protocol::Refusal;
use incamera_protocol::http::NewMeeting;

use super::Site;
use super::body::NoBody;
use super::error::Problem;
use super::gate::Act;
use super::visitor::Visitor;
use crate::accept::Peer;

pub(super) async fn create(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    NoBody: NoBody,
) -> Result<(StatusCode, Json<NewMeeting>), Problem> {
    visitor.may(Act::OpenMeeting)?;
    site.limits.meetings(peer)?;
    if !site.door.ready() {
        return Err(Refusal::Closing.into());
    }
    Ok((StatusCode::CREATED, Json(NewMeeting { meeting: site.door.new_meeting() })))
}
