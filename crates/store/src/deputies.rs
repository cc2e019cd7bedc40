//! Who leads a room beside its owner, and the keys with which its secret is sealed for them.

use incamera_protocol::{AccountId, MeetingId};

use crate::{Error, Millis, Room, Store, column, one, parsed};

/// A key pair. Others seal for the public half; the private one lies sealed under the vault key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPair {
    /// For everyone.
    pub public: String,
    /// For the browser that opens the vault.
    pub private: String,
}

/// Someone who leads a room beside its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deputy {
    /// Of which room.
    pub room: MeetingId,
    /// Who.
    pub account: AccountId,
}

impl Store {
    /// The key pair of an account, once its browser has made one.
    pub async fn key_pair(&self, account: AccountId) -> Result<Option<KeyPair>, Error> {
        let row = sqlx::query("SELECT public_key, private_key FROM accounts WHERE id = $1")
            .bind(account.to_string())
            .fetch_optional(&self.reader)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let (public, private): (Option<String>, Option<String>) =
            (column(&row, "public_key")?, column(&row, "private_key")?);
        Ok(public.zip(private).map(|(public, private)| KeyPair { public, private }))
    }

    /// The public keys of everyone who has one.
    pub async fn public_keys(&self) -> Result<Vec<(AccountId, String)>, Error> {
        let rows = sqlx::query("SELECT id, public_key FROM accounts WHERE public_key IS NOT NULL")
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(|row| Ok((parsed(row, "id")?, column(row, "public_key")?))).collect()
    }

    /// Keeps the first key pair of an account. [`Error::Taken`] where there is one: what was sealed for it would be lost.
    pub async fn set_key_pair(&self, account: AccountId, pair: &KeyPair) -> Result<(), Error> {
        let done = sqlx::query(
            "UPDATE accounts SET public_key = $2, private_key = $3 WHERE id = $1 AND public_key IS NULL",
        )
        .bind(account.to_string())
        .bind(&pair.public)
        .bind(&pair.private)
        .execute(&self.writer)
        .await?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(Error::Taken) }
    }

    /// Makes someone a deputy in a room of this owner, or seals its secret for them anew.
    pub async fn set_deputy(
        &self,
        owner: AccountId,
        deputy: &Deputy,
        secret: &str,
        now: Millis,
    ) -> Result<(), Error> {
        let done = sqlx::query(
            "INSERT INTO deputies (room, account, secret, created_at)
             SELECT rooms.id, accounts.id, $4, $5 FROM rooms, accounts
             WHERE rooms.id = $1 AND rooms.owner = $2 AND accounts.id = $3 AND accounts.id <> rooms.owner
                AND accounts.disabled = 0
             ON CONFLICT (room, account) DO UPDATE SET secret = excluded.secret",
        )
        .bind(deputy.room.to_string())
        .bind(owner.to_string())
        .bind(deputy.account.to_string())
        .bind(secret)
        .bind(now)
        .execute(&self.writer)
        .await?;
        one(&done)
    }

    /// Takes it back.
    pub async fn remove_deputy(&self, deputy: &Deputy) -> Result<(), Error> {
        let done = sqlx::query("DELETE FROM deputies WHERE room = $1 AND account = $2")
            .bind(deputy.room.to_string())
            .bind(deputy.account.to_string())
            .execute(&self.writer)
            .await?;
        one(&done)
    }

    /// The secret of a room as it was sealed for a deputy; none for whoever is none.
    pub async fn deputy(&self, room: &MeetingId, account: AccountId) -> Result<Option<String>, Error> {
        let row = sqlx::query("SELECT secret FROM deputies WHERE room = $1 AND account = $2")
            .bind(room.to_string())
            .bind(account.to_string())
            .fetch_optional(&self.reader)
            .await?;
        row.map(|row| column(&row, "secret")).transpose()
    }

    /// The deputies of a room, in the order in which they came.
    pub async fn deputies_of(&self, room: &MeetingId) -> Result<Vec<AccountId>, Error> {
        let rows = sqlx::query("SELECT account FROM deputies WHERE room = $1 ORDER BY created_at, account")
            .bind(room.to_string())
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(|row| parsed(row, "account")).collect()
    }

    /// The deputies of all rooms that an account leads, in the order in which they came.
    pub async fn deputies_of_all(&self, account: AccountId) -> Result<Vec<Deputy>, Error> {
        let rows = sqlx::query(
            "SELECT deputies.room, deputies.account FROM deputies JOIN rooms ON rooms.id = deputies.room
             WHERE rooms.owner = $1 OR rooms.id IN (SELECT room FROM deputies WHERE account = $1)
             ORDER BY deputies.created_at, deputies.account",
        )
        .bind(account.to_string())
        .fetch_all(&self.reader)
        .await?;
        let deputy = |row| Ok(Deputy { room: parsed(row, "room")?, account: parsed(row, "account")? });
        rows.iter().map(deputy).collect()
    }

    /// The rooms in which an account is a deputy, in the order in which they were made, with the secret of each as it was
    /// sealed for them.
    pub async fn rooms_deputised_to(&self, account: AccountId) -> Result<Vec<(Room, String)>, Error> {
        let rows = sqlx::query(
            "SELECT rooms.*, deputies.secret AS deputy_secret FROM rooms
             JOIN deputies ON deputies.room = rooms.id WHERE deputies.account = $1
             ORDER BY rooms.created_at, rooms.id",
        )
        .bind(account.to_string())
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(|row| Ok((self.read_room(row)?, column(row, "deputy_secret")?))).collect()
    }
}

/// What was sealed for a vault that is lost: its owner is no deputy any more, until they are made one again.
pub(crate) async fn forget(change: &mut sqlx::SqliteConnection, account: AccountId) -> Result<(), Error> {
    let id = account.to_string();
    sqlx::query("DELETE FROM deputies WHERE account = $1").bind(&id).execute(&mut *change).await?;
    sqlx::query("UPDATE accounts SET public_key = NULL, private_key = NULL WHERE id = $1")
        .bind(&id)
        .execute(change)
        .await?;
    Ok(())
}
