//! Certificate and key, read at start and again on SIGHUP. Versions and algorithms are those of `rustls`
//! with `aws-lc-rs`: TLS 1.2 and 1.3, key exchange with a post-quantum half preferred.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use rustls::pki_types::pem::{Error as PemError, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::sync::watch;

use crate::config::TlsFiles;
use crate::refused::Refused;

/// How long a handshake may take. An honest one on a bad line takes two seconds.
pub(crate) const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);

/// The certificate in use. New connections take the present one; those that stand keep theirs.
pub(crate) struct Certificate {
    files: TlsFiles,
    current: watch::Sender<Arc<ServerConfig>>,
}

impl Certificate {
    pub(crate) fn read(files: &TlsFiles) -> Result<Self, Refused> {
        let (current, _) = watch::channel(Arc::new(load(files)?));
        Ok(Self { files: files.clone(), current })
    }

    /// For those who accept connections.
    pub(crate) fn subscribe(&self) -> watch::Receiver<Arc<ServerConfig>> {
        self.current.subscribe()
    }

    /// Reads the files again. Where they are wrong, the certificate in use stays: a renewal that failed
    /// must not end a server that still works.
    pub(crate) fn reload(&self) {
        match load(&self.files) {
            Ok(config) => {
                self.current.send_replace(Arc::new(config));
                tracing::info!("read the certificate again");
            }
            Err(refused) => tracing::error!("the certificate stays as it was: {refused}"),
        }
    }
}

fn load(files: &TlsFiles) -> Result<ServerConfig, Refused> {
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&files.cert)
        .and_then(Iterator::collect)
        .map_err(|cause| unreadable("certificate", &files.cert, &cause))?;
    if chain.is_empty() {
        return Err(unreadable("certificate", &files.cert, &PemError::NoItemsFound));
    }
    let key =
        PrivateKeyDer::from_pem_file(&files.key).map_err(|cause| unreadable("key", &files.key, &cause))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|cause| {
            Refused::new(
                format!("{} and {} cannot be used together: {cause}", files.cert.display(), files.key.display()),
                "the key must be the one for which the certificate was made, and the server's own certificate \
                 must come first in its file",
            )
        })?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn unreadable(what: &str, path: &Path, cause: &PemError) -> Refused {
    let (reason, hint) = match cause {
        PemError::Io(cause) => {
            (cause.to_string(), "the file must exist and be readable for the account that runs the server")
        }
        PemError::NoItemsFound => (
            "nothing of this kind is in the file".to_owned(),
            "the file must be PEM, with lines that begin -----BEGIN",
        ),
        other => {
            (format!("{other:?}"), "the file must be whole and PEM; has it been cut off while it was copied?")
        }
    };
    Refused::new(format!("cannot read the {what} in {}: {reason}", path.display()), hint)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn pair() -> (String, String) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("made");
        (made.cert.pem(), made.signing_key.serialize_pem())
    }

    fn files(folder: &Path, cert: &str, key: &str) -> TlsFiles {
        let files = TlsFiles { cert: folder.join("cert.pem"), key: folder.join("key.pem") };
        std::fs::write(&files.cert, cert).expect("written");
        std::fs::write(&files.key, key).expect("written");
        files
    }

    #[test]
    fn a_matching_pair_is_taken_and_a_broken_renewal_changes_nothing() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let (cert, key) = pair();
        let certificate = Certificate::read(&files(folder.path(), &cert, &key)).expect("a matching pair");
        let seen = certificate.subscribe();
        let first = seen.borrow().clone();
        files(folder.path(), "", &key);
        certificate.reload();
        assert!(Arc::ptr_eq(&first, &seen.borrow()));
        let (cert, key) = pair();
        files(folder.path(), &cert, &key);
        certificate.reload();
        assert!(!Arc::ptr_eq(&first, &seen.borrow()));
    }

    /// REL-39: wrong certificate files are refused at start, each with what to do.
    #[test]
    fn broken_files_are_refused_with_a_hint() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let (cert, key) = pair();
        let (_, other_key) = pair();
        let cut = &cert[..cert.len() / 2];
        for (cert, key, says) in [
            ("", key.as_str(), "must be PEM"),
            ("hello", &key, "must be PEM"),
            (cut, &key, "cut off"),
            (&key, &key, "must be PEM"),
            (&cert, "", "must be PEM"),
            (&cert, &cert, "must be PEM"),
            (&cert, &other_key, "the one for which the certificate was made"),
        ] {
            let refused =
                Certificate::read(&files(folder.path(), cert, key)).err().expect("refused").to_string();
            assert!(refused.contains(says), "{refused}");
        }
        let missing =
            TlsFiles { cert: PathBuf::from("/nowhere/cert.pem"), key: PathBuf::from("/nowhere/key.pem") };
        let refused = Certificate::read(&missing).err().expect("refused").to_string();
        assert!(refused.contains("must exist") && refused.contains("/nowhere/cert.pem"), "{refused}");
    }
}
