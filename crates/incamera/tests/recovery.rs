//! Forgotten passwords, over HTTP, against the whole program: set anew by an invitation, by a recovery sheet, or by both.
//!
//! Seen to fail: with a sheet that is not compared, of somebody else or of someone disabled, without the code beside it, made at an
//! open desk, and with what belongs to an old vault left over.

mod support;

use serde_json::{Value, json};
use support::hosts::{VAULT, account, body, cookie, invite, is, password, proof, says};
use support::{Answer, Server};

/// Sealed with what is on paper.
const ON_PAPER: &str = "c2VhbGVkIG9uIHBhcGVy";

fn put(server: &Server, who: &str, password: &str, sheet: &str) -> Answer {
    let new = json!({ "proof": proof(password), "sheet": proof(sheet), "vault": ON_PAPER });
    server.act("PUT", "/api/account/sheet", Some(who), &new.to_string())
}

fn shown(login: &str, sheet: &str) -> Value {
    json!({ "login": login, "proof": proof(sheet) })
}

fn look(server: &Server, login: &str, sheet: &str) -> Answer {
    server.act("POST", "/api/sheets/look", None, &shown(login, sheet).to_string())
}

fn reset(server: &Server, by: &Value, letter: &str) -> Answer {
    let mut sent = by.clone();
    sent["password"] = password(letter);
    server.act("POST", "/api/passwords", None, &sent.to_string())
}

/// A link with which the password of an account is set anew.
fn link_for(server: &Server, administrator: &str, login: &str) -> String {
    let accounts = body(&server.act("GET", "/api/accounts", Some(administrator), ""));
    let of = accounts.as_array().expect("a list").iter().find(|one| one["login"] == login).expect("there");
    let request = json!({ "rank": "host", "account": of["id"] });
    let made = server.act("POST", "/api/invitations", Some(administrator), &request.to_string());
    body(&made)["invitation"].as_str().expect("a secret").to_owned()
}

#[test]
fn a_sheet_sets_a_forgotten_password_anew() {
    let server = Server::start(&["--trusted-proxy=127.0.0.0/8"]);
    let jana = account(&server, &server.first_invitation(), "jana");
    let state = |who: &str| body(&server.act("GET", "/api/account/sheet", Some(who), ""));
    assert_eq!(state(&jana), json!({}));
    assert_eq!(says(&put(&server, &jana, "b", "s")), is(403, "loginWrong"), "an open desk does not suffice");
    assert_eq!(put(&server, &jana, "a", "s").status, 204);
    assert!(state(&jana)["madeAt"].as_i64().is_some_and(|at| at > 1_700_000_000_000));

    for (login, sheet) in [("jana", "t"), ("anna", "s"), ("", "s")] {
        assert_eq!(says(&look(&server, login, sheet)), is(403, "sheetWrong"), "{login} {sheet}");
        let refused = reset(&server, &json!({ "sheet": shown(login, sheet) }), "b");
        assert_eq!(says(&refused), is(403, "sheetWrong"), "{login} {sheet}");
    }
    assert_eq!(says(&reset(&server, &json!({}), "b")), is(400, "malformed"), "by nothing at all");
    assert_eq!(body(&look(&server, "Jana", "s")), json!({ "vault": ON_PAPER }));

    let set = reset(&server, &json!({ "sheet": shown("jana", "s") }), "b");
    assert_eq!(set.status, 201, "{set:?}");
    assert_eq!(says(&server.act("GET", "/api/account", Some(&jana), "")), is(401, "loginNeeded"));
    let jana = cookie(&set);
    assert!(state(&jana)["madeAt"].is_i64(), "it is the same vault, and the sheet opens it");
    // A new one in its place, and none at all. (Ten tries for one name from one network are heard, and these are nine.)
    assert_eq!(put(&server, &jana, "b", "u").status, 204);
    assert_eq!(says(&look(&server, "jana", "s")), is(403, "sheetWrong"));
    let away =
        server.act("DELETE", "/api/account/sheet", Some(&jana), &json!({ "proof": proof("b") }).to_string());
    assert_eq!((away.status, state(&jana)), (204, json!({})));
    assert_eq!(says(&look(&server, "jana", "u")), is(403, "sheetWrong"));
    for word in [proof("s"), proof("u"), ON_PAPER.to_owned()] {
        assert!(!server.log().contains(&word), "the log says {word}");
    }
}

/// Paper alone is no way around the code; an invitation is, and only with the sheet does the vault stay.
#[test]
fn an_invitation_and_a_sheet_do_more_than_each() {
    let server = Server::start(&[]);
    let jana = account(&server, &server.first_invitation(), "jana");
    let anna = account(&server, &invite(&server, &jana, "host"), "anna");
    assert_eq!(put(&server, &anna, "a", "s").status, 204);
    assert_eq!(put(&server, &jana, "a", "j").status, 204);
    let key = json!({ "public": "cHVibGlj", "private": "cHJpdmF0ZQ" }).to_string();
    assert_eq!(server.act("PUT", "/api/account/key", Some(&anna), &key).status, 204);
    let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    let totp = json!({ "proof": proof("a"), "secret": secret, "code": support::hosts::code(secret, 0) });
    assert_eq!(server.act("PUT", "/api/account/totp", Some(&anna), &totp.to_string()).status, 201);

    let paper = json!({ "sheet": shown("anna", "s") });
    assert_eq!(says(&reset(&server, &paper, "b")), is(403, "codeNeeded"));
    let coded = |code: &str| json!({ "sheet": shown("anna", "s"), "code": code });
    assert_eq!(says(&reset(&server, &coded("000 000"), "b")), is(403, "codeWrong"));
    assert_eq!(reset(&server, &coded(&support::hosts::code(secret, 1)), "b").status, 201);

    // With both: without a code from now on, and the key pair of the vault is still there.
    let both =
        |login: &str, sheet: &str, link: &str| json!({ "invitation": link, "sheet": shown(login, sheet) });
    let link = link_for(&server, &jana, "anna");
    let seen = server.act("POST", "/api/invitations/look", None, &json!({ "invitation": link }).to_string());
    assert_eq!(body(&seen), json!({ "rank": "host", "login": "anna", "sheet": true }));
    assert_eq!(
        says(&reset(&server, &both("jana", "j", &link), "c")),
        is(403, "sheetWrong"),
        "somebody else's"
    );
    let set = reset(&server, &both("anna", "s", &link), "c");
    assert_eq!(set.status, 201, "{set:?}");
    let anna = cookie(&set);
    assert_eq!(server.act("GET", "/api/account/key", Some(&anna), "").status, 200);
    assert_eq!(body(&server.act("GET", "/api/account/totp", Some(&anna), ""))["on"], false);
    assert_eq!(says(&reset(&server, &both("anna", "s", &link), "d")), is(404, "invitationUnknown"), "once");

    // By the invitation alone the vault is a new one, and the paper opens nothing any more.
    let set = reset(&server, &json!({ "invitation": link_for(&server, &jana, "anna") }), "d");
    assert_eq!(body(&set)["vault"], VAULT);
    let anna = cookie(&set);
    assert_eq!(body(&server.act("GET", "/api/account/sheet", Some(&anna), "")), json!({}));
    assert_eq!(says(&server.act("GET", "/api/account/key", Some(&anna), "")), is(404, "unknown"));
    assert_eq!(says(&look(&server, "anna", "s")), is(403, "sheetWrong"));

    // Who may not sign in does not get in by paper.
    assert_eq!(put(&server, &anna, "d", "s").status, 204);
    let id = body(&server.act("GET", "/api/account", Some(&anna), ""))["account"]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let disabled = server.act("PATCH", &format!("/api/accounts/{id}"), Some(&jana), "{\"disabled\":true}");
    assert_eq!(disabled.status, 204);
    assert_eq!(says(&look(&server, "anna", "s")), is(403, "sheetWrong"));
    assert_eq!(says(&reset(&server, &paper, "e")), is(403, "sheetWrong"));
}
