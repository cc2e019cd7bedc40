//! Logins: where an account is signed in. Each is a secret in a cookie, which ends when it was not used for a while, after
//! a week in any case, and when its owner says so.

use std::time::Duration;

use incamera_protocol::AccountId;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use crate::secrets::new_id;
use crate::{Account, Error, Millis, SecretHash, Store, column, one};

/// How long a login lasts unused.
pub const IDLE: Duration = Duration::from_secs(12 * 60 * 60);
/// How long a login lasts at most.
pub const ABSOLUTE: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// A login of a later day than this was made before the clock was put back, and would last too long (ATK-55).
const JUMP: Duration = Duration::from_secs(24 * 60 * 60);
/// How exactly it is noted when a login was used. Every request would otherwise write.
const NOTE_USE_EVERY: Duration = Duration::from_secs(5 * 60);

/// One place where an account is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// A name for it that is no secret.
    pub id: String,
    /// The browser and system, in words.
    pub device: String,
    /// Since when.
    pub created_at: Millis,
    /// When it was used last, to a few minutes.
    pub used_at: Millis,
}

fn before(now: Millis, span: Duration) -> Millis {
    now - millis(span)
}

fn millis(span: Duration) -> Millis {
    Millis::try_from(span.as_millis()).expect("a span of days")
}

impl Store {
    /// Signs an account in, and throws away what has ended.
    pub async fn sign_in(
        &self,
        account: AccountId,
        hash: &SecretHash,
        device: &str,
        now: Millis,
    ) -> Result<Login, Error> {
        let mut change = self.change().await?;
        sqlx::query("DELETE FROM logins WHERE used_at <= $1 OR created_at <= $2")
            .bind(before(now, IDLE))
            .bind(before(now, ABSOLUTE))
            .execute(&mut *change)
            .await?;
        let login = Login { id: new_id(), device: device.to_owned(), created_at: now, used_at: now };
        sqlx::query(
            "INSERT INTO logins (secret_hash, id, account, device, created_at, used_at)
             VALUES ($1, $2, $3, $4, $5, $5)",
        )
        .bind(hash.as_str())
        .bind(&login.id)
        .bind(account.to_string())
        .bind(device)
        .bind(now)
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(login)
    }

    /// Who the holder of a secret is, if that login has not ended and the account may sign in.
    pub async fn login(&self, hash: &SecretHash, now: Millis) -> Result<Option<(Account, Login)>, Error> {
        let row = sqlx::query(
            "SELECT accounts.*, logins.id AS login_id, logins.device, logins.created_at AS login_at, logins.used_at
             FROM logins JOIN accounts ON accounts.id = logins.account
             WHERE secret_hash = $1 AND used_at > $2 AND logins.created_at > $3 AND logins.created_at < $4
                AND disabled = 0",
        )
        .bind(hash.as_str())
        .bind(before(now, IDLE))
        .bind(before(now, ABSOLUTE))
        .bind(now + millis(JUMP))
        .fetch_optional(&self.reader)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let login = read(&row)?;
        if login.used_at <= before(now, NOTE_USE_EVERY) {
            sqlx::query("UPDATE logins SET used_at = $2 WHERE secret_hash = $1")
                .bind(hash.as_str())
                .bind(now)
                .execute(&self.writer)
                .await?;
        }
        Ok(Some((self.read_account(&row)?, login)))
    }

    /// Where an account is signed in, the last used first.
    pub async fn logins(&self, account: AccountId, now: Millis) -> Result<Vec<Login>, Error> {
        let rows = sqlx::query(
            "SELECT id AS login_id, device, created_at AS login_at, used_at
             FROM logins WHERE account = $1 AND used_at > $2 AND created_at > $3
             ORDER BY used_at DESC, id",
        )
        .bind(account.to_string())
        .bind(before(now, IDLE))
        .bind(before(now, ABSOLUTE))
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(read).collect()
    }

    /// Ends one login of an account.
    pub async fn sign_out(&self, account: AccountId, login: &str) -> Result<(), Error> {
        let done = sqlx::query("DELETE FROM logins WHERE account = $1 AND id = $2")
            .bind(account.to_string())
            .bind(login)
            .execute(&self.writer)
            .await?;
        one(&done)
    }
}

/// The names tell its columns from those of an account, with which it is joined.
fn read(row: &SqliteRow) -> Result<Login, Error> {
    Ok(Login {
        id: column(row, "login_id")?,
        device: column(row, "device")?,
        created_at: column(row, "login_at")?,
        used_at: column(row, "used_at")?,
    })
}

pub(crate) async fn end_all(change: &mut SqliteConnection, account: AccountId) -> Result<(), Error> {
    sqlx::query("DELETE FROM logins WHERE account = $1").bind(account.to_string()).execute(change).await?;
    Ok(())
}
