//! The project is tidy, and each rule can complain.

use super::*;

#[test]
fn the_project_is_tidy() {
    tidy(&crate::root().expect("a root")).expect("tidy");
}

/// Asserts that a rule complains of a file with this path and text, and not of one with the other text.
fn complains(rule: Rule, path: &str, wrong: &str, right: &str) {
    let complaints = |text: &str| rule(&[File { path: path.to_owned(), text: text.to_owned() }]);
    assert!(!complaints(wrong).is_empty(), "{path} with {wrong:?} passed");
    assert_eq!(complaints(right), Vec::<String>::new(), "{path} with {right:?}");
}

#[test]
fn arrows_point_down() {
    let manifest = |name: &str| {
        format!("[dependencies]\n{name}.workspace = true\n[dev-dependencies]\nincamera-sim = \"1\"\n")
    };
    for (at, wrong, right) in [
        ("protocol", "incamera-rooms", "serde"),
        ("media", "incamera-protocol", "bytes"),
        ("rooms", "incamera-live", "incamera-media"),
        ("live", "incamera-store", "incamera-rooms"),
        ("live", "axum", "tokio"),
        ("store", "hyper", "sqlx"),
        ("elsewhere", "serde", ""),
    ] {
        let path = format!("crates/{at}/Cargo.toml");
        let right = if right.is_empty() { None } else { Some(manifest(right)) };
        let complaints = arrows(&[File { path: path.clone(), text: manifest(wrong) }]);
        assert_eq!(complaints.len(), 1, "{at} with {wrong}");
        if let Some(text) = right {
            assert!(arrows(&[File { path, text }]).is_empty(), "{at}");
        }
    }
}

#[test]
fn pure_crates_stay_pure() {
    let rule = pure_crates_are_given_time_and_chance;
    let tested = "fn f(now: Instant) {}\n// tokio\n#[cfg(test)]\nmod tests { Instant::now() }";
    complains(rule, "crates/rooms/src/hall.rs", "let now = Instant::now();", tested);
    complains(rule, "crates/media/src/sfu.rs", "use tokio::sync;", tested);
}

#[test]
fn the_engine_stays_behind_its_file() {
    let engine = concat!("use str", "0m::Rtc;");
    complains(the_engine_is_behind_one_file, "crates/media/src/sfu.rs", engine, concat!("// str", "0m"));
    let manifest = concat!("[dependencies]\nstr", "0m = \"1\"");
    complains(
        the_engine_is_behind_one_file,
        "crates/live/Cargo.toml",
        manifest,
        "[dependencies]\nserde = \"1\"",
    );
}

#[test]
fn the_clients_arrows_are_seen() {
    let rule = the_client_has_its_arrows;
    let right = "import type { A } from \"../protocol\";\nimport {\n  b,\n} from './state';";
    complains(rule, "web/src/room/reduce.ts", "import { c } from \"../live\";", right);
    complains(rule, "web/src/room/reduce.ts", "const c = await import('../rtc/socket');", right);
    complains(
        rule,
        "web/src/e2ee/keys.ts",
        "import { c } from \"../protocol\";",
        "import { d } from \"./epoch\";",
    );
    complains(
        rule,
        "web/src/live.ts",
        "import { writable } from \"svelte/store\";",
        "import { d } from \"./room/reduce\";",
    );
}

#[test]
fn what_must_not_stand_anywhere_is_seen() {
    complains(nothing_is_left_for_later, "a.rs", concat!("// TO", "DO: later"), "// done");
    complains(no_machine_shows, "docs/x.md", concat!("see /ro", "ot/x"), "see /etc/x");
    complains(no_machine_shows, "web/package-lock.json", "\"resolved\": \"https://x\"", "\"version\": \"1\"");
    complains(files_can_be_read, "a.rs", &"\n".repeat(701), &"\n".repeat(700));
    complains(
        content_is_sealed,
        "crates/protocol/src/signal.rs",
        "        text: String,",
        "        sealed: Sealed,",
    );
    complains(
        content_is_sealed,
        "crates/protocol/src/http.rs",
        "    pub body: Option<String>,",
        "    pub message: M,",
    );
    complains(twin_is_fresh, "web/src/protocol.ts", "stale", &incamera_protocol::typescript::module());
}

#[test]
fn pages_that_nobody_finds_are_seen() {
    let file = |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned() };
    let page = || file("docs/protocol.md", "");
    assert_eq!(docs_are_found(&[page()]).len(), 1);
    assert!(docs_are_found(&[page(), file("docs/README.md", "[Protocol](protocol.md)")]).is_empty());
}

/// ATK-54
#[test]
fn sql_stands_in_one_crate_and_is_constant() {
    let asserted = concat!("query(Assert", "SqlSafe(text))");
    complains(sql_is_constant, "crates/store/src/rooms.rs", asserted, "query(\"SELECT 1\")");
    let elsewhere = concat!("sql", "x::query(\"SELECT 1\")");
    complains(sql_is_constant, "crates/live/src/control.rs", elsewhere, "store.room(&id)");
}
