//! The one place where a refusal becomes a status code and a problem document (RFC 9457).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use incamera_protocol::{Refusal, http};

/// When to ask again if too many passwords wait to be checked.
const BUSY_SECONDS: u64 = 3;

/// An answer that says no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Problem {
    status: StatusCode,
    code: Refusal,
    /// After how many seconds it is worth to ask again.
    retry_after: Option<u64>,
}

impl Problem {
    pub(super) fn new(status: StatusCode, code: Refusal) -> Self {
        Self { status, code, retry_after: None }
    }

    pub(super) fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = match refusal {
            Refusal::VersionUnsupported | Refusal::Malformed | Refusal::OfferInvalid => {
                StatusCode::BAD_REQUEST
            }
            Refusal::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Refusal::TooFast => StatusCode::TOO_MANY_REQUESTS,
            Refusal::OutOfPlace
            | Refusal::NoticeChanged
            | Refusal::RoomFull
            | Refusal::LoginTaken
            | Refusal::TooMany => StatusCode::CONFLICT,
            Refusal::LoginNeeded | Refusal::LoginStale => StatusCode::UNAUTHORIZED,
            Refusal::MeetingUnknown
            | Refusal::ParticipantUnknown
            | Refusal::InvitationUnknown
            | Refusal::Unknown => StatusCode::NOT_FOUND,
            Refusal::ResumeUnknown | Refusal::MeetingCancelled | Refusal::MeetingOver => StatusCode::GONE,
            Refusal::MeetingNotAllowed
            | Refusal::NotAllowed
            | Refusal::LoginWrong
            | Refusal::CodeNeeded
            | Refusal::CodeWrong
            | Refusal::SheetWrong
            | Refusal::PasskeyWrong
            | Refusal::OrganisationWrong
            | Refusal::PasswordNeeded
            | Refusal::PasswordWrong
            | Refusal::LinkEnded
            | Refusal::ConsentMissing
            | Refusal::RoomLocked
            | Refusal::GrantInvalid
            | Refusal::AddressNotAllowed
            | Refusal::OriginForeign => StatusCode::FORBIDDEN,
            Refusal::Closing | Refusal::ServerFull | Refusal::Unavailable | Refusal::Busy => {
                StatusCode::SERVICE_UNAVAILABLE
            }
        };
        let problem = Self::new(status, refusal);
        if refusal == Refusal::Busy { problem.retry_after(BUSY_SECONDS) } else { problem }
    }
}

/// What came of asking the store. Why it failed is for the log; the one who asked is told to try again.
pub(super) fn store(error: incamera_store::Error) -> Problem {
    match error {
        incamera_store::Error::Gone => Refusal::Unknown.into(),
        other => {
            tracing::error!("{other}");
            Refusal::Unavailable.into()
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = http::Problem {
            kind: "about:blank".to_owned(),
            title: self.status.canonical_reason().unwrap_or_default().to_owned(),
            status: self.status.as_u16(),
            code: self.code,
        };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// Nothing is at this path of the interface.
pub(super) async fn unknown_route() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, Refusal::Malformed)
}

/// The path exists, but not for this method. The router adds which methods it has.
pub(super) async fn wrong_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, Refusal::Malformed)
}
