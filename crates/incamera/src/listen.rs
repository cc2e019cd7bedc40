//! Opens the TCP ports, and explains in the operator's words why one cannot be opened.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::net::TcpListener;

use crate::config::{Key, LOCALHOST_PORT, Listen};
use crate::refused::Refused;

/// Opens what pages and signalling are served on.
pub(crate) async fn pages(listen: Listen) -> Result<Vec<TcpListener>, Refused> {
    match listen {
        Listen::At(address) => Ok(vec![open(address, Key::Listen).await?]),
        Listen::Localhost => {
            let v4 = open((Ipv4Addr::LOCALHOST, LOCALHOST_PORT).into(), Key::Listen).await?;
            // Browsers may try ::1 first for `localhost`. Another program there would be what people see,
            // so a busy port is refused too; a machine without IPv6 is not.
            let address: SocketAddr = (Ipv6Addr::LOCALHOST, LOCALHOST_PORT).into();
            match TcpListener::bind(address).await {
                Ok(v6) => Ok(vec![v4, v6]),
                Err(cause) if cause.kind() == ErrorKind::AddrInUse => {
                    Err(explain(address, Key::Listen, &cause))
                }
                Err(_) => Ok(vec![v4]),
            }
        }
    }
}

/// Opens one port.
pub(crate) async fn open(address: SocketAddr, key: Key) -> Result<TcpListener, Refused> {
    TcpListener::bind(address).await.map_err(|cause| explain(address, key, &cause))
}

/// Why a port that was asked for with `key` cannot be opened, and what to do.
pub(crate) fn explain(address: SocketAddr, key: Key, cause: &io::Error) -> Refused {
    let change = format!("{} ADDR:PORT, {} or `{}` in the file", key.option(), key.variable(), key.name());
    let (reason, hint) = match cause.kind() {
        ErrorKind::AddrInUse => (
            format!("port {} is taken: another program listens on {address}", address.port()),
            format!("stop that program (is Incamera already running?), or choose another port with {change}"),
        ),
        ErrorKind::PermissionDenied => (
            format!("this account may not listen on {address}"),
            format!(
                "ports below 1024 need the right CAP_NET_BIND_SERVICE (AmbientCapabilities= in a systemd unit); \
                 or choose a higher port with {change}"
            ),
        ),
        ErrorKind::AddrNotAvailable => (
            format!("{address} is not an address of this machine"),
            format!("choose one that is, or 0.0.0.0 for all, with {change}"),
        ),
        _ => (
            format!("cannot listen on {address}: {cause}"),
            format!("choose another address or port with {change}"),
        ),
    };
    Refused::new(reason, hint)
}
