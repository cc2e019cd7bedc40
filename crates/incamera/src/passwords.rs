//! Checks stretched passwords with argon2id. One check takes a core and 19 MiB for a while, so there are never more at
//! once than the machine can spare, and never more waiting than will be answered in time: calls go on meanwhile.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use incamera_protocol::Refusal;
use incamera_protocol::secret::Proof;
use tokio::sync::{mpsc, oneshot};

/// OWASP's least for argon2id: 19 MiB, two passes, one lane. What arrives was stretched in the browser before.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

/// How many may wait for their turn; the next one is told to come back.
const QUEUE: usize = 64;
/// How long one may wait.
const WAIT: Duration = Duration::from_secs(3);

/// What is checked where there is nothing to check, so that a name that nobody has takes as long as one that somebody
/// has: the hash of a secret that nobody knows.
static NOBODY: LazyLock<String> = LazyLock::new(|| hashed(&crate::random::bytes::<32>()));

/// Something to compute. It answers by itself, or is dropped unanswered when it comes too late.
type Job = Box<dyn FnOnce() + Send>;

/// The pool of those who check. Threads of its own, few and lasting: what a thread has once had for a check, it has again
/// for the next, and the memory does not grow with the number of checks.
#[derive(Clone)]
pub(crate) struct Passwords {
    jobs: mpsc::Sender<Job>,
}

impl Passwords {
    /// Starts the threads; they end with the last of those who ask.
    pub(crate) fn start() -> Self {
        let (jobs, waiting) = mpsc::channel(QUEUE);
        let waiting = Arc::new(Mutex::new(waiting));
        // One core is left for calls, where there are several.
        let cores = available_parallelism().map_or(1, std::num::NonZero::get);
        for _ in 0..cores.saturating_sub(1).max(1) {
            let waiting = Arc::clone(&waiting);
            std::thread::Builder::new()
                .name("passwords".to_owned())
                .spawn(move || while work_one(&waiting) {})
                .expect("a thread can be made at the start");
        }
        Self { jobs }
    }

    /// The hash to keep, a PHC string.
    pub(crate) async fn hash(&self, proof: Proof) -> Result<String, Refusal> {
        self.run(move || hashed(proof.reveal().as_bytes())).await
    }

    /// Whether it is the one that was hashed; without a hash never, after as long a time.
    pub(crate) async fn check(&self, proof: Proof, hash: Option<String>) -> Result<bool, Refusal> {
        self.run(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| NOBODY.clone());
            let Ok(hash) = PasswordHash::new(&hash) else { return false };
            argon2().verify_password(proof.reveal().as_bytes(), &hash).is_ok() && known
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
        let (reply, answer) = oneshot::channel();
        let asked = Instant::now();
        let job = move || {
            if asked.elapsed() < WAIT {
                // Whoever asked may have gone meanwhile.
                _ = reply.send(work());
            }
        };
        self.jobs.try_send(Box::new(job)).map_err(|_| Refusal::Busy)?;
        answer.await.map_err(|_| Refusal::Busy)
    }
}

/// Takes the next job and does it; false when there will be none any more.
fn work_one(waiting: &Mutex<mpsc::Receiver<Job>>) -> bool {
    let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
    let Some(job) = next else { return false };
    if catch_unwind(AssertUnwindSafe(job)).is_err() {
        tracing::error!("a check of a password was ended by a bug");
    }
    true
}

fn hashed(secret: &[u8]) -> String {
    argon2().hash_password(secret).expect("these parameters are valid").to_string()
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).expect("these parameters are valid");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
#[expect(clippy::print_stdout, reason = "a test tells what it measured")]
mod tests {
    use super::*;

    fn proof(letter: &str) -> Proof {
        serde_json::from_str(&format!("\"{}\"", letter.repeat(43))).expect("a proof")
    }

    #[tokio::test]
    async fn the_right_one_passes_and_nobody_never_does() {
        let passwords = Passwords::start();
        let hash = passwords.hash(proof("a")).await.expect("hashed");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(passwords.hash(proof("a")).await.expect("hashed"), hash, "each has a salt of its own");
        assert_eq!(passwords.check(proof("a"), Some(hash.clone())).await, Ok(true));
        assert_eq!(passwords.check(proof("b"), Some(hash)).await, Ok(false));
        assert_eq!(passwords.check(proof("a"), None).await, Ok(false));
        assert_eq!(passwords.check(proof("a"), Some("broken".to_owned())).await, Ok(false));
    }

    /// ATK-49: of a thousand at once most are told to come back, and none makes the machine do more at a time.
    #[tokio::test]
    async fn a_thousand_at_once_are_bounded() {
        let passwords = Passwords::start();
        let hash = passwords.hash(proof("a")).await.expect("hashed");
        let checks: Vec<_> = (0..1_000)
            .map(|_| {
                let (passwords, hash) = (passwords.clone(), hash.clone());
                tokio::spawn(async move { passwords.check(proof("b"), Some(hash)).await })
            })
            .collect();
        let mut busy = 0;
        for check in checks {
            match check.await.expect("it ran") {
                Ok(passed) => assert!(!passed),
                Err(refusal) => {
                    assert_eq!(refusal, Refusal::Busy);
                    busy += 1;
                }
            }
        }
        println!("of 1,000 wrong passwords at once {busy} were told to come back");
        assert!(busy >= 1_000 - QUEUE - available_parallelism().map_or(1, std::num::NonZero::get));
    }
}
