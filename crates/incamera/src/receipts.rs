//! Receipts: the server's signature (Ed25519, RFC 8032) under what somebody has agreed to. With it a receipt proves that the
//! chain once had this entry at this place, whatever becomes of the database.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use incamera_protocol::http::consents::{Receipt, ReceiptAct};
use incamera_store::chain::{self, Bytes};
use incamera_store::{Act, Consent, Token};

use crate::data_dir::Secret;

/// Signs receipts.
pub(crate) struct Signer(Ed25519KeyPair);

impl Signer {
    /// Its key is made from the server's secret, and the same as long as that is.
    pub(crate) fn new(secret: &Secret) -> Self {
        let seed = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), b"incamera receipts 1");
        Self(Ed25519KeyPair::from_seed_unchecked(seed.as_ref()).expect("a seed of 32 bytes"))
    }

    pub(crate) fn key(&self) -> String {
        BASE64.encode(self.0.public_key().as_ref())
    }

    /// All that is kept of somebody, with what proves it.
    pub(crate) fn receipt(&self, token: &Token, consent: Consent) -> Receipt {
        let acts = consent.acts.into_iter().map(|act| self.signed(act)).collect();
        Receipt { token: token.reveal().to_owned(), key: self.key(), acts }
    }

    fn signed(&self, Act { position, salt, statement, head }: Act) -> ReceiptAct {
        let text = signed_text(position, &head, &chain::commitment(&salt, &statement));
        ReceiptAct {
            position,
            head: chain::written(&head),
            salt: chain::written(&salt),
            statement,
            signature: BASE64.encode(self.0.sign(&text).as_ref()),
        }
    }
}

fn signed_text(position: u64, head: &Bytes, commitment: &Bytes) -> Vec<u8> {
    [b"incamera receipt 1\0".as_slice(), &position.to_be_bytes(), head, commitment].concat()
}

/// What a receipt says of one entry, once its signature was found good.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Proven {
    pub(crate) position: u64,
    pub(crate) head: Bytes,
    pub(crate) commitment: Bytes,
}

/// Reads one entry of a receipt that this key has signed.
pub(crate) fn proven(key: &str, act: &ReceiptAct) -> Option<Proven> {
    let (head, salt) = (chain::read(&act.head)?, chain::read(&act.salt)?);
    let commitment = chain::commitment(&salt, &act.statement);
    let (key, signature) = (BASE64.decode(key).ok()?, BASE64.decode(&act.signature).ok()?);
    let text = signed_text(act.position, &head, &commitment);
    UnparsedPublicKey::new(&ED25519, key).verify(&text, &signature).ok()?;
    Some(Proven { position: act.position, head, commitment })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// DP-16: a receipt is good with every word and number of it, and with no other.
    #[test]
    fn a_receipt_is_good_as_it_was_given_and_not_otherwise() {
        let signer = Signer::new(&[1; 32]);
        let key = signer.key();
        let act =
            signer.signed(Act { position: 7, salt: [2; 32], statement: "I agree".to_owned(), head: [3; 32] });
        let good = proven(&key, &act).expect("good");
        assert_eq!((good.position, good.head), (7, [3; 32]));
        assert_eq!(good.commitment, chain::commitment(&[2; 32], "I agree"));
        for changed in [
            ReceiptAct { position: 8, ..act.clone() },
            ReceiptAct { head: chain::written(&[4; 32]), ..act.clone() },
            ReceiptAct { salt: chain::written(&[4; 32]), ..act.clone() },
            ReceiptAct { statement: "I agree.".to_owned(), ..act.clone() },
            ReceiptAct { signature: BASE64.encode([0; 64]), ..act.clone() },
            ReceiptAct { signature: "?".to_owned(), ..act.clone() },
            ReceiptAct { head: String::new(), ..act.clone() },
        ] {
            assert_eq!(proven(&key, &changed), None, "{changed:?}");
        }
        assert_eq!(proven(&Signer::new(&[2; 32]).key(), &act), None, "another server's");
        assert_eq!(proven("", &act), None);
    }
}
