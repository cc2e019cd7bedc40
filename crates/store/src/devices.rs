//! Browsers that open the vault of an account without a password. The first one makes it; each other one is let in by one that
//! has it.

use incamera_protocol::AccountId;
use sqlx::sqlite::SqliteRow;

use crate::secrets::new_id;
use crate::{Error, Millis, Store, column, one};

/// A browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// A name for it that is no secret.
    pub id: String,
    /// The browser and system, such as `Firefox, Linux`.
    pub device: String,
    /// For what the vault key is sealed.
    pub public_key: String,
    /// The vault key, sealed for it; none while it waits for that.
    pub vault: Option<String>,
    /// Since when.
    pub created_at: Millis,
}

/// A browser to be.
#[derive(Debug, Clone)]
pub struct NewDevice {
    /// The browser and system.
    pub device: String,
    /// For what the vault key is sealed.
    pub public_key: String,
    /// The vault key, where it is the first one and has made it.
    pub vault: Option<String>,
}

/// How long a browser may wait to be let in.
const WAITS: Millis = 24 * 60 * 60_000;

impl Store {
    /// Keeps a browser; gives its name. One that brings a vault must be the first: [`Error::Taken`] where anything opens a vault
    /// of the account already, be it a browser, a sheet or a passkey.
    pub async fn create_device(
        &self,
        account: AccountId,
        new: &NewDevice,
        now: Millis,
    ) -> Result<String, Error> {
        let id = new_id();
        let mut change = self.change().await?;
        sqlx::query("DELETE FROM devices WHERE account = $1 AND vault IS NULL AND created_at <= $2")
            .bind(account.to_string())
            .bind(now - WAITS)
            .execute(&mut *change)
            .await?;
        if new.vault.is_some() {
            let row = sqlx::query(
                "SELECT (SELECT COUNT(*) FROM devices WHERE account = $1 AND vault IS NOT NULL)
                    + (SELECT COUNT(*) FROM recovery_sheets WHERE account = $1)
                    + (SELECT COUNT(*) FROM passkeys WHERE account = $1 AND vault IS NOT NULL) AS number",
            )
            .bind(account.to_string())
            .fetch_one(&mut *change)
            .await?;
            if column::<i64>(&row, "number")? > 0 {
                return Err(Error::Taken);
            }
        }
        sqlx::query(
            "INSERT INTO devices (id, account, device, public_key, vault, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&id)
        .bind(account.to_string())
        .bind(&new.device)
        .bind(&new.public_key)
        .bind(&new.vault)
        .bind(now)
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(id)
    }

    /// The browsers of an account, in the order in which they came; of those that wait only who has not waited too long.
    pub async fn devices(&self, account: AccountId, now: Millis) -> Result<Vec<Device>, Error> {
        let rows = sqlx::query(
            "SELECT * FROM devices WHERE account = $1 AND (vault IS NOT NULL OR created_at > $2)
             ORDER BY created_at, id",
        )
        .bind(account.to_string())
        .bind(now - WAITS)
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(read).collect()
    }

    /// Lets a browser open the vault. [`Error::Gone`] where it does already, or has waited too long.
    pub async fn admit_device(
        &self,
        account: AccountId,
        id: &str,
        vault: &str,
        now: Millis,
    ) -> Result<(), Error> {
        let done = sqlx::query(
            "UPDATE devices SET vault = $3
             WHERE account = $1 AND id = $2 AND vault IS NULL AND created_at > $4",
        )
        .bind(account.to_string())
        .bind(id)
        .bind(vault)
        .bind(now - WAITS)
        .execute(&self.writer)
        .await?;
        one(&done)
    }

    /// Takes a browser away. [`Error::Taken`] where it is the last one that opens the vault: that would give it up unnoticed.
    pub async fn delete_device(&self, account: AccountId, id: &str) -> Result<(), Error> {
        let mut change = self.change().await?;
        let done = sqlx::query("DELETE FROM devices WHERE account = $1 AND id = $2")
            .bind(account.to_string())
            .bind(id)
            .execute(&mut *change)
            .await?;
        one(&done)?;
        let row =
            sqlx::query("SELECT COUNT(*) AS number FROM devices WHERE account = $1 AND vault IS NOT NULL")
                .bind(account.to_string())
                .fetch_one(&mut *change)
                .await?;
        if column::<i64>(&row, "number")? == 0 {
            return Err(Error::Taken);
        }
        Ok(change.commit().await?)
    }

    /// Gives up a vault that no browser opens any more: its devices go, its sheet, and what others sealed for it. Where else one is
    /// signed in ends: a page that is still open would go on with the old one.
    pub async fn give_up_vault(&self, account: AccountId, login: &str) -> Result<(), Error> {
        let mut change = self.change().await?;
        sqlx::query("DELETE FROM logins WHERE account = $1 AND id <> $2")
            .bind(account.to_string())
            .bind(login)
            .execute(&mut *change)
            .await?;
        end_all(&mut change, account).await?;
        crate::accounts::forget_vault(&mut change, account).await?;
        Ok(change.commit().await?)
    }
}

fn read(row: &SqliteRow) -> Result<Device, Error> {
    Ok(Device {
        id: column(row, "id")?,
        device: column(row, "device")?,
        public_key: column(row, "public_key")?,
        vault: column(row, "vault")?,
        created_at: column(row, "created_at")?,
    })
}

/// All of an account.
pub(crate) async fn end_all(change: &mut sqlx::SqliteConnection, account: AccountId) -> Result<(), Error> {
    sqlx::query("DELETE FROM devices WHERE account = $1").bind(account.to_string()).execute(change).await?;
    Ok(())
}
