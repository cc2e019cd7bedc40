//! Who asks: the login cookie, read once for each request that wants to know.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use incamera_protocol::Refusal;
use incamera_protocol::http::accounts::Scope;
use incamera_store::{Account, Login, SecretHash, Token};

use super::Site;
use super::error::Problem;
use super::gate::{self, Act, Standing};
use crate::clock;

/// Over TLS no other page and no subdomain can set a cookie of this name (RFC 6265bis section 4.1.3.2); on loopback there
/// is no TLS, and browsers would refuse it.
const COOKIE: &str = "__Host-incamera";
const LOOPBACK_COOKIE: &str = "incamera";

/// Whoever asks, signed in or not.
pub(super) struct Visitor {
    open_rooms: bool,
    signed_in: Option<SignedIn>,
    /// Who has given a program the key that it shows.
    program: Option<(Account, Vec<Scope>)>,
}

/// Someone who is signed in.
#[derive(Clone)]
pub(super) struct SignedIn {
    pub(super) account: Account,
    pub(super) login: Login,
}

impl Visitor {
    /// Lets an act pass the gate.
    pub(super) fn may(&self, act: Act) -> Result<(), Refusal> {
        let standing = match (&self.program, &self.signed_in) {
            (Some((_, scopes)), _) => Standing::Program {
                reads: scopes.contains(&Scope::RoomsRead),
                writes: scopes.contains(&Scope::RoomsWrite),
            },
            (None, Some(SignedIn { account, .. })) => Standing::Account(account.rank),
            (None, None) => Standing::Stranger,
        };
        gate::may(standing, act, self.open_rooms)
    }

    /// Lets an act pass the gate that needs an account.
    pub(super) fn who_may(self, act: Act) -> Result<SignedIn, Refusal> {
        self.may(act)?;
        self.signed_in.ok_or(Refusal::LoginNeeded)
    }

    /// Lets an act pass the gate that a program may do for an account.
    pub(super) fn account_may(self, act: Act) -> Result<Account, Refusal> {
        self.may(act)?;
        match self.program {
            Some((account, _)) => Ok(account),
            None => self.signed_in.map(|signed_in| signed_in.account).ok_or(Refusal::LoginNeeded),
        }
    }

    /// Who is signed in, where that makes a difference but is not needed.
    pub(super) fn account(&self) -> Option<&Account> {
        self.signed_in.as_ref().map(|signed_in| &signed_in.account)
    }
}

impl FromRequestParts<Arc<Site>> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Problem> {
        let signed_in = match secret(&parts.headers, site.https) {
            Some(hash) => {
                let found = site.store.login(&hash, clock::now()).await.map_err(super::error::store)?;
                found.map(|(account, login)| SignedIn { account, login })
            }
            None => None,
        };
        let shown = bearer(&parts.headers);
        let program = match shown.and_then(|key| key.parse::<Token>().ok()) {
            Some(key) => site.store.api_key(&key.hash(), clock::now()).await.map_err(super::error::store)?,
            None => None,
        };
        // A key that is none does not fall back on whoever is signed in beside it.
        let signed_in = signed_in.filter(|_| shown.is_none());
        Ok(Self { open_rooms: site.open_rooms, signed_in, program })
    }
}

/// The key that a program shows (RFC 6750 section 2.1). Other schemes are not ours: a proxy in front may ask for a password
/// of its own.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let values = headers.get_all(header::AUTHORIZATION).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = values.filter_map(|value| value.split_once(' '));
    pairs.find(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, key)| key)
}

/// What the cookie holds. A name that stands twice is nobody's: somebody else may have put one of them there.
fn secret(headers: &HeaderMap, https: bool) -> Option<SecretHash> {
    let name = name(https);
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut ours = pairs.filter(|(known, _)| *known == name).map(|(_, value)| value);
    match (ours.next(), ours.next()) {
        (Some(value), None) => value.parse::<Token>().ok().map(|token| token.hash()),
        _ => None,
    }
}

fn name(https: bool) -> &'static str {
    if https { COOKIE } else { LOOPBACK_COOKIE }
}

/// The cookie of a new login. It lasts as long as the browser is open: the login itself ends on the server.
pub(super) fn cookie(secret: &Token, https: bool) -> HeaderValue {
    written(secret.reveal(), https, "")
}

/// Takes the cookie away.
pub(super) fn no_cookie(https: bool) -> HeaderValue {
    written("", https, "; Max-Age=0")
}

fn written(value: &str, https: bool, more: &str) -> HeaderValue {
    let secure = if https { "; Secure" } else { "" };
    let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{more}", name(https));
    HeaderValue::from_str(&text).expect("plain characters")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(lines: &[&str], https: bool) -> Option<SecretHash> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, HeaderValue::from_str(line).expect("a value"));
        }
        secret(&headers, https)
    }

    /// ATK-18: exactly one cookie of exactly this name counts.
    #[test]
    fn a_login_is_one_cookie_of_its_name() {
        let token = Token::random();
        let (plain, secure) =
            (format!("incamera={}", token.reveal()), format!("__Host-incamera={}", token.reveal()));
        assert_eq!(found(&[&secure], true), Some(token.hash()));
        assert_eq!(found(&[&format!("a=b; {secure}; c=d")], true), Some(token.hash()));
        assert_eq!(found(&[&plain], false), Some(token.hash()));
        for (lines, https) in [
            (vec![plain.as_str()], true),
            (vec![secure.as_str()], false),
            (vec![secure.as_str(), secure.as_str()], true),
            (vec![&*format!("{secure}; {secure}")], true),
            (vec!["__Host-incamera="], true),
            (vec!["__Host-incamera=short"], true),
            (vec![&*format!("{secure}0")], true),
            (vec![], true),
        ] {
            assert_eq!(found(&lines, https), None, "{lines:?}");
        }
    }

    #[test]
    fn a_cookie_is_for_this_site_and_no_script() {
        let token = Token::random();
        let over_tls = cookie(&token, true);
        let expected =
            format!("__Host-incamera={}; Path=/; HttpOnly; SameSite=Strict; Secure", token.reveal());
        assert_eq!(over_tls.to_str().expect("text"), expected);
        assert_eq!(
            no_cookie(false).to_str().expect("text"),
            "incamera=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"
        );
    }
}
