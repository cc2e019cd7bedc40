//! HTTP: one file per thing a visitor can do, and around all of them what holds for every request.

mod accounts;
mod body;
mod consents;
mod deputies;
mod devices;
mod entries;
mod error;
mod faces;
mod gate;
mod headers;
mod health;
mod instance;
mod invitations;
mod keys;
mod limits;
mod logins;
mod meetings;
mod organisation;
mod origin;
mod pages;
mod passkeys;
mod recovery;
mod rooms;
mod signal;
mod totp;
mod visitor;

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::hmac;
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, patch, post, put};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use incamera_live::Door;
use incamera_protocol::Refusal;
use incamera_protocol::secret::Salt;
use incamera_store::Store;

use crate::ceremonies::Ceremonies;
use crate::config::Config;
use crate::data_dir::Secret;
use crate::faces::Faces;
use crate::metrics::Requests;
use crate::notices::Notices;
use crate::oidc::Oidc;
use crate::passwords::Passwords;
use crate::receipts::Signer;
use crate::right::RightPasswords;
use error::Problem;
pub(crate) use invitations::make as invite;
use limits::Limits;
use origin::Home;

/// How long a request may take from its head to its answer. Nothing here computes for long: whoever needs
/// longer sends the body slowly on purpose.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);

/// What the handlers know of the server.
pub(crate) struct Site {
    door: Door,
    store: Store,
    faces: Faces,
    notices: Notices,
    signer: Signer,
    home: Home,
    https: bool,
    open_rooms: bool,
    limits: Limits,
    ceremonies: Ceremonies,
    organisation: Option<Oidc>,
    passwords: Passwords,
    passwords_right: RightPasswords,
    /// Makes the salts of names that nobody has.
    salts: hmac::Key,
    requests: Requests,
}

/// What is written down, and what of it is held in memory.
pub(crate) struct Facts {
    pub(crate) store: Store,
    pub(crate) faces: Faces,
    pub(crate) notices: Notices,
}

impl Site {
    pub(crate) fn new(
        config: &Config,
        secret: &Secret,
        door: Door,
        Facts { store, faces, notices }: Facts,
        organisation: Option<Oidc>,
        requests: Requests,
    ) -> Arc<Self> {
        let salts = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), b"incamera salts of nobody 1");
        Arc::new(Self {
            door,
            store,
            faces,
            notices,
            signer: Signer::new(secret),
            passwords: Passwords::start(),
            passwords_right: RightPasswords::default(),
            salts: hmac::Key::new(hmac::HMAC_SHA256, salts.as_ref()),
            home: Home::of(config),
            https: config.is_https(),
            open_rooms: config.open_rooms,
            limits: Limits::default(),
            ceremonies: Ceremonies::default(),
            organisation,
            requests,
        })
    }

    /// The salt that a name is given which nobody has: always the same, and of the same kind as a real one.
    fn salt_of_nobody(&self, login: &str) -> Salt {
        let tag = hmac::sign(&self.salts, login.to_lowercase().as_bytes());
        Salt::new(BASE64.encode(&tag.as_ref()[..Salt::BYTES]))
    }
}

/// Everything a visitor can ask for.
pub(crate) fn router(site: Arc<Site>) -> Router {
    Router::new()
        .route("/", get(pages::shell))
        .route("/m/{id}", get(pages::shell))
        .route("/left", get(pages::shell))
        .route("/receipt", get(pages::shell))
        .route("/imprint", get(pages::shell))
        .route("/privacy", get(pages::shell))
        .route("/host", get(pages::shell))
        .route("/host/signed-in", get(pages::shell))
        .route("/host/face/{wearer}", get(pages::shell))
        .route("/app.webmanifest", get(pages::manifest))
        .route("/pictures/{id}", get(faces::picture))
        .route("/signal", get(signal::open))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/api/instance", get(instance::show))
        .route("/api/openapi.json", get(instance::openapi))
        .route("/api/meetings", post(meetings::create))
        .route("/api/doors", post(entries::look))
        .route("/api/entries", post(entries::create))
        .route("/api/notices", post(consents::offer))
        .route("/api/notices/{hash}", get(consents::notice))
        .route("/api/consents", post(consents::create))
        .route("/api/consents/look", post(consents::look))
        .route("/api/consents/withdraw", post(consents::withdraw))
        .route("/api/consents/correct", post(consents::correct))
        .route("/api/consents/delete", post(consents::delete))
        .route("/api/stretch", post(logins::stretch))
        .route("/api/logins", get(logins::list).post(logins::create))
        .route("/api/logins/organisation", post(organisation::sign_in))
        .route("/api/organisation/begin", post(organisation::begin))
        .route("/api/logins/passkey", post(passkeys::sign_in))
        .route("/api/passkeys/begin", post(passkeys::challenge))
        .route("/api/logins/{id}", delete(logins::delete))
        .route("/api/account", get(accounts::show))
        .route("/api/account/password", post(accounts::change_password))
        .route("/api/account/key", get(deputies::key).put(deputies::put_key))
        .route("/api/account/totp", get(totp::show).put(totp::put).delete(totp::delete))
        .route("/api/account/proof", post(accounts::prove))
        .route("/api/account/sheet", get(recovery::show).put(recovery::put).delete(recovery::delete))
        .route("/api/account/passkeys", get(passkeys::list).post(passkeys::create))
        .route("/api/account/passkeys/begin", post(passkeys::offer))
        .route("/api/account/passkeys/{id}", delete(passkeys::delete))
        .route("/api/account/devices", get(devices::list).post(devices::create))
        .route("/api/account/devices/{id}", put(devices::admit).delete(devices::delete))
        .route("/api/account/face", get(faces::own).put(faces::put_own))
        .route("/api/face", get(faces::server).put(faces::put_server))
        .route("/api/legal", get(faces::legal))
        .route("/api/accounts", get(accounts::list).post(accounts::create))
        .route("/api/accounts/{id}", patch(accounts::change))
        .route("/api/passwords", post(recovery::reset))
        .route("/api/sheets/look", post(recovery::look))
        .route("/api/invitations", post(invitations::create))
        .route("/api/invitations/look", post(invitations::look))
        .route("/api/rooms", get(rooms::list).post(rooms::create))
        .route("/api/rooms/{id}", get(rooms::show).patch(rooms::change).delete(rooms::delete))
        .route("/api/rooms/{id}/face", get(faces::room).put(faces::put_room))
        .route("/api/keys", get(keys::list).post(keys::create))
        .route("/api/keys/{id}", delete(keys::delete))
        .route("/api/hosts", get(deputies::hosts))
        .route("/api/rooms/{id}/deputies/{account}", put(deputies::put).delete(deputies::delete))
        .route("/api/rooms/{id}/links", post(rooms::create_link))
        .route("/api/rooms/{id}/links/{link}", delete(rooms::delete_link))
        .route("/api/{*rest}", axum::routing::any(error::unknown_route))
        .route("/api", axum::routing::any(error::unknown_route))
        .fallback(pages::asset)
        .method_not_allowed_fallback(error::wrong_method)
        .layer(middleware::from_fn_with_state(Arc::clone(&site), origin::require_own_page))
        .layer(middleware::from_fn(in_time))
        .layer(middleware::from_fn_with_state(Arc::clone(&site), headers::add))
        .layer(middleware::from_fn_with_state(Arc::clone(&site), count))
        .with_state(site)
}

async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(ANSWER_WITHIN, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(axum::http::StatusCode::REQUEST_TIMEOUT, Refusal::Malformed).into_response(),
    }
}

/// Counts answers by the route's pattern; what has none is a file or nothing.
async fn count(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    site.requests.note(route.as_ref().map_or("file", MatchedPath::as_str), response.status());
    response
}
