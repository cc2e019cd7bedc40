//! A scripted browser: a real engine with synthetic sound and picture, which checks what it receives as it
//! comes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use incamera_protocol::signal::{self, Receive, Send, ServerMessage, SlotKind, Source, TrackOf};
use incamera_protocol::{Mid, ParticipantId};
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::format::Codec;
use str0m::media::{Direction, MediaKind, Rid, Simulcast, SimulcastLayer};
use str0m::net::{Protocol, Receive as Datagram};
use str0m::rtp::{ExtensionValues, RtpPacket, RtpWrite};
use str0m::{Candidate, Event, Input, Output, Rtc};

use crate::picture::{self, LAYERS, Stamp};

const PICTURE_EVERY: Duration = Duration::from_millis(33);
const VOICE_EVERY: Duration = Duration::from_millis(20);
/// Somebody who speaks, in -dBov.
const SPEECH: i8 = -30;

/// What one slot has received since it was last filled anew.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Packets.
    pub packets: u64,
    /// The first of them.
    pub first: Option<Stamp>,
    /// The latest.
    pub last: Option<Stamp>,
}

/// The participant of a client: worlds give them out in this way, so that a stamp tells whose it is.
pub(crate) fn participant_of(client: u16) -> ParticipantId {
    ParticipantId(u64::from(client) << 32)
}

/// One participant's browser.
pub struct Client {
    number: u16,
    /// Who it is in the room.
    pub participant: ParticipantId,
    pub(crate) address: SocketAddr,
    rtc: Rtc,
    pending: Option<SdpPendingOffer>,
    microphone: str0m::media::Mid,
    camera: str0m::media::Mid,
    receives: Vec<Receive>,
    next_voice: Instant,
    next_picture: Instant,
    voice_on: bool,
    camera_on: bool,
    voice_number: u32,
    streams: [Stream; 3],
    /// The server's ufrag in its latest answer.
    pub server_ufrag: String,
    /// What the server says is in each slot.
    pub slots: BTreeMap<String, TrackOf>,
    /// Everyone of whom the server ever said that they are in a slot.
    announced: BTreeSet<(String, ParticipantId)>,
    seen: BTreeMap<String, Seen>,
    /// Everything each picture slot received, in the order of its sequence numbers: repairs included.
    history: BTreeMap<String, BTreeMap<u64, Stamp>>,
    /// Everything the server said, but answers and slots.
    pub heard: Vec<ServerMessage>,
    /// Promises of the server that were broken, in words.
    complaints: Vec<String>,
    pub(crate) connected: bool,
    pub(crate) outgoing: VecDeque<(SocketAddr, Vec<u8>)>,
}

/// One layer of the synthetic camera.
#[derive(Debug, Clone, Copy, Default)]
struct Stream {
    sequence: u64,
    pictures: u32,
    key_wanted: bool,
}

impl Client {
    pub(crate) fn new(number: u16, participant: ParticipantId, address: SocketAddr, now: Instant) -> Self {
        let mut rtc = Rtc::builder()
            .set_rtp_mode(true)
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
            camera: "x".into(),
            receives: Vec::new(),
            next_voice: now,
            next_picture: now,
            voice_on: false,
            camera_on: false,
            voice_number: 0,
            // Long-running sources: their numbers wrap soon and are far from the beginning.
            streams: [Stream { sequence: 65_500, pictures: 32_760, key_wanted: true }; 3],
            server_ufrag: String::new(),
            slots: BTreeMap::new(),
            announced: BTreeSet::new(),
            seen: BTreeMap::new(),
            history: BTreeMap::new(),
            heard: Vec::new(),
            complaints: Vec::new(),
            connected: false,
            outgoing: VecDeque::new(),
        }
    }

    /// The first offer, with slots for so many voices and pictures.
    pub(crate) fn offer(&mut self, voices: usize, pictures: usize) -> (String, Vec<Send>, Vec<Receive>) {
        let mut simulcast = Simulcast::new();
        for layer in LAYERS {
            simulcast.add_send_layer(SimulcastLayer::new(layer.rid));
        }
        let mut changes = self.rtc.sdp_api();
        self.microphone = changes.add_media(MediaKind::Audio, Direction::SendOnly, None, None, None);
        self.camera = changes.add_media(MediaKind::Video, Direction::SendOnly, None, None, Some(simulcast));
        let mut slot = |kind, slot| {
            let mid = changes.add_media(kind, Direction::RecvOnly, None, None, None);
            Receive { mid: Mid::new(&mid).expect("the engine's mids are short"), kind: slot }
        };
        let mut receives: Vec<_> = (0..voices).map(|_| slot(MediaKind::Audio, SlotKind::Voice)).collect();
        receives.extend((0..pictures).map(|_| slot(MediaKind::Video, SlotKind::Video)));
        let (offer, pending) = changes.apply().expect("there are changes");
        self.pending = Some(pending);
        self.receives.clone_from(&receives);
        (offer.to_sdp_string(), self.sends(), receives)
    }

    /// An offer that asks for new ICE credentials and changes nothing else.
    pub(crate) fn offer_restart(&mut self) -> (String, Vec<Send>, Vec<Receive>) {
        let mut changes = self.rtc.sdp_api();
        changes.ice_restart(true);
        let (offer, pending) = changes.apply().expect("a restart is a change");
        self.pending = Some(pending);
        (offer.to_sdp_string(), self.sends(), self.receives.clone())
    }

    fn sends(&self) -> Vec<Send> {
        let send =
            |mid: str0m::media::Mid, source| Send { mid: Mid::new(&mid).expect("short"), source, red: false };
        vec![send(self.microphone, Source::Microphone), send(self.camera, Source::Camera)]
    }

    /// Turns sound and picture on or off; the world tells the server.
    pub(crate) fn publish(&mut self, microphone: bool, camera: bool) -> Vec<signal::Layer> {
        self.voice_on = microphone;
        self.camera_on = camera;
        LAYERS
            .iter()
            .filter(|_| camera)
            .map(|layer| signal::Layer { width: layer.width, height: layer.height })
            .collect()
    }

    pub(crate) fn on_message(&mut self, message: ServerMessage) {
        match message {
            ServerMessage::Answer { sdp, .. } => {
                let ufrag = sdp.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:"));
                self.server_ufrag = ufrag.expect("an answer names a ufrag").to_owned();
                let answer = SdpAnswer::from_sdp_string(&sdp).expect("the server's answer is SDP");
                let pending = self.pending.take().expect("an answer follows an offer");
                self.rtc.sdp_api().accept_answer(pending, answer).expect("the answer fits the offer");
            }
            ServerMessage::Slots { slots } => {
                for fill in slots {
                    let mid = fill.mid.as_str().to_owned();
                    self.seen.remove(&mid);
                    match fill.track {
                        Some(track) => {
                            self.announced.insert((mid.clone(), track.participant));
                            self.slots.insert(mid, track);
                        }
                        None => _ = self.slots.remove(&mid),
                    }
                }
            }
            other => self.heard.push(other),
        }
    }

    pub(crate) fn on_datagram(&mut self, now: Instant, source: SocketAddr, contents: &[u8]) {
        match Datagram::new(Protocol::Udp, source, self.address, contents) {
            Ok(datagram) => self.rtc.handle_input(Input::Receive(now, datagram)).expect("a good datagram"),
            Err(error) => self.complaints.push(format!("unreadable datagram: {error}")),
        }
        self.drain();
    }

    /// Lets time pass.
    pub(crate) fn tick(&mut self, now: Instant) {
        self.rtc.handle_input(Input::Timeout(now)).expect("time passes");
        self.drain();
        if !self.connected {
            (self.next_voice, self.next_picture) = (now, now);
            return;
        }
        while self.next_voice <= now {
            self.next_voice += VOICE_EVERY;
            if self.voice_on {
                self.speak(now);
            }
        }
        while self.next_picture <= now {
            self.next_picture += PICTURE_EVERY;
            if self.camera_on {
                (0..LAYERS.len()).for_each(|layer| self.show(now, layer));
            }
        }
    }

    /// What a participant's track has brought into its slot.
    pub fn seen(&self, of: ParticipantId, source: Source) -> Seen {
        let track = TrackOf { participant: of, source };
        let slot = self.slots.iter().find(|(_, filled)| **filled == track);
        slot.and_then(|(mid, _)| self.seen.get(mid)).cloned().unwrap_or_default()
    }

    fn speak(&mut self, now: Instant) {
        self.voice_number += 1;
        let stamp =
            Stamp { client: self.number, layer: 0, number: self.voice_number, key: false, picture_id: None };
        let levels = ExtensionValues {
            audio_level: Some(SPEECH),
            voice_activity: Some(true),
            ..ExtensionValues::default()
        };
        let write = RtpWrite::new(
            self.payload_type(Codec::Opus),
            u64::from(self.voice_number).into(),
            self.voice_number.wrapping_mul(960),
            now,
            picture::voice(stamp),
        )
        .ext_vals(levels);
        let mid = self.microphone;
        if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(mid, None) {
            stream.write_rtp(write);
        }
        self.drain();
    }

    fn show(&mut self, now: Instant, index: usize) {
        let (layer, payload_type, mid) = (LAYERS[index], self.payload_type(Codec::Vp8), self.camera);
        let stream = &mut self.streams[index];
        let key = std::mem::take(&mut stream.key_wanted);
        stream.pictures += 1;
        let stamp = Stamp {
            client: self.number,
            layer: u8::try_from(index).expect("three layers"),
            number: stream.pictures,
            key,
            picture_id: Some((stream.pictures & 0x7fff) as u16),
        };
        let time = stream.pictures.wrapping_mul(2970);
        for part in 0..layer.packets {
            self.streams[index].sequence += 1;
            let sequence = self.streams[index].sequence;
            let write = RtpWrite::new(payload_type, sequence.into(), time, now, picture::packet(stamp, part))
                .marker(part + 1 == layer.packets)
                .nackable(true);
            if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(mid, Some(Rid::from(layer.rid))) {
                stream.write_rtp(write);
            }
            self.drain();
        }
    }

    fn payload_type(&self, codec: Codec) -> str0m::media::Pt {
        let params = self.rtc.codec_config().find(|params| params.spec().codec == codec);
        params.expect("a configured codec").pt()
    }

    fn drain(&mut self) {
        loop {
            match self.rtc.poll_output().expect("the engine goes on") {
                Output::Timeout(_) => return,
                Output::Transmit(sent) => {
                    self.outgoing.push_back((sent.destination, sent.contents.into()));
                }
                Output::Event(Event::Connected) => self.connected = true,
                Output::Event(Event::KeyframeRequest(request)) => {
                    let layer = LAYERS.iter().position(|layer| request.rid == Some(Rid::from(layer.rid)));
                    if let Some(layer) = layer {
                        self.streams[layer].key_wanted = true;
                    }
                }
                Output::Event(Event::RtpPacket(packet)) => self.on_packet(packet),
                Output::Event(_) => {}
            }
        }
    }

    fn on_packet(&mut self, packet: RtpPacket) {
        let ssrc = packet.header.ssrc;
        let Some(mid) = self.rtc.direct_api().stream_rx(&ssrc).map(|stream| stream.mid().to_string()) else {
            return;
        };
        let is_voice =
            self.receives.iter().any(|line| line.mid.as_str() == mid && line.kind == SlotKind::Voice);
        let stamp = if is_voice {
            picture::read_voice(&packet.payload)
        } else {
            picture::read_packet(&packet.payload)
        };
        let Some(stamp) = stamp else {
            self.complaints.push(format!("slot {mid}: a packet that nobody sent"));
            return;
        };
        if stamp.client == self.number {
            self.complaints.push(format!("slot {mid}: our own packet came back"));
        }
        if !self.announced.contains(&(mid.clone(), participant_of(stamp.client))) {
            self.complaints.push(format!("slot {mid}: client {} was never announced here", stamp.client));
        }
        if !is_voice {
            self.history.entry(mid.clone()).or_default().insert(*packet.seq_no, stamp);
        }
        let seen = self.seen.entry(mid).or_default();
        seen.packets += 1;
        seen.first.get_or_insert(stamp);
        seen.last = Some(stamp);
    }

    /// What must always hold for a slot's stream, looked at in the order of its sequence numbers: each
    /// source begins with a key frame, and picture ids never go back.
    pub(crate) fn broken_promises(&self) -> Vec<String> {
        let mut broken = self.complaints.clone();
        for (mid, packets) in &self.history {
            let pairs = packets.iter().zip(packets.iter().skip(1));
            for ((before_sequence, before), (sequence, stamp)) in pairs {
                let adjacent = *sequence == before_sequence + 1;
                let same_source = (before.client, before.layer) == (stamp.client, stamp.layer);
                if adjacent && !same_source && !stamp.key {
                    broken.push(format!("slot {mid}: a source begins without a key frame at {sequence}"));
                }
                let (Some(was), Some(is)) = (before.picture_id, stamp.picture_id) else { continue };
                if is.wrapping_sub(was) & 0x7fff >= 1 << 14 {
                    broken.push(format!("slot {mid}: picture id went back from {was} to {is}"));
                }
            }
        }
        broken
    }

    /// Sequence numbers that a slot never received, between the first and the last.
    pub fn missing(&self, of: ParticipantId, source: Source) -> u64 {
        let track = TrackOf { participant: of, source };
        let slot = self.slots.iter().find(|(_, filled)| **filled == track);
        let Some(packets) = slot.and_then(|(mid, _)| self.history.get(mid)) else { return 0 };
        let (first, last) = (packets.keys().next(), packets.keys().next_back());
        first.zip(last).map_or(0, |(first, last)| last - first + 1 - packets.len() as u64)
    }
}
