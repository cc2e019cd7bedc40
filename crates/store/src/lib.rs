//! Facts on disk: accounts, logins, rooms, links, faces and consents. One module per noun, and SQL only here.
//!
//! One SQLite file by default. The SQL is written so that PostgreSQL takes it unchanged: `$1` for what is bound, `TEXT`,
//! `BIGINT` and `BYTEA` and nothing else, and the time always comes from the caller. Every text of SQL is a constant;
//! what comes from outside is bound. What tells of a person is sealed before it is written (`seal`).

mod accounts;
mod api_keys;
mod backup;
pub mod chain;
mod consents;
mod deputies;
mod devices;
mod faces;
mod identities;
mod invitations;
mod links;
mod logins;
mod migrations;
mod notices;
mod passkeys;
mod recovery_sheets;
mod rooms;
mod seal;
mod second_factors;
mod secrets;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{Connection, Row, Sqlite, Transaction};

pub use accounts::{Account, NewAccount, Password, Reset};
pub use api_keys::ApiKey;
pub use backup::restore;
pub use consents::{Act, Consent, Fault, NewConsent, Verified};
pub use deputies::{Deputy, KeyPair};
pub use devices::{Device, NewDevice};
pub use faces::{Face, Wearer};
pub use identities::Identity;
pub use invitations::{Invitation, NewInvitation};
pub use links::{Link, NewLink};
pub use logins::{ABSOLUTE, IDLE, Login};
pub use passkeys::{NewPasskey, Passkey};
pub use recovery_sheets::RecoverySheet;
pub use rooms::{Plan, Room};
pub use seal::MasterKey;
use seal::Sealer;
pub use secrets::{SecretHash, Token, random_symbols};

/// Milliseconds since 1970. Given by the caller, who has the clock.
pub type Millis = i64;

/// The name of the file in the data folder.
const FILE: &str = "incamera.sqlite";

/// How long a statement waits for another process that writes, such as the operator's at the console.
const BUSY: Duration = Duration::from_secs(5);

/// Connections that read. SQLite reads from memory most of the time; more would not be faster.
const READERS: u32 = 4;

/// Why a fact could not be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database failed: the disk, or the file.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The database was written by a newer version, or its migrations were changed.
    #[error("the database cannot be brought to this version: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// Something that is sealed does not open: the key is another, or somebody changed the file.
    #[error("a sealed field does not open: the secret in the data folder is not the one it was written with")]
    Sealed,
    /// A value in the database is none that this version writes.
    #[error("the database holds a value that is not understood")]
    Unreadable,
    /// Something of this name is there already.
    #[error("the name is taken")]
    Taken,
    /// What the change is about is not there, or not any more.
    #[error("there is no such thing")]
    Gone,
    /// A file could not be read or written.
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
}

/// Whether a folder holds a database.
pub fn is_in(folder: &Path) -> bool {
    folder.join(FILE).exists()
}

/// The open database.
#[derive(Clone)]
pub struct Store {
    writer: SqlitePool,
    reader: SqlitePool,
    sealer: Sealer,
}

impl Store {
    /// Opens the database in a folder, makes it where there is none, and brings it to this version.
    pub async fn open(folder: &Path, key: &MasterKey) -> Result<Self, Error> {
        let options = SqliteConnectOptions::new()
            .filename(folder.join(FILE))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A fact that was acknowledged is there after the power fails.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            // What is deleted is overwritten, and what stands in the file is not run.
            .pragma("secure_delete", "ON")
            .pragma("trusted_schema", "OFF");
        // SQLite has one writer; that it is one connection makes the others wait in order, and not by chance.
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .after_release(|connection, _| Box::pin(is_clean(connection)))
            .connect_with(options.clone())
            .await?;
        migrations::run(&writer).await?;
        let reader =
            SqlitePoolOptions::new().max_connections(READERS).connect_with(options.read_only(true)).await?;
        Ok(Self { writer, reader, sealer: Sealer::new(key) })
    }

    /// Whether the database answers.
    pub async fn check(&self) -> Result<(), Error> {
        sqlx::query("SELECT COUNT(*) FROM accounts").fetch_one(&self.reader).await?;
        Ok(())
    }

    /// Waits for what is under way, and closes.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }

    /// A change of several rows. `IMMEDIATE`: it takes the writer's place at once, and cannot lose it half-way to another
    /// process.
    async fn change(&self) -> Result<Transaction<'static, Sqlite>, Error> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }
}

/// Whether a connection may be used again. Where the disk failed in a commit, SQLite has rolled back by itself, and the
/// library still counts a change that is open: on such a connection none could begin any more, for good.
async fn is_clean(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // Whatever is under way, such as rolling back, is done when this is answered.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

/// One column of a row.
fn column<'r, T>(row: &'r SqliteRow, name: &str) -> Result<T, Error>
where
    T: sqlx::Decode<'r, Sqlite> + sqlx::Type<Sqlite>,
{
    Ok(row.try_get(name)?)
}

/// One column that holds an identifier or one of a few words.
fn parsed<T: std::str::FromStr>(row: &SqliteRow, name: &str) -> Result<T, Error> {
    column::<&str>(row, name)?.parse().map_err(|_| Error::Unreadable)
}

/// One column that holds a number that is not negative.
fn number<T: TryFrom<i64>>(row: &SqliteRow, name: &str) -> Result<T, Error> {
    column::<i64>(row, name)?.try_into().map_err(|_| Error::Unreadable)
}

/// Tells a name that is taken from a database that fails.
fn taken(error: sqlx::Error) -> Error {
    let unique = error.as_database_error().is_some_and(|error| error.is_unique_violation());
    if unique { Error::Taken } else { error.into() }
}

/// Tells something that is gone, and was still referred to, from a database that fails.
fn orphaned(error: sqlx::Error) -> Error {
    let gone = error.as_database_error().is_some_and(|error| error.is_foreign_key_violation());
    if gone { Error::Gone } else { error.into() }
}

/// A change that must have met exactly one row.
fn one(result: &sqlx::sqlite::SqliteQueryResult) -> Result<(), Error> {
    if result.rows_affected() == 1 { Ok(()) } else { Err(Error::Gone) }
}
