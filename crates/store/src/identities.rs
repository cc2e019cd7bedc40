//! People whom their organisation's provider knows. Which of them has which account.

use incamera_protocol::{AccountId, Rank};

use crate::{Account, Error, Millis, NewAccount, Password, Store};

/// Who somebody is at a provider: a keyed hash of its issuer and its name for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity(String);

impl Store {
    /// What is known here of somebody at a provider.
    pub fn identity(&self, issuer: &str, subject: &str) -> Identity {
        // The length parts them: neither can be taken for a part of the other.
        Identity(self.sealer.tag("identities/subject", &format!("{}:{issuer}{subject}", issuer.len())))
    }

    /// The account of somebody whom a provider knows, with how its owner signs in besides.
    pub async fn account_of(&self, identity: &Identity) -> Result<Option<(Account, Password)>, Error> {
        let row = sqlx::query(
            "SELECT accounts.* FROM identities JOIN accounts ON accounts.id = identities.account
             WHERE subject_tag = $1",
        )
        .bind(&identity.0)
        .fetch_optional(&self.reader)
        .await?;
        row.map(|row| self.read_whole(&row)).transpose()
    }

    /// Makes the account of somebody who comes for the first time. [`Error::Taken`] where somebody has the name, or they
    /// came twice at once.
    pub async fn create_account_of(
        &self,
        identity: &Identity,
        new: NewAccount,
        now: Millis,
    ) -> Result<Account, Error> {
        let mut change = self.change().await?;
        let account = self.insert_account(&mut change, Rank::Host, new, now).await?;
        let done = sqlx::query(
            "INSERT INTO identities (subject_tag, account, created_at) VALUES ($1, $2, $3)
             ON CONFLICT (subject_tag) DO NOTHING",
        )
        .bind(&identity.0)
        .bind(account.id.to_string())
        .bind(now)
        .execute(&mut *change)
        .await?;
        if done.rows_affected() == 0 {
            return Err(Error::Taken);
        }
        change.commit().await?;
        Ok(account)
    }
}

/// Nobody at any provider has this account any more.
pub(crate) async fn forget(change: &mut sqlx::SqliteConnection, account: AccountId) -> Result<(), Error> {
    sqlx::query("DELETE FROM identities WHERE account = $1")
        .bind(account.to_string())
        .execute(change)
        .await?;
    Ok(())
}
