//! Who speaks in a group, and whose voice is carried when not everyone's can be.
//!
//! Levels come from the header extension of RFC 6464, so nothing is decoded. In a small group everyone is
//! carried, so that nothing is ever cut; in a large one the three who speak most surely.

use std::time::{Duration, Instant};

use crate::speech::Speech;
use crate::vocabulary::PeerId;

/// Up to this many people every voice is carried.
const SMALL_GROUP: usize = 8;

/// How many voices a small group carries: as many as a viewer has slots. One who is muted is not on the
/// stage and wants them all.
const SMALL_STAGE: usize = 8;

/// How many voices a large group carries. When four speak at once nobody understands any of them.
const LARGE_STAGE: usize = 3;

/// Quieter than this, in -dBov, is not speech: a quiet speaker at arm's length reaches -40, the hum of a
/// room behind noise suppression stays below -60.
const SPEECH_LEVEL: u8 = 50;

/// Packets of 20 ms above the level before someone counts as speaking: a cough or a key is shorter.
const RISE_PACKETS: u8 = 4;

/// For how long one who pauses still counts as speaking: pauses between words are shorter.
const HOLD: Duration = Duration::from_millis(800);

/// How often the speakers are compared.
const COMPARE_EVERY: Duration = Duration::from_millis(300);

/// How often in a row another must be ahead before it takes a place from one who speaks as well.
const AHEAD_TIMES: u8 = 2;

/// How far ahead: without this, two equally loud voices would take turns.
const AHEAD_BY: f64 = 1.15;

#[derive(Debug)]
struct Voice {
    peer: PeerId,
    loud_packets: u8,
    speaking: bool,
    last_loud: Option<Instant>,
    last_packet: Instant,
    speech: Speech,
    ahead: u8,
}

/// The voices of one group.
#[derive(Debug, Default)]
pub(crate) struct Speakers {
    people: usize,
    voices: Vec<Voice>,
    stage: Vec<PeerId>,
    dominant: Option<PeerId>,
    compared: Option<Instant>,
    told: Vec<PeerId>,
}

impl Speakers {
    /// Says how many people there are, speaking or not; true if the stage changed.
    pub(crate) fn set_people(&mut self, people: usize) -> bool {
        self.people = people;
        let before = self.stage.len();
        while self.stage.len() > self.places()
            && let Some(weakest) = self.weakest()
        {
            self.stage.retain(|peer| *peer != weakest);
        }
        self.fill();
        self.stage.len() != before
    }

    /// Adds a voice; true if the stage changed.
    pub(crate) fn add(&mut self, peer: PeerId, now: Instant) -> bool {
        if self.voice(peer).is_some() {
            return false;
        }
        self.voices.push(Voice {
            peer,
            loud_packets: 0,
            speaking: false,
            last_loud: None,
            last_packet: now,
            speech: Speech::default(),
            ahead: 0,
        });
        self.fill()
    }

    /// Takes a voice away; true if the stage changed.
    pub(crate) fn remove(&mut self, peer: PeerId) -> bool {
        self.voices.retain(|voice| voice.peer != peer);
        self.dominant = self.dominant.filter(|dominant| *dominant != peer);
        let Some(place) = self.stage.iter().position(|on_stage| *on_stage == peer) else { return false };
        self.stage.remove(place);
        self.fill();
        true
    }

    /// The voices that are carried, in no particular order.
    pub(crate) fn stage(&self) -> &[PeerId] {
        &self.stage
    }

    /// Whether someone is heard speaking.
    pub(crate) fn is_speaking(&self, peer: PeerId) -> bool {
        self.voice(peer).is_some_and(|voice| voice.speaking)
    }

    /// Notes the level of one packet; true if the stage changed.
    pub(crate) fn on_level(&mut self, peer: PeerId, level: u8, now: Instant) -> bool {
        let Some(voice) = self.voices.iter_mut().find(|voice| voice.peer == peer) else { return false };
        voice.last_packet = now;
        voice.speech.note(level);
        if level > SPEECH_LEVEL {
            voice.loud_packets = voice.loud_packets.saturating_sub(1);
            return false;
        }
        voice.last_loud = Some(now);
        voice.loud_packets = (voice.loud_packets + 1).min(RISE_PACKETS);
        if voice.loud_packets < RISE_PACKETS {
            return false;
        }
        voice.speaking = true;
        // Again with every packet: the stage may have been full of speakers when this one began.
        self.bring_on_stage(peer)
    }

    /// Compares the speakers, when it is time to; true if the stage changed.
    pub(crate) fn compare(&mut self, now: Instant) -> bool {
        if self.compared.is_some_and(|at| now.saturating_duration_since(at) < COMPARE_EVERY) {
            return false;
        }
        self.compared = Some(now);
        for voice in &mut self.voices {
            // With discontinuous transmission silence sends nothing, and must be counted all the same.
            let missing = now.saturating_duration_since(voice.last_packet).as_millis() / 20;
            (0..missing.saturating_sub(2).min(15)).for_each(|_| voice.speech.note(127));
        }
        self.choose_dominant();
        self.let_the_better_in()
    }

    fn choose_dominant(&mut self) {
        let speaking = self.voices.iter().filter(|voice| voice.speaking);
        let Some(best) = speaking.max_by(|a, b| a.speech.score().rank().total_cmp(&b.speech.score().rank()))
        else {
            return;
        };
        let stays = self.dominant.and_then(|peer| self.voice(peer)).is_some_and(|dominant| {
            dominant.speaking && !best.speech.score().takes_over(dominant.speech.score())
        });
        if !stays {
            self.dominant = Some(best.peer);
        }
    }

    fn let_the_better_in(&mut self) -> bool {
        let Some(weakest) = self.weakest().filter(|_| self.stage.len() == self.places()) else {
            return false;
        };
        let bar = self.voice(weakest).map_or(0.0, |voice| voice.speech.score().rank()) * AHEAD_BY;
        let stage = &self.stage;
        let mut winner: Option<(f64, PeerId)> = None;
        for voice in self.voices.iter_mut().filter(|voice| !stage.contains(&voice.peer)) {
            let rank = voice.speech.score().rank();
            voice.ahead = if voice.speaking && rank > bar { voice.ahead + 1 } else { 0 };
            if voice.ahead >= AHEAD_TIMES && winner.is_none_or(|(best, _)| rank > best) {
                winner = Some((rank, voice.peer));
            }
        }
        let Some((_, winner)) = winner else { return false };
        self.replace(weakest, winner);
        true
    }

    fn places(&self) -> usize {
        if self.people <= SMALL_GROUP { SMALL_STAGE } else { LARGE_STAGE }
    }

    fn voice(&self, peer: PeerId) -> Option<&Voice> {
        self.voices.iter().find(|voice| voice.peer == peer)
    }

    /// The one on the stage who would be missed least.
    fn weakest(&self) -> Option<PeerId> {
        let on_stage = self.voices.iter().filter(|voice| self.stage.contains(&voice.peer));
        let missed = |voice: &&Voice| (voice.speaking, voice.speech.score().rank());
        on_stage
            .min_by(|a, b| {
                let (a, b) = (missed(a), missed(b));
                a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
            })
            .map(|voice| voice.peer)
    }

    /// Gives free places to those who were heard last; true if there were any.
    fn fill(&mut self) -> bool {
        let before = self.stage.len();
        while self.stage.len() < self.places() {
            let off_stage = self.voices.iter().filter(|voice| !self.stage.contains(&voice.peer));
            let Some(next) = off_stage.max_by_key(|voice| voice.last_loud).map(|voice| voice.peer) else {
                break;
            };
            self.stage.push(next);
        }
        self.stage.len() != before
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
        self.replace(leaves, peer);
        true
    }

    fn replace(&mut self, leaves: PeerId, comes: PeerId) {
        for on_stage in &mut self.stage {
            if *on_stage == leaves {
                *on_stage = comes;
            }
        }
    }

    /// Ends what was held, and says who speaks if that changed since the last time: the dominant one first.
    pub(crate) fn tell(&mut self, now: Instant) -> Option<Vec<PeerId>> {
        for voice in &mut self.voices {
            let held = voice.last_loud.is_some_and(|last| now.saturating_duration_since(last) < HOLD);
            if voice.speaking && !held {
                voice.speaking = false;
                voice.loud_packets = 0;
            }
        }
        let mut speaking: Vec<_> = self.voices.iter().filter(|voice| voice.speaking).collect();
        speaking.sort_by(|a, b| {
            let first = |voice: &Voice| self.dominant == Some(voice.peer);
            first(b).cmp(&first(a)).then(b.speech.score().rank().total_cmp(&a.speech.score().rank()))
        });
        let speaking: Vec<_> = speaking.into_iter().map(|voice| voice.peer).collect();
        let same = speaking.len() == self.told.len()
            && speaking.first() == self.told.first()
            && speaking.iter().all(|peer| self.told.contains(peer));
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

    const PACKET: Duration = Duration::from_millis(20);

    /// A group whose clock goes on with what is said in it.
    struct Group {
        speakers: Speakers,
        now: Instant,
        swaps: usize,
    }

    impl Group {
        fn of(people: u64) -> Self {
            let (mut speakers, now) = (Speakers::default(), Instant::now());
            speakers.set_people(people as usize);
            (0..people).for_each(|peer| _ = speakers.add(PeerId(peer), now));
            Self { speakers, now, swaps: 0 }
        }

        /// Those named speak at their level for so many packets, the others are silent.
        fn speak(&mut self, voices: &[(u64, u8)], packets: u32) {
            for _ in 0..packets {
                self.now += PACKET;
                for (peer, level) in voices {
                    self.swaps += usize::from(self.speakers.on_level(PeerId(*peer), *level, self.now));
                }
                self.swaps += usize::from(self.speakers.compare(self.now));
            }
        }

        fn on_stage(&self, peer: u64) -> bool {
            self.speakers.stage().contains(&PeerId(peer))
        }

        fn told(&mut self) -> Option<Vec<u64>> {
            self.speakers.tell(self.now).map(|peers| peers.into_iter().map(|peer| peer.0).collect())
        }
    }

    #[test]
    fn a_cough_is_no_speech_and_a_pause_no_end() {
        let mut group = Group::of(1);
        group.speak(&[(0, 20)], 1);
        assert_eq!(group.told(), None);
        group.speak(&[(0, 30)], u32::from(RISE_PACKETS));
        assert_eq!(group.told(), Some(vec![0]));
        group.speak(&[], 20);
        assert_eq!(group.told(), None);
        group.speak(&[], 25);
        assert_eq!(group.told(), Some(vec![]));
    }

    #[test]
    fn in_a_small_group_everyone_is_carried() {
        let group = Group::of(8);
        assert!((0..8).all(|peer| group.on_stage(peer)));
    }

    #[test]
    fn a_group_that_grows_carries_three_and_one_that_shrinks_everyone() {
        let mut group = Group::of(8);
        group.speak(&[(5, 30), (6, 30), (7, 30)], 50);
        assert!(group.speakers.set_people(9));
        assert_eq!(group.speakers.stage().len(), LARGE_STAGE);
        assert!((5..8).all(|peer| group.on_stage(peer)), "those who speak stay");
        assert!(group.speakers.set_people(8));
        assert_eq!(group.speakers.stage().len(), 8);
    }

    #[test]
    fn who_rises_in_a_large_group_is_heard_within_a_tenth_of_a_second() {
        let mut group = Group::of(20);
        group.speak(&[(1, 30)], 100);
        assert!(group.on_stage(1));
        group.speak(&[(1, 30), (19, 35)], u32::from(RISE_PACKETS));
        assert!(group.on_stage(19) && group.on_stage(1));
    }

    #[test]
    fn ten_who_speak_at_once_do_not_push_each_other_off_and_on() {
        let mut group = Group::of(10);
        let voices: Vec<_> = (0..10).map(|peer| (peer, 30 + (peer as u8 % 3))).collect();
        group.speak(&voices, 100);
        group.swaps = 0;
        group.speak(&voices, 500);
        assert_eq!(group.swaps, 0, "swaps in 10 s");
        assert_eq!(group.speakers.stage().len(), LARGE_STAGE);
    }

    #[test]
    fn one_who_goes_on_takes_the_place_of_one_who_only_murmurs() {
        let mut group = Group::of(10);
        // Three speak in bits, loud enough to hold their places; the fourth goes on and on.
        for _ in 0..10 {
            group.speak(&[(0, 45), (1, 45), (2, 45), (7, 28)], 8);
            group.speak(&[(7, 28)], 25);
        }
        assert!(group.on_stage(7));
    }

    #[test]
    fn a_flapping_voice_does_not_disturb_those_who_speak() {
        let mut group = Group::of(12);
        group.speak(&[(0, 30), (1, 30), (2, 30)], 100);
        group.swaps = 0;
        for _ in 0..50 {
            group.speak(&[(0, 30), (1, 30), (2, 30), (9, 25)], 5);
            group.speak(&[(0, 30), (1, 30), (2, 30)], 5);
        }
        assert_eq!(group.swaps, 0);
    }

    #[test]
    fn a_place_that_is_left_is_filled() {
        let mut group = Group::of(12);
        group.speak(&[(9, 30)], 50);
        group.speak(&[(0, 30), (1, 30), (2, 30)], 100);
        assert!(group.speakers.remove(PeerId(1)));
        assert_eq!(group.speakers.stage().len(), LARGE_STAGE);
    }
}
