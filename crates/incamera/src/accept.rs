//! Accepts connections, ends TLS where it is on, and hands each to HTTP. Whatever a visitor can waste before
//! a request is read (places, handshakes, headers) is bounded here; requests are bounded in `http`.

use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::Sleep;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::config::Network;
use crate::doorway::{Doorway, Place};
use crate::forwarded;
use crate::tls::HANDSHAKE_WITHIN;

/// How long the head of a request may take to arrive, counted anew for each request on a connection, so it
/// is also how long an idle connection is kept.
const HEAD_WITHIN: Duration = Duration::from_secs(10);

/// The largest head of a request. Browsers send one to two kilobytes.
const HEAD_BYTES: usize = 16 * 1024;

/// The most header lines of a request. Browsers send about twenty.
const HEAD_LINES: usize = 64;

/// How long a connection may take nothing of an answer that is under way. Who takes a little now and then may
/// go on: an honest visitor on a bad line does the same.
const TAKE_WITHIN: Duration = Duration::from_secs(15);

/// How long to wait when the system has no more file handles: long enough for a connection to end.
const OUT_OF_HANDLES: Duration = Duration::from_millis(100);

/// The address that a request comes from. It is never written anywhere: it serves rate limits, as a hash.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// What a listener does with the connections it accepts.
#[derive(Clone)]
pub(crate) struct Reception {
    pub(crate) router: Router,
    pub(crate) doorway: Arc<Doorway>,
    /// Those who are believed when they say who called them.
    pub(crate) proxies: Arc<[Network]>,
    pub(crate) tls: Option<watch::Receiver<Arc<ServerConfig>>>,
    /// Turns true when the server stops. Each connection keeps a copy, so that the last one to end is known.
    pub(crate) stopping: watch::Receiver<bool>,
}

impl Reception {
    /// Accepts connections until the server stops.
    pub(crate) async fn accept(mut self, listener: TcpListener) {
        let mut stopping = self.stopping.clone();
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                _ = stopping.wait_for(|&stopping| stopping) => return,
            };
            match accepted {
                Ok((stream, from)) => self.receive(stream, from.ip()),
                Err(cause) if is_of_one_connection(&cause) => {}
                Err(cause) => {
                    tracing::warn!("cannot accept connections for now: {}", cause.kind());
                    tokio::time::sleep(OUT_OF_HANDLES).await;
                }
            }
        }
    }

    /// A connection for which there is no place is closed without a word: an answer would cost what the
    /// limit protects.
    fn receive(&mut self, stream: TcpStream, from: IpAddr) {
        let Some(place) = self.doorway.enter(from) else { return };
        // Signalling frames are small and each matters at once.
        let _ = stream.set_nodelay(true);
        let stream = Held::new(stream, place);
        let tls = self.tls.as_mut().map(|tls| TlsAcceptor::from(Arc::clone(&tls.borrow_and_update())));
        let (router, proxies) = (self.router.clone(), Arc::clone(&self.proxies));
        let service = service_fn(move |mut request: Request<Incoming>| {
            let visitor = forwarded::visitor(from, request.headers(), &proxies);
            request.extensions_mut().insert(Peer(visitor));
            router.clone().oneshot(request.map(Body::new))
        });
        let stopping = self.stopping.clone();
        tokio::spawn(async move {
            let Some(tls) = tls else { return talk(stream, service, stopping).await };
            if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE_WITHIN, tls.accept(stream)).await {
                talk(stream, service, stopping).await;
            }
        });
    }
}

/// Carries one connection through its requests. Errors are the visitor's, or the network's: nothing to do.
async fn talk<S, H>(stream: S, service: H, mut stopping: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    H: Service<Request<Incoming>, Response = Response, Error = Infallible>,
{
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEAD_LINES)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopping.wait_for(|&stopping| stopping) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

/// Whether an accept failed for the connection that was to be accepted, and not for the listener.
fn is_of_one_connection(cause: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(cause.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// A stream with its place in the doorway. The two stay together when the connection becomes a signalling
/// socket, which outlives the HTTP connection it began as.
struct Held {
    stream: TcpStream,
    _place: Place,
    /// Runs while the other side takes nothing.
    patience: Option<Pin<Box<Sleep>>>,
}

impl Held {
    fn new(stream: TcpStream, place: Place) -> Self {
        Self { stream, _place: place, patience: None }
    }

    /// Ends a write that makes no progress: HTTP bounds the time of reading only.
    fn bound<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.patience = None;
            return written;
        }
        let patience = self.patience.get_or_insert_with(|| Box::pin(tokio::time::sleep(TAKE_WITHIN)));
        patience.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Held {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Held {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.bound(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.bound(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::time::Instant;

    use super::*;
    use crate::doorway::Limits;

    /// ATK-47: who asks and then takes nothing of the answer is given up; who takes some of it is not.
    #[tokio::test(start_paused = true)]
    async fn a_connection_that_takes_nothing_is_closed() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let mut visitor = TcpStream::connect(address).await.expect("it listens");
        let (stream, from) = listener.accept().await.expect("a connection");
        let place = Doorway::new(Limits::METRICS, Arc::new([])).enter(from.ip()).expect("a place");
        let mut held = Held::new(stream, place);
        let (answer, mut taken) = (vec![0; 1 << 20], vec![0; 8 << 20]);
        let mut given = 0;
        for _ in 0..3 {
            let mut give = async || loop {
                given += held.write(&answer).await.expect("taken");
            };
            let soon = tokio::time::timeout(TAKE_WITHIN * 2 / 3, give()).await;
            assert!(soon.is_err(), "more is to be given");
            visitor.read_exact(&mut taken[..given]).await.expect("given");
            given = 0;
        }
        let began = Instant::now();
        let give = async {
            loop {
                if let Err(error) = held.write(&answer).await {
                    return error;
                }
            }
        };
        let error = tokio::time::timeout(TAKE_WITHIN * 3, give).await.expect("an end");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        let took = began.elapsed();
        assert!((TAKE_WITHIN..TAKE_WITHIN * 2).contains(&took), "{took:?}");
    }
}
