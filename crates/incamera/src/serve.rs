//! Everything that runs, in the order in which it starts, and its end.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use incamera_live::{Live, Settings};
use incamera_protocol::Rank;
use incamera_protocol::http::accounts::InvitationRequest;
use incamera_store::Store;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::accept::Reception;
use crate::config::{Config, Key, Listen, Network};
use crate::data_dir::DataDir;
use crate::doorway::{Doorway, Limits};
use crate::faces::Faces;
use crate::http::{self, Facts, Site};
use crate::listen;
use crate::metrics::{self, Requests};
use crate::notices::Notices;
use crate::oidc::Oidc;
use crate::refused::Refused;
use crate::tls::Certificate;

/// How long calls may take to end. With [`ANSWERS_END_WITHIN`] it stays below the five seconds in which the
/// server is gone after SIGTERM.
const CALLS_END_WITHIN: Duration = Duration::from_secs(3);
/// How long answers under way may take to end.
const ANSWERS_END_WITHIN: Duration = Duration::from_secs(1);

/// Why the server did not run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Something that the operator asked for cannot be.
    #[error("{0}")]
    Refused(Refused),
    /// Rooms could not start.
    #[error("cannot start rooms: {0}")]
    Rooms(incamera_live::Error),
    /// The database failed.
    #[error("{0}")]
    Facts(incamera_store::Error),
    /// The system failed.
    #[error("{0}: {1}")]
    System(&'static str, std::io::Error),
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

/// Runs the server from start to end.
pub(crate) async fn serve(config: Config) -> Result<(), Error> {
    let mut signals = Signals::catch()?;
    let data = DataDir::open(&config.data_dir)?;
    let secret = data.secret()?;
    let store = data.store(&secret).await?;
    let certificate = config.tls.as_ref().map(Certificate::read).transpose()?;
    let live = Live::start(Settings {
        media_listen: config.media_listen.clone(),
        media_announce: config.media_announce.clone(),
        media_threads: config.media_threads,
        secret,
        max_participants: config.max_participants,
    })
    .await
    .map_err(rooms_refused)?;

    let listeners = listen::pages(config.listen).await?;
    let metrics_listener = listen::open(config.metrics_listen, Key::MetricsListen).await?;
    let addresses = Addresses::of(&config, &listeners, &metrics_listener, &live)?;

    let requests = Requests::default();
    let faces = Faces::load(store.clone()).await.map_err(Error::Facts)?;
    let notices = Notices::keep(&store).await.map_err(Error::Facts)?;
    let organisation = config.organisation.clone().map(Oidc::new).transpose().map_err(|error| {
        Refused::new(format!("sign-in of the organisation: {error:#}"), "see `oidc_…` in the configuration")
    })?;
    let facts = Facts { store: store.clone(), faces, notices };
    let site = Site::new(&config, &secret, live.door(), facts, organisation, requests.clone());
    let proxies: Arc<[Network]> = config.trusted_proxy.as_slice().into();
    let (stop, stopping) = watch::channel(false);
    let pages = Reception {
        router: http::router(site),
        doorway: Doorway::new(Limits::PUBLIC, Arc::clone(&proxies)),
        proxies,
        tls: certificate.as_ref().map(Certificate::subscribe),
        stopping: stopping.clone(),
    };
    let figures = Reception {
        router: metrics::router(live.door().counters(), requests),
        doorway: Doorway::new(Limits::METRICS, Arc::new([])),
        proxies: Arc::new([]),
        tls: None,
        stopping,
    };
    for listener in listeners {
        tokio::spawn(pages.clone().accept(listener));
    }
    tokio::spawn(figures.accept(metrics_listener));
    drop(pages);

    tracing::info!(version = env!("CARGO_PKG_VERSION"), "ready");
    let first = first_invitation(&store).await.map_err(Error::Facts)?;
    addresses
        .print(first.as_deref())
        .map_err(|cause| Error::System("cannot write to standard output", cause))?;

    signals.wait(certificate.as_ref()).await;
    tracing::info!("stopping; once more to stop at once");
    tokio::spawn(async move {
        signals.wait(None).await;
        std::process::exit(130);
    });
    stop.send_replace(true);
    if tokio::time::timeout(CALLS_END_WITHIN, live.close()).await.is_err() {
        tracing::warn!("calls did not end in time");
    }
    let _ = tokio::time::timeout(ANSWERS_END_WITHIN, stop.closed()).await;
    let _ = tokio::time::timeout(ANSWERS_END_WITHIN, store.close()).await;
    tracing::info!("stopped");
    Ok(())
}

/// While nobody looks after the server, each start gives a link to whoever reads its output.
async fn first_invitation(store: &Store) -> Result<Option<String>, incamera_store::Error> {
    if store.has_any(Rank::Administrator).await? {
        return Ok(None);
    }
    let request = InvitationRequest { rank: Rank::Administrator, account: None };
    Ok(Some(http::invite(store, request).await?.invitation))
}

/// A media port that cannot be opened is the operator's to change; anything else is not.
fn rooms_refused(error: incamera_live::Error) -> Error {
    match error {
        incamera_live::Error::MediaPort { address, cause } => {
            listen::explain(address, Key::MediaListen, &cause).into()
        }
        incamera_live::Error::NoAddress => Refused::new(
            "no network address of this machine can be told to browsers for audio and video",
            "name one with --media-announce IP",
        )
        .into(),
        other => Error::Rooms(other),
    }
}

/// What the operator is told after the start.
struct Addresses {
    open: String,
    metrics: SocketAddr,
    media_port: u16,
}

impl Addresses {
    fn of(config: &Config, pages: &[TcpListener], metrics: &TcpListener, live: &Live) -> Result<Self, Error> {
        let bound = |listener: &TcpListener| {
            listener.local_addr().map_err(|cause| Error::System("cannot tell the port", cause))
        };
        let first = pages.first().map(bound).transpose()?;
        let asked = config.media_listen.first().map_or(0, SocketAddr::port);
        Ok(Self {
            open: address_to_open(config, first),
            metrics: bound(metrics)?,
            media_port: live.media_addresses().first().map_or(asked, SocketAddr::port),
        })
    }

    /// One line for each thing to know. Scripts read these lines, so their beginnings stay as they are.
    fn print(&self, first_invitation: Option<&str>) -> std::io::Result<()> {
        let mut out = std::io::stdout().lock();
        writeln!(out, "Incamera is ready. Open {}", self.open)?;
        writeln!(out, "Metrics on http://{}/metrics", self.metrics)?;
        writeln!(out, "Media on UDP port {}", self.media_port)?;
        if let Some(secret) = first_invitation {
            writeln!(
                out,
                "Nobody looks after this server yet. The first account is made at {}/host#i={secret}",
                self.open
            )?;
        }
        out.flush()
    }
}

pub(crate) fn address_to_open(config: &Config, bound: Option<SocketAddr>) -> String {
    if let Some(url) = &config.public_url {
        return url.origin().to_owned();
    }
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    match (config.listen, bound) {
        (Listen::At(_), Some(address)) if !address.ip().is_unspecified() => format!("{scheme}://{address}"),
        (_, Some(address)) => format!("{scheme}://localhost:{}", address.port()),
        (_, None) => format!("{scheme}://localhost"),
    }
}

/// The signals that mean something here.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Option<Signal>,
}

impl Signals {
    fn catch() -> Result<Self, Error> {
        let catch = |kind| signal(kind).map_err(|cause| Error::System("cannot catch signals", cause));
        Ok(Self {
            interrupt: catch(SignalKind::interrupt())?,
            terminate: catch(SignalKind::terminate())?,
            hangup: None,
        })
    }

    /// Waits until the server is asked to stop. SIGHUP has the certificate read again; without one it keeps
    /// its usual meaning, so that a server started by hand ends with its terminal.
    async fn wait(&mut self, certificate: Option<&Certificate>) {
        if certificate.is_some() {
            self.hangup = signal(SignalKind::hangup()).ok();
        }
        loop {
            let hangup = async {
                match &mut self.hangup {
                    Some(signal) => signal.recv().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                _ = self.interrupt.recv() => return,
                _ = self.terminate.recv() => return,
                _ = hangup => if let Some(certificate) = certificate { certificate.reload() },
            }
        }
    }
}
