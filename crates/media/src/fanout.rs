//! Who receives which track, and in which slot. Derived from the viewers' slots and kept beside them, so
//! that a packet finds its viewers without asking each.

use std::collections::HashMap;

use crate::slots::SlotIndex;
use crate::vocabulary::{PeerId, TrackId};

/// One granted subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub(crate) viewer: PeerId,
    pub(crate) slot: SlotIndex,
}

/// All subscriptions, by track.
#[derive(Default)]
pub(crate) struct Fanout {
    by_track: HashMap<TrackId, Vec<Subscription>>,
}

impl Fanout {
    /// How many tracks are received, and by how many in all.
    pub(crate) fn subscriptions(&self) -> usize {
        self.by_track.len() + self.by_track.values().map(Vec::len).sum::<usize>()
    }

    /// Follows a slot from one track to another.
    pub(crate) fn follow(
        &mut self,
        subscription: Subscription,
        before: Option<TrackId>,
        after: Option<TrackId>,
    ) {
        if let Some(before) = before
            && let Some(subscriptions) = self.by_track.get_mut(&before)
        {
            subscriptions.retain(|known| *known != subscription);
            if subscriptions.is_empty() {
                self.by_track.remove(&before);
            }
        }
        if let Some(after) = after {
            self.by_track.entry(after).or_default().push(subscription);
        }
    }

    /// Lends out the subscriptions of a track; `put_back` returns them. Forwarding needs them and the
    /// viewers at the same time.
    pub(crate) fn take(&mut self, track: TrackId) -> Vec<Subscription> {
        self.by_track.get_mut(&track).map(std::mem::take).unwrap_or_default()
    }

    pub(crate) fn put_back(&mut self, track: TrackId, mut subscriptions: Vec<Subscription>) {
        // The end of a viewer may have given its neighbours this track meanwhile.
        subscriptions.extend(self.by_track.remove(&track).unwrap_or_default());
        if subscriptions.is_empty() {
            self.by_track.remove(&track);
        } else {
            self.by_track.insert(track, subscriptions);
        }
    }
}
