//! What is held at one moment, so that a test can see that nothing stays behind.

use std::ops::Add;

/// How many of each thing there are. All zero when nobody is here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Census {
    /// Peers that are here.
    pub peers: usize,
    /// Peers whose tracks are known, those elsewhere included.
    pub sources: usize,
    /// Groups.
    pub groups: usize,
    /// Addresses and ufrags by which peers are found.
    pub names: usize,
    /// Tracks that someone receives, with each who does.
    pub subscriptions: usize,
    /// Layers of which it is known when a key frame was asked for.
    pub keyframes_asked: usize,
    /// Pictures on their way in.
    pub pictures: usize,
    /// What is known of tracks and layers watched elsewhere.
    pub relayed: usize,
    /// Timers that are set.
    pub timers: usize,
}

impl Add for Census {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            peers: self.peers + other.peers,
            sources: self.sources + other.sources,
            groups: self.groups + other.groups,
            names: self.names + other.names,
            subscriptions: self.subscriptions + other.subscriptions,
            keyframes_asked: self.keyframes_asked + other.keyframes_asked,
            pictures: self.pictures + other.pictures,
            relayed: self.relayed + other.relayed,
            timers: self.timers + other.timers,
        }
    }
}
