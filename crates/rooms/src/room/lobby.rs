//! Those who wait before a room. They have no seat, so nothing that is done with seats reaches them: no media, no list of
//! people, no word of what goes on inside.

use std::time::Instant;

use incamera_protocol::signal::{ClientMessage, ClosingReason, Knock, Role, ServerMessage};
use incamera_protocol::{MAX_WAITING, ParticipantId, Refusal};

use super::Room;
use crate::gate::{self, Standing};
use crate::hall::{Effects, Entrance, Output};
use crate::name;
use crate::presence::Presence;

/// Someone who waits.
pub(super) struct Waiting {
    pub(super) shown: Knock,
    pub(super) presence: Presence,
}

impl Room {
    pub(super) fn waits(&self, id: ParticipantId) -> bool {
        self.lobby.iter().any(|waiting| waiting.shown.id == id)
    }

    /// What hosts see of those who wait.
    pub(super) fn knocks_for(&self, role: Role) -> Vec<Knock> {
        if role.hosts() {
            self.lobby.iter().map(|waiting| waiting.shown.clone()).collect()
        } else {
            Vec::new()
        }
    }

    pub(super) fn knock(
        &mut self,
        now: Instant,
        entrance: &Entrance,
        effects: &mut Effects,
    ) -> Result<ParticipantId, Refusal> {
        if self.lobby.len() >= MAX_WAITING {
            return Err(Refusal::RoomFull);
        }
        let since = self.clock(now);
        self.wait(
            now,
            entrance.participant,
            entrance.name.as_deref().and_then(name::normalise),
            since,
            effects,
        );
        Ok(entrance.participant)
    }

    fn wait(
        &mut self,
        now: Instant,
        id: ParticipantId,
        name: Option<String>,
        since: u32,
        effects: &mut Effects,
    ) {
        let shown = Knock { id, name, since, microphone: None, camera: None, connected: true };
        self.tell_hosts(ServerMessage::Knocking { knock: shown.clone() }, effects);
        self.lobby.push(Waiting { shown, presence: Presence::new(now) });
    }

    /// A reloaded page goes on waiting where it waited.
    pub(super) fn knock_again(
        &mut self,
        now: Instant,
        id: ParticipantId,
        entrance: &Entrance,
        effects: &mut Effects,
    ) {
        let Some(waiting) = self.waiting_mut(id) else { return };
        waiting.presence = Presence::new(now);
        waiting.shown.name = entrance.name.as_deref().and_then(name::normalise);
        waiting.shown.connected = true;
        let knock = waiting.shown.clone();
        self.tell_hosts(ServerMessage::Knocking { knock }, effects);
    }

    /// A message of someone who waits.
    pub(super) fn on_message_outside(
        &mut self,
        from: ParticipantId,
        message: &ClientMessage,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        gate::may_say(Standing::Waiting, message)?;
        match message {
            ClientMessage::Check { microphone, camera } => {
                let Some(waiting) = self.waiting_mut(from) else { return Ok(()) };
                waiting.shown.microphone = Some(*microphone);
                waiting.shown.camera = Some(*camera);
                let knock = waiting.shown.clone();
                self.tell_hosts(ServerMessage::Knocking { knock }, effects);
            }
            ClientMessage::Leave {} => self.go_away(from, None, effects),
            _ => {}
        }
        Ok(())
    }

    /// Lets people in, in the order in which they came, as far as there are seats.
    pub(super) fn on_admit(
        &mut self,
        now: Instant,
        participants: &[ParticipantId],
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        let called: Vec<_> = self
            .lobby
            .iter()
            .map(|waiting| waiting.shown.id)
            .filter(|id| participants.contains(id))
            .collect();
        for id in called {
            if self.is_full() {
                return Err(Refusal::RoomFull);
            }
            self.admit(now, id, effects);
        }
        Ok(())
    }

    fn admit(&mut self, now: Instant, id: ParticipantId, effects: &mut Effects) {
        let Some(Waiting { shown, presence }) = self.take_waiting(id) else { return };
        self.tell_hosts(ServerMessage::KnockEnded { participant: id }, effects);
        self.seat_new(id, shown.name, Role::Guest, presence, effects);
        let participants = self.everyone_for(id);
        let (clock_ms, arrangement) = (self.clock(now), self.arrangement_for(Role::Guest));
        effects.send(id, ServerMessage::Admitted { clock_ms, participants, arrangement });
    }

    /// Has someone wait again. Their connection ends here, whatever their client does.
    pub(super) fn on_send_back(
        &mut self,
        now: Instant,
        id: ParticipantId,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        let seat = self.seat(id).ok_or(Refusal::ParticipantUnknown)?;
        if seat.shown.role == Role::Host {
            return Err(Refusal::NotAllowed);
        }
        let name = seat.shown.name.clone();
        self.unseat(id, effects);
        effects.send(id, ServerMessage::SentBack {});
        let since = self.clock(now);
        self.wait(now, id, name, since, effects);
        Ok(())
    }

    /// Ends the wait of someone who leaves, is lost or is sent away.
    pub(super) fn go_away(
        &mut self,
        id: ParticipantId,
        reason: Option<ClosingReason>,
        effects: &mut Effects,
    ) {
        if self.take_waiting(id).is_none() {
            return;
        }
        effects.push(Output::Ended { participant: id, reason });
        self.tell_hosts(ServerMessage::KnockEnded { participant: id }, effects);
    }

    /// Notes what was noticed of the socket of someone who waits.
    pub(super) fn on_waiting_socket(
        &mut self,
        id: ParticipantId,
        connected: bool,
        note: impl FnOnce(&mut Presence),
        effects: &mut Effects,
    ) {
        let Some(waiting) = self.waiting_mut(id) else { return };
        note(&mut waiting.presence);
        if waiting.shown.connected != connected {
            waiting.shown.connected = connected;
            let knock = waiting.shown.clone();
            self.tell_hosts(ServerMessage::Knocking { knock }, effects);
        }
    }

    pub(super) fn end_waits_of_the_lost(&mut self, now: Instant, effects: &mut Effects) {
        let lost: Vec<_> = self
            .lobby
            .iter()
            .filter(|waiting| waiting.presence.is_gone(now))
            .map(|waiting| waiting.shown.id)
            .collect();
        for id in lost {
            self.go_away(id, Some(ClosingReason::Lost), effects);
        }
    }

    fn take_waiting(&mut self, id: ParticipantId) -> Option<Waiting> {
        let place = self.lobby.iter().position(|waiting| waiting.shown.id == id)?;
        Some(self.lobby.remove(place))
    }

    fn waiting_mut(&mut self, id: ParticipantId) -> Option<&mut Waiting> {
        self.lobby.iter_mut().find(|waiting| waiting.shown.id == id)
    }

    pub(super) fn tell_arrangement_to_hosts(&self, effects: &mut Effects) {
        self.tell_hosts(ServerMessage::Arranged { arrangement: self.arrangement_for(Role::Host) }, effects);
    }

    pub(super) fn tell_hosts(&self, message: ServerMessage, effects: &mut Effects) {
        let hosts = self.seats.iter().filter(|seat| seat.shown.role.hosts()).map(|seat| seat.shown.id);
        effects.send_all(hosts.collect(), message);
    }
}
