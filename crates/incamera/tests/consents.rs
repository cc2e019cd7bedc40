//! What people agree to, over HTTP, against the whole program.
//!
//! Seen to fail: with a door that is not asked, purposes beyond those that were asked for, a name with something added to it, a text
//! of yesterday that is taken, a deletion that does nothing, and a chain that was cut off and is called whole.

mod support;

use std::path::Path;

use serde_json::{Value, json};
use support::hosts::{BEGINS, account, body, is, proof, room, says};
use support::{Answer, Server};

fn ask(server: &Server, what: &str, request: &Value) -> Answer {
    server.act("POST", &format!("/api/{what}"), None, &request.to_string())
}

/// The text that is shown, and its hash.
fn notice(server: &Server, meeting: &str, language: &str) -> Value {
    let shown = ask(server, "notices", &json!({ "door": { "meeting": meeting }, "language": language }));
    assert_eq!(shown.status, 200, "{shown:?}");
    body(&shown)
}

fn agreed(server: &Server, meeting: &str, name: &str) -> Value {
    let hash = &notice(server, meeting, "de")["hash"];
    let new = json!({ "door": { "meeting": meeting }, "notice": hash, "name": name, "purposes": { "meeting": true } });
    let made = ask(server, "consents", &new);
    assert_eq!(made.status, 201, "{made:?}");
    body(&made)
}

fn statement(receipt: &Value, act: usize) -> Value {
    serde_json::from_str(receipt["acts"][act]["statement"].as_str().expect("a statement")).expect("JSON")
}

/// DP-10, DP-14, DP-17: what is written down is what was asked for and nothing else, and whoever has the receipt sees it.
#[test]
fn a_consent_holds_what_was_asked_for_and_nothing_else() {
    let server = Server::start(&[]);
    let jana = account(&server, &server.first_invitation(), "jana");
    let meeting = room(&server, &jana);
    let shown = notice(&server, &meeting, "de");
    let receipt = agreed(&server, &meeting, " 🦊 ");
    let given = statement(&receipt, 0);
    let at = given["at"].as_i64().expect("a time");
    let expected = json!({
        "type": "given", "meeting": meeting, "address": format!("{}/m/{meeting}", server.origin()), "place": "",
        "date": BEGINS, "name": "🦊", "notice": shown["hash"], "language": "de", "purposes": { "meeting": true },
        "method": "click", "at": at,
    });
    assert_eq!(given, expected, "these fields and no others: no address of theirs, no browser, no e-mail");

    let token = json!({ "token": receipt["token"] });
    assert_eq!(body(&ask(&server, "consents/look", &token)), receipt);
    for wrong in [json!("x"), json!("0".repeat(32)), json!("")] {
        let refused = ask(&server, "consents/look", &json!({ "token": wrong }));
        assert_eq!(says(&refused), is(404, "unknown"), "{wrong}");
    }
    let nameless = agreed(&server, &meeting, "");
    assert_eq!(statement(&nameless, 0)["name"], "", "nobody has to say who they are");
    let other = json!({ "token": nameless["token"] });
    assert_eq!(body(&ask(&server, "consents/look", &other))["acts"].as_array().map(Vec::len), Some(1));
    assert!(!ask(&server, "consents/look", &other).text().contains('🦊'), "nothing of anybody else");
}

/// DP-05: a text is read under its hash, word by word.
#[test]
fn a_text_is_kept_under_its_hash() {
    let server = Server::start(&["--open-rooms"]);
    let meeting = body(&server.post("/api/meetings", ""))["meeting"].as_str().expect("a meeting").to_owned();
    let mut hashes = Vec::new();
    for language in ["de", "de-x-leicht", "en"] {
        let shown = notice(&server, &meeting, language);
        let hash = shown["hash"].as_str().expect("a hash").to_owned();
        let kept = server.get(&format!("/api/notices/{hash}"));
        assert_eq!(kept.status, 200);
        assert_eq!(body(&kept), shown["notice"]);
        assert_eq!(support::hosts::sha_256(&kept.text()), hash, "it is the hash of what is given");
        hashes.push(hash);
    }
    hashes.dedup();
    assert_eq!(hashes.len(), 3);
    for wrong in ["0", &"0".repeat(64), "..%2F"] {
        assert_eq!(says(&server.get(&format!("/api/notices/{wrong}"))), is(404, "unknown"), "{wrong}");
    }
    let unknown = ask(&server, "notices", &json!({ "door": { "meeting": meeting }, "language": "fr" }));
    assert_eq!(says(&unknown), is(400, "malformed"));
}

/// DP-12, ATK-03: the door comes first, everything is asked for by itself, and nobody agrees to a text that is not shown.
#[test]
fn what_is_no_consent_is_refused() {
    let server = Server::start(&[]);
    let jana = account(&server, &server.first_invitation(), "jana");
    let meeting = room(&server, &jana);
    let hash = notice(&server, &meeting, "en")["hash"].clone();
    let with = |purposes: Value| {
        ask(
            &server,
            "consents",
            &json!({ "door": { "meeting": meeting }, "notice": hash, "name": "S", "purposes": purposes }),
        )
    };
    assert_eq!(says(&with(json!({ "meeting": false }))), is(403, "consentMissing"));
    for bundled in
        [json!({}), json!({ "meeting": true, "recording": true }), json!({ "recording": true }), json!(true)]
    {
        assert_eq!(says(&with(bundled.clone())), is(400, "malformed"), "{bundled}");
    }
    let other = json!({ "door": { "meeting": meeting }, "notice": "0".repeat(64), "name": "S", "purposes": { "meeting": true } });
    assert_eq!(says(&ask(&server, "consents", &other)), is(409, "noticeChanged"));

    let set = json!({ "password": { "type": "set", "proof": proof("p") } }).to_string();
    assert_eq!(server.act("PATCH", &format!("/api/rooms/{meeting}"), Some(&jana), &set).status, 200);
    assert_eq!(says(&with(json!({ "meeting": true }))), is(403, "passwordNeeded"));
    let asked = ask(&server, "notices", &json!({ "door": { "meeting": meeting }, "language": "de" }));
    assert_eq!(says(&asked), is(403, "passwordNeeded"));
    let unknown = json!({ "door": { "meeting": "00000-00000-00000" }, "language": "de" });
    assert_eq!(says(&ask(&server, "notices", &unknown)), is(404, "meetingUnknown"));
    let shown = json!({ "door": { "meeting": meeting, "proof": proof("p") }, "language": "de" });
    assert_eq!(ask(&server, "notices", &shown).status, 200);
}

/// DP-15, DP-71, DP-72: everything that a receipt is for, and what is left behind.
#[test]
fn a_receipt_corrects_withdraws_and_deletes() {
    let server = Server::start(&[]);
    let jana = account(&server, &server.first_invitation(), "jana");
    let meeting = room(&server, &jana);
    let receipt = agreed(&server, &meeting, "Canary");
    let token = json!({ "token": receipt["token"] });
    let correction = json!({ "token": receipt["token"], "name": "Kanarie" });
    let corrected = body(&ask(&server, "consents/correct", &correction));
    assert_eq!(statement(&corrected, 0)["name"], "Canary", "what was said before can still be read");
    assert_eq!(statement(&corrected, 1)["name"], "Kanarie");
    let withdrawn = body(&ask(&server, "consents/withdraw", &token));
    let last = statement(&withdrawn, 2);
    assert_eq!((&last["type"], &last["of"]), (&json!("withdrawn"), &receipt["acts"][0]["position"]));
    assert_eq!(body(&ask(&server, "consents/withdraw", &token)), withdrawn, "once more changes nothing");
    assert_eq!(says(&ask(&server, "consents/correct", &correction)), is(409, "outOfPlace"));

    assert!(!is_in(&server.data_dir(), "Canary"), "nothing stands there in clear");
    assert_eq!(ask(&server, "consents/delete", &token).status, 204);
    assert_eq!(says(&ask(&server, "consents/look", &token)), is(404, "unknown"));
    assert_eq!(says(&ask(&server, "consents/delete", &token)), is(404, "unknown"));
    let (good, said) = server.console(&["consent", "verify"]);
    assert!(good && said.contains("4 entries, 3 of them deleted"), "{said}");
    assert!(
        !server.log().contains("Canary") && !server.log().contains(token["token"].as_str().expect("text"))
    );
}

/// Whether a text stands in a file of the folder.
fn is_in(folder: &Path, text: &str) -> bool {
    std::fs::read_dir(folder).expect("a folder").any(|entry| {
        let bytes = std::fs::read(entry.expect("an entry").path()).unwrap_or_default();
        bytes.windows(text.len()).any(|part| part == text.as_bytes())
    })
}

/// DP-16: a receipt tells a chain that was cut off from one that is whole, and one of another server from ours.
#[test]
fn a_receipt_tells_whether_the_chain_is_still_the_same() {
    let mut server = Server::start(&[]);
    let jana = account(&server, &server.first_invitation(), "jana");
    let meeting = room(&server, &jana);
    let files = tempfile::tempdir().expect("temporary folder");
    let file = files.path().join("receipt.json");
    let path = file.to_str().expect("UTF-8");
    let verify = |server: &Server, receipt: &Value| {
        std::fs::write(&file, receipt.to_string()).expect("written");
        server.console(&["consent", "verify", "--receipt", path])
    };
    agreed(&server, &meeting, "the first");
    let receipt = agreed(&server, &meeting, "the second");
    let (good, said) = verify(&server, &receipt);
    assert!(good && said.contains("receipt, entry 2: it is in the chain"), "{said}");
    for (change, expected) in [
        (json!({ "statement": "{}" }), "not signed by this server"),
        (json!({ "position": 1 }), "not signed by this server"),
        (json!({ "signature": "A".repeat(86) }), "not signed by this server"),
    ] {
        let mut forged = receipt.clone();
        for (name, value) in change.as_object().expect("fields") {
            forged["acts"][0][name] = value.clone();
        }
        let (good, said) = verify(&server, &forged);
        assert!(!good && said.contains(expected), "{change}: {said}");
    }
    let (good, said) = verify(&server, &json!({ "no": "receipt" }));
    assert!(!good && said.contains("this is no receipt"), "{said}");

    // The whole database goes back to a moment before the third one, and on from there.
    let copy = files.path().join("copy.sqlite");
    let copy = copy.to_str().expect("UTF-8");
    assert!(server.console(&["backup", copy]).0);
    let receipt = agreed(&server, &meeting, "the third");
    server.signal("TERM");
    server.wait();
    let (good, said) = server.console(&["restore", copy]);
    assert!(good, "{said}");
    let (good, said) = verify(&server, &receipt);
    assert!(!good && said.contains("receipt, entry 3: the chain was cut off before it"), "{said}");
    let server = server.restart(&[]);
    agreed(&server, &meeting, "another third");
    let (good, said) = verify(&server, &receipt);
    assert!(!good && said.contains("receipt, entry 3: the chain was written anew"), "{said}");
}
