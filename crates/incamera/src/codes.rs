//! Codes beside the password: those of an authenticator (RFC 6238), and those for the day on which it is gone.

use incamera_protocol::{AccountId, CROCKFORD, Refusal};
use incamera_store::{SecretHash, Store, random_symbols};
use totp_rs::{Builder, Secret, Totp};

/// What the secret of an authenticator is long: the length of an HMAC-SHA-1, as RFC 4226 section 4 recommends.
const SECRET_BYTES: usize = 20;
/// How many recovery codes there are.
const CODES: usize = 10;
/// What a recovery code consists of, in groups of four: 80 bits.
const SYMBOLS: usize = 16;

/// What someone typed.
#[derive(Debug, PartialEq, Eq)]
enum Typed {
    Totp(String),
    Recovery(String),
}

/// Reads a secret as the browser sends it.
fn authenticator(secret: &str) -> Option<Totp> {
    let secret =
        Secret::try_from_base32(secret).ok().filter(|secret| secret.as_bytes().len() == SECRET_BYTES)?;
    // The defaults are what authenticators know: HMAC-SHA-1, six digits, steps of 30 s; one step to either side.
    Builder::new().with_secret(secret).build().ok()
}

/// The step for which a new secret shows this code; none where it does not.
pub(crate) fn first_step(secret: &str, code: &str, now_ms: i64) -> Result<i64, Refusal> {
    let totp = authenticator(secret).ok_or(Refusal::Malformed)?;
    let Some(Typed::Totp(digits)) = read(code) else { return Err(Refusal::CodeWrong) };
    step(&totp, &digits, now_ms).ok_or(Refusal::CodeWrong)
}

fn step(totp: &Totp, digits: &str, now_ms: i64) -> Option<i64> {
    totp.check(digits, u64::try_from(now_ms / 1_000).ok()?).and_then(|step| i64::try_from(step).ok())
}

/// Whether a code is one of this account's. It is used up by that.
pub(crate) async fn is_right(
    store: &Store,
    account: AccountId,
    secret: &str,
    code: &str,
    now_ms: i64,
) -> Result<bool, incamera_store::Error> {
    match read(code) {
        Some(Typed::Totp(digits)) => {
            match authenticator(secret).and_then(|totp| step(&totp, &digits, now_ms)) {
                Some(step) => store.use_step(account, step).await,
                None => Ok(false),
            }
        }
        Some(Typed::Recovery(code)) => store.use_recovery_code(account, &SecretHash::of(&code)).await,
        None => Ok(false),
    }
}

/// New recovery codes: as their owner keeps them, and what is known of them here.
pub(crate) fn recovery_codes() -> (Vec<String>, Vec<SecretHash>) {
    let codes: Vec<String> = (0..CODES).map(|_| random_symbols::<SYMBOLS>()).collect();
    let hashes = codes.iter().map(|code| SecretHash::of(code)).collect();
    let shown = codes.iter().map(|code| {
        let groups: Vec<_> = code.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
        groups.join("-")
    });
    (shown.collect(), hashes)
}

/// People type what they see: with blanks and hyphens, in any case.
fn read(typed: &str) -> Option<Typed> {
    let code: String = typed
        .chars()
        .take(100)
        .filter(|character| !character.is_whitespace() && *character != '-')
        .map(|character| character.to_ascii_lowercase())
        .collect();
    if code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()) {
        Some(Typed::Totp(code))
    } else if code.len() == SYMBOLS && code.bytes().all(|byte| CROCKFORD.contains(&byte)) {
        Some(Typed::Recovery(code))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: "12345678901234567890" in base32.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    /// The codes of RFC 6238 appendix B, of which the last six digits are shown.
    #[test]
    fn codes_are_those_of_the_rfc() {
        for (second, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert_eq!(first_step(SECRET, code, second * 1_000), Ok(second / 30), "{code}");
        }
    }

    #[test]
    fn a_code_is_good_for_a_step_to_either_side() {
        let at = |second: i64| first_step(SECRET, "287 082", second * 1_000);
        for right in [0, 29, 30, 59, 60, 89] {
            assert_eq!(at(right), Ok(1), "{right}");
        }
        for wrong in [90, 120, -1] {
            assert_eq!(at(wrong), Err(Refusal::CodeWrong), "{wrong}");
        }
        for wrong in ["", "GEZDGNBV", "not base32!", &SECRET.repeat(2)] {
            assert_eq!(first_step(wrong, "287082", 59_000), Err(Refusal::Malformed), "{wrong}");
        }
    }

    #[test]
    fn what_is_typed_is_read_as_it_is_meant() {
        assert_eq!(read(" 123 456 "), Some(Typed::Totp("123456".to_owned())));
        assert_eq!(read("0123-4567-89AB-CDEF"), Some(Typed::Recovery("0123456789abcdef".to_owned())));
        for wrong in
            ["", "12345", "1234567", "12345a", "０１２３４５", "0123-4567-89ab-cdeu", &"1".repeat(1_000)]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn recovery_codes_differ_and_read_themselves() {
        let (shown, hashes) = recovery_codes();
        assert_eq!((shown.len(), hashes.len()), (CODES, CODES));
        for (code, hash) in shown.iter().zip(&hashes) {
            let Some(Typed::Recovery(code)) = read(code) else { panic!("{code}") };
            assert_eq!(SecretHash::of(&code), *hash);
        }
        assert_ne!(shown[0], shown[1]);
    }
}
