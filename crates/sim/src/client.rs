//! A scripted browser: a real engine with synthetic sound and picture, which checks what it receives as it
//! comes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use incamera_protocol::signal::{self, Receive, Send, ServerMessage, SlotKind, Source, TrackOf};
use incamera_protocol::{Mid, ParticipantId};
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::config::DtlsCert;
use str0m::format::Codec;
use str0m::media::{Direction, KeyframeRequestKind, MediaKind, Pt, Rid, Simulcast, SimulcastLayer};
use str0m::net::{Protocol, Receive as Datagram};
use str0m::rtp::{ExtensionValues, RtpPacket, RtpWrite};
use str0m::{Candidate, Event, Input, Output, Rtc};

use crate::camera::{Camera, LAYERS, Shot};
use crate::picture;
use crate::random::Random;
use crate::received::{Received, Seen};
use crate::screen::Shown;
use crate::voice::{Sound, Speech, Voice};

/// How often decoders look whether they wait in vain.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// The participant of a client: worlds give them out in this way, so that a stamp tells whose it is.
pub(crate) fn participant_of(client: u16) -> ParticipantId {
    ParticipantId(u64::from(client) << 32)
}

/// One participant's browser.
pub struct Client {
    number: u16,
    /// Who it is in the room.
    pub participant: ParticipantId,
    /// Its address as it knows it itself.
    address: SocketAddr,
    pub(crate) rtc: Rtc,
    pending: Option<SdpPendingOffer>,
    pub(crate) microphone: str0m::media::Mid,
    pub(crate) camera_mid: str0m::media::Mid,
    pub(crate) receives: Vec<Receive>,
    kinds: BTreeMap<String, SlotKind>,
    voice: Voice,
    pub(crate) camera: Camera,
    next_look: Instant,
    /// The server's ufrag in its latest answer.
    pub server_ufrag: String,
    received: Received,
    /// The slots that the server holds back, as it last said.
    pub paused: Vec<Mid>,
    /// Everything the server said, but answers, slots and what is held back.
    pub heard: Vec<ServerMessage>,
    /// When the transport came up.
    pub connected_at: Option<Instant>,
    /// It takes in no sound and no picture, and reports nothing of them.
    pub(crate) deaf: bool,
    /// How many lies it has told.
    pub(crate) lies: u32,
    /// When the world will wake this client.
    pub(crate) alarm: Option<Instant>,
    engine_deadline: Instant,
    pub(crate) outgoing: VecDeque<Vec<u8>>,
}

/// Making a certificate takes longer than a whole handshake, so all browsers of a process have the same.
fn certificate() -> DtlsCert {
    static CERTIFICATE: OnceLock<DtlsCert> = OnceLock::new();
    let make = || str0m::crypto::from_feature_flags().dtls_provider.generate_certificate();
    CERTIFICATE.get_or_init(|| make().expect("the cryptographic library works")).clone()
}

/// Browsers hide their addresses behind names that the server does not look up.
fn without_candidates(sdp: &str) -> String {
    sdp.split_inclusive('\n').filter(|line| !line.starts_with("a=candidate")).collect()
}

impl Client {
    pub(crate) fn new(
        number: u16,
        participant: ParticipantId,
        address: SocketAddr,
        random: Random,
        now: Instant,
    ) -> Self {
        let mut rtc = Rtc::builder()
            .set_rtp_mode(true)
            .set_dtls_cert(certificate())
            .clear_codecs()
            .enable_opus(true, false)
            .enable_vp8(true)
            .build(now);
        let candidate = Candidate::host(address, Protocol::Udp).expect("a usable address");
        rtc.add_local_candidate(candidate);
        Self {
            number,
            participant,
            address,
            rtc,
            pending: None,
            microphone: "x".into(),
            camera_mid: "x".into(),
            receives: Vec::new(),
            kinds: BTreeMap::new(),
            voice: Voice::new(number, now),
            camera: Camera::new(number, random, now),
            next_look: now,
            server_ufrag: String::new(),
            received: Received::new(number),
            paused: Vec::new(),
            heard: Vec::new(),
            connected_at: None,
            deaf: false,
            lies: 0,
            alarm: None,
            engine_deadline: now,
            outgoing: VecDeque::new(),
        }
    }

    /// The same participant with a new connection; the server remembers what they look at.
    pub(crate) fn anew(&self, random: Random, now: Instant) -> Self {
        let mut client = Self::new(self.number, self.participant, self.address, random, now);
        client.received.keep_wishes_of(&self.received);
        client
    }

    // ---- signalling ----

    /// The first offer, with slots for so many voices and pictures.
    pub(crate) fn offer(&mut self, voices: usize, pictures: usize) -> (String, Vec<Send>, Vec<Receive>) {
        let mut simulcast = Simulcast::new();
        for layer in LAYERS {
            simulcast.add_send_layer(SimulcastLayer::new(layer.rid));
        }
        let mut changes = self.rtc.sdp_api();
        self.microphone = changes.add_media(MediaKind::Audio, Direction::SendOnly, None, None, None);
        self.camera_mid =
            changes.add_media(MediaKind::Video, Direction::SendOnly, None, None, Some(simulcast));
        let mut slot = |kind, slot| {
            let mid = changes.add_media(kind, Direction::RecvOnly, None, None, None);
            Receive { mid: Mid::new(&mid).expect("the engine's mids are short"), kind: slot }
        };
        let mut receives: Vec<_> = (0..voices).map(|_| slot(MediaKind::Audio, SlotKind::Voice)).collect();
        receives.extend((0..pictures).map(|_| slot(MediaKind::Video, SlotKind::Video)));
        let (offer, pending) = changes.apply().expect("there are changes");
        self.pending = Some(pending);
        self.kinds = receives.iter().map(|line| (line.mid.as_str().to_owned(), line.kind)).collect();
        self.receives.clone_from(&receives);
        (without_candidates(&offer.to_sdp_string()), self.sends(), receives)
    }

    /// An offer that asks for new ICE credentials and changes nothing else.
    pub(crate) fn offer_restart(&mut self) -> (String, Vec<Send>, Vec<Receive>) {
        let mut changes = self.rtc.sdp_api();
        changes.ice_restart(true);
        let (offer, pending) = changes.apply().expect("a restart is a change");
        self.pending = Some(pending);
        (without_candidates(&offer.to_sdp_string()), self.sends(), self.receives.clone())
    }

    fn sends(&self) -> Vec<Send> {
        let send = |mid: str0m::media::Mid, source| Send {
            mid: Mid::new(&mid).expect("short"),
            source,
            red: false,
            av1: false,
        };
        vec![send(self.microphone, Source::Microphone), send(self.camera_mid, Source::Camera)]
    }

    /// Turns sound and picture on or off; the world tells the server.
    pub(crate) fn publish(&mut self, microphone: bool, camera: bool) -> Vec<signal::Layer> {
        self.voice.turn(microphone);
        self.camera.turn(camera);
        LAYERS
            .iter()
            .filter(|_| camera)
            .map(|layer| signal::Layer {
                width: layer.width,
                height: layer.height,
                max_bps: None,
                av1: false,
            })
            .collect()
    }

    pub(crate) fn script(&mut self, speech: Speech, now: Instant) {
        self.voice.script(speech, now);
    }

    pub(crate) fn on_watch(&mut self, now: Instant, watched: &[ParticipantId]) {
        self.received.on_watch(now, watched);
    }

    pub(crate) fn on_message(&mut self, now: Instant, message: ServerMessage) {
        match message {
            ServerMessage::Answer { sdp, .. } => {
                let ufrag = sdp.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:"));
                let first = self.server_ufrag.is_empty();
                self.server_ufrag = ufrag.expect("an answer names a ufrag").to_owned();
                let answer = SdpAnswer::from_sdp_string(&sdp).expect("the server's answer is SDP");
                // A story may have offered something in the client's name.
                let Some(pending) = self.pending.take() else { return };
                self.rtc.sdp_api().accept_answer(pending, answer).expect("the answer fits the offer");
                if first {
                    self.repair_as_browsers_do();
                }
                self.drain(now);
            }
            ServerMessage::Slots { slots } => {
                slots.into_iter().for_each(|fill| self.received.on_fill(now, fill));
            }
            ServerMessage::Paused { slots } => self.paused = slots,
            ServerMessage::Demand { source: Source::Camera, ref layers } => {
                self.camera.obey(layers);
                self.heard.push(message);
            }
            other => self.heard.push(other),
        }
    }

    // ---- the network and the clock ----

    pub(crate) fn on_datagram(&mut self, now: Instant, source: SocketAddr, contents: &[u8]) {
        let is_media = contents.first().is_some_and(|first| *first >= 128);
        if self.deaf && is_media {
            return;
        }
        match Datagram::new(Protocol::Udp, source, self.address, contents) {
            Ok(datagram) => self.rtc.handle_input(Input::Receive(now, datagram)).expect("a good datagram"),
            Err(error) => self.received.complaints.push(format!("unreadable datagram: {error}")),
        }
        self.drain(now);
    }

    /// When this client wants to be woken.
    pub(crate) fn deadline(&self) -> Instant {
        if self.connected_at.is_none() {
            return self.engine_deadline;
        }
        let media = [self.voice.deadline(), self.camera.deadline(), Some(self.next_look)];
        media.into_iter().flatten().fold(self.engine_deadline, Instant::min)
    }

    /// Lets time pass.
    pub(crate) fn tick(&mut self, now: Instant) {
        self.rtc.handle_input(Input::Timeout(now)).expect("time passes");
        self.drain(now);
        if self.connected_at.is_none() {
            self.voice.idle(now);
            self.camera.idle(now);
            return;
        }
        for sound in self.voice.speak(now) {
            self.send_sound(now, sound);
        }
        for shot in self.camera.shoot(now) {
            self.send_shot(now, shot);
        }
        if self.next_look <= now {
            self.next_look = now + LOOK_EVERY;
            self.ask_for_keys(now);
        }
    }

    fn send_sound(&mut self, now: Instant, sound: Sound) {
        let levels = ExtensionValues {
            audio_level: Some(sound.level),
            voice_activity: Some(sound.level > -60),
            ..ExtensionValues::default()
        };
        let payload_type = self.payload_type(Codec::Opus);
        let sequence = u64::from(sound.sequence).into();
        let write = RtpWrite::new(payload_type, sequence, sound.time, now, sound.payload).ext_vals(levels);
        self.write(now, self.microphone, None, write);
    }

    fn send_shot(&mut self, now: Instant, shot: Shot) {
        let payload_type = self.payload_type(Codec::Vp8);
        let write = RtpWrite::new(payload_type, shot.sequence.into(), shot.time, now, shot.payload)
            .marker(shot.last)
            .nackable(true);
        self.write(now, self.camera_mid, Some(Rid::from(LAYERS[shot.layer].rid)), write);
    }

    /// The engine stops repairing when much is lost; browsers do not.
    fn repair_as_browsers_do(&mut self) {
        for layer in LAYERS {
            let rid = Some(Rid::from(layer.rid));
            if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(self.camera_mid, rid) {
                stream.set_rtx_cache(600, Duration::from_secs(3), None);
            }
        }
    }

    pub(crate) fn write(&mut self, now: Instant, mid: str0m::media::Mid, rid: Option<Rid>, write: RtpWrite) {
        if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(mid, rid) {
            stream.write_rtp(write);
        }
        self.drain(now);
    }

    fn ask_for_keys(&mut self, now: Instant) {
        for mid in self.received.want_keys(now) {
            self.ask_for_key(now, &mid);
        }
    }

    /// Asks for a key frame in a slot.
    pub(crate) fn ask_for_key(&mut self, now: Instant, mid: &str) {
        if let Some(stream) = self.rtc.direct_api().stream_rx_by_mid(mid.into(), None) {
            stream.request_keyframe(KeyframeRequestKind::Pli);
        }
        self.drain(now);
    }

    pub(crate) fn payload_type(&self, codec: Codec) -> Pt {
        let params = self.rtc.codec_config().find(|params| params.spec().codec == codec);
        params.expect("a configured codec").pt()
    }

    pub(crate) fn drain(&mut self, now: Instant) {
        loop {
            match self.rtc.poll_output().expect("the engine goes on") {
                Output::Timeout(deadline) => {
                    self.engine_deadline = deadline;
                    return;
                }
                Output::Transmit(sent) => self.outgoing.push_back(sent.contents.into()),
                Output::Event(Event::Connected) => _ = self.connected_at.get_or_insert(now),
                Output::Event(Event::KeyframeRequest(request)) => {
                    let layer = LAYERS.iter().position(|layer| request.rid == Some(Rid::from(layer.rid)));
                    if let Some(layer) = layer {
                        self.camera.want_key(layer);
                    }
                }
                Output::Event(Event::RtpPacket(packet)) => self.on_packet(now, &packet),
                Output::Event(_) => {}
            }
        }
    }

    fn on_packet(&mut self, now: Instant, packet: &RtpPacket) {
        let ssrc = packet.header.ssrc;
        let mid = self.rtc.direct_api().stream_rx(&ssrc).map(|stream| stream.mid().to_string());
        let Some((mid, kind)) = mid.and_then(|mid| Some((mid.clone(), *self.kinds.get(&mid)?))) else {
            return;
        };
        let stamp = match kind {
            SlotKind::Voice | SlotKind::Music => picture::read_voice(&packet.payload),
            SlotKind::Video | SlotKind::Screen => picture::read_packet(&packet.payload),
        };
        match stamp {
            Some(stamp) => self.received.take(now, &mid, kind, *packet.seq_no, stamp),
            None => self.received.complaints.push(format!("slot {mid}: a packet that nobody sent")),
        }
    }

    // ---- what is to be known ----

    /// Its number in the world.
    pub fn number(&self) -> u16 {
        self.number
    }

    /// What the server says is in the slots, by their `mid`.
    pub fn slots(&self) -> BTreeMap<String, TrackOf> {
        self.received.filled().map(|(mid, track)| (mid.to_owned(), track)).collect()
    }

    /// What a participant's track has brought into its slot.
    pub fn seen(&self, of: ParticipantId, source: Source) -> Seen {
        self.received.seen(of, source)
    }

    /// Every picture of another client that was shown, in whatever slot.
    pub fn shown(&self, client: u16) -> Vec<Shown> {
        self.received.shown(client)
    }

    /// When each sound of another client came, and the slot's number of it.
    pub fn sounds(&self, client: u16) -> Vec<(Instant, u64)> {
        self.received.sounds(client)
    }

    /// The other clients of whom anything was received.
    pub fn sources(&self) -> BTreeSet<u16> {
        self.received.sources()
    }

    /// How many key frames its decoders have asked for.
    pub fn keys_asked(&self) -> u64 {
        self.received.keys_asked()
    }

    /// When its camera made a key frame, and in which layer.
    pub fn keys_made(&self) -> &[(Instant, u8)] {
        &self.camera.keys
    }

    /// Which layers of its camera flow.
    pub fn flowing(&self) -> [bool; 3] {
        self.camera.flowing()
    }

    /// Sequence numbers that a slot never received, between the first and the last.
    pub fn missing(&self, of: ParticipantId, source: Source) -> u64 {
        self.received.missing(of, source)
    }

    /// The same for all slots together. What liars send is not looked at.
    pub(crate) fn missing_at_all(&self, liars: &BTreeSet<u16>) -> u64 {
        self.received.missing_at_all(liars)
    }

    /// The promises that the server did not keep, in words.
    pub(crate) fn broken_promises(&self, liars: &BTreeSet<u16>) -> Vec<String> {
        self.received.broken_promises(liars)
    }
}
