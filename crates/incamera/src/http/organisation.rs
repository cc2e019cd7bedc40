//! Signing in by an organisation's own provider (OpenID Connect).

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use incamera_protocol::http::accounts::{OrganisationLogin, OrganisationOffer};
use incamera_protocol::{MAX_LOGIN_CHARS, MAX_NAME_CHARS, Refusal};
use incamera_store::{Account, Identity, NewAccount, Password, SecretHash, random_symbols};

use super::Site;
use super::accounts::new_id;
use super::body::{Body, NoBody};
use super::error::{Problem, store};
use super::gate::Act;
use super::logins::{ROUNDS, is_login, signed_in};
use super::visitor::Visitor;
use crate::accept::Peer;
use crate::ceremonies::Ceremony;
use crate::clock;
use crate::oidc::{Failed, Oidc, Person};

/// The page to which the provider sends people back.
const BACK: &str = "/host/signed-in";
/// Longer codes no provider gives.
const MOST_CODE: usize = 4_096;

/// `POST /api/organisation/begin`: where the browser is to go. The page keeps `state` and takes nobody back without it.
pub(super) async fn begin(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    headers: HeaderMap,
    _: NoBody,
) -> Result<Json<OrganisationOffer>, Problem> {
    visitor.may(Act::SignIn)?;
    site.limits.sign_in(peer)?;
    let provider = provider(&site)?;
    let home = site.home.of_request(&headers).ok_or(Refusal::OriginForeign)?;
    let begun = provider.begin(format!("{home}{BACK}")).await.map_err(|failed| problem(provider, failed))?;
    let begun = Arc::new(begun);
    let ceremony = site.ceremonies.begin(Ceremony::Organisation(Arc::clone(&begun)));
    // The address in which it comes back is worth nothing to who reads it: the name of the ceremony stays in the page.
    let state = SecretHash::of(&ceremony).as_str().to_owned();
    Ok(Json(OrganisationOffer { url: begun.address(state.clone()), state, ceremony }))
}

/// `POST /api/logins/organisation`: with what the provider sent back. Whoever comes for the first time is a host from now on.
pub(super) async fn sign_in(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Result<Body<OrganisationLogin>, Problem>,
) -> Result<impl IntoResponse, Problem> {
    visitor.may(Act::SignIn)?;
    site.limits.sign_in(peer)?;
    let provider = provider(&site)?;
    let Body(OrganisationLogin { ceremony, code }) = body?;
    if code.is_empty() || code.len() > MOST_CODE {
        return Err(Refusal::Malformed.into());
    }
    let begun = match site.ceremonies.end(&ceremony) {
        Some(Ceremony::Organisation(begun)) => Arc::into_inner(begun).ok_or(Refusal::OrganisationWrong)?,
        _ => return Err(Refusal::OrganisationWrong.into()),
    };
    let person = provider.finish(begun, code).await.map_err(|failed| problem(provider, failed))?;
    let (account, password) = account_of(&site, person).await?;
    if account.disabled {
        return Err(Refusal::OrganisationWrong.into());
    }
    signed_in(&site, &headers, account, password.vault).await
}

fn provider(site: &Site) -> Result<&Oidc, Problem> {
    site.organisation.as_ref().ok_or_else(|| Refusal::Unknown.into())
}

/// What goes wrong between two servers is for the operator to read; the one who signs in can only try again.
fn problem(provider: &Oidc, failed: Failed) -> Problem {
    match failed {
        Failed::Wrong(error) => {
            if provider.may_tell() {
                tracing::warn!("the provider's answer is not good: {error:#}");
            }
            Refusal::OrganisationWrong.into()
        }
        Failed::Unreachable(error) => {
            if provider.may_tell() {
                tracing::error!("the provider cannot be asked: {error:#}");
            }
            Refusal::Unavailable.into()
        }
        Failed::NotOfGroup => Refusal::NotAllowed.into(),
    }
}

async fn account_of(site: &Site, person: Person) -> Result<(Account, Password), Problem> {
    let identity = site.store.identity(&person.issuer, &person.subject);
    if let Some(known) = site.store.account_of(&identity).await.map_err(store)? {
        return Ok(known);
    }
    let name = person.name.as_deref().and_then(|name| incamera_rooms::one_line(name, MAX_NAME_CHARS));
    let wanted = person.login.map(|login| login.to_lowercase()).filter(|login| is_login(login));
    let other = |wanted: &str| {
        let rest = random_symbols::<6>();
        format!("{}-{rest}", &wanted[..wanted.len().min(MAX_LOGIN_CHARS - rest.len() - 1)])
    };
    let plain = wanted.unwrap_or_else(|| other("host"));
    for login in [plain.clone(), other(&plain)] {
        let name = name.clone().unwrap_or_else(|| login.clone());
        match create(site, &identity, login, name).await {
            // Somebody else has the name, or they came twice at once.
            Err(incamera_store::Error::Taken) => {
                if let Some(known) = site.store.account_of(&identity).await.map_err(store)? {
                    return Ok(known);
                }
            }
            made => return made.map_err(store),
        }
    }
    Err(Refusal::LoginTaken.into())
}

async fn create(
    site: &Site,
    identity: &Identity,
    login: String,
    name: String,
) -> Result<(Account, Password), incamera_store::Error> {
    let password = Password::none(site.salt_of_nobody(&login).as_str().to_owned(), ROUNDS);
    let new = NewAccount { id: new_id(), login, name, password: password.clone() };
    Ok((site.store.create_account_of(identity, new, clock::now()).await?, password))
}
