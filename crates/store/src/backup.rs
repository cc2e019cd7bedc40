//! A copy of the database while it is in use, and its way back.

use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

use crate::{Error, FILE, Store, column};

impl Store {
    /// Writes a whole and consistent copy to a file that does not exist yet. Those who read and write go on meanwhile.
    pub async fn backup(&self, to: &Path) -> Result<(), Error> {
        let name = to.to_str().ok_or_else(|| {
            Error::File(to.to_owned(), std::io::Error::other("the name of the file is not UTF-8"))
        })?;
        if to.exists() {
            return Err(Error::File(to.to_owned(), std::io::ErrorKind::AlreadyExists.into()));
        }
        sqlx::query("VACUUM INTO $1").bind(name).execute(&self.reader).await?;
        let synced = std::fs::File::open(to).and_then(|file| file.sync_all());
        synced.map_err(|cause| Error::File(to.to_owned(), cause))
    }
}

/// Puts a copy in the place of the database, if it is whole. What was there is kept beside it, under the name that is
/// returned. The server must not run meanwhile.
pub async fn restore(folder: &Path, from: &Path) -> Result<Option<PathBuf>, Error> {
    is_whole(from).await?;
    let file = |path: &Path| {
        let path = path.to_owned();
        move |cause| Error::File(path, cause)
    };
    let place = folder.join(FILE);
    let draft = folder.join(format!("{FILE}.new"));
    std::fs::copy(from, &draft).map_err(file(from))?;
    std::fs::File::open(&draft).and_then(|file| file.sync_all()).map_err(file(&draft))?;
    let kept = place.exists().then(|| folder.join(format!("{FILE}.before")));
    for ending in ["", "-wal", "-shm"] {
        let old = folder.join(format!("{FILE}{ending}"));
        if let (Some(kept), true) = (&kept, old.exists()) {
            let new =
                folder.join(format!("{}{ending}", kept.file_name().unwrap_or_default().to_string_lossy()));
            std::fs::rename(&old, &new).map_err(file(&old))?;
        }
    }
    std::fs::rename(&draft, &place).map_err(file(&place))?;
    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(file(folder))?;
    Ok(kept)
}

async fn is_whole(path: &Path) -> Result<(), Error> {
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
    let row = sqlx::query("PRAGMA integrity_check").fetch_one(&pool).await?;
    let whole = column::<&str>(&row, "integrity_check")? == "ok";
    sqlx::query("SELECT COUNT(*) FROM accounts").fetch_one(&pool).await?;
    pool.close().await;
    if whole { Ok(()) } else { Err(Error::Unreadable) }
}
