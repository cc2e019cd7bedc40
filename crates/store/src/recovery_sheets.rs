//! Recovery sheets: a code on paper that opens a vault whose password is forgotten.

use incamera_protocol::AccountId;

use crate::{Error, Millis, SecretHash, Store, column};

/// What is known of a sheet here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoverySheet {
    /// The SHA-256 of what is shown by who has it.
    pub proof_hash: SecretHash,
    /// The vault key, sealed in the browser with the other half of its code.
    pub vault: String,
    /// Since when.
    pub created_at: Millis,
}

impl Store {
    /// The sheet of an account, if there is one.
    pub async fn recovery_sheet(&self, account: AccountId) -> Result<Option<RecoverySheet>, Error> {
        let row = sqlx::query("SELECT * FROM recovery_sheets WHERE account = $1")
            .bind(account.to_string())
            .fetch_optional(&self.reader)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let proof_hash = column::<&str>(&row, "proof_hash")?.parse().map_err(|_| Error::Unreadable)?;
        Ok(Some(RecoverySheet {
            proof_hash,
            vault: column(&row, "vault")?,
            created_at: column(&row, "created_at")?,
        }))
    }

    /// Keeps a sheet in the place of the one before, which opens nothing any more.
    pub async fn set_recovery_sheet(&self, account: AccountId, sheet: &RecoverySheet) -> Result<(), Error> {
        let mut change = self.change().await?;
        remove(&mut change, account).await?;
        sqlx::query(
            "INSERT INTO recovery_sheets (account, proof_hash, vault, created_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(account.to_string())
        .bind(sheet.proof_hash.as_str())
        .bind(&sheet.vault)
        .bind(sheet.created_at)
        .execute(&mut *change)
        .await?;
        Ok(change.commit().await?)
    }

    /// Whatever is on paper opens nothing any more.
    pub async fn remove_recovery_sheet(&self, account: AccountId) -> Result<(), Error> {
        let mut change = self.change().await?;
        remove(&mut change, account).await?;
        Ok(change.commit().await?)
    }
}

pub(crate) async fn remove(change: &mut sqlx::SqliteConnection, account: AccountId) -> Result<(), Error> {
    sqlx::query("DELETE FROM recovery_sheets WHERE account = $1")
        .bind(account.to_string())
        .execute(change)
        .await?;
    Ok(())
}

/// [`Error::Gone`] where the sheet is not this one any more.
pub(crate) async fn must_be(
    change: &mut sqlx::SqliteConnection,
    account: AccountId,
    proof_hash: &SecretHash,
) -> Result<(), Error> {
    sqlx::query("SELECT account FROM recovery_sheets WHERE account = $1 AND proof_hash = $2")
        .bind(account.to_string())
        .bind(proof_hash.as_str())
        .fetch_optional(change)
        .await?
        .map(|_| ())
        .ok_or(Error::Gone)
}
