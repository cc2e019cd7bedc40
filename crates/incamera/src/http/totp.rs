//! A code beside the password: switched on and off by who knows the password, and asked for when signing in.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use incamera_protocol::Refusal;
use incamera_protocol::http::accounts::{NewTotp, PasswordShown, RecoveryCodes, Totp};
use incamera_store::Account;

use super::Site;
use super::accounts::{knows_password, shown_by_owner};
use super::body::Body;
use super::error::{Problem, store};
use super::gate::Act;
use super::visitor::Visitor;
use crate::accept::Peer;
use crate::{clock, codes};

/// `GET /api/account/totp`.
pub(super) async fn show(State(site): State<Arc<Site>>, visitor: Visitor) -> Result<Json<Totp>, Problem> {
    let who = visitor.who_may(Act::KeepAccount)?.account.id;
    let on = site.store.second_factor(who).await.map_err(store)?.is_some();
    let codes = site.store.recovery_codes(who).await.map_err(store)?;
    Ok(Json(Totp { on, codes: codes.try_into().unwrap_or(u32::MAX) }))
}

/// `PUT /api/account/totp`: from now on, with this secret.
pub(super) async fn put(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    body: Result<Body<NewTotp>, Problem>,
) -> Result<(StatusCode, Json<RecoveryCodes>), Problem> {
    let who = visitor.who_may(Act::KeepAccount)?;
    let Body(NewTotp { proof, secret, code }) = body?;
    knows_password(&site, peer, &who, proof).await?;
    let step = codes::first_step(&secret, &code, clock::now())?;
    let (shown, hashes) = codes::recovery_codes();
    site.store.set_second_factor(who.account.id, &secret, step, &hashes).await.map_err(store)?;
    Ok((StatusCode::CREATED, Json(RecoveryCodes { codes: shown })))
}

/// `DELETE /api/account/totp`: the password suffices again.
pub(super) async fn delete(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    body: Result<Body<PasswordShown>, Problem>,
) -> Result<StatusCode, Problem> {
    let account = shown_by_owner(&site, peer, visitor, body).await?;
    site.store.remove_second_factor(account.id).await.map_err(store)?;
    Ok(StatusCode::NO_CONTENT)
}

/// For someone whose password was right. Wrong codes are counted for the account, wherever they come from: whoever gets
/// here knows the password.
pub(super) async fn right_code(site: &Site, account: &Account, code: Option<&str>) -> Result<(), Problem> {
    let Some(secret) = site.store.second_factor(account.id).await.map_err(store)? else { return Ok(()) };
    let code = code.ok_or(Refusal::CodeNeeded)?;
    site.limits.may_try_code(account.id)?;
    if codes::is_right(&site.store, account.id, &secret, code, clock::now()).await.map_err(store)? {
        return Ok(());
    }
    site.limits.tried_code(account.id);
    Err(Refusal::CodeWrong.into())
}
