//! Accounts: the people who may make rooms, and the one or two who look after the server.

use incamera_protocol::{AccountId, Rank};
use sqlx::sqlite::SqliteRow;

use crate::{Error, Invitation, Millis, SecretHash, Store, column, number, one, parsed, taken};

const TABLE: &str = "accounts";

/// A person known to this server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Who.
    pub id: AccountId,
    /// What they type to sign in.
    pub login: String,
    /// What guests see.
    pub name: String,
    /// What they may do.
    pub rank: Rank,
    /// Whether they may not sign in at the moment.
    pub disabled: bool,
    /// Since when.
    pub created_at: Millis,
}

/// How someone signs in with a password. None of it is the password, and none of it opens the vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Password {
    /// With what the browser stretches it.
    pub salt: String,
    /// How often.
    pub rounds: u32,
    /// What the half that the browser sends is checked against, a PHC string.
    pub hash: String,
    /// The vault key, sealed in the browser with the other half.
    pub vault: String,
}

impl Password {
    /// Of an account that has none. The salt is what strangers are told who ask for one.
    pub fn none(salt: String, rounds: u32) -> Self {
        Self { salt, rounds, hash: String::new(), vault: String::new() }
    }

    /// The hash to check against, where there is one.
    pub fn to_check(&self) -> Option<String> {
        self.is_set().then(|| self.hash.clone())
    }

    /// Whether there is one.
    pub fn is_set(&self) -> bool {
        !self.hash.is_empty()
    }
}

/// An account to be.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Who.
    pub id: AccountId,
    /// What they will type to sign in, in small letters.
    pub login: String,
    /// What guests will see.
    pub name: String,
    /// How they sign in.
    pub password: Password,
}

/// By what a forgotten password is set anew: at least one of the two.
#[derive(Debug, Clone, Copy)]
pub struct Reset<'a> {
    /// Whose.
    pub account: AccountId,
    /// Somebody vouches for its owner.
    pub invitation: Option<&'a Invitation>,
    /// The owner has their recovery sheet, so that the vault stays the same.
    pub sheet: Option<&'a SecretHash>,
}

impl Store {
    /// Makes an account out of an invitation, which is used up by it. [`Error::Gone`] where there is no such
    /// invitation, [`Error::Taken`] where somebody has the name.
    pub async fn create_account(
        &self,
        invitation: &Invitation,
        new: NewAccount,
        now: Millis,
    ) -> Result<Account, Error> {
        let mut change = self.change().await?;
        crate::invitations::use_up(&mut change, invitation, now).await?;
        let account = self.insert_account(&mut change, invitation.rank, new, now).await?;
        change.commit().await?;
        Ok(account)
    }

    pub(crate) async fn insert_account(
        &self,
        change: &mut sqlx::SqliteConnection,
        rank: Rank,
        new: NewAccount,
        now: Millis,
    ) -> Result<Account, Error> {
        let id = new.id.to_string();
        let (record, record_key) = self.sealer.new_record(TABLE, &id);
        sqlx::query(
            "INSERT INTO accounts (id, role, disabled, created_at, record_key, login_tag, login, name,
                password_salt, password_rounds, password_hash, vault)
             VALUES ($1, $2, 0, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(&id)
        .bind(rank.as_str())
        .bind(now)
        .bind(record_key)
        .bind(self.login_tag(&new.login))
        .bind(record.seal("login", &new.login))
        .bind(record.seal("name", &new.name))
        .bind(&new.password.salt)
        .bind(i64::from(new.password.rounds))
        .bind(&new.password.hash)
        .bind(&new.password.vault)
        .execute(change)
        .await
        .map_err(taken)?;
        let (login, name) = (new.login, new.name);
        Ok(Account { id: new.id, login, name, rank, disabled: false, created_at: now })
    }

    /// An account by its sign-in name, with how its owner signs in.
    pub async fn account_named(&self, login: &str) -> Result<Option<(Account, Password)>, Error> {
        let row = sqlx::query("SELECT * FROM accounts WHERE login_tag = $1")
            .bind(self.login_tag(login))
            .fetch_optional(&self.reader)
            .await?;
        row.map(|row| self.read_whole(&row)).transpose()
    }

    /// An account, with how its owner signs in.
    pub async fn account(&self, id: AccountId) -> Result<Option<(Account, Password)>, Error> {
        let row = sqlx::query("SELECT * FROM accounts WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(&self.reader)
            .await?;
        row.map(|row| self.read_whole(&row)).transpose()
    }

    /// Whether anybody of this rank has an account that may sign in.
    pub async fn has_any(&self, rank: Rank) -> Result<bool, Error> {
        let row = sqlx::query("SELECT COUNT(*) AS number FROM accounts WHERE role = $1 AND disabled = 0")
            .bind(rank.as_str())
            .fetch_one(&self.reader)
            .await?;
        Ok(column::<i64>(&row, "number")? > 0)
    }

    /// Everyone, in the order in which they came.
    pub async fn accounts(&self) -> Result<Vec<Account>, Error> {
        let rows =
            sqlx::query("SELECT * FROM accounts ORDER BY created_at, id").fetch_all(&self.reader).await?;
        rows.iter().map(|row| self.read_account(row)).collect()
    }

    /// Lets someone sign in no more, or again. Where they are signed in ends.
    pub async fn set_disabled(&self, id: AccountId, disabled: bool) -> Result<(), Error> {
        let mut change = self.change().await?;
        let done = sqlx::query("UPDATE accounts SET disabled = $2 WHERE id = $1")
            .bind(id.to_string())
            .bind(i64::from(disabled))
            .execute(&mut *change)
            .await?;
        one(&done)?;
        if disabled {
            crate::logins::end_all(&mut change, id).await?;
        }
        Ok(change.commit().await?)
    }

    /// Changes a password by its owner's hand: the same vault, sealed anew. Where they are signed in ends. [`Error::Gone`]
    /// where the password is not `before` any more: its vault may be another by now.
    pub async fn change_password(
        &self,
        id: AccountId,
        before: &Password,
        password: &Password,
    ) -> Result<(), Error> {
        let mut change = self.change().await?;
        write_password(&mut change, id, Some(before), password).await?;
        crate::logins::end_all(&mut change, id).await?;
        Ok(change.commit().await?)
    }

    /// Sets a forgotten password anew. Where they are signed in ends. [`Error::Gone`] where the invitation or the sheet is
    /// not good any more.
    ///
    /// With the sheet it is the same vault. Without it is a new one: what was sealed under the old one does not open any
    /// more, its rooms are given new links, and what others sealed for it is of no use. An invitation is used up, and every
    /// other way into the account goes with the old password: whoever gives it vouches for the account's owner.
    pub async fn reset_password(
        &self,
        Reset { account, invitation, sheet }: Reset<'_>,
        password: &Password,
        now: Millis,
    ) -> Result<(), Error> {
        let mut change = self.change().await?;
        if let Some(invitation) = invitation {
            crate::invitations::use_up(&mut change, invitation, now).await?;
            // Whatever else might sign somebody in, whoever has it: from now on it is this password.
            crate::second_factors::remove(&mut change, account).await?;
            crate::identities::forget(&mut change, account).await?;
            crate::passkeys::end_all(&mut change, account).await?;
            crate::api_keys::end_all(&mut change, account).await?;
        }
        if let Some(sheet) = sheet {
            crate::recovery_sheets::must_be(&mut change, account, sheet).await?;
        } else {
            forget_vault(&mut change, account).await?;
        }
        crate::devices::end_all(&mut change, account).await?;
        write_password(&mut change, account, None, password).await?;
        crate::logins::end_all(&mut change, account).await?;
        Ok(change.commit().await?)
    }

    pub(crate) fn read_whole(&self, row: &SqliteRow) -> Result<(Account, Password), Error> {
        Ok((self.read_account(row)?, read_password(row)?))
    }

    fn login_tag(&self, login: &str) -> String {
        self.sealer.tag("accounts/login", &login.to_lowercase())
    }

    pub(crate) fn read_account(&self, row: &SqliteRow) -> Result<Account, Error> {
        let id: AccountId = parsed(row, "id")?;
        let record = self.sealer.record(TABLE, &id.to_string(), column(row, "record_key")?)?;
        Ok(Account {
            id,
            login: record.open("login", column(row, "login")?)?,
            name: record.open("name", column(row, "name")?)?,
            rank: parsed(row, "role")?,
            disabled: column::<i64>(row, "disabled")? != 0,
            created_at: column(row, "created_at")?,
        })
    }
}

/// What opens a vault that is given up, and what others sealed for it, is of no use any more.
pub(crate) async fn forget_vault(
    change: &mut sqlx::SqliteConnection,
    account: AccountId,
) -> Result<(), Error> {
    crate::recovery_sheets::remove(change, account).await?;
    crate::passkeys::end_all(change, account).await?;
    crate::deputies::forget(change, account).await?;
    crate::api_keys::end_all(change, account).await
}

/// Writes a password down; where `before` is given, only in its place.
async fn write_password(
    change: &mut sqlx::SqliteConnection,
    id: AccountId,
    before: Option<&Password>,
    password: &Password,
) -> Result<(), Error> {
    let done = sqlx::query(
        "UPDATE accounts SET password_salt = $2, password_rounds = $3, password_hash = $4, vault = $5
         WHERE id = $1 AND password_hash = COALESCE($6, password_hash)",
    )
    .bind(id.to_string())
    .bind(&password.salt)
    .bind(i64::from(password.rounds))
    .bind(&password.hash)
    .bind(&password.vault)
    .bind(before.map(|before| before.hash.as_str()))
    .execute(change)
    .await?;
    one(&done)
}

fn read_password(row: &SqliteRow) -> Result<Password, Error> {
    Ok(Password {
        salt: column(row, "password_salt")?,
        rounds: number(row, "password_rounds")?,
        hash: column(row, "password_hash")?,
        vault: column(row, "vault")?,
    })
}
