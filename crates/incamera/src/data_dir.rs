//! The folder for the server's own data: the secret from which meeting checks, grants and the keys of what is sealed are
//! made, and the database.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use incamera_store::{MasterKey, Store};

use crate::refused::Refused;

/// The server's secret: 32 bytes, as many as the keys that are made of it.
pub(crate) type Secret = [u8; 32];

const SECRET_FILE: &str = "secret.key";

/// The folder for data, there and writable.
pub(crate) struct DataDir {
    path: PathBuf,
}

impl DataDir {
    /// Opens the folder; makes it, for this account only, where it does not exist.
    pub(crate) fn open(path: &Path) -> Result<Self, Refused> {
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|cause| {
            Refused::new(
                format!("cannot make the data folder {}: {cause}", path.display()),
                "name a folder that this account may write with --data-dir or INCAMERA_DATA_DIR",
            )
        })?;
        Ok(Self { path: path.to_owned() })
    }

    /// The secret: the one on disk, or at the first start a new one.
    pub(crate) fn secret(&self) -> Result<Secret, Refused> {
        let path = self.path.join(SECRET_FILE);
        match File::open(&path) {
            Ok(file) => read(&path, file),
            // A new one would open nothing of what is sealed in it.
            Err(cause) if cause.kind() == ErrorKind::NotFound && incamera_store::is_in(&self.path) => {
                Err(Refused::new(
                    format!("{} is missing, and the database beside it was written with it", path.display()),
                    "restore it from a backup; without it names and appointments in the database cannot be read",
                ))
            }
            Err(cause) if cause.kind() == ErrorKind::NotFound => self.make(&path).map_err(|cause| {
                Refused::new(
                    format!("cannot write {}: {cause}", path.display()),
                    "make the data folder writable for this account, or name another with --data-dir",
                )
            }),
            Err(cause) => Err(Refused::new(
                format!("cannot read {}: {cause}", path.display()),
                "the file must belong to the account that runs the server",
            )),
        }
    }

    /// The database; made where there is none.
    pub(crate) async fn store(&self, secret: &Secret) -> Result<Store, Refused> {
        Store::open(&self.path, &MasterKey::new(*secret)).await.map_err(|cause| {
            Refused::new(
                format!("cannot open the database in {}: {cause}", self.path.display()),
                "check the disk and who may write the folder; after going back to an older version restore its backup",
            )
        })
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a new secret beside its place and moves it there whole: a server that loses power meanwhile
    /// finds either no secret or all of it.
    fn make(&self, path: &Path) -> io::Result<Secret> {
        let mut secret = Secret::default();
        SystemRandom::new()
            .fill(&mut secret)
            .map_err(|_| io::Error::other("the system gives no random bytes"))?;
        let draft = self.path.join(format!("{SECRET_FILE}.new"));
        match std::fs::remove_file(&draft) {
            Err(cause) if cause.kind() != ErrorKind::NotFound => return Err(cause),
            _ => {}
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        file.write_all(&secret)?;
        file.sync_all()?;
        std::fs::rename(&draft, path)?;
        File::open(&self.path)?.sync_all()?;
        tracing::info!("made a new server secret");
        Ok(secret)
    }
}

fn read(path: &Path, mut file: File) -> Result<Secret, Refused> {
    let unreadable = |cause: io::Error| {
        Refused::new(
            format!("cannot read {}: {cause}", path.display()),
            "check the disk, or restore the file",
        )
    };
    let mode = file.metadata().map_err(unreadable)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(Refused::new(
            format!(
                "{} can be read or written by other accounts (mode {:03o})",
                path.display(),
                mode & 0o777
            ),
            format!(
                "run `chmod 600 {}`; restore a copy that nobody else has read, if others may have read this one",
                path.display()
            ),
        ));
    }
    let mut bytes = Vec::new();
    // One byte more than wanted tells a file that is too long.
    Read::by_ref(&mut file).take(33).read_to_end(&mut bytes).map_err(unreadable)?;
    Secret::try_from(bytes.as_slice()).map_err(|_| {
        Refused::new(format!("{} does not hold 32 bytes", path.display()), "restore it from a backup")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).expect("exists").permissions().mode() & 0o777
    }

    #[test]
    fn the_secret_is_made_once_and_for_this_account_only() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("a/b");
        let first = DataDir::open(&path).expect("made").secret().expect("made");
        assert_eq!(mode(&path), 0o700);
        assert_eq!(mode(&path.join(SECRET_FILE)), 0o600);
        assert_ne!(first, Secret::default());
        assert_eq!(DataDir::open(&path).expect("there").secret().expect("there"), first);
        assert!(!path.join("secret.key.new").exists());
    }

    #[test]
    fn a_draft_left_by_a_crash_is_no_obstacle() {
        let folder = tempfile::tempdir().expect("temporary folder");
        std::fs::write(folder.path().join("secret.key.new"), b"half").expect("written");
        DataDir::open(folder.path()).expect("there").secret().expect("made");
    }

    #[test]
    fn a_secret_that_is_short_long_or_open_to_others_is_refused_with_a_hint() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join(SECRET_FILE);
        for (bytes, bits, says) in [
            (31, 0o600, "does not hold 32 bytes"),
            (33, 0o600, "does not hold 32 bytes"),
            (0, 0o600, "does not hold 32 bytes"),
            (32, 0o640, "chmod 600"),
            (32, 0o604, "chmod 600"),
        ] {
            std::fs::write(&path, vec![7; bytes]).expect("written");
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(bits)).expect("set");
            let refused = DataDir::open(folder.path()).expect("there").secret().expect_err("refused");
            assert!(refused.to_string().contains(says), "{refused}");
            assert!(refused.to_string().contains("hint:"), "{refused}");
        }
    }

    /// A new secret beside an old database would make every name in it unreadable for good.
    #[test]
    fn no_secret_is_made_beside_a_database() {
        let folder = tempfile::tempdir().expect("temporary folder");
        std::fs::write(folder.path().join("incamera.sqlite"), b"").expect("written");
        let refused = DataDir::open(folder.path()).expect("there").secret().expect_err("refused");
        assert!(refused.to_string().contains("secret.key is missing"), "{refused}");
        assert!(!folder.path().join(SECRET_FILE).exists());
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_refused_with_a_hint() {
        let refused = DataDir::open(Path::new("/proc/nothing/here")).err().expect("refused");
        assert!(refused.to_string().contains("--data-dir"), "{refused}");
    }
}
