//! Who speaks in a group, and whose voice is carried when there are more people than slots.
//!
//! Levels come from the header extension of RFC 6464, so nothing is decoded. Everyone is carried while
//! the slots last; beyond that a voice that rises takes the place of the one that has been silent longest.

use std::time::{Duration, Instant};

use crate::vocabulary::PeerId;

/// How many voices a group carries: as many as a viewer has slots. One who is muted is not on the stage and
/// wants them all.
const STAGE: usize = 8;

/// Quieter than this, in -dBov, is not speech: a quiet speaker at arm's length reaches -40, the hum of a
/// room behind noise suppression stays below -60.
const SPEECH_LEVEL: u8 = 50;

/// Packets of 20 ms above the level before someone counts as speaking: a cough or a key is shorter.
const RISE_PACKETS: u8 = 4;

/// For how long one who pauses still counts as speaking: pauses between words are shorter.
const HOLD: Duration = Duration::from_millis(800);

#[derive(Debug)]
struct Voice {
    peer: PeerId,
    loud_packets: u8,
    speaking: bool,
    level: u8,
    last_loud: Option<Instant>,
}

/// The voices of one group.
#[derive(Debug, Default)]
pub(crate) struct Speakers {
    voices: Vec<Voice>,
    stage: Vec<PeerId>,
    told: Vec<PeerId>,
}

impl Speakers {
    /// Adds a voice; true if the stage changed.
    pub(crate) fn add(&mut self, peer: PeerId) -> bool {
        if self.voices.iter().any(|voice| voice.peer == peer) {
            return false;
        }
        self.voices.push(Voice { peer, loud_packets: 0, speaking: false, level: 127, last_loud: None });
        if self.stage.len() < STAGE {
            self.stage.push(peer);
            return true;
        }
        false
    }

    /// Takes a voice away; true if the stage changed.
    pub(crate) fn remove(&mut self, peer: PeerId) -> bool {
        self.voices.retain(|voice| voice.peer != peer);
        let Some(place) = self.stage.iter().position(|on_stage| *on_stage == peer) else { return false };
        let next = self
            .voices
            .iter()
            .filter(|voice| !self.stage.contains(&voice.peer))
            .max_by_key(|voice| voice.last_loud)
            .map(|voice| voice.peer);
        match next {
            Some(next) => self.stage[place] = next,
            None => _ = self.stage.remove(place),
        }
        true
    }

    /// The voices that are carried, in no particular order.
    pub(crate) fn stage(&self) -> &[PeerId] {
        &self.stage
    }

    /// Notes the level of one packet; true if the stage changed.
    pub(crate) fn on_level(&mut self, peer: PeerId, level: u8, now: Instant) -> bool {
        let Some(voice) = self.voices.iter_mut().find(|voice| voice.peer == peer) else { return false };
        if level > SPEECH_LEVEL {
            voice.loud_packets = voice.loud_packets.saturating_sub(1);
            return false;
        }
        voice.level = level;
        voice.last_loud = Some(now);
        voice.loud_packets = (voice.loud_packets + 1).min(RISE_PACKETS);
        if voice.loud_packets < RISE_PACKETS {
            return false;
        }
        voice.speaking = true;
        // Again with every packet: the stage may have been full of speakers when this one began.
        self.bring_on_stage(peer)
    }

    fn bring_on_stage(&mut self, peer: PeerId) -> bool {
        if self.stage.contains(&peer) {
            return false;
        }
        let silent_longest = self
            .voices
            .iter()
            .filter(|voice| !voice.speaking && self.stage.contains(&voice.peer))
            .min_by_key(|voice| voice.last_loud)
            .map(|voice| voice.peer);
        let Some(leaves) = silent_longest else { return false };
        for on_stage in &mut self.stage {
            if *on_stage == leaves {
                *on_stage = peer;
            }
        }
        true
    }

    /// Ends what was held, and says who speaks if that changed since the last time.
    pub(crate) fn tell(&mut self, now: Instant) -> Option<Vec<PeerId>> {
        for voice in &mut self.voices {
            let held = voice.last_loud.is_some_and(|last| now.saturating_duration_since(last) < HOLD);
            if voice.speaking && !held {
                voice.speaking = false;
                voice.loud_packets = 0;
            }
        }
        let mut speaking: Vec<_> = self
            .voices
            .iter()
            .filter(|voice| voice.speaking)
            .map(|voice| (voice.level, voice.peer))
            .collect();
        speaking.sort_unstable();
        let speaking: Vec<_> = speaking.into_iter().map(|(_, peer)| peer).collect();
        let same = speaking.len() == self.told.len() && speaking.iter().all(|peer| self.told.contains(peer));
        if same {
            return None;
        }
        self.told.clone_from(&speaking);
        Some(speaking)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speak(speakers: &mut Speakers, peer: u64, from: Instant) -> bool {
        let mut changed = false;
        for packet in 0..u32::from(RISE_PACKETS) {
            changed |= speakers.on_level(PeerId(peer), 30, from + Duration::from_millis(20) * packet);
        }
        changed
    }

    #[test]
    fn a_cough_is_no_speech_and_a_pause_no_end() {
        let start = Instant::now();
        let mut speakers = Speakers::default();
        speakers.add(PeerId(1));
        speakers.on_level(PeerId(1), 20, start);
        assert_eq!(speakers.tell(start), None);
        speak(&mut speakers, 1, start);
        assert_eq!(speakers.tell(start), Some(vec![PeerId(1)]));
        assert_eq!(speakers.tell(start + HOLD / 2), None);
        assert_eq!(speakers.tell(start + HOLD * 2), Some(vec![]));
    }

    #[test]
    fn a_rising_voice_takes_the_place_of_the_longest_silence() {
        let start = Instant::now();
        let mut speakers = Speakers::default();
        for peer in 0..STAGE as u64 {
            assert!(speakers.add(PeerId(peer)));
            speak(&mut speakers, peer, start + Duration::from_secs(peer));
        }
        assert!(!speakers.add(PeerId(99)));
        let later = start + Duration::from_secs(60);
        speakers.tell(later);
        assert!(speak(&mut speakers, 99, later));
        assert!(!speakers.stage().contains(&PeerId(0)));
        assert!(speakers.stage().contains(&PeerId(99)));
        assert!(speakers.remove(PeerId(99)));
        assert!(speakers.stage().contains(&PeerId(0)), "a free place is filled");
    }
}
