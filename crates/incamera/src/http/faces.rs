//! What the operator, a host or a room shows of itself: read by who may change it, and changed.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use incamera_protocol::http::face::{
    FaceChange, FaceDraft, FaceKept, Legal, PictureChange, PictureKind, Texts,
};
use incamera_protocol::{AccountId, MAX_CHROMA, Refusal};
use incamera_store::Wearer;

use super::Site;
use super::body::Body;
use super::deputies::owned;
use super::error::{Problem, store};
use super::gate::Act;
use super::visitor::Visitor;
use crate::{pictures, redirect};

/// The largest change: three pictures as base64, and all words in three languages.
const MOST_BYTES: usize = 2 * 1024 * 1024;
const NAME_CHARS: usize = 60;
const ALT_CHARS: usize = 120;
const WORDS_CHARS: usize = 2_000;
const LEGAL_CHARS: usize = 20_000;

type Change = Result<Body<FaceChange, MOST_BYTES>, Problem>;

/// `GET /api/legal`: the server's imprint and privacy notice.
pub(super) async fn legal(State(site): State<Arc<Site>>) -> Json<Legal> {
    Json(site.faces.server().legal.clone())
}

/// `GET /api/face`: the server's.
pub(super) async fn server(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
) -> Result<Json<FaceKept>, Problem> {
    let who = visitor.who_may(Act::KeepServer)?.account.id;
    kept(&site, &Wearer::Server, who).await
}

/// `PUT /api/face`.
pub(super) async fn put_server(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
    body: Change,
) -> Result<Json<FaceKept>, Problem> {
    let who = visitor.who_may(Act::KeepServer)?.account.id;
    put(&site, &Wearer::Server, who, body).await
}

/// `GET /api/account/face`: a host's own.
pub(super) async fn own(State(site): State<Arc<Site>>, visitor: Visitor) -> Result<Json<FaceKept>, Problem> {
    let who = visitor.who_may(Act::KeepAccount)?.account.id;
    kept(&site, &Wearer::Host(who), who).await
}

/// `PUT /api/account/face`.
pub(super) async fn put_own(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
    body: Change,
) -> Result<Json<FaceKept>, Problem> {
    let who = visitor.who_may(Act::KeepAccount)?.account.id;
    put(&site, &Wearer::Host(who), who, body).await
}

/// `GET /api/rooms/{id}/face`.
pub(super) async fn room(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    visitor: Visitor,
) -> Result<Json<FaceKept>, Problem> {
    let who = visitor.who_may(Act::KeepAccount)?.account.id;
    kept(&site, &wearer(&site, who, &id).await?, who).await
}

/// `PUT /api/rooms/{id}/face`.
pub(super) async fn put_room(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    visitor: Visitor,
    body: Change,
) -> Result<Json<FaceKept>, Problem> {
    let who = visitor.who_may(Act::KeepAccount)?.account.id;
    put(&site, &wearer(&site, who, &id).await?, who, body).await
}

/// `GET /pictures/{id}`: a logo or a sign. It is one that this server wrote, and even so nothing in it is run.
pub(super) async fn picture(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let png = site.store.picture(&id).await.map_err(store)?.ok_or(Refusal::Unknown)?;
    let headers = [
        (header::CONTENT_TYPE, "image/png"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'; sandbox"),
    ];
    Ok((headers.map(|(name, value)| (name, HeaderValue::from_static(value))), png).into_response())
}

async fn wearer(site: &Site, owner: AccountId, id: &str) -> Result<Wearer, Problem> {
    Ok(Wearer::Room(owned(site, owner, id).await?.id))
}

async fn kept(site: &Site, wearer: &Wearer, owner: AccountId) -> Result<Json<FaceKept>, Problem> {
    site.faces.kept(wearer, owner).await.map(Json).map_err(store)
}

async fn put(
    site: &Site,
    wearer: &Wearer,
    owner: AccountId,
    body: Change,
) -> Result<Json<FaceKept>, Problem> {
    let Body(FaceChange { draft, pictures }) = body?;
    let draft = checked(draft, *wearer == Wearer::Server, &site.faces.server().allowed)?;
    let pictures = redrawn(pictures).await?;
    site.faces.put(wearer, &draft, &pictures).await.map_err(store)?;
    kept(site, wearer, owner).await
}

/// Unpacks and packs pictures where it holds nobody up.
async fn redrawn(pictures: Vec<PictureChange>) -> Result<Vec<(PictureKind, Option<Vec<u8>>)>, Problem> {
    let most = [PictureKind::Logo, PictureKind::LogoDark, PictureKind::Icon].len();
    if pictures.len() > most {
        return Err(Refusal::TooMany.into());
    }
    let redraw = move || -> Result<_, Refusal> {
        let one = |PictureChange { kind, png }| {
            let bytes = png.map(|png| BASE64.decode(png).map_err(|_| Refusal::Malformed)).transpose()?;
            Ok((kind, bytes.map(|bytes| pictures::written_anew(&bytes)).transpose()?))
        };
        pictures.into_iter().map(one).collect()
    };
    let redrawn = tokio::task::spawn_blocking(redraw).await.map_err(|_| Refusal::Unavailable)?;
    Ok(redrawn?)
}

/// A draft that can be shown: words without hidden characters and not too many, a colour that there is, a target that is
/// allowed.
fn checked(draft: FaceDraft, server: bool, allowed: &[String]) -> Result<FaceDraft, Refusal> {
    let meant = draft.colour.is_none_or(|colour| colour.hue < 360 && colour.chroma <= MAX_CHROMA);
    if !meant || !(server || draft.redirect_hosts.is_empty()) {
        return Err(Refusal::Malformed);
    }
    if draft.redirect_hosts.len() > redirect::MOST_HOSTS {
        return Err(Refusal::TooMany);
    }
    let hosts =
        draft.redirect_hosts.iter().map(|host| redirect::host(host)).collect::<Result<Vec<_>, _>>()?;
    let allowed = if server { hosts.as_slice() } else { allowed };
    Ok(FaceDraft {
        name: each(draft.name, NAME_CHARS, incamera_rooms::one_line)?,
        logo_alt: each(draft.logo_alt, ALT_CHARS, incamera_rooms::one_line)?,
        colour: draft.colour,
        welcome: each(draft.welcome, WORDS_CHARS, incamera_rooms::lines)?,
        greeting: each(draft.greeting, WORDS_CHARS, incamera_rooms::lines)?,
        farewell: each(draft.farewell, WORDS_CHARS, incamera_rooms::lines)?,
        redirect: draft.redirect.map(|typed| redirect::target(&typed, allowed)).transpose()?,
        imprint: each(draft.imprint, LEGAL_CHARS, incamera_rooms::lines)?,
        privacy: each(draft.privacy, LEGAL_CHARS, incamera_rooms::lines)?,
        redirect_hosts: hosts,
    })
}

/// Cleans a text in each language. More than is kept is refused and not cut: an operator should know what guests read.
fn each(texts: Texts, most: usize, clean: fn(&str, usize) -> Option<String>) -> Result<Texts, Refusal> {
    let one = |text: String| {
        if text.chars().count() > most {
            Err(Refusal::TooLarge)
        } else {
            Ok(clean(&text, most).unwrap_or_default())
        }
    };
    Ok(Texts { de: one(texts.de)?, plain: one(texts.plain)?, en: one(texts.en)? })
}
