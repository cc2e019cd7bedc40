//! Passkeys: what a host's authenticator signs with instead of a password.

use incamera_protocol::AccountId;
use sqlx::sqlite::SqliteRow;

use crate::secrets::new_id;
use crate::{Account, Error, Millis, Password, Store, column, one, taken};

const TABLE: &str = "passkeys";

/// A passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// A name for it that is no secret.
    pub id: String,
    /// What the authenticator calls it, base64url.
    pub credential_id: String,
    /// Which one, in its owner's words.
    pub label: String,
    /// What its signatures are checked with, as whoever checks them writes it down.
    pub credential: String,
    /// The vault key, sealed in the browser with what this authenticator gives; none where it gives nothing.
    pub vault: Option<String>,
    /// Since when.
    pub created_at: Millis,
    /// When somebody last signed in with it.
    pub used_at: Option<Millis>,
}

/// A passkey to be.
#[derive(Debug, Clone)]
pub struct NewPasskey {
    /// What the authenticator calls it, base64url.
    pub credential_id: String,
    /// Which one, in its owner's words.
    pub label: String,
    /// What its signatures are checked with.
    pub credential: String,
    /// The vault key, sealed.
    pub vault: Option<String>,
}

impl Store {
    /// Keeps a passkey of an account. [`Error::Taken`] where it is known already.
    pub async fn create_passkey(
        &self,
        account: AccountId,
        new: &NewPasskey,
        now: Millis,
    ) -> Result<(), Error> {
        let id = new_id();
        let (record, record_key) = self.sealer.new_record(TABLE, &id);
        sqlx::query(
            "INSERT INTO passkeys (credential_id, id, account, record_key, label, credential, vault, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(&new.credential_id)
        .bind(&id)
        .bind(account.to_string())
        .bind(record_key)
        .bind(record.seal("label", &new.label))
        .bind(&new.credential)
        .bind(&new.vault)
        .bind(now)
        .execute(&self.writer)
        .await
        .map_err(taken)?;
        Ok(())
    }

    /// The passkeys of an account, in the order in which they were made.
    pub async fn passkeys(&self, account: AccountId) -> Result<Vec<Passkey>, Error> {
        let rows = sqlx::query("SELECT * FROM passkeys WHERE account = $1 ORDER BY created_at, id")
            .bind(account.to_string())
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(|row| self.read_passkey(row)).collect()
    }

    /// A passkey by what its authenticator calls it, with its owner and how they sign in besides, if they may.
    pub async fn passkey(&self, credential_id: &str) -> Result<Option<(Account, Password, Passkey)>, Error> {
        let row = sqlx::query("SELECT * FROM passkeys WHERE credential_id = $1")
            .bind(credential_id)
            .fetch_optional(&self.reader)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let owner: String = column(&row, "account")?;
        let owner = self.account(owner.parse().map_err(|_| Error::Unreadable)?).await?;
        match owner {
            Some((account, password)) if !account.disabled => {
                Ok(Some((account, password, self.read_passkey(&row)?)))
            }
            _ => Ok(None),
        }
    }

    /// Somebody signed in with a passkey; what its signatures are checked with may have changed by that.
    pub async fn note_passkey(&self, id: &str, credential: &str, now: Millis) -> Result<(), Error> {
        let done = sqlx::query("UPDATE passkeys SET credential = $2, used_at = $3 WHERE id = $1")
            .bind(id)
            .bind(credential)
            .bind(now)
            .execute(&self.writer)
            .await?;
        one(&done)
    }

    /// Takes a passkey of an account away.
    pub async fn delete_passkey(&self, account: AccountId, id: &str) -> Result<(), Error> {
        let done = sqlx::query("DELETE FROM passkeys WHERE account = $1 AND id = $2")
            .bind(account.to_string())
            .bind(id)
            .execute(&self.writer)
            .await?;
        one(&done)
    }

    fn read_passkey(&self, row: &SqliteRow) -> Result<Passkey, Error> {
        let id: String = column(row, "id")?;
        let record = self.sealer.record(TABLE, &id, column(row, "record_key")?)?;
        Ok(Passkey {
            credential_id: column(row, "credential_id")?,
            label: record.open("label", column(row, "label")?)?,
            credential: column(row, "credential")?,
            vault: column(row, "vault")?,
            created_at: column(row, "created_at")?,
            used_at: column(row, "used_at")?,
            id,
        })
    }
}

/// All of an account.
pub(crate) async fn end_all(change: &mut sqlx::SqliteConnection, account: AccountId) -> Result<(), Error> {
    sqlx::query("DELETE FROM passkeys WHERE account = $1").bind(account.to_string()).execute(change).await?;
    Ok(())
}
