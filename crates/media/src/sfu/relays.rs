//! What goes from worker to worker, where a group spans several.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::{Datagram, Sfu};
use crate::layer::{MAX_LAYERS, Snapshot};
use crate::packet::MediaPacket;
use crate::relay::{Handed, Message, Relay, WorkerIndex};
use crate::vocabulary::{GroupId, Kind, TrackId};

/// Addresses that are known to belong to another worker. Each is found again by its next STUN request, so
/// that forgetting them costs little.
const MOST_ROUTES: usize = 8_192;

/// What may have been lost on the way is said again this often.
const SAY_AGAIN_EVERY: Duration = Duration::from_secs(1);

/// What this worker knows of the others.
#[derive(Default)]
pub(super) struct Others {
    /// Who has the peer behind an address.
    routes: HashMap<SocketAddr, WorkerIndex>,
    /// Which layers of our tracks are watched elsewhere.
    watched: HashMap<(TrackId, WorkerIndex), [bool; MAX_LAYERS]>,
    /// What we said last, and when.
    said_watched: HashMap<TrackId, ([bool; MAX_LAYERS], Instant)>,
    said_layers: HashMap<TrackId, (Snapshot, Instant)>,
    outbox: VecDeque<(WorkerIndex, Relay)>,
}

impl Others {
    /// Which layers of one of our tracks are watched elsewhere.
    pub(super) fn watch(&self, track: TrackId) -> [bool; MAX_LAYERS] {
        let mut all = [false; MAX_LAYERS];
        for (_, layers) in self.watched.iter().filter(|((watched, _), _)| *watched == track) {
            (0..MAX_LAYERS).for_each(|layer| all[layer] |= layers[layer]);
        }
        all
    }

    /// How much is known of tracks and layers. Addresses are bounded by themselves.
    pub(super) fn known(&self) -> usize {
        self.watched.len() + self.said_watched.len() + self.said_layers.len() + self.outbox.len()
    }

    pub(super) fn forget(&mut self, track: TrackId) {
        self.watched.retain(|(watched, _), _| *watched != track);
        self.said_watched.remove(&track);
        self.said_layers.remove(&track);
    }

    fn say(&mut self, to: WorkerIndex, message: Message) {
        self.outbox.push_back((to, Relay(message)));
    }
}

impl Sfu {
    /// The next message for another worker.
    pub fn poll_relay(&mut self) -> Option<(WorkerIndex, Relay)> {
        self.others.outbox.pop_front()
    }

    /// Takes in a message of another worker.
    pub fn handle_relay(&mut self, now: Instant, from: WorkerIndex, relay: Relay) {
        match relay.0 {
            Message::Datagram(handed) => {
                if !self.take_datagram(now, handed.as_datagram()) {
                    self.counts.unknown += 1;
                    self.others.say(from, Message::NotMine(handed.source));
                }
            }
            Message::Stray(handed) => {
                if self.take_datagram(now, handed.as_datagram()) {
                    self.others.say(from, Message::Mine(handed.source));
                }
            }
            Message::Mine(source) => {
                if self.others.routes.len() >= MOST_ROUTES {
                    self.others.routes.clear();
                }
                self.others.routes.insert(source, from);
            }
            Message::NotMine(source) => {
                if self.others.routes.get(&source) == Some(&from) {
                    self.others.routes.remove(&source);
                }
            }
            Message::Packets(packets) => self.take_in_relayed(packets, now),
            Message::Watched { track, layers } => {
                if layers == [false; MAX_LAYERS] {
                    self.others.watched.remove(&(track, from));
                } else if self.members.contains_key(&track.peer) {
                    self.others.watched.insert((track, from), layers);
                }
            }
            Message::Keyframe { track, layer } => {
                if layer < MAX_LAYERS && self.members.contains_key(&track.peer) {
                    self.request_keyframe(track, layer, now);
                }
            }
            Message::Layers { track, snapshot } => {
                if let Some(source) =
                    self.sources.get_mut(&track.peer).filter(|source| source.worker.is_some())
                    && let Some(layers) = source.published.get_mut(&track.kind)
                {
                    layers.apply(snapshot);
                }
            }
        }
        self.settle(now);
    }

    /// Hands a datagram that is for none of our peers to the worker that it is for; false if that is not
    /// known and cannot be asked.
    pub(super) fn hand_over(&mut self, datagram: Datagram<'_>) -> bool {
        if self.settings.workers < 2 {
            return false;
        }
        let handed =
            || Handed { source: datagram.source, local: datagram.local, payload: datagram.payload.to_vec() };
        if let Some(worker) = self.others.routes.get(&datagram.source) {
            let worker = *worker;
            self.others.say(worker, Message::Datagram(handed()));
            return true;
        }
        if !self.demux.is_stray(datagram.payload) {
            return false;
        }
        for worker in (0..self.settings.workers).filter(|worker| *worker != self.settings.worker) {
            self.others.say(worker, Message::Stray(handed()));
        }
        true
    }

    /// Sends packets of one of our peers to the other workers that have someone for them.
    pub(super) fn relay(&mut self, packets: &[MediaPacket]) {
        let Some(first) = packets.first().filter(|_| self.settings.workers > 1) else { return };
        let (track, layer) = (first.track, first.layer);
        let Some(group) = self.sources.get(&track.peer).map(|source| source.group) else { return };
        for worker in self.workers_of(group) {
            let watched = self.others.watched.get(&(track, worker));
            // Sound goes wherever the group is: whom to hear is chosen there.
            if track.kind.is_audio() || watched.is_some_and(|layers| layers[layer]) {
                let copies = packets.iter().map(MediaPacket::copy).collect();
                self.others.say(worker, Message::Packets(copies));
            }
        }
    }

    /// The other workers that have someone of a group.
    pub(super) fn workers_of(&self, group: GroupId) -> Vec<WorkerIndex> {
        let members = self.groups.get(&group).map(|group| &group.members);
        let mut workers: Vec<_> =
            members.into_iter().flatten().filter_map(|peer| self.sources.get(peer)?.worker).collect();
        workers.sort_unstable();
        workers.dedup();
        workers
    }

    fn take_in_relayed(&mut self, packets: Vec<MediaPacket>, now: Instant) {
        let Some(track) = packets.first().map(|packet| packet.track) else { return };
        let Some(source) = self.sources.get_mut(&track.peer).filter(|source| source.worker.is_some()) else {
            return;
        };
        let Some(layers) = source.published.get_mut(&track.kind) else { return };
        let group = source.group;
        for packet in &packets {
            layers.note_packet(packet.layer, packet.payload.len(), now);
        }
        if let Some(level) = packets.first().and_then(|packet| packet.audio_level)
            && track.kind == Kind::Voice
        {
            self.note_level(group, track.peer, level, now);
        }
        self.forward(packets, now);
    }

    /// Asks the worker that has a track for a key frame; false if it is ours.
    pub(super) fn ask_elsewhere(&mut self, track: TrackId, layer: usize) -> bool {
        let Some(worker) = self.sources.get(&track.peer).and_then(|source| source.worker) else {
            return false;
        };
        self.others.say(worker, Message::Keyframe { track, layer });
        true
    }

    /// Tells the other workers which of their layers are watched here.
    pub(super) fn tell_watched(&mut self, watched: &HashMap<TrackId, [bool; MAX_LAYERS]>, now: Instant) {
        let known = self.others.said_watched.keys().copied();
        let mut tracks: Vec<_> = watched.keys().copied().chain(known).collect();
        tracks.sort_unstable();
        tracks.dedup();
        for track in tracks {
            let Some(worker) = self.sources.get(&track.peer).and_then(|source| source.worker) else {
                continue;
            };
            let layers = watched.get(&track).copied().unwrap_or_default();
            let again = |(said, at): &([bool; MAX_LAYERS], Instant)| *said != layers || is_due(*at, now);
            if self.others.said_watched.get(&track).is_none_or(again) {
                self.others.said_watched.insert(track, (layers, now));
                self.others.say(worker, Message::Watched { track, layers });
            }
        }
    }

    /// Tells the other workers what our layers cost.
    pub(super) fn tell_layers(&mut self, now: Instant) {
        if self.settings.workers < 2 {
            return;
        }
        let mut news = Vec::new();
        for (peer, source) in self.sources.iter().filter(|(_, source)| source.worker.is_none()) {
            for (kind, layers) in source.published.iter().filter(|(kind, _)| !kind.is_audio()) {
                let track = TrackId { peer: *peer, kind: *kind };
                let snapshot = layers.snapshot(now);
                let said = self.others.said_layers.get(&track);
                if said.is_none_or(|(said, at)| *said != snapshot || is_due(*at, now)) {
                    news.push((source.group, track, snapshot));
                }
            }
        }
        for (group, track, snapshot) in news {
            self.others.said_layers.insert(track, (snapshot, now));
            for worker in self.workers_of(group) {
                self.others.say(worker, Message::Layers { track, snapshot });
            }
        }
    }

    /// Whether this worker is the one that speaks for a group: of those that have someone in it, the first.
    pub(super) fn speaks_for(&self, group: GroupId) -> bool {
        self.workers_of(group).first().is_none_or(|first| self.settings.worker < *first)
    }
}

fn is_due(said: Instant, now: Instant) -> bool {
    now.saturating_duration_since(said) >= SAY_AGAIN_EVERY
}

impl Handed {
    fn as_datagram(&self) -> Datagram<'_> {
        Datagram { source: self.source, local: self.local, payload: &self.payload }
    }
}
