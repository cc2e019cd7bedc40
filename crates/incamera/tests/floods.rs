//! What visitors notice while someone opens connections by the thousand.

#![expect(clippy::print_stdout, reason = "a test tells what it measured")]

mod support;

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use support::{Server, hosts};

const CONNECTIONS: usize = 2_000;

/// For as long as this the flood is kept up; connections that say nothing are closed after 10 s.
const FLOOD: Duration = Duration::from_secs(6);

/// How many files this process may open, and with it the server, which inherits it.
fn most_files() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").expect("Linux tells limits");
    let line = limits.lines().find(|line| line.starts_with("Max open files")).expect("a limit");
    line.split_whitespace().nth(3).and_then(|soft| soft.parse().ok()).unwrap_or(usize::MAX)
}

/// How many connections are opened before the server has taken in those before them. The system has the ones
/// that find its queue full wait for a second and more, and the first would be closed before the last is open.
const AT_ONCE: usize = 100;

/// Opens connections as fast as the server takes them in.
fn open(server: &Server, count: usize) -> Vec<TcpStream> {
    let mut all = Vec::with_capacity(count);
    while all.len() < count {
        all.extend((0..AT_ONCE).map(|_| support::connect(server.pages)));
        let waiting = Instant::now();
        while server.open_files() <= all.len() && waiting.elapsed() < Duration::from_secs(1) {
            std::thread::sleep(Duration::from_millis(2));
        }
    }
    all
}

/// Opens a meeting and enters it.
fn enter(server: &Server) -> Duration {
    let began = Instant::now();
    let opened = server.post("/api/meetings", "");
    assert_eq!(opened.status, 201);
    assert_eq!(hosts::enter(server, None, &hosts::body(&opened)).status, 201);
    began.elapsed()
}

/// ATK-47: two thousand connections, half of them silent and half sending a header line now and then, while
/// someone enters again and again.
#[test]
fn two_thousand_idle_connections_keep_nobody_out() {
    let count = CONNECTIONS.min(most_files().saturating_sub(200));
    let server = Server::start(&[]);
    enter(&server);
    let before = server.memory_bytes();
    let mut flood = open(&server, count);
    let held = server.open_files();
    let mut slow: Vec<&mut TcpStream> = flood.iter_mut().step_by(2).collect();
    for stream in &mut slow {
        stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n").expect("sent");
    }
    let (mut took, mut most, began) = (Vec::new(), 0, Instant::now());
    while began.elapsed() < FLOOD && took.len() < 90 {
        took.push(enter(&server));
        most = most.max(server.memory_bytes());
        for stream in &mut slow {
            // Some may have been cut off already.
            let _ = stream.write_all(b"x-slow: x\r\n");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    took.sort();
    let p95 = took[took.len() * 95 / 100];
    let grown = most.saturating_sub(before) / 1024;
    println!(
        "{held} files open after {count} connections: {} entries, p95 {p95:?}; memory grew by {grown} KiB",
        took.len()
    );
    assert!(held > flood.len(), "all of them are held at once: {held}");
    assert!(p95 < Duration::from_secs(3), "{p95:?}");
    assert!(grown < 100 * 1024, "{grown} KiB");
}
