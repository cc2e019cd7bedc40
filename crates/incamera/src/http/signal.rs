//! `GET /signal`: opens the signalling socket and hands it to rooms in progress as a stream of frames. What
//! the frames say is for `live`; here they are only bounded, and the socket is kept alive.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use futures_util::{Sink, Stream};
use incamera_live::{Incoming, Outgoing};
use incamera_protocol::Refusal;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::Site;
use super::error::Problem;
use super::origin::is_own_page;

/// The largest frame that is read at all. Above the protocol's own limit, so that a frame that is somewhat
/// too large is refused in words and costs nobody the socket.
const MOST_BYTES: usize = 256 * 1024;
const _: () = assert!(MOST_BYTES > incamera_protocol::MAX_FRAME_BYTES);

/// The most that may wait to be sent. One list of 50 participants is below 16 KiB.
const MOST_WAITING: usize = 1024 * 1024;

/// How often the server pings. Routers at home forget a quiet connection after 30 s at the earliest.
const PING_EVERY: Duration = Duration::from_secs(15);

/// After how long without any frame, pongs included, the socket counts as dead.
const DEAD_AFTER: Duration = Duration::from_secs(40);

pub(super) async fn open(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    if !is_own_page(&site.home, &headers) {
        return Problem::from(Refusal::OriginForeign).into_response();
    }
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => {
            return Problem::new(rejection.into_response().status(), Refusal::Malformed).into_response();
        }
    };
    // Compression (RFC 7692) is not offered: a small frame could become a large one, and what is sealed
    // does not get smaller.
    upgrade
        .max_message_size(MOST_BYTES)
        .max_frame_size(MOST_BYTES)
        .max_write_buffer_size(MOST_WAITING)
        .on_upgrade(async move |socket| site.door.attend(Socket::new(socket)).await)
}

/// The socket as rooms in progress want it.
struct Socket {
    inner: WebSocket,
    ping: Interval,
    heard: Instant,
    unflushed: bool,
    ended: bool,
    /// Who waits to write. A ping is written by the reader and takes the writer's place in the queue for the
    /// connection, so the writer is woken to queue again.
    writer: Option<Waker>,
}

impl Socket {
    fn new(inner: WebSocket) -> Self {
        let now = Instant::now();
        let mut ping = interval_at(now + PING_EVERY, PING_EVERY);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { inner, ping, heard: now, unflushed: false, ended: false, writer: None }
    }

    /// Sends a ping when it is time. A connection that takes none now has other frames under way.
    fn keep_alive(&mut self, cx: &mut Context<'_>) {
        while self.ping.poll_tick(cx).is_ready() {
            self.ended |= self.heard.elapsed() > DEAD_AFTER;
            if let Poll::Ready(Ok(())) = Pin::new(&mut self.inner).poll_ready(cx) {
                let sent = Pin::new(&mut self.inner).start_send(Message::Ping(Default::default()));
                self.unflushed |= sent.is_ok();
            }
            self.wake_writer();
        }
        if self.unflushed {
            self.unflushed = Pin::new(&mut self.inner).poll_flush(cx).is_pending();
            self.wake_writer();
        }
    }

    fn wake_writer(&mut self) {
        if let Some(writer) = self.writer.take() {
            writer.wake();
        }
    }

    /// Notes who waits to write.
    fn write<T>(&mut self, cx: &mut Context<'_>, poll: Poll<T>) -> Poll<T> {
        if poll.is_pending() {
            self.writer = Some(cx.waker().clone());
        }
        poll
    }
}

impl Stream for Socket {
    type Item = Incoming;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Incoming>> {
        loop {
            self.keep_alive(cx);
            if self.ended {
                return Poll::Ready(None);
            }
            let Some(frame) = ready!(Pin::new(&mut self.inner).poll_next(cx)) else {
                self.ended = true;
                continue;
            };
            self.heard = Instant::now();
            match frame {
                Ok(Message::Text(text)) => {
                    return Poll::Ready(Some(Incoming::Text(text.as_str().to_owned())));
                }
                Ok(Message::Binary(_)) => return Poll::Ready(Some(Incoming::Unreadable)),
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                Ok(Message::Close(frame)) => {
                    return Poll::Ready(Some(Incoming::Closed(frame.map(|frame| frame.code))));
                }
                // Where one frame ends and the next begins is not known any more.
                Err(error) => {
                    self.ended = true;
                    if is_senders_fault(error) {
                        return Poll::Ready(Some(Incoming::Unreadable));
                    }
                }
            }
        }
    }
}

/// Tells a frame that breaks RFC 6455 or our bounds from a connection that broke.
fn is_senders_fault(error: axum::Error) -> bool {
    use tungstenite::Error;
    use tungstenite::error::ProtocolError;
    match error.into_inner().downcast_ref::<Error>() {
        Some(Error::Protocol(ProtocolError::ResetWithoutClosingHandshake)) => false,
        Some(Error::Capacity(_) | Error::Utf8(_) | Error::Protocol(_)) => true,
        _ => false,
    }
}

impl Sink<Outgoing> for Socket {
    type Error = axum::Error;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), axum::Error>> {
        let poll = Pin::new(&mut self.inner).poll_ready(cx);
        self.write(cx, poll)
    }

    fn start_send(mut self: Pin<&mut Self>, frame: Outgoing) -> Result<(), axum::Error> {
        let message = match frame {
            Outgoing::Text(text) => Message::Text(text.into()),
            Outgoing::Close(code) => Message::Close(Some(CloseFrame { code, reason: Utf8Bytes::default() })),
        };
        Pin::new(&mut self.inner).start_send(message)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), axum::Error>> {
        let poll = Pin::new(&mut self.inner).poll_flush(cx);
        self.write(cx, poll)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), axum::Error>> {
        let poll = Pin::new(&mut self.inner).poll_close(cx);
        self.write(cx, poll)
    }
}
