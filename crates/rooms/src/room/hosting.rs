//! What hosts do with others. Always less than before: something is switched off, taken away or closed. Nothing of
//! anyone's can be switched on by another (ATK-10).

use std::time::Instant;

use incamera_protocol::signal::{ClosingReason, Role, ServerMessage, Source};
use incamera_protocol::{ParticipantId, Refusal};

use super::Room;
use crate::hall::Effects;

impl Room {
    /// Sends someone away, from before the room or out of it. The room's own host is sent away by nobody.
    pub(super) fn on_remove(&mut self, id: ParticipantId, effects: &mut Effects) -> Result<(), Refusal> {
        if self.waits(id) {
            self.go_away(id, Some(ClosingReason::Removed), effects);
            return Ok(());
        }
        let seat = self.seat(id).ok_or(Refusal::ParticipantUnknown)?;
        if seat.shown.role == Role::Host {
            return Err(Refusal::NotAllowed);
        }
        self.leave(id, Some(ClosingReason::Removed), effects);
        Ok(())
    }

    /// Switches something off: here, so that it ends whatever their client does, and there, so that the device rests. They
    /// may switch it on again.
    pub(super) fn on_stop(
        &mut self,
        id: ParticipantId,
        source: Source,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        self.seat(id).ok_or(Refusal::ParticipantUnknown)?;
        self.switch_off(id, source, effects);
        Ok(())
    }

    pub(super) fn switch_off(&mut self, id: ParticipantId, source: Source, effects: &mut Effects) {
        let Some(seat) = self.seat_mut(id) else { return };
        if !seat.rest(source) {
            return;
        }
        self.publish_to_media(id, effects);
        effects.send(id, ServerMessage::Stopped { source });
        self.tell_change(id, effects);
    }

    pub(super) fn on_lower_hand(
        &mut self,
        now: Instant,
        id: ParticipantId,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        self.seat(id).ok_or(Refusal::ParticipantUnknown)?;
        self.on_hand(now, id, false, effects);
        Ok(())
    }

    /// Makes someone host, or takes it back. A new host sees at once who waits.
    pub(super) fn on_promote(
        &mut self,
        id: ParticipantId,
        host: bool,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        let seat = self.seat(id).ok_or(Refusal::ParticipantUnknown)?;
        let wanted = if host { Role::CoHost } else { Role::Guest };
        match seat.shown.role {
            Role::Host => return Err(Refusal::NotAllowed),
            role if role == wanted => return Ok(()),
            _ => {}
        }
        self.changing_rights(effects, |room| {
            if let Some(seat) = room.seat_mut(id) {
                seat.shown.role = wanted;
            }
        });
        self.tell_change(id, effects);
        effects.send(id, ServerMessage::Arranged { arrangement: self.arrangement_for(wanted) });
        for knock in self.knocks_for(wanted) {
            effects.send(id, ServerMessage::Knocking { knock });
        }
        Ok(())
    }

    /// Ends the meeting: for those inside, and for those who wait.
    pub(super) fn on_end(&mut self, effects: &mut Effects) {
        let waiting: Vec<_> = self.lobby.iter().map(|waiting| waiting.shown.id).collect();
        for id in waiting {
            self.go_away(id, Some(ClosingReason::Ended), effects);
        }
        let inside: Vec<_> = self.participants().collect();
        for id in inside {
            self.leave(id, Some(ClosingReason::Ended), effects);
        }
    }
}
