//! The way in: HTTP and the signalling socket, as `docs/protocol.md` has them.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use futures_util::{SinkExt, StreamExt};
use incamera_bench::participant::Demand;
use incamera_protocol::http::consents::{NewConsent, NoticeRequest, NoticeShown, Purpose, Receipt};
use incamera_protocol::http::{Entry, EntryRequest, NewMeeting};
use incamera_protocol::signal::{ClientMessage, Frame, Opened, Opening, RawFrame, ServerMessage, Source};
use incamera_protocol::{MeetingId, PROTOCOL_VERSION, ParticipantId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;

/// A client acknowledges what it has heard at least this often.
const ACKNOWLEDGE_EVERY: Duration = Duration::from_secs(10);
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// The server counts entries for each network. People come from many; each so many of ours come from one.
const PEOPLE_FOR_EACH_NETWORK: usize = 50;

/// The HTTP side of a server.
pub(crate) struct Door {
    address: SocketAddr,
    throttled: AtomicUsize,
}

struct Response {
    status: u16,
    retry_after: Option<u64>,
    body: Vec<u8>,
}

impl Door {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, throttled: AtomicUsize::new(0) }
    }

    /// How often the server said that it is asked too often.
    pub(crate) fn throttled(&self) -> usize {
        self.throttled.load(Ordering::Relaxed)
    }

    pub(crate) async fn new_meeting(&self) -> Result<MeetingId> {
        let response = self.post(0, "/api/meetings", "").await?;
        ensure!(response.status == 201, "no new meeting: {}", response.said());
        let NewMeeting { meeting } = serde_json::from_slice(&response.body)?;
        Ok(meeting)
    }

    /// Asks for the ticket, and waits as long as the server says where it is asked too often.
    async fn entry(&self, person: usize, meeting: &MeetingId) -> Result<Entry> {
        let mut door = EntryRequest { meeting: meeting.clone(), token: None, proof: None, consent: None };
        let asked = NoticeRequest { door: door.clone(), language: "de".to_owned() };
        let NoticeShown { hash, .. } = self.asked(person, "/api/notices", &asked).await?;
        let purposes = BTreeMap::from([(Purpose::Meeting, true)]);
        let agreed = NewConsent { door: door.clone(), notice: hash, name: String::new(), purposes };
        let Receipt { token, .. } = self.asked(person, "/api/consents", &agreed).await?;
        door.consent = Some(token);
        self.asked(person, "/api/entries", &door).await
    }

    /// Asks until it is answered.
    async fn asked<T: DeserializeOwned>(
        &self,
        person: usize,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T> {
        let body = serde_json::to_string(body)?;
        loop {
            let response = self.post(person, path, &body).await?;
            match response.status {
                200 | 201 => return Ok(serde_json::from_slice(&response.body)?),
                429 => {
                    self.throttled.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(Duration::from_secs(response.retry_after.unwrap_or(1))).await;
                }
                _ => bail!("{path}: {}", response.said()),
            }
        }
    }

    async fn post(&self, person: usize, path: &str, body: &str) -> Result<Response> {
        let mut stream = self.connect(person).await?;
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nX-Incamera: 1\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.address,
            body.len()
        );
        stream.write_all(request.as_bytes()).await?;
        let mut response = Vec::new();
        stream.read_to_end(&mut response).await?;
        Response::read(&response).context("an HTTP response")
    }

    /// Connects from the network of this person: 127.0.1.0/24, 127.0.2.0/24 and so on where the server is on
    /// loopback, where every such address is ours.
    async fn connect(&self, person: usize) -> Result<TcpStream> {
        let socket = if self.address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        if self.address.ip() == IpAddr::V4(Ipv4Addr::LOCALHOST) {
            let network = u8::try_from(1 + person / PEOPLE_FOR_EACH_NETWORK)?;
            socket.bind((Ipv4Addr::new(127, 0, network, 1), 0).into())?;
        }
        let stream = socket.connect(self.address).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

impl Response {
    fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).ok()?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let named = |line: &str| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("retry-after").then(|| value.parse().ok())?
        };
        Some(Self { status, retry_after: head.lines().find_map(named), body: bytes[end + 4..].to_vec() })
    }

    fn said(&self) -> String {
        format!("{} {}", self.status, String::from_utf8_lossy(&self.body))
    }
}

/// A signalling socket of someone who is in the room.
pub(crate) struct Session {
    socket: WebSocketStream<TcpStream>,
    pub(crate) you: ParticipantId,
    seq: u32,
    heard: u32,
}

impl Session {
    /// Enters.
    pub(crate) async fn enter(door: &Door, person: usize, meeting: &MeetingId) -> Result<Self> {
        let Entry { grant, signal } = door.entry(person, meeting).await?;
        let mut request = format!("ws://{}{signal}", door.address).into_client_request()?;
        let origin = HeaderValue::from_str(&format!("http://{}", door.address))?;
        request.headers_mut().insert("Origin", origin);
        let stream = door.connect(person).await?;
        let (mut socket, _) = tokio_tungstenite::client_async(request, stream).await?;
        let opening = Opening::Enter { version: PROTOCOL_VERSION, grant, name: None, replaces: None };
        socket.send(Message::text(serde_json::to_string(&opening)?)).await?;
        let opened = next_text(&mut socket).await?;
        match serde_json::from_str(&opened)? {
            Opened::Entered { you, .. } => Ok(Self { socket, you, seq: 0, heard: 0 }),
            other => bail!("not let in: {other:?}"),
        }
    }

    pub(crate) async fn say(&mut self, message: ClientMessage) -> Result<()> {
        self.seq += 1;
        self.write(self.seq, message).await
    }

    /// Waits for the answer to the offer.
    pub(crate) async fn answer(&mut self) -> Result<String> {
        let wait = async {
            loop {
                let text = next_text(&mut self.socket).await?;
                let frame: Frame<ServerMessage> = serde_json::from_str(&text)?;
                self.heard = self.heard.max(frame.seq);
                match frame.message {
                    ServerMessage::Answer { sdp, .. } => return Ok(sdp),
                    ServerMessage::Refused { refusal, .. } => bail!("refused: {refusal:?}"),
                    ServerMessage::Closing { reason } => bail!("closed: {reason:?}"),
                    _ => {}
                }
            }
        };
        tokio::time::timeout(ANSWER_WITHIN, wait).await.context("no answer in time")?
    }

    /// Listens until the socket ends, acknowledges, answers pings, and passes on which layers are watched.
    pub(crate) async fn keep(mut self, demand: Demand) -> Result<()> {
        let mut due = tokio::time::interval(ACKNOWLEDGE_EVERY);
        due.tick().await;
        loop {
            tokio::select! {
                _ = due.tick() => self.write(0, ClientMessage::Ping {}).await?,
                text = next_text(&mut self.socket) => self.on_text(&text?, &demand)?,
            }
        }
    }

    fn on_text(&mut self, text: &str, demand: &Demand) -> Result<()> {
        // Most frames tell of others who come and go; they are not read further.
        let frame: RawFrame<'_> = serde_json::from_str(text)?;
        self.heard = self.heard.max(frame.seq);
        let said = frame.message.get();
        let is = |kind: &str| said.contains(&format!("\"type\":\"{kind}\""));
        ensure!(!is("closing") && !is("refused"), "the server said {said}");
        if is("demand")
            && let ServerMessage::Demand { source: Source::Camera, layers } = serde_json::from_str(said)?
        {
            demand.set(&layers);
        }
        Ok(())
    }

    async fn write(&mut self, seq: u32, message: ClientMessage) -> Result<()> {
        let frame = Frame { seq, ack: self.heard, message };
        Ok(self.socket.send(Message::text(serde_json::to_string(&frame)?)).await?)
    }
}

/// The next text frame. Pings are answered on the way.
async fn next_text(socket: &mut WebSocketStream<TcpStream>) -> Result<String> {
    loop {
        match socket.next().await.context("the socket ended")?? {
            Message::Text(text) => return Ok(text.as_str().to_owned()),
            Message::Close(frame) => bail!("the socket was closed: {frame:?}"),
            _ => {}
        }
    }
}
