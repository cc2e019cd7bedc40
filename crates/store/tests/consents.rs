//! Consents: kept word by word, chained, deleted without a trace of anybody, and every change by another hand is noticed.
//!
//! Seen to fail: with a deletion that leaves no entry, a head that leaves out what stands before it, a salt in clear, a statement
//! that is not compared, and a consent that is withdrawn twice.

use std::str::FromStr;

use incamera_protocol::MeetingId;
use incamera_store::chain::{self, GENESIS};
use incamera_store::{Consent, Error, Fault, MasterKey, NewConsent, SecretHash, Store, Token};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use tempfile::TempDir;

const NOW: i64 = 1_790_000_000_000;
const KEY: [u8; 32] = [7; 32];

struct Place {
    folder: TempDir,
    store: Store,
    notice: SecretHash,
}

async fn place() -> Place {
    let folder = tempfile::tempdir().expect("temporary folder");
    let store = Store::open(folder.path(), &MasterKey::new(KEY)).await.expect("opens");
    let notice = store.keep_notice("{\"text\":\"What is kept.\"}", NOW).await.expect("kept");
    Place { folder, store, notice }
}

fn meeting() -> MeetingId {
    "k3m9x0qw7rv2h8d".parse().expect("fifteen symbols")
}

impl Place {
    async fn gives(&self, statement: &str) -> (Token, Consent) {
        let token = Token::random();
        let new = NewConsent {
            token: token.hash(),
            meeting: meeting(),
            notice: self.notice.clone(),
            statement: statement.to_owned(),
        };
        let consent = self.store.give_consent(new, NOW).await.expect("kept");
        (token, consent)
    }

    async fn faults(&self) -> Vec<Fault> {
        self.store.verify_consents().await.expect("read").faults
    }

    /// What somebody with the file, and without the server, does to it.
    async fn tampers(&self, sql: &'static str) -> u64 {
        let file = self.folder.path().join("incamera.sqlite");
        let pool = SqlitePool::connect_with(SqliteConnectOptions::new().filename(file).foreign_keys(true))
            .await
            .expect("opens");
        let done = sqlx::query(sql).execute(&pool).await.expect(sql).rows_affected();
        pool.close().await;
        done
    }

    /// Whether a text stands in any of the files.
    fn holds(&self, text: &str) -> bool {
        std::fs::read_dir(self.folder.path()).expect("a folder").any(|entry| {
            let bytes = std::fs::read(entry.expect("an entry").path()).expect("a file");
            bytes.windows(text.len()).any(|part| part == text.as_bytes())
        })
    }
}

/// DP-16: an entry commits to the one before it, and the statement can be checked by whoever has its salt.
#[tokio::test]
async fn a_consent_is_kept_word_by_word_and_chained() {
    let place = place().await;
    let (token, given) = place.gives("Canary agrees").await;
    assert_eq!(place.store.consent(&token.hash()).await.expect("read"), Some(given.clone()));
    assert_eq!(place.store.consent(&Token::random().hash()).await.expect("read"), None);
    let [act] = given.acts.as_slice() else { panic!("one act: {given:?}") };
    let commitment = chain::commitment(&act.salt, "Canary agrees");
    assert_eq!(act.position, 1);
    assert_eq!(act.head, chain::head(&GENESIS, 1, &commitment));
    assert_eq!(place.store.chain_entry(1).await.expect("read"), Some((commitment, act.head)));
    assert_eq!(place.store.chain_entry(2).await.expect("read"), None);

    let corrected =
        place.store.add_to_consent(&given.id, "is called Canary".to_owned()).await.expect("added");
    let withdrawn =
        place.store.withdraw_consent(&given.id, "not any more".to_owned(), NOW + 1).await.expect("withdrawn");
    assert_eq!((corrected.position, withdrawn.position), (2, 3));
    let twice = place.store.withdraw_consent(&given.id, "again".to_owned(), NOW + 2).await;
    assert!(matches!(twice, Err(Error::Gone)), "{twice:?}");
    let late = place.store.add_to_consent(&given.id, "late".to_owned()).await;
    assert!(matches!(late, Err(Error::Gone)), "{late:?}");
    let kept = place.store.consent(&token.hash()).await.expect("read").expect("there");
    assert_eq!((kept.given_at, kept.withdrawn_at), (NOW, Some(NOW + 1)), "both times are there");
    let said: Vec<&str> = kept.acts.iter().map(|act| act.statement.as_str()).collect();
    assert_eq!(said, ["Canary agrees", "is called Canary", "not any more"]);
    assert_eq!(place.faults().await, []);

    let stranger = NewConsent {
        token: Token::random().hash(),
        meeting: meeting(),
        notice: SecretHash::from_str(&"0".repeat(64)).expect("a hash"),
        statement: String::new(),
    };
    let refused = place.store.give_consent(stranger, NOW).await;
    assert!(matches!(refused, Err(Error::Gone)), "nobody was shown that text: {refused:?}");
}

/// DP-16, DP-62, DP-72: whoever is deleted is gone from every file, and the chain still holds.
#[tokio::test]
async fn whoever_is_deleted_is_gone_and_the_chain_holds() {
    let place = place().await;
    let (_, one) = place.gives("the first").await;
    let (token, other) = place.gives("Canary agrees").await;
    place.store.withdraw_consent(&other.id, "Canary leaves".to_owned(), NOW).await.expect("withdrawn");
    assert!(!place.holds("Canary"), "nothing is written in clear");
    let salt = chain::written(&other.acts[0].salt);
    assert!(!place.holds(&salt), "nor is the salt, with which names could be tried");
    assert!(place.holds(&other.id));
    place.store.delete_consent(&other.id, NOW).await.expect("deleted");
    assert!(place.store.forget_deleted().await.expect("asked"));
    assert!(!place.holds(&other.id), "it is gone from the log of the database as well");
    assert!(!place.holds(token.hash().as_str()));
    assert_eq!(place.store.consent(&token.hash()).await.expect("read"), None);
    let twice = place.store.delete_consent(&other.id, NOW).await;
    assert!(matches!(twice, Err(Error::Gone)), "{twice:?}");
    let verified = place.store.verify_consents().await.expect("read");
    assert_eq!((verified.entries, verified.deleted, verified.faults), (4, 2, vec![]));
    place.store.delete_consent(&one.id, NOW).await.expect("deleted");
    assert_eq!(place.faults().await, []);
}

/// DP-16: what another hand does to the file is noticed.
#[tokio::test]
async fn every_change_by_another_hand_is_noticed() {
    for (sql, expected) in [
        (
            "DELETE FROM consents WHERE id = (SELECT consent FROM consent_acts WHERE position = 2)",
            vec![Fault::Missing(2)],
        ),
        ("DELETE FROM consent_acts WHERE position = 2", vec![Fault::Missing(2)]),
        (
            "DELETE FROM consent_chain WHERE position = 2",
            vec![Fault::Gap(2), Fault::Head(3), Fault::Stray(2)],
        ),
        // A chain that ends earlier is as good as one that was never longer: only a receipt tells. The statement does not fit.
        ("DELETE FROM consent_chain WHERE position = 5", vec![Fault::Missing(4)]),
        ("UPDATE consent_acts SET statement = x'00' WHERE position = 2", vec![Fault::Sealed(2)]),
        (
            "UPDATE consent_acts SET salt = (SELECT salt FROM consent_acts WHERE position = 1) WHERE position = 2",
            vec![Fault::Sealed(2)],
        ),
        ("UPDATE consent_acts SET position = 9 WHERE position = 2", vec![Fault::Missing(2), Fault::Stray(9)]),
        (
            "UPDATE consent_chain SET commitment = (SELECT commitment FROM consent_chain WHERE position = 1) WHERE position = 2",
            vec![Fault::Head(2), Fault::Changed(2)],
        ),
        ("UPDATE consent_chain SET head = 'x' WHERE position = 2", vec![Fault::Head(2)]),
        (
            "UPDATE consent_chain SET head = replace(head, substr(head, 1, 4), '0000') WHERE position = 2",
            vec![Fault::Head(2), Fault::Head(3)],
        ),
        (
            "UPDATE consent_chain SET deletion = replace(deletion, '[4]', '[3]') WHERE position = 5",
            vec![Fault::Changed(5), Fault::Missing(4)],
        ),
        (
            "UPDATE consent_chain SET deletion = NULL WHERE position = 5",
            vec![Fault::Missing(4), Fault::Missing(5)],
        ),
    ] {
        let place = place().await;
        for number in 1..=3 {
            place.gives(&format!("the {number}th")).await;
        }
        let (_, gone) = place.gives("the last").await;
        place.store.delete_consent(&gone.id, NOW).await.expect("deleted");
        assert_eq!(place.faults().await, []);
        assert!(place.tampers(sql).await > 0, "{sql}");
        let mut expected = expected;
        expected.sort_unstable();
        assert_eq!(place.faults().await, expected, "{sql}");
    }
}

/// CR-44: whatever is done in whatever order, the chain holds, and what was deleted is not there.
#[tokio::test]
async fn in_any_order_the_chain_holds() {
    let mut seed: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut random = move |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % below as u64).expect("small")
    };
    let place = place().await;
    let mut there: Vec<(Token, Consent, bool)> = Vec::new();
    let mut entries = 0;
    for round in 0..400 {
        let act = if there.is_empty() { 0 } else { random(4) };
        let whom = random(there.len().max(1));
        match act {
            0 => {
                let (token, consent) = place.gives(&format!("number {round}")).await;
                there.push((token, consent, false));
            }
            1 => {
                let added = place.store.add_to_consent(&there[whom].1.id, format!("more {round}")).await;
                assert_eq!(added.is_err(), there[whom].2);
                entries -= i32::from(added.is_err());
            }
            2 => {
                let id = &there[whom].1.id;
                let done = place.store.withdraw_consent(id, format!("no more {round}"), NOW).await;
                assert_eq!(done.is_err(), there[whom].2);
                entries -= i32::from(done.is_err());
                there[whom].2 = true;
            }
            _ => {
                let (token, consent, _) = there.swap_remove(whom);
                place.store.delete_consent(&consent.id, NOW).await.expect("deleted");
                assert_eq!(place.store.consent(&token.hash()).await.expect("read"), None);
            }
        }
        entries += 1;
        if round % 50 == 0 {
            assert_eq!(place.faults().await, [], "after {round}");
        }
    }
    let verified = place.store.verify_consents().await.expect("read");
    assert_eq!((i32::try_from(verified.entries).expect("few"), verified.faults), (entries, vec![]));
    for (token, consent, withdrawn) in there {
        let kept = place.store.consent(&token.hash()).await.expect("read").expect("there");
        assert_eq!((kept.id, kept.withdrawn_at.is_some()), (consent.id, withdrawn));
    }
}
