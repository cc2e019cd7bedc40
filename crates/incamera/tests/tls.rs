//! TLS that the server ends itself.

mod support;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion};
use support::{Server, read_answer};

struct Pair {
    folder: tempfile::TempDir,
    made: rcgen::CertifiedKey<rcgen::KeyPair>,
}

impl Pair {
    fn new() -> Self {
        let pair = Self { folder: tempfile::tempdir().expect("temporary folder"), made: Self::make() };
        pair.write();
        pair
    }

    fn make() -> rcgen::CertifiedKey<rcgen::KeyPair> {
        rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).expect("made")
    }

    fn write(&self) {
        std::fs::write(self.folder.path().join("cert.pem"), self.made.cert.pem()).expect("written");
        std::fs::write(self.folder.path().join("key.pem"), self.made.signing_key.serialize_pem())
            .expect("written");
    }

    fn serve(&self) -> Server {
        let option = |name: &str, path: &Path| format!("--tls-{name}={}", path.display());
        let cert = option("cert", &self.folder.path().join("cert.pem"));
        let key = option("key", &self.folder.path().join("key.pem"));
        Server::start(&[&cert, &key])
    }

    /// Shakes hands as someone who trusts this certificate and no other.
    fn connect(
        &self,
        server: &Server,
        versions: &[&'static SupportedProtocolVersion],
    ) -> std::io::Result<StreamOwned<ClientConnection, TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.made.cert.der().clone()).expect("a certificate");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from("localhost").expect("a name");
        let client = ClientConnection::new(Arc::new(config), name).expect("a client");
        let mut stream = StreamOwned::new(client, server.connect());
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock)?;
        }
        Ok(stream)
    }
}

const BOTH: &[&SupportedProtocolVersion] = &[&rustls::version::TLS13, &rustls::version::TLS12];

#[test]
fn pages_come_over_tls_and_ask_for_it_for_good() {
    let pair = Pair::new();
    let server = pair.serve();
    assert_eq!(server.lines[0], format!("Incamera is ready. Open https://{}", server.pages));
    for versions in [BOTH, &BOTH[..1], &BOTH[1..]] {
        let mut stream = pair.connect(&server, versions).expect("a handshake");
        let host = server.host();
        write!(stream, "GET /api/instance HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n")
            .expect("sent");
        let answer = read_answer(&mut stream);
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("strict-transport-security"), Some("max-age=63072000"));
    }
}

/// ATK-19: over TLS the origin must be the one that was connected to, with its scheme.
#[test]
fn the_origin_over_tls_is_https() {
    let pair = Pair::new();
    let server = pair.serve();
    let host = server.host();
    for (origin, status) in [(format!("https://{host}"), 201), (format!("http://{host}"), 403)] {
        let mut stream = pair.connect(&server, BOTH).expect("a handshake");
        let head =
            format!("POST /api/meetings HTTP/1.1\r\nhost: {host}\r\norigin: {origin}\r\nx-incamera: 1\r\n");
        write!(stream, "{head}content-length: 0\r\nconnection: close\r\n\r\n").expect("sent");
        assert_eq!(read_answer(&mut stream).status, status, "{origin}");
    }
}

#[test]
fn a_new_certificate_is_taken_up_without_a_restart() {
    let mut pair = Pair::new();
    let server = pair.serve();
    pair.connect(&server, BOTH).expect("the first certificate");
    pair.made = Pair::make();
    pair.connect(&server, BOTH).expect_err("not yet");
    pair.write();
    server.signal("HUP");
    let began = Instant::now();
    while pair.connect(&server, BOTH).is_err() {
        assert!(began.elapsed() < support::PATIENCE, "{}", server.log());
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// ATK-47: a handshake that does not end is cut off, and so is one that is none.
#[test]
fn slow_and_false_handshakes_are_cut_off() {
    let pair = Pair::new();
    let server = pair.serve();
    let mut plain = server.connect();
    plain.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").expect("sent");
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP"), "nothing is said without TLS");

    let began = Instant::now();
    let mut silent = server.connect();
    let _ = silent.read_to_end(&mut Vec::new());
    let took = began.elapsed();
    assert!((Duration::from_secs(8)..Duration::from_secs(20)).contains(&took), "{took:?}");
}
