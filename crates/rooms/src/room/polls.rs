//! Polls. The server knows a number for the question and counts numbers of answers. Who chose what it keeps in memory, as
//! everyone may change their mind, and tells nobody.

use std::collections::HashMap;

use incamera_protocol::arrangement::Poll;
use incamera_protocol::signal::Role;
use incamera_protocol::{ParticipantId, Refusal};

use super::Room;
use crate::hall::Effects;

/// A scale from 0 to 10 has eleven answers, and "I do not know".
const MAX_OPTIONS: u8 = 12;

pub(super) struct Asked {
    poll: u32,
    options: u8,
    votes: HashMap<ParticipantId, u8>,
    open: bool,
}

impl Asked {
    /// Counts are told when nobody answers any more: else one could see by them who just did.
    pub(super) fn shown_to(&self, role: Role) -> Poll {
        let votes = u32::try_from(self.votes.len()).unwrap_or(u32::MAX);
        Poll {
            poll: self.poll,
            options: self.options,
            votes: (self.open && role.hosts()).then_some(votes),
            counts: (!self.open).then(|| self.counts()),
        }
    }

    fn counts(&self) -> Vec<u32> {
        let mut counts = vec![0; usize::from(self.options)];
        for option in self.votes.values() {
            if let Some(count) = counts.get_mut(usize::from(*option)) {
                *count += 1;
            }
        }
        counts
    }
}

impl Room {
    pub(super) fn on_open_poll(
        &mut self,
        poll: u32,
        options: u8,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        if !(2..=MAX_OPTIONS).contains(&options) {
            return Err(Refusal::TooLarge);
        }
        self.poll = Some(Asked { poll, options, votes: HashMap::new(), open: true });
        self.tell_arrangement(effects);
        Ok(())
    }

    pub(super) fn on_vote(
        &mut self,
        from: ParticipantId,
        poll: u32,
        option: u8,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        let asked = self.poll.as_mut().filter(|asked| asked.poll == poll && asked.open);
        let asked = asked.filter(|asked| option < asked.options).ok_or(Refusal::OutOfPlace)?;
        // Whoever changes their mind is no news to anyone.
        if asked.votes.insert(from, option).is_none() {
            self.tell_arrangement_to_hosts(effects);
        }
        Ok(())
    }

    pub(super) fn on_close_poll(&mut self, effects: &mut Effects) {
        if let Some(asked) = self.poll.as_mut().filter(|asked| asked.open) {
            asked.open = false;
            self.tell_arrangement(effects);
        }
    }

    pub(super) fn on_drop_poll(&mut self, effects: &mut Effects) {
        if self.poll.take().is_some() {
            self.tell_arrangement(effects);
        }
    }
}
