//! The rooms of a host, and the links into them.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use incamera_protocol::http::rooms::{self, NewRoom, NewRoomLink, PasswordChange, RoomChange, RoomLink};
use incamera_protocol::{AccountId, MAX_PARTICIPANTS, MeetingId, Refusal, SealedBytes};
use incamera_store::{Link, NewLink, Plan, Room, SecretHash};

use super::Site;
use super::body::{Body, NoBody, sealed};
use super::deputies::{Hand, Names, led};
use super::error::{Problem, store};
use super::gate::Act;
use super::visitor::Visitor;
use crate::clock;

/// ATK-50: more rooms than this no host keeps; whoever has them deletes old ones first.
const MOST_ROOMS: usize = 2_000;
/// More links than seats nobody needs.
const MOST_LINKS: usize = MAX_PARTICIPANTS;
/// Every week for nearly four years.
const MOST_OCCURRENCES: usize = 200;
const TITLE_CHARS: usize = 100;
const PLACE_CHARS: usize = 200;
const LANGUAGES: [&str; 3] = ["de", "de-x-leicht", "en"];
/// A begin is a time of this century, so that no sum with it leaves what dates can say.
const BEGINS: std::ops::Range<i64> = 946_684_800_000..4_102_444_800_000;

/// `GET /api/rooms`: all that one leads, with who is there.
pub(super) async fn list(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
) -> Result<Json<Vec<rooms::Room>>, Problem> {
    let who = visitor.account_may(Act::ReadRooms)?.id;
    let own = site.store.rooms_of(who).await.map_err(store)?;
    let lent = site.store.rooms_deputised_to(who).await.map_err(store)?;
    let own = own.into_iter().map(|room| (room, Hand::Owner));
    let rooms: Vec<_> =
        own.chain(lent.into_iter().map(|(room, secret)| (room, Hand::Deputy(secret)))).collect();
    let census = site.door.census(rooms.iter().map(|(room, _)| room.id.clone()).collect()).await;
    let mut links: HashMap<MeetingId, Vec<Link>> = HashMap::new();
    for (room, link) in site.store.links_of_all(who).await.map_err(store)? {
        links.entry(room).or_default().push(link);
    }
    let mut deputies: HashMap<MeetingId, Vec<AccountId>> = HashMap::new();
    for deputy in site.store.deputies_of_all(who).await.map_err(store)? {
        deputies.entry(deputy.room).or_default().push(deputy.account);
    }
    let names = Names::of(&site, !deputies.is_empty()).await?;
    // A server that is about to stop counts nobody.
    let census = census.into_iter().chain(std::iter::repeat((0, 0)));
    let list = rooms.into_iter().zip(census).map(|((room, hand), census)| {
        let links = links.remove(&room.id).unwrap_or_default();
        let deputies = deputies.remove(&room.id).unwrap_or_default();
        let wrong_passwords = site.limits.wrong_guesses(&room.id);
        shown(room, hand, Around { links, deputies, census, wrong_passwords }, &names)
    });
    Ok(Json(list.collect()))
}

/// `GET /api/rooms/{id}`.
pub(super) async fn show(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Json<rooms::Room>, Problem> {
    let who = visitor.account_may(Act::ReadRooms)?.id;
    let (room, hand) = led(&site, who, &id).await?;
    whole(&site, room, hand).await.map(Json)
}

/// `POST /api/rooms`.
pub(super) async fn create(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
    body: Result<Body<NewRoom>, Problem>,
) -> Result<(StatusCode, Json<rooms::Room>), Problem> {
    let owner = visitor.account_may(Act::KeepRooms)?.id;
    let Body(NewRoom { plan, secret }) = body?;
    let plan = checked(plan)?;
    let secret = sealed(secret)?;
    if site.store.count_rooms_of(owner).await.map_err(store)? >= MOST_ROOMS {
        return Err(Refusal::TooMany.into());
    }
    let room = Room {
        id: site.door.new_meeting(),
        owner,
        created_at: clock::now(),
        plan,
        secret,
        password_hash: None,
        cancelled_at: None,
        sequence: 0,
    };
    site.store.create_room(&room).await.map_err(store)?;
    Ok((StatusCode::CREATED, Json(shown(room, Hand::Owner, Around::default(), &Names::default()))))
}

/// `PATCH /api/rooms/{id}`: what is left out stays.
pub(super) async fn change(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    visitor: Visitor,
    body: Result<Body<RoomChange>, Problem>,
) -> Result<Json<rooms::Room>, Problem> {
    let who = visitor.account_may(Act::KeepRooms)?.id;
    let Body(RoomChange { plan, password, cancelled }) = body?;
    let (mut room, hand) = led(&site, who, &id).await?;
    if let Some(plan) = plan.map(checked).transpose()? {
        let (before, after) = (&room.plan, &plan);
        let moved = (&before.occurrences, before.minutes, &before.place)
            != (&after.occurrences, after.minutes, &after.place);
        room.sequence += u32::from(moved);
        room.plan = plan;
    }
    match password {
        Some(PasswordChange::Set { proof }) => room.password_hash = Some(site.passwords.hash(proof).await?),
        Some(PasswordChange::Remove {}) => room.password_hash = None,
        None => {}
    }
    if let Some(cancelled) = cancelled.filter(|cancelled| *cancelled != room.cancelled_at.is_some()) {
        room.cancelled_at = cancelled.then(clock::now);
        room.sequence += 1;
    }
    site.store.change_room(&room).await.map_err(store)?;
    site.passwords_right.forget(&room.id);
    whole(&site, room, hand).await.map(Json)
}

/// `DELETE /api/rooms/{id}`.
pub(super) async fn delete(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    visitor: Visitor,
    _: NoBody,
) -> Result<StatusCode, Problem> {
    let owner = visitor.account_may(Act::KeepRooms)?.id;
    let id: MeetingId = id.parse().map_err(|_| Refusal::Unknown)?;
    site.store.delete_room(owner, &id).await.map_err(store)?;
    site.passwords_right.forget(&id);
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/rooms/{id}/links`.
pub(super) async fn create_link(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    visitor: Visitor,
    body: Result<Body<NewRoomLink>, Problem>,
) -> Result<(StatusCode, Json<RoomLink>), Problem> {
    let who = visitor.account_may(Act::KeepRooms)?.id;
    let Body(NewRoomLink { token_hash, sealed_token, expires_at, once }) = body?;
    let hash: SecretHash = token_hash.parse().map_err(|_| Refusal::Malformed)?;
    let sealed_token = sealed(sealed_token)?;
    let (room, _) = led(&site, who, &id).await?;
    if site.store.links_of(&room.id).await.map_err(store)?.len() >= MOST_LINKS {
        return Err(Refusal::TooMany.into());
    }
    let (new, now) = (NewLink { hash, sealed_token, expires_at, once }, clock::now());
    let link = site.store.create_link(room.owner, &room.id, new, now).await.map_err(store)?;
    Ok((StatusCode::CREATED, Json(shown_link(link))))
}

/// `DELETE /api/rooms/{id}/links/{link}`: takes it back. Whoever is inside stays: removing them is another act.
pub(super) async fn delete_link(
    State(site): State<Arc<Site>>,
    Path((id, link)): Path<(String, String)>,
    visitor: Visitor,
    _: NoBody,
) -> Result<StatusCode, Problem> {
    let who = visitor.account_may(Act::KeepRooms)?.id;
    let (room, _) = led(&site, who, &id).await?;
    site.store.revoke_link(room.owner, &room.id, &link, clock::now()).await.map_err(store)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn whole(site: &Site, room: Room, hand: Hand) -> Result<rooms::Room, Problem> {
    let links = site.store.links_of(&room.id).await.map_err(store)?;
    let deputies = site.store.deputies_of(&room.id).await.map_err(store)?;
    let census = site.door.census(vec![room.id.clone()]).await.first().copied().unwrap_or_default();
    let names = Names::of(site, !deputies.is_empty()).await?;
    let wrong_passwords = site.limits.wrong_guesses(&room.id);
    Ok(shown(room, hand, Around { links, deputies, census, wrong_passwords }, &names))
}

/// A plan that can be kept: lines without hidden characters, and numbers that mean something.
fn checked(plan: rooms::Plan) -> Result<Plan, Refusal> {
    let rooms::Plan { title, guest, place, language, occurrences, minutes, capacity, cameras, waiting_room } =
        plan;
    if occurrences.len() > MOST_OCCURRENCES {
        return Err(Refusal::TooMany);
    }
    // More than is kept is refused and not cut: a host should know what guests read.
    let line = |text: &str, most: usize| {
        if text.chars().count() > most {
            Err(Refusal::TooLarge)
        } else {
            Ok(incamera_rooms::one_line(text, most))
        }
    };
    let meant = LANGUAGES.contains(&&*language)
        && occurrences.iter().all(|one| BEGINS.contains(&one.starts_at))
        && occurrences.is_sorted_by(|one, next| one.starts_at < next.starts_at)
        && (5..=1_440).contains(&minutes)
        && (2..=MAX_PARTICIPANTS).contains(&(capacity as usize));
    if !meant {
        return Err(Refusal::Malformed);
    }
    Ok(Plan {
        title: line(&title, TITLE_CHARS)?.ok_or(Refusal::Malformed)?,
        guest: line(&guest, TITLE_CHARS)?.unwrap_or_default(),
        place: line(&place, PLACE_CHARS)?.unwrap_or_default(),
        language,
        occurrences,
        minutes,
        capacity,
        cameras,
        waiting_room,
    })
}

/// What there is around a room.
#[derive(Default)]
struct Around {
    links: Vec<Link>,
    deputies: Vec<AccountId>,
    /// How many are in it, and how many wait.
    census: (usize, usize),
    wrong_passwords: Option<u32>,
}

/// A room for who leads it: its owner with the secret under their vault key, a deputy with the one sealed for them.
fn shown(room: Room, hand: Hand, around: Around, names: &Names) -> rooms::Room {
    let Around { links, deputies, census: (present, waiting), wrong_passwords } = around;
    let (secret, owner) = match hand {
        Hand::Owner => (room.secret, None),
        Hand::Deputy(secret) => (secret, Some(names.name(room.owner))),
    };
    let Plan { title, guest, place, language, occurrences, minutes, capacity, cameras, waiting_room } =
        room.plan;
    rooms::Room {
        meeting: room.id,
        plan: rooms::Plan {
            title,
            guest,
            place,
            language,
            occurrences,
            minutes,
            capacity,
            cameras,
            waiting_room,
        },
        secret: SealedBytes::new(secret),
        owner,
        deputies: names.deputies(deputies),
        has_password: room.password_hash.is_some(),
        cancelled: room.cancelled_at.is_some(),
        sequence: room.sequence,
        links: links.into_iter().map(shown_link).collect(),
        waiting: waiting.try_into().unwrap_or(u32::MAX),
        present: present.try_into().unwrap_or(u32::MAX),
        wrong_passwords,
    }
}

fn shown_link(link: Link) -> RoomLink {
    let valid = link.is_valid(clock::now());
    RoomLink {
        id: link.id,
        sealed_token: SealedBytes::new(link.sealed_token),
        expires_at: link.expires_at,
        once: link.once,
        used_at: link.used_at,
        valid,
    }
}
