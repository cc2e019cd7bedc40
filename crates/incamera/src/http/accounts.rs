//! Accounts: made out of invitations, and looked after by administrators.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use incamera_protocol::http::accounts::{
    self, AccountChange, NewAccount, NewPassword, PasswordRenewal, PasswordShown,
};
use incamera_protocol::secret::Proof;
use incamera_protocol::{AccountId, MAX_NAME_CHARS, MIN_STRETCH_ROUNDS, Refusal};
use incamera_store::{Account, Password};

use super::Site;
use super::body::{Body, MOST_SEALED};
use super::error::{Problem, store};
use super::gate::Act;
use super::invitations::find;
use super::logins::{is_login, signed_in, told_vault};
use super::visitor::{SignedIn, Visitor};
use crate::accept::Peer;
use crate::clock;

/// More rounds than this keep an old device busy for minutes.
const MOST_ROUNDS: u32 = 10_000_000;

/// How long a login counts as new, in milliseconds.
const FRESH: i64 = 10 * 60_000;

/// What an account to be is called by the server.
pub(super) fn new_id() -> AccountId {
    AccountId(u128::from_be_bytes(crate::random::bytes()))
}

/// An account as it is told.
pub(super) fn shown(account: Account) -> accounts::Account {
    let Account { id, login, name, rank, disabled, .. } = account;
    accounts::Account { id, login, name, rank, disabled }
}

/// `GET /api/account`: who is signed in.
pub(super) async fn show(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
) -> Result<Json<accounts::SignedIn>, Problem> {
    let who = visitor.who_may(Act::KeepAccount)?;
    let (account, password) =
        site.store.account(who.account.id).await.map_err(store)?.ok_or(Refusal::LoginNeeded)?;
    let vault = told_vault(password.vault);
    Ok(Json(accounts::SignedIn { account: shown(account), vault, passkey_vault: None }))
}

/// `POST /api/accounts`: an invitation becomes an account, which is signed in.
pub(super) async fn create(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Result<Body<NewAccount>, Problem>,
) -> Result<impl IntoResponse, Problem> {
    visitor.may(Act::SignIn)?;
    site.limits.sign_in(peer)?;
    let Body(NewAccount { invitation, login, name, password }) = body?;
    let name = incamera_rooms::one_line(&name, MAX_NAME_CHARS).ok_or(Refusal::Malformed)?;
    if !is_login(&login) {
        return Err(Refusal::Malformed.into());
    }
    let invitation = find(&site, &invitation).await?;
    if invitation.account.is_some() {
        return Err(Refusal::InvitationUnknown.into());
    }
    let password = kept(&site, password).await?;
    let vault = password.vault.clone();
    let id = new_id();
    let new = incamera_store::NewAccount { id, login: login.to_lowercase(), name, password };
    let account = site.store.create_account(&invitation, new, clock::now()).await.map_err(unusable)?;
    signed_in(&site, &headers, account, vault).await
}

/// `POST /api/account/password`: changes one's own password. All logins end, and this one begins anew.
pub(super) async fn change_password(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Result<Body<PasswordRenewal>, Problem>,
) -> Result<impl IntoResponse, Problem> {
    let who = visitor.who_may(Act::KeepAccount)?;
    let Body(PasswordRenewal { proof, password }) = body?;
    let (account, before) = knows_password(&site, peer, &who, proof).await?;
    let password = kept(&site, password).await?;
    site.store.change_password(account.id, &before, &password).await.map_err(|error| match error {
        // It was changed meanwhile, so what was shown is not the password any more.
        incamera_store::Error::Gone => Refusal::LoginWrong.into(),
        other => store(other),
    })?;
    signed_in(&site, &headers, account, password.vault).await
}

/// `POST /api/account/proof`: whether somebody may change what needs the password, before they are shown what they then would.
pub(super) async fn prove(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    body: Result<Body<PasswordShown>, Problem>,
) -> Result<StatusCode, Problem> {
    shown_by_owner(&site, peer, visitor, body).await.map(|_| StatusCode::NO_CONTENT)
}

/// Whoever asks, once they have shown it with the request that they are the account's owner.
pub(super) async fn shown_by_owner(
    site: &Site,
    peer: Peer,
    visitor: Visitor,
    body: Result<Body<PasswordShown>, Problem>,
) -> Result<Account, Problem> {
    let who = visitor.who_may(Act::KeepAccount)?;
    let Body(PasswordShown { proof }) = body?;
    is_owner(site, peer, &who, proof).await.map(|(account, _)| account)
}

/// Someone who is signed in and shows that they know the password as well. Where there is none, nothing can be done that
/// takes one: whoever signs in by a provider gets no password beside it, nor a code beside that.
pub(super) async fn knows_password(
    site: &Site,
    peer: Peer,
    who: &SignedIn,
    proof: Proof,
) -> Result<(Account, Password), Problem> {
    let kept = is_owner(site, peer, who, Some(proof)).await?;
    if kept.1.is_set() { Ok(kept) } else { Err(Refusal::NotAllowed.into()) }
}

/// The same; but whoever has no password must just have come from their organisation's provider. A login that was stolen is
/// no way to try passwords faster than at the door.
pub(super) async fn is_owner(
    site: &Site,
    peer: Peer,
    who: &SignedIn,
    proof: Option<Proof>,
) -> Result<(Account, Password), Problem> {
    site.limits.sign_in(peer)?;
    site.limits.sign_in_as(peer, &who.account.login)?;
    let kept = site.store.account(who.account.id).await.map_err(store)?.ok_or(Refusal::LoginNeeded)?;
    let right = match (kept.1.to_check(), proof) {
        (Some(hash), Some(proof)) => site.passwords.check(proof, Some(hash)).await?,
        (Some(_), None) => false,
        (None, _) if is_fresh(who.login.created_at, clock::now()) => true,
        (None, _) => return Err(Refusal::LoginStale.into()),
    };
    if right { Ok(kept) } else { Err(Refusal::LoginWrong.into()) }
}

/// Whether somebody signed in just now. One that seems to come from later is none: the clock was put back.
fn is_fresh(since: i64, now: i64) -> bool {
    (0..FRESH).contains(&(now - since))
}

/// Why an invitation did not become what it offers.
pub(super) fn unusable(error: incamera_store::Error) -> Problem {
    match error {
        incamera_store::Error::Gone => Refusal::InvitationUnknown.into(),
        incamera_store::Error::Taken => Refusal::LoginTaken.into(),
        other => store(other),
    }
}

/// What is written down of a new password.
pub(super) async fn kept(site: &Site, new: NewPassword) -> Result<Password, Problem> {
    let NewPassword { salt, rounds, proof, vault } = new;
    if !(MIN_STRETCH_ROUNDS..=MOST_ROUNDS).contains(&rounds) || vault.decoded_len() > MOST_SEALED {
        return Err(Refusal::Malformed.into());
    }
    let hash = site.passwords.hash(proof).await?;
    Ok(Password { salt: salt.as_str().to_owned(), rounds, hash, vault: vault.into_text() })
}

/// `GET /api/accounts`: everyone, for administrators.
pub(super) async fn list(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
) -> Result<Json<Vec<accounts::Account>>, Problem> {
    visitor.who_may(Act::KeepServer)?;
    let accounts = site.store.accounts().await.map_err(store)?;
    Ok(Json(accounts.into_iter().map(shown).collect()))
}

/// `PATCH /api/accounts/{id}`: lets someone sign in no more, or again. Nobody locks themselves out.
pub(super) async fn change(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    visitor: Visitor,
    body: Result<Body<AccountChange>, Problem>,
) -> Result<StatusCode, Problem> {
    let who = visitor.who_may(Act::KeepServer)?;
    let Body(AccountChange { disabled }) = body?;
    let id: AccountId = id.parse().map_err(|_| Refusal::Unknown)?;
    if id == who.account.id {
        return Err(Refusal::NotAllowed.into());
    }
    site.store.set_disabled(id, disabled).await.map_err(store)?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ATK-55: a clock that is put back makes no old login a new one.
    #[test]
    fn a_login_is_fresh_for_ten_minutes() {
        for (since, now, fresh) in
            [(0, 0, true), (0, FRESH - 1, true), (0, FRESH, false), (FRESH, 0, false), (-FRESH, 0, false)]
        {
            assert_eq!(is_fresh(since, now), fresh, "{since} {now}");
        }
    }
}
