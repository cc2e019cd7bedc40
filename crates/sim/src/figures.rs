//! What a viewer would say of a call, in figures.

use std::time::{Duration, Instant};

use crate::client::Client;

/// A gap between two pictures that is longer than this is seen as a freeze: less is hidden by the buffer of a
/// browser, which these viewers do not have.
const SEEN_AS_FREEZE: Duration = Duration::from_millis(500);

/// Each voice packet of a browser with redundancy (RFC 2198) holds so many before it too.
const REDUNDANCY: u64 = 2;

impl Client {
    /// The longest time without a new picture of someone.
    pub fn longest_freeze(&self, of: u16, from: Instant, to: Instant) -> Duration {
        let shown = self.shown(of).into_iter().map(|shown| shown.at);
        gaps(shown, from, to).max().unwrap_or_default()
    }

    /// How long all freezes of someone's picture took together.
    pub fn frozen(&self, of: u16, from: Instant, to: Instant) -> Duration {
        let shown = self.shown(of).into_iter().map(|shown| shown.at);
        gaps(shown, from, to).filter(|gap| *gap > SEEN_AS_FREEZE).sum()
    }

    /// The layer of someone's latest picture.
    pub fn layer(&self, of: u16) -> Option<u8> {
        self.shown(of).last().map(|shown| shown.layer)
    }

    /// How many pictures of someone were shown.
    pub fn pictures(&self, of: u16, from: Instant, to: Instant) -> usize {
        self.shown(of).iter().filter(|shown| (from..to).contains(&shown.at)).count()
    }

    /// The longest time without a sound of someone.
    pub fn longest_silence(&self, of: u16, from: Instant, to: Instant) -> Duration {
        gaps(self.sounds(of).into_iter().map(|(at, _)| at), from, to).max().unwrap_or_default()
    }

    /// The share of someone's voice packets that came, and the share that can be heard with redundancy.
    pub fn heard(&self, of: u16, from: Instant, to: Instant) -> (f64, f64) {
        let sounds = self.sounds(of);
        let came: std::collections::BTreeSet<u64> =
            sounds.iter().filter(|(at, _)| (from..to).contains(at)).map(|(_, number)| *number).collect();
        let Some((first, last)) = came.first().zip(came.last()) else { return (0.0, 0.0) };
        let whole = (last - first + 1) as f64;
        let healed = (*first..=*last)
            .filter(|number| (0..=REDUNDANCY).any(|later| came.contains(&(number + later))))
            .count();
        (came.len() as f64 / whole, healed as f64 / whole)
    }
}

fn gaps(
    moments: impl Iterator<Item = Instant>,
    from: Instant,
    to: Instant,
) -> impl Iterator<Item = Duration> {
    let mut before = from;
    let within = moments.filter(move |at| (from..to).contains(at)).chain([to]);
    within.map(move |at| {
        let gap = at.saturating_duration_since(before);
        before = at;
        gap
    })
}

/// Prints what a story measured.
#[allow(clippy::print_stdout, reason = "a story prints its figures")]
pub fn figure(text: &str) {
    println!("figure: {text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_include_both_ends() {
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let found: Vec<_> = gaps([at(5), at(30), at(40), at(90)].into_iter(), at(10), at(60)).collect();
        assert_eq!(found, [20, 10, 20].map(Duration::from_millis));
    }
}
