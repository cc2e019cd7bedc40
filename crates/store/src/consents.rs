//! Consents: who agreed to what, word by word. What was said is only ever added to; the chain (`chain`) shows if it was not.
//! What stands in a statement is known by who writes it.

use std::collections::BTreeSet;

use incamera_protocol::MeetingId;
use sqlx::sqlite::SqliteRow;
use sqlx::{Sqlite, Transaction};

use crate::chain::{self, Bytes, Deletion};
use crate::seal::Record;
use crate::secrets::new_id;
use crate::{Error, Millis, SecretHash, Store, column, number, one, orphaned, parsed};

const TABLE: &str = "consents";

/// A consent to be.
#[derive(Debug, Clone)]
pub struct NewConsent {
    /// What is known of the secret on its receipt.
    pub token: SecretHash,
    /// Which meeting it is about.
    pub meeting: MeetingId,
    /// The text that was shown, kept before.
    pub notice: SecretHash,
    /// What was said.
    pub statement: String,
}

/// Someone who has agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// A name for it that is no secret.
    pub id: String,
    /// Which meeting it is about.
    pub meeting: MeetingId,
    /// The text that was shown.
    pub notice: SecretHash,
    /// Since when.
    pub given_at: Millis,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Millis>,
    /// What was said, in its order; at least that it was given.
    pub acts: Vec<Act>,
}

/// One statement, and its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Counted from 1.
    pub position: u64,
    /// The salt of its commitment.
    pub salt: Bytes,
    /// What was said, word by word.
    pub statement: String,
    /// The head of the chain after it.
    pub head: Bytes,
}

/// What is wrong with the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// There is no entry at this position, and perhaps at more after it.
    Gap(u64),
    /// The head does not follow from what stands before it.
    Head(u64),
    /// The statement, or the deletion, is not the one that was committed to.
    Changed(u64),
    /// The statement is gone, and no deletion says so.
    Missing(u64),
    /// A deletion says that it is gone, and it is there.
    Kept(u64),
    /// What is sealed does not open.
    Sealed(u64),
    /// A statement that no entry commits to.
    Stray(u64),
}

/// What came of going through the whole chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How many entries there are.
    pub entries: u64,
    /// How many of them have lost their statement by a deletion.
    pub deleted: u64,
    /// The head after the last one.
    pub head: Bytes,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

/// Entries that are looked at together.
const PAGE: i64 = 500;

impl Store {
    /// Keeps a consent. It is on the disk when this returns. [`Error::Gone`] where the text was never kept.
    pub async fn give_consent(&self, new: NewConsent, now: Millis) -> Result<Consent, Error> {
        let NewConsent { token, meeting, notice, statement } = new;
        let id = new_id();
        let (record, record_key) = self.sealer.new_record(TABLE, &id);
        let mut change = self.change().await?;
        sqlx::query(
            "INSERT INTO consents (id, token_hash, meeting, notice, record_key, given_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&id)
        .bind(token.as_str())
        .bind(meeting.to_string())
        .bind(notice.as_str())
        .bind(record_key)
        .bind(now)
        .execute(&mut *change)
        .await
        .map_err(orphaned)?;
        let act = say(&mut change, &id, &record, statement).await?;
        change.commit().await?;
        Ok(Consent { id, meeting, notice, given_at: now, withdrawn_at: None, acts: vec![act] })
    }

    /// The consent of the one who shows this secret.
    pub async fn consent(&self, token: &SecretHash) -> Result<Option<Consent>, Error> {
        let row = sqlx::query("SELECT * FROM consents WHERE token_hash = $1")
            .bind(token.as_str())
            .fetch_optional(&self.reader)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let id: String = column(&row, "id")?;
        let record = self.sealer.record(TABLE, &id, column(&row, "record_key")?)?;
        let rows = sqlx::query(
            "SELECT consent_acts.*, consent_chain.head FROM consent_acts
             JOIN consent_chain ON consent_chain.position = consent_acts.position
             WHERE consent = $1 ORDER BY consent_acts.position",
        )
        .bind(&id)
        .fetch_all(&self.reader)
        .await?;
        Ok(Some(Consent {
            meeting: parsed(&row, "meeting")?,
            notice: parsed(&row, "notice")?,
            given_at: column(&row, "given_at")?,
            withdrawn_at: column(&row, "withdrawn_at")?,
            acts: rows.iter().map(|row| act(&record, row)).collect::<Result<_, _>>()?,
            id,
        }))
    }

    /// Adds a statement to a consent, and that it is withdrawn by it. [`Error::Gone`] where there is none, or where it was
    /// withdrawn before.
    pub async fn withdraw_consent(&self, id: &str, statement: String, now: Millis) -> Result<Act, Error> {
        self.add(id, statement, Some(now)).await
    }

    /// Adds a statement to a consent that was not withdrawn.
    pub async fn add_to_consent(&self, id: &str, statement: String) -> Result<Act, Error> {
        self.add(id, statement, None).await
    }

    async fn add(&self, id: &str, statement: String, withdrawn_at: Option<Millis>) -> Result<Act, Error> {
        let mut change = self.change().await?;
        let row = sqlx::query("SELECT record_key FROM consents WHERE id = $1 AND withdrawn_at IS NULL")
            .bind(id)
            .fetch_optional(&mut *change)
            .await?
            .ok_or(Error::Gone)?;
        let record = self.sealer.record(TABLE, id, column(&row, "record_key")?)?;
        sqlx::query("UPDATE consents SET withdrawn_at = $2 WHERE id = $1")
            .bind(id)
            .bind(withdrawn_at)
            .execute(&mut *change)
            .await?;
        let act = say(&mut change, id, &record, statement).await?;
        change.commit().await?;
        Ok(act)
    }

    /// Deletes everything that somebody said, and the key that it was sealed with. That this was done stands in the chain.
    pub async fn delete_consent(&self, id: &str, now: Millis) -> Result<(), Error> {
        let mut change = self.change().await?;
        let rows = sqlx::query("SELECT position FROM consent_acts WHERE consent = $1 ORDER BY position")
            .bind(id)
            .fetch_all(&mut *change)
            .await?;
        let positions = rows.iter().map(|row| number(row, "position")).collect::<Result<Vec<u64>, _>>()?;
        let done = sqlx::query("DELETE FROM consents WHERE id = $1").bind(id).execute(&mut *change).await?;
        one(&done)?;
        let text = serde_json::to_string(&Deletion { positions, at: now }).map_err(|_| Error::Unreadable)?;
        append(&mut change, &chain::of_deletion(&text), Some(&text)).await?;
        Ok(change.commit().await?)
    }

    /// Takes what was deleted out of the log of the database as well; in the file it is overwritten already. Not done where
    /// somebody reads at that moment.
    pub async fn forget_deleted(&self) -> Result<bool, Error> {
        let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&self.writer).await?;
        Ok(column::<i64>(&row, "busy")? == 0)
    }

    /// What an entry commits to, and the head after it.
    pub async fn chain_entry(&self, position: u64) -> Result<Option<(Bytes, Bytes)>, Error> {
        let Ok(position) = i64::try_from(position) else { return Ok(None) };
        let row = sqlx::query("SELECT commitment, head FROM consent_chain WHERE position = $1")
            .bind(position)
            .fetch_optional(&self.reader)
            .await?;
        row.map(|row| Ok((bytes(&row, "commitment")?, bytes(&row, "head")?))).transpose()
    }

    /// Goes through the whole chain. What is read is of one moment, whatever is written meanwhile.
    pub async fn verify_consents(&self) -> Result<Verified, Error> {
        let mut moment = self.reader.begin().await?;
        let mut check = Check::default();
        loop {
            let rows = sqlx::query(
                "SELECT consent_chain.position, consent_chain.commitment, consent_chain.head,
                    consent_chain.deletion, consent_acts.salt, consent_acts.statement, consents.id,
                    consents.record_key
                 FROM consent_chain
                 LEFT JOIN consent_acts ON consent_acts.position = consent_chain.position
                 LEFT JOIN consents ON consents.id = consent_acts.consent
                 WHERE consent_chain.position > $1 ORDER BY consent_chain.position LIMIT $2",
            )
            .bind(i64::try_from(check.position).map_err(|_| Error::Unreadable)?)
            .bind(PAGE)
            .fetch_all(&mut *moment)
            .await?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                check.entry(self, row)?;
            }
        }
        let strays = sqlx::query(
            "SELECT position FROM consent_acts WHERE position NOT IN (SELECT position FROM consent_chain)",
        )
        .fetch_all(&mut *moment)
        .await?;
        for row in &strays {
            check.faults.push(Fault::Stray(number(row, "position")?));
        }
        Ok(check.done())
    }
}

/// Writes one statement down, at the end of the chain.
async fn say(
    change: &mut Transaction<'static, Sqlite>,
    consent: &str,
    record: &Record,
    statement: String,
) -> Result<Act, Error> {
    let salt = chain::salt();
    let (position, head) = append(change, &chain::commitment(&salt, &statement), None).await?;
    sqlx::query("INSERT INTO consent_acts (position, consent, salt, statement) VALUES ($1, $2, $3, $4)")
        .bind(i64::try_from(position).map_err(|_| Error::Unreadable)?)
        .bind(consent)
        .bind(record.seal(&of(position, "salt"), &chain::written(&salt)))
        .bind(record.seal(&of(position, "statement"), &statement))
        .execute(&mut **change)
        .await?;
    Ok(Act { position, salt, statement, head })
}

/// A consent has several statements: each is bound to its position as well.
fn of(position: u64, column: &str) -> String {
    format!("{position}/{column}")
}

async fn append(
    change: &mut Transaction<'static, Sqlite>,
    commitment: &Bytes,
    deletion: Option<&str>,
) -> Result<(u64, Bytes), Error> {
    let last = sqlx::query("SELECT position, head FROM consent_chain ORDER BY position DESC LIMIT 1")
        .fetch_optional(&mut **change)
        .await?;
    let (before, head) = match last {
        Some(row) => (number(&row, "position")?, bytes(&row, "head")?),
        None => (0_u64, chain::GENESIS),
    };
    let position = before + 1;
    let head = chain::head(&head, position, commitment);
    sqlx::query("INSERT INTO consent_chain (position, commitment, head, deletion) VALUES ($1, $2, $3, $4)")
        .bind(i64::try_from(position).map_err(|_| Error::Unreadable)?)
        .bind(chain::written(commitment))
        .bind(chain::written(&head))
        .bind(deletion)
        .execute(&mut **change)
        .await?;
    Ok((position, head))
}

fn act(record: &Record, row: &SqliteRow) -> Result<Act, Error> {
    let position = number(row, "position")?;
    let (salt, statement) = opened(record, row, position)?;
    Ok(Act { position, salt, statement, head: bytes(row, "head")? })
}

fn opened(record: &Record, row: &SqliteRow, position: u64) -> Result<(Bytes, String), Error> {
    let salt = record.open(&of(position, "salt"), column(row, "salt")?)?;
    let statement = record.open(&of(position, "statement"), column(row, "statement")?)?;
    Ok((chain::read(&salt).ok_or(Error::Unreadable)?, statement))
}

fn bytes(row: &SqliteRow, name: &str) -> Result<Bytes, Error> {
    chain::read(column(row, name)?).ok_or(Error::Unreadable)
}

/// Going through the chain, entry by entry.
struct Check {
    position: u64,
    head: Bytes,
    entries: u64,
    /// Entries without a statement that no deletion has named yet.
    without: BTreeSet<u64>,
    /// Entries with one.
    with: BTreeSet<u64>,
    deleted: u64,
    faults: Vec<Fault>,
}

impl Default for Check {
    fn default() -> Self {
        Self {
            position: 0,
            head: chain::GENESIS,
            entries: 0,
            without: BTreeSet::new(),
            with: BTreeSet::new(),
            deleted: 0,
            faults: Vec::new(),
        }
    }
}

impl Check {
    fn entry(&mut self, store: &Store, row: &SqliteRow) -> Result<(), Error> {
        let position: u64 = number(row, "position")?;
        if position != self.position + 1 {
            self.faults.push(Fault::Gap(self.position + 1));
        }
        self.position = position;
        self.entries += 1;
        let commitment = bytes(row, "commitment").ok();
        let head = bytes(row, "head").ok();
        let follows = commitment.map(|commitment| chain::head(&self.head, position, &commitment));
        if follows.is_none() || follows != head {
            self.faults.push(Fault::Head(position));
        }
        // One changed entry is told once: what follows is judged by the head that stands there.
        self.head = head.or(follows).unwrap_or(self.head);
        match column::<Option<&str>>(row, "deletion")? {
            Some(text) => self.deletion(position, text, commitment),
            None if column::<Option<&str>>(row, "id")?.is_none() => _ = self.without.insert(position),
            None => self.statement(store, row, position, commitment)?,
        }
        Ok(())
    }

    fn statement(
        &mut self,
        store: &Store,
        row: &SqliteRow,
        position: u64,
        commitment: Option<Bytes>,
    ) -> Result<(), Error> {
        self.with.insert(position);
        let record = store.sealer.record(TABLE, column(row, "id")?, column(row, "record_key")?);
        match record.and_then(|record| opened(&record, row, position)) {
            Ok((salt, statement)) if Some(chain::commitment(&salt, &statement)) == commitment => {}
            Ok(_) => self.faults.push(Fault::Changed(position)),
            Err(_) => self.faults.push(Fault::Sealed(position)),
        }
        Ok(())
    }

    fn deletion(&mut self, position: u64, text: &str, commitment: Option<Bytes>) {
        let read = serde_json::from_str::<Deletion>(text).ok();
        let Some(read) = read.filter(|_| Some(chain::of_deletion(text)) == commitment) else {
            self.faults.push(Fault::Changed(position));
            return;
        };
        for gone in read.positions {
            if self.without.remove(&gone) {
                self.deleted += 1;
            } else if self.with.contains(&gone) {
                self.faults.push(Fault::Kept(gone));
            }
        }
    }

    fn done(mut self) -> Verified {
        self.faults.extend(self.without.into_iter().map(Fault::Missing));
        self.faults.sort_unstable();
        Verified { entries: self.entries, deleted: self.deleted, head: self.head, faults: self.faults }
    }
}
