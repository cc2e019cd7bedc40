//! Seals what tells of a person before it is written. Every row has a random key of its own; that key lies in the row,
//! sealed under the server's, which is not in the database. Whoever has only the file reads no names; and when a row's
//! key is deleted, what was sealed with it is gone, in every backup that outlives the server's key too.
//!
//! AES-256-GCM-SIV (RFC 8452): a nonce that chance gave twice would tell that two values are equal, and no more. Each
//! value is bound to its table, column and row: moved elsewhere, it does not open.

use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use zeroize::Zeroizing;

use crate::Error;
use crate::secrets::{hex, random};

/// The server's key. 32 bytes that lie outside the database.
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    /// Wraps it.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    fn derive(&self, label: &[u8]) -> Zeroizing<[u8; 32]> {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &*self.0), label);
        let mut key = Zeroizing::new([0; 32]);
        key.copy_from_slice(tag.as_ref());
        key
    }
}

/// What is made of the server's key.
#[derive(Clone)]
pub(crate) struct Sealer {
    wrap: Arc<LessSafeKey>,
    tag: hmac::Key,
}

impl Sealer {
    pub(crate) fn new(key: &MasterKey) -> Self {
        let wrap = aead(&key.derive(b"incamera store records 1"));
        let tag = hmac::Key::new(hmac::HMAC_SHA256, &*key.derive(b"incamera store tags 1"));
        Self { wrap: wrap.into(), tag }
    }

    /// Equal texts have equal tags; a tag tells nothing else.
    pub(crate) fn tag(&self, column: &str, text: &str) -> String {
        let mut context = hmac::Context::with_key(&self.tag);
        context.update(column.as_bytes());
        context.update(&[0]);
        context.update(text.as_bytes());
        hex(context.sign().as_ref())
    }

    /// The key of a new row, and how it is written down.
    pub(crate) fn new_record(&self, table: &'static str, id: &str) -> (Record, Vec<u8>) {
        let key = Zeroizing::new(random::<32>());
        let written = seal(&self.wrap, &place(table, "record_key", id), &*key);
        (Record { key: aead(&key), table, id: id.to_owned() }, written)
    }

    /// The key of a row that was written before.
    pub(crate) fn record(&self, table: &'static str, id: &str, written: &[u8]) -> Result<Record, Error> {
        let key = Zeroizing::new(open(&self.wrap, &place(table, "record_key", id), written)?);
        let key: &[u8; 32] = key.as_slice().try_into().map_err(|_| Error::Sealed)?;
        Ok(Record { key: aead(key), table, id: id.to_owned() })
    }
}

/// The key of one row.
pub(crate) struct Record {
    key: LessSafeKey,
    table: &'static str,
    id: String,
}

impl Record {
    pub(crate) fn seal(&self, column: &str, text: &str) -> Vec<u8> {
        seal(&self.key, &place(self.table, column, &self.id), text.as_bytes())
    }

    pub(crate) fn open(&self, column: &str, written: &[u8]) -> Result<String, Error> {
        let bytes = open(&self.key, &place(self.table, column, &self.id), written)?;
        String::from_utf8(bytes).map_err(|_| Error::Sealed)
    }
}

fn aead(key: &[u8; 32]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM_SIV, key).expect("a key of 32 bytes"))
}

/// Where a value belongs, and in which form: what is sealed opens nowhere else. Identifiers are hexadecimal or meeting
/// identifiers, so that the slash parts them.
fn place(table: &str, column: &str, id: &str) -> Vec<u8> {
    format!("1/{table}/{column}/{id}").into_bytes()
}

fn seal(key: &LessSafeKey, place: &[u8], value: &[u8]) -> Vec<u8> {
    let nonce = random::<NONCE_LEN>();
    let mut sealed = value.to_vec();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(place), &mut sealed)
        .expect("a value of this size can be sealed");
    [nonce.as_slice(), &sealed].concat()
}

fn open(key: &LessSafeKey, place: &[u8], written: &[u8]) -> Result<Vec<u8>, Error> {
    let (nonce, sealed) = written.split_first_chunk::<NONCE_LEN>().ok_or(Error::Sealed)?;
    let mut sealed = sealed.to_vec();
    let opened = key
        .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(place), &mut sealed)
        .map_err(|_| Error::Sealed)?
        .len();
    sealed.truncate(opened);
    Ok(sealed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_in_its_place_with_its_key_and_unchanged() {
        let sealer = Sealer::new(&MasterKey::new([1; 32]));
        let (record, written) = sealer.new_record("accounts", "a1");
        let name = record.seal("name", "Jana Kühn");
        assert!(!name.windows(4).any(|part| part == b"Jana"));
        let again = sealer.record("accounts", "a1", &written).expect("opens");
        assert_eq!(again.open("name", &name).expect("opens"), "Jana Kühn");
        assert_ne!(record.seal("name", "Jana Kühn"), name, "equal names do not look equal");

        assert!(again.open("login", &name).is_err(), "another column");
        assert!(sealer.record("rooms", "a1", &written).is_err(), "another table");
        assert!(sealer.record("accounts", "a2", &written).is_err(), "another row");
        assert!(
            Sealer::new(&MasterKey::new([2; 32])).record("accounts", "a1", &written).is_err(),
            "another server"
        );
        for place in 0..name.len() {
            let mut changed = name.clone();
            changed[place] ^= 1;
            assert!(record.open("name", &changed).is_err(), "changed at {place}");
            assert!(record.open("name", &name[..place]).is_err(), "cut at {place}");
        }
    }

    #[test]
    fn tags_are_equal_for_equal_texts_of_one_column() {
        let sealer = Sealer::new(&MasterKey::new([1; 32]));
        assert_eq!(sealer.tag("login", "jana"), sealer.tag("login", "jana"));
        assert_ne!(sealer.tag("login", "jana"), sealer.tag("login", "jane"));
        assert_ne!(sealer.tag("login", "jana"), sealer.tag("name", "jana"));
        assert_ne!(sealer.tag("login", "jana"), Sealer::new(&MasterKey::new([2; 32])).tag("login", "jana"));
    }
}
