//! What people write to each other: carried, and not looked into.

use incamera_protocol::arrangement::Rule;
use incamera_protocol::signal::ServerMessage;
use incamera_protocol::{MAX_SEALED_BYTES, ParticipantId, Recipient, Refusal, Sealed};

use super::Room;
use crate::hall::Effects;

impl Room {
    pub(super) fn on_sealed(
        &mut self,
        from: ParticipantId,
        sealed: Sealed,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        if sealed.bytes.decoded_len() > MAX_SEALED_BYTES {
            return Err(Refusal::TooLarge);
        }
        let writer = self.seat(from).ok_or(Refusal::OutOfPlace)?;
        let hosts = writer.shown.role.hosts();
        // Captions are no chat, and whoever writes them was asked to.
        let silenced = self.holds(Rule::ChatOff) && !hosts && writer.shown.tasks.is_empty();
        match sealed.to {
            Recipient::Everyone {} if silenced => return Err(Refusal::NotAllowed),
            Recipient::AllGroups {} if !hosts => return Err(Refusal::NotAllowed),
            Recipient::Everyone {} => {
                let near = self.viewers_of(writer).filter(|seat| seat.shown.group == writer.shown.group);
                let to = near.map(|seat| seat.shown.id).filter(|id| *id != from).collect();
                effects.send_all(to, ServerMessage::Sealed { from, sealed });
            }
            Recipient::AllGroups {} => {
                effects.send_all(self.others_who_see(from), ServerMessage::Sealed { from, sealed });
            }
            Recipient::One { participant } => {
                // A host writes to those who wait, too. For others nobody waits.
                let reader = self.seat(participant).filter(|reader| self.sees(writer, reader));
                if reader.is_none() && !(hosts && self.waits(participant)) {
                    return Err(Refusal::ParticipantUnknown);
                }
                if silenced && reader.is_some_and(|reader| !reader.shown.role.hosts()) {
                    return Err(Refusal::NotAllowed);
                }
                effects.send(participant, ServerMessage::Sealed { from, sealed });
            }
        }
        Ok(())
    }
}
