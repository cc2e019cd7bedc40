//! Keys with which programs of a host use the HTTP interface.

use incamera_protocol::AccountId;
use incamera_protocol::http::accounts::Scope;
use sqlx::sqlite::SqliteRow;

use crate::secrets::new_id;
use crate::{Account, Error, Millis, SecretHash, Store, column, one};

const TABLE: &str = "api_keys";
/// How exactly it is noted when a key was used. Every request would otherwise write.
const NOTE_USE_EVERY: Millis = 60 * 60_000;

/// A key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// A name for it that is no secret.
    pub id: String,
    /// Which program, in its owner's words.
    pub label: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Since when.
    pub created_at: Millis,
    /// When it was used last, to an hour.
    pub used_at: Option<Millis>,
}

impl Store {
    /// Keeps a new key of an account.
    pub async fn create_api_key(
        &self,
        account: AccountId,
        hash: &SecretHash,
        label: &str,
        scopes: &[Scope],
        now: Millis,
    ) -> Result<(), Error> {
        let id = new_id();
        let (record, record_key) = self.sealer.new_record(TABLE, &id);
        let words: Vec<_> = scopes.iter().map(|scope| scope.as_str()).collect();
        sqlx::query(
            "INSERT INTO api_keys (secret_hash, id, account, record_key, label, scopes, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(hash.as_str())
        .bind(&id)
        .bind(account.to_string())
        .bind(record_key)
        .bind(record.seal("label", label))
        .bind(words.join(" "))
        .bind(now)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// The keys of an account, in the order in which they were made.
    pub async fn api_keys(&self, account: AccountId) -> Result<Vec<ApiKey>, Error> {
        let rows = sqlx::query("SELECT * FROM api_keys WHERE account = $1 ORDER BY created_at, id")
            .bind(account.to_string())
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(|row| self.read_api_key(row)).collect()
    }

    /// Whose key this is, and what it may do, if its owner may sign in.
    pub async fn api_key(
        &self,
        hash: &SecretHash,
        now: Millis,
    ) -> Result<Option<(Account, Vec<Scope>)>, Error> {
        let row = sqlx::query(
            "SELECT accounts.*, api_keys.scopes, api_keys.used_at FROM api_keys
             JOIN accounts ON accounts.id = api_keys.account WHERE secret_hash = $1 AND disabled = 0",
        )
        .bind(hash.as_str())
        .fetch_optional(&self.reader)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let used_at: Option<Millis> = column(&row, "used_at")?;
        if used_at.is_none_or(|at| at <= now - NOTE_USE_EVERY) {
            sqlx::query("UPDATE api_keys SET used_at = $2 WHERE secret_hash = $1")
                .bind(hash.as_str())
                .bind(now)
                .execute(&self.writer)
                .await?;
        }
        Ok(Some((self.read_account(&row)?, scopes(&row)?)))
    }

    /// Takes a key of an account away.
    pub async fn delete_api_key(&self, account: AccountId, id: &str) -> Result<(), Error> {
        let done = sqlx::query("DELETE FROM api_keys WHERE account = $1 AND id = $2")
            .bind(account.to_string())
            .bind(id)
            .execute(&self.writer)
            .await?;
        one(&done)
    }

    fn read_api_key(&self, row: &SqliteRow) -> Result<ApiKey, Error> {
        let id: String = column(row, "id")?;
        let record = self.sealer.record(TABLE, &id, column(row, "record_key")?)?;
        Ok(ApiKey {
            label: record.open("label", column(row, "label")?)?,
            scopes: scopes(row)?,
            created_at: column(row, "created_at")?,
            used_at: column(row, "used_at")?,
            id,
        })
    }
}

fn scopes(row: &SqliteRow) -> Result<Vec<Scope>, Error> {
    let words: String = column(row, "scopes")?;
    words.split(' ').map(|word| word.parse().map_err(|_| Error::Unreadable)).collect()
}

/// All of an account.
pub(crate) async fn end_all(change: &mut sqlx::SqliteConnection, account: AccountId) -> Result<(), Error> {
    sqlx::query("DELETE FROM api_keys WHERE account = $1").bind(account.to_string()).execute(change).await?;
    Ok(())
}
