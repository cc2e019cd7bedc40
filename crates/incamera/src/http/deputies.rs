//! Who leads a room beside its owner: made and taken back by the owner, and the keys that this needs.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use incamera_protocol::http::accounts::{Host, KeyPair};
use incamera_protocol::http::rooms::{self, NewDeputy};
use incamera_protocol::{AccountId, MeetingId, Refusal, SealedBytes};
use incamera_store::{Deputy, Error, Room};

use super::Site;
use super::body::{Body, NoBody, sealed};
use super::error::{Problem, store};
use super::gate::Act;
use super::visitor::Visitor;
use crate::clock;

/// More people than this do not lead one room.
const MOST_DEPUTIES: usize = 20;

/// How someone has to do with a room that they may lead.
pub(super) enum Hand {
    Owner,
    /// With the secret of its links, sealed for them.
    Deputy(String),
}

/// A room that someone may lead. Any other is as good as none.
pub(super) async fn led(site: &Site, who: AccountId, id: &str) -> Result<(Room, Hand), Problem> {
    let id: MeetingId = id.parse().map_err(|_| Refusal::Unknown)?;
    let room = site.store.room(&id).await.map_err(store)?.ok_or(Refusal::Unknown)?;
    let hand = hand(site, who, &room).await?.ok_or(Refusal::Unknown)?;
    Ok((room, hand))
}

/// A room of someone's own. Somebody else's is as good as none, for its deputies as well.
pub(super) async fn owned(site: &Site, who: AccountId, id: &str) -> Result<Room, Problem> {
    let id: MeetingId = id.parse().map_err(|_| Refusal::Unknown)?;
    site.store.room_of(who, &id).await.map_err(store)?.ok_or_else(|| Refusal::Unknown.into())
}

/// None for whoever may not lead it.
pub(super) async fn hand(site: &Site, who: AccountId, room: &Room) -> Result<Option<Hand>, Problem> {
    if room.owner == who {
        return Ok(Some(Hand::Owner));
    }
    Ok(site.store.deputy(&room.id, who).await.map_err(store)?.map(Hand::Deputy))
}

/// The names of everyone, where rooms have to do with more than their owner. Most do not, and lists of rooms are asked for
/// every few seconds.
#[derive(Default)]
pub(super) struct Names(HashMap<AccountId, String>);

impl Names {
    /// None of them where no room has a deputy.
    pub(super) async fn of(site: &Site, any_deputies: bool) -> Result<Self, Problem> {
        let accounts = if any_deputies { site.store.accounts().await.map_err(store)? } else { Vec::new() };
        Ok(Self(accounts.into_iter().map(|account| (account.id, account.name)).collect()))
    }

    pub(super) fn name(&self, id: AccountId) -> String {
        self.0.get(&id).cloned().unwrap_or_default()
    }

    pub(super) fn deputies(&self, ids: Vec<AccountId>) -> Vec<rooms::Deputy> {
        ids.into_iter().map(|id| rooms::Deputy { id, name: self.name(id) }).collect()
    }
}

/// `GET /api/account/key`.
pub(super) async fn key(State(site): State<Arc<Site>>, visitor: Visitor) -> Result<Json<KeyPair>, Problem> {
    let who = visitor.who_may(Act::KeepAccount)?.account.id;
    let pair = site.store.key_pair(who).await.map_err(store)?.ok_or(Refusal::Unknown)?;
    let (public, private) = (SealedBytes::new(pair.public), SealedBytes::new(pair.private));
    Ok(Json(KeyPair { public, private }))
}

/// `PUT /api/account/key`: keeps the first one. Two browsers that make one at once find out here.
pub(super) async fn put_key(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
    body: Result<Body<KeyPair>, Problem>,
) -> Result<StatusCode, Problem> {
    let who = visitor.who_may(Act::KeepAccount)?.account.id;
    let Body(KeyPair { public, private }) = body?;
    let pair = incamera_store::KeyPair { public: sealed(public)?, private: sealed(private)? };
    site.store.set_key_pair(who, &pair).await.map_err(|error| match error {
        Error::Taken => Refusal::OutOfPlace.into(),
        other => store(other),
    })?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/hosts`: who may be made a deputy.
pub(super) async fn hosts(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
) -> Result<Json<Vec<Host>>, Problem> {
    let who = visitor.who_may(Act::KeepAccount)?.account.id;
    let mut keys: HashMap<_, _> = site.store.public_keys().await.map_err(store)?.into_iter().collect();
    let others = site.store.accounts().await.map_err(store)?.into_iter();
    let others = others.filter(|account| account.id != who && !account.disabled);
    let hosts = others.map(|account| {
        let public = keys.remove(&account.id).map(SealedBytes::new);
        Host { id: account.id, name: account.name, public }
    });
    Ok(Json(hosts.collect()))
}

/// `PUT /api/rooms/{id}/deputies/{account}`, by its owner.
pub(super) async fn put(
    State(site): State<Arc<Site>>,
    Path((id, account)): Path<(String, String)>,
    visitor: Visitor,
    body: Result<Body<NewDeputy>, Problem>,
) -> Result<StatusCode, Problem> {
    let who = visitor.who_may(Act::KeepAccount)?.account.id;
    let Body(NewDeputy { secret }) = body?;
    let secret = sealed(secret)?;
    let room = owned(&site, who, &id).await?.id;
    let deputy = Deputy { account: account.parse().map_err(|_| Refusal::Unknown)?, room };
    let others = site.store.deputies_of(&deputy.room).await.map_err(store)?;
    if others.len() >= MOST_DEPUTIES && !others.contains(&deputy.account) {
        return Err(Refusal::TooMany.into());
    }
    site.store.set_deputy(who, &deputy, &secret, clock::now()).await.map_err(store)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE` on the same, by its owner or by the deputy.
pub(super) async fn delete(
    State(site): State<Arc<Site>>,
    Path((id, account)): Path<(String, String)>,
    visitor: Visitor,
    _: NoBody,
) -> Result<StatusCode, Problem> {
    let who = visitor.who_may(Act::KeepAccount)?.account.id;
    let (room, hand) = led(&site, who, &id).await?;
    let deputy = Deputy { account: account.parse().map_err(|_| Refusal::Unknown)?, room: room.id };
    if !matches!(hand, Hand::Owner) && deputy.account != who {
        return Err(Refusal::NotAllowed.into());
    }
    site.store.remove_deputy(&deputy).await.map_err(store)?;
    Ok(StatusCode::NO_CONTENT)
}
