//! Links that make an account, or set its password anew. Each works once.

use incamera_protocol::{AccountId, Rank};
use sqlx::SqliteConnection;

use crate::secrets::new_id;
use crate::{Error, Millis, SecretHash, Store, column, one, parsed};

/// An invitation that may be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    hash: SecretHash,
    /// A name for it that is no secret.
    pub id: String,
    /// What the account may do.
    pub rank: Rank,
    /// The account whose password is set anew; none for a new one.
    pub account: Option<AccountId>,
    /// Until when.
    pub expires_at: Millis,
}

/// An invitation to be.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// What is known of its secret.
    pub hash: SecretHash,
    /// What the account may do.
    pub rank: Rank,
    /// The account whose password is set anew; none for a new one.
    pub account: Option<AccountId>,
    /// Until when.
    pub expires_at: Millis,
}

impl Store {
    /// Keeps an invitation.
    pub async fn invite(&self, new: NewInvitation, now: Millis) -> Result<Invitation, Error> {
        let mut change = self.change().await?;
        // Those that nobody can use any more need not be kept.
        sqlx::query("DELETE FROM invitations WHERE expires_at <= $1").bind(now).execute(&mut *change).await?;
        let id = new_id();
        sqlx::query(
            "INSERT INTO invitations (secret_hash, id, role, account, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(new.hash.as_str())
        .bind(&id)
        .bind(new.rank.as_str())
        .bind(new.account.map(|id| id.to_string()))
        .bind(now)
        .bind(new.expires_at)
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        let NewInvitation { hash, rank, account, expires_at } = new;
        Ok(Invitation { hash, id, rank, account, expires_at })
    }

    /// The invitation of a secret, if it may still be used.
    pub async fn invitation(&self, hash: &SecretHash, now: Millis) -> Result<Option<Invitation>, Error> {
        let row = sqlx::query("SELECT * FROM invitations WHERE secret_hash = $1 AND expires_at > $2")
            .bind(hash.as_str())
            .bind(now)
            .fetch_optional(&self.reader)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let account = column::<Option<&str>>(&row, "account")?.map(str::parse).transpose();
        Ok(Some(Invitation {
            hash: hash.clone(),
            id: column(&row, "id")?,
            rank: parsed(&row, "role")?,
            account: account.map_err(|_| Error::Unreadable)?,
            expires_at: column(&row, "expires_at")?,
        }))
    }
}

/// Of two who use an invitation at once, one is told that it is gone.
pub(crate) async fn use_up(
    change: &mut SqliteConnection,
    invitation: &Invitation,
    now: Millis,
) -> Result<(), Error> {
    let done = sqlx::query("DELETE FROM invitations WHERE secret_hash = $1 AND expires_at > $2")
        .bind(invitation.hash.as_str())
        .bind(now)
        .execute(change)
        .await?;
    one(&done)
}
