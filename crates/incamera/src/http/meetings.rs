//! `POST /api/meetings`: someone opens a new meeting.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use incamera_protocol::Refusal;
use incamera_protocol::http::NewMeeting;

use super::Site;
use super::body::NoBody;
use super::error::Problem;
use crate::accept::Peer;

pub(super) async fn create(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    NoBody: NoBody,
) -> Result<(StatusCode, Json<NewMeeting>), Problem> {
    if !site.open_rooms {
        return Err(Refusal::MeetingNotAllowed.into());
    }
    site.limits.meetings(peer)?;
    if !site.door.ready() {
        return Err(Refusal::Closing.into());
    }
    Ok((StatusCode::CREATED, Json(NewMeeting { meeting: site.door.new_meeting() })))
}
