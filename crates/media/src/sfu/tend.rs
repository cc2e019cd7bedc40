//! What is done from time to time: layers are chosen anew, missing key frames asked for, senders told what
//! anyone watches, silence noticed.

use std::collections::HashMap;
use std::time::Instant;

use super::{Sfu, TEND_EVERY};
use crate::budget::{Aim, Priority, Want};
use crate::layer::MAX_LAYERS;
use crate::link;
use crate::packet::LayerIndex;
use crate::slots::{Slot, SlotIndex};
use crate::vocabulary::{Event, GroupId, Kind, PeerId, TrackId};

impl Sfu {
    pub(super) fn tend(&mut self, now: Instant) {
        self.next_tend = Some(now + TEND_EVERY);
        let ids: Vec<_> = self.members.keys().copied().collect();
        for id in &ids {
            self.tend_viewer(*id, now);
            let change = self.members.get_mut(id).and_then(|member| member.link.check(now));
            self.tell_link(*id, change, now);
        }
        self.tell_demand(&ids, now);
        self.tell_layers(now);
        let groups: Vec<_> = self.groups.keys().copied().collect();
        for group in groups {
            if self.groups.get_mut(&group).is_some_and(|group| group.speakers.compare(now)) {
                self.assign_group(group);
            }
            self.tell_speaking(group, now);
        }
    }

    /// Chooses the layers of one viewer's slots and asks for the key frames that are missing.
    pub(super) fn tend_viewer(&mut self, viewer: PeerId, now: Instant) {
        let Some(member) = self.members.get(&viewer).filter(|member| member.peer.is_connected()) else {
            return;
        };
        let estimate = member.peer.estimate_bps();
        let sound_bps = self.sound_bps(viewer, now);
        let wants = self.wants(viewer, now);
        let flowing_bps = self.flowing_bps(viewer, now);
        let Some(member) = self.members.get_mut(&viewer) else { return };
        let mut aims: Vec<Aim> =
            wants.iter().filter_map(|(index, _)| member.slots.get(*index)).map(|slot| slot.aim).collect();
        let (indices, wants): (Vec<_>, Vec<_>) = wants.into_iter().unzip();
        member.budget.choose(now, estimate, sound_bps, &wants, &mut aims);
        let demand = member.budget.demand(now, sound_bps, &wants, &aims);
        member.screen_bps = estimate.map(|bps| screen_bps(bps, sound_bps));
        let hurry = estimate.is_some_and(|estimate| flowing_bps + sound_bps > estimate);
        let mut missing = Vec::new();
        for (index, aim) in indices.iter().zip(&aims) {
            let Some(slot) = member.slots.get_mut(*index) else { continue };
            follow(slot, *aim, hurry);
            if let (Some(track), Some(layer)) = (slot.track, slot.selector.awaits())
                && (slot.kind != Kind::Screen || slot.paced.has_room(member.screen_bps))
            {
                missing.push((track, layer));
            }
        }
        self.with_member(viewer, |member, drained| member.peer.set_demand(demand, drained));
        for (track, layer) in missing {
            self.request_keyframe(track, layer, now);
        }
        self.tell_paused(viewer);
    }

    /// What the voices and the music in a viewer's slots take.
    fn sound_bps(&self, viewer: PeerId, now: Instant) -> u64 {
        let Some(member) = self.members.get(&viewer) else { return 0 };
        let sound = member.slots.filled().filter(|(_, track)| track.kind.is_audio());
        let layers = sound.filter_map(|(_, track)| self.sources.get(&track.peer)?.published.get(&track.kind));
        layers.map(|layers| layers.sound_bps(now)).sum()
    }

    /// What the pictures take that a viewer receives at the moment.
    fn flowing_bps(&self, viewer: PeerId, now: Instant) -> u64 {
        let Some(member) = self.members.get(&viewer) else { return 0 };
        let flowing = member.slots.iter().filter_map(|slot| Some((slot.track?, slot.selector.current()?)));
        let rates = flowing.filter_map(|(track, layer)| {
            Some(self.sources.get(&track.peer)?.published.get(&track.kind)?.rate_bps(layer, now))
        });
        rates.sum()
    }

    /// What a viewer wants, most important first.
    fn wants(&self, viewer: PeerId, now: Instant) -> Vec<(SlotIndex, Want)> {
        let Some(member) = self.members.get(&viewer) else { return Vec::new() };
        let speakers = self.groups.get(&member.group).map(|group| &group.speakers);
        let pictures = member.slots.filled().filter(|(_, track)| !track.kind.is_audio());
        let mut wants: Vec<_> = pictures
            .filter_map(|(index, track)| {
                let slot = member.slots.get(index)?;
                let wish = slot.wish.filter(|wish| wish.track == track)?;
                let layers = self.sources.get(&track.peer)?.published.get(&track.kind)?;
                let priority = match track.kind {
                    Kind::Screen => Priority::Screen,
                    _ if wish.pinned => Priority::Pinned,
                    _ if speakers.is_some_and(|speakers| speakers.is_speaking(track.peer)) => {
                        Priority::Speaker
                    }
                    _ => Priority::Tile,
                };
                let rates = layers.rates_for((wish.width, wish.height), member.peer.decodes_av1(), now);
                Some((slot.order, index, Want { priority, rates }))
            })
            .collect();
        wants.sort_by_key(|(order, _, want)| (want.priority, *order));
        wants.into_iter().map(|(_, index, want)| (index, want)).collect()
    }

    pub(super) fn request_keyframe(&mut self, track: TrackId, layer: LayerIndex, now: Instant) {
        if self.gate.ask(track, layer, now) && !self.ask_elsewhere(track, layer) {
            self.with_member(track.peer, |member, drained| {
                member.peer.request_keyframe(track.kind, layer, drained);
            });
        }
    }

    // ---- telling ----

    /// Tells a viewer which slots are held back, when that has changed.
    fn tell_paused(&mut self, viewer: PeerId) {
        let Some(member) = self.members.get_mut(&viewer) else { return };
        let held_back = member.slots.iter().filter(|slot| slot.track.is_some() && slot.aim.paused);
        let paused: Vec<_> = held_back.map(|slot| slot.mid.clone()).collect();
        if paused != member.paused {
            member.paused.clone_from(&paused);
            self.events.push_back(Event::Paused { peer: viewer, slots: paused });
        }
    }

    /// Tells senders which of their layers anyone watches, when that has changed, and asks for a key frame of
    /// those that are watched and broken.
    fn tell_demand(&mut self, ids: &[PeerId], now: Instant) {
        let mut watched: HashMap<TrackId, [bool; MAX_LAYERS]> = HashMap::new();
        for member in self.members.values() {
            for slot in member.slots.iter() {
                let Some(track) = slot.track.filter(|track| !track.kind.is_audio()) else { continue };
                let layers = watched.entry(track).or_default();
                (0..MAX_LAYERS).for_each(|layer| layers[layer] |= slot.selector.uses(layer));
            }
        }
        self.tell_watched(&watched, now);
        let mut broken = Vec::new();
        for id in ids {
            let Some(source) = self.sources.get_mut(id) else { continue };
            for (kind, layers) in source.published.iter_mut().filter(|(kind, _)| !kind.is_audio()) {
                let track = TrackId { peer: *id, kind: *kind };
                let mut used = watched.get(&track).copied().unwrap_or_default();
                let elsewhere = self.others.watch(track);
                (0..MAX_LAYERS).for_each(|layer| used[layer] |= elsewhere[layer]);
                let lost = (0..MAX_LAYERS).filter(|&layer| used[layer] && layers.is_broken(layer, now));
                broken.extend(lost.map(|layer| (track, layer)));
                if let Some(layers) = layers.note_watched(used, now) {
                    self.events.push_back(Event::Demand { track, layers });
                }
            }
        }
        for (track, layer) in broken {
            self.request_keyframe(track, layer, now);
        }
    }

    pub(super) fn tell_speaking(&mut self, id: GroupId, now: Instant) {
        let told = self.groups.get_mut(&id).and_then(|group| group.speakers.tell(now));
        if let Some(peers) = told
            && self.speaks_for(id)
        {
            self.events.push_back(Event::Speaking { group: id, peers });
        }
    }

    pub(super) fn note_heard(&mut self, id: PeerId, now: Instant) {
        let change = self.members.get_mut(&id).and_then(|member| member.link.on_heard(now));
        self.tell_link(id, change, now);
    }

    fn tell_link(&mut self, peer: PeerId, change: Option<link::Change>, now: Instant) {
        match change {
            Some(link::Change::Quiet { since, expected }) => {
                self.events.push_back(Event::Quiet { peer, since, expected });
            }
            Some(link::Change::Heard) => {
                self.events.push_back(Event::Heard { peer });
                self.refresh(peer, now);
            }
            None => {}
        }
    }

    /// Gives someone who was away a whole picture of each: what was sent meanwhile is beyond repair, and the
    /// browser would ask after three seconds.
    fn refresh(&mut self, viewer: PeerId, now: Instant) {
        let Some(member) = self.members.get(&viewer) else { return };
        let shown = member.slots.iter().filter_map(|slot| Some((slot.track?, slot.selector.current()?)));
        for (track, layer) in shown.collect::<Vec<_>>() {
            self.request_keyframe(track, layer, now);
        }
    }
}

/// What of an estimate a screen may be sent with: the rest after the sound, with some air for repairs.
fn screen_bps(estimate: u64, sound_bps: u64) -> u64 {
    const LEAST_BPS: u64 = 50_000;
    (estimate - estimate / 20).saturating_sub(sound_bps).max(LEAST_BPS)
}

/// Lets a slot follow its aim. A fall waits for the key frame of the lower layer only while the network
/// carries the higher one.
fn follow(slot: &mut Slot, aim: Aim, hurry: bool) {
    let falls = aim.layer < slot.aim.layer;
    slot.aim = aim;
    slot.selector.aim(aim.layer);
    if falls && hurry {
        slot.selector.stop();
    }
}
