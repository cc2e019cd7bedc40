//! What the network does to a datagram.

use std::time::Duration;

use crate::random::Random;

/// The network between one client and the server, the same in both directions.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    /// One way.
    pub delay: Duration,
    /// The probability that a datagram is lost.
    pub loss: f64,
    /// Nothing passes.
    pub dead: bool,
}

impl Default for Link {
    fn default() -> Self {
        Self { delay: Duration::from_millis(10), loss: 0.0, dead: false }
    }
}

impl Link {
    /// How long a datagram takes; `None` for a lost one.
    pub(crate) fn carry(&self, random: &mut Random) -> Option<Duration> {
        (!self.dead && !random.happens(self.loss)).then_some(self.delay)
    }
}
