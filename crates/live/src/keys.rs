//! Keys that are made from the server's one secret, each for one purpose, so that none can stand in for
//! another.

use aws_lc_rs::hmac;

/// What a key is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    MeetingCheck,
    Grant,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Purpose::MeetingCheck => b"incamera meeting check 1",
            Purpose::Grant => b"incamera grant 1",
        }
    }
}

/// The key for one purpose: HMAC-SHA-256 of the purpose under the secret, as in the expand step of HKDF
/// (RFC 5869 section 2.3) with one block.
pub(crate) fn derive(secret: &[u8; 32], purpose: Purpose) -> hmac::Key {
    let secret = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let mut context = hmac::Context::with_key(&secret);
    context.update(purpose.label());
    context.update(&[1]);
    hmac::Key::new(hmac::HMAC_SHA256, context.sign().as_ref())
}

/// Random bytes from the operating system's generator.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).expect("the system's random generator works");
    bytes
}
