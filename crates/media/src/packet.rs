//! A received packet of media as the rest of this crate sees it.

use std::sync::Arc;

use crate::peer::Picture;
use crate::vocabulary::TrackId;

/// The index of a simulcast layer, smallest first. A track without layers has only layer 0.
pub(crate) type LayerIndex = usize;

/// One RTP packet, decrypted from the hop and not yet addressed to anyone.
pub(crate) struct MediaPacket {
    pub(crate) track: TrackId,
    pub(crate) layer: LayerIndex,
    /// Extended sequence number: never wraps.
    pub(crate) sequence: u64,
    /// RTP time, in the clock of the codec; wraps.
    pub(crate) time: u32,
    pub(crate) marker: bool,
    /// Whether later packets of its layer were sent on before it: it is a repair, or was overtaken.
    pub(crate) late: bool,
    /// What stands in front of the picture (video only).
    pub(crate) picture: Option<Picture>,
    /// RFC 6464, in -dBov: 0 is loudest, 127 is silence.
    pub(crate) audio_level: Option<u8>,
    /// Whether the payload holds redundancy (RFC 2198) beside the newest sound.
    pub(crate) red: bool,
    pub(crate) extras: Extras,
    pub(crate) payload: Arc<[u8]>,
}

/// Header extensions that pass through.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Extras {
    /// How the picture must be turned (3GPP TS 26.114): phones turn the marker, not the picture.
    pub(crate) orientation: Option<u8>,
    pub(crate) voice_activity: Option<bool>,
}

impl MediaPacket {
    /// A copy with a payload of its own, for another worker: the count of who holds the payload stays with
    /// one core.
    pub(crate) fn copy(&self) -> Self {
        Self { payload: Arc::from(&*self.payload), ..*self }
    }

    /// The same packet once more, with the same payload.
    pub(crate) fn share(&self) -> Self {
        Self { payload: Arc::clone(&self.payload), ..*self }
    }

    /// Whether a decoder can start here.
    pub(crate) fn starts_keyframe(&self) -> bool {
        self.picture.as_ref().is_some_and(|picture| picture.starts_keyframe)
    }
}
