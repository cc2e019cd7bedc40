//! A synthetic microphone: who talks when is written in a script; silence is not sent (DTX).

use std::time::{Duration, Instant};

use crate::picture::{self, Stamp};

const VOICE_EVERY: Duration = Duration::from_millis(20);
const TICKS_PER_PACKET: u32 = 960;
const PACKET_BYTES: usize = 80;

/// In silence one packet in so many is sent, to say that nothing is broken.
const SENT_IN_SILENCE: u32 = 20;

/// Someone who speaks, in -dBov.
const SPEECH: i8 = -30;
const SILENCE: i8 = -90;

/// When someone speaks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Speech {
    /// Without a breath.
    #[default]
    Steady,
    /// Never; the microphone is open.
    Silent,
    /// In these spans, counted from the moment in which the script was given.
    Spans(Vec<(Duration, Duration)>),
    /// So long on, so long off, beginning with on after the delay.
    Turns {
        /// Before the first word.
        delay: Duration,
        /// How long each turn is.
        on: Duration,
        /// How long it is silent in between.
        off: Duration,
    },
}

impl Speech {
    fn talks(&self, at: Duration) -> bool {
        match self {
            Self::Steady => true,
            Self::Silent => false,
            Self::Spans(spans) => spans.iter().any(|(from, to)| (*from..*to).contains(&at)),
            Self::Turns { delay, on, off } => {
                let Some(into) = at.checked_sub(*delay) else { return false };
                into.as_nanos() % (*on + *off).as_nanos() < on.as_nanos()
            }
        }
    }
}

/// A packet, ready to be sent.
pub(crate) struct Sound {
    pub(crate) sequence: u32,
    pub(crate) time: u32,
    pub(crate) level: i8,
    pub(crate) payload: Vec<u8>,
}

pub(crate) struct Voice {
    client: u16,
    on: bool,
    speech: Speech,
    since: Instant,
    sequence: u32,
    clock: u32,
    silent_for: u32,
    next: Instant,
}

impl Voice {
    pub(crate) fn new(client: u16, now: Instant) -> Self {
        Self {
            client,
            on: false,
            speech: Speech::Steady,
            since: now,
            sequence: 0,
            clock: 0,
            silent_for: 0,
            next: now,
        }
    }

    pub(crate) fn turn(&mut self, on: bool) {
        self.on = on;
    }

    pub(crate) fn script(&mut self, speech: Speech, now: Instant) {
        (self.speech, self.since) = (speech, now);
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.on.then_some(self.next)
    }

    pub(crate) fn idle(&mut self, now: Instant) {
        self.next = now;
    }

    /// The sounds that are due.
    pub(crate) fn speak(&mut self, now: Instant) -> Vec<Sound> {
        let mut sounds = Vec::new();
        while self.next <= now {
            let at = self.next.saturating_duration_since(self.since);
            self.next += VOICE_EVERY;
            self.clock = self.clock.wrapping_add(TICKS_PER_PACKET);
            let talks = self.speech.talks(at);
            self.silent_for = if talks { 0 } else { self.silent_for + 1 };
            if self.on && (talks || self.silent_for % SENT_IN_SILENCE == 1) {
                sounds.push(self.sound(if talks { SPEECH } else { SILENCE }));
            }
        }
        sounds
    }

    fn sound(&mut self, level: i8) -> Sound {
        self.sequence += 1;
        let stamp = Stamp {
            client: self.client,
            layer: 0,
            number: self.sequence,
            sequence: self.sequence,
            part: 0,
            parts: 1,
            temporal: 0,
            refers_back: 0,
            key: false,
            picture_id: None,
        };
        let payload = picture::voice(stamp, PACKET_BYTES);
        Sound { sequence: self.sequence, time: self.clock, level, payload }
    }
}
