//! The door of a meeting: what someone may know who stands before it, and the ticket for who may enter.
//!
//! In this order: is it one of ours, is the link good, is the password right. Until all of it holds nothing of the room
//! is told, and an identifier that was never given out is answered like one that somebody else may use.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use incamera_live::Policy;
use incamera_protocol::Refusal;
use incamera_protocol::http::{Door, Entry, EntryRequest};
use incamera_protocol::signal::Role;
use incamera_store::{Room, SecretHash, Token};

use super::Site;
use super::body::Body;
use super::deputies::hand;
use super::error::{Problem, store};
use super::gate::Act;
use super::visitor::Visitor;
use crate::accept::Peer;
use crate::{clock, dates};

/// Where the signalling socket is. A path on this server for now; a client takes any `wss:` address.
const SIGNAL: &str = "/signal";

/// For so long somebody comes back without being asked again: a dead battery, another network, a break. The next date of a
/// series is another meeting, and is asked for anew.
const SITTING: i64 = 12 * 60 * 60_000;

/// Which way someone comes.
pub(super) enum Way {
    /// Into a meeting that belongs to nobody.
    Open,
    /// Into a room that they lead.
    Lead(Box<Room>),
    /// Into a host's room; and the link that is used up by entering, if it is.
    Visit(Box<Room>, Option<SecretHash>),
}

impl Way {
    fn role(&self) -> Role {
        match self {
            Self::Open | Self::Visit(..) => Role::Guest,
            Self::Lead(_) => Role::Host,
        }
    }

    fn policy(&self) -> Policy {
        match self {
            Self::Open => Policy::OPEN,
            Self::Lead(room) | Self::Visit(room, _) => Policy {
                waiting_room: room.plan.waiting_room,
                capacity: usize::try_from(room.plan.capacity).unwrap_or(usize::MAX),
                cameras: room.plan.cameras,
            },
        }
    }
}

/// `POST /api/entries`: someone enters, and is given the ticket for the signalling socket.
pub(super) async fn create(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    body: Result<Body<EntryRequest>, Problem>,
) -> Result<(StatusCode, Json<Entry>), Problem> {
    // Counted before the body is judged, so that guessing costs as much as entering.
    site.limits.entries(peer)?;
    let Body(request) = body?;
    let way = way(&site, peer, &visitor, &request).await?;
    let consent = agreed(&site, &way, &request).await?;
    // Whoever looks at the door has not come yet; whoever is given a ticket has.
    if let Way::Visit(room, Some(link)) = &way {
        site.store.use_link(&room.id, link, clock::now()).await.map_err(store)?;
    }
    let grant = site.door.grant(&request.meeting, way.role(), way.policy(), consent)?;
    Ok((StatusCode::CREATED, Json(Entry { grant, signal: SIGNAL.to_owned() })))
}

/// `POST /api/doors`: what someone may know before they enter.
pub(super) async fn look(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    body: Result<Body<EntryRequest>, Problem>,
) -> Result<Json<Door>, Problem> {
    site.limits.entries(peer)?;
    let Body(request) = body?;
    let way = way(&site, peer, &visitor, &request).await?;
    let own = way.role().hosts();
    let (Way::Lead(room) | Way::Visit(room, _)) = way else {
        let waiting_room = false;
        return Ok(Json(Door {
            host: None,
            starts_at: None,
            cancelled_at: None,
            minutes: None,
            waiting_room,
            cameras: true,
            own,
            name: None,
            face: None,
            legal: None,
        }));
    };
    let host = site.store.account(room.owner).await.map_err(store)?.map(|(account, _)| account.name);
    let (face, legal) = site.faces.of_room(&room).await;
    let plan = room.plan;
    let when = dates::at_the_door(&plan.occurrences, plan.minutes, clock::now());
    Ok(Json(Door {
        host,
        starts_at: when.starts_at,
        cancelled_at: when.cancelled_at,
        minutes: Some(plan.minutes),
        waiting_room: plan.waiting_room && !own,
        cameras: plan.cameras || own,
        own,
        name: visitor.account().filter(|_| own).map(|account| account.name.clone()),
        face: Some(face),
        legal: Some(legal).filter(|legal| !legal.is_empty()),
    }))
}

/// What somebody has agreed to, by its name. Nobody enters before that is written down, but who leads the room (DP-11).
async fn agreed(site: &Site, way: &Way, request: &EntryRequest) -> Result<Option<String>, Problem> {
    if way.role().hosts() {
        return Ok(None);
    }
    let token = request.consent.as_deref().and_then(|token| token.parse::<Token>().ok());
    let token = token.ok_or(Refusal::ConsentMissing)?;
    let consent = site.store.consent(&token.hash()).await.map_err(store)?;
    let good = consent.filter(|consent| {
        // Another text is asked for anew.
        consent.meeting == request.meeting
            && consent.withdrawn_at.is_none()
            && (clock::now() - consent.given_at).abs() < SITTING
            && site.notices.of_hash(&consent.notice).is_some()
    });
    Ok(Some(good.ok_or(Refusal::ConsentMissing)?.id))
}

pub(super) async fn way(
    site: &Site,
    peer: Peer,
    visitor: &Visitor,
    request: &EntryRequest,
) -> Result<Way, Problem> {
    visitor.may(Act::Enter)?;
    if !site.door.is_ours(&request.meeting) {
        return Err(Refusal::MeetingUnknown.into());
    }
    let Some(room) = site.store.room(&request.meeting).await.map_err(store)? else {
        return if site.open_rooms { Ok(Way::Open) } else { Err(Refusal::MeetingUnknown.into()) };
    };
    // A host always finds back into a room that they lead.
    if let Some(account) = visitor.account()
        && hand(site, account.id, &room).await?.is_some()
    {
        return Ok(Way::Lead(Box::new(room)));
    }
    let used_up = good_link(site, &room, request).await?;
    right_password(site, peer, &room, request).await?;
    if room.cancelled_at.is_some() {
        return Err(Refusal::MeetingCancelled.into());
    }
    dates::still_open(&room.plan.occurrences, room.plan.minutes, clock::now())?;
    Ok(Way::Visit(Box::new(room), used_up))
}

/// A token must be one of this room's that is good. Without one, as with an identifier that was typed, the door is the
/// same. Gives the link that entering uses up: one for one sitting, the first time.
async fn good_link(site: &Site, room: &Room, request: &EntryRequest) -> Result<Option<SecretHash>, Problem> {
    let Some(token) = &request.token else { return Ok(None) };
    let hash = token.parse::<Token>().map_err(|_| Refusal::LinkEnded)?.hash();
    let link = site.store.link(&room.id, &hash).await.map_err(store)?;
    let link = link.filter(|link| link.is_valid(clock::now())).ok_or(Refusal::LinkEnded)?;
    Ok((link.once && link.used_at.is_none()).then_some(hash))
}

async fn right_password(site: &Site, peer: Peer, room: &Room, request: &EntryRequest) -> Result<(), Problem> {
    let Some(hash) = &room.password_hash else { return Ok(()) };
    let Some(proof) = &request.proof else { return Err(Refusal::PasswordNeeded.into()) };
    let rights = &site.passwords_right;
    if rights.knows(&room.id, hash, proof) {
        return Ok(());
    }
    site.limits.may_guess(peer, &room.id)?;
    // Of many who come at once with the same words, one is checked and the others wait for what comes of it.
    let turn = rights.turn(&room.id, hash, proof);
    let _turn = turn.lock().await;
    if rights.knows(&room.id, hash, proof) {
        return Ok(());
    }
    if !site.passwords.check(proof.clone(), Some(hash.clone())).await? {
        site.limits.guessed_wrong(peer, &room.id);
        return Err(Refusal::PasswordWrong.into());
    }
    rights.note(&room.id, hash, proof);
    Ok(())
}
