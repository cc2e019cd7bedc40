//! Whether someone speaks, and how surely: the method of three time scales of Volfin and Cohen ("Dominant
//! speaker identification for multipoint videoconferencing", 2012). A syllable shows at once, a word after
//! a tenth of a second, a sentence after a second; who only coughs shows in the first alone.
//!
//! The paper counts active frequency bands. Here nothing is decoded, so the level of RFC 6464 stands in
//! for their number.

use std::collections::VecDeque;
use std::sync::LazyLock;

/// Steps of the loudness of one packet.
const STEPS: usize = 13;
/// Packets of 20 ms that make a word, and words that make a sentence.
const PACKETS_PER_WORD: usize = 5;
const WORDS_PER_SENTENCE: usize = 10;

/// Loudness above which a packet counts as speech, and packets above which a word does.
const SPEECH_STEPS: usize = 4;
const SPEECH_PACKETS: usize = 2;

/// The quietest and the loudest that make a difference, in -dBov: the noise of a quiet room, and a voice
/// close to the microphone.
const QUIETEST: usize = 65;
const LOUDEST: usize = 26;

/// How much more surely than the dominant speaker another must speak, on each scale, to take over. The
/// paper's thresholds for the logarithm of the ratio.
const TAKES_OVER: [f64; 3] = [3.0, 2.0, 0.0];

/// What is known of one voice.
#[derive(Debug, Clone)]
pub(crate) struct Speech {
    /// Loudness in steps, newest first.
    packets: VecDeque<u8>,
}

/// How surely someone speaks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Score {
    /// At once, over a word, over a sentence. Above zero.
    sure: [f64; 3],
    /// How loud what is said is, from 0 to 1.
    loudness: f64,
}

impl Default for Speech {
    fn default() -> Self {
        Self { packets: VecDeque::from(vec![0; PACKETS_PER_WORD * WORDS_PER_SENTENCE]) }
    }
}

impl Speech {
    /// Notes the level of one packet, in -dBov.
    pub(crate) fn note(&mut self, level: u8) {
        let above = QUIETEST.saturating_sub(usize::from(level));
        let steps = (above * STEPS / (QUIETEST - LOUDEST)).min(STEPS);
        self.packets.pop_back();
        self.packets.push_front(u8::try_from(steps).unwrap_or(u8::MAX));
    }

    pub(crate) fn score(&self) -> Score {
        let loud = |packet: &&u8| usize::from(**packet) >= SPEECH_STEPS;
        let newest = usize::from(self.packets.front().copied().unwrap_or(0));
        let spoken = self.packets.iter().take(PACKETS_PER_WORD).filter(loud).count();
        let words = (0..WORDS_PER_SENTENCE)
            .filter(|word| {
                let packets = self.packets.iter().skip(word * PACKETS_PER_WORD).take(PACKETS_PER_WORD);
                packets.filter(loud).count() >= SPEECH_PACKETS
            })
            .count();
        let tables = &*TABLES;
        let said = self.packets.iter().filter(loud);
        let (sum, count) = said.fold((0, 0), |(sum, count), steps| (sum + usize::from(*steps), count + 1));
        let loudness = sum as f64 / (count.max(1) * STEPS) as f64;
        Score { sure: [tables.at_once[newest], tables.word[spoken], tables.sentence[words]], loudness }
    }
}

impl Score {
    /// Whether this voice takes over from another that is the dominant one.
    pub(crate) fn takes_over(self, dominant: Score) -> bool {
        let mut scales = self.sure.iter().zip(dominant.sure).zip(TAKES_OVER);
        scales.all(|((own, other), least)| (own / other).ln() > least)
    }

    /// For ranking: the sentence, among equals the word; and who is clearly louder before one who murmurs as
    /// steadily. Three steps of loudness (9 dB) make a difference of 15 %.
    pub(crate) fn rank(self) -> f64 {
        let [_, word, sentence] = self.sure;
        (sentence + word / 100.0) * (0.5 + self.loudness)
    }
}

struct Tables {
    at_once: Vec<f64>,
    word: Vec<f64>,
    sentence: Vec<f64>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables {
    at_once: table(STEPS, 0.78),
    word: table(PACKETS_PER_WORD, 24.0),
    sentence: table(WORDS_PER_SENTENCE, 47.0),
});

/// The paper's score for every number of active parts out of `parts`: the logarithm of the ratio of two
/// likelihoods, that of speech (each part active with a chance of one half) and that of silence (an
/// exponential law with rate `lambda`).
fn table(parts: usize, lambda: f64) -> Vec<f64> {
    let mut ways = 1.0_f64;
    let mut highest = 1e-9_f64;
    (0..=parts)
        .map(|active| {
            if active > 0 {
                ways *= (parts + 1 - active) as f64 / active as f64;
            }
            let speech = ways.ln() + parts as f64 * 0.5_f64.ln();
            let silence = lambda.ln() - lambda * active as f64;
            // More of it is never less like speech, even where it is louder than a usual voice.
            highest = highest.max(speech - silence);
            highest
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(levels: impl IntoIterator<Item = u8>) -> Score {
        let mut speech = Speech::default();
        levels.into_iter().for_each(|level| speech.note(level));
        speech.score()
    }

    fn sentence(level: u8) -> Vec<u8> {
        vec![level; 50]
    }

    #[test]
    fn a_sentence_takes_over_from_silence_and_a_cough_does_not() {
        let silent = after(sentence(90));
        assert!(after(sentence(30)).takes_over(silent));
        let talking = after(sentence(32));
        let mut cough = sentence(90);
        cough.extend([20; 5]);
        assert!(!after(cough).takes_over(talking));
    }

    #[test]
    fn one_who_pauses_is_overtaken_by_one_who_goes_on() {
        let mut pausing = sentence(30);
        pausing.extend([90; 25]);
        assert!(after(sentence(35)).takes_over(after(pausing)));
        assert!(!after(sentence(35)).takes_over(after(sentence(30))), "two who speak do not take turns");
    }

    #[test]
    fn a_loud_voice_ranks_above_a_murmur_and_one_nearly_as_loud_does_not() {
        let rank = |level| after(sentence(level)).rank();
        assert!(rank(20) > rank(37) * 1.15);
        assert!(rank(30) < rank(35) * 1.15);
        assert!(rank(37) > rank(60), "a murmur is more than the noise of a room");
    }

    #[test]
    fn more_speech_never_scores_less() {
        for table in [table(STEPS, 0.78), table(PACKETS_PER_WORD, 24.0), table(WORDS_PER_SENTENCE, 47.0)] {
            assert!(table.windows(2).all(|pair| pair[1] >= pair[0]), "{table:?}");
            assert!(table.iter().all(|score| *score > 0.0));
        }
    }
}
