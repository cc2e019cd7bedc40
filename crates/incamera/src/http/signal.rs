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

/// How often the server pings. Browsers answer by themselves, also for a page in the background.
const PING_EVERY: Duration = Duration::from_secs(4);

/// After how long without any frame, pongs included, the socket counts as dead: three unanswered pings. A
/// computer that vanished behind a dead network holds its place for this long, and then for 15 s more.
const DEAD_AFTER: Duration = Duration::from_secs(12);

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
    bounded(upgrade).on_upgrade(async move |socket| site.door.attend(Socket::new(socket)).await)
}

/// Bounds frames. Compression (RFC 7692) is not offered: a small frame could become a large one, and what is
/// sealed does not get smaller.
fn bounded(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    upgrade.max_message_size(MOST_BYTES).max_frame_size(MOST_BYTES).max_write_buffer_size(MOST_WAITING)
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

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use axum::Router;
    use axum::routing::get;
    use futures_util::{SinkExt, StreamExt};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::mpsc;

    use super::*;

    /// A server that repeats every text and notes what came.
    async fn echo() -> (SocketAddr, mpsc::UnboundedReceiver<String>) {
        let (noted, notes) = mpsc::unbounded_channel();
        let open = async move |upgrade: WebSocketUpgrade| {
            bounded(upgrade).on_upgrade(async move |socket| {
                let mut socket = Socket::new(socket);
                while let Some(frame) = socket.next().await {
                    let _ = noted.send(format!("{frame:.40?}").chars().take(60).collect());
                    let answer = match frame {
                        Incoming::Text(text) if text == "end" => Outgoing::Close(4000),
                        Incoming::Text(text) => Outgoing::Text(text),
                        _ => continue,
                    };
                    let _ = socket.send(answer).await;
                }
                let _ = noted.send("end of stream".to_owned());
            })
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/signal", get(open))).await });
        (address, notes)
    }

    async fn connect(address: SocketAddr) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        let head = "GET /signal HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
                    sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
        stream.write_all(head.as_bytes()).await.expect("sent");
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(stream.read_u8().await.expect("an answer"));
        }
        assert!(answer.starts_with(b"HTTP/1.1 101"));
        stream
    }

    /// A client's frame, masked with zeros, which leaves the payload as it is.
    fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
        let length = u64::try_from(payload.len()).expect("a length").to_be_bytes();
        let head = [0x80 | opcode, 0x80 | 127].into_iter().chain(length).chain([0; 4]);
        head.chain(payload.iter().copied()).collect()
    }

    const TEXT: u8 = 1;
    const BINARY: u8 = 2;
    const CLOSE: u8 = 8;

    #[tokio::test]
    async fn frames_become_what_rooms_understand() {
        let (address, mut notes) = echo().await;
        let mut stream = connect(address).await;
        stream.write_all(&frame(TEXT, b"hello")).await.expect("sent");
        assert_eq!(notes.recv().await.as_deref(), Some("Text(\"hello\")"));
        let mut answer = [0; 7];
        stream.read_exact(&mut answer).await.expect("repeated");
        assert_eq!(&answer[2..], b"hello");
        stream.write_all(&frame(BINARY, b"hello")).await.expect("sent");
        assert_eq!(notes.recv().await.as_deref(), Some("Unreadable"));
        stream.write_all(&frame(TEXT, b"end")).await.expect("sent");
        assert_eq!(notes.recv().await.as_deref(), Some("Text(\"end\")"));
        let mut answer = [0; 4];
        stream.read_exact(&mut answer).await.expect("closed");
        assert_eq!(answer, [0x88, 2, 0x0f, 0xa0]);
    }

    /// What is above the protocol's limit but still readable reaches rooms, who refuse it in words; what is
    /// larger, or breaks the framing, ends the socket after one note.
    #[tokio::test]
    async fn oversized_and_broken_frames_end_in_one_note() {
        let at_limit = vec![b'x'; MOST_BYTES];
        let (address, mut notes) = echo().await;
        let mut stream = connect(address).await;
        stream.write_all(&frame(TEXT, &at_limit)).await.expect("sent");
        assert!(notes.recv().await.is_some_and(|note| note.starts_with("Text(\"xxx")));

        let unmasked = vec![0x81, 0x01, b'x'];
        let endless = frame(TEXT, &[])[..2].iter().copied().chain([0x7f; 8]).chain([0; 4]).collect();
        for broken in [
            frame(TEXT, &vec![b'x'; MOST_BYTES + 1]),
            frame(TEXT, b"\xff\xfe"),
            frame(3, b""),
            unmasked,
            endless,
        ] {
            let mut stream = connect(address).await;
            let _ = stream.write_all(&broken).await;
            assert_eq!(notes.recv().await.as_deref(), Some("Unreadable"), "{:?}", &broken[..3]);
            assert_eq!(notes.recv().await.as_deref(), Some("end of stream"));
        }
    }

    #[tokio::test]
    async fn ends_are_told_apart_from_faults() {
        let (address, mut notes) = echo().await;
        let mut stream = connect(address).await;
        stream.write_all(&frame(CLOSE, &[0x03, 0xe8])).await.expect("sent");
        assert_eq!(notes.recv().await.as_deref(), Some("Closed(Some(1000))"));
        assert_eq!(notes.recv().await.as_deref(), Some("end of stream"));
        drop(connect(address).await);
        assert_eq!(notes.recv().await.as_deref(), Some("end of stream"));
    }

    /// A quiet client is pinged; one that answers nothing is given up.
    #[tokio::test(start_paused = true)]
    async fn quiet_sockets_are_pinged_and_dead_ones_end() {
        let (address, mut notes) = echo().await;
        let mut stream = connect(address).await;
        let began = Instant::now();
        let mut ping = [0; 2];
        stream.read_exact(&mut ping).await.expect("a ping");
        assert_eq!(ping, [0x89, 0]);
        assert!(began.elapsed() < PING_EVERY * 2, "pinged after {:?}", began.elapsed());
        assert_eq!(notes.recv().await.as_deref(), Some("end of stream"));
        assert!(began.elapsed() < DEAD_AFTER * 2, "given up after {:?}", began.elapsed());
    }
}
