//! What people show each other without words: raised hands, how well they are connected, their tasks.

use std::time::Instant;

use incamera_protocol::signal::{Quality, ServerMessage, Task};
use incamera_protocol::{ParticipantId, Refusal};

use super::Room;
use crate::hall::Effects;

impl Room {
    /// Milliseconds since the room was opened. It stands still after 49 days.
    pub(super) fn clock(&self, now: Instant) -> u32 {
        u32::try_from(now.saturating_duration_since(self.opened).as_millis()).unwrap_or(u32::MAX)
    }

    pub(super) fn on_hand(&mut self, now: Instant, from: ParticipantId, raised: bool, effects: &mut Effects) {
        // Two hands in one millisecond have an order, too: the one that was heard first.
        let turn = self.clock(now).max(self.last_hand.saturating_add(1));
        let Some(seat) = self.seat_mut(from) else { return };
        if seat.shown.hand.is_some() == raised {
            return;
        }
        seat.shown.hand = raised.then_some(turn);
        if raised {
            self.last_hand = turn;
        }
        self.tell_change(from, effects);
    }

    pub(super) fn on_quality(&mut self, from: ParticipantId, quality: Quality, effects: &mut Effects) {
        let Some(seat) = self.seat_mut(from) else { return };
        if seat.shown.quality.replace(quality) != Some(quality) {
            self.tell_change(from, effects);
        }
    }

    /// Tasks lift rules, so hosts give them, while one is there. Among equals anyone does, as agreed upon by speaking; and
    /// anyone gives back their own.
    pub(super) fn on_task(
        &mut self,
        from: ParticipantId,
        whose: ParticipantId,
        task: Task,
        given: bool,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        let known = self.seat(from).zip(self.seat(whose)).is_some_and(|(from, whose)| self.sees(from, whose));
        if !known {
            return Err(Refusal::ParticipantUnknown);
        }
        let led = self.seats.iter().any(|seat| seat.shown.role.hosts());
        if led && !self.hosts(from) && (given || from != whose) {
            return Err(Refusal::NotAllowed);
        }
        if self.seat(whose).is_some_and(|seat| seat.shown.tasks.contains(&task) == given) {
            return Ok(());
        }
        self.changing_rights(effects, |room| {
            let Some(seat) = room.seat_mut(whose) else { return };
            seat.shown.tasks.retain(|had| *had != task);
            if given {
                seat.shown.tasks.push(task);
                seat.shown.tasks.sort();
            }
        });
        self.tell_change(whose, effects);
        Ok(())
    }

    /// Tells everyone who may know of someone how they are now.
    pub(super) fn tell_change(&self, id: ParticipantId, effects: &mut Effects) {
        let Some(seat) = self.seat(id) else { return };
        let viewers = self.viewers_of(seat).map(|viewer| viewer.shown.id).collect();
        effects.send_all(viewers, ServerMessage::Changed { participant: seat.shown.clone() });
    }

    pub(super) fn tell_change_to_others(&self, id: ParticipantId, effects: &mut Effects) {
        let Some(seat) = self.seat(id) else { return };
        effects.send_all(self.others_who_see(id), ServerMessage::Changed { participant: seat.shown.clone() });
    }
}
