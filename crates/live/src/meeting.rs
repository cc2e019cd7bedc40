//! Makes meeting identifiers and knows its own again without keeping a list.
//!
//! Of the fifteen symbols twelve are random (60 bits) and three are a keyed check (15 bits). Who does not
//! have the key must guess all 75 bits to hit a given meeting, and a mistyped identifier passes once in
//! 32,768 times.

use aws_lc_rs::{constant_time, hmac};
use incamera_protocol::MeetingId;

use crate::keys;

const RANDOM_SYMBOLS: usize = 12;

pub(crate) fn new(key: &hmac::Key) -> MeetingId {
    let random: [u8; RANDOM_SYMBOLS] = keys::random();
    let mut symbols = [0; MeetingId::CHARS];
    symbols[..RANDOM_SYMBOLS].copy_from_slice(&random.map(|byte| byte & 31));
    let check = check(key, &symbols[..RANDOM_SYMBOLS]);
    symbols[RANDOM_SYMBOLS..].copy_from_slice(&check);
    MeetingId::from_symbols(symbols)
}

pub(crate) fn is_ours(key: &hmac::Key, id: &MeetingId) -> bool {
    let (random, given) = id.symbols().split_at(RANDOM_SYMBOLS);
    constant_time::verify_slices_are_equal(&check(key, random), given).is_ok()
}

fn check(key: &hmac::Key, random: &[u8]) -> [u8; MeetingId::CHARS - RANDOM_SYMBOLS] {
    let tag = hmac::sign(key, random);
    [tag.as_ref()[0] & 31, tag.as_ref()[1] & 31, tag.as_ref()[2] & 31]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_symbol_is_noticed() {
        let key = keys::derive(&[7; 32], keys::Purpose::MeetingCheck);
        let other = keys::derive(&[8; 32], keys::Purpose::MeetingCheck);
        // Each of these may pass by chance once in 32,768 times.
        let mut passed = 0;
        for _ in 0..100 {
            let id = new(&key);
            assert!(is_ours(&key, &id));
            passed += u32::from(is_ours(&other, &id));
            for place in 0..MeetingId::CHARS {
                let mut symbols = *id.symbols();
                symbols[place] ^= 1;
                passed += u32::from(is_ours(&key, &MeetingId::from_symbols(symbols)));
            }
        }
        assert!(passed <= 3, "{passed} of 1,600 wrong identifiers passed");
    }
}
