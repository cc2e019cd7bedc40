//! A server whose clock is really put back and forth while it runs (ATK-55), by libfaketime. Only the clock of the wall: the one that
//! measures spans goes on, as it does where somebody sets the time.
//!
//! Seen to fail: with logins that begin in the future, and codes that are only unlike the last one.

#![expect(clippy::print_stdout, reason = "a test that cannot run says so")]

mod support;

use std::path::{Path, PathBuf};

use serde_json::json;
use support::hosts::{SECRET, account, body, code, cookie, enter, is, proof, room, says, sha_256, sign_in};
use support::{Answer, Server};

/// Where Debian's package puts it.
fn library() -> Option<PathBuf> {
    let at =
        |machine: &str| PathBuf::from(format!("/usr/lib/{machine}-linux-gnu/faketime/libfaketimeMT.so.1"));
    ["x86_64", "aarch64"].into_iter().map(at).find(|path| path.exists())
}

struct Clock(PathBuf);

impl Clock {
    /// So many seconds from the real one.
    fn stands(&self, seconds: i64) {
        // Never half of it: the server reads it again for each look at the clock.
        let next = self.0.with_extension("next");
        std::fs::write(&next, format!("{seconds:+}\n")).expect("written");
        std::fs::rename(next, &self.0).expect("in its place");
    }
}

fn server(folder: &Path) -> Option<(Server, Clock)> {
    let library = library()?;
    let clock = Clock(folder.join("clock"));
    clock.stands(0);
    let environment = [
        ("LD_PRELOAD", library.to_str()?),
        ("FAKETIME_TIMESTAMP_FILE", clock.0.to_str()?),
        ("FAKETIME_NO_CACHE", "1"),
        ("DONT_FAKE_MONOTONIC", "1"),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
    ];
    Some((Server::start_with(&["--open-rooms=false", "--trusted-proxy=127.0.0.0/8"], &environment), clock))
}

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

#[test]
fn a_clock_that_is_set_opens_nothing_and_breaks_nothing() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let Some((server, clock)) = server(folder.path()) else {
        println!("NOT RUN: install libfaketime");
        return;
    };
    let jana = account(&server, &server.first_invitation(), "jana");
    let account_of = |who: &str| server.act("GET", "/api/account", Some(who), "").status;
    for seconds in [0, HOUR, -HOUR, 0] {
        clock.stands(seconds);
        assert_eq!(account_of(&jana), 200, "{seconds} s nobody is signed out by");
    }

    // A link for an hour is none two hours later, and an invitation none four days later.
    let meeting = room(&server, &jana);
    let now =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_millis();
    let until = i64::try_from(now).expect("some time to go") + HOUR * 1_000;
    let token = "0123456789abcdefghjkmnpqrstvwxyz";
    let link = json!({ "tokenHash": sha_256(token), "sealedToken": SECRET, "expiresAt": until }).to_string();
    let made = server.act("POST", &format!("/api/rooms/{meeting}/links"), Some(&jana), &link);
    assert_eq!((made.status, &body(&made)["valid"]), (201, &json!(true)));
    clock.stands(2 * HOUR);
    let shown = body(&server.act("GET", &format!("/api/rooms/{meeting}"), Some(&jana), ""));
    assert_eq!(shown["links"][0]["valid"], false);
    assert_eq!(
        says(&enter(&server, None, &json!({ "meeting": meeting, "token": token }))),
        is(403, "linkEnded")
    );
    clock.stands(0);

    // Somebody who agreed yesterday is asked again.
    let asked = json!({ "door": { "meeting": meeting }, "language": "de" }).to_string();
    let hash = body(&server.act("POST", "/api/notices", None, &asked))["hash"].clone();
    let agreement = json!({ "door": { "meeting": meeting }, "notice": hash, "name": "", "purposes": { "meeting": true } });
    let agreed = body(&server.act("POST", "/api/consents", None, &agreement.to_string()));
    let entry = json!({ "meeting": meeting, "consent": agreed["token"] }).to_string();
    for (seconds, expected) in [(11 * HOUR, 201), (13 * HOUR, 403), (0, 201)] {
        clock.stands(seconds);
        assert_eq!(server.act("POST", "/api/entries", None, &entry).status, expected, "{seconds} s later");
    }

    // A code that was used is not good again because the clock says that it is its time again.
    let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    let totp = json!({ "proof": proof("a"), "secret": secret, "code": code(secret, 0) }).to_string();
    assert_eq!(server.act("PUT", "/api/account/totp", Some(&jana), &totp).status, 201);
    let sign_in_with = |code: &str, network: u8| -> Answer {
        let (origin, from) = (server.origin(), format!("203.0.{network}.1"));
        let headers = [
            ("x-incamera", "1"),
            ("content-type", "application/json"),
            ("origin", &*origin),
            ("x-forwarded-for", &*from),
        ];
        let sent = json!({ "login": "jana", "proof": proof("a"), "code": code }).to_string();
        server.ask("POST", "/api/logins", &headers, &sent)
    };
    let ahead = code(secret, 20);
    clock.stands(600);
    assert_eq!(sign_in_with(&ahead, 1).status, 201, "the clock goes ten minutes fast");
    clock.stands(0);
    assert_eq!(
        says(&sign_in_with(&code(secret, 1), 2)),
        is(403, "codeWrong"),
        "it was before one that was used"
    );
    clock.stands(600);
    assert_eq!(says(&sign_in_with(&ahead, 3)), is(403, "codeWrong"), "once");
    let removal = json!({ "proof": proof("a") }).to_string();
    assert_eq!(server.act("DELETE", "/api/account/totp", Some(&jana), &removal).status, 204);

    // A login of the future is none, and one of last week neither, also when the clock is right again.
    let of_next_week = {
        clock.stands(7 * DAY);
        let signed_in = sign_in(&server, "jana", "a");
        assert_eq!(signed_in.status, 201, "{signed_in:?}");
        cookie(&signed_in)
    };
    assert_eq!(account_of(&jana), 401, "a week is the end of a login");
    clock.stands(0);
    assert_eq!(account_of(&of_next_week), 401, "it begins only next week");
    assert_eq!(server.get("/readyz").status, 200);
    for seconds in [100 * 365 * DAY, -30 * 365 * DAY, 0] {
        clock.stands(seconds);
        assert_eq!(server.get("/readyz").status, 200, "{seconds} s off");
        assert_eq!(server.get("/").status, 200, "{seconds} s off");
    }
    assert_eq!(sign_in(&server, "jana", "a").status, 201, "and when it is right again, so is everything");
}
