//! Second factors: a secret that an authenticator holds, and codes for the day on which it is gone.

use incamera_protocol::AccountId;

use crate::{Error, SecretHash, Store, column, number};

const TABLE: &str = "second_factors";

impl Store {
    /// The secret of an account's authenticator, base32 (RFC 4648 section 6); none where the password suffices.
    pub async fn second_factor(&self, account: AccountId) -> Result<Option<String>, Error> {
        let id = account.to_string();
        let row = sqlx::query("SELECT record_key, secret FROM second_factors WHERE account = $1")
            .bind(&id)
            .fetch_optional(&self.reader)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let record = self.sealer.record(TABLE, &id, column(&row, "record_key")?)?;
        Ok(Some(record.open("secret", column(&row, "secret")?)?))
    }

    /// Sets a second factor in the place of the one before. The step of the code that was shown for it is used up.
    pub async fn set_second_factor(
        &self,
        account: AccountId,
        secret: &str,
        step: i64,
        codes: &[SecretHash],
    ) -> Result<(), Error> {
        let id = account.to_string();
        let (record, record_key) = self.sealer.new_record(TABLE, &id);
        let mut change = self.change().await?;
        remove(&mut change, account).await?;
        sqlx::query(
            "INSERT INTO second_factors (account, record_key, secret, last_step) VALUES ($1, $2, $3, $4)",
        )
        .bind(&id)
        .bind(record_key)
        .bind(record.seal("secret", secret))
        .bind(step)
        .execute(&mut *change)
        .await?;
        for code in codes {
            sqlx::query("INSERT INTO recovery_codes (account, code_hash) VALUES ($1, $2)")
                .bind(&id)
                .bind(code.as_str())
                .execute(&mut *change)
                .await?;
        }
        Ok(change.commit().await?)
    }

    /// Takes a second factor away.
    pub async fn remove_second_factor(&self, account: AccountId) -> Result<(), Error> {
        let mut change = self.change().await?;
        remove(&mut change, account).await?;
        Ok(change.commit().await?)
    }

    /// Uses a step up. False where it was used before, or a later one was (RFC 6238 section 5.2).
    pub async fn use_step(&self, account: AccountId, step: i64) -> Result<bool, Error> {
        let done =
            sqlx::query("UPDATE second_factors SET last_step = $2 WHERE account = $1 AND last_step < $2")
                .bind(account.to_string())
                .bind(step)
                .execute(&self.writer)
                .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Uses a recovery code up. False where there is no such one.
    pub async fn use_recovery_code(&self, account: AccountId, code: &SecretHash) -> Result<bool, Error> {
        let done = sqlx::query("DELETE FROM recovery_codes WHERE account = $1 AND code_hash = $2")
            .bind(account.to_string())
            .bind(code.as_str())
            .execute(&self.writer)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// How many recovery codes are left.
    pub async fn recovery_codes(&self, account: AccountId) -> Result<usize, Error> {
        let row = sqlx::query("SELECT COUNT(*) AS number FROM recovery_codes WHERE account = $1")
            .bind(account.to_string())
            .fetch_one(&self.reader)
            .await?;
        number(&row, "number")
    }
}

/// With its recovery codes.
pub(crate) async fn remove(change: &mut sqlx::SqliteConnection, account: AccountId) -> Result<(), Error> {
    sqlx::query("DELETE FROM second_factors WHERE account = $1")
        .bind(account.to_string())
        .execute(change)
        .await?;
    Ok(())
}
