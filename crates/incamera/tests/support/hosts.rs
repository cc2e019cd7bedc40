//! Hosts, their rooms, and what the server answers them.

use serde_json::{Value, json};

use super::{Answer, Server};

pub(crate) const VAULT: &str = "c2VhbGVkIHZhdWx0";
/// When the appointments of tests begin: in 2033.
pub(crate) const BEGINS: i64 = 1_990_000_000_000;
pub(crate) const SECRET: &str = "c2VhbGVkIHNlY3JldA";

pub(crate) fn proof(letter: &str) -> String {
    letter.repeat(43)
}

pub(crate) fn password(letter: &str) -> Value {
    json!({ "salt": "A".repeat(22), "rounds": 600_000, "proof": proof(letter), "vault": VAULT })
}

pub(crate) fn body(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_else(|_| panic!("{answer:?}"))
}

/// The cookie of an answer, as a browser would send it back.
pub(crate) fn cookie(answer: &Answer) -> String {
    let set = answer.header("set-cookie").unwrap_or_else(|| panic!("no cookie: {answer:?}"));
    set.split(';').next().expect("a pair").to_owned()
}

pub(crate) fn says(answer: &Answer) -> (u16, String) {
    (answer.status, answer.problem())
}

pub(crate) fn is(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// Makes an account; gives its cookie.
pub(crate) fn account(server: &Server, invitation: &str, login: &str) -> String {
    let new =
        json!({ "invitation": invitation, "login": login, "name": "Jana Kühn", "password": password("a") });
    let made = server.act("POST", "/api/accounts", None, &new.to_string());
    assert_eq!(made.status, 201, "{made:?}");
    cookie(&made)
}

pub(crate) fn invite(server: &Server, administrator: &str, rank: &str) -> String {
    let made =
        server.act("POST", "/api/invitations", Some(administrator), &json!({ "rank": rank }).to_string());
    assert_eq!(made.status, 201, "{made:?}");
    body(&made)["invitation"].as_str().expect("a secret").to_owned()
}

pub(crate) fn sign_in(server: &Server, login: &str, letter: &str) -> Answer {
    server.act("POST", "/api/logins", None, &json!({ "login": login, "proof": proof(letter) }).to_string())
}

pub(crate) fn plan() -> Value {
    json!({
        "title": "Erstgespräch", "guest": "", "place": "", "language": "de", "occurrences": [{ "startsAt": BEGINS }],
        "minutes": 50, "capacity": 4, "cameras": true, "waitingRoom": true,
    })
}

pub(crate) fn room(server: &Server, host: &str) -> String {
    let new = json!({ "plan": plan(), "secret": SECRET });
    let made = server.act("POST", "/api/rooms", Some(host), &new.to_string());
    assert_eq!(made.status, 201, "{made:?}");
    body(&made)["meeting"].as_str().expect("an identifier").to_owned()
}

/// Agrees to what is asked for at the door, and asks to be let in.
pub(crate) fn enter(server: &Server, who: Option<&str>, request: &Value) -> Answer {
    let ask = |what: &str, body: &Value| server.act("POST", what, who, &body.to_string());
    let shown = ask("/api/notices", &json!({ "door": request, "language": "de" }));
    if shown.status != 200 {
        return shown;
    }
    let hash = body(&shown)["hash"].clone();
    let agreement = json!({ "door": request, "notice": hash, "name": "", "purposes": { "meeting": true } });
    let agreed = ask("/api/consents", &agreement);
    if agreed.status != 201 {
        return agreed;
    }
    let mut entry = request.clone();
    entry["consent"] = body(&agreed)["token"].clone();
    ask("/api/entries", &entry)
}

/// The code of an authenticator, so many steps from now.
pub(crate) fn code(secret: &str, steps: i64) -> String {
    let totp = totp_rs::Builder::new()
        .with_secret(totp_rs::Secret::try_from_base32(secret).expect("base32"))
        .build()
        .expect("a secret");
    let now =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs();
    totp.generate(now.checked_add_signed(steps * 30).expect("a time")).to_string()
}

/// The SHA-256 of a text in hexadecimal, by the system's own tool.
pub(crate) fn sha_256(text: &str) -> String {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut tool = Command::new("sha256sum")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("sha256sum runs");
    tool.stdin.take().expect("piped").write_all(text.as_bytes()).expect("written");
    let output = tool.wait_with_output().expect("it ends");
    String::from_utf8_lossy(&output.stdout)[..64].to_owned()
}
