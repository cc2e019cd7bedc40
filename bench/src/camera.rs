//! The pictures that synthetic people send.

use std::time::Duration;

/// 30 pictures a second.
pub const PICTURE_EVERY: Duration = Duration::from_nanos(33_333_333);

/// Opus frames of 20 ms.
pub const VOICE_EVERY: Duration = Duration::from_millis(20);

/// 32 kbit/s.
pub const VOICE_BYTES: usize = 80;

/// One encoding of a camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layer {
    /// Its rid; `None` for a camera with this one only.
    pub rid: Option<&'static str>,
    /// In pixels.
    pub width: u16,
    /// In pixels.
    pub height: u16,
    /// RTP packets for each picture.
    pub packets: usize,
    /// RTP payload of each packet.
    pub bytes: usize,
}

/// 1.5 Mbit/s in 180 packets a second.
const LARGE: Layer = Layer { rid: None, width: 1280, height: 720, packets: 6, bytes: 1042 };
/// 500 kbit/s.
const MIDDLE: Layer = Layer { rid: Some("m"), width: 640, height: 360, packets: 2, bytes: 1042 };
/// 150 kbit/s.
const SMALL: Layer = Layer { rid: None, width: 320, height: 180, packets: 1, bytes: 625 };

/// A camera: its layers, smallest first.
pub type Camera = &'static [Layer];

/// A large picture and nothing else.
pub const LARGE_ONLY: Camera = &[LARGE];
/// A small picture and nothing else.
pub const SMALL_ONLY: Camera = &[SMALL];
/// What a browser sends: a large picture, and two smaller ones beside it.
pub const THREE_LAYERS: Camera =
    &[Layer { rid: Some("l"), ..SMALL }, MIDDLE, Layer { rid: Some("h"), ..LARGE }];
