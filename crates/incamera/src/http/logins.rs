//! Signing in and out.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use axum::{Extension, Json};
use incamera_protocol::http::accounts::{self, LoginRequest, Stretch, StretchRequest};
use incamera_protocol::secret::Salt;
use incamera_protocol::{MAX_LOGIN_CHARS, Refusal, SealedBytes};
use incamera_store::{Account, Login, Password, Token};

use super::body::{Body, NoBody};
use super::error::{Problem, store};
use super::gate::Act;
use super::totp::right_code;
use super::visitor::{Visitor, cookie, no_cookie};
use super::{Site, accounts::shown};
use crate::accept::Peer;
use crate::clock;

/// How often browsers stretch a new password. A desk computer takes some 0.2 s for it.
pub(super) const ROUNDS: u32 = 600_000;

/// `POST /api/stretch`: how the password of a name is stretched. A name that nobody has is answered like any other,
/// always the same, so that asking tells nothing.
pub(super) async fn stretch(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    body: Result<Body<StretchRequest>, Problem>,
) -> Result<Json<Stretch>, Problem> {
    visitor.may(Act::SignIn)?;
    site.limits.sign_in(peer)?;
    let Body(StretchRequest { login }) = body?;
    let kept = if fits(&login) { site.store.account_named(&login).await.map_err(store)? } else { None };
    let (salt, rounds) = match kept {
        Some((_, Password { salt, rounds, .. })) => (Salt::new(salt), rounds),
        None => (site.salt_of_nobody(&login), ROUNDS),
    };
    Ok(Json(Stretch { salt, rounds }))
}

/// `POST /api/logins`.
pub(super) async fn create(
    State(site): State<Arc<Site>>,
    Extension(peer): Extension<Peer>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Result<Body<LoginRequest>, Problem>,
) -> Result<impl IntoResponse, Problem> {
    visitor.may(Act::SignIn)?;
    site.limits.sign_in(peer)?;
    let Body(LoginRequest { login, proof, code }) = body?;
    site.limits.sign_in_as(peer, &login)?;
    let kept = if fits(&login) { site.store.account_named(&login).await.map_err(store)? } else { None };
    let hash = kept.as_ref().and_then(|(_, password)| password.to_check());
    let right = site.passwords.check(proof, hash).await?;
    // A disabled account is told the same as a wrong password, and only after it was checked.
    match kept {
        Some((account, password)) if right && !account.disabled => {
            right_code(&site, &account, code.as_deref()).await?;
            signed_in(&site, &headers, account, password.vault).await
        }
        _ => Err(Refusal::LoginWrong.into()),
    }
}

/// Signs someone in whose right to it was shown: a new secret each time, never one that was there before.
pub(super) async fn signed_in(
    site: &Site,
    headers: &HeaderMap,
    account: Account,
    vault: String,
) -> Result<impl IntoResponse + use<>, Problem> {
    signed_in_by(site, headers, account, vault, None).await
}

/// By a passkey, where it opens the vault as well.
pub(super) async fn signed_in_by(
    site: &Site,
    headers: &HeaderMap,
    account: Account,
    vault: String,
    passkey_vault: Option<String>,
) -> Result<impl IntoResponse + use<>, Problem> {
    let secret = Token::random();
    site.store.sign_in(account.id, &secret.hash(), &device(headers), clock::now()).await.map_err(store)?;
    let cookie = AppendHeaders([(header::SET_COOKIE, cookie(&secret, site.https))]);
    let passkey_vault = passkey_vault.map(SealedBytes::new);
    let body = accounts::SignedIn { account: shown(account), vault: told_vault(vault), passkey_vault };
    Ok((StatusCode::CREATED, cookie, Json(body)))
}

/// Without a password there is nothing that it opens.
pub(super) fn told_vault(vault: String) -> Option<SealedBytes> {
    (!vault.is_empty()).then(|| SealedBytes::new(vault))
}

/// `GET /api/logins`: where the one who asks is signed in.
pub(super) async fn list(
    State(site): State<Arc<Site>>,
    visitor: Visitor,
) -> Result<Json<Vec<accounts::Login>>, Problem> {
    let who = visitor.who_may(Act::KeepAccount)?;
    let logins = site.store.logins(who.account.id, clock::now()).await.map_err(store)?;
    let shown = |Login { id, device, created_at, used_at }: Login| {
        let own = id == who.login.id;
        accounts::Login { id, device, created_at, used_at, own }
    };
    Ok(Json(logins.into_iter().map(shown).collect()))
}

/// `DELETE /api/logins/{id}`: signs out, here (`current`) or elsewhere.
pub(super) async fn delete(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    visitor: Visitor,
    _: NoBody,
) -> Result<impl IntoResponse, Problem> {
    let who = visitor.who_may(Act::KeepAccount)?;
    let own = id == "current" || id == who.login.id;
    let id = if own { who.login.id } else { id };
    site.store.sign_out(who.account.id, &id).await.map_err(store)?;
    let mut headers = HeaderMap::new();
    if own {
        headers.insert(header::SET_COOKIE, no_cookie(site.https));
        // What the page has kept goes with it. But where there are accounts without a password, a browser that opens the vault of
        // one stays one, whoever signs out there: the page forgets its keys by itself.
        let gone = match site.organisation {
            Some(_) => "\"cache\", \"cookies\"",
            None => "\"cache\", \"cookies\", \"storage\"",
        };
        headers.insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static(gone));
    }
    Ok((StatusCode::NO_CONTENT, headers))
}

/// Letters, digits and what stands in addresses: nothing that looks like something else.
pub(super) fn is_login(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-+@".contains(&byte);
    (incamera_protocol::MIN_LOGIN_CHARS..=MAX_LOGIN_CHARS).contains(&text.len()) && text.bytes().all(plain)
}

fn fits(login: &str) -> bool {
    login.len() <= MAX_LOGIN_CHARS
}

/// The browser and the system in a word each, for someone who looks through their logins. No more of the header is kept.
pub(super) fn device(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    let browser = first(&[
        ("Edg", "Edge"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    [browser, system].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_two_words() {
        let of = |agent: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::USER_AGENT, HeaderValue::from_str(agent).expect("a value"));
            device(&headers)
        };
        assert_eq!(
            of("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
            "Firefox, Linux"
        );
        assert_eq!(
            of(
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
            ),
            "Chrome, Android"
        );
        assert_eq!(of("<script>"), "");
    }

    /// ATK-28: no name looks like another one.
    #[test]
    fn a_sign_in_name_is_plain() {
        for right in ["jana", "jana.kuehn@beratung.example", "J-1_x+2"] {
            assert!(is_login(right), "{right}");
        }
        for wrong in ["", "ab", "jana kühn", "jаna", "jana\u{200b}", "jana\0", "a/b", &"a".repeat(101)] {
            assert!(!is_login(wrong), "{wrong:?}");
        }
    }
}
