//! A participant made of code: a real WebRTC engine without sockets or clock, which sends synthetic sound and
//! picture when it is due and counts what it receives.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use incamera_protocol::signal::{self, Receive, Send, SlotKind, Source};
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::config::DtlsCert;
use str0m::format::Codec;
use str0m::media::{Direction, MediaKind, Mid, Pt, Rid, Simulcast, SimulcastLayer};
use str0m::net::{Protocol, Receive as Datagram};
use str0m::rtp::{ExtensionValues, RtpPacket, RtpWrite};
use str0m::{Candidate, Event, Input, Output, Rtc};

use crate::body::{Bodies, Clock};
use crate::camera::{Camera, PICTURE_EVERY, VOICE_BYTES, VOICE_EVERY};
use crate::clip::Clip;
use crate::seen::Seen;

/// Somebody who speaks, in -dBov.
const SPEECH: i8 = -30;

/// What one participant sends, and has room for.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// Whether it speaks, all the time.
    pub voice: bool,
    /// What it shows.
    pub camera: Option<Camera>,
    /// Receiving places for voices.
    pub voice_slots: usize,
    /// Receiving places for pictures.
    pub video_slots: usize,
}

/// An offer, in the words of the signalling protocol.
pub struct Offer {
    /// The session description.
    pub sdp: String,
    /// What the sending m-lines carry.
    pub sends: Vec<Send>,
    /// What the receiving m-lines are for.
    pub receives: Vec<Receive>,
}

/// Which layers of a camera anyone watches, as the server says: one bit each. It is told on the signalling
/// socket, which another thread may read.
#[derive(Debug, Clone)]
pub struct Demand(Arc<AtomicU8>);

impl Default for Demand {
    fn default() -> Self {
        Self(Arc::new(AtomicU8::new(u8::MAX)))
    }
}

impl Demand {
    /// Notes what the server says, smallest layer first.
    pub fn set(&self, layers: &[bool]) {
        let bits = layers.iter().zip(0_u8..8).map(|(wanted, index)| u8::from(*wanted) << index);
        self.0.store(bits.fold(0, |all, bit| all | bit), Ordering::Relaxed);
    }

    fn wants(&self, layer: usize) -> bool {
        self.0.load(Ordering::Relaxed) >> layer & 1 == 1
    }
}

/// A participant.
pub struct Participant {
    part: Part,
    address: SocketAddr,
    rtc: Rtc,
    pending: Option<SdpPendingOffer>,
    microphone: Mid,
    camera: Mid,
    deadline: Instant,
    clock: Clock,
    bodies: Option<Bodies>,
    clip: Option<Arc<Clip>>,
    /// The clip's next picture.
    clip_at: usize,
    next_voice: Instant,
    next_picture: Instant,
    sounds: u32,
    pictures: u32,
    sequences: [u64; 3],
    keys_wanted: [bool; 3],
    demand: Demand,
    sent: u64,
    broken: bool,
    /// What came.
    pub seen: Seen,
    /// When ICE and DTLS were up.
    pub connected: Option<Instant>,
    /// When the first packet of media came.
    pub first_packet: Option<Instant>,
}

/// Makes one certificate, which all participants may share: making one for each is not what is measured.
pub fn certificate() -> Result<DtlsCert> {
    let provider = str0m::crypto::from_feature_flags().dtls_provider;
    provider.generate_certificate().context("the cryptographic library works")
}

impl Participant {
    /// Someone who will be heard at this address.
    pub fn new(
        part: Part,
        address: SocketAddr,
        certificate: &DtlsCert,
        clock: Clock,
        now: Instant,
    ) -> Result<Self> {
        let mut rtc = Rtc::builder()
            .set_rtp_mode(true)
            .set_dtls_cert(certificate.clone())
            .clear_codecs()
            .enable_opus(true, false)
            .enable_vp8(true)
            .build(now);
        let candidate = Candidate::host(address, Protocol::Udp).context("an address fit for media")?;
        rtc.add_local_candidate(candidate);
        let sends = part.voice || part.camera.is_some();
        Ok(Self {
            part,
            address,
            rtc,
            pending: None,
            microphone: "x".into(),
            camera: "x".into(),
            deadline: now,
            clock,
            bodies: sends.then(|| Bodies::new(clock)),
            clip: None,
            clip_at: 0,
            next_voice: now,
            next_picture: now,
            sounds: 0,
            pictures: 0,
            sequences: [0; 3],
            keys_wanted: [true; 3],
            demand: Demand::default(),
            sent: 0,
            broken: false,
            seen: Seen::default(),
            connected: None,
            first_packet: None,
        })
    }

    /// Sends real pictures and sound from now on, in one layer and without stamps.
    pub fn replay(&mut self, clip: Arc<Clip>) {
        self.clip = Some(clip);
    }

    /// Offers what everyone offers: a microphone, a camera, and the slots.
    pub fn offer(&mut self) -> Result<Offer> {
        let mut changes = self.rtc.sdp_api();
        self.microphone = changes.add_media(MediaKind::Audio, Direction::SendOnly, None, None, None);
        let simulcast = self.part.camera.and_then(simulcast);
        self.camera = changes.add_media(MediaKind::Video, Direction::SendOnly, None, None, simulcast);
        let mut slot = |kind, slot| -> Result<Receive> {
            let mid = changes.add_media(kind, Direction::RecvOnly, None, None, None);
            Ok(Receive { mid: protocol_mid(mid)?, kind: slot })
        };
        let voices = (0..self.part.voice_slots).map(|_| (MediaKind::Audio, SlotKind::Voice));
        let videos = (0..self.part.video_slots).map(|_| (MediaKind::Video, SlotKind::Video));
        let receives = voices.chain(videos).map(|(kind, of)| slot(kind, of)).collect::<Result<_>>()?;
        let (offer, pending) = changes.apply().context("an offer has m-lines")?;
        self.pending = Some(pending);
        let sends = vec![
            Send { mid: protocol_mid(self.microphone)?, source: Source::Microphone, red: false, av1: false },
            Send { mid: protocol_mid(self.camera)?, source: Source::Camera, red: false, av1: false },
        ];
        Ok(Offer { sdp: offer.to_sdp_string(), sends, receives })
    }

    /// The layers as the server must be told of them.
    pub fn layers(&self) -> Vec<signal::Layer> {
        let layers = self.part.camera.unwrap_or_default().iter().filter(|layer| layer.rid.is_some());
        layers
            .map(|layer| signal::Layer {
                width: layer.width,
                height: layer.height,
                max_bps: None,
                av1: false,
            })
            .collect()
    }

    /// Where to note which of its layers are watched.
    pub fn demand(&self) -> Demand {
        self.demand.clone()
    }

    /// Takes in the server's answer.
    pub fn accept(&mut self, sdp: &str) -> Result<()> {
        let answer = SdpAnswer::from_sdp_string(sdp).context("the answer is a session description")?;
        let pending = self.pending.take().context("an answer follows an offer")?;
        self.rtc.sdp_api().accept_answer(pending, answer).context("the answer fits the offer")
    }

    /// Whether it sends media at all.
    pub fn sends(&self) -> bool {
        self.bodies.is_some()
    }

    /// When [`Participant::handle_timeout`] is wanted next.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// When [`Participant::send_due`] is wanted next; `None` for someone who sends nothing, or not yet.
    pub fn next_due(&self) -> Option<Instant> {
        self.connected?;
        let voice = self.part.voice.then_some(self.next_voice);
        let picture = self.part.camera.map(|_| self.next_picture);
        voice.into_iter().chain(picture).min()
    }

    /// RTP packets sent so far, those sent again not counted.
    pub fn sent(&self) -> u64 {
        self.sent
    }

    /// Whether the engine has given up.
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    /// Takes in a datagram.
    pub fn handle_datagram(
        &mut self,
        now: Instant,
        source: SocketAddr,
        contents: &[u8],
        out: &mut impl FnMut(SocketAddr, &[u8]),
    ) {
        let Ok(datagram) = Datagram::new(Protocol::Udp, source, self.address, contents) else { return };
        self.broken |= self.rtc.handle_input(Input::Receive(now, datagram)).is_err();
        self.drain(now, out);
    }

    /// Lets time pass for the engine.
    pub fn handle_timeout(&mut self, now: Instant, out: &mut impl FnMut(SocketAddr, &[u8])) {
        self.broken |= self.rtc.handle_input(Input::Timeout(now)).is_err();
        self.drain(now, out);
    }

    /// Sends the sound and picture that are due. Someone who could not run for a while skips what would have
    /// been sent, as a camera does.
    pub fn send_due(&mut self, now: Instant, out: &mut impl FnMut(SocketAddr, &[u8])) {
        if self.connected.is_none() {
            return;
        }
        if self.part.voice && self.next_voice <= now {
            self.next_voice = next(self.next_voice, VOICE_EVERY, now);
            self.speak(now, out);
        }
        if let Some(camera) = self.part.camera
            && self.next_picture <= now
        {
            match self.clip.clone() {
                None => {
                    self.next_picture = next(self.next_picture, PICTURE_EVERY, now);
                    self.show(camera, now, out);
                }
                Some(clip) => {
                    self.next_picture = next(self.next_picture, clip.picture_every(), now);
                    self.show_clip(&clip, now, out);
                }
            }
        }
    }

    fn speak(&mut self, now: Instant, out: &mut impl FnMut(SocketAddr, &[u8])) {
        let (Some(payload_type), Some(bodies)) = (payload_type(&self.rtc, Codec::Opus), &mut self.bodies)
        else {
            return;
        };
        self.sounds = self.sounds.wrapping_add(1);
        let levels = ExtensionValues {
            audio_level: Some(SPEECH),
            voice_activity: Some(true),
            ..ExtensionValues::default()
        };
        let number = u64::from(self.sounds);
        let time = self.sounds.wrapping_mul(960);
        let sound = self.clip.as_ref().and_then(|clip| clip.sound(self.sounds as usize));
        let body = sound.map_or_else(|| bodies.voice(VOICE_BYTES, now), Arc::from);
        let write = RtpWrite::new(payload_type, number.into(), time, now, body).ext_vals(levels);
        if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(self.microphone, None) {
            stream.write_rtp(write);
            self.sent += 1;
        }
        self.drain(now, out);
    }

    fn show(&mut self, camera: Camera, now: Instant, out: &mut impl FnMut(SocketAddr, &[u8])) {
        let Some(payload_type) = payload_type(&self.rtc, Codec::Vp8) else { return };
        self.pictures = self.pictures.wrapping_add(1);
        let (number, time) = (self.pictures & 0x7fff, self.pictures.wrapping_mul(3000));
        for (index, layer) in camera.iter().enumerate() {
            if !self.demand.wants(index) {
                continue;
            }
            let key = std::mem::take(&mut self.keys_wanted[index]);
            for part in 0..layer.packets {
                let Some(bodies) = &mut self.bodies else { return };
                let body = bodies.picture(number, part == 0, key, layer.bytes, now);
                self.sequences[index] += 1;
                let write = RtpWrite::new(payload_type, self.sequences[index].into(), time, now, body)
                    .marker(part + 1 == layer.packets)
                    .nackable(true);
                if let Some(stream) =
                    self.rtc.direct_api().stream_tx_by_mid(self.camera, layer.rid.map(Rid::from))
                {
                    stream.write_rtp(write);
                    self.sent += 1;
                }
                self.drain(now, out);
            }
        }
    }

    /// A picture of the clip. Whoever asks for a key frame is shown the clip from its beginning.
    fn show_clip(&mut self, clip: &Clip, now: Instant, out: &mut impl FnMut(SocketAddr, &[u8])) {
        let Some(payload_type) = payload_type(&self.rtc, Codec::Vp8) else { return };
        if std::mem::take(&mut self.keys_wanted[0]) {
            self.clip_at = 0;
        }
        let picture = clip.picture(self.clip_at);
        self.clip_at += 1;
        self.pictures = self.pictures.wrapping_add(1);
        let ticks = (clip.picture_every().as_secs_f64() * 90_000.0).round() as u32;
        let (number, time) = (self.pictures & 0x7fff, self.pictures.wrapping_mul(ticks));
        let mut payloads = Clip::payloads(picture, number).peekable();
        while let Some(payload) = payloads.next() {
            self.sequences[0] += 1;
            let write = RtpWrite::new(payload_type, self.sequences[0].into(), time, now, payload)
                .marker(payloads.peek().is_none())
                .nackable(true);
            if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(self.camera, None) {
                stream.write_rtp(write);
                self.sent += 1;
            }
            self.drain(now, out);
        }
    }

    fn drain(&mut self, now: Instant, out: &mut impl FnMut(SocketAddr, &[u8])) {
        loop {
            match self.rtc.poll_output() {
                Ok(Output::Timeout(at)) => {
                    self.deadline = at;
                    return;
                }
                Ok(Output::Transmit(sent)) => out(sent.destination, &sent.contents),
                Ok(Output::Event(event)) => self.on_event(event, now),
                Err(_) => {
                    self.broken = true;
                    self.deadline = now + Duration::from_secs(3600);
                    return;
                }
            }
        }
    }

    fn on_event(&mut self, event: Event, now: Instant) {
        match event {
            Event::Connected => {
                self.connected = Some(now);
                (self.next_voice, self.next_picture) = (now, now);
            }
            Event::KeyframeRequest(request) => {
                let layers = self.part.camera.unwrap_or_default();
                let index = layers.iter().position(|layer| layer.rid.map(Rid::from) == request.rid);
                self.keys_wanted[index.unwrap_or(0)] = true;
            }
            Event::RtpPacket(packet) => self.on_packet(&packet, now),
            _ => {}
        }
    }

    fn on_packet(&mut self, packet: &RtpPacket, now: Instant) {
        // Padding, sent to find out what the network carries, is not media. A clip carries no stamp.
        let age = self.clock.age(now, &packet.payload);
        if age.is_none() && self.clip.is_none() {
            return;
        }
        self.first_packet.get_or_insert(now);
        self.seen.on_packet(packet.header.ssrc, *packet.seq_no, packet.payload.len(), age);
    }
}

/// When the next one is due: in step, unless that has been missed.
fn next(due: Instant, every: Duration, now: Instant) -> Instant {
    let next = due + every;
    if next + every < now { now + every } else { next }
}

fn payload_type(rtc: &Rtc, codec: Codec) -> Option<Pt> {
    rtc.codec_config().find(|params| params.spec().codec == codec).map(|params| params.pt())
}

fn protocol_mid(mid: Mid) -> Result<incamera_protocol::Mid> {
    incamera_protocol::Mid::new(&mid).context("the engine's mids are short")
}

/// `None` for a camera with one layer.
fn simulcast(camera: Camera) -> Option<Simulcast> {
    let rids: Vec<_> = camera.iter().filter_map(|layer| layer.rid).collect();
    if rids.is_empty() {
        return None;
    }
    let mut simulcast = Simulcast::new();
    rids.into_iter().for_each(|rid| simulcast.add_send_layer(SimulcastLayer::new(rid)));
    Some(simulcast)
}
