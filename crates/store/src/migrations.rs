//! The shape of the database, as numbered files. They go forward only, and one that was released is never changed: its
//! hash stands in every database that ran it.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::SqlitePool;

use crate::Error;

const ALL: &[(&str, &str)] = &[
    ("accounts", include_str!("../migrations/0001_accounts.sql")),
    ("rooms", include_str!("../migrations/0002_rooms.sql")),
    ("faces", include_str!("../migrations/0003_faces.sql")),
    ("occurrences", include_str!("../migrations/0004_occurrences.sql")),
    ("second_factors", include_str!("../migrations/0005_second_factors.sql")),
    ("deputies", include_str!("../migrations/0006_deputies.sql")),
    ("api_keys", include_str!("../migrations/0007_api_keys.sql")),
    ("recovery_sheets", include_str!("../migrations/0008_recovery_sheets.sql")),
    ("passkeys", include_str!("../migrations/0009_passkeys.sql")),
    ("organisations", include_str!("../migrations/0010_organisations.sql")),
    ("consents", include_str!("../migrations/0011_consents.sql")),
];

/// Brings a database to this version. One of a newer version is refused: it may hold what this one does not know.
pub(crate) async fn run(pool: &SqlitePool) -> Result<(), Error> {
    let migrations = (1..).zip(ALL).map(|(version, (name, sql))| {
        Migration::new(version, (*name).into(), MigrationType::Simple, (*sql).into_sql_str(), false)
    });
    Ok(Migrator::with_migrations(migrations.collect()).run(pool).await?)
}
