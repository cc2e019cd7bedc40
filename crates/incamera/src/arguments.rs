//! The command line. Values stay text here: they are read in `config`, together with those of the file and
//! of the environment, so that a wrong one is explained in the same words wherever it stands.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::Key;

/// A self-hosted private video room.
#[derive(Debug, Parser)]
#[command(name = "incamera", version, about)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs the server until Ctrl-C or SIGTERM
    Serve(Box<Serve>),
    /// Looks after accounts; the server may run meanwhile
    #[command(subcommand)]
    Host(Host),
    /// Looks after what people have agreed to; the server may run meanwhile
    #[command(subcommand)]
    Consent(Consent),
    /// Writes a whole copy of the database to a file; the server may run meanwhile
    Backup {
        /// Where to; must not exist yet
        file: PathBuf,
        #[command(flatten)]
        settings: Box<Serve>,
    },
    /// Puts a copy in the place of the database; the server must not run meanwhile
    Restore {
        /// What `backup` wrote
        file: PathBuf,
        #[command(flatten)]
        settings: Box<Serve>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Consent {
    /// Goes through all of it, and says whether anything was changed, taken out or put elsewhere
    Verify {
        /// A receipt (JSON), to tell whether the chain was cut off or written anew
        #[arg(long, value_name = "FILE")]
        receipt: Option<PathBuf>,
        #[command(flatten)]
        settings: Box<Serve>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Host {
    /// Prints a link with which somebody makes an account
    Add {
        /// For somebody who looks after the server
        #[arg(long)]
        administrator: bool,
        #[command(flatten)]
        settings: Box<Serve>,
    },
    /// Lists all accounts
    List {
        #[command(flatten)]
        settings: Box<Serve>,
    },
    /// Lets somebody sign in no more, and signs them out
    Disable {
        /// Their sign-in name
        name: String,
        #[command(flatten)]
        settings: Box<Serve>,
    },
    /// Lets somebody sign in again
    Enable {
        /// Their sign-in name
        name: String,
        #[command(flatten)]
        settings: Box<Serve>,
    },
    /// Prints a link with which somebody sets a forgotten password anew
    Reset {
        /// Their sign-in name
        name: String,
        #[command(flatten)]
        settings: Box<Serve>,
    },
}

impl Command {
    /// The settings that were given with it.
    pub(crate) fn settings(&self) -> &Serve {
        match self {
            Self::Serve(settings) | Self::Backup { settings, .. } | Self::Restore { settings, .. } => {
                settings
            }
            Self::Consent(Consent::Verify { settings, .. }) => settings,
            Self::Host(host) => match host {
                Host::Add { settings, .. }
                | Host::List { settings }
                | Host::Disable { settings, .. }
                | Host::Enable { settings, .. }
                | Host::Reset { settings, .. } => settings,
            },
        }
    }
}

/// Every option can also stand in the configuration file (`listen = "…"`) and in the environment
/// (`INCAMERA_LISTEN=…`); the command line wins over the environment, the environment over the file.
#[derive(Debug, Default, Args)]
pub(crate) struct Serve {
    /// Configuration file (TOML); none is needed
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Folder for the server's own data
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<String>,
    /// Where pages and signalling are served [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<String>,
    /// UDP port for audio and video [default: 0.0.0.0:3478 and [::]:3478]
    #[arg(long, value_name = "ADDR:PORT")]
    media_listen: Option<String>,
    /// The only address browsers are told for audio and video; repeatable [default: those of the interfaces]
    #[arg(long, value_name = "IP")]
    media_announce: Vec<String>,
    /// Where figures for Prometheus are served, loopback only [default: 127.0.0.1:9464]
    #[arg(long, value_name = "ADDR:PORT")]
    metrics_listen: Option<String>,
    /// The address under which people reach this server, such as https://meet.example.org
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Certificate chain (PEM), for TLS without a proxy
    #[arg(long, value_name = "FILE")]
    tls_cert: Option<String>,
    /// Private key of the certificate (PEM)
    #[arg(long, value_name = "FILE")]
    tls_key: Option<String>,
    /// Whether anyone may open a meeting here, and not only hosts [default: false]
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    open_rooms: Option<String>,
    /// A proxy that is believed when it says who called it (X-Forwarded-For, Forwarded); repeatable [default: none]
    #[arg(long, value_name = "IP|CIDR")]
    trusted_proxy: Vec<String>,
    /// How many people may be in all rooms together [default: 2000]
    #[arg(long, value_name = "NUMBER")]
    max_participants: Option<String>,
    /// How many threads forward media [default: all cores but one]
    #[arg(long, value_name = "NUMBER")]
    media_threads: Option<String>,
    /// Issuer of the organisation's own sign-in (OpenID Connect) [default: none]
    #[arg(long, value_name = "URL")]
    oidc_issuer: Option<String>,
    /// As what this server is known there
    #[arg(long, value_name = "ID")]
    oidc_client_id: Option<String>,
    /// File with the secret that was agreed on with it; none for a public client
    #[arg(long, value_name = "FILE")]
    oidc_client_secret: Option<String>,
    /// What is written on the button [default: the issuer's host]
    #[arg(long, value_name = "TEXT")]
    oidc_name: Option<String>,
    /// The group whose people may (claim `groups`) [default: everyone there]
    #[arg(long, value_name = "NAME")]
    oidc_group: Option<String>,
}

impl Serve {
    /// What stands on the command line for a key; nothing where it is not named.
    pub(crate) fn values(&self, key: Key) -> Vec<String> {
        let one = |value: &Option<String>| value.iter().cloned().collect();
        match key {
            Key::DataDir => one(&self.data_dir),
            Key::Listen => one(&self.listen),
            Key::MediaListen => one(&self.media_listen),
            Key::MediaAnnounce => self.media_announce.clone(),
            Key::MetricsListen => one(&self.metrics_listen),
            Key::PublicUrl => one(&self.public_url),
            Key::TlsCert => one(&self.tls_cert),
            Key::TlsKey => one(&self.tls_key),
            Key::OpenRooms => one(&self.open_rooms),
            Key::TrustedProxy => self.trusted_proxy.clone(),
            Key::MaxParticipants => one(&self.max_participants),
            Key::MediaThreads => one(&self.media_threads),
            Key::OidcIssuer => one(&self.oidc_issuer),
            Key::OidcClientId => one(&self.oidc_client_id),
            Key::OidcClientSecret => one(&self.oidc_client_secret),
            Key::OidcName => one(&self.oidc_name),
            Key::OidcGroup => one(&self.oidc_group),
        }
    }
}
