//! Which tracks there are, and who has a slot for which.

use std::time::Instant;

use super::Sfu;
use crate::fanout::Subscription;
use crate::layer::Layers;
use crate::slots::Move;
use crate::vocabulary::{Event, GroupId, Kind, LayerSize, PeerId, TrackId, Wish};

impl Sfu {
    pub(super) fn publish(&mut self, now: Instant, track: TrackId, on: bool, sizes: Vec<LayerSize>) {
        let Some(source) = self.sources.get_mut(&track.peer) else { return };
        let group_id = source.group;
        if on {
            source
                .published
                .entry(track.kind)
                .or_insert_with(|| Layers::new(now, track.kind))
                .set_sizes(sizes);
        } else if source.published.remove(&track.kind).is_none() {
            return;
        }
        if !on {
            self.forget_track(track);
        }
        if let Some(group) = self.groups.get_mut(&group_id) {
            match (track.kind, on) {
                (Kind::Voice, true) => _ = group.speakers.add(track.peer, now),
                (Kind::Voice, false) => _ = group.speakers.remove(track.peer),
                (Kind::Music, true) if !group.music.contains(&track.peer) => group.music.push(track.peer),
                (Kind::Music, false) => group.music.retain(|peer| *peer != track.peer),
                _ => {}
            }
        }
        self.assign_group(group_id);
        self.tell_speaking(group_id, now);
    }

    pub(super) fn assign_group(&mut self, group: GroupId) {
        let Some(members) = self.groups.get(&group).map(|group| group.members.clone()) else { return };
        for id in members {
            self.assign_sound(id);
            self.assign_pictures(id);
        }
    }

    /// Voices are chosen here; music is never ranked.
    pub(super) fn assign_sound(&mut self, viewer: PeerId) {
        let Some(group) = self.members.get(&viewer).and_then(|member| self.groups.get(&member.group)) else {
            return;
        };
        let tracks = |peers: &[PeerId], kind| -> Vec<TrackId> {
            let others = peers.iter().filter(|peer| **peer != viewer);
            others.map(|peer| TrackId { peer: *peer, kind }).collect()
        };
        let voices = tracks(group.speakers.stage(), Kind::Voice);
        let music = tracks(&group.music, Kind::Music);
        self.assign(viewer, Kind::Voice, &voices);
        self.assign(viewer, Kind::Music, &music);
    }

    pub(super) fn assign_pictures(&mut self, viewer: PeerId) {
        let Some(member) = self.members.get(&viewer) else { return };
        let wishes: Vec<Wish> =
            member.wishes.iter().copied().filter(|wish| self.may_receive(viewer, wish.track)).collect();
        for kind in [Kind::Video, Kind::Screen] {
            let wanted: Vec<_> =
                wishes.iter().map(|wish| wish.track).filter(|track| track.kind == kind).collect();
            self.assign(viewer, kind, &wanted);
        }
        let Some(member) = self.members.get_mut(&viewer) else { return };
        for (order, wish) in wishes.iter().enumerate() {
            for slot in member.slots.iter_mut().filter(|slot| slot.track == Some(wish.track)) {
                (slot.wish, slot.order) = (Some(*wish), order);
            }
        }
    }

    /// Only what is published, by someone else, in the same group.
    fn may_receive(&self, viewer: PeerId, track: TrackId) -> bool {
        let (Some(member), Some(sender)) = (self.members.get(&viewer), self.sources.get(&track.peer)) else {
            return false;
        };
        viewer != track.peer
            && member.group == sender.group
            && !track.kind.is_audio()
            && sender.published.contains_key(&track.kind)
    }

    fn assign(&mut self, viewer: PeerId, kind: Kind, wanted: &[TrackId]) {
        let Some(member) = self.members.get_mut(&viewer) else { return };
        let moves = member.slots.assign(kind, wanted);
        if moves.is_empty() {
            return;
        }
        for Move { slot, before, after } in &moves {
            self.fanout.follow(Subscription { viewer, slot: *slot }, *before, *after);
        }
        let slots =
            moves.iter().map(|change| (member.slots.mid(change.slot).to_owned(), change.after)).collect();
        self.events.push_back(Event::Slots { peer: viewer, slots });
    }
}
