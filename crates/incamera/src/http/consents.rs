//! Consents: what somebody at the door is shown, what they say to it, and what they can do with their receipt.
//!
//! Nothing of their network or their browser is written down, and a secret is never part of an address.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use incamera_protocol::http::consents::{
    Correction, Method, NewConsent, Notice, NoticeRequest, NoticeShown, Purpose, Receipt, ReceiptShown,
    Statement,
};
use incamera_protocol::{MAX_NAME_CHARS, MeetingId, Refusal};
use incamera_store::{Consent, SecretHash, Token};

use super::Site;
use super::body::Body;
use super::entries::{Way, way};
use super::error::{Problem, store};
use super::gate::Act;
use super::visitor::Visitor;
use crate::accept::Peer;
use crate::{clock, dates};

/// `POST /api/notices`: what somebody at the door is asked for.
pub(super) async fn offer(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    body: Result<Body<NoticeRequest>, Problem>,
) -> Result<Json<NoticeShown>, Problem> {
    site.limits.entries(peer)?;
    let Body(NoticeRequest { door, language }) = body?;
    way(&site, peer, &visitor, &door).await?;
    let (hash, notice) = site.notices.in_language(&language).ok_or(Refusal::Malformed)?;
    Ok(Json(NoticeShown { hash: hash.as_str().to_owned(), notice: notice.clone() }))
}

/// `GET /api/notices/{hash}`: a text that somebody was shown, today or years ago, word by word (DP-05).
pub(super) async fn notice(
    State(site): State<Arc<Site>>,
    Path(hash): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let hash = hash.parse::<SecretHash>().map_err(|_| Refusal::Unknown)?;
    let body = site.store.notice(&hash).await.map_err(store)?.ok_or(Refusal::Unknown)?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body))
}

/// `POST /api/consents`: somebody agrees. The answer comes when it is on the disk.
pub(super) async fn create(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Result<Body<NewConsent>, Problem>,
) -> Result<(StatusCode, Json<Receipt>), Problem> {
    site.limits.entries(peer)?;
    let Body(NewConsent { door, notice, name, purposes }) = body?;
    let way = way(&site, peer, &visitor, &door).await?;
    let meeting = door.meeting;
    let hash = notice.parse::<SecretHash>().map_err(|_| Refusal::Malformed)?;
    // Whoever read a text of yesterday is shown the one of today.
    let shown = site.notices.of_hash(&hash).ok_or(Refusal::NoticeChanged)?;
    agrees(shown, &purposes)?;
    let now = clock::now();
    let (place, date) = where_and_when(way, now);
    // Counted last: what is refused is not written down.
    site.limits.consents(peer)?;
    let statement = Statement::Given {
        address: address(&site, &headers, &meeting),
        place,
        date,
        name: called(&name),
        notice,
        language: shown.language.clone(),
        purposes,
        method: Method::Click,
        at: now,
        meeting: meeting.clone(),
    };
    let token = Token::random();
    let new = incamera_store::NewConsent {
        token: token.hash(),
        meeting,
        notice: hash,
        statement: written(&statement),
    };
    let consent = site.store.give_consent(new, now).await.map_err(store)?;
    Ok((StatusCode::CREATED, Json(site.signer.receipt(&token, consent))))
}

/// `POST /api/consents/look`: all that is kept of the one who shows a receipt, and nothing else.
pub(super) async fn look(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    body: Result<Body<ReceiptShown>, Problem>,
) -> Result<Json<Receipt>, Problem> {
    let (token, consent) = shown(&site, peer, &visitor, body).await?;
    Ok(Json(site.signer.receipt(&token, consent)))
}

/// `POST /api/consents/withdraw`: somebody agrees no more. Whoever asks twice, as after an answer that was lost, is answered
/// the same.
pub(super) async fn withdraw(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    body: Result<Body<ReceiptShown>, Problem>,
) -> Result<Json<Receipt>, Problem> {
    let (token, mut consent) = shown(&site, peer, &visitor, body).await?;
    if consent.withdrawn_at.is_none() {
        let at = clock::now();
        let statement = written(&Statement::Withdrawn { of: first(&consent), at });
        match site.store.withdraw_consent(&consent.id, statement, at).await {
            Ok(act) => consent.acts.push(act),
            // Withdrawn, or deleted, by another request of the same moment: what is there now is told.
            Err(incamera_store::Error::Gone) => consent = kept(&site, &token).await?,
            Err(error) => return Err(store(error)),
        }
    }
    site.door.withdraw(consent.id.clone()).await;
    Ok(Json(site.signer.receipt(&token, consent)))
}

/// `POST /api/consents/correct`: somebody wants to be called something else. What they were called before stays readable for
/// them (DP-71).
pub(super) async fn correct(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    body: Result<Body<Correction>, Problem>,
) -> Result<Json<Receipt>, Problem> {
    let Body(Correction { token, name }) = body?;
    let (token, mut consent) = shown(&site, peer, &visitor, Ok(Body(ReceiptShown { token }))).await?;
    if consent.acts.len() >= MOST_ACTS {
        return Err(Refusal::TooMany.into());
    }
    let said = Statement::Corrected { of: first(&consent), name: called(&name), at: clock::now() };
    let act = site.store.add_to_consent(&consent.id, written(&said)).await;
    consent.acts.push(act.map_err(|error| match error {
        incamera_store::Error::Gone => Refusal::OutOfPlace.into(),
        other => store(other),
    })?);
    Ok(Json(site.signer.receipt(&token, consent)))
}

/// `POST /api/consents/delete`: nothing is kept of somebody any more.
pub(super) async fn delete(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    body: Result<Body<ReceiptShown>, Problem>,
) -> Result<StatusCode, Problem> {
    let (_, consent) = shown(&site, peer, &visitor, body).await?;
    site.store.delete_consent(&consent.id, clock::now()).await.map_err(store)?;
    site.door.withdraw(consent.id).await;
    // It is deleted. Where somebody reads at this moment, the log of the database is emptied the next time.
    if let Err(error) = site.store.forget_deleted().await {
        tracing::warn!("the log of the database was not emptied: {error}");
    }
    Ok(StatusCode::NO_CONTENT)
}

/// More than anybody needs to find their name.
const MOST_ACTS: usize = 20;

async fn shown(
    site: &Site,
    peer: Peer,
    visitor: &Visitor,
    body: Result<Body<ReceiptShown>, Problem>,
) -> Result<(Token, Consent), Problem> {
    visitor.may(Act::ShowReceipt)?;
    site.limits.entries(peer)?;
    let Body(ReceiptShown { token }) = body?;
    let token = token.parse::<Token>().map_err(|_| Refusal::Unknown)?;
    let consent = kept(site, &token).await?;
    Ok((token, consent))
}

async fn kept(site: &Site, token: &Token) -> Result<Consent, Problem> {
    site.store.consent(&token.hash()).await.map_err(store)?.ok_or_else(|| Refusal::Unknown.into())
}

/// Everything that is asked for is answered, each for itself, and nothing else (DP-12); what is needed is agreed to.
fn agrees(notice: &Notice, purposes: &BTreeMap<Purpose, bool>) -> Result<(), Refusal> {
    let asks = &notice.asks;
    if purposes.len() != asks.len() || !asks.iter().all(|ask| purposes.contains_key(&ask.purpose)) {
        return Err(Refusal::Malformed);
    }
    let agreed = asks.iter().all(|ask| !ask.needed || purposes.get(&ask.purpose) == Some(&true));
    if agreed { Ok(()) } else { Err(Refusal::ConsentMissing) }
}

/// Where, in the words of the host and never found out by us, and the date that goes on or comes next; for a room for good
/// it is today.
fn where_and_when(way: Way, now: i64) -> (String, i64) {
    match way {
        Way::Open => (String::new(), now),
        Way::Lead(room) | Way::Visit(room, _) => {
            let when = dates::at_the_door(&room.plan.occurrences, room.plan.minutes, now);
            (room.plan.place, when.starts_at.unwrap_or(now))
        }
    }
}

/// Any name is good, and none as well (DP-14).
fn called(name: &str) -> String {
    incamera_rooms::one_line(name, MAX_NAME_CHARS).unwrap_or_default()
}

fn address(site: &Site, headers: &HeaderMap, meeting: &MeetingId) -> String {
    format!("{}/m/{meeting}", site.home.of_request(headers).unwrap_or_default())
}

fn first(consent: &Consent) -> u64 {
    consent.acts.first().map_or(0, |act| act.position)
}

fn written(statement: &Statement) -> String {
    serde_json::to_string(statement).expect("a statement is plain data")
}
