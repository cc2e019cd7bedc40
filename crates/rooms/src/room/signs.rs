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

    /// Anyone gives and takes tasks, their own and others': among equals this is agreed upon by speaking.
    pub(super) fn on_task(
        &mut self,
        whose: ParticipantId,
        task: Task,
        given: bool,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        let seat = self.seat_mut(whose).ok_or(Refusal::ParticipantUnknown)?;
        let tasks = &mut seat.shown.tasks;
        if tasks.contains(&task) == given {
            return Ok(());
        }
        if given {
            tasks.push(task);
            tasks.sort();
        } else {
            tasks.retain(|had| *had != task);
        }
        self.tell_change(whose, effects);
        Ok(())
    }

    pub(super) fn tell_change(&self, id: ParticipantId, effects: &mut Effects) {
        let Some(seat) = self.seat(id) else { return };
        self.tell_all(ServerMessage::Changed { participant: seat.shown.clone() }, effects);
    }
}
