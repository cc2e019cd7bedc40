//! Keys with which programs of a host use this interface.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use incamera_protocol::Refusal;
use incamera_protocol::http::accounts::{ApiKey, ApiKeyMade, NewApiKey, Scope};
use incamera_store::Token;

use super::Site;
use super::body::{Body, NoBody};
use super::error::{Problem, store};
use super::gate::Act;
use super::visitor::Visitor;
use crate::clock;

/// More programs nobody has.
const MOST_KEYS: usize = 20;
const LABEL_CHARS: usize = 60;

/// `GET /api/keys`.
pub(super) async fn list(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
) -> Result<Json<Vec<ApiKey>>, Problem> {
    let who = visitor.who_may(Act::KeepAccount)?.account.id;
    let keys = site.store.api_keys(who).await.map_err(store)?;
    let shown = |incamera_store::ApiKey { id, label, scopes, created_at, used_at }| ApiKey {
        id,
        label,
        scopes,
        created_at,
        used_at,
    };
    Ok(Json(keys.into_iter().map(shown).collect()))
}

/// `POST /api/keys`.
pub(super) async fn create(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
    body: Result<Body<NewApiKey>, Problem>,
) -> Result<(StatusCode, Json<ApiKeyMade>), Problem> {
    let who = visitor.who_may(Act::KeepAccount)?.account.id;
    let Body(NewApiKey { label, scopes }) = body?;
    let label = incamera_rooms::one_line(&label, LABEL_CHARS).ok_or(Refusal::Malformed)?;
    if scopes.is_empty() || scopes.len() > Scope::ALL.len() {
        return Err(Refusal::Malformed.into());
    }
    if site.store.api_keys(who).await.map_err(store)?.len() >= MOST_KEYS {
        return Err(Refusal::TooMany.into());
    }
    let key = Token::random();
    site.store.create_api_key(who, &key.hash(), &label, &scopes, clock::now()).await.map_err(store)?;
    Ok((StatusCode::CREATED, Json(ApiKeyMade { key: key.reveal().to_owned() })))
}

/// `DELETE /api/keys/{id}`.
pub(super) async fn delete(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    visitor: Visitor,
    _: NoBody,
) -> Result<StatusCode, Problem> {
    let who = visitor.who_may(Act::KeepAccount)?.account.id;
    site.store.delete_api_key(who, &id).await.map_err(store)?;
    Ok(StatusCode::NO_CONTENT)
}
