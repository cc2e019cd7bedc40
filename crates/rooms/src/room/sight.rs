//! Who may know of whom. Usually everyone of everyone; guests only of hosts where the list of people is hidden from them.

use std::collections::HashSet;

use incamera_protocol::ParticipantId;
use incamera_protocol::arrangement::Rule;
use incamera_protocol::signal::{Participant, ServerMessage, Source, Task};

use super::{Room, Seat};
use crate::hall::Effects;

impl Room {
    /// Whether someone may know that another is here.
    pub(super) fn sees(&self, viewer: &Seat, whom: &Seat) -> bool {
        viewer.shown.id == whom.shown.id
            || !self.holds(Rule::PeopleHidden)
            || viewer.shown.role.hosts()
            || whom.shown.role.hosts()
            || !whom.shown.tasks.is_empty()
    }

    /// Whether someone may look at another's picture.
    pub(super) fn may_watch(&self, viewer: &Seat, whom: &Seat, source: Source) -> bool {
        let shy = source == Source::Camera
            && self.holds(Rule::CamerasToHosts)
            && !viewer.shown.role.hosts()
            && !whom.shown.role.hosts()
            && !whom.shown.tasks.contains(&Task::Interpreter);
        viewer.shown.group == whom.shown.group && self.sees(viewer, whom) && !shy
    }

    /// Everyone whom someone may know of, in the order of their numbers.
    pub(super) fn everyone_for(&self, viewer: ParticipantId) -> Vec<Participant> {
        let Some(viewer) = self.seat(viewer) else { return Vec::new() };
        self.seats.iter().filter(|seat| self.sees(viewer, seat)).map(|seat| seat.shown.clone()).collect()
    }

    /// Those who may know of someone, that one included.
    pub(super) fn viewers_of(&self, whom: &Seat) -> impl Iterator<Item = &Seat> {
        self.seats.iter().filter(|viewer| self.sees(viewer, whom))
    }

    /// Does something that may change what people may do and of whom they know, and has it hold at once: what may not be sent
    /// or watched any more ends, and for those who may not know of someone any more, that one is gone.
    pub(super) fn changing_rights(&mut self, effects: &mut Effects, change: impl FnOnce(&mut Self)) {
        let before = self.unseen();
        change(self);
        let after = self.unseen();
        for (viewer, whom) in after.difference(&before) {
            effects.send(*viewer, ServerMessage::Left { participant: *whom });
        }
        for (viewer, whom) in before.difference(&after) {
            if let Some(seat) = self.seat(*whom) {
                effects.send(*viewer, ServerMessage::Joined { participant: seat.shown.clone() });
            }
        }
        self.enforce(effects);
        self.watch_all_to_media(effects);
    }

    /// Who may not know of whom: viewer, and whom.
    fn unseen(&self) -> HashSet<(ParticipantId, ParticipantId)> {
        if !self.holds(Rule::PeopleHidden) {
            return HashSet::new();
        }
        let pairs = self.seats.iter().flat_map(|viewer| self.seats.iter().map(move |whom| (viewer, whom)));
        pairs
            .filter(|(viewer, whom)| !self.sees(viewer, whom))
            .map(|(viewer, whom)| (viewer.shown.id, whom.shown.id))
            .collect()
    }
}
