//! Signing in by an organisation's own provider, over HTTP, against the whole program and a provider that behaves well and badly.
//!
//! Seen to fail: with HMAC among the algorithms, without a look at nonce, party, group or size, for someone disabled, with a second
//! first browser, one let in twice or by somebody else or for who has a password, and a password beside the provider.

mod support;

use serde_json::{Value, json};
use support::hosts::{account, body, cookie, is, proof, says, sign_in};
use support::provider::{BAD, CLIENT, Manner, Provider, SECRET};
use support::{Answer, Server};

/// A server that asks this provider.
fn server(provider: &Provider, more: &[&str]) -> (Server, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("temporary folder");
    let secret = folder.path().join("secret");
    std::fs::write(&secret, format!("{SECRET}\n")).expect("written");
    let issuer = format!("--oidc-issuer={}", provider.issuer());
    let (client, secret) =
        (format!("--oidc-client-id={CLIENT}"), format!("--oidc-client-secret={}", secret.display()));
    let arguments = [&[&*issuer, &client, &secret, "--oidc-name=Beratungsstelle"], more].concat();
    (Server::start(&arguments), folder)
}

fn begin(server: &Server) -> Answer {
    server.act("POST", "/api/organisation/begin", None, "{}")
}

fn come_back(server: &Server, ceremony: &Value, code: &str) -> Answer {
    let sent = json!({ "ceremony": ceremony, "code": code }).to_string();
    server.act("POST", "/api/logins/organisation", None, &sent)
}

/// The whole way of one person.
fn enter(server: &Server, provider: &Provider, claims: &Value) -> Answer {
    let offer = begin(server);
    if offer.status != 200 {
        return offer;
    }
    let offer = body(&offer);
    let code = provider.signs_in(offer["url"].as_str().expect("an address"), claims);
    come_back(server, &offer["ceremony"], &code)
}

fn jana() -> Value {
    json!({ "sub": "jana-1", "preferred_username": "Jana", "name": "Jana Kühn", "groups": ["beratung"] })
}

fn how_many(server: &Server, administrator: &str) -> usize {
    let accounts = body(&server.act("GET", "/api/accounts", Some(administrator), ""));
    accounts.as_array().expect("a list").len()
}

#[test]
fn people_of_an_organisation_are_hosts_from_their_first_visit() {
    let provider = Provider::start();
    let (server, _folder) = server(&provider, &[]);
    let administrator = account(&server, &server.first_invitation(), "anna");
    let instance = body(&server.get("/api/instance"));
    assert_eq!(instance["organisation"], "Beratungsstelle");
    assert_eq!(provider.asked(), Vec::<String>::new(), "nobody is asked before somebody signs in");

    let offer = body(&begin(&server));
    let url = url::Url::parse(offer["url"].as_str().expect("an address")).expect("an address");
    let asked: std::collections::HashMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!(asked["redirect_uri"], format!("{}/host/signed-in", server.origin()));
    assert_eq!(asked["scope"], "openid profile email");
    assert_eq!(json!(asked["state"]), offer["state"]);
    let ceremony = offer["ceremony"].as_str().expect("a secret");
    assert!(!url.as_str().contains(ceremony), "what comes back in the address signs nobody in");
    assert_eq!(says(&come_back(&server, &offer["state"], "x")), is(403, "organisationWrong"));

    let first = enter(&server, &provider, &jana());
    assert_eq!(first.status, 201, "{first:?}");
    let told = body(&first);
    assert_eq!(told["account"]["login"], "jana");
    assert_eq!((&told["account"]["name"], &told["account"]["rank"]), (&json!("Jana Kühn"), &json!("host")));
    assert_eq!(told["vault"], Value::Null, "there is no password that opens one");
    let second = enter(&server, &provider, &jana());
    assert_eq!(body(&second)["account"], told["account"], "the same person");
    assert_ne!(cookie(&first), cookie(&second));
    let mut other = jana();
    other["sub"] = json!("jana-2");
    let other = body(&enter(&server, &provider, &other));
    assert_ne!(other["account"]["id"], told["account"]["id"]);
    assert!(other["account"]["login"].as_str().is_some_and(|login| login.starts_with("jana-")), "{other}");
    let nameless =
        body(&enter(&server, &provider, &json!({ "sub": "3", "preferred_username": "ü\u{202e} <b>" })));
    assert!(
        nameless["account"]["login"].as_str().is_some_and(|login| login.starts_with("host-")),
        "{nameless}"
    );
    // Not even whoever is called like somebody here becomes that somebody.
    let anna = body(&enter(&server, &provider, &json!({ "sub": "4", "preferred_username": "anna" })));
    assert_eq!(anna["account"]["rank"], "host");

    // There is no password: none is right, none can be set by who is signed in, and asking for one tells nothing.
    assert_eq!(says(&sign_in(&server, "jana", "a")), is(403, "loginWrong"));
    let stretch = body(&server.act("POST", "/api/stretch", None, "{\"login\":\"jana\"}"));
    assert_eq!(stretch["rounds"], 600_000);
    let renewal = json!({ "proof": proof("a"), "password": support::hosts::password("b") }).to_string();
    let renewed = server.act("POST", "/api/account/password", Some(&cookie(&second)), &renewal);
    assert_eq!(says(&renewed), is(403, "notAllowed"));
    let totp = json!({ "proof": proof("a"), "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "code": "000000" });
    let coded = server.act("PUT", "/api/account/totp", Some(&cookie(&second)), &totp.to_string());
    assert_eq!(says(&coded), is(403, "notAllowed"));

    // ATK-16: a code and a state are good once, and only together.
    let (one, two) = (body(&begin(&server)), body(&begin(&server)));
    let code = provider.signs_in(one["url"].as_str().expect("an address"), &jana());
    assert_eq!(says(&come_back(&server, &two["ceremony"], &code)), is(403, "organisationWrong"), "swapped");
    assert_eq!(says(&come_back(&server, &json!("0"), &code)), is(403, "organisationWrong"));
    let offer = body(&begin(&server));
    let code = provider.signs_in(offer["url"].as_str().expect("an address"), &jana());
    assert_eq!(come_back(&server, &offer["ceremony"], &code).status, 201);
    assert_eq!(says(&come_back(&server, &offer["ceremony"], &code)), is(403, "organisationWrong"), "twice");

    let id = told["account"]["id"].as_str().expect("an id");
    let target = format!("/api/accounts/{id}");
    assert_eq!(server.act("PATCH", &target, Some(&administrator), "{\"disabled\":true}").status, 204);
    assert_eq!(says(&enter(&server, &provider, &jana())), is(403, "organisationWrong"), "disabled");
    for word in ["jana-1", "Jana", "code-", SECRET] {
        assert!(!server.log().contains(word), "the log says {word}");
    }
}

/// Nobody is signed in, whoever comes.
fn is_turned_away(server: &Server, provider: &Provider, manner: Manner) {
    let answer = enter(server, provider, &jana());
    let said = says(&answer);
    assert!(said == is(403, "organisationWrong") || said == is(503, "unavailable"), "{manner:?}: {answer:?}");
    assert_eq!(answer.header("set-cookie"), None, "{manner:?}");
}

/// ATK-16: whatever else a provider, or somebody in its place, may answer makes nobody a host.
#[test]
fn a_provider_that_behaves_badly_signs_nobody_in() {
    let provider = Provider::start();
    let (server, _folder) = server(&provider, &["--trusted-proxy=127.0.0.0/8"]);
    let administrator = account(&server, &server.first_invitation(), "anna");
    for manner in BAD.into_iter().filter(|manner| !OF_ITSELF.contains(manner)) {
        provider.behaves(manner);
        is_turned_away(&server, &provider, manner);
        assert_eq!(how_many(&server, &administrator), 1, "{manner:?}");
    }
    let asked = provider.asked();
    assert!(!asked.iter().any(|line| line.contains("elsewhere")), "nobody follows it");
    let described = asked.iter().filter(|line| line.contains("openid-configuration")).count();
    assert_eq!(described, 1, "a stranger's codes do not have it asked again and again");
    let warned = server.log().matches("the provider's answer is not good").count();
    assert_eq!(warned, 1, "nor do they write the log");
    provider.behaves(Manner::Well);
    assert_eq!(enter(&server, &provider, &jana()).status, 201, "and afterwards all is well");
}

/// What it says of itself is believed for a while: these need a server that has not asked it yet.
const OF_ITSELF: [Manner; 2] = [Manner::CallsItselfOtherwise, Manner::NoKeys];

#[test]
fn a_provider_that_says_wrong_things_of_itself_signs_nobody_in() {
    for manner in OF_ITSELF {
        let provider = Provider::start();
        provider.behaves(manner);
        let (server, _folder) = server(&provider, &[]);
        is_turned_away(&server, &provider, manner);
    }
}

#[test]
fn only_the_group_that_may_is_let_in() {
    let provider = Provider::start();
    let (server, _folder) = server(&provider, &["--oidc-group=beratung"]);
    let administrator = account(&server, &server.first_invitation(), "anna");
    for groups in
        [json!(null), json!([]), json!("x"), json!({}), json!([1]), json!(["beratung2"]), json!(["Beratung"])]
    {
        let mut claims = jana();
        claims["groups"] = groups.clone();
        let answer = enter(&server, &provider, &claims);
        assert_eq!(says(&answer), is(403, "notAllowed"), "{groups}");
        assert_eq!(how_many(&server, &administrator), 1, "{groups}");
    }
    assert_eq!(enter(&server, &provider, &jana()).status, 201);
    let mut alone = jana();
    alone["groups"] = json!("beratung");
    assert_eq!(enter(&server, &provider, &alone).status, 201, "one group, written as a text");
}

#[test]
fn a_provider_is_asked_over_tls_that_the_system_trusts() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("made");
    let key = rustls::pki_types::PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let tls =
        rustls::ServerConfig::builder_with_provider(rustls::crypto::aws_lc_rs::default_provider().into())
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .expect("a certificate");
    let provider = Provider::start_tls(tls);
    let folder = tempfile::tempdir().expect("temporary folder");
    let trusted = folder.path().join("trusted.pem");
    std::fs::write(&trusted, made.cert.pem()).expect("written");
    let (issuer, client) =
        (format!("--oidc-issuer={}", provider.issuer()), format!("--oidc-client-id={CLIENT}"));
    let trusts = [("SSL_CERT_FILE", trusted.to_str().expect("text"))];
    let server = Server::start_with(&[&issuer, &client], &trusts);
    assert_eq!(enter(&server, &provider, &jana()).status, 201);
    provider.behaves(Manner::PlainToken);
    let careful = Server::start_with(&[&issuer, &client], &trusts);
    is_turned_away(&careful, &provider, Manner::PlainToken);
    assert!(!provider.asked().iter().skip(4).any(|line| line == "POST /token"), "nothing is said in clear");
    provider.behaves(Manner::Well);
    let stranger = Server::start(&[&issuer, &client]);
    assert_eq!(says(&begin(&stranger)), is(503, "unavailable"), "nobody vouches for it");
}

/// Without a provider there is no such way.
#[test]
fn without_an_organisation_nobody_is_sent_anywhere() {
    let server = Server::start(&[]);
    assert_eq!(says(&begin(&server)), is(404, "unknown"));
    assert_eq!(says(&come_back(&server, &json!("0"), "x")), is(404, "unknown"));
    assert_eq!(body(&server.get("/api/instance"))["organisation"], Value::Null);
}

/// Which browsers open the vault: the first makes it, each other one is let in by one that has it.
#[test]
fn browsers_let_each_other_in() {
    let provider = Provider::start();
    let (server, _folder) = server(&provider, &[]);
    let anna = account(&server, &server.first_invitation(), "anna");
    let jana_is = cookie(&enter(&server, &provider, &jana()));
    let mut other = jana();
    other["sub"] = json!("other");
    let other = cookie(&enter(&server, &provider, &other));
    let add =
        |who: &str, sent: Value| server.act("POST", "/api/account/devices", Some(who), &sent.to_string());
    let list = |who: &str| body(&server.act("GET", "/api/account/devices", Some(who), ""));
    let admit = |who: &str, id: &str, vault: &str| {
        server.act(
            "PUT",
            &format!("/api/account/devices/{id}"),
            Some(who),
            &json!({ "vault": vault }).to_string(),
        )
    };
    assert_eq!(list(&jana_is), json!([]));
    assert_eq!(
        says(&add(&anna, json!({ "public": "BA" }))),
        is(403, "notAllowed"),
        "who has a password needs none"
    );
    let first = add(&jana_is, json!({ "public": "BA", "vault": "Zmlyc3Q" }));
    assert_eq!(first.status, 201, "{first:?}");
    assert_eq!(says(&add(&jana_is, json!({ "public": "BB", "vault": "c2Vjb25k" }))), is(409, "outOfPlace"));
    let second = body(&add(&jana_is, json!({ "public": "BB" })))["id"].as_str().expect("an id").to_owned();
    assert_eq!(list(&jana_is)[1]["vault"], Value::Null);
    assert_eq!(says(&admit(&other, &second, "eA")), is(404, "unknown"), "somebody else's");
    assert_eq!(admit(&jana_is, &second, "c2Vjb25k").status, 204);
    assert_eq!(list(&jana_is)[1]["vault"], "c2Vjb25k");
    assert_eq!(says(&admit(&jana_is, &second, "eA")), is(404, "unknown"), "once");
    assert_eq!(list(&other), json!([]));
    let proof_of = |who: &str| server.act("POST", "/api/account/proof", Some(who), "{}");
    assert_eq!((proof_of(&jana_is).status, says(&proof_of(&anna))), (204, is(403, "loginWrong")));

    // Signed in just now, so that no password is missed for a sheet; which then is worth no password.
    let sheet = json!({ "sheet": proof("s"), "vault": "b25QYXBlcg" }).to_string();
    assert_eq!(server.act("PUT", "/api/account/sheet", Some(&jana_is), &sheet).status, 204);
    let shown = json!({ "login": "jana", "proof": proof("s") });
    let looked = server.act("POST", "/api/sheets/look", None, &shown.to_string());
    assert_eq!(body(&looked), json!({ "vault": "b25QYXBlcg" }));
    let reset = json!({ "sheet": shown, "password": support::hosts::password("b") }).to_string();
    assert_eq!(says(&server.act("POST", "/api/passwords", None, &reset)), is(403, "notAllowed"));

    let out = server.act("DELETE", "/api/logins/current", Some(&jana_is), "");
    assert_eq!(
        out.header("clear-site-data"),
        Some("\"cache\", \"cookies\""),
        "the browser stays one that opens"
    );
    let out = server.act("DELETE", "/api/logins/current", Some(&other), "");
    assert_eq!(out.header("clear-site-data"), Some("\"cache\", \"cookies\""), "whoever signs out in it");
    let jana_is = cookie(&enter(&server, &provider, &jana()));
    let elsewhere = cookie(&enter(&server, &provider, &jana()));
    let gone = |id: &str| server.act("DELETE", &format!("/api/account/devices/{id}"), Some(&jana_is), "");
    assert_eq!(gone(&second).status, 204);
    let left = list(&jana_is);
    assert_eq!(left.as_array().map(Vec::len), Some(1));
    let last = left[0]["id"].as_str().expect("an id");
    assert_eq!(says(&gone(last)), is(409, "outOfPlace"), "the last one is given up only on purpose");
    assert_eq!(gone("all").status, 204);
    let open_elsewhere = server.act("GET", "/api/account", Some(&elsewhere), "");
    assert_eq!(says(&open_elsewhere), is(401, "loginNeeded"), "it would go on with the old one");
    assert_eq!(list(&jana_is), json!([]));
    assert_eq!(body(&server.act("GET", "/api/account/sheet", Some(&jana_is), "")), json!({}));
    let anew = add(&jana_is, json!({ "public": "BC", "vault": "YW5ldw" }));
    assert_eq!(anew.status, 201, "and a new one is made");
}

/// By an administrator's link it is an account with a password like any other, and a provider's word signs nobody in to it.
#[test]
fn a_password_by_invitation_ends_the_providers_word() {
    let provider = Provider::start();
    let (server, _folder) = server(&provider, &[]);
    let anna = account(&server, &server.first_invitation(), "anna");
    let jana_is = cookie(&enter(&server, &provider, &jana()));
    let id = body(&server.act("GET", "/api/account", Some(&jana_is), ""))["account"]["id"].clone();
    let request = json!({ "rank": "host", "account": id }).to_string();
    let link = body(&server.act("POST", "/api/invitations", Some(&anna), &request))["invitation"].clone();
    let reset = json!({ "invitation": link, "password": support::hosts::password("b") }).to_string();
    let set = server.act("POST", "/api/passwords", None, &reset);
    assert_eq!(set.status, 201, "{set:?}");
    let devices = server.act("GET", "/api/account/devices", Some(&cookie(&set)), "");
    assert_eq!(body(&devices), json!([]));
    assert_eq!(sign_in(&server, "jana", "b").status, 201);
    let again = body(&enter(&server, &provider, &jana()));
    assert_ne!(again["account"]["id"], id, "somebody new, who has to be told apart");
}
