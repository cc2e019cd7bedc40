//! Divides what a viewer's network carries among the pictures that the viewer sees: the lowest layer of
//! each first, then better ones by priority; and decides when a better layer has fitted for long enough.
//!
//! How much the network carries is the engine's estimate; where a switch is safe is known in `layer`.

use std::time::{Duration, Instant};

use crate::credit::{Trial, Trust};
use crate::layer::MAX_LAYERS;
use crate::packet::LayerIndex;

/// The part of the estimate that the lowest layers may use up before one of them is held back, and the part
/// that must suffice for it to come back. Estimates lie below what a narrow network carries (medians of 0.73 to
/// 0.92 in the simulator), and a small picture is worth more than a cautious pause.
const KEEP_SHARE: f64 = 1.15;
const RESUME_SHARE: f64 = 1.0;

/// The part of the estimate that pictures may use up before one of them falls. The rest is for repairs, and
/// for key frames, which are several times a common picture.
const HOLD_SHARE: f64 = 0.90;

/// The part that must suffice for one to climb. Less than the one above, or a picture would climb and fall
/// with every breath of the estimate.
const CLIMB_SHARE: f64 = 0.85;

/// How long a better layer must fit before a picture climbs on a network that has given no trouble: a tile
/// that was enlarged is sharp soon.
const CLIMB_AFTER_CALM: Duration = Duration::from_millis(400);

/// The same after a fall. Shorter, and a noisy estimate makes the picture flicker; longer, and a viewer who
/// has left the lift still stares at a blur.
const CLIMB_AFTER: Duration = Duration::from_secs(1);

/// The same at the longest, for a network on which climbing failed several times.
const CLIMB_AFTER_MOST: Duration = Duration::from_secs(16);

/// A fall so soon after a climb means that the climb was a mistake.
const FAILED_WITHIN: Duration = Duration::from_secs(5);

/// Without a fall for this long, a network is trusted again.
const TRUST_AFTER: Duration = Duration::from_secs(30);

/// A viewer that wants any picture looks for at least this much, in bits a second: probes at lower rates are
/// of so few packets that the estimate they give is chance. They last 15 ms and come every 5 s, so that they
/// cost a kilobyte a second.
const LEAST_DESIRED_BPS: u64 = 1_500_000;

/// A viewer that is not satisfied has the network looked at again this often: the engine looks when the
/// demand grows, and else may never find out that a network has recovered.
const LOOK_AGAIN_EVERY: Duration = Duration::from_secs(4);

/// The same while a picture is held back altogether: after an outage three seconds are long.
const LOOK_AGAIN_SOON: Duration = Duration::from_millis(1_500);

/// What is given bandwidth first. The order is the order of the variants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Priority {
    /// A shared screen: text that cannot be read is of no use.
    Screen,
    /// What the viewer fixed.
    Pinned,
    Speaker,
    Tile,
}

/// One picture that a viewer wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Want {
    pub(crate) priority: Priority,
    /// What each layer costs, in bits a second, as far as the tile has use for it; `None` for one that does
    /// not exist.
    pub(crate) rates: [Option<u64>; MAX_LAYERS],
}

impl Want {
    fn rate(&self, layer: Option<LayerIndex>) -> u64 {
        layer.and_then(|layer| self.rates[layer]).unwrap_or(0)
    }

    /// What the lowest layer must have of what is left. A screen is sent evenly, however its pages come: one that takes
    /// its time is worth more than none, and one that was held back costs a key frame when it comes again.
    fn least(&self, left: u64) -> u64 {
        let rate = self.rate(self.lowest());
        if self.priority == Priority::Screen { rate.min(left) } else { rate }
    }

    fn lowest(&self) -> Option<LayerIndex> {
        self.rates.iter().position(Option::is_some)
    }

    /// The layer that the tile is best served with.
    pub(crate) fn best(&self) -> Option<LayerIndex> {
        self.rates.iter().rposition(Option::is_some)
    }

    fn next_above(&self, layer: LayerIndex) -> Option<LayerIndex> {
        (layer + 1..MAX_LAYERS).find(|&next| self.rates[next].is_some())
    }
}

/// The layer of each picture, most important first; `None` where not even the lowest fits into `lowest_bps`.
/// Better ones must fit into `budget_bps` together with all the rest.
pub(crate) fn divide(wants: &[Want], lowest_bps: u64, budget_bps: u64) -> Vec<Option<LayerIndex>> {
    let mut left = lowest_bps;
    let mut layers: Vec<Option<LayerIndex>> = wants
        .iter()
        .map(|want| {
            let lowest = want.lowest()?;
            left = left.checked_sub(want.least(left))?;
            Some(lowest)
        })
        .collect();
    let mut left = (budget_bps + left).saturating_sub(lowest_bps);
    for priority in [Priority::Screen, Priority::Pinned, Priority::Speaker, Priority::Tile] {
        // Level by level, so that of several equal tiles none is sharp at the cost of the others.
        for level in 1..MAX_LAYERS {
            for (want, layer) in wants.iter().zip(&mut layers).filter(|(want, _)| want.priority == priority) {
                let Some(next) = layer.and_then(|layer| want.next_above(layer)) else { continue };
                let more = want.rate(Some(next)).saturating_sub(want.rate(*layer));
                if next == level && more <= left {
                    left -= more;
                    *layer = Some(next);
                }
            }
        }
    }
    layers
}

/// What the engine should look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Demand {
    /// The rate to sustain, with padding where there is too little media: what is sent now, and the next
    /// better layer on top, so that the estimate can grow to where it fits.
    pub(crate) minimum_bps: u64,
    /// The rate of everything in the layer that its tile is best served with.
    pub(crate) desired_bps: u64,
}

/// What one viewer receives and why, from one look to the next.
#[derive(Debug)]
pub(crate) struct Budget {
    climb_after: Duration,
    last_climb: Option<Instant>,
    last_fall: Option<Instant>,
    last_look: Option<Instant>,
    trust: Trust,
    trial: Trial,
}

/// One picture, as it was left by the last look.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Aim {
    /// The layer that was chosen; `None` for nothing yet, and for a picture that is held back.
    pub(crate) layer: Option<LayerIndex>,
    /// Held back because the network does not carry it.
    pub(crate) paused: bool,
    /// Since when a better layer would fit.
    fits_since: Option<Instant>,
}

impl Budget {
    pub(crate) fn new() -> Self {
        Self {
            climb_after: CLIMB_AFTER,
            last_climb: None,
            last_fall: None,
            last_look: None,
            trust: Trust::default(),
            trial: Trial::default(),
        }
    }

    /// Chooses anew. `estimate_bps` is `None` while nothing is known of the network; `sound_bps` is what
    /// voices and music take before any picture.
    pub(crate) fn choose(
        &mut self,
        now: Instant,
        estimate_bps: Option<u64>,
        sound_bps: u64,
        wants: &[Want],
        aims: &mut [Aim],
    ) {
        let credit = estimate_bps.map_or(0, |bps| {
            let lowest = |want: &Want| want.rate(want.lowest());
            let (all, first) = (wants.iter().map(lowest).sum(), wants.first().map_or(0, lowest));
            let held_back = aims.first().is_some_and(|aim| aim.paused);
            self.trust.allowance(now, bps, all).max(self.trial.allowance(now, bps, first, held_back))
        });
        let part = |share: f64| {
            let all = estimate_bps.map_or(u64::MAX / 2, |bps| (bps as f64 * share) as u64);
            all.saturating_sub(sound_bps)
        };
        let hold = divide(wants, part(KEEP_SHARE).max(credit), part(HOLD_SHARE));
        let climb = divide(wants, part(RESUME_SHARE).max(credit), part(CLIMB_SHARE));
        if self.last_fall.is_some_and(|at| now.saturating_duration_since(at) > TRUST_AFTER) {
            (self.climb_after, self.last_fall) = (CLIMB_AFTER, None);
            self.trial.forget_failures();
        }
        let patience = if self.last_fall.is_some() { self.climb_after } else { CLIMB_AFTER_CALM };
        let mut climbed = false;
        let mut fallen = false;
        for (index, (want, aim)) in wants.iter().zip(aims).enumerate() {
            let fresh = aim.layer.is_none() && !aim.paused;
            let (hold, climb) = (hold[index], climb[index]);
            if fresh || hold < aim.layer {
                let by_rate = hold < want.best() && !fresh;
                fallen |= by_rate && aim.layer <= want.best();
                *aim = Aim { layer: hold, paused: hold.is_none() && want.best().is_some(), fits_since: None };
            } else if climb > aim.layer {
                let since = *aim.fits_since.get_or_insert(now);
                let tried = aim.paused && self.trial.is_on();
                if now.saturating_duration_since(since) >= patience || estimate_bps.is_none() || tried {
                    *aim = Aim { layer: climb, paused: false, fits_since: None };
                    climbed |= !tried;
                }
            } else {
                aim.fits_since = None;
            }
        }
        self.note(now, climbed, fallen);
    }

    /// What the engine should look for.
    pub(crate) fn demand(&mut self, now: Instant, sound_bps: u64, wants: &[Want], aims: &[Aim]) -> Demand {
        let mut demand = demand(sound_bps, wants, aims);
        let satisfied = wants.iter().zip(aims).all(|(want, aim)| aim.layer == want.best());
        let held_back = aims.iter().any(|aim| aim.paused);
        let pause = if held_back { LOOK_AGAIN_SOON } else { LOOK_AGAIN_EVERY };
        let waited = self.last_look.is_none_or(|at| now.saturating_duration_since(at) >= pause);
        if satisfied {
            self.last_look = Some(now);
        } else if waited {
            self.last_look = Some(now);
            demand.desired_bps += demand.desired_bps / 8;
        }
        demand
    }

    fn note(&mut self, now: Instant, climbed: bool, fallen: bool) {
        if fallen {
            if self.last_climb.is_some_and(|at| now.saturating_duration_since(at) < FAILED_WITHIN) {
                self.climb_after = (self.climb_after * 2).min(CLIMB_AFTER_MOST);
            }
            self.last_fall = Some(now);
            self.last_climb = None;
        }
        if climbed {
            self.last_climb = Some(now);
        }
    }
}

/// What the network would have to carry.
fn demand(sound_bps: u64, wants: &[Want], aims: &[Aim]) -> Demand {
    let pairs = || wants.iter().zip(aims);
    let desired: u64 = wants.iter().map(|want| want.rate(want.best())).sum();
    let sent: u64 = pairs().map(|(want, aim)| want.rate(aim.layer)).sum();
    let step = pairs()
        .filter_map(|(want, aim)| {
            let next = aim.layer.map_or(want.lowest(), |layer| want.next_above(layer))?;
            Some(want.rate(Some(next)).saturating_sub(want.rate(aim.layer)))
        })
        .min();
    let with_room = |bps: u64| (bps as f64 / CLIMB_SHARE) as u64;
    let desired = with_room(sound_bps + desired);
    Demand {
        minimum_bps: step.map_or(0, |step| with_room(sound_bps + sent + step)),
        desired_bps: if wants.is_empty() { desired } else { desired.max(LEAST_DESIRED_BPS) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: [Option<u64>; 3] = [Some(150_000), Some(500_000), Some(1_700_000)];

    fn want(priority: Priority) -> Want {
        Want { priority, rates: RATES }
    }

    #[test]
    fn the_lowest_of_each_comes_before_the_better_of_any() {
        let wants = [want(Priority::Pinned), want(Priority::Tile), want(Priority::Tile)];
        assert_eq!(divide(&wants, 100_000, 100_000), [None, None, None]);
        assert_eq!(divide(&wants, 310_000, 310_000), [Some(0), Some(0), None]);
        assert_eq!(divide(&wants, 799_999, 799_999), [Some(0), Some(0), Some(0)]);
        assert_eq!(divide(&wants, 800_000, 800_000), [Some(1), Some(0), Some(0)]);
        assert_eq!(divide(&wants, 2_000_000, 2_000_000), [Some(2), Some(0), Some(0)]);
        assert_eq!(divide(&wants, 6_000_000, 6_000_000), [Some(2), Some(2), Some(2)]);
    }

    #[test]
    fn the_lowest_may_take_more_than_the_better_ones() {
        let wants = [want(Priority::Tile), want(Priority::Tile)];
        assert_eq!(divide(&wants, 310_000, 200_000), [Some(0), Some(0)]);
        assert_eq!(divide(&wants, 700_000, 650_000), [Some(1), Some(0)]);
        assert_eq!(divide(&wants, 700_000, 649_999), [Some(0), Some(0)]);
    }

    #[test]
    fn equal_tiles_climb_together() {
        let wants = [want(Priority::Tile), want(Priority::Tile)];
        assert_eq!(divide(&wants, 1_900_000, 1_900_000), [Some(1), Some(1)]);
    }

    #[test]
    fn a_picture_that_has_one_layer_only_takes_it_or_goes_without() {
        let only = Want { priority: Priority::Tile, rates: [None, None, Some(1_000_000)] };
        assert_eq!(divide(&[only], 999_999, 999_999), [None]);
        assert_eq!(divide(&[only], 1_000_000, 1_000_000), [Some(2)]);
        let nothing = Want { priority: Priority::Tile, rates: [None; 3] };
        assert_eq!(divide(&[nothing], 1_000_000, 1_000_000), [None]);
    }

    /// Never more than there is; never an unimportant one at the cost of an important one.
    #[test]
    fn random_divisions_keep_within_the_budget_and_grow_with_it() {
        let mut state = 7_u64;
        let mut next = move |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let order = [Priority::Screen, Priority::Pinned, Priority::Speaker, Priority::Tile];
        for _ in 0..2_000 {
            let mut wants: Vec<_> = (0..next(26))
                .map(|_| {
                    let mut rates = RATES;
                    rates[next(3) as usize] = (next(2) == 0).then_some(300_000);
                    Want { priority: order[next(4) as usize], rates }
                })
                .collect();
            wants.sort_by_key(|want| want.priority);
            let budget = next(10_000_000);
            let layers = divide(&wants, budget, budget);
            // The lowest layer of a screen takes what is left.
            let takes = |want: &Want, layer: Option<LayerIndex>| {
                let bends = want.priority == Priority::Screen && layer == want.lowest();
                if bends { 0 } else { want.rate(layer) }
            };
            let sum: u64 = wants.iter().zip(&layers).map(|(want, layer)| takes(want, *layer)).sum();
            assert!(sum <= budget, "{sum} of {budget}");
            assert!(layers.iter().zip(&wants).all(|(layer, want)| *layer <= want.best()));
            let more: u64 =
                wants.iter().zip(divide(&wants, budget * 2, budget * 2)).map(|(w, l)| takes(w, l)).sum();
            assert!(more >= sum || more > budget);
        }
    }

    #[test]
    fn a_screen_is_never_held_back_and_leaves_nothing_where_there_is_too_little() {
        let wants = [want(Priority::Screen), want(Priority::Tile)];
        assert_eq!(divide(&wants, 300_000, 300_000), [Some(0), Some(0)]);
        assert_eq!(divide(&wants, 100_000, 100_000), [Some(0), None]);
        assert_eq!(divide(&wants, 0, 0), [Some(0), None]);
    }

    struct Viewer {
        budget: Budget,
        aims: [Aim; 1],
        now: Instant,
    }

    impl Viewer {
        fn new() -> Self {
            Self { budget: Budget::new(), aims: [Aim::default()], now: Instant::now() }
        }

        fn pass(&mut self, milliseconds: u64, estimate: Option<u64>) -> Option<LayerIndex> {
            for _ in 0..milliseconds / 100 {
                self.now += Duration::from_millis(100);
                self.budget.choose(self.now, estimate, 50_000, &[want(Priority::Tile)], &mut self.aims);
            }
            self.aims[0].layer
        }
    }

    #[test]
    fn down_at_once_and_up_after_a_while() {
        let mut viewer = Viewer::new();
        assert_eq!(viewer.pass(100, Some(3_000_000)), Some(2), "a fresh picture takes what fits");
        assert_eq!(viewer.pass(100, Some(300_000)), Some(0));
        assert_eq!(viewer.pass(100, Some(180_000)), Some(0), "a small picture is kept as long as it may fit");
        assert_eq!(viewer.pass(100, Some(100_000)), None);
        assert!(viewer.aims[0].paused);
        assert_eq!(viewer.pass(900, Some(3_000_000)), None);
        assert_eq!(viewer.pass(300, Some(3_000_000)), Some(2));
        assert!(!viewer.aims[0].paused);
    }

    #[test]
    fn a_network_on_which_climbing_fails_is_trusted_less_and_less() {
        let mut viewer = Viewer::new();
        viewer.pass(100, Some(300_000));
        let mut waits = Vec::new();
        for _ in 0..4 {
            let mut waited = 0;
            while viewer.pass(100, Some(3_000_000)) == Some(0) {
                waited += 100;
            }
            waits.push(waited);
            viewer.pass(500, Some(300_000));
        }
        assert!(waits.windows(2).all(|pair| pair[1] > pair[0]), "{waits:?}");
        viewer.pass(40_000, Some(300_000));
        assert_eq!(viewer.pass(1_500, Some(3_000_000)), Some(2), "trusted again");
    }

    #[test]
    fn what_is_held_back_is_tried_ever_more_seldom_and_kept_if_it_fits() {
        let mut viewer = Viewer::new();
        viewer.pass(100, Some(300_000));
        viewer.pass(100, Some(90_000));
        let shown: Vec<_> = (0..400).map(|_| viewer.pass(100, Some(90_000)).is_some()).collect();
        let starts: Vec<_> = (1..400).filter(|&tick| shown[tick] && !shown[tick - 1]).collect();
        assert!(starts.windows(3).all(|three| three[2] - three[1] > three[1] - three[0]), "{starts:?}");
        assert!(starts.len() >= 3 && starts[0] <= 25, "{starts:?}");
        let mut viewer = Viewer::new();
        viewer.pass(100, Some(300_000));
        viewer.pass(100, Some(90_000));
        while viewer.pass(100, Some(90_000)).is_none() {}
        assert_eq!(viewer.pass(100, Some(70_000)), None, "it is too narrow: ended at once");
        while viewer.pass(100, Some(70_000)).is_none() {}
        assert_eq!(viewer.pass(5_000, Some(250_000)), Some(0), "it fits and stays");
    }

    #[test]
    fn nothing_is_held_back_while_nothing_is_known() {
        assert_eq!(Viewer::new().pass(100, None), Some(2));
    }

    /// A shared screen has one layer, which costs more than the first guess.
    #[test]
    fn a_new_network_is_trusted_with_a_picture_until_it_is_known() {
        let large = Want { priority: Priority::Pinned, rates: [Some(1_500_000), None, None] };
        let run = |estimates: &[u64]| {
            let (mut budget, mut aims, start) = (Budget::new(), [Aim::default()], Instant::now());
            let at = |tick: usize| start + Duration::from_millis(100) * u32::try_from(tick).expect("few");
            let mut shown = Vec::new();
            for (tick, estimate) in estimates.iter().enumerate() {
                budget.choose(at(tick), Some(*estimate), 50_000, &[large], &mut aims);
                shown.push(aims[0].layer.is_some());
            }
            shown
        };
        assert_eq!(run(&[600_000; 31])[..30], [true; 30], "trusted for three seconds");
        assert!(!run(&[600_000; 32])[31], "then it counts what was measured");
        assert_eq!(run(&[600_000, 600_000, 500_000, 600_000]), [true, true, false, false], "it is narrow");
        assert!(run(&[vec![600_000; 20], vec![1_600_000; 40]].concat()).iter().all(|shown| *shown));
        let many = [want(Priority::Tile); 25];
        let mut aims = [Aim::default(); 25];
        Budget::new().choose(Instant::now(), Some(600_000), 0, &many, &mut aims);
        assert_eq!(aims.iter().filter(|aim| aim.layer.is_some()).count(), 13, "not without limit");
    }

    #[test]
    fn the_demand_is_true() {
        let aims = [Aim { layer: Some(0), ..Aim::default() }];
        let asked = demand(85_000, &[want(Priority::Tile)], &aims);
        assert_eq!(asked, Demand { minimum_bps: 688_235, desired_bps: 2_100_000 });
        let aims = [Aim { layer: Some(2), ..Aim::default() }];
        assert_eq!(demand(0, &[want(Priority::Tile)], &aims).minimum_bps, 0, "nothing more is wanted");
        assert_eq!(demand(0, &[], &[]), Demand::default());
        let small = Want { priority: Priority::Tile, rates: [Some(150_000), None, None] };
        let aims = [Aim { layer: Some(0), ..Aim::default() }];
        assert_eq!(demand(0, &[small], &aims).desired_bps, LEAST_DESIRED_BPS);
    }

    #[test]
    fn who_is_not_satisfied_has_the_network_looked_at_again() {
        let (mut budget, start) = (Budget::new(), Instant::now());
        let (wants, low) = ([want(Priority::Tile)], [Aim { layer: Some(0), ..Aim::default() }]);
        let mut grown = 0;
        let mut before = u64::MAX;
        for tick in 0..100 {
            let desired =
                budget.demand(start + Duration::from_millis(100) * tick, 0, &wants, &low).desired_bps;
            grown += u32::from(desired > before);
            before = desired;
        }
        assert_eq!(grown, 2, "every four seconds");
    }
}
