//! Programs with keys, over HTTP, against the whole program.
//!
//! Seen to fail: with a key that writes where it may read, one that falls back on a login, and keys of disabled accounts and after a
//! forgotten password.

mod support;

use serde_json::{Value, json};
use support::hosts::{SECRET, account, body, invite, is, plan, room, says};
use support::{Answer, Server};

fn make(server: &Server, who: &str, scopes: &Value) -> Answer {
    let new = json!({ "label": "Praxissoftware", "scopes": scopes }).to_string();
    server.act("POST", "/api/keys", Some(who), &new)
}

fn key(server: &Server, who: &str, scopes: &Value) -> String {
    let made = make(server, who, scopes);
    assert_eq!(made.status, 201, "{made:?}");
    body(&made)["key"].as_str().expect("a key").to_owned()
}

/// Asks as a program does.
fn ask(server: &Server, key: &str, method: &str, target: &str, sent: &str) -> Answer {
    let bearer = format!("Bearer {key}");
    let headers = [("authorization", &*bearer), ("x-incamera", "1"), ("content-type", "application/json")];
    server.ask(method, target, &headers, sent)
}

/// ATK-01: a key does what its scopes say, in its owner's rooms, and nothing that only a person does.
#[test]
fn a_key_does_what_its_scopes_say() {
    let server = Server::start(&["--open-rooms=false"]);
    let jana = account(&server, &server.first_invitation(), "jana");
    let anna = account(&server, &invite(&server, &jana, "host"), "anna");
    let (meeting, other) = (room(&server, &jana), room(&server, &anna));
    let reads = key(&server, &jana, &json!(["rooms:read"]));
    let writes = key(&server, &jana, &json!(["rooms:write"]));
    let new = json!({ "plan": plan(), "secret": SECRET }).to_string();
    let target = format!("/api/rooms/{meeting}");

    assert_eq!(ask(&server, &reads, "GET", "/api/rooms", "").status, 200);
    assert_eq!(body(&ask(&server, &reads, "GET", &target, ""))["meeting"], meeting);
    assert_eq!(says(&ask(&server, &reads, "POST", "/api/rooms", &new)), is(403, "notAllowed"));
    assert_eq!(says(&ask(&server, &reads, "DELETE", &target, "")), is(403, "notAllowed"));
    let made = ask(&server, &writes, "POST", "/api/rooms", &new);
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(says(&ask(&server, &writes, "GET", "/api/rooms", "")), is(403, "notAllowed"));
    assert_eq!(ask(&server, &writes, "PATCH", &target, "{\"cancelled\":true}").status, 200);
    let link = json!({ "tokenHash": "0".repeat(64), "sealedToken": SECRET }).to_string();
    assert_eq!(ask(&server, &writes, "POST", &format!("{target}/links"), &link).status, 201);
    let elsewhere = format!("/api/rooms/{other}");
    assert_eq!(says(&ask(&server, &reads, "GET", &elsewhere, "")), is(404, "unknown"));
    assert_eq!(says(&ask(&server, &writes, "DELETE", &elsewhere, "")), is(404, "unknown"));
    // Of an administrator, and still no administrator.
    for key in [&reads, &writes] {
        for (method, target) in [
            ("GET", "/api/account"),
            ("GET", "/api/accounts"),
            ("GET", "/api/logins"),
            ("GET", "/api/keys"),
            ("GET", "/api/hosts"),
            ("GET", "/api/face"),
            ("GET", "/api/account/face"),
            ("DELETE", "/api/account/totp"),
            ("DELETE", "/api/account/sheet"),
        ] {
            let sent = if method == "DELETE" {
                json!({ "proof": "a".repeat(43) }).to_string()
            } else {
                String::new()
            };
            assert_eq!(
                says(&ask(&server, key, method, target, &sent)),
                is(403, "notAllowed"),
                "{method} {target}"
            );
        }
        let door = body(&ask(&server, key, "POST", "/api/doors", &json!({ "meeting": other }).to_string()));
        assert_eq!(door["own"], false);
    }
    for wrong in ["", "x", &"0".repeat(32), &reads.to_uppercase()] {
        assert_eq!(says(&ask(&server, wrong, "GET", "/api/rooms", "")), is(401, "loginNeeded"), "{wrong}");
    }
    // A wrong key beside a right login is a wrong key; and a program shows that it is none of a foreign page's.
    let beside = [("authorization", "Bearer x"), ("cookie", &*jana)];
    assert_eq!(server.ask("GET", "/api/rooms", &beside, "").status, 401);
    let beside = [("authorization", "Basic eDp5"), ("cookie", &*jana)];
    assert_eq!(server.ask("GET", "/api/rooms", &beside, "").status, 200, "a password of a proxy in front");
    let bearer = format!("Bearer {writes}");
    let foreign = [("authorization", &*bearer), ("content-type", "application/json")];
    assert_eq!(says(&server.ask("POST", "/api/rooms", &foreign, &new)), is(403, "originForeign"));
    for word in ["Praxissoftware", &reads, &writes] {
        assert!(!server.log().contains(word), "the log says {word}");
    }
}

/// They are listed, and end by their owner's hand, with the account, and with a forgotten password.
#[test]
fn keys_end() {
    let server = Server::start(&[]);
    let jana = account(&server, &server.first_invitation(), "jana");
    let anna = account(&server, &invite(&server, &jana, "host"), "anna");
    let works = |key: &str| ask(&server, key, "GET", "/api/rooms", "").status == 200;
    let list = |who: &str| body(&server.act("GET", "/api/keys", Some(who), ""));
    for scopes in [json!([]), json!(["x"]), json!(["server:write"]), json!("rooms:read")] {
        assert_eq!(says(&make(&server, &anna, &scopes)), is(400, "malformed"), "{scopes}");
    }
    let first = key(&server, &anna, &json!(["rooms:read"]));
    let shown = list(&anna);
    assert_eq!((&shown[0]["label"], shown[0].get("usedAt")), (&json!("Praxissoftware"), None));
    assert!(works(&first));
    assert!(list(&anna)[0]["usedAt"].is_i64());
    let one = format!("/api/keys/{}", shown[0]["id"].as_str().expect("an id"));
    assert_eq!(says(&server.act("DELETE", &one, Some(&jana), "")), is(404, "unknown"), "somebody else's");
    assert!(works(&first));
    assert_eq!(server.act("DELETE", &one, Some(&anna), "").status, 204);
    assert!(!works(&first));

    let second = key(&server, &anna, &json!(["rooms:read"]));
    let id = body(&server.act("GET", "/api/account", Some(&anna), ""))["account"]["id"].clone();
    let anna_at = format!("/api/accounts/{}", id.as_str().expect("an id"));
    for disabled in [true, false] {
        let change = json!({ "disabled": disabled }).to_string();
        assert_eq!(server.act("PATCH", &anna_at, Some(&jana), &change).status, 204);
        assert_eq!(works(&second), !disabled);
    }
    let request = json!({ "rank": "host", "account": id }).to_string();
    let reset = body(&server.act("POST", "/api/invitations", Some(&jana), &request));
    let new = json!({ "invitation": reset["invitation"], "password": support::hosts::password("z") });
    assert_eq!(server.act("POST", "/api/passwords", None, &new.to_string()).status, 201);
    assert!(!works(&second));
    for _ in 0..20 {
        key(&server, &jana, &json!(["rooms:read", "rooms:write"]));
    }
    assert_eq!(says(&make(&server, &jana, &json!(["rooms:read"]))), is(409, "tooMany"));
}
