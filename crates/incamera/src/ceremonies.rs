//! Ways of signing in that have begun: what a browser was challenged with (Web Authentication), or with what it was sent to a
//! provider (OpenID Connect), until it answers. They live in memory only, are answered once, and end after five minutes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use incamera_protocol::AccountId;
use incamera_store::Token;
use webauthn_rs::prelude::{DiscoverableAuthentication, PasskeyRegistration};

use crate::oidc::Begun;

const LASTS: Duration = Duration::from_secs(5 * 60);
/// More at once are not begun by people. The oldest ends then.
const MOST: usize = 10_000;

/// What was begun.
pub(crate) enum Ceremony {
    /// Someone who is signed in makes a passkey.
    Registration(AccountId, Box<PasskeyRegistration>),
    /// Someone signs in with a passkey.
    Authentication(Box<DiscoverableAuthentication>),
    /// Someone was sent to their organisation's provider.
    Organisation(Arc<Begun>),
}

/// All that have begun. Those of hosts stand apart: no number of strangers pushes them out.
#[derive(Default)]
pub(crate) struct Ceremonies {
    of_hosts: Open,
    of_strangers: Open,
}

impl Ceremonies {
    /// Begins one; gives the name by which it is answered.
    pub(crate) fn begin(&self, ceremony: Ceremony) -> String {
        match ceremony {
            Ceremony::Registration(..) => self.of_hosts.begin(ceremony, Instant::now()),
            _ => self.of_strangers.begin(ceremony, Instant::now()),
        }
    }

    /// Ends one by its answer, whatever the answer is worth.
    pub(crate) fn end(&self, name: &str) -> Option<Ceremony> {
        let now = Instant::now();
        self.of_hosts.end(name, now).or_else(|| self.of_strangers.end(name, now))
    }
}

#[derive(Default)]
struct Open(Mutex<HashMap<String, (Instant, Ceremony)>>);

impl Open {
    fn begin(&self, ceremony: Ceremony, now: Instant) -> String {
        let name = Token::random().reveal().to_owned();
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if open.len() >= MOST {
            open.retain(|_, (begun, _)| now.duration_since(*begun) < LASTS);
        }
        if open.len() >= MOST
            && let Some(oldest) =
                open.iter().min_by_key(|(_, (begun, _))| *begun).map(|(name, _)| name.clone())
        {
            open.remove(&oldest);
        }
        open.insert(name.clone(), (now, ceremony));
        name
    }

    fn end(&self, name: &str, now: Instant) -> Option<Ceremony> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (begun, ceremony) = open.remove(name)?;
        (now.duration_since(begun) < LASTS).then_some(ceremony)
    }
}

#[cfg(test)]
mod tests {
    use webauthn_rs::prelude::{Url, WebauthnBuilder};

    use super::*;

    #[test]
    fn a_ceremony_is_answered_once_and_soon_and_there_are_not_too_many() {
        let home = Url::parse("https://meet.example.org").expect("an address");
        let webauthn =
            WebauthnBuilder::new("meet.example.org", &home).and_then(WebauthnBuilder::build).expect("sound");
        let (_, state) = webauthn.start_discoverable_authentication().expect("begun");
        let ceremony = || Ceremony::Authentication(Box::new(state.clone()));
        let (ceremonies, now) = (Open::default(), Instant::now());
        let name = ceremonies.begin(ceremony(), now);
        assert!(ceremonies.end("", now).is_none());
        assert!(ceremonies.end(&name, now).is_some());
        assert!(ceremonies.end(&name, now).is_none(), "once");
        let name = ceremonies.begin(ceremony(), now);
        assert!(ceremonies.end(&name, now + LASTS).is_none(), "soon");
        let first = ceremonies.begin(ceremony(), now);
        let rest: Vec<_> =
            (0..MOST).map(|_| ceremonies.begin(ceremony(), now + Duration::from_secs(1))).collect();
        assert!(ceremonies.end(&first, now).is_none(), "the oldest makes room");
        assert!(ceremonies.end(&rest[0], now + Duration::from_secs(1)).is_some());
    }
}
