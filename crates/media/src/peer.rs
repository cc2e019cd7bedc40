//! One participant's transport, wrapped around the WebRTC engine. This is the only file that names the
//! engine, and the only way to it is [`Peer::with_rtc`], which makes one change and drains the engine
//! before it returns, as the engine demands; no other code can forget to.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use str0m::bwe::{Bitrate, BweKind};
use str0m::change::SdpOffer;
use str0m::config::DtlsCert;
use str0m::format::Codec;
use str0m::media::{KeyframeRequestKind, Mid, Pt, Rid};
use str0m::net::{DatagramRecv, Protocol, Receive};
use str0m::rtp::{ExtensionValues, RtpPacket, RtpWrite, Ssrc, VideoOrientation, Vp8Descriptor};
use str0m::{Candidate, Event, IceConnectionState, Input, Output, Rtc, RtcConfig};

use crate::budget::Demand;
use crate::credit::is_clearly_below;
use crate::packet::{Extras, LayerIndex, MediaPacket};
use crate::path::{Pair, Path};
use crate::rewrite::Rewritten;
use crate::sdp::{self, Direction};
use crate::stun;
use crate::vocabulary::{Kind, PeerId, SendLine, TrackId};

/// The rids of simulcast layers, smallest first (RFC 8852). Clients use these names.
const RIDS: [&str; crate::layer::MAX_LAYERS] = ["l", "m", "h"];

/// What a network is taken for before it has shown what it carries, in kbit/s: a voice and a few small
/// pictures. Probes find out within a second or two.
const FIRST_ESTIMATE_KBPS: u64 = 600;

/// Packets kept for retransmission to one viewer and slot: about 3 s of the largest layer.
const RESEND_PACKETS: usize = 600;
const RESEND_WITHIN: Duration = Duration::from_secs(3);

/// The part of what is sent in a slot that may be repairs. The engine's own cap, 0.15, leaves a network that loses
/// 15 % without any; this lets one through that loses 30 %, and still bounds what a viewer can ask for.
const MOST_REPAIRS: f32 = 0.5;

/// What is due this soon is due now: more microseconds than a picture has packets, and less than any pace.
const AT_ONCE_WITHIN: Duration = Duration::from_micros(100);

/// Offers of one peer. Each ICE restart is one, and each may leave something in the engine; a browser that
/// restarts every ten seconds reaches this after an hour and begins anew.
const MOST_OFFERS: u32 = 400;

/// Streams of one peer: its sounds, its layers, and their retransmissions, several times over. The engine
/// remembers every stream that it was ever sent.
const MOST_STREAMS: usize = 64;

/// The certificate of DTLS. Making one takes milliseconds, so a process makes one and every peer uses it;
/// it is new with each start and its fingerprint travels in each answer.
#[derive(Clone, Debug)]
pub struct Certificate(DtlsCert);

impl Certificate {
    /// Makes a new self-signed certificate; `None` where the cryptographic library fails.
    pub fn generate() -> Option<Self> {
        str0m::crypto::from_feature_flags().dtls_provider.generate_certificate().map(Self)
    }
}

/// An offer that cannot be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the offer cannot be answered")]
pub struct BadOffer;

/// What stands in front of a VP8 picture (RFC 7741 section 4.2), read without touching the picture.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Picture {
    pub(crate) id: Option<u16>,
    pub(crate) tl0: Option<u8>,
    pub(crate) starts_keyframe: bool,
    av1: bool,
    descriptor: Option<Vp8Descriptor>,
}

impl Picture {
    fn read(payload: &[u8]) -> Option<Self> {
        let descriptor = Vp8Descriptor::parse(payload).ok()?;
        Some(Self {
            id: descriptor.picture_id(),
            tl0: descriptor.tl0_pic_idx(),
            starts_keyframe: descriptor.starts_keyframe(payload),
            av1: false,
            descriptor: Some(descriptor),
        })
    }

    /// AV1 numbers nothing in front of its pictures; the aggregation header says where a sequence begins (AV1 RTP
    /// specification, section 4.4: the bit N).
    fn read_av1(payload: &[u8]) -> Option<Self> {
        const NEW_SEQUENCE: u8 = 0x08;
        let starts_keyframe = payload.first()? & NEW_SEQUENCE != 0;
        Some(Self { id: None, tl0: None, starts_keyframe, av1: true, descriptor: None })
    }

    #[cfg(test)]
    pub(crate) fn for_test(id: u16, tl0: u8, starts_keyframe: bool) -> Self {
        Self { id: Some(id), tl0: Some(tl0), starts_keyframe, av1: false, descriptor: None }
    }
}

/// Everything that one change made the engine say.
#[derive(Default)]
pub(crate) struct Drained {
    pub(crate) transmits: VecDeque<Sent>,
    pub(crate) packets: Vec<MediaPacket>,
    pub(crate) notices: Vec<(PeerId, Notice)>,
}

/// A datagram to send, from one of our candidates.
pub(crate) struct Sent {
    pub(crate) candidate: SocketAddr,
    pub(crate) destination: SocketAddr,
    pub(crate) contents: Vec<u8>,
}

/// Something that others must act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Notice {
    Connected,
    /// The peer sends this stream.
    Stream(u32),
    /// The viewer cannot decode what is in this slot.
    WantsKeyframe(String),
    /// The network carries clearly less than a moment ago.
    Squeezed,
    Closed,
}

/// What became of a datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    Unreadable,
    /// It was not looked at, since the peer had sent too much.
    Excess,
    /// It was read, but anyone could have sent it from the peer's address.
    Unproven,
    /// It is from the peer: made with the keys of its SRTP, or the password of its answer.
    Proven,
}

/// Who the peer is and where it stands.
pub(crate) struct Peer {
    id: PeerId,
    rtc: Rtc,
    /// What each of the peer's own m-lines carries.
    sends: HashMap<Mid, Sending>,
    /// Payload types differ from browser to browser; each peer's own are used.
    types: Types,
    /// Where each incoming stream belongs; learned from its first packet.
    streams: HashMap<Ssrc, (Sending, LayerIndex)>,
    /// Every SSRC that came in, read from the header before anything else.
    ssrcs: Vec<u32>,
    path: Path,
    offers: u32,
    /// The slots for pictures that the engine has been told how to serve.
    prepared: Vec<Mid>,
    connected: bool,
    /// What the network to the peer carries, in bits a second; `None` while nothing is known.
    estimate_bps: Option<u64>,
    demand: Demand,
    deadline: Instant,
}

#[derive(Debug, Clone, Copy)]
struct Sending {
    kind: Kind,
    red: bool,
    /// The layer of the line's first stream: a screen may have its first layer on another line.
    first: LayerIndex,
}

#[derive(Debug, Clone, Copy, Default)]
struct Types {
    opus: Option<Pt>,
    red: Option<Pt>,
    vp8: Option<Pt>,
    av1: Option<Pt>,
}

impl Peer {
    pub(crate) fn new(
        id: PeerId,
        certificate: &Certificate,
        candidates: &[SocketAddr],
        now: Instant,
    ) -> Self {
        let mut rtc = RtcConfig::new()
            .set_rtp_mode(true)
            .set_ice_lite(true)
            .set_dtls_cert(certificate.0.clone())
            .clear_codecs()
            .enable_opus(true, true)
            .enable_vp8(true)
            .enable_av1(true)
            .set_send_buffer_video(RESEND_PACKETS)
            .enable_bwe(Some(Bitrate::kbps(FIRST_ESTIMATE_KBPS)))
            .build(now);
        for &address in candidates {
            match Candidate::host(address, Protocol::Udp) {
                Ok(candidate) => _ = rtc.add_local_candidate(candidate),
                Err(_) => tracing::warn!("an announced address is not fit for media"),
            }
        }
        Self {
            id,
            rtc,
            sends: HashMap::new(),
            types: Types::default(),
            streams: HashMap::new(),
            ssrcs: Vec::new(),
            path: Path::default(),
            offers: 0,
            prepared: Vec::new(),
            connected: false,
            estimate_bps: None,
            demand: Demand::default(),
            deadline: now,
        }
    }

    /// When [`Peer::handle_timeout`] is wanted next.
    pub(crate) fn deadline(&self) -> Instant {
        self.deadline
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.connected
    }

    /// The user name that the peer's connectivity checks carry. Changes with an ICE restart.
    pub(crate) fn ufrag(&mut self) -> String {
        self.rtc.direct_api().local_ice_credentials().ufrag
    }

    /// Answers an offer. After one that was refused the engine may hold half of it: the peer must be closed.
    pub(crate) fn answer(
        &mut self,
        sdp: &str,
        sends: &[SendLine],
        receives: &[(String, Kind)],
        out: &mut Drained,
    ) -> Result<String, BadOffer> {
        self.offers += 1;
        let offer = sdp::read(sdp).filter(|_| self.offers <= MOST_OFFERS).ok_or(BadOffer)?;
        let there = |mid: &str, kind: Kind, direction| {
            let wanted = |line: &sdp::Line| {
                line.mid == mid && line.audio == kind.is_audio() && line.direction == direction
            };
            offer.lines.iter().any(wanted)
        };
        let sent = sends.iter().all(|line| there(&line.mid, line.kind, Direction::SendOnly));
        if !sent || !receives.iter().all(|(mid, kind)| there(mid, *kind, Direction::RecvOnly)) {
            return Err(BadOffer);
        }
        let av1 = sdp::names_av1(&offer.text);
        let offer = SdpOffer::from_sdp_string(&offer.text).map_err(|_| BadOffer)?;
        let answer = self.with_rtc(out, |rtc| rtc.sdp_api().accept_offer(offer)).map_err(|_| BadOffer)?;
        let apart = |kind: Kind| sends.iter().any(|line| line.kind == kind && line.av1);
        let sending = |line: &SendLine| {
            let first = LayerIndex::from(!line.av1 && apart(line.kind));
            (Mid::from(line.mid.as_str()), Sending { kind: line.kind, red: line.red, first })
        };
        self.sends = sends.iter().map(sending).collect();
        self.streams.clear();
        self.types = Types::of(&self.rtc, av1);
        let pictures = receives.iter().filter(|(_, kind)| !kind.is_audio());
        let mut mids: Vec<_> = pictures.map(|(mid, _)| Mid::from(mid.as_str())).collect();
        // Only what is new: preparing a slot again would forget what it has sent.
        mids.retain(|mid| !self.prepared.contains(mid));
        self.prepared.extend(&mids);
        self.with_rtc(out, |rtc| mids.into_iter().for_each(|mid| prepare(rtc, mid)));
        let lines = sends.iter().map(|line| (line.mid.as_str(), line.kind));
        let music = lines.chain(receives.iter().map(|(mid, kind)| (mid.as_str(), *kind)));
        let music: Vec<_> = music.filter(|(_, kind)| *kind == Kind::Music).map(|(mid, _)| mid).collect();
        Ok(sdp::with_sound(&answer.to_sdp_string(), &music))
    }

    /// Whether the peer decodes AV1.
    pub(crate) fn decodes_av1(&self) -> bool {
        self.types.av1.is_some()
    }

    /// What the network to the peer carries, in bits a second; `None` while nothing is known.
    pub(crate) fn estimate_bps(&self) -> Option<u64> {
        self.estimate_bps
    }

    /// Says what the network would have to carry: always the true demand, or an idle peer is sent padding.
    pub(crate) fn set_demand(&mut self, demand: Demand, out: &mut Drained) {
        let near = |old: u64, new: u64| old.abs_diff(new) <= old / 20;
        let Demand { minimum_bps, desired_bps } = demand;
        if near(self.demand.minimum_bps, minimum_bps) && near(self.demand.desired_bps, desired_bps) {
            return;
        }
        self.demand = demand;
        self.with_rtc(out, |rtc| {
            rtc.bwe().set_bitrate(Bitrate::bps(minimum_bps), Bitrate::bps(desired_bps));
        });
    }

    /// Whether a datagram from an unknown address is truly from this peer: a STUN request that was made
    /// with the credentials of its answer.
    pub(crate) fn vouches(
        &self,
        now: Instant,
        source: SocketAddr,
        local: SocketAddr,
        datagram: &[u8],
    ) -> bool {
        Receive::new(Protocol::Udp, source, local, datagram)
            .is_ok_and(|receive| self.rtc.accepts(&Input::Receive(now, receive)))
    }

    /// Takes in a datagram.
    pub(crate) fn handle_datagram(
        &mut self,
        now: Instant,
        source: SocketAddr,
        local: SocketAddr,
        datagram: &[u8],
        out: &mut Drained,
    ) -> Reading {
        if !self.knows_stream(datagram) {
            return Reading::Unreadable;
        }
        let Ok(contents) = DatagramRecv::try_from(datagram) else { return Reading::Unreadable };
        let checks = is_stun(datagram) && self.vouches(now, source, local, datagram);
        let before = out.packets.len();
        let receive = Receive { proto: Protocol::Udp, source, destination: local, contents };
        if self.with_rtc(out, |rtc| rtc.handle_input(Input::Receive(now, receive))).is_err() {
            return Reading::Unreadable;
        }
        let pair = Pair { candidate: local, remote: source };
        if checks {
            self.path.on_check(now, pair, stun::nominates(datagram));
        } else if out.packets.len() > before {
            self.path.on_media(now, pair);
        } else {
            self.path.on_other(now, pair);
            return Reading::Unproven;
        }
        Reading::Proven
    }

    /// Whether an RTP datagram is of a stream that there is still room for.
    fn knows_stream(&mut self, datagram: &[u8]) -> bool {
        let Some(ssrc) = ssrc_of(datagram) else { return true };
        if self.ssrcs.contains(&ssrc) {
            return true;
        }
        let room = self.ssrcs.len() < MOST_STREAMS;
        if room {
            self.ssrcs.push(ssrc);
        }
        room
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant, out: &mut Drained) {
        if self.with_rtc(out, |rtc| rtc.handle_input(Input::Timeout(now))).is_err() {
            out.notices.push((self.id, Notice::Closed));
        }
    }

    /// Sends packets in a slot.
    pub(crate) fn send<'a>(
        &mut self,
        slot: &str,
        packets: impl Iterator<Item = (&'a MediaPacket, Rewritten)>,
        now: Instant,
        out: &mut Drained,
    ) -> u64 {
        let (mid, types) = (Mid::from(slot), self.types);
        let sent = self.with_rtc(out, |rtc| {
            let mut direct = rtc.direct_api();
            let Some(stream) = direct.stream_tx_by_mid(mid, None) else { return 0 };
            let mut sent = 0;
            for (packet, numbers) in packets {
                if let Some(write) = types.write(packet, numbers, now) {
                    stream.write_rtp(write);
                    sent += 1;
                }
            }
            // What was written goes when time next passes. A connection that fails here says so when it is drained.
            _ = rtc.handle_input(Input::Timeout(now));
            sent
        });
        // The engine lets go of one packet when it is told the time, and of the next a microsecond later. All go
        // now, so that they are sent with one call of the system. Probes keep their own time: sent at once,
        // they would measure nothing.
        let mut at = now;
        for _ in 1..sent {
            if self.deadline > now + AT_ONCE_WITHIN {
                break;
            }
            at = at.max(self.deadline);
            self.handle_timeout(at, out);
        }
        sent
    }

    /// Asks the peer for a key frame of one of its own tracks.
    pub(crate) fn request_keyframe(&mut self, kind: Kind, layer: LayerIndex, out: &mut Drained) {
        let lines = self.sends.iter().filter(|(_, sent)| sent.kind == kind && sent.first <= layer);
        let Some((mid, first)) =
            lines.max_by_key(|(_, sent)| sent.first).map(|(mid, sent)| (*mid, sent.first))
        else {
            return;
        };
        let rid = RIDS.get(layer - first).map(|rid| Rid::from(*rid));
        self.with_rtc(out, |rtc| {
            let mut direct = rtc.direct_api();
            let rid = rid.filter(|rid| direct.stream_rx_by_mid(mid, Some(*rid)).is_some());
            if let Some(stream) = direct.stream_rx_by_mid(mid, rid) {
                stream.request_keyframe(KeyframeRequestKind::Pli);
            }
        });
    }

    /// Says good-bye on the transport.
    pub(crate) fn close(&mut self, out: &mut Drained) {
        // An engine that cannot say good-bye any more has nothing left to close.
        _ = self.with_rtc(out, |rtc| rtc.close());
    }

    /// The one way to the engine: makes one change, then drains it to its next deadline.
    fn with_rtc<T>(&mut self, out: &mut Drained, change: impl FnOnce(&mut Rtc) -> T) -> T {
        let result = change(&mut self.rtc);
        loop {
            match self.rtc.poll_output() {
                Ok(Output::Timeout(deadline)) => {
                    self.deadline = deadline;
                    break;
                }
                Ok(Output::Transmit(transmit)) => {
                    let contents: Vec<u8> = transmit.contents.into();
                    // An answer to a check goes back to where the check came from.
                    let path = self.path.present().filter(|_| !is_stun(&contents));
                    let engines = Pair { candidate: transmit.source, remote: transmit.destination };
                    let Pair { candidate, remote } = path.unwrap_or(engines);
                    out.transmits.push_back(Sent { candidate, destination: remote, contents });
                }
                Ok(Output::Event(event)) => self.on_event(event, out),
                Err(_) => {
                    out.notices.push((self.id, Notice::Closed));
                    break;
                }
            }
        }
        result
    }

    fn on_event(&mut self, event: Event, out: &mut Drained) {
        match event {
            Event::Connected => {
                self.connected = true;
                out.notices.push((self.id, Notice::Connected));
            }
            Event::IceConnectionStateChange(IceConnectionState::Disconnected) => {
                tracing::debug!(peer = ?self.id, "connectivity checks have stopped");
            }
            Event::KeyframeRequest(request) => {
                out.notices.push((self.id, Notice::WantsKeyframe(request.mid.to_string())));
            }
            Event::EgressBitrateEstimate(BweKind::Twcc { estimate, can_probe }) => {
                let before = self.estimate_bps;
                // Without feedback from the peer the engine knows nothing, and says what it began with.
                self.estimate_bps = can_probe.then(|| estimate.as_u64());
                if self.estimate_bps.zip(before).is_some_and(|(now, before)| is_clearly_below(now, before)) {
                    out.notices.push((self.id, Notice::Squeezed));
                }
            }
            Event::RtpPacket(packet) => {
                let (stream, known) = (packet.header.ssrc, self.streams.len());
                if let Some(packet) = self.read(packet) {
                    out.packets.push(packet);
                }
                if self.streams.len() > known {
                    out.notices.push((self.id, Notice::Stream(*stream)));
                }
            }
            Event::Closed => out.notices.push((self.id, Notice::Closed)),
            _ => {}
        }
    }

    fn read(&mut self, packet: RtpPacket) -> Option<MediaPacket> {
        let (Sending { kind, red, .. }, layer) = self.stream_of(packet.header.ssrc)?;
        let picture = match kind.is_audio() {
            true => None,
            false if self.types.av1 == Some(packet.header.payload_type) => {
                Some(Picture::read_av1(&packet.payload)?)
            }
            false => Some(Picture::read(&packet.payload)?),
        };
        let extensions = &packet.header.ext_vals;
        Some(MediaPacket {
            track: TrackId { peer: self.id, kind },
            layer,
            sequence: *packet.seq_no,
            time: packet.header.timestamp,
            marker: packet.header.marker,
            late: false,
            picture,
            audio_level: extensions.audio_level.map(i8::unsigned_abs),
            red: red || self.types.red == Some(packet.header.payload_type),
            extras: Extras {
                orientation: extensions.video_orientation.map(|orientation| orientation as u8),
                voice_activity: extensions.voice_activity,
            },
            payload: packet.payload,
        })
    }

    fn stream_of(&mut self, ssrc: Ssrc) -> Option<(Sending, LayerIndex)> {
        if let Some(known) = self.streams.get(&ssrc) {
            return Some(*known);
        }
        let mut direct = self.rtc.direct_api();
        let stream = direct.stream_rx(&ssrc)?;
        let sending = *self.sends.get(&stream.mid())?;
        let within = match stream.rid() {
            None => 0,
            Some(rid) => RIDS.iter().position(|known| Rid::from(*known) == rid)?,
        };
        let layer = Some(sending.first + within).filter(|layer| *layer < crate::layer::MAX_LAYERS)?;
        self.streams.insert(ssrc, (sending, layer));
        Some((sending, layer))
    }
}

impl Types {
    /// The engine knows AV1 whether or not the offer does.
    fn of(rtc: &Rtc, av1: bool) -> Self {
        let find = |codec| rtc.codec_config().find(|params| params.spec().codec == codec);
        let opus = find(Codec::Opus);
        Self {
            opus: opus.map(|params| params.pt()),
            red: opus.and_then(|params| params.red()),
            vp8: find(Codec::Vp8).map(|params| params.pt()),
            av1: find(Codec::Av1).map(|params| params.pt()).filter(|_| av1),
        }
    }

    /// A packet for this peer; `None` if it knows no such format.
    fn write(self, packet: &MediaPacket, numbers: Rewritten, now: Instant) -> Option<RtpWrite> {
        let audio = packet.track.kind.is_audio();
        let payload_type = match (audio, packet.red) {
            (false, _) if packet.picture.as_ref().is_some_and(|picture| picture.av1) => self.av1,
            (false, _) => self.vp8,
            // A browser that does not know redundancy is sent it as Opus, and cuts it off itself.
            (true, true) => self.red.or(self.opus),
            (true, false) => self.opus,
        }?;
        let extensions = ExtensionValues {
            audio_level: packet.audio_level.map(|level| -level.cast_signed()),
            voice_activity: packet.extras.voice_activity,
            video_orientation: packet.extras.orientation.map(VideoOrientation::from),
            ..ExtensionValues::default()
        };
        let payload = Arc::clone(&packet.payload);
        let write = RtpWrite::new(payload_type, numbers.sequence.into(), numbers.time, now, payload)
            .marker(packet.marker)
            .ext_vals(extensions)
            .nackable(!audio);
        let patch = packet.picture.as_ref().and_then(|picture| patch(picture, numbers));
        Some(match patch {
            Some(patch) => write.vp8_patch(patch),
            None => write,
        })
    }
}

/// Tells the engine how pictures are sent in a slot.
fn prepare(rtc: &mut Rtc, mid: Mid) {
    if let Some(stream) = rtc.direct_api().stream_tx_by_mid(mid, None) {
        // The sender of a camera has spread its pictures over time already, and `paced` does it for screens; a second
        // pacing would only make them later, and each packet a call of the system.
        stream.set_unpaced(true);
        stream.set_rtx_cache(RESEND_PACKETS, RESEND_WITHIN, Some(MOST_REPAIRS));
    }
}

/// RFC 7983 section 7.
fn is_stun(datagram: &[u8]) -> bool {
    datagram.first().is_some_and(|first| *first < 4)
}

/// The SSRC of an RTP datagram (RFC 3550 section 5.1); `None` for RTCP (RFC 5761 section 4) and all else.
pub(crate) fn ssrc_of(datagram: &[u8]) -> Option<u32> {
    let &[_, _, _, _, _, _, _, _, a, b, c, d] = datagram.first_chunk::<12>()?;
    is_rtp(datagram).then(|| u32::from_be_bytes([a, b, c, d]))
}

/// Whether a datagram is RTP and not RTCP.
pub(crate) fn is_rtp(datagram: &[u8]) -> bool {
    matches!(datagram, [128..192, second, ..] if !(192..224).contains(second))
}

fn patch(picture: &Picture, numbers: Rewritten) -> Option<str0m::rtp::Vp8Patch> {
    let descriptor = picture.descriptor.as_ref()?;
    let build = |id: Option<u16>| {
        let mut patch = descriptor.patch();
        if let Some(id) = id {
            patch = patch.picture_id(id);
        }
        if let Some(tl0) = numbers.ids.tl0 {
            patch = patch.tl0_pic_idx(tl0);
        }
        patch.build().ok()
    };
    // A sender with short picture ids has room for seven bits only.
    build(numbers.ids.picture).or_else(|| build(numbers.ids.picture.map(|id| id & 0x7f)))
}

#[cfg(test)]
impl MediaPacket {
    pub(crate) fn for_test(layer: LayerIndex, sequence: u64, starts_keyframe: bool) -> Self {
        Self {
            track: TrackId { peer: PeerId(1), kind: Kind::Video },
            layer,
            sequence,
            time: 0,
            marker: false,
            late: false,
            picture: Some(Picture::for_test(0, 0, starts_keyframe)),
            audio_level: None,
            red: false,
            extras: Extras::default(),
            payload: Arc::from([0_u8]),
        }
    }
}
