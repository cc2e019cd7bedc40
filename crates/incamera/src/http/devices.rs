//! The browsers that open the vault of an account without a password. The first one makes it, each other one is let in by one
//! that has it: its owner compares digits on both.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use incamera_protocol::http::accounts::{Device, DeviceMade, DeviceVault, NewDevice};
use incamera_protocol::{Refusal, SealedBytes};

use super::Site;
use super::body::{Body, NoBody, sealed};
use super::error::{Problem, store};
use super::gate::Act;
use super::logins::device;
use super::visitor::{SignedIn, Visitor};
use crate::clock;

const MOST_DEVICES: usize = 20;

/// `GET /api/account/devices`.
pub(super) async fn list(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
) -> Result<Json<Vec<Device>>, Problem> {
    let who = visitor.who_may(Act::KeepAccount)?.account.id;
    let devices = site.store.devices(who, clock::now()).await.map_err(store)?;
    let shown = |incamera_store::Device { id, device, public_key, vault, created_at }| Device {
        id,
        device,
        public: SealedBytes::new(public_key),
        vault: vault.map(SealedBytes::new),
        created_at,
    };
    Ok(Json(devices.into_iter().map(shown).collect()))
}

/// `POST /api/account/devices`: a browser, which brings the vault where it is the first one.
pub(super) async fn create(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Result<Body<NewDevice>, Problem>,
) -> Result<(StatusCode, Json<DeviceMade>), Problem> {
    let who = without_password(&site, visitor).await?.account.id;
    let Body(NewDevice { public, vault }) = body?;
    let (public_key, vault) = (sealed(public)?, vault.map(sealed).transpose()?);
    if site.store.devices(who, clock::now()).await.map_err(store)?.len() >= MOST_DEVICES {
        return Err(Refusal::TooMany.into());
    }
    let new = incamera_store::NewDevice { device: device(&headers), public_key, vault };
    match site.store.create_device(who, &new, clock::now()).await {
        Ok(id) => Ok((StatusCode::CREATED, Json(DeviceMade { id }))),
        // There is a vault already; this browser has to be let in.
        Err(incamera_store::Error::Taken) => Err(Refusal::OutOfPlace.into()),
        Err(error) => Err(store(error)),
    }
}

/// `PUT /api/account/devices/{id}`: lets a browser in.
pub(super) async fn admit(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    visitor: Visitor,
    body: Result<Body<DeviceVault>, Problem>,
) -> Result<StatusCode, Problem> {
    let who = without_password(&site, visitor).await?.account.id;
    let Body(DeviceVault { vault }) = body?;
    site.store.admit_device(who, &id, &sealed(vault)?, clock::now()).await.map_err(store)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /api/account/devices/{id}`; `all` gives the vault up that no browser opens any more.
pub(super) async fn delete(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    visitor: Visitor,
    _: NoBody,
) -> Result<StatusCode, Problem> {
    let SignedIn { account, login } = without_password(&site, visitor).await?;
    let done = match id.as_str() {
        "all" => site.store.give_up_vault(account.id, &login.id).await,
        id => site.store.delete_device(account.id, id).await,
    };
    match done {
        Err(incamera_store::Error::Taken) => Err(Refusal::OutOfPlace.into()),
        done => done.map(|()| StatusCode::NO_CONTENT).map_err(store),
    }
}

async fn without_password(site: &Site, visitor: Visitor) -> Result<SignedIn, Problem> {
    let who = visitor.who_may(Act::KeepAccount)?;
    match site.store.account(who.account.id).await.map_err(store)? {
        Some((_, password)) if !password.is_set() => Ok(who),
        _ => Err(Refusal::NotAllowed.into()),
    }
}
