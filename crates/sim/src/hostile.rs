//! Clients that do what no browser does.

use std::time::Instant;

use str0m::format::Codec;
use str0m::rtp::{RtpWrite, Ssrc};

use crate::client::Client;
use crate::picture::{self, Stamp};
use crate::world::World;

/// A lie that a peer tells in RTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    /// Media on one of its own receiving m-lines.
    OnASlot,
    /// Each packet of the microphone with another SSRC.
    ManySsrcs,
    /// The microphone with the SSRC of someone else's.
    SsrcOf(u16),
    /// A camera whose packets hold nothing that could be a picture.
    NoPicture,
}

impl World {
    /// Someone tells a lie in one packet.
    pub fn lie(&mut self, number: u16, lie: Lie) {
        let stolen = match lie {
            Lie::SsrcOf(other) => self.clients.get_mut(&other).and_then(Client::voice_ssrc),
            Lie::OnASlot | Lie::ManySsrcs | Lie::NoPicture => None,
        };
        let now = self.now;
        self.liars.insert(number);
        let client = self.clients.get_mut(&number).expect("someone in the world");
        client.lie(now, lie, stolen);
        self.settle(number);
    }

    /// Someone's camera sends so many times what it should, whether anyone wants it or not.
    pub fn inflate(&mut self, number: u16, excess: f64) {
        self.clients.get_mut(&number).expect("someone in the world").camera.inflate(excess);
    }

    /// Someone takes in no sound and no picture any more, and reports nothing of them; the connection stands.
    pub fn deafen(&mut self, number: u16) {
        self.clients.get_mut(&number).expect("someone in the world").deaf = true;
    }

    /// Someone asks for a key frame in every slot.
    pub fn ask_for_keys(&mut self, number: u16) {
        let now = self.now;
        let client = self.clients.get_mut(&number).expect("someone in the world");
        for mid in client.slots().keys() {
            client.ask_for_key(now, mid);
        }
        self.settle(number);
    }

    /// Keeps every datagram that someone sends from now on.
    pub fn record(&mut self, number: u16) {
        self.network.record(number);
    }

    /// The datagrams that were kept.
    pub fn recorded(&mut self) -> Vec<Vec<u8>> {
        self.network.recorded()
    }
}

impl Client {
    fn voice_ssrc(&mut self) -> Option<Ssrc> {
        let mid = self.microphone;
        self.rtc.direct_api().stream_tx_by_mid(mid, None).map(|stream| stream.ssrc())
    }

    fn lie(&mut self, now: Instant, lie: Lie, stolen: Option<Ssrc>) {
        self.lies += 1;
        let number = self.lies;
        let stamp = Stamp {
            client: self.number(),
            layer: 0,
            number,
            sequence: number,
            part: 0,
            parts: 1,
            temporal: 0,
            refers_back: 0,
            key: true,
            picture_id: None,
        };
        let slot = self.receives.first().map(|line| str0m::media::Mid::from(line.mid.as_str()));
        let (mid, ssrc) = match lie {
            Lie::OnASlot => (slot.unwrap_or(self.microphone), 0x1234_0000.into()),
            Lie::ManySsrcs => (self.microphone, (0x2000_0000 + number).into()),
            Lie::SsrcOf(_) => (self.microphone, stolen.unwrap_or_else(|| 1.into())),
            Lie::NoPicture => (self.camera_mid, 0x3000_0000.into()),
        };
        let codec = if lie == Lie::NoPicture { Codec::Vp8 } else { Codec::Opus };
        let payload = if lie == Lie::NoPicture { vec![0xff; 3] } else { picture::voice(stamp, 80) };
        let write = RtpWrite::new(self.payload_type(codec), u64::from(number).into(), number, now, payload);
        let mut direct = self.rtc.direct_api();
        direct.declare_stream_tx(ssrc, None, mid, None).write_rtp(write);
        self.drain(now);
    }
}
