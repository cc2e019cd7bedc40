//! A forgotten password: set anew by who was given an invitation, has a recovery sheet, or both.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use incamera_protocol::http::accounts::{
    NewSheet, PasswordReset, PasswordShown, Sheet, SheetShown, SheetVault,
};
use incamera_protocol::{Refusal, SealedBytes};
use incamera_store::{Account, Password, RecoverySheet, Reset, SecretHash};

use super::Site;
use super::accounts::{is_owner, kept, shown_by_owner, unusable};
use super::body::{Body, sealed};
use super::error::{Problem, store};
use super::gate::Act;
use super::invitations::find;
use super::logins::signed_in;
use super::totp::right_code;
use super::visitor::Visitor;
use crate::accept::Peer;
use crate::clock;

/// `GET /api/account/sheet`.
pub(super) async fn show(State(site): State<Arc<Site>>, visitor: Visitor) -> Result<Json<Sheet>, Problem> {
    let who = visitor.who_may(Act::KeepAccount)?;
    let sheet = site.store.recovery_sheet(who.account.id).await.map_err(store)?;
    Ok(Json(Sheet { made_at: sheet.map(|sheet| sheet.created_at) }))
}

/// `PUT /api/account/sheet`: from now on this one, and no other.
pub(super) async fn put(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    body: Result<Body<NewSheet>, Problem>,
) -> Result<StatusCode, Problem> {
    let who = visitor.who_may(Act::KeepAccount)?;
    let Body(NewSheet { proof, sheet, vault }) = body?;
    let vault = sealed(vault)?;
    is_owner(&site, peer, &who, proof).await?;
    let sheet = RecoverySheet { proof_hash: SecretHash::of(sheet.reveal()), vault, created_at: clock::now() };
    site.store.set_recovery_sheet(who.account.id, &sheet).await.map_err(store)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /api/account/sheet`.
pub(super) async fn delete(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    body: Result<Body<PasswordShown>, Problem>,
) -> Result<StatusCode, Problem> {
    let account = shown_by_owner(&site, peer, visitor, body).await?;
    site.store.remove_recovery_sheet(account.id).await.map_err(store)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/sheets/look`: what the browser of someone with a sheet opens, to seal it anew.
pub(super) async fn look(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    body: Result<Body<SheetShown>, Problem>,
) -> Result<Json<SheetVault>, Problem> {
    visitor.may(Act::SignIn)?;
    site.limits.sign_in(peer)?;
    let Body(shown) = body?;
    let Shown { sheet, .. } = of(&site, peer, &shown).await?;
    Ok(Json(SheetVault { vault: SealedBytes::new(sheet.vault) }))
}

/// `POST /api/passwords`.
pub(super) async fn reset(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Result<Body<PasswordReset>, Problem>,
) -> Result<impl IntoResponse, Problem> {
    visitor.may(Act::SignIn)?;
    site.limits.sign_in(peer)?;
    let Body(PasswordReset { invitation, sheet, code, password }) = body?;
    let invitation = match invitation {
        Some(secret) => Some(find(&site, &secret).await?),
        None => None,
    };
    let invited = match &invitation {
        Some(invitation) => Some(invitation.account.ok_or(Refusal::InvitationUnknown)?),
        None => None,
    };
    let sheet = match sheet {
        Some(shown) => Some(of(&site, peer, &shown).await?),
        None => None,
    };
    let id = match (invited, &sheet) {
        // Somebody else's sheet is none for this account.
        (Some(invited), Some(shown)) if shown.account.id != invited => {
            return Err(Refusal::SheetWrong.into());
        }
        (Some(invited), _) => invited,
        // Whoever signs in by a provider gets no password by a piece of paper.
        (None, Some(shown)) if !shown.password.is_set() => return Err(Refusal::NotAllowed.into()),
        (None, Some(shown)) => shown.account.id,
        (None, None) => return Err(Refusal::Malformed.into()),
    };
    let password = kept(&site, password).await?;
    if let (None, Some(shown)) = (invited, &sheet) {
        // Last of all: a code is used up by it.
        right_code(&site, &shown.account, code.as_deref()).await?;
    }
    let by = Reset {
        account: id,
        invitation: invitation.as_ref(),
        sheet: sheet.as_ref().map(|shown| &shown.sheet.proof_hash),
    };
    site.store.reset_password(by, &password, clock::now()).await.map_err(|error| match error {
        // The sheet was replaced meanwhile.
        incamera_store::Error::Gone if invited.is_none() => Refusal::SheetWrong.into(),
        error => unusable(error),
    })?;
    match site.store.account(id).await.map_err(store)? {
        Some((account, _)) if !account.disabled => signed_in(&site, &headers, account, password.vault).await,
        _ => Err(Refusal::LoginWrong.into()),
    }
}

/// Whose sheet somebody has shown.
struct Shown {
    account: Account,
    password: Password,
    sheet: RecoverySheet,
}

/// Whose sheet somebody has. A name that nobody has, one without a sheet and one that may not sign in are answered like a
/// wrong code.
async fn of(site: &Site, peer: Peer, SheetShown { login, proof }: &SheetShown) -> Result<Shown, Problem> {
    site.limits.sign_in_as(peer, login)?;
    let hash = SecretHash::of(proof.reveal());
    let Some((account, password)) = site.store.account_named(login).await.map_err(store)? else {
        return Err(Refusal::SheetWrong.into());
    };
    match site.store.recovery_sheet(account.id).await.map_err(store)? {
        Some(sheet) if sheet.proof_hash == hash && !account.disabled => {
            Ok(Shown { account, password, sheet })
        }
        _ => Err(Refusal::SheetWrong.into()),
    }
}
