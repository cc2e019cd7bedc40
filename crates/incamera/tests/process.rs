//! The program from start to end: what it prints, what it refuses, how it stops.

mod support;

use std::net::{TcpListener, UdpSocket};
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::{Duration, Instant};

use support::{FREE_PORTS, Server, program};

#[test]
fn it_says_where_it_is() {
    let server = Server::start(&[]);
    assert_eq!(server.lines[0], format!("Incamera is ready. Open http://{}", server.pages));
    assert_eq!(server.lines[1], format!("Metrics on http://{}/metrics", server.metrics));
    assert!(server.lines[2].starts_with("Media on UDP port "), "{:?}", server.lines);
    assert_ne!(server.pages.port(), 0);
    assert_eq!(server.get("/healthz").text(), "ok");
}

#[test]
fn it_says_the_public_address_where_there_is_one() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let mut child = program(folder.path())
        .args(FREE_PORTS)
        .arg("--public-url=https://Meet.Example.org/")
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut line = String::new();
    let output = child.stdout.take().expect("piped");
    std::io::BufRead::read_line(&mut std::io::BufReader::new(output), &mut line).expect("a line");
    child.kill().expect("killed");
    child.wait().expect("ended");
    assert_eq!(line, "Incamera is ready. Open https://meet.example.org\n");
}

#[test]
fn the_data_folder_is_for_this_account_only() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let data = folder.path().join("its/own");
    let _server = Server::start(&["--data-dir", data.to_str().expect("plain")]);
    let mode = |path: &std::path::Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    assert_eq!(mode(&data.join("secret.key")), 0o600);
}

#[test]
fn signals_end_it_politely() {
    for name in ["TERM", "INT"] {
        let mut server = Server::start(&[]);
        // An idle connection must not keep it.
        let _idle = server.connect();
        server.signal(name);
        let (status, took) = server.wait();
        assert_eq!(status.code(), Some(0), "{name}");
        assert!(took < Duration::from_secs(5), "{name} took {took:?}");
        assert!(server.log().contains("stopped"));
    }
}

/// REL-39: a start that cannot be what was asked for ends with code 2, the reason and a hint.
fn refused(arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("temporary folder");
    let mut child = program(folder.path())
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    let began = Instant::now();
    while child.try_wait().expect("a child").is_none() {
        if began.elapsed() > support::PATIENCE {
            child.kill().expect("killed");
            panic!("{arguments:?} was not refused");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let output = child.wait_with_output().expect("ended");
    let text = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(output.stdout.is_empty(), "nothing is announced that is not there");
    assert!(text.contains("hint: "), "{text}");
    assert!(!text.contains("panicked"), "{text}");
    text
}

/// The arguments for free ports, with some replaced.
fn with(replaced: &[&str]) -> Vec<String> {
    let name = |argument: &str| argument.split('=').next().map(str::to_owned);
    let kept = FREE_PORTS.iter().filter(|old| !replaced.iter().any(|new| name(new) == name(old)));
    kept.chain(replaced).map(|argument| (*argument).to_owned()).collect()
}

fn refused_with(replaced: &[&str]) -> String {
    let arguments = with(replaced);
    refused(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn busy_ports_are_refused_and_the_option_to_change_is_named() {
    let tcp = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = tcp.local_addr().expect("an address").port();
    for option in ["--listen", "--metrics-listen"] {
        let text = refused_with(&[&format!("{option}=127.0.0.1:{port}")]);
        assert!(text.contains(&format!("port {port} is taken")), "{text}");
        assert!(text.contains(&format!("{option} ADDR:PORT")), "{text}");
    }
    let server = Server::start(&[]);
    let text = refused_with(&[&format!("--listen={}", server.pages)]);
    assert!(text.contains("is Incamera already running?"), "{text}");
}

#[test]
fn a_busy_media_port_is_refused_too() {
    let udp = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let address = udp.local_addr().expect("an address");
    let text = refused_with(&[&format!("--media-listen={address}")]);
    assert!(text.contains("is taken") && text.contains("--media-listen ADDR:PORT"), "{text}");
}

#[test]
fn wrong_settings_are_refused_before_anything_starts() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let file = folder.path().join("incamera.toml");
    std::fs::write(&file, "open_rooms = true\nlisen = '127.0.0.1:80'\n").expect("written");
    let path = file.to_str().expect("plain");
    let text = refused(&["--config", path]);
    assert!(text.contains("incamera.toml, line 2: unknown key `lisen`"), "{text}");
    assert!(text.contains("did you mean `listen`?"), "{text}");

    let text = refused(&["--listen=0.0.0.0:0"]);
    assert!(text.contains("without TLS") && text.contains("https://"), "{text}");
    let text = refused_with(&["--listen=192.0.2.1:80", "--public-url=https://meet.example.org"]);
    assert!(text.contains("is not an address of this machine"), "{text}");
    let text = refused(&["--metrics-listen=0.0.0.0:0"]);
    assert!(text.contains("loopback"), "{text}");
    let text = refused_with(&["--tls-cert=/nowhere", "--tls-key=/nowhere"]);
    assert!(text.contains("must exist"), "{text}");
    let text = refused_with(&["--data-dir=/proc/nothing"]);
    assert!(text.contains("--data-dir"), "{text}");
}

#[test]
fn it_knows_its_version() {
    let output =
        std::process::Command::new(env!("CARGO_BIN_EXE_incamera")).arg("--version").output().expect("runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), format!("incamera {}\n", env!("CARGO_PKG_VERSION")));
    assert!(output.status.success());
}

/// The ports on which a process listens, as the kernel tells: `tcp`, `tcp6`, `udp` or `udp6`.
fn listening(server: &Server, table: &str) -> Vec<u16> {
    let id = server.id();
    let sockets: Vec<String> = std::fs::read_dir(format!("/proc/{id}/fd"))
        .expect("it runs")
        .filter_map(|entry| std::fs::read_link(entry.expect("an entry").path()).ok())
        .filter_map(|link| Some(link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
        .collect();
    let text = std::fs::read_to_string(format!("/proc/{id}/net/{table}")).expect("a table");
    let ports = text.lines().skip(1).filter_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        // 0A is LISTEN; UDP knows no such state.
        let open = table.starts_with("udp") || fields[3] == "0A";
        let own = open && sockets.iter().any(|socket| socket == fields[9]);
        own.then(|| {
            u16::from_str_radix(fields[1].rsplit(':').next().expect("a port"), 16).expect("hexadecimal")
        })
    });
    let mut ports: Vec<_> = ports.collect();
    ports.sort_unstable();
    ports.dedup();
    ports
}

/// ATK-66: what is meant to be reached, and nothing besides.
#[test]
fn nothing_listens_that_nobody_knows_of() {
    let server = Server::start(&[]);
    server.post("/api/meetings", "");
    let mut known = vec![server.pages.port(), server.metrics.port()];
    known.sort_unstable();
    let tcp = [listening(&server, "tcp"), listening(&server, "tcp6")].concat();
    assert_eq!(tcp, known);
    let media: u16 = server.lines[2].rsplit(' ').next().expect("a port").parse().expect("a number");
    let udp = [listening(&server, "udp"), listening(&server, "udp6")].concat();
    assert_eq!(udp, [media]);
    assert!(server.metrics.ip().is_loopback());
}
