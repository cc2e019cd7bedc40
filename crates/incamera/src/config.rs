//! Configuration: defaults, then the file, then the environment, then the command line; the later wins.
//!
//! It is read once, and whatever is wrong in it is refused here, before anything starts, with the place, the
//! reason and a hint.

mod file;
mod key;
mod network;
mod organisation;
mod source;
#[cfg(test)]
mod tests;
mod value;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

pub(crate) use key::Key;
pub(crate) use network::Network;
pub(crate) use organisation::Organisation;
pub(crate) use source::Environment;
use source::{Given, Place, Settings};
pub(crate) use value::{PublicUrl, is_loopback_name};

use crate::arguments::Serve;
use crate::refused::Refused;

/// Everything an operator can decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Config {
    /// The folder for the server's own data.
    pub(crate) data_dir: PathBuf,
    /// Where pages and signalling are served; the first address is the one that was asked for.
    pub(crate) listen: Listen,
    /// Where media is received.
    pub(crate) media_listen: Vec<SocketAddr>,
    /// The only addresses handed out for media; where empty, those of the interfaces.
    pub(crate) media_announce: Vec<IpAddr>,
    /// Where figures are served.
    pub(crate) metrics_listen: SocketAddr,
    /// The address under which people reach the server, where it differs from `listen`.
    pub(crate) public_url: Option<PublicUrl>,
    /// Certificate and key, where the server ends TLS itself.
    pub(crate) tls: Option<TlsFiles>,
    /// Whether anyone may open a meeting, and not only hosts.
    pub(crate) open_rooms: bool,
    /// The proxies that are believed when they say who called them.
    pub(crate) trusted_proxy: Vec<Network>,
    /// How many people may be in all rooms together.
    pub(crate) max_participants: usize,
    /// How many threads forward media.
    pub(crate) media_threads: usize,
    /// The provider by which an organisation's people sign in.
    pub(crate) organisation: Option<Organisation>,
}

/// Where pages and signalling are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listen {
    /// Nothing was asked for: port 8080 under every name of this machine that it has for itself.
    Localhost,
    /// What was asked for.
    At(SocketAddr),
}

/// Where the certificate and its key lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TlsFiles {
    pub(crate) cert: PathBuf,
    pub(crate) key: PathBuf,
}

/// The port of [`Listen::Localhost`].
pub(crate) const LOCALHOST_PORT: u16 = 8080;
/// Media has the port that is registered for STUN, so that firewalls that know calls let it through.
const MEDIA_PORT: u16 = 3478;
/// Some of the largest rooms at once. What a machine carries is for its operator to find out.
const MAX_PARTICIPANTS: usize = 2_000;
const METRICS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9464);

impl Config {
    /// Reads the configuration. Also returns what the operator should hear although it is no reason to stop.
    pub(crate) fn read(arguments: &Serve, environment: &Environment) -> Result<(Self, Vec<String>), Refused> {
        let (settings, warnings) = source::gather(arguments, environment)?;
        let read = Reading(&settings);
        let config = Self {
            data_dir: match read.path(Key::DataDir)? {
                Some(path) => path,
                None => default_data_dir(environment, runs_as_root())?,
            },
            listen: read
                .one(Key::Listen, |text| value::socket_address("listen", text))?
                .map_or(Listen::Localhost, Listen::At),
            media_listen: read
                .one(Key::MediaListen, |text| value::socket_address("media_listen", text))?
                .map_or_else(default_media_listen, |address| vec![address]),
            media_announce: read.all(Key::MediaAnnounce, value::announced_address)?,
            metrics_listen: read.one(Key::MetricsListen, metrics_address)?.unwrap_or(METRICS),
            public_url: read.one(Key::PublicUrl, PublicUrl::read)?,
            tls: read.tls()?,
            open_rooms: read.one(Key::OpenRooms, |text| value::flag("open_rooms", text))?.unwrap_or(false),
            trusted_proxy: read.all(Key::TrustedProxy, |text| Network::read("trusted_proxy", text))?,
            max_participants: read
                .one(Key::MaxParticipants, value::participants)?
                .unwrap_or(MAX_PARTICIPANTS),
            media_threads: read
                .one(Key::MediaThreads, value::media_threads)?
                .unwrap_or_else(default_media_threads),
            organisation: Organisation::read(&read)?,
        };
        config.refuse_contradictions(&settings)?;
        Ok((config, warnings))
    }

    /// Whether people reach the server over TLS, ended here or by a proxy.
    pub(crate) fn is_https(&self) -> bool {
        self.tls.is_some() || self.public_url.as_ref().is_some_and(PublicUrl::is_https)
    }

    fn refuse_contradictions(&self, settings: &Settings) -> Result<(), Refused> {
        let read = Reading(settings);
        if let (Listen::At(address), false) = (self.listen, self.is_https())
            && !address.ip().is_loopback()
        {
            let refused = Refused::new(
                format!("`listen` is {address}, beyond this machine, without TLS"),
                "set tls_cert and tls_key, or public_url = \"https://…\" behind a proxy that ends TLS; \
                 browsers give camera and microphone to no other page",
            );
            return Err(read.at(Key::Listen, refused));
        }
        if self.tls.is_some() && self.public_url.as_ref().is_some_and(|url| !url.is_https()) {
            let refused = Refused::new(
                "`public_url` begins with http although TLS is on",
                "write https://… there, or leave tls_cert and tls_key out",
            );
            return Err(read.at(Key::PublicUrl, refused));
        }
        Ok(())
    }
}

/// Reads single settings out of what was gathered, and adds their place to every refusal.
struct Reading<'a>(&'a Settings);

impl Reading<'_> {
    fn one<T>(&self, key: Key, read: impl Fn(&str) -> Result<T, Refused>) -> Result<Option<T>, Refused> {
        Ok(self.all(key, read)?.pop())
    }

    fn all<T>(&self, key: Key, read: impl Fn(&str) -> Result<T, Refused>) -> Result<Vec<T>, Refused> {
        let Some(given) = self.0.get(&key) else { return Ok(Vec::new()) };
        given.values.iter().map(|text| read(text).map_err(|refused| refused.at(&given.place))).collect()
    }

    fn has(&self, key: Key) -> bool {
        self.0.contains_key(&key)
    }

    /// Adds the place where a key stands.
    fn at(&self, key: Key, refused: Refused) -> Refused {
        match self.0.get(&key) {
            Some(given) => refused.at(&given.place),
            None => refused,
        }
    }

    /// A path. One that stands in a file is meant from the folder of that file: the file then says the same
    /// wherever the server is started from.
    fn path(&self, key: Key) -> Result<Option<PathBuf>, Refused> {
        let path = self.one(key, |text| {
            if text.is_empty() || text.contains('\0') {
                let reason = format!("`{}` is not a path: {text:?}", key.name());
                return Err(Refused::new(reason, "name a file or folder, or leave the setting out"));
            }
            Ok(PathBuf::from(text))
        })?;
        Ok(match (path, self.0.get(&key)) {
            (Some(path), Some(Given { place: Place::File { path: file, .. }, .. })) => {
                Some(file.parent().unwrap_or(Path::new("")).join(path))
            }
            (path, _) => path,
        })
    }

    fn tls(&self) -> Result<Option<TlsFiles>, Refused> {
        let half = |there: Key, missing: Key| {
            let reason = format!("`{}` stands alone", there.name());
            self.at(there, Refused::new(reason, format!("set `{}` as well: TLS needs both", missing.name())))
        };
        match (self.path(Key::TlsCert)?, self.path(Key::TlsKey)?) {
            (Some(cert), Some(key)) => Ok(Some(TlsFiles { cert, key })),
            (None, None) => Ok(None),
            (Some(_), None) => Err(half(Key::TlsCert, Key::TlsKey)),
            (None, Some(_)) => Err(half(Key::TlsKey, Key::TlsCert)),
        }
    }
}

fn metrics_address(text: &str) -> Result<SocketAddr, Refused> {
    let address = value::socket_address("metrics_listen", text)?;
    if !address.ip().is_loopback() {
        return Err(Refused::new(
            format!("`metrics_listen` is {address}, beyond this machine"),
            "use a loopback address such as 127.0.0.1:9464; a collector on another machine comes through a \
             tunnel or an agent here",
        ));
    }
    Ok(address)
}

/// Both families where the machine has both. Whether it has IPv6 is known only by trying.
/// One core is left for signalling and pages; on a small machine one thread for media is faster than two that
/// speak to each other.
fn default_media_threads() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    if cores > 2 { cores - 1 } else { 1 }
}

fn default_media_listen() -> Vec<SocketAddr> {
    let v6 = IpAddr::V6(Ipv6Addr::UNSPECIFIED);
    let has_v6 = UdpSocket::bind((v6, 0)).is_ok();
    let v4 = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    [v4].into_iter().chain(has_v6.then_some(v6)).map(|ip| SocketAddr::new(ip, MEDIA_PORT)).collect()
}

/// The folder for a server's own state by the custom of the system: never the folder it happens to be
/// started from, in which a second start from elsewhere would not find its secret again.
fn default_data_dir(environment: &Environment, root: bool) -> Result<PathBuf, Refused> {
    let folder = |name: &str| {
        environment.get(std::ffi::OsStr::new(name)).map(PathBuf::from).filter(|path| path.is_absolute())
    };
    if let Some(state) = folder("XDG_STATE_HOME") {
        return Ok(state.join("incamera"));
    }
    if root {
        return Ok(PathBuf::from("/var/lib/incamera"));
    }
    let home = folder("HOME").ok_or_else(|| {
        Refused::new("no folder for data: HOME is not set", "name one with --data-dir or INCAMERA_DATA_DIR")
    })?;
    Ok(home.join(".local/state/incamera"))
}

/// Whether this is the system's administrator. Asked of /proc, since the standard library has no other way;
/// where there is none, the answer is no and HOME decides.
fn runs_as_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}
