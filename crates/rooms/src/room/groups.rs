//! Groups into which a room is split. Each is a group of `media`: nothing crosses from one to another, and whoever moves keeps
//! their connection, with the sound on as it was.

use std::time::{Duration, Instant};

use incamera_media::{Command, GroupId, PeerId};
use incamera_protocol::arrangement::{Groups, Placement};
use incamera_protocol::signal::ServerMessage;
use incamera_protocol::{ParticipantId, Refusal};

use super::Room;
use crate::hall::Effects;

const COUNTS: std::ops::RangeInclusive<u8> = 2..=50;

pub(super) struct Split {
    pub(super) shown: Groups,
    /// The groups of `media`, in the order of their numbers.
    ids: Vec<GroupId>,
}

impl Room {
    pub(super) fn on_split(
        &mut self,
        now: Instant,
        count: u8,
        placements: &[Placement],
        manner: (bool, Option<u32>),
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        let (choose, seconds) = manner;
        if !COUNTS.contains(&count) || placements.iter().any(|one| one.group == 0 || one.group > count) {
            return Err(Refusal::TooLarge);
        }
        let ends = seconds.map(|seconds| self.after(now, seconds)).transpose()?;
        let shown = Groups { count, choose, ends, calls: Vec::new() };
        let ids = (0..count).map(|_| effects.new_group()).collect();
        self.split = Some(Split { shown, ids });
        self.speaking.clear();
        self.tell_arrangement(effects);
        let everyone: Vec<_> = self.participants().collect();
        for id in everyone {
            let placed = placements.iter().find(|one| one.participant == id).map(|one| one.group);
            if let Some(seat) = self.seat_mut(id) {
                seat.belongs = placed;
            }
            self.place(id, placed, effects);
        }
        Ok(())
    }

    /// Everyone comes back.
    pub(super) fn on_rejoin(&mut self, effects: &mut Effects) {
        if self.split.take().is_none() {
            return;
        }
        self.speaking.clear();
        let everyone: Vec<_> = self.participants().collect();
        for id in everyone {
            if let Some(seat) = self.seat_mut(id) {
                seat.belongs = None;
            }
            self.place(id, None, effects);
        }
        self.tell_arrangement(effects);
    }

    pub(super) fn on_move(
        &mut self,
        from: ParticipantId,
        whom: ParticipantId,
        group: Option<u8>,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        let split = self.split.as_ref().ok_or(Refusal::OutOfPlace)?;
        if group.is_some_and(|group| group == 0 || group > split.shown.count) {
            return Err(Refusal::TooLarge);
        }
        let hosts = self.hosts(from);
        let choose = split.shown.choose;
        let seat = self.seat_mut(whom).ok_or(Refusal::ParticipantUnknown)?;
        let own_way = from == whom && (group.is_none() || choose || group == seat.belongs);
        if !hosts && !own_way {
            return Err(Refusal::NotAllowed);
        }
        if hosts && from != whom {
            seat.belongs = group;
        }
        self.place(whom, group, effects);
        if hosts && from == whom {
            // The host who was called has come.
            self.set_call(group, false, effects);
        }
        Ok(())
    }

    /// Calls a host into the own group.
    pub(super) fn on_call(
        &mut self,
        from: ParticipantId,
        wanted: bool,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        let group = self.seat(from).and_then(|seat| seat.shown.group).ok_or(Refusal::OutOfPlace)?;
        self.set_call(Some(group), wanted, effects);
        Ok(())
    }

    fn set_call(&mut self, group: Option<u8>, wanted: bool, effects: &mut Effects) {
        let Some((split, group)) = self.split.as_mut().zip(group) else { return };
        let calls = &mut split.shown.calls;
        if calls.contains(&group) == wanted {
            return;
        }
        calls.retain(|other| *other != group);
        if wanted {
            calls.push(group);
        }
        self.tell_arrangement(effects);
    }

    /// A group that has been left calls no more.
    pub(super) fn end_calls_of_nobody(&mut self, effects: &mut Effects) {
        let calls = self.split.as_ref().map(|split| split.shown.calls.clone()).unwrap_or_default();
        for group in calls {
            if !self.seats.iter().any(|seat| seat.shown.group == Some(group)) {
                self.set_call(Some(group), false, effects);
            }
        }
    }

    /// Whether a group of `media` is one of this room's at present.
    pub(crate) fn has_group(&self, group: GroupId) -> bool {
        group == self.group || self.split.as_ref().is_some_and(|split| split.ids.contains(&group))
    }

    /// Where someone goes who comes while the room is split: the others may be waiting for a partner.
    pub(super) fn group_for_latecomer(&self) -> Option<u8> {
        let split = self.split.as_ref().filter(|split| !split.shown.choose)?;
        let size = |group: &u8| self.seats.iter().filter(|seat| seat.shown.group == Some(*group)).count();
        (1..=split.shown.count).min_by_key(size)
    }

    /// The group of `media` behind a number.
    pub(super) fn group_id(&self, group: Option<u8>) -> GroupId {
        let number = group.and_then(|group| usize::from(group).checked_sub(1));
        let split = self.split.as_ref().zip(number).and_then(|(split, number)| split.ids.get(number));
        split.copied().unwrap_or(self.group)
    }

    fn place(&mut self, id: ParticipantId, group: Option<u8>, effects: &mut Effects) {
        let group_id = self.group_id(group);
        let Some(seat) = self.seat_mut(id) else { return };
        let moved = std::mem::replace(&mut seat.shown.group, group) != group;
        if std::mem::replace(&mut seat.media_group, group_id) != group_id
            && let Some(peer) = seat.peer
        {
            effects.media(Command::Move { peer, group: group_id });
        }
        if moved {
            self.end_calls_of_nobody(effects);
            self.tell_change(id, effects);
            self.restore_watching(id, effects);
            let participants = self.speaking.get(&group_id).cloned().unwrap_or_default();
            effects.send(id, ServerMessage::Speaking { participants });
        }
    }

    pub(crate) fn on_speaking(&mut self, group: GroupId, peers: &[PeerId], effects: &mut Effects) {
        let participants: Vec<_> = peers.iter().filter_map(|peer| self.participant_of(*peer)).collect();
        self.speaking.insert(group, participants.clone());
        let listeners: Vec<_> =
            self.seats.iter().filter(|seat| seat.media_group == group).map(|seat| seat.shown.id).collect();
        let known = |listener: ParticipantId| -> Vec<_> {
            let Some(viewer) = self.seat(listener) else { return Vec::new() };
            let seen = |id: &ParticipantId| self.seat(*id).is_some_and(|whom| self.sees(viewer, whom));
            participants.iter().copied().filter(seen).collect()
        };
        let (all, some): (Vec<_>, Vec<_>) =
            listeners.into_iter().partition(|listener| known(*listener).len() == participants.len());
        for listener in some {
            effects.send(listener, ServerMessage::Speaking { participants: known(listener) });
        }
        effects.send_all(all, ServerMessage::Speaking { participants });
    }

    /// When everyone comes back by themselves.
    pub(super) fn split_ends(&self) -> Option<Instant> {
        let ends = self.split.as_ref()?.shown.ends?;
        Some(self.opened + Duration::from_millis(u64::from(ends)))
    }
}
