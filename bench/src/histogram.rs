//! Durations counted in buckets, each at most 3 percent wide.

use std::time::Duration;

/// Buckets for each doubling: 32 make an error of at most 1/32.
const STEPS: u64 = 32;
const STEP_BITS: u32 = STEPS.ilog2();

/// Enough for 2^36 microseconds.
const BUCKETS: usize = 32 * STEPS as usize;

/// Counts of durations, by size.
#[derive(Debug, Clone)]
pub struct Histogram {
    counts: Box<[u64]>,
    total: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: vec![0; BUCKETS].into(), total: 0 }
    }
}

impl Histogram {
    /// Counts one.
    pub fn add(&mut self, duration: Duration) {
        let index = bucket(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)).min(BUCKETS - 1);
        self.counts[index] += 1;
        self.total += 1;
    }

    /// Takes in what another has counted.
    pub fn merge(&mut self, other: &Self) {
        self.counts.iter_mut().zip(&other.counts).for_each(|(ours, theirs)| *ours += theirs);
        self.total += other.total;
    }

    /// How many were counted.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The duration that this share (0 to 1) stays below; zero where nothing was counted.
    pub fn quantile(&self, share: f64) -> Duration {
        let wanted = (self.total as f64 * share).ceil() as u64;
        let mut seen = 0;
        for (index, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= wanted.max(1) {
                return Duration::from_micros(lower_edge(index as u64));
            }
        }
        Duration::ZERO
    }
}

/// Below 32 each number has a bucket; above, each doubling has 32.
fn bucket(micros: u64) -> usize {
    if micros < STEPS {
        return micros as usize;
    }
    let shift = micros.ilog2() - STEP_BITS;
    ((u64::from(shift) * STEPS) + (micros >> shift)) as usize
}

fn lower_edge(index: u64) -> u64 {
    if index < 2 * STEPS {
        return index;
    }
    let shift = index / STEPS - 1;
    (index % STEPS + STEPS) << shift
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edge_is_within_a_32nd_of_what_was_counted() {
        for micros in [0, 1, 31, 32, 33, 63, 64, 65, 100, 999, 1_000, 12_345, 1_000_000, 77_777_777] {
            let edge = lower_edge(bucket(micros) as u64);
            assert!(edge <= micros && micros - edge <= micros / 32, "{micros} became {edge}");
        }
    }

    #[test]
    fn quantiles_are_in_order() {
        let mut histogram = Histogram::default();
        (1..=100).for_each(|ms| histogram.add(Duration::from_millis(ms)));
        let near = |share, ms: u64| {
            let found = histogram.quantile(share).as_secs_f64() * 1e3;
            assert!((found - ms as f64).abs() <= ms as f64 / 30.0, "{share}: {found}");
        };
        near(0.5, 50);
        near(0.99, 99);
        assert_eq!(Histogram::default().quantile(0.5), Duration::ZERO);
    }
}
