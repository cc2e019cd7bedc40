//! The selective forwarding unit: peers, their tracks, and the way of a packet from one to the others.
//!
//! A bug in the handling of one peer panics, is caught here, and costs that peer only.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use crate::demux::{Demux, Found};
use crate::fanout::{Fanout, Subscription};
use crate::inflow::Inflow;
use crate::keyframe::KeyframeGate;
use crate::layer::{Layers, Verdict};
use crate::link::{self, Link};
use crate::packet::{LayerIndex, MediaPacket};
use crate::peer::{self, Certificate, Drained, Notice, Peer, Reading};
use crate::slots::{Move, Slots};
use crate::speakers::Speakers;
use crate::vocabulary::{Command, Event, GroupId, Kind, LayerSize, PeerId, SendLine, TrackId, Wish};

/// How often layers are chosen anew, missing key frames are asked for, and silence is noticed. A tenth of
/// a second is not seen, and 50 peers cost 0.1 ms each time.
const TEND_EVERY: Duration = Duration::from_millis(100);

/// How often a peer may come from a new address. The engine remembers each; a network that gives a browser
/// a new port every minute reaches this after eight hours, and the browser connects anew.
const MOST_MOVES: u32 = 512;

/// What an SFU needs to begin.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The certificate of every peer.
    pub certificate: Certificate,
    /// The addresses that answers offer, preferred first.
    pub candidates: Vec<SocketAddr>,
    /// Those of their addresses that belong to an interface of this machine. Behind address translation
    /// an announced address is none of them, and cannot be the source of a datagram.
    pub interfaces: Vec<IpAddr>,
}

/// A received datagram.
#[derive(Clone, Copy)]
pub struct Datagram<'a> {
    /// Who sent it.
    pub source: SocketAddr,
    /// Our own address that it came to.
    pub local: SocketAddr,
    /// What it holds.
    pub payload: &'a [u8],
}

/// A datagram to send.
#[derive(Debug)]
pub struct Transmit {
    /// To whom.
    pub destination: SocketAddr,
    /// From which of our addresses; where `None`, the system chooses.
    pub source: Option<IpAddr>,
    /// What it holds.
    pub contents: Vec<u8>,
}

/// Figures since the beginning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Datagrams that belonged to no peer.
    pub unknown: u64,
    /// Datagrams of a known peer that could not be read.
    pub unreadable: u64,
    /// Datagrams of a peer that sent more than anyone may.
    pub excess: u64,
    /// RTP packets sent on to viewers.
    pub forwarded: u64,
    /// Peers ended by a bug.
    pub panicked: u64,
}

/// Forwards media between peers.
pub struct Sfu {
    settings: Settings,
    members: HashMap<PeerId, Member>,
    groups: HashMap<GroupId, Group>,
    demux: Demux,
    fanout: Fanout,
    gate: KeyframeGate,
    timers: BinaryHeap<Reverse<(Instant, PeerId)>>,
    next_tend: Option<Instant>,
    drained: Drained,
    transmits: VecDeque<Transmit>,
    events: VecDeque<Event>,
    counts: Counts,
}

/// One peer and all that is known of it.
struct Member {
    peer: Peer,
    group: GroupId,
    link: Link,
    inflow: Inflow,
    slots: Slots,
    wishes: Vec<Wish>,
    published: HashMap<Kind, Layers>,
    /// The earliest entry in `timers`.
    wake: Option<Instant>,
    /// How often an address was learned.
    moves: u32,
}

#[derive(Default)]
struct Group {
    members: Vec<PeerId>,
    speakers: Speakers,
}

impl Sfu {
    /// An SFU without peers.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            members: HashMap::new(),
            groups: HashMap::new(),
            demux: Demux::default(),
            fanout: Fanout::default(),
            gate: KeyframeGate::default(),
            timers: BinaryHeap::new(),
            next_tend: None,
            drained: Drained::default(),
            transmits: VecDeque::new(),
            events: VecDeque::new(),
            counts: Counts::default(),
        }
    }

    /// Takes in a datagram from the network. Nothing it holds can do more than be dropped and counted.
    pub fn handle_datagram(&mut self, now: Instant, datagram: Datagram<'_>) {
        let canonical = self.canonical(datagram.local);
        let id = match self.demux.find(datagram.source, datagram.payload) {
            Some(Found::Known(id)) => id,
            Some(Found::Claims(id)) => {
                let vouched = self.members.get(&id).is_some_and(|member| {
                    member.peer.vouches(now, datagram.source, canonical, datagram.payload)
                });
                if !vouched {
                    self.counts.unknown += 1;
                    return;
                }
                if !self.learn_source(id, datagram.source, now) {
                    return;
                }
                id
            }
            None => {
                self.counts.unknown += 1;
                return;
            }
        };
        let readable = self.with_member(id, |member, drained| {
            let bytes = datagram.payload.len();
            if peer::is_rtp(datagram.payload) && !member.inflow.admit(now, bytes) {
                return Reading::Excess;
            }
            member.peer.handle_datagram(now, datagram.source, canonical, datagram.payload, drained)
        });
        match readable {
            Some(Reading::Proven) => self.note_heard(id, now),
            Some(Reading::Unreadable) => self.counts.unreadable += 1,
            Some(Reading::Excess) => self.counts.excess += 1,
            Some(Reading::Unproven) | None => {}
        }
        self.settle(now);
    }

    /// Does as told.
    pub fn handle_command(&mut self, now: Instant, command: Command) {
        match command {
            Command::Add { peer, group } => self.add(now, peer, group),
            Command::Offer { peer, number, sdp, sends, receives } => {
                self.answer(now, peer, number, &sdp, &sends, &receives);
            }
            Command::Publish { track, on, layers } => self.publish(now, track, on, layers),
            Command::Watch { peer, wishes } => {
                if let Some(member) = self.members.get_mut(&peer) {
                    member.wishes = wishes;
                }
                self.assign_pictures(peer);
                self.tend_viewer(peer, now);
            }
            Command::Remove { peer } => {
                self.close(peer, now);
                self.remove(peer);
            }
        }
        self.settle(now);
    }

    /// Does what is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(Reverse((at, id))) = self.timers.peek().copied()
            && at <= now
        {
            self.timers.pop();
            let Some(member) = self.members.get_mut(&id) else { continue };
            if member.wake == Some(at) {
                member.wake = None;
            }
            if member.peer.deadline() <= now {
                self.with_member(id, |member, drained| member.peer.handle_timeout(now, drained));
            } else {
                self.schedule(id);
            }
        }
        if self.next_tend.is_some_and(|at| at <= now) {
            self.tend(now);
        }
        self.settle(now);
    }

    /// The next datagram to send.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.transmits.pop_front()
    }

    /// The next thing to tell.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// When [`Sfu::handle_timeout`] is wanted next.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let timer = self.timers.peek().map(|Reverse((at, _))| *at);
        timer.into_iter().chain(self.next_tend).min()
    }

    /// Figures since the beginning.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    // ---- peers come and go ----

    fn add(&mut self, now: Instant, id: PeerId, group: GroupId) {
        let Settings { certificate, candidates, .. } = &self.settings;
        let member = Member {
            peer: Peer::new(id, certificate, candidates, now),
            group,
            link: Link::new(now),
            inflow: Inflow::new(now),
            slots: Slots::default(),
            wishes: Vec::new(),
            published: HashMap::new(),
            wake: None,
            moves: 0,
        };
        self.members.insert(id, member);
        self.groups.entry(group).or_default().members.push(id);
        self.next_tend.get_or_insert(now + TEND_EVERY);
    }

    fn answer(
        &mut self,
        now: Instant,
        id: PeerId,
        number: u32,
        sdp: &str,
        sends: &[SendLine],
        receives: &[(String, Kind)],
    ) {
        let answer = self.with_member(id, |member, drained| {
            if !member.slots.have_room_for(receives) {
                return Err(crate::BadOffer);
            }
            let answer = member.peer.answer(sdp, sends, receives, drained)?;
            Ok((answer, member.peer.ufrag()))
        });
        let Some(Ok((sdp, ufrag))) = answer else {
            self.events.push_back(Event::OfferRefused { peer: id, number });
            return self.end(id, now);
        };
        // An ICE restart gave new credentials; checks that carry the old ones may still be under way.
        self.demux.learn_ufrag(id, &ufrag);
        if let Some(member) = self.members.get_mut(&id) {
            member.slots.extend(receives);
        }
        self.events.push_back(Event::Answer { peer: id, number, sdp });
        self.assign_voices(id);
        self.assign_pictures(id);
        self.tend_viewer(id, now);
    }

    /// Ends a peer that cannot go on, and says so.
    fn end(&mut self, id: PeerId, now: Instant) {
        self.close(id, now);
        if self.members.contains_key(&id) {
            self.remove(id);
            self.events.push_back(Event::Gone { peer: id });
        }
    }

    /// Says good-bye on the transport.
    fn close(&mut self, id: PeerId, now: Instant) {
        self.with_member(id, |member, drained| member.peer.close(drained));
        self.settle(now);
    }

    /// Notes a new address of a peer; false if it had too many, and was ended.
    fn learn_source(&mut self, id: PeerId, source: SocketAddr, now: Instant) -> bool {
        let Some(member) = self.members.get_mut(&id) else { return false };
        member.moves += 1;
        if member.moves > MOST_MOVES {
            self.end(id, now);
            return false;
        }
        self.demux.learn_source(id, source);
        true
    }

    fn remove(&mut self, id: PeerId) {
        let Some(member) = self.members.remove(&id) else { return };
        self.demux.forget(id);
        for (slot, track) in member.slots.filled() {
            self.fanout.follow(Subscription { viewer: id, slot }, Some(track), None);
        }
        for kind in member.published.keys() {
            self.gate.forget(TrackId { peer: id, kind: *kind });
        }
        let Some(group) = self.groups.get_mut(&member.group) else { return };
        group.members.retain(|other| *other != id);
        group.speakers.remove(id);
        if group.members.is_empty() {
            self.groups.remove(&member.group);
        } else {
            self.assign_group(member.group);
        }
        if self.members.is_empty() {
            self.next_tend = None;
            self.timers.clear();
        }
    }

    // ---- tracks and subscriptions ----

    fn publish(&mut self, now: Instant, track: TrackId, on: bool, sizes: Vec<LayerSize>) {
        let Some(member) = self.members.get_mut(&track.peer) else { return };
        let group_id = member.group;
        let changed = if on {
            let layers = member.published.entry(track.kind).or_default();
            layers.set_sizes(sizes);
            true
        } else {
            member.published.remove(&track.kind).is_some()
        };
        if !changed {
            return;
        }
        if !on {
            self.gate.forget(track);
        }
        if track.kind == Kind::Voice
            && let Some(group) = self.groups.get_mut(&group_id)
        {
            if on {
                group.speakers.add(track.peer);
            } else {
                group.speakers.remove(track.peer);
            }
        }
        self.assign_group(group_id);
        self.tell_speaking(group_id, now);
    }

    fn assign_group(&mut self, group: GroupId) {
        let Some(members) = self.groups.get(&group).map(|group| group.members.clone()) else { return };
        for id in members {
            self.assign_voices(id);
            self.assign_pictures(id);
        }
    }

    fn assign_voices(&mut self, viewer: PeerId) {
        let Some(group) = self.members.get(&viewer).and_then(|member| self.groups.get(&member.group)) else {
            return;
        };
        let wanted: Vec<_> = group
            .speakers
            .stage()
            .iter()
            .filter(|peer| **peer != viewer)
            .map(|peer| TrackId { peer: *peer, kind: Kind::Voice })
            .collect();
        self.assign(viewer, Kind::Voice, &wanted);
    }

    fn assign_pictures(&mut self, viewer: PeerId) {
        let Some(member) = self.members.get(&viewer) else { return };
        let wishes: Vec<Wish> =
            member.wishes.iter().copied().filter(|wish| self.may_receive(viewer, wish.track)).collect();
        for kind in [Kind::Video, Kind::Screen] {
            let wanted: Vec<_> =
                wishes.iter().map(|wish| wish.track).filter(|track| track.kind == kind).collect();
            self.assign(viewer, kind, &wanted);
        }
        let Some(member) = self.members.get_mut(&viewer) else { return };
        for wish in wishes {
            for slot in member.slots.iter_mut().filter(|slot| slot.track == Some(wish.track)) {
                slot.size = (wish.width, wish.height);
            }
        }
    }

    /// Only what is published, by someone else, in the same group.
    fn may_receive(&self, viewer: PeerId, track: TrackId) -> bool {
        let (Some(viewer_member), Some(sender)) = (self.members.get(&viewer), self.members.get(&track.peer))
        else {
            return false;
        };
        viewer != track.peer
            && viewer_member.group == sender.group
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

    // ---- the way of a packet ----

    fn forward(&mut self, packet: &MediaPacket, now: Instant) {
        let track = packet.track;
        let Some(sender) = self.members.get_mut(&track.peer) else { return };
        sender.link.on_media(now);
        let Some(layers) = sender.published.get_mut(&track.kind) else { return };
        layers.note_packet(packet.layer, now);
        let group = sender.group;
        if let Some(level) = packet.audio_level
            && track.kind == Kind::Voice
        {
            self.note_level(group, track.peer, level, now);
        }
        let mut subscriptions = self.fanout.take(track);
        for subscription in &subscriptions {
            if packet.starts_keyframe() {
                self.aim_empty(*subscription, track, now);
            }
            self.deliver(*subscription, packet, now);
        }
        // A viewer that a bug has just ended is not put back.
        subscriptions.retain(|subscription| self.members.contains_key(&subscription.viewer));
        self.fanout.put_back(track, subscriptions);
    }

    /// A slot that shows nothing yet takes the first key frame that comes.
    fn aim_empty(&mut self, subscription: Subscription, track: TrackId, now: Instant) {
        let Some(slot) = self
            .members
            .get_mut(&subscription.viewer)
            .and_then(|member| member.slots.get_mut(subscription.slot))
        else {
            return;
        };
        if slot.selector.current().is_some() || slot.selector.awaits().is_some() {
            return;
        }
        let size = slot.size;
        let best = self.best_layer(track, size, now);
        if let Some(slot) = self
            .members
            .get_mut(&subscription.viewer)
            .and_then(|member| member.slots.get_mut(subscription.slot))
        {
            slot.selector.aim(best);
        }
    }

    fn deliver(&mut self, subscription: Subscription, packet: &MediaPacket, now: Instant) {
        let sent = self.with_member(subscription.viewer, |member, drained| {
            if !member.peer.is_connected() {
                return false;
            }
            let Some(slot) = member.slots.get_mut(subscription.slot) else { return false };
            if !packet.track.kind.is_audio() {
                match slot.selector.admit(packet) {
                    Verdict::Drop => return false,
                    Verdict::Switch => slot.rewriter.switch(),
                    Verdict::Forward => {}
                }
            }
            let numbers = slot.rewriter.rewrite(now, packet.sequence, packet.time, packet.picture.as_ref());
            let Some(numbers) = numbers else { return false };
            member.peer.send(&slot.mid, packet, numbers, now, drained);
            true
        });
        self.counts.forwarded += u64::from(sent == Some(true));
    }

    fn note_level(&mut self, group_id: GroupId, peer: PeerId, level: u8, now: Instant) {
        let Some(group) = self.groups.get_mut(&group_id) else { return };
        if group.speakers.on_level(peer, level, now) {
            self.assign_group(group_id);
        }
    }

    // ---- what is done from time to time ----

    fn tend(&mut self, now: Instant) {
        self.next_tend = Some(now + TEND_EVERY);
        let ids: Vec<_> = self.members.keys().copied().collect();
        for id in ids {
            self.tend_viewer(id, now);
            let change = self.members.get_mut(&id).and_then(|member| member.link.check(now));
            self.tell_link(id, change);
        }
        let groups: Vec<_> = self.groups.keys().copied().collect();
        for group in groups {
            self.tell_speaking(group, now);
        }
    }

    /// Chooses the layers of one viewer's slots and asks for the key frames that are missing.
    fn tend_viewer(&mut self, viewer: PeerId, now: Instant) {
        let Some(member) = self.members.get(&viewer) else { return };
        if !member.peer.is_connected() {
            return;
        }
        let pictures: Vec<_> = member.slots.filled().filter(|(_, track)| !track.kind.is_audio()).collect();
        for (index, track) in pictures {
            let Some(slot) = self.members.get_mut(&viewer).and_then(|member| member.slots.get_mut(index))
            else {
                return;
            };
            let size = slot.size;
            let best = self.best_layer(track, size, now);
            let Some(slot) = self.members.get_mut(&viewer).and_then(|member| member.slots.get_mut(index))
            else {
                return;
            };
            slot.selector.aim(best);
            if let Some(layer) = slot.selector.awaits() {
                self.request_keyframe(track, layer, now);
            }
        }
    }

    fn best_layer(&self, track: TrackId, (width, height): (u16, u16), now: Instant) -> Option<LayerIndex> {
        self.members.get(&track.peer)?.published.get(&track.kind)?.best_for(width, height, now)
    }

    fn request_keyframe(&mut self, track: TrackId, layer: LayerIndex, now: Instant) {
        if self.gate.ask(track, layer, now) {
            self.with_member(track.peer, |member, drained| {
                member.peer.request_keyframe(track.kind, layer, drained);
            });
        }
    }

    fn tell_speaking(&mut self, id: GroupId, now: Instant) {
        if let Some(peers) = self.groups.get_mut(&id).and_then(|group| group.speakers.tell(now)) {
            self.events.push_back(Event::Speaking { group: id, peers });
        }
    }

    fn note_heard(&mut self, id: PeerId, now: Instant) {
        let change = self.members.get_mut(&id).and_then(|member| member.link.on_heard(now));
        self.tell_link(id, change);
    }

    fn tell_link(&mut self, peer: PeerId, change: Option<link::Change>) {
        match change {
            Some(link::Change::Quiet { since, expected }) => {
                self.events.push_back(Event::Quiet { peer, since, expected });
            }
            Some(link::Change::Heard) => self.events.push_back(Event::Heard { peer }),
            None => {}
        }
    }

    // ---- the engine's answers ----

    /// Handles what the engines said, until they say nothing more.
    fn settle(&mut self, now: Instant) {
        loop {
            let packets = std::mem::take(&mut self.drained.packets);
            let notices = std::mem::take(&mut self.drained.notices);
            if packets.is_empty() && notices.is_empty() {
                break;
            }
            for packet in &packets {
                self.forward(packet, now);
            }
            for (peer, notice) in notices {
                self.on_notice(peer, notice, now);
            }
        }
        while let Some(sent) = self.drained.transmits.pop_front() {
            let source = Some(sent.candidate.ip()).filter(|ip| self.settings.interfaces.contains(ip));
            self.transmits.push_back(Transmit {
                destination: sent.destination,
                source,
                contents: sent.contents,
            });
        }
    }

    fn on_notice(&mut self, id: PeerId, notice: Notice, now: Instant) {
        match notice {
            Notice::Connected => {
                self.events.push_back(Event::Connected { peer: id });
                self.tend_viewer(id, now);
            }
            Notice::WantsKeyframe(mid) => {
                let wanted = self.members.get(&id).and_then(|member| {
                    let slot = member.slots.by_mid(&mid)?;
                    Some((slot.track?, slot.selector.current()?))
                });
                if let Some((track, layer)) = wanted {
                    self.request_keyframe(track, layer, now);
                }
            }
            Notice::Closed => {
                if self.members.contains_key(&id) {
                    self.remove(id);
                    self.events.push_back(Event::Gone { peer: id });
                }
            }
        }
    }

    /// Works on one peer. If that panics the peer is removed, and only that.
    fn with_member<T>(&mut self, id: PeerId, work: impl FnOnce(&mut Member, &mut Drained) -> T) -> Option<T> {
        let member = self.members.get_mut(&id)?;
        let drained = &mut self.drained;
        // What the closure leaves behind half done is the member, which is removed, and queues whose
        // entries are whole.
        let result = catch_unwind(AssertUnwindSafe(|| work(member, drained)));
        if let Ok(value) = result {
            self.schedule(id);
            return Some(value);
        }
        tracing::error!(peer = ?id, "a peer was ended by a bug");
        self.counts.panicked += 1;
        self.remove(id);
        self.events.push_back(Event::Gone { peer: id });
        None
    }

    /// Sets the timer of a peer, if it must ring earlier than it is set to. A later deadline is noticed
    /// when the timer rings.
    fn schedule(&mut self, id: PeerId) {
        let Some(member) = self.members.get_mut(&id) else { return };
        let deadline = member.peer.deadline();
        if member.wake.is_none_or(|wake| deadline < wake) {
            member.wake = Some(deadline);
            self.timers.push(Reverse((deadline, id)));
        }
    }

    /// The candidate that a datagram was meant for. Behind address translation the interface has another
    /// address than the one that was announced.
    fn canonical(&self, local: SocketAddr) -> SocketAddr {
        let candidates = &self.settings.candidates;
        if candidates.contains(&local) {
            return local;
        }
        let same_family = candidates.iter().find(|candidate| candidate.is_ipv4() == local.is_ipv4());
        same_family.or(candidates.first()).copied().unwrap_or(local)
    }
}
