//! An authenticator in a few lines, which signs whatever it is asked for (Web Authentication level 3, section 6).

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// Somebody was there, and showed that it was they (section 6.1).
const PRESENT: u8 = 1;
const VERIFIED: u8 = 4;
const ATTESTED: u8 = 64;

pub(crate) struct Authenticator {
    key: EcdsaKeyPair,
    pub(crate) credential: Vec<u8>,
    pub(crate) user: String,
    /// How often it has signed.
    pub(crate) counter: u32,
    /// Whether it asks for a finger.
    pub(crate) verifies: bool,
}

pub(crate) fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Authenticator {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key"),
            credential: name.as_bytes().to_vec(),
            user: String::new(),
            counter: 1,
            verifies: true,
        }
    }

    /// What it makes of an offer, for the page at `origin`.
    pub(crate) fn make(&mut self, offer: &Value, origin: &str) -> Value {
        self.user = offer["user"].as_str().expect("a user").to_owned();
        let point = self.key.public_key().as_ref();
        let (x, y) = point[1..].split_at(32);
        // COSE_Key (RFC 9052 section 7): EC2, ES256, P-256.
        let key = [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32][..], x, &[0x22, 0x58, 32], y].concat();
        let length = u16::try_from(self.credential.len()).expect("short");
        let about = [&[0; 16][..], &length.to_be_bytes(), &self.credential, &key].concat();
        let data = [self.data(offer, ATTESTED), about].concat();
        let size = u8::try_from(data.len()).expect("short");
        let attestation = [
            &[0xa3, 0x63][..],
            b"fmt",
            &[0x64],
            b"none",
            &[0x67],
            b"attStmt",
            &[0xa0, 0x68],
            b"authData",
            &[0x58, size],
            &data,
        ]
        .concat();
        json!({
            "ceremony": offer["ceremony"], "label": "Laptop", "credential": text(&self.credential),
            "clientData": text(client_data("webauthn.create", offer, origin).as_bytes()),
            "attestation": text(&attestation), "vault": "c2VhbGVkIGJ5IGEgcGFzc2tleQ",
        })
    }

    /// What it signs of a challenge.
    pub(crate) fn sign(&mut self, challenge: &Value, origin: &str) -> Value {
        self.counter += 1;
        let data = self.data(challenge, 0);
        let client = client_data("webauthn.get", challenge, origin);
        let signed = [&data, digest(&SHA256, client.as_bytes()).as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).expect("signed");
        json!({
            "ceremony": challenge["ceremony"], "credential": text(&self.credential),
            "clientData": text(client.as_bytes()), "authenticatorData": text(&data),
            "signature": text(signature.as_ref()), "user": self.user,
        })
    }

    fn data(&self, challenge: &Value, more: u8) -> Vec<u8> {
        let rp = digest(&SHA256, challenge["rp"].as_str().expect("a name").as_bytes());
        let flags = PRESENT | more | if self.verifies { VERIFIED } else { 0 };
        [rp.as_ref(), &[flags], &self.counter.to_be_bytes()].concat()
    }
}

fn client_data(kind: &str, challenge: &Value, origin: &str) -> String {
    let challenge = &challenge["challenge"];
    json!({ "type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false }).to_string()
}
