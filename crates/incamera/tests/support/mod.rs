//! The program as a process, and a visitor who writes bytes: no HTTP library stands between, so that a test
//! can send what a library would not.

#![allow(dead_code, reason = "each test file uses its own part")]

pub(crate) mod authenticator;
pub(crate) mod hosts;
pub(crate) mod provider;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How long anything may take before a test gives up: far more than an idle machine needs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A server that runs.
pub(crate) struct Server {
    child: Child,
    /// What it printed, line by line.
    pub(crate) lines: Vec<String>,
    pub(crate) pages: SocketAddr,
    pub(crate) metrics: SocketAddr,
    folder: tempfile::TempDir,
}

/// The program with ports chosen by the system and a folder of its own.
pub(crate) fn program(folder: &std::path::Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_incamera"));
    // A configuration in the environment of whoever runs the tests must not reach the program.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("INCAMERA_") {
            command.env_remove(name);
        }
    }
    command.arg("serve").env("INCAMERA_DATA_DIR", folder.join("data"));
    command
}

pub(crate) const FREE_PORTS: [&str; 4] = [
    "--listen=127.0.0.1:0",
    "--media-listen=127.0.0.1:0",
    "--media-announce=127.0.0.1",
    "--metrics-listen=127.0.0.1:0",
];

impl Server {
    pub(crate) fn start(more: &[&str]) -> Self {
        Self::start_with(more, &[])
    }

    /// Starts it with something in its environment.
    pub(crate) fn start_with(more: &[&str], environment: &[(&str, &str)]) -> Self {
        Self::start_in(tempfile::tempdir().expect("temporary folder"), more, environment, 4)
    }

    /// Kills it, and starts it again on what it has written down. Somebody looks after it already, so that it prints no
    /// invitation.
    pub(crate) fn restart(mut self, more: &[&str]) -> Self {
        self.child.kill().expect("it ran");
        self.child.wait().expect("it ran");
        let elsewhere = tempfile::tempdir().expect("temporary folder");
        Self::start_in(std::mem::replace(&mut self.folder, elsewhere), more, &[], 3)
    }

    fn start_in(
        folder: tempfile::TempDir,
        more: &[&str],
        environment: &[(&str, &str)],
        expected_lines: usize,
    ) -> Self {
        let log = std::fs::File::create(folder.path().join("log")).expect("a log");
        // A public address is printed in place of the port, which then has to be known beforehand.
        let known = more.iter().any(|argument| argument.starts_with("--public-url")).then(free_port);
        let ports = FREE_PORTS.map(|argument| match (argument, known) {
            ("--listen=127.0.0.1:0", Some(port)) => format!("--listen=127.0.0.1:{port}"),
            (argument, _) => argument.to_owned(),
        });
        // Most tests need a meeting and not a host.
        let open = if more.iter().any(|argument| argument.starts_with("--open-rooms")) {
            &[][..]
        } else {
            &["--open-rooms"]
        };
        let mut child = program(folder.path())
            .args(ports)
            .args(open)
            .args(more)
            .env("INCAMERA_LOG", "trace")
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the program starts");
        let mut lines = Vec::new();
        let output = BufReader::new(child.stdout.take().expect("piped"));
        for line in output.lines() {
            lines.push(line.expect("text"));
            if lines.len() == expected_lines {
                break;
            }
        }
        let port = |line: usize, before: &str, after: &str| {
            let text = lines
                .get(line)
                .and_then(|line| line.strip_prefix(before))
                .unwrap_or_else(|| panic!("{lines:?}"));
            text.strip_suffix(after).unwrap_or(text).parse().unwrap_or_else(|_| panic!("{lines:?}"))
        };
        let scheme = if more.iter().any(|argument| argument.starts_with("--tls")) { "https" } else { "http" };
        let pages = match known {
            Some(port) => SocketAddr::from(([127, 0, 0, 1], port)),
            None => port(0, &format!("Incamera is ready. Open {scheme}://"), ""),
        };
        let metrics = port(1, "Metrics on http://", "/metrics");
        Self { child, lines, pages, metrics, folder }
    }

    /// The secret of the first invitation, which it printed.
    pub(crate) fn first_invitation(&self) -> String {
        let line = self.lines.get(3).expect("nobody looks after it yet");
        line.rsplit_once("/host#i=").expect("a link").1.to_owned()
    }

    /// Where it keeps its data.
    pub(crate) fn data_dir(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// Runs another command of the program on the same data, and gives what it printed; if it failed, why as well.
    pub(crate) fn console(&self, arguments: &[&str]) -> (bool, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_incamera"))
            .args(arguments)
            .env("INCAMERA_DATA_DIR", self.data_dir())
            .output()
            .expect("it runs");
        let good = output.status.success();
        let said = if good { output.stdout } else { [output.stdout, output.stderr].concat() };
        (good, String::from_utf8_lossy(&said).into_owned())
    }

    /// Everything it has logged so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).expect("a log")
    }

    /// The host under which a browser would know it.
    pub(crate) fn host(&self) -> String {
        self.pages.to_string()
    }

    /// Its origin, as a browser would write it.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.pages)
    }

    pub(crate) fn connect(&self) -> TcpStream {
        connect(self.pages)
    }

    /// Sends one request and reads the whole answer.
    pub(crate) fn ask(&self, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        ask(self.pages, method, target, headers, body)
    }

    pub(crate) fn get(&self, target: &str) -> Answer {
        self.ask("GET", target, &[], "")
    }

    /// Sends JSON as the web client does.
    pub(crate) fn post(&self, target: &str, body: &str) -> Answer {
        let origin = self.origin();
        let headers = [
            ("x-incamera", "1"),
            ("content-type", "application/json"),
            ("sec-fetch-site", "same-origin"),
            ("origin", &origin),
        ];
        self.ask("POST", target, &headers, body)
    }

    /// Asks as the web client of someone does who is signed in, or not.
    pub(crate) fn act(&self, method: &str, target: &str, cookie: Option<&str>, body: &str) -> Answer {
        let origin = self.origin();
        let mut headers = vec![
            ("x-incamera", "1"),
            ("content-type", "application/json"),
            ("sec-fetch-site", "same-origin"),
            ("origin", &*origin),
        ];
        headers.extend(cookie.map(|cookie| ("cookie", cookie)));
        self.ask(method, target, &headers, body)
    }

    /// Its number among the processes of the system.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How much memory it holds.
    pub(crate) fn memory_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("a figure");
        line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).expect("a number") * 1024
    }

    /// How many files and connections it has open.
    pub(crate) fn open_files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).expect("it runs").count()
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &id]).status().expect("kill runs");
        assert!(sent.success());
    }

    /// Waits for the end, and tells how long it took.
    pub(crate) fn wait(&mut self) -> (ExitStatus, Duration) {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return (status, began.elapsed());
            }
            assert!(began.elapsed() < PATIENCE, "the server did not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// An answer, taken apart.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(known, _)| known == name);
        let value = values.next().map(|(_, value)| value.as_str());
        assert!(values.next().is_none(), "{name} stands twice");
        value
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The code of a problem document, which must be a whole one.
    pub(crate) fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let problem: serde_json::Value = serde_json::from_slice(&self.body).expect("JSON");
        assert_eq!(problem["type"], "about:blank");
        assert_eq!(problem["status"], self.status);
        problem["code"].as_str().expect("a code").to_owned()
    }
}

pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("set");
    stream.set_nodelay(true).expect("set");
    stream
}

pub(crate) fn ask(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let mut stream = connect(address);
    let mut head = format!("{method} {target} HTTP/1.1\r\n");
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        head += &format!("host: {address}\r\n");
    }
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    if !body.is_empty() {
        head += &format!("content-length: {}\r\n", body.len());
    }
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("connection")) {
        head += "connection: close\r\n";
    }
    // The server may answer and close before it has read everything; what counts is the answer.
    let _ = stream.write_all(format!("{head}\r\n{body}").as_bytes());
    read_answer(&mut stream)
}

/// Reads an answer up to the end that its length gives, or that of the connection.
pub(crate) fn read_answer(stream: &mut impl Read) -> Answer {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => bytes.push(byte[0]),
            Ok(_) => panic!("the connection ended within the head: {:?}", String::from_utf8_lossy(&bytes)),
            Err(error) => panic!("{error}: {:?}", String::from_utf8_lossy(&bytes)),
        }
    }
    let head = String::from_utf8(bytes).expect("text");
    let mut lines = head.split("\r\n").filter(|line| !line.is_empty());
    let status =
        lines.next().expect("a status line").split(' ').nth(1).expect("a status").parse().expect("a number");
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(": ").expect("a header"))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let mut answer = Answer { status, headers, body: Vec::new() };
    if status == 101 {
        return answer;
    }
    let mut body = Vec::new();
    match answer.header("content-length").map(|length| length.parse().expect("a number")) {
        Some(length) => {
            let _ = stream.take(length).read_to_end(&mut body);
        }
        None => {
            let _ = stream.read_to_end(&mut body);
        }
    }
    answer.body = body;
    answer
}
