//! Passkeys, over HTTP, against the whole program, with an authenticator that signs whatever it is asked for.
//!
//! Seen to fail: with the passkey of somebody else, an offer to somebody else, a counter that is not kept, and one made at an open
//! desk.

mod support;

use serde_json::{Value, json};
use support::authenticator::{Authenticator, text};
use support::hosts::{VAULT, account, body, code, cookie, invite, is, password, proof, says, sign_in};
use support::{Answer, Server};

/// Asks as the page does that was opened by name: passkeys belong to one.
fn ask(server: &Server, method: &str, target: &str, who: Option<&str>, sent: &Value) -> Answer {
    let (host, origin) = (by_name(server), home(server));
    let mut headers = vec![
        ("host", &*host),
        ("origin", &*origin),
        ("x-incamera", "1"),
        ("content-type", "application/json"),
        ("sec-fetch-site", "same-origin"),
    ];
    headers.extend(who.map(|cookie| ("cookie", cookie)));
    server.ask(method, target, &headers, &sent.to_string())
}

fn by_name(server: &Server) -> String {
    server.host().replace("127.0.0.1", "localhost")
}

fn home(server: &Server) -> String {
    format!("http://{}", by_name(server))
}

fn offer(server: &Server, who: &str, letter: &str) -> Answer {
    ask(server, "POST", "/api/account/passkeys/begin", Some(who), &json!({ "proof": proof(letter) }))
}

fn keep(server: &Server, who: &str, made: &Value) -> Answer {
    ask(server, "POST", "/api/account/passkeys", Some(who), made)
}

fn passkey(server: &Server, who: &str, name: &str) -> Authenticator {
    let mut authenticator = Authenticator::new(name);
    let made = authenticator.make(&body(&offer(server, who, "a")), &home(server));
    let kept = keep(server, who, &made);
    assert_eq!(kept.status, 204, "{kept:?}");
    authenticator
}

fn challenge(server: &Server) -> Value {
    body(&ask(server, "POST", "/api/passkeys/begin", None, &json!({})))
}

fn enter(server: &Server, answer: &Value) -> Answer {
    ask(server, "POST", "/api/logins/passkey", None, answer)
}

#[test]
fn a_passkey_signs_in_and_brings_its_vault() {
    let server = Server::start(&[]);
    let jana = account(&server, &server.first_invitation(), "jana");
    let list = |who: &str| body(&ask(&server, "GET", "/api/account/passkeys", Some(who), &Value::Null));
    assert_eq!(list(&jana), json!([]));
    assert_eq!(says(&offer(&server, &jana, "b")), is(403, "loginWrong"), "an open desk does not suffice");
    let mut authenticator = passkey(&server, &jana, "one");
    let known = list(&jana);
    assert_eq!((&known[0]["label"], &known[0]["opens"]), (&json!("Laptop"), &json!(true)));
    assert_eq!(known[0]["usedAt"], Value::Null);
    assert_eq!(body(&offer(&server, &jana, "a"))["known"], json!([text(b"one")]));

    // A code is asked for beside the password, and not beside a passkey.
    let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    let totp = json!({ "proof": proof("a"), "secret": secret, "code": code(secret, 0) });
    assert_eq!(ask(&server, "PUT", "/api/account/totp", Some(&jana), &totp).status, 201);
    assert_eq!(says(&sign_in(&server, "jana", "a")), is(403, "codeNeeded"));
    let signed_in = enter(&server, &authenticator.sign(&challenge(&server), &home(&server)));
    assert_eq!(signed_in.status, 201, "{signed_in:?}");
    let told = body(&signed_in);
    assert_eq!(
        (&told["vault"], &told["passkeyVault"]),
        (&json!(VAULT), &json!("c2VhbGVkIGJ5IGEgcGFzc2tleQ"))
    );
    assert_eq!(told["account"]["login"], "jana");
    let again = cookie(&signed_in);
    assert_ne!(again, jana);
    assert!(list(&again)[0]["usedAt"].is_i64());

    // Whose password is changed keeps it; whose is set anew by somebody's word does not: the vault is another.
    let renewal = json!({ "proof": proof("a"), "password": password("b") });
    assert_eq!(ask(&server, "POST", "/api/account/password", Some(&again), &renewal).status, 201);
    let jana = cookie(&enter(&server, &authenticator.sign(&challenge(&server), &home(&server))));
    let id = body(&server.act("GET", "/api/account", Some(&jana), ""))["account"]["id"].clone();
    let request = json!({ "rank": "host", "account": id }).to_string();
    let link = body(&server.act("POST", "/api/invitations", Some(&jana), &request))["invitation"].clone();
    let reset = json!({ "invitation": link, "password": password("c") });
    let reset = server.act("POST", "/api/passwords", None, &reset.to_string());
    assert_eq!(reset.status, 201, "{reset:?}");
    let refused = enter(&server, &authenticator.sign(&challenge(&server), &home(&server)));
    assert_eq!(says(&refused), is(403, "passkeyWrong"));
    assert_eq!(list(&cookie(&reset)), json!([]));
    for word in [text(b"one"), secret.to_owned()] {
        assert!(!server.log().contains(&word), "the log says {word}");
    }
}

/// ATK-16, ATK-17, ATK-18 for passkeys: what was signed for another page, another challenge, by another key, without a finger,
/// twice, or by a copy, signs nobody in.
#[test]
fn what_is_signed_otherwise_signs_nobody_in() {
    let server = Server::start(&["--trusted-proxy=127.0.0.0/8"]);
    let jana = account(&server, &server.first_invitation(), "jana");
    let mut jana_has = passkey(&server, &jana, "one");
    let home = home(&server);
    let refused = |answer: &Value, why: &str| {
        let said = enter(&server, answer);
        assert_eq!((says(&said), said.header("set-cookie")), (is(403, "passkeyWrong"), None), "{why}");
    };
    for origin in ["http://localhost:1", "https://localhost", "http://evil.example", "null", ""] {
        refused(&jana_has.sign(&challenge(&server), origin), origin);
    }
    let mut elsewhere = challenge(&server);
    elsewhere["rp"] = json!("evil.example");
    refused(&jana_has.sign(&elsewhere, &home), "for another name");
    let (one, mut other) = (challenge(&server), challenge(&server));
    other["ceremony"] = one["ceremony"].clone();
    refused(&jana_has.sign(&other, &home), "another challenge");
    let mut changed = jana_has.sign(&challenge(&server), &home);
    changed["authenticatorData"] = json!(text(&[0; 37]));
    refused(&changed, "other data");
    for (field, value) in [
        ("ceremony", json!("")),
        ("credential", json!("x")),
        ("credential", json!(text(b"two"))),
        ("user", json!("")),
        ("user", json!(text(&[1; 16]))),
        ("signature", json!("")),
        ("signature", json!(text(&[0x30, 0]))),
    ] {
        let mut answer = jana_has.sign(&challenge(&server), &home);
        answer[field] = value.clone();
        let said = enter(&server, &answer);
        assert!([400, 403].contains(&said.status), "{field} {value}: {said:?}");
        assert_eq!(said.header("set-cookie"), None);
    }
    jana_has.verifies = false;
    refused(&jana_has.sign(&challenge(&server), &home), "without a finger");
    jana_has.verifies = true;
    let mut forged = Authenticator::new("one");
    (forged.user, forged.counter) = (jana_has.user.clone(), 1_000);
    refused(&forged.sign(&challenge(&server), &home), "another key");

    let right = jana_has.sign(&challenge(&server), &home);
    assert_eq!(enter(&server, &right).status, 201);
    refused(&right, "twice");
    jana_has.counter -= 1;
    refused(&jana_has.sign(&challenge(&server), &home), "a copy that has signed less often");
    jana_has.counter += 1;
    assert_eq!(
        enter(&server, &jana_has.sign(&challenge(&server), &home)).status,
        201,
        "and the owner gets in"
    );

    // Somebody else's passkey is no way in under another name; and whoever may not sign in does not.
    let anna = account(&server, &invite(&server, &jana, "host"), "anna");
    let mut anna_has = passkey(&server, &anna, "two");
    let annas = std::mem::replace(&mut anna_has.user, jana_has.user.clone());
    refused(&anna_has.sign(&challenge(&server), &home), "for somebody else");
    anna_has.user = annas;
    let id = body(&server.act("GET", "/api/account", Some(&anna), ""))["account"]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let target = format!("/api/accounts/{id}");
    assert_eq!(server.act("PATCH", &target, Some(&jana), "{\"disabled\":true}").status, 204);
    refused(&anna_has.sign(&challenge(&server), &home), "disabled");
}

#[test]
fn a_passkey_is_made_by_who_asked_for_it() {
    let server = Server::start(&[]);
    let jana = account(&server, &server.first_invitation(), "jana");
    let anna = account(&server, &invite(&server, &jana, "host"), "anna");
    let home = home(&server);
    let made = |who: &str, origin: &str, name: &str| {
        Authenticator::new(name).make(&body(&offer(&server, who, "a")), origin)
    };
    let wrong = is(403, "passkeyWrong");
    assert_eq!(says(&keep(&server, &jana, &made(&jana, "http://evil.example", "one"))), wrong);
    assert_eq!(says(&keep(&server, &jana, &made(&anna, &home, "one"))), wrong, "somebody else's offer");
    let mut of_signing_in = made(&jana, &home, "one");
    of_signing_in["ceremony"] = challenge(&server)["ceremony"].clone();
    assert_eq!(says(&keep(&server, &jana, &of_signing_in)), wrong);
    for (field, value) in [
        ("attestation", json!("")),
        ("attestation", json!(text(&[0xa0]))),
        ("clientData", json!("e30")),
        ("label", json!("")),
        ("vault", json!("x".repeat(8_000))),
    ] {
        let mut answer = made(&jana, &home, "one");
        answer[field] = value.clone();
        let said = keep(&server, &jana, &answer);
        assert!([400, 403, 413].contains(&said.status), "{field}: {said:?}");
    }
    let right = made(&jana, &home, "one");
    assert_eq!(keep(&server, &jana, &right).status, 204);
    assert_eq!(says(&keep(&server, &jana, &right)), wrong, "an offer is taken once");
    assert_eq!(says(&keep(&server, &anna, &made(&anna, &home, "one"))), wrong, "it is known already");
    // A bare address has no name for a passkey to belong to.
    let by_address = server.act("POST", "/api/passkeys/begin", None, "{}");
    assert_eq!(says(&by_address), is(403, "notAllowed"));

    let list = body(&ask(&server, "GET", "/api/account/passkeys", Some(&jana), &Value::Null));
    let one = format!("/api/account/passkeys/{}", list[0]["id"].as_str().expect("an id"));
    assert_eq!(says(&ask(&server, "DELETE", &one, Some(&anna), &json!({}))), is(404, "unknown"));
    assert_eq!(ask(&server, "DELETE", &one, Some(&jana), &json!({})).status, 204);
    let list = body(&ask(&server, "GET", "/api/account/passkeys", Some(&jana), &Value::Null));
    assert_eq!(list, json!([]));
}
