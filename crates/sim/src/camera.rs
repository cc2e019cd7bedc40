//! A synthetic camera: three layers in three temporal layers each, at the rates of a real one.

use std::time::{Duration, Instant};

use crate::picture::{self, Stamp};
use crate::random::Random;

/// A layer of a synthetic camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layer {
    /// The rid.
    pub rid: &'static str,
    /// Width in pixels.
    pub width: u16,
    /// Height in pixels.
    pub height: u16,
    /// What it takes, without headers.
    pub rate_bps: u32,
}

/// The layers of every synthetic camera, smallest first.
pub const LAYERS: [Layer; 3] = [
    Layer { rid: "l", width: 320, height: 180, rate_bps: 150_000 },
    Layer { rid: "m", width: 640, height: 360, rate_bps: 500_000 },
    Layer { rid: "h", width: 1280, height: 720, rate_bps: 1_700_000 },
];

const PICTURE_EVERY: Duration = Duration::from_millis(33);
const TICKS_PER_PICTURE: u32 = 2_970;

/// How much larger a key frame is than a common picture.
const KEY_SIZE: f64 = 5.0;

/// Four pictures of three temporal layers (L1T3): the layer, the share of the rate, and how far back the
/// picture is that each refers to.
const PATTERN: [(u8, f64, u32); 4] = [(0, 1.6, 4), (2, 0.7, 1), (1, 1.0, 2), (2, 0.7, 1)];

/// The most that one packet carries.
const PACKET_BYTES: usize = 1_150;

/// A packet, ready to be sent.
pub(crate) struct Shot {
    pub(crate) layer: usize,
    pub(crate) sequence: u64,
    pub(crate) time: u32,
    pub(crate) last: bool,
    pub(crate) payload: Vec<u8>,
}

pub(crate) struct Camera {
    client: u16,
    on: bool,
    /// How much more it sends than it should.
    excess: f64,
    streams: [Stream; 3],
    clock: u32,
    next: Instant,
    random: Random,
    /// When each layer was last made to send a key frame.
    pub(crate) keys: Vec<(Instant, u8)>,
}

#[derive(Clone, Copy)]
struct Stream {
    sequence: u64,
    pictures: u32,
    tl0: u8,
    /// Where in the pattern the next picture stands.
    place: usize,
    key_wanted: bool,
    wanted: bool,
}

impl Camera {
    pub(crate) fn new(client: u16, random: Random, now: Instant) -> Self {
        // Long-running sources: their numbers wrap soon and are far from the beginning.
        let stream =
            Stream { sequence: 65_500, pictures: 32_760, tl0: 250, place: 0, key_wanted: true, wanted: true };
        Self {
            client,
            on: false,
            excess: 1.0,
            streams: [stream; 3],
            clock: 0,
            next: now,
            random,
            keys: Vec::new(),
        }
    }

    pub(crate) fn turn(&mut self, on: bool) {
        if on && !self.on {
            self.streams.iter_mut().for_each(|stream| stream.key_wanted = true);
        }
        self.on = on;
    }

    /// Sends so many times what it should, whether anyone wants it or not.
    pub(crate) fn inflate(&mut self, excess: f64) {
        self.excess = excess;
        self.obey(&[true; 3]);
    }

    pub(crate) fn want_key(&mut self, layer: usize) {
        self.streams[layer].key_wanted = true;
    }

    /// Sends the wanted layers only. One that is wanted again begins with a key frame.
    pub(crate) fn obey(&mut self, wanted: &[bool]) {
        let wanted = if self.excess > 1.0 { &[true; 3] } else { wanted };
        for (stream, wanted) in self.streams.iter_mut().zip(wanted) {
            stream.key_wanted |= *wanted && !stream.wanted;
            stream.wanted = *wanted;
        }
    }

    /// Which layers flow.
    pub(crate) fn flowing(&self) -> [bool; 3] {
        self.streams.map(|stream| self.on && stream.wanted)
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.on.then_some(self.next)
    }

    /// Waits until there is someone to send to.
    pub(crate) fn idle(&mut self, now: Instant) {
        self.next = now;
    }

    /// The pictures that are due.
    pub(crate) fn shoot(&mut self, now: Instant) -> Vec<Shot> {
        let mut shots = Vec::new();
        while self.next <= now {
            self.next += PICTURE_EVERY;
            self.clock = self.clock.wrapping_add(TICKS_PER_PICTURE);
            for layer in 0..LAYERS.len() {
                if self.on && self.streams[layer].wanted {
                    self.shoot_layer(layer, now, &mut shots);
                }
            }
        }
        shots
    }

    fn shoot_layer(&mut self, layer: usize, now: Instant, shots: &mut Vec<Shot>) {
        let bytes_per_picture = f64::from(LAYERS[layer].rate_bps) * PICTURE_EVERY.as_secs_f64() / 8.0;
        let wobble = 0.8 + 0.4 * self.random.share();
        let stream = &mut self.streams[layer];
        let key = std::mem::take(&mut stream.key_wanted);
        if key {
            stream.place = 0;
            self.keys.push((now, layer as u8));
        }
        let (temporal, share, back) = PATTERN[stream.place];
        stream.place = (stream.place + 1) % PATTERN.len();
        stream.tl0 = stream.tl0.wrapping_add(u8::from(temporal == 0));
        stream.pictures += 1;
        let refers_back = if key { 0 } else { back as u8 };
        let share = if key { KEY_SIZE } else { share };
        let bytes = (bytes_per_picture * share * wobble * self.excess) as usize;
        let parts = bytes.div_ceil(PACKET_BYTES).clamp(1, 255);
        for part in 0..parts {
            stream.sequence += 1;
            let stamp = Stamp {
                client: self.client,
                layer: layer as u8,
                number: stream.pictures,
                sequence: stream.sequence as u32,
                part: part as u8,
                parts: parts as u8,
                temporal,
                refers_back,
                key,
                picture_id: Some((stream.pictures & 0x7fff) as u16),
            };
            shots.push(Shot {
                layer,
                sequence: stream.sequence,
                time: self.clock,
                last: part + 1 == parts,
                payload: picture::packet(stamp, stream.tl0, (bytes / parts).min(PACKET_BYTES)),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ten_seconds(camera: &mut Camera, from: Instant) -> [usize; 3] {
        let mut bytes = [0; 3];
        for millisecond in 0..10_000 {
            for shot in camera.shoot(from + Duration::from_millis(millisecond)) {
                bytes[shot.layer] += shot.payload.len();
            }
        }
        bytes
    }

    #[test]
    fn each_layer_has_its_rate_and_an_unwanted_one_none() {
        let now = Instant::now();
        let mut camera = Camera::new(1, Random::of(1, 0), now);
        camera.turn(true);
        for (bytes, layer) in ten_seconds(&mut camera, now).into_iter().zip(LAYERS) {
            let share = bytes as f64 * 8.0 / 10.0 / f64::from(layer.rate_bps);
            assert!((0.9..1.1).contains(&share), "layer {}: {share} of its rate", layer.rid);
        }
        camera.obey(&[true, false, false]);
        let keys = camera.keys.len();
        let later = now + Duration::from_secs(10);
        assert!(matches!(ten_seconds(&mut camera, later), [1..=usize::MAX, 0, 0]));
        camera.obey(&[true, true, false]);
        ten_seconds(&mut camera, later + Duration::from_secs(10));
        assert_eq!(camera.keys.len(), keys + 1, "a layer begins anew with a key frame");
    }
}
