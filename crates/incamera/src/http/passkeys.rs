//! Passkeys (Web Authentication level 3): made by who is signed in and knows the password, and signed in with.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use incamera_protocol::Refusal;
use incamera_protocol::http::accounts::{
    NewPasskey, Passkey, PasskeyChallenge, PasskeyLogin, PasskeyOffer, PasswordShown,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use webauthn_rs::prelude::{Url, Uuid, Webauthn, WebauthnBuilder, WebauthnError};

use super::Site;
use super::accounts::is_owner;
use super::body::{Body, NoBody, sealed};
use super::error::{Problem, store};
use super::gate::Act;
use super::logins::signed_in_by;
use super::visitor::Visitor;
use crate::accept::Peer;
use crate::ceremonies::Ceremony;
use crate::clock;

/// More authenticators nobody has.
const MOST_PASSKEYS: usize = 20;
const LABEL_CHARS: usize = 60;

/// `GET /api/account/passkeys`.
pub(super) async fn list(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
) -> Result<Json<Vec<Passkey>>, Problem> {
    let who = visitor.who_may(Act::KeepAccount)?.account.id;
    let passkeys = site.store.passkeys(who).await.map_err(store)?;
    let shown = |incamera_store::Passkey { id, label, vault, created_at, used_at, .. }| Passkey {
        id,
        label,
        opens: vault.is_some(),
        created_at,
        used_at,
    };
    Ok(Json(passkeys.into_iter().map(shown).collect()))
}

/// `POST /api/account/passkeys/begin`: for someone who knows the password as well, or has none and signed in just now. A desk that
/// somebody left open does not get a second key by that.
pub(super) async fn offer(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Result<Body<PasswordShown>, Problem>,
) -> Result<Json<PasskeyOffer>, Problem> {
    let who = visitor.who_may(Act::KeepAccount)?;
    let Body(PasswordShown { proof }) = body?;
    let webauthn = webauthn(&site, &headers)?;
    let (account, _) = is_owner(&site, peer, &who, proof).await?;
    let known = site.store.passkeys(account.id).await.map_err(store)?;
    if known.len() >= MOST_PASSKEYS {
        return Err(Refusal::TooMany.into());
    }
    let user = Uuid::from_u128(account.id.0);
    let (challenge, state) =
        webauthn.start_passkey_registration(user, &account.login, &account.name, None).map_err(wrong)?;
    let options = told(&challenge)?;
    Ok(Json(PasskeyOffer {
        ceremony: site.ceremonies.begin(Ceremony::Registration(account.id, Box::new(state))),
        challenge: text(&options, "/publicKey/challenge")?,
        rp: text(&options, "/publicKey/rp/id")?,
        user: text(&options, "/publicKey/user/id")?,
        known: known.into_iter().map(|passkey| passkey.credential_id).collect(),
    }))
}

/// `POST /api/account/passkeys`: what the authenticator has made.
pub(super) async fn create(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Result<Body<NewPasskey>, Problem>,
) -> Result<StatusCode, Problem> {
    let who = visitor.who_may(Act::KeepAccount)?.account.id;
    let Body(NewPasskey { ceremony, label, credential, client_data, attestation, vault }) = body?;
    let label = incamera_rooms::one_line(&label, LABEL_CHARS).ok_or(Refusal::Malformed)?;
    let vault = vault.map(sealed).transpose()?;
    let state = match site.ceremonies.end(&ceremony) {
        Some(Ceremony::Registration(whose, state)) if whose == who => state,
        _ => return Err(Refusal::PasskeyWrong.into()),
    };
    let answer = read(json!({
        "id": credential, "rawId": credential, "type": "public-key",
        "response": { "clientDataJSON": client_data, "attestationObject": attestation },
    }))?;
    let made = webauthn(&site, &headers)?.finish_passkey_registration(&answer, &state).map_err(wrong)?;
    let new = incamera_store::NewPasskey {
        credential_id: BASE64.encode(made.cred_id()),
        label,
        credential: told(&made)?.to_string(),
        vault,
    };
    match site.store.create_passkey(who, &new, clock::now()).await {
        Err(incamera_store::Error::Taken) => Err(Refusal::PasskeyWrong.into()),
        done => done.map(|()| StatusCode::NO_CONTENT).map_err(store),
    }
}

/// `DELETE /api/account/passkeys/{id}`.
pub(super) async fn delete(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    visitor: Visitor,
    _: NoBody,
) -> Result<StatusCode, Problem> {
    let who = visitor.who_may(Act::KeepAccount)?.account.id;
    site.store.delete_passkey(who, &id).await.map_err(store)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/passkeys/begin`: for whoever wants to sign in. It names nobody: the authenticator knows whose its keys are.
pub(super) async fn challenge(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    headers: HeaderMap,
    _: NoBody,
) -> Result<Json<PasskeyChallenge>, Problem> {
    visitor.may(Act::SignIn)?;
    site.limits.sign_in(peer)?;
    let (challenge, state) = webauthn(&site, &headers)?.start_discoverable_authentication().map_err(wrong)?;
    let options = told(&challenge)?;
    Ok(Json(PasskeyChallenge {
        ceremony: site.ceremonies.begin(Ceremony::Authentication(Box::new(state))),
        challenge: text(&options, "/publicKey/challenge")?,
        rp: text(&options, "/publicKey/rpId")?,
    }))
}

/// `POST /api/logins/passkey`. The authenticator has asked for a finger, a face or a PIN, so that no code is asked for
/// beside it.
pub(super) async fn sign_in(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Result<Body<PasskeyLogin>, Problem>,
) -> Result<impl IntoResponse, Problem> {
    visitor.may(Act::SignIn)?;
    site.limits.sign_in(peer)?;
    let Body(PasskeyLogin { ceremony, credential, client_data, authenticator_data, signature, user }) = body?;
    let state = match site.ceremonies.end(&ceremony) {
        Some(Ceremony::Authentication(state)) => state,
        _ => return Err(Refusal::PasskeyWrong.into()),
    };
    let answer = read(json!({
        "id": credential, "rawId": credential, "type": "public-key",
        "response": {
            "clientDataJSON": client_data, "authenticatorData": authenticator_data, "signature": signature,
            "userHandle": user,
        },
    }))?;
    let webauthn = webauthn(&site, &headers)?;
    let (whose, _) = webauthn.identify_discoverable_authentication(&answer).map_err(wrong)?;
    let found = site.store.passkey(&credential).await.map_err(store)?;
    let (account, password, passkey) =
        found.filter(|(account, ..)| account.id.0 == whose.as_u128()).ok_or(Refusal::PasskeyWrong)?;
    let mut known: webauthn_rs::prelude::Passkey =
        serde_json::from_str(&passkey.credential).map_err(|error| {
            tracing::error!("a passkey in the database cannot be read: {error}");
            Refusal::Unavailable
        })?;
    let result = webauthn.finish_discoverable_authentication_v2(&answer, *state, &known).map_err(wrong)?;
    known.update_credential(&result);
    site.store.note_passkey(&passkey.id, &told(&known)?.to_string(), clock::now()).await.map_err(store)?;
    signed_in_by(&site, &headers, account, password.vault, passkey.vault).await
}

/// What checks ceremonies of the page that asks. Passkeys belong to a name, so that there are none for a bare address.
fn webauthn(site: &Site, headers: &HeaderMap) -> Result<Webauthn, Problem> {
    let origin = site.home.of_request(headers).ok_or(Refusal::OriginForeign)?;
    let origin = Url::parse(&origin).map_err(|_| Refusal::OriginForeign)?;
    let name = origin.domain().ok_or(Refusal::NotAllowed)?.to_owned();
    WebauthnBuilder::new(&name, &origin).and_then(WebauthnBuilder::build).map_err(wrong)
}

/// Why it is wrong is nobody's business: it would help only who tries to sign in as somebody else.
fn wrong(_: WebauthnError) -> Problem {
    Refusal::PasskeyWrong.into()
}

fn read<T: DeserializeOwned>(answer: Value) -> Result<T, Problem> {
    serde_json::from_value(answer).map_err(|_| Refusal::Malformed.into())
}

fn told(value: &impl serde::Serialize) -> Result<Value, Problem> {
    serde_json::to_value(value).map_err(|error| {
        tracing::error!("a ceremony cannot be written down: {error}");
        Refusal::Unavailable.into()
    })
}

fn text(options: &Value, place: &str) -> Result<String, Problem> {
    let text = options.pointer(place).and_then(Value::as_str);
    text.map(str::to_owned).ok_or_else(|| Refusal::Unavailable.into())
}
