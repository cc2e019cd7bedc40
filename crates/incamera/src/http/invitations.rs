//! Invitations: made by administrators, and looked at by those who were given one.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use incamera_protocol::Refusal;
use incamera_protocol::http::accounts::{InvitationLook, InvitationMade, InvitationRequest, InvitationShown};
use incamera_store::{Invitation, NewInvitation, Store, Token};

use super::Site;
use super::body::Body;
use super::error::{Problem, store};
use super::gate::Act;
use super::visitor::Visitor;
use crate::accept::Peer;
use crate::clock;

/// How long an invitation works: over a weekend.
const VALID_FOR: Duration = Duration::from_secs(3 * 24 * 60 * 60);

/// Makes an invitation, for an administrator or for the operator at the console.
pub(crate) async fn make(
    store: &Store,
    InvitationRequest { rank, account }: InvitationRequest,
) -> Result<InvitationMade, incamera_store::Error> {
    let secret = Token::random();
    let now = clock::now();
    let expires_at = now + i64::try_from(VALID_FOR.as_millis()).expect("days");
    store.invite(NewInvitation { hash: secret.hash(), rank, account, expires_at }, now).await?;
    Ok(InvitationMade { invitation: secret.reveal().to_owned(), expires_at })
}

/// `POST /api/invitations`.
pub(super) async fn create(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
    body: Result<Body<InvitationRequest>, Problem>,
) -> Result<(StatusCode, Json<InvitationMade>), Problem> {
    visitor.who_may(Act::KeepServer)?;
    let Body(mut request) = body?;
    if let Some(id) = request.account {
        // Setting a password anew gives nobody another rank.
        let (account, _) = site.store.account(id).await.map_err(store)?.ok_or(Refusal::Unknown)?;
        request.rank = account.rank;
    }
    let made = make(&site.store, request).await.map_err(store)?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// `POST /api/invitations/look`.
pub(super) async fn look(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    body: Result<Body<InvitationLook>, Problem>,
) -> Result<Json<InvitationShown>, Problem> {
    visitor.may(Act::SignIn)?;
    site.limits.sign_in(peer)?;
    let Body(InvitationLook { invitation }) = body?;
    let invitation = find(&site, &invitation).await?;
    let (login, sheet) = match invitation.account {
        Some(id) => (
            site.store.account(id).await.map_err(store)?.map(|(account, _)| account.login),
            site.store.recovery_sheet(id).await.map_err(store)?.is_some(),
        ),
        None => (None, false),
    };
    Ok(Json(InvitationShown { rank: invitation.rank, login, sheet }))
}

/// The invitation of a secret.
pub(super) async fn find(site: &Site, secret: &str) -> Result<Invitation, Problem> {
    let secret: Token = secret.parse().map_err(|_| Refusal::InvitationUnknown)?;
    let found = site.store.invitation(&secret.hash(), clock::now()).await.map_err(store)?;
    found.ok_or_else(|| Refusal::InvitationUnknown.into())
}
