//! Holds the packets of a picture until it is whole, so that they go to each viewer together: that costs one
//! drain of the engine and one call of the system instead of six of each.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::packet::{LayerIndex, MediaPacket};
use crate::vocabulary::TrackId;

/// For how long a picture waits for its last packet. A sender that spreads a picture over a longer time is
/// not made slower by this; its picture goes in parts.
const HOLD_AT_MOST: Duration = Duration::from_millis(2);

/// Packets of one picture that are held. A key frame has more; then it goes in parts.
const MOST_PACKETS: usize = 32;

/// Pictures that are on their way in.
#[derive(Default)]
pub(crate) struct Frames {
    /// Oldest first.
    held: VecDeque<Held>,
    /// Emptied lists, to be used again.
    spare: Vec<Vec<MediaPacket>>,
}

struct Held {
    track: TrackId,
    layer: LayerIndex,
    since: Instant,
    packets: Vec<MediaPacket>,
}

impl Frames {
    /// Takes in a packet; gives what is complete with it, if anything.
    pub(crate) fn push(&mut self, packet: MediaPacket, now: Instant) -> Option<Vec<MediaPacket>> {
        if packet.track.kind.is_audio() {
            let mut alone = self.spare.pop().unwrap_or_default();
            alone.push(packet);
            return Some(alone);
        }
        let (track, layer, last) = (packet.track, packet.layer, packet.marker);
        let known = self.held.iter().position(|held| held.track == track && held.layer == layer);
        let place = known.unwrap_or_else(|| {
            let packets = self.spare.pop().unwrap_or_default();
            self.held.push_back(Held { track, layer, since: now, packets });
            self.held.len() - 1
        });
        let packets = &mut self.held[place].packets;
        packets.push(packet);
        if last || packets.len() >= MOST_PACKETS {
            return self.held.remove(place).map(|held| held.packets);
        }
        None
    }

    /// What has waited for long enough.
    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<Vec<MediaPacket>> {
        if self.held.front()?.since + HOLD_AT_MOST > now {
            return None;
        }
        self.held.pop_front().map(|held| held.packets)
    }

    /// How many pictures are held.
    pub(crate) fn held(&self) -> usize {
        self.held.len()
    }

    /// When [`Frames::pop_due`] is wanted next.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.held.front().map(|held| held.since + HOLD_AT_MOST)
    }

    /// Takes back a list, to spare its memory.
    pub(crate) fn give_back(&mut self, mut packets: Vec<MediaPacket>) {
        packets.clear();
        self.spare.push(packets);
    }

    /// Forgets what is held of a peer.
    pub(crate) fn forget(&mut self, peer: crate::PeerId) {
        self.held.retain(|held| held.track.peer != peer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(layer: LayerIndex, sequence: u64, marker: bool) -> MediaPacket {
        MediaPacket { marker, ..MediaPacket::for_test(layer, sequence, false) }
    }

    fn sequences(packets: Option<Vec<MediaPacket>>) -> Vec<u64> {
        packets.unwrap_or_default().iter().map(|packet| packet.sequence).collect()
    }

    #[test]
    fn a_picture_goes_when_it_is_whole_and_others_are_not_mixed_in() {
        let now = Instant::now();
        let mut frames = Frames::default();
        assert_eq!(sequences(frames.push(packet(0, 1, false), now)), [0; 0]);
        assert_eq!(sequences(frames.push(packet(1, 10, false), now)), [0; 0]);
        assert_eq!(sequences(frames.push(packet(0, 2, true), now)), [1, 2]);
        assert_eq!(sequences(frames.push(packet(1, 11, true), now)), [10, 11]);
        assert_eq!(frames.deadline(), None);
    }

    #[test]
    fn a_picture_whose_end_does_not_come_goes_all_the_same() {
        let now = Instant::now();
        let mut frames = Frames::default();
        frames.push(packet(0, 1, false), now);
        assert_eq!(sequences(frames.pop_due(now)), [0; 0]);
        assert_eq!(frames.deadline(), Some(now + HOLD_AT_MOST));
        assert_eq!(sequences(frames.pop_due(now + HOLD_AT_MOST)), [1]);
    }

    #[test]
    fn a_picture_without_end_goes_in_parts() {
        let now = Instant::now();
        let mut frames = Frames::default();
        let parts: Vec<_> =
            (0..100).filter_map(|sequence| frames.push(packet(0, sequence, false), now)).collect();
        assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), [MOST_PACKETS; 3]);
    }

    #[test]
    fn a_voice_never_waits() {
        let mut frames = Frames::default();
        let mut voice = packet(0, 7, false);
        voice.track.kind = crate::Kind::Voice;
        assert_eq!(sequences(frames.push(voice, Instant::now())), [7]);
    }
}
