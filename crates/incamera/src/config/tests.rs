//! Which source wins, what is refused, and in which words.

use std::ffi::OsString;

use clap::Parser;

use super::*;
use crate::arguments::{Arguments, Command};

/// A server with a file (where `file` is not empty), an environment and a command line.
fn read(file: &str, environment: &[(&str, &str)], arguments: &[&str]) -> Result<Config, String> {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("incamera.toml");
    std::fs::write(&path, file).expect("written");
    let mut environment: Environment =
        environment.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))).collect();
    environment.entry("HOME".into()).or_insert("/home/someone".into());
    let mut line = vec!["incamera", "serve"];
    if !file.is_empty() {
        line.extend(["--config", path.to_str().expect("plain")]);
    }
    line.extend(arguments);
    let command = Arguments::try_parse_from(line).map_err(|error| error.to_string())?.command;
    let Command::Serve(serve) = command else { return Err("another command".to_owned()) };
    let read = Config::read(&serve, &environment).map(|(config, _)| config);
    read.map_err(|refused| refused.to_string().replace(folder.path().to_str().expect("plain"), ""))
}

#[test]
fn nothing_has_to_be_configured() {
    let config = read("", &[("XDG_STATE_HOME", "/state")], &[]).expect("defaults");
    assert_eq!(config.data_dir, PathBuf::from("/state/incamera"));
    assert_eq!(config.listen, Listen::Localhost);
    assert_eq!(config.media_listen[0], "0.0.0.0:3478".parse().expect("an address"));
    assert_eq!(config.metrics_listen, "127.0.0.1:9464".parse().expect("an address"));
    assert!(config.media_announce.is_empty() && config.public_url.is_none() && config.tls.is_none());
    assert!(!config.open_rooms && config.trusted_proxy.is_empty());
    assert_eq!(config.max_participants, 2_000);
    assert!(!config.is_https());
}

#[test]
fn data_lies_where_the_system_keeps_such_things() {
    let environment = |name: &str, value: &str| Environment::from([(name.into(), value.into())]);
    let state = environment("XDG_STATE_HOME", "/state");
    assert_eq!(default_data_dir(&state, true), Ok("/state/incamera".into()));
    let home = environment("HOME", "/home/someone");
    assert_eq!(default_data_dir(&home, true), Ok("/var/lib/incamera".into()));
    assert_eq!(default_data_dir(&home, false), Ok("/home/someone/.local/state/incamera".into()));
    let refused = default_data_dir(&environment("HOME", "relative"), false).expect_err("no folder");
    assert!(refused.to_string().contains("--data-dir"), "{refused}");
}

/// Every key, in all four places; each place wins over those before it.
#[test]
fn the_later_source_wins() {
    let file = "listen = '127.0.0.1:1'\nmedia_listen = '127.0.0.1:1'\nmedia_announce = ['192.0.2.1', '192.0.2.2']\n\
                metrics_listen = '127.0.0.1:1'\npublic_url = 'https://one.example'\ntls_cert = '/1/cert'\n\
                tls_key = '/1/key'\nopen_rooms = false\ndata_dir = '/1'\n\
                trusted_proxy = ['10.0.0.1', '10.1.0.0/16']\nmax_participants = 1\nmedia_threads = 1\n\
                oidc_issuer = 'https://one.example/o'\noidc_client_id = 'id1'\noidc_client_secret = '/1/secret'\n\
                oidc_name = 'One'\noidc_group = 'group1'\n";
    let environment = [
        ("INCAMERA_LISTEN", "127.0.0.1:2"),
        ("INCAMERA_MEDIA_LISTEN", "127.0.0.1:2"),
        ("INCAMERA_MEDIA_ANNOUNCE", "192.0.2.3, 192.0.2.4"),
        ("INCAMERA_METRICS_LISTEN", "127.0.0.1:2"),
        ("INCAMERA_PUBLIC_URL", "https://two.example"),
        ("INCAMERA_TLS_CERT", "/2/cert"),
        ("INCAMERA_TLS_KEY", "/2/key"),
        ("INCAMERA_OPEN_ROOMS", "true"),
        ("INCAMERA_DATA_DIR", "/2"),
        ("INCAMERA_TRUSTED_PROXY", "10.0.0.2, 10.2.0.0/16"),
        ("INCAMERA_MAX_PARTICIPANTS", "2"),
        ("INCAMERA_MEDIA_THREADS", "2"),
        ("INCAMERA_OIDC_ISSUER", "https://two.example/o"),
        ("INCAMERA_OIDC_CLIENT_ID", "id2"),
        ("INCAMERA_OIDC_CLIENT_SECRET", "/2/secret"),
        ("INCAMERA_OIDC_NAME", "Two"),
        ("INCAMERA_OIDC_GROUP", "group2"),
    ];
    let line = [
        "--listen=127.0.0.1:3",
        "--media-listen=127.0.0.1:3",
        "--media-announce=192.0.2.5",
        "--media-announce=192.0.2.6",
        "--metrics-listen=127.0.0.1:3",
        "--public-url=https://three.example",
        "--tls-cert=/3/cert",
        "--tls-key=/3/key",
        "--open-rooms=false",
        "--data-dir=/3",
        "--trusted-proxy=10.0.0.3",
        "--trusted-proxy=10.3.0.0/16",
        "--max-participants=3",
        "--media-threads=3",
        "--oidc-issuer=https://three.example/o",
        "--oidc-client-id=id3",
        "--oidc-client-secret=/3/secret",
        "--oidc-name=Three",
        "--oidc-group=group3",
    ];
    let expected = |n: u16, name: &str, announced: [&str; 2], open_rooms| {
        let address = SocketAddr::from(([127, 0, 0, 1], n));
        Config {
            data_dir: format!("/{n}").into(),
            listen: Listen::At(address),
            media_listen: vec![address],
            media_announce: announced.map(|ip| ip.parse().expect("an address")).to_vec(),
            metrics_listen: address,
            public_url: Some(PublicUrl::read(&format!("https://{name}.example")).expect("an address")),
            tls: Some(TlsFiles { cert: format!("/{n}/cert").into(), key: format!("/{n}/key").into() }),
            open_rooms,
            trusted_proxy: [format!("10.0.0.{n}"), format!("10.{n}.0.0/16")]
                .map(|text| Network::read("trusted_proxy", &text).expect("a network"))
                .to_vec(),
            max_participants: n.into(),
            media_threads: n.into(),
            organisation: Some(Organisation {
                issuer: format!("https://{name}.example/o"),
                client_id: format!("id{n}"),
                client_secret: Some(format!("/{n}/secret").into()),
                name: ["", "One", "Two", "Three"][usize::from(n)].to_owned(),
                group: Some(format!("group{n}")),
            }),
        }
    };
    assert_eq!(read(file, &[], &[]), Ok(expected(1, "one", ["192.0.2.1", "192.0.2.2"], false)));
    assert_eq!(read(file, &environment, &[]), Ok(expected(2, "two", ["192.0.2.3", "192.0.2.4"], true)));
    assert_eq!(read(file, &environment, &line), Ok(expected(3, "three", ["192.0.2.5", "192.0.2.6"], false)));
}

#[test]
fn paths_in_a_file_are_meant_from_that_file() {
    let config = read("data_dir = 'data'\ntls_cert = 'tls/cert.pem'\ntls_key = '/etc/key.pem'", &[], &[]);
    let config = config.expect("valid");
    assert!(config.data_dir.is_absolute() && config.data_dir.ends_with("data"), "{:?}", config.data_dir);
    let tls = config.tls.expect("both");
    assert!(tls.cert.is_absolute() && tls.cert.ends_with("tls/cert.pem"));
    assert_eq!(tls.key, PathBuf::from("/etc/key.pem"));
    assert_eq!(read("", &[], &["--data-dir", "data"]).expect("valid").data_dir, PathBuf::from("data"));
}

#[test]
fn open_rooms_is_a_flag_with_an_optional_value() {
    let file = "open_rooms = false";
    assert!(read(file, &[], &["--open-rooms"]).expect("valid").open_rooms);
    assert!(read(file, &[], &["--open-rooms=true"]).expect("valid").open_rooms);
    assert!(!read("", &[], &["--open-rooms=false"]).expect("valid").open_rooms);
}

/// REL-39: whatever is wrong is refused with its place, the reason and a hint.
#[test]
fn broken_files_are_refused_with_line_and_hint() {
    for (file, place, says) in [
        ("lisen = '127.0.0.1:80'", "line 1", "did you mean `listen`?"),
        ("\n\nmedia-listen = '0.0.0.0:1'", "line 3", "did you mean `media_listen`?"),
        ("colour = 'blue'", "line 1", "known keys are data_dir, listen,"),
        ("[server]\nlisten = '127.0.0.1:80'", "line 1", "unknown key `server`"),
        ("listen = 127.0.0.1:80", "line 1", "this is not TOML"),
        ("open_rooms = true\nlisten = '127.0.0.1:80", "line 2", "this is not TOML"),
        ("listen = '127.0.0.1:1'\nlisten = '127.0.0.1:2'", "line 2", "duplicate key"),
        ("open_rooms true", "line 1", "this is not TOML"),
        ("\u{0}", "line 1", "this is not TOML"),
        ("listen = 8080", "line 1", "must be a text in quotation marks, not a value of type integer"),
        ("open_rooms = 'false'", "line 1", "write open_rooms = true"),
        ("open_rooms = 0", "line 1", "must be true or false"),
        ("media_announce = '192.0.2.1'", "line 1", "write media_announce = [\"203.0.113.7\"]"),
        ("media_announce = [1]", "line 1", "must be a list of texts"),
        ("listen = 'localhost'", "line 1", "write it like 127.0.0.1:8080"),
        ("listen = '127.0.0.1'", "line 1", "write it like 127.0.0.1:8080"),
        ("listen = '127.0.0.1:99999'", "line 1", "write it like 127.0.0.1:8080"),
        ("listen = ''", "line 1", "write it like 127.0.0.1:8080"),
        ("media_listen = '3478'", "line 1", "`media_listen` is not an IP address with a port"),
        ("media_announce = ['meet.example.org']", "line 1", "names are not looked up"),
        ("media_announce = ['192.0.2.1', '0.0.0.0']", "line 1", "reached from outside"),
        ("metrics_listen = '0.0.0.0:9464'", "line 1", "use a loopback address"),
        ("metrics_listen = '[::]:9464'", "line 1", "use a loopback address"),
        ("public_url = 'meet.example.org'", "line 1", "write it like https://meet.example.org"),
        ("public_url = 'http://meet.example.org'", "line 1", "camera and microphone"),
        ("public_url = 'https://meet.example.org/room'", "line 1", "has a path"),
        ("public_url = 'https://meet.example.org?x'", "line 1", "does not belong there"),
        ("public_url = 'https://me@meet.example.org'", "line 1", "does not belong there"),
        ("public_url = 'https://meet.example.org:x'", "line 1", "`public_url`"),
        ("public_url = 'https://münchen.example'", "line 1", "xn--"),
        ("public_url = 'ftp://meet.example.org'", "line 1", "neither https nor http"),
        ("public_url = 'https://'", "line 1", "`public_url`"),
        ("tls_cert = 'cert.pem'", "line 1", "set `tls_key` as well"),
        ("tls_key = 'key.pem'", "line 1", "set `tls_cert` as well"),
        ("listen = '0.0.0.0:80'", "line 1", "set tls_cert and tls_key, or public_url"),
        ("\nlisten = '[::]:80'", "line 2", "set tls_cert and tls_key, or public_url"),
        ("listen = '192.0.2.1:80'\npublic_url = 'http://localhost'", "line 1", "without TLS"),
        ("tls_cert = 'c'\ntls_key = 'k'\npublic_url = 'http://localhost'", "line 3", "write https://"),
        ("data_dir = ''", "line 1", "`data_dir` is not a path"),
        ("trusted_proxy = '10.0.0.1'", "line 1", "must be a list of texts"),
        ("trusted_proxy = ['proxy.internal']", "line 1", "names are not looked up"),
        ("trusted_proxy = ['']", "line 1", "is not an IP address or a block of them"),
        ("trusted_proxy = ['10.0.0.1:80']", "line 1", "is not an IP address or a block of them"),
        ("trusted_proxy = ['10.0.0.1', '10.0.0.0/33']", "line 1", "has a prefix that no address has"),
        ("trusted_proxy = ['10.0.0.0/999']", "line 1", "has a prefix that no address has"),
        ("trusted_proxy = ['10.0.0.0/+8']", "line 1", "has a prefix that is no number"),
        ("trusted_proxy = ['10.0.0.0/']", "line 1", "has a prefix that no address has"),
        ("trusted_proxy = ['10.0.0.1/8']", "line 1", "write 10.0.0.0/8 for the whole block"),
        ("trusted_proxy = ['2001:db8::1/64']", "line 1", "write 2001:db8::/64 for the whole block"),
        ("trusted_proxy = ['0.0.0.0/0']", "line 1", "means everyone"),
        ("trusted_proxy = ['::/0']", "line 1", "means everyone"),
        ("trusted_proxy = ['::ffff:10.0.0.1']", "line 1", "an IPv4 address written as IPv6"),
        ("max_participants = '100'", "line 1", "must be a number, not a value of type string"),
        ("max_participants = 0x10", "line 1", "must be a number"),
        ("max_participants = 0", "line 1", "is not a number from 1 to 100000"),
        ("max_participants = -5", "line 1", "is not a number from 1 to 100000"),
        ("max_participants = 100001", "line 1", "is not a number from 1 to 100000"),
        ("max_participants = 99999999999999999999", "line 1", "is not a number from 1 to 100000"),
        ("media_threads = 0", "line 1", "is not a number from 1 to 64"),
        ("media_threads = 65", "line 1", "is not a number from 1 to 64"),
        ("media_threads = 'all'", "line 1", "must be a number, not a value of type string"),
        ("oidc_issuer = 'https://login.example.org'", "line 1", "stands without `oidc_client_id`"),
        ("oidc_client_id = 'x'", "line 1", "stands without `oidc_issuer`"),
        ("oidc_issuer = 'http://login.example.org'\noidc_client_id = 'x'", "line 1", "is not https"),
        ("oidc_issuer = 'login.example.org'\noidc_client_id = 'x'", "line 1", "is not a whole web address"),
        (
            "oidc_issuer = 'https://a@b.example'\noidc_client_id = 'x'",
            "line 1",
            "a part that does not belong",
        ),
        (
            "oidc_issuer = 'https://b.example?x'\noidc_client_id = 'x'",
            "line 1",
            "a part that does not belong",
        ),
        ("oidc_issuer = 'https://b.example'\noidc_client_id = ''", "line 2", "is not 1 to 200 characters"),
        ("max_participants = 1.5", "line 1", "must be a number, not a value of type float"),
    ] {
        let refused = read(file, &[], &[]).expect_err(file);
        assert!(refused.contains(&format!("incamera.toml, {place}: ")), "{file:?} gave {refused}");
        assert!(refused.contains(says), "{file:?} gave {refused}");
        assert!(refused.contains("\n  hint: "), "{file:?} gave {refused}");
        assert!(
            !refused.contains(char::is_control) || refused.matches(char::is_control).all(|c| c == "\n"),
            "{refused}"
        );
    }
}

#[test]
fn a_refusal_names_the_variable_or_option_it_is_about() {
    for (environment, line, says) in [
        (&[("INCAMERA_LISTEN", "80")][..], &[][..], "environment variable INCAMERA_LISTEN: `listen` is not"),
        (&[("INCAMERA_OPEN_ROOMS", "yes")], &[], "environment variable INCAMERA_OPEN_ROOMS: "),
        (&[("INCAMERA_LISEN", "127.0.0.1:80")], &[], "did you mean INCAMERA_LISTEN?"),
        (&[("INCAMERA_LISTEN", "127.0.0.1:80")], &["--listen=80"], "option --listen: `listen` is not"),
        (&[], &["--listen=0.0.0.0:80"], "option --listen: `listen` is 0.0.0.0:80, beyond this machine"),
        (&[("INCAMERA_CONFIG", "/nowhere.toml")], &[], "environment variable INCAMERA_CONFIG: cannot read"),
        (&[], &["--config=/nowhere.toml"], "option --config: cannot read the configuration file"),
        (&[], &["--lisen=127.0.0.1:80"], "similar argument exists: '--listen'"),
    ] {
        let refused = read("", environment, line).expect_err(says);
        assert!(refused.contains(says), "{refused}");
    }
}

#[test]
fn foreign_variables_are_mentioned_and_empty_ones_are_unset() {
    let environment = Environment::from([
        ("HOME".into(), "/home/someone".into()),
        ("INCAMERA_PORT_8080_TCP_ADDR".into(), "10.0.0.1".into()),
        ("INCAMERA_LISTEN".into(), OsString::new()),
        ("INCAMERA_CONFIG".into(), OsString::new()),
        ("INCAMERA_LOG".into(), "debug".into()),
    ]);
    let (config, warnings) = Config::read(&Serve::default(), &environment).expect("valid");
    assert_eq!(config.listen, Listen::Localhost);
    assert_eq!(warnings, ["the environment variable INCAMERA_PORT_8080_TCP_ADDR is not one of Incamera's"]);
}

#[test]
fn beyond_loopback_needs_tls_here_or_at_a_proxy() {
    for more in [&["--public-url=https://meet.example.org"][..], &["--tls-cert=c", "--tls-key=k"]] {
        let config = read("", &[], &[&["--listen=0.0.0.0:80"], more].concat()).expect("valid");
        assert!(config.is_https());
    }
    for loopback in ["--listen=127.0.0.1:0", "--listen=127.8.8.8:80", "--listen=[::1]:80"] {
        assert!(read("", &[], &[loopback]).is_ok(), "{loopback}");
    }
}

#[test]
fn the_public_address_is_what_browsers_call_an_origin() {
    for (text, origin) in [
        ("https://meet.example.org", "https://meet.example.org"),
        ("https://Meet.Example.org/", "https://meet.example.org"),
        ("https://meet.example.org:443", "https://meet.example.org"),
        ("https://meet.example.org:8443/", "https://meet.example.org:8443"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ("http://localhost:80", "http://localhost"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ] {
        assert_eq!(PublicUrl::read(text).expect(text).origin(), origin);
    }
}
