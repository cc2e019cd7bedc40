//! A provider of OpenID Connect (Core 1.0) that behaves as it is told to. One thread, one request at a time.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use url::Url;

use super::authenticator::text;

pub(crate) const CLIENT: &str = "incamera";
pub(crate) const SECRET: &str = "agreed-upon";

/// How it behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    Well,
    // What it signs.
    AlgorithmNone,
    SecretOfClient,
    PublicKeyAsSecret,
    OtherKey,
    UnknownKey,
    SignatureCut,
    PayloadChanged,
    // What it says.
    Expired,
    NoExpiry,
    OtherIssuer,
    OtherAudience,
    TwoAudiences,
    OtherParty,
    NoNonce,
    OtherNonce,
    NoSubject,
    EmptySubject,
    // How it answers.
    NoIdToken,
    NoToken,
    ErrorInPlaceOfToken,
    NoJson,
    Huge,
    ElsewhereForToken,
    ServerError,
    // What it says of itself.
    CallsItselfOtherwise,
    NoKeys,
    /// Over TLS, and has the token asked for without.
    PlainToken,
    Silent,
}

pub(crate) const BAD: [Manner; 27] = [
    Manner::AlgorithmNone,
    Manner::SecretOfClient,
    Manner::PublicKeyAsSecret,
    Manner::OtherKey,
    Manner::UnknownKey,
    Manner::SignatureCut,
    Manner::PayloadChanged,
    Manner::Expired,
    Manner::NoExpiry,
    Manner::OtherIssuer,
    Manner::OtherAudience,
    Manner::TwoAudiences,
    Manner::OtherParty,
    Manner::NoNonce,
    Manner::OtherNonce,
    Manner::NoSubject,
    Manner::EmptySubject,
    Manner::NoIdToken,
    Manner::NoToken,
    Manner::ErrorInPlaceOfToken,
    Manner::NoJson,
    Manner::Huge,
    Manner::ElsewhereForToken,
    Manner::ServerError,
    Manner::CallsItselfOtherwise,
    Manner::NoKeys,
    Manner::Silent,
];

/// What it knows of someone who was sent to it.
struct Sent {
    asked: HashMap<String, String>,
    claims: Value,
}

struct State {
    manner: Manner,
    issuer: String,
    /// Where it answers without TLS.
    plain: String,
    key: EcdsaKeyPair,
    other: EcdsaKeyPair,
    sent: HashMap<String, Sent>,
    /// What was asked of it, one line each.
    asked: Vec<String>,
}

pub(crate) struct Provider {
    state: Arc<Mutex<State>>,
}

fn key() -> EcdsaKeyPair {
    EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key")
}

impl Provider {
    pub(crate) fn start() -> Self {
        let (listener, address) = listen();
        let provider = Self::at(format!("http://{address}"), format!("http://{address}"));
        provider.answers(listener);
        provider
    }

    /// Over TLS, with this certificate.
    pub(crate) fn start_tls(config: rustls::ServerConfig) -> Self {
        let ((listener, address), (plain, plain_address)) = (listen(), listen());
        let provider = Self::at(format!("https://{address}"), format!("http://{plain_address}"));
        provider.answers(plain);
        let (state, config) = (Arc::clone(&provider.state), Arc::new(config));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let connection = rustls::ServerConnection::new(Arc::clone(&config)).expect("sound");
                answer(&state, rustls::StreamOwned::new(connection, stream));
            }
        });
        provider
    }

    fn at(issuer: String, plain: String) -> Self {
        let (key, other) = (key(), key());
        let state = State {
            manner: Manner::Well,
            issuer,
            plain,
            key,
            other,
            sent: HashMap::new(),
            asked: Vec::new(),
        };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// Without TLS.
    fn answers(&self, listener: TcpListener) {
        let state = Arc::clone(&self.state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(&state, stream);
            }
        });
    }

    pub(crate) fn issuer(&self) -> String {
        self.state.lock().expect("whole").issuer.clone()
    }

    pub(crate) fn behaves(&self, manner: Manner) {
        self.state.lock().expect("whole").manner = manner;
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.state.lock().expect("whole").asked.clone()
    }

    /// Someone is sent to it, and signs in there; gives the code that it sends back.
    pub(crate) fn signs_in(&self, address: &str, claims: &Value) -> String {
        let address = Url::parse(address).expect("an address");
        let asked: HashMap<_, _> = address.query_pairs().into_owned().collect();
        assert_eq!(asked.get("client_id").map(String::as_str), Some(CLIENT));
        assert_eq!(asked.get("response_type").map(String::as_str), Some("code"));
        assert_eq!(asked.get("code_challenge_method").map(String::as_str), Some("S256"));
        assert!(asked["nonce"].len() >= 20 && asked["state"].len() >= 20, "{asked:?}");
        let mut state = self.state.lock().expect("whole");
        let code = format!("code-{}", state.sent.len());
        state.sent.insert(code.clone(), Sent { asked, claims: claims.clone() });
        code
    }
}

fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("localhost:{}", listener.local_addr().expect("bound").port());
    (listener, address)
}

fn answer(state: &Mutex<State>, mut stream: impl Read + Write) {
    let Some((line, body)) = read(&mut stream) else { return };
    let mut state = state.lock().expect("whole");
    state.asked.push(line.clone());
    let (status, said) = match line.as_str() {
        "GET /.well-known/openid-configuration" => state.describe(),
        "GET /keys" => (200, state.keys().to_string()),
        "POST /token" => state.token(&body),
        _ => (404, String::new()),
    };
    if state.manner == Manner::Silent && line.starts_with("POST") {
        drop(state);
        std::thread::sleep(Duration::from_secs(6));
        return;
    }
    let more =
        if status == 302 { format!("location: {}/elsewhere\r\n", state.issuer) } else { String::new() };
    let length = said.len();
    // Whoever has read enough goes.
    _ = write!(
        stream,
        "HTTP/1.1 {status} .\r\ncontent-type: application/json\r\n{more}content-length: {length}\r\nconnection: close\r\n\r\n{said}"
    );
    _ = stream.flush();
}

fn read(stream: &mut (impl Read + Write)) -> Option<(String, String)> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).ok()?;
    let mut length = 0;
    let mut authorized = true;
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).ok()?;
        let header = header.trim().to_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(number) = header.strip_prefix("content-length:") {
            length = number.trim().parse().ok()?;
        }
        if header.starts_with("authorization:") {
            // RFC 6749 section 2.3.1: the client's name and its secret.
            let expected = base64::Engine::encode(
                &base64::engine::general_purpose::STANDARD,
                format!("{CLIENT}:{SECRET}"),
            );
            authorized = header.ends_with(&expected.to_lowercase());
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    let words: Vec<_> = line.split(' ').take(2).collect();
    authorized.then(|| (words.join(" "), String::from_utf8_lossy(&body).into_owned()))
}

impl State {
    fn describe(&self) -> (u16, String) {
        let issuer = match self.manner {
            Manner::CallsItselfOtherwise => "https://login.example.org",
            _ => &self.issuer,
        };
        let token = if self.manner == Manner::PlainToken { &self.plain } else { &self.issuer };
        let about = json!({
            "issuer": issuer, "authorization_endpoint": format!("{}/authorize", self.issuer),
            "token_endpoint": format!("{token}/token"), "jwks_uri": format!("{}/keys", self.issuer),
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
        });
        (200, about.to_string())
    }

    fn keys(&self) -> Value {
        if self.manner == Manner::NoKeys {
            return json!({ "keys": [] });
        }
        let (x, y) = self.key.public_key().as_ref()[1..].split_at(32);
        json!({ "keys": [{
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "1", "x": text(x), "y": text(y),
        }] })
    }

    fn token(&mut self, body: &str) -> (u16, String) {
        let form: HashMap<_, _> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
        let sent = form.get("code").and_then(|code| self.sent.remove(code));
        let Some(Sent { asked, claims }) = sent else {
            return (400, json!({ "error": "invalid_grant" }).to_string());
        };
        // RFC 7636 section 4.6, RFC 6749 section 4.1.3.
        let verifier = form.get("code_verifier").map(String::as_bytes).unwrap_or_default();
        if text(digest(&SHA256, verifier).as_ref()) != asked["code_challenge"]
            || form.get("redirect_uri") != asked.get("redirect_uri")
        {
            return (400, json!({ "error": "invalid_grant" }).to_string());
        }
        let id_token = self.id_token(&asked["nonce"], &claims);
        let mut said = json!({ "access_token": "a", "token_type": "Bearer", "id_token": id_token });
        match self.manner {
            Manner::NoIdToken => drop(said.as_object_mut().expect("one").remove("id_token")),
            Manner::NoToken => said = json!({}),
            Manner::ErrorInPlaceOfToken => said = json!({ "error": "access_denied" }),
            Manner::NoJson => return (200, "<html>".to_owned()),
            Manner::Huge => said["padding"] = json!("x".repeat(1_000_000)),
            Manner::ElsewhereForToken => return (302, String::new()),
            Manner::ServerError => return (500, said.to_string()),
            _ => {}
        }
        (200, said.to_string())
    }

    fn id_token(&self, nonce: &str, more: &Value) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
        let mut claims = json!({
            "iss": self.issuer, "aud": CLIENT, "sub": "1", "nonce": nonce, "iat": now, "exp": now + 60,
        });
        let object = claims.as_object_mut().expect("one");
        object.extend(more.as_object().expect("claims").clone());
        match self.manner {
            Manner::Expired => drop(object.insert("exp".to_owned(), json!(now - 600))),
            Manner::NoExpiry => drop(object.remove("exp")),
            Manner::OtherIssuer => drop(object.insert("iss".to_owned(), json!("https://evil.example"))),
            Manner::OtherAudience => drop(object.insert("aud".to_owned(), json!("somebody"))),
            Manner::TwoAudiences => drop(object.insert("aud".to_owned(), json!([CLIENT, "somebody"]))),
            Manner::OtherParty => drop(object.insert("azp".to_owned(), json!("somebody"))),
            Manner::NoNonce => drop(object.remove("nonce")),
            Manner::OtherNonce => drop(object.insert("nonce".to_owned(), json!("another"))),
            Manner::NoSubject => drop(object.remove("sub")),
            Manner::EmptySubject => drop(object.insert("sub".to_owned(), json!(""))),
            _ => {}
        }
        let header = match self.manner {
            Manner::AlgorithmNone => json!({ "alg": "none" }),
            Manner::SecretOfClient | Manner::PublicKeyAsSecret => json!({ "alg": "HS256", "kid": "1" }),
            Manner::UnknownKey => json!({ "alg": "ES256", "kid": "2" }),
            _ => json!({ "alg": "ES256", "kid": "1" }),
        };
        let signed =
            format!("{}.{}", text(header.to_string().as_bytes()), text(claims.to_string().as_bytes()));
        let with = |key: &EcdsaKeyPair| {
            text(key.sign(&SystemRandom::new(), signed.as_bytes()).expect("signed").as_ref())
        };
        let shared = |secret: &[u8]| {
            text(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), signed.as_bytes()).as_ref())
        };
        let signature = match self.manner {
            Manner::AlgorithmNone => String::new(),
            Manner::SecretOfClient => shared(SECRET.as_bytes()),
            Manner::PublicKeyAsSecret => shared(self.key.public_key().as_ref()),
            Manner::OtherKey | Manner::UnknownKey => with(&self.other),
            Manner::SignatureCut => with(&self.key)[..40].to_owned(),
            _ => with(&self.key),
        };
        if self.manner == Manner::PayloadChanged {
            claims["sub"] = json!("2");
            let changed = text(claims.to_string().as_bytes());
            return format!("{}.{changed}.{signature}", text(header.to_string().as_bytes()));
        }
        format!("{signed}.{signature}")
    }
}
