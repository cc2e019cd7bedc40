//! Who leads a room beside its owner, over HTTP, against the whole program.
//!
//! Seen to fail: with anyone who makes deputies, deputies who are guests inside or remove each other, and keys that outlive a vault.

mod support;

use serde_json::{Value, json};
use support::hosts::{SECRET, account, body, enter, invite, is, room, says};
use support::{Answer, Server};

/// What an owner's browser has sealed for a deputy.
const FOR_ANNA: &str = "Zm9yIEFubmE";

fn id_of(server: &Server, who: &str) -> String {
    let own = body(&server.act("GET", "/api/account", Some(who), ""));
    own["account"]["id"].as_str().expect("an identifier").to_owned()
}

fn rooms_of(server: &Server, who: &str) -> Vec<Value> {
    serde_json::from_slice(&server.act("GET", "/api/rooms", Some(who), "").body).expect("a list")
}

/// ATK-12: a deputy leads the room and does not own it; nobody else learns that it is there.
#[test]
fn a_deputy_leads_a_room_and_does_not_own_it() {
    let server = Server::start(&["--open-rooms=false"]);
    let jana = account(&server, &server.first_invitation(), "jana");
    let anna = account(&server, &invite(&server, &jana, "host"), "anna");
    let carla = account(&server, &invite(&server, &jana, "host"), "carla");
    let (anna_id, carla_id) = (id_of(&server, &anna), id_of(&server, &carla));
    let meeting = room(&server, &jana);
    let target = format!("/api/rooms/{meeting}");
    let deputy = |id: &str| format!("{target}/deputies/{id}");
    let sealed = json!({ "secret": FOR_ANNA }).to_string();

    for stranger in [&anna, &carla] {
        assert_eq!(says(&server.act("GET", &target, Some(stranger), "")), is(404, "unknown"));
        let made = server.act("PUT", &deputy(&anna_id), Some(stranger), &sealed);
        assert_eq!(says(&made), is(404, "unknown"), "nobody makes themselves one");
        assert_eq!(says(&enter(&server, None, &json!({ "meeting": "0" }))), is(400, "malformed"));
    }
    assert_eq!(says(&server.act("PUT", &deputy("0"), Some(&jana), &sealed)), is(404, "unknown"));
    let jana_id = id_of(&server, &jana);
    assert_eq!(says(&server.act("PUT", &deputy(&jana_id), Some(&jana), &sealed)), is(404, "unknown"));
    assert_eq!(server.act("PUT", &deputy(&anna_id), Some(&jana), &sealed).status, 204);

    let own = &rooms_of(&server, &jana)[0];
    assert_eq!((&own["secret"], own.get("owner")), (&json!(SECRET), None));
    assert_eq!(own["deputies"], json!([{ "id": anna_id, "name": "Jana Kühn" }]));
    let seen = &rooms_of(&server, &anna)[0];
    assert_eq!((&seen["secret"], &seen["owner"]), (&json!(FOR_ANNA), &json!("Jana Kühn")));
    assert_eq!(rooms_of(&server, &carla).len(), 0);

    // She leads it: changes it, hands out a link, is its host inside.
    let changed = server.act("PATCH", &target, Some(&anna), "{\"cancelled\":true}");
    assert_eq!((changed.status, &body(&changed)["secret"]), (200, &json!(FOR_ANNA)));
    server.act("PATCH", &target, Some(&anna), "{\"cancelled\":false}");
    let link = json!({ "tokenHash": "0".repeat(64), "sealedToken": SECRET }).to_string();
    assert_eq!(server.act("POST", &format!("{target}/links"), Some(&anna), &link).status, 201);
    let door = |who: Option<&str>| -> Value {
        body(&server.act("POST", "/api/doors", who, &json!({ "meeting": meeting }).to_string()))
    };
    let own_door = |who: &str| door(Some(who))["own"].clone();
    assert_eq!(
        (own_door(&jana), own_door(&anna), own_door(&carla)),
        (json!(true), json!(true), json!(false))
    );
    assert_eq!(door(None)["host"], "Jana Kühn");

    // It is not hers.
    assert_eq!(says(&server.act("DELETE", &target, Some(&anna), "")), is(404, "unknown"));
    assert_eq!(says(&server.act("PUT", &deputy(&carla_id), Some(&anna), &sealed)), is(404, "unknown"));
    assert_eq!(says(&server.act("GET", &format!("{target}/face"), Some(&anna), "")), is(404, "unknown"));
    assert_eq!(server.act("PUT", &deputy(&carla_id), Some(&jana), &sealed).status, 204);
    assert_eq!(says(&server.act("DELETE", &deputy(&carla_id), Some(&anna), "")), is(403, "notAllowed"));

    // She may stop by herself; and is stopped by the owner.
    assert_eq!(server.act("DELETE", &deputy(&anna_id), Some(&anna), "").status, 204);
    assert_eq!(server.act("DELETE", &deputy(&carla_id), Some(&jana), "").status, 204);
    for gone in [&anna, &carla] {
        assert_eq!(says(&server.act("GET", &target, Some(gone), "")), is(404, "unknown"));
        assert_eq!(own_door(gone), json!(false));
    }
}

/// The keys: the first one stays, everyone learns its public half, and a forgotten password ends what was sealed for it.
#[test]
fn keys_are_made_once_and_end_with_the_vault() {
    let server = Server::start(&[]);
    let jana = account(&server, &server.first_invitation(), "jana");
    let anna = account(&server, &invite(&server, &jana, "host"), "anna");
    let anna_id = id_of(&server, &anna);
    let put = |who: &str, public: &str| -> Answer {
        let pair = json!({ "public": public, "private": SECRET }).to_string();
        server.act("PUT", "/api/account/key", Some(who), &pair)
    };
    assert_eq!(says(&server.act("GET", "/api/account/key", Some(&anna), "")), is(404, "unknown"));
    assert_eq!(put(&anna, "b25l").status, 204);
    assert_eq!(
        says(&put(&anna, "dHdv")),
        is(409, "outOfPlace"),
        "what was sealed for the first would be lost"
    );
    assert_eq!(body(&server.act("GET", "/api/account/key", Some(&anna), ""))["public"], "b25l");
    let hosts = body(&server.act("GET", "/api/hosts", Some(&jana), ""));
    assert_eq!(hosts, json!([{ "id": anna_id, "name": "Jana Kühn", "public": "b25l" }]));
    assert_eq!(says(&server.act("GET", "/api/hosts", None, "")), is(401, "loginNeeded"));

    let meeting = room(&server, &jana);
    let deputy = format!("/api/rooms/{meeting}/deputies/{anna_id}");
    let sealed = json!({ "secret": FOR_ANNA }).to_string();
    assert_eq!(server.act("PUT", &deputy, Some(&jana), &sealed).status, 204);
    let request = json!({ "rank": "host", "account": anna_id }).to_string();
    let reset = body(&server.act("POST", "/api/invitations", Some(&jana), &request));
    let new = json!({ "invitation": reset["invitation"], "password": support::hosts::password("z") });
    let again = server.act("POST", "/api/passwords", None, &new.to_string());
    assert_eq!(again.status, 201, "{again:?}");
    let anna = support::hosts::cookie(&again);
    assert_eq!(says(&server.act("GET", "/api/account/key", Some(&anna), "")), is(404, "unknown"));
    assert_eq!(rooms_of(&server, &anna).len(), 0, "its secret could not be opened any more");
}
