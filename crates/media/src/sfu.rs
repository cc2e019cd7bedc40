//! The selective forwarding unit: peers, their tracks, and the way of a packet from one to the others.
//!
//! A bug in the handling of one peer panics, is caught here, and costs that peer only.

mod forward;
mod relays;
mod tend;
mod tracks;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use crate::budget::Budget;
use crate::census::Census;
use crate::demux::{Demux, Found};
use crate::fanout::{Fanout, Subscription};
use crate::frames::Frames;
use crate::inflow::Inflow;
use crate::keyframe::KeyframeGate;
use crate::layer::Layers;
use crate::link::Link;
use crate::peer::{self, Certificate, Drained, Notice, Peer, Reading};
use crate::relay::WorkerIndex;
use crate::sfu::relays::Others;
use crate::slots::Slots;
use crate::speakers::Speakers;
use crate::vocabulary::{Command, Event, GroupId, Kind, PeerId, SendLine, TrackId, Wish};

/// How often layers are chosen anew, missing key frames are asked for, and silence is noticed. A tenth of
/// a second is not seen, and 50 peers cost 0.1 ms each time.
const TEND_EVERY: Duration = Duration::from_millis(100);

/// A peer that sends media is heard 30 to 100 times a second; one that has not been heard for this long may
/// be somewhere else by now.
const MOVED_AFTER: Duration = Duration::from_millis(100);

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
    /// How many workers share the rooms of this process, and which of them this one is.
    pub workers: usize,
    /// From 0.
    pub worker: WorkerIndex,
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
    /// The peers that are here.
    members: HashMap<PeerId, Member>,
    /// What each peer publishes, those elsewhere included.
    // Invariant: every member is a source without a worker, and the other way round.
    sources: HashMap<PeerId, Source>,
    others: Others,
    groups: HashMap<GroupId, Group>,
    demux: Demux,
    fanout: Fanout,
    gate: KeyframeGate,
    frames: Frames,
    timers: BinaryHeap<Reverse<(Instant, PeerId)>>,
    next_tend: Option<Instant>,
    /// Screens of which something waits to be sent, and when it is looked after them.
    on_their_way: Vec<Subscription>,
    next_release: Option<Instant>,
    drained: Drained,
    transmits: VecDeque<Transmit>,
    events: VecDeque<Event>,
    counts: Counts,
}

/// A peer as a source of tracks.
struct Source {
    group: GroupId,
    published: HashMap<Kind, Layers>,
    /// The worker that has it; `None` for this one.
    worker: Option<WorkerIndex>,
}

/// One peer that is here, and all that is known of it.
struct Member {
    peer: Peer,
    group: GroupId,
    link: Link,
    inflow: Inflow,
    slots: Slots,
    wishes: Vec<Wish>,
    budget: Budget,
    /// The slots that are held back, as they were told last.
    paused: Vec<String>,
    /// What screens may be sent with, in bits a second; `None` while nothing is known of the network.
    screen_bps: Option<u64>,
    /// The earliest entry in `timers`.
    wake: Option<Instant>,
    /// How often an address was learned.
    moves: u32,
}

#[derive(Default)]
struct Group {
    members: Vec<PeerId>,
    speakers: Speakers,
    /// Who plays music, in the order in which they began.
    music: Vec<PeerId>,
}

impl Sfu {
    /// An SFU without peers.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            members: HashMap::new(),
            sources: HashMap::new(),
            others: Others::default(),
            groups: HashMap::new(),
            demux: Demux::default(),
            fanout: Fanout::default(),
            gate: KeyframeGate::default(),
            frames: Frames::default(),
            timers: BinaryHeap::new(),
            next_tend: None,
            on_their_way: Vec::new(),
            next_release: None,
            drained: Drained::default(),
            transmits: VecDeque::new(),
            events: VecDeque::new(),
            counts: Counts::default(),
        }
    }

    /// Takes in a datagram from the network. Nothing it holds can do more than be dropped and counted.
    pub fn handle_datagram(&mut self, now: Instant, datagram: Datagram<'_>) {
        if !self.take_datagram(now, datagram) && !self.hand_over(datagram) {
            self.counts.unknown += 1;
        }
    }

    /// Takes in a datagram for one of our peers; false if it is for none of them.
    fn take_datagram(&mut self, now: Instant, datagram: Datagram<'_>) -> bool {
        let canonical = self.canonical(datagram.local);
        let stream = peer::ssrc_of(datagram.payload);
        let (id, moved) = match self.demux.find(datagram.source, datagram.payload, stream) {
            // A browser may be given the port of one that another worker still knows, or the other way round.
            Some(Found::Known(_)) if self.settings.workers > 1 && self.demux.is_stray(datagram.payload) => {
                return false;
            }
            Some(Found::Known(id)) => (id, false),
            Some(Found::Claims(id)) => {
                let vouched = self.members.get(&id).is_some_and(|member| {
                    member.peer.vouches(now, datagram.source, canonical, datagram.payload)
                });
                if !vouched {
                    self.counts.unknown += 1;
                    return true;
                }
                if !self.learn_source(id, datagram.source, now) {
                    return true;
                }
                (id, false)
            }
            Some(Found::Resembles(id)) if self.may_have_moved(id, now) => (id, true),
            Some(Found::Resembles(_)) => {
                self.counts.unknown += 1;
                return true;
            }
            None => return false,
        };
        let readable = self.with_member(id, |member, drained| {
            let bytes = datagram.payload.len();
            if peer::is_rtp(datagram.payload) && !member.inflow.admit(now, bytes) {
                return Reading::Excess;
            }
            member.peer.handle_datagram(now, datagram.source, canonical, datagram.payload, drained)
        });
        match readable {
            Some(Reading::Proven) => {
                if moved {
                    self.learn_source(id, datagram.source, now);
                }
                self.note_heard(id, now);
            }
            Some(Reading::Unreadable) => self.counts.unreadable += 1,
            Some(Reading::Excess) => self.counts.excess += 1,
            Some(Reading::Unproven) | None => {}
        }
        self.settle(now);
        true
    }

    /// Does as told.
    pub fn handle_command(&mut self, now: Instant, command: Command) {
        match command {
            Command::Add { peer, group } => self.add(now, peer, group),
            Command::AddElsewhere { peer, group, worker } => self.add_source(peer, group, Some(worker)),
            Command::Move { peer, group } => self.move_to(now, peer, group),
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
        while let Some(packets) = self.frames.pop_due(now) {
            self.send_on(packets, now);
        }
        if self.next_release.is_some_and(|at| at <= now) {
            self.release_due(now);
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
        timer.into_iter().chain(self.next_tend).chain(self.next_release).chain(self.frames.deadline()).min()
    }

    /// What the network to a peer is taken to carry, in bits a second; `None` while nothing is known.
    pub fn estimate_bps(&self, peer: PeerId) -> Option<u64> {
        self.members.get(&peer)?.peer.estimate_bps()
    }

    /// Figures since the beginning.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// What is held now.
    pub fn census(&self) -> Census {
        Census {
            peers: self.members.len(),
            sources: self.sources.len(),
            groups: self.groups.len(),
            names: self.demux.names(),
            subscriptions: self.fanout.subscriptions(),
            keyframes_asked: self.gate.asked(),
            pictures: self.frames.held(),
            relayed: self.others.known(),
            timers: self.timers.len() + usize::from(self.next_tend.is_some()),
        }
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
            budget: Budget::new(),
            paused: Vec::new(),
            screen_bps: None,
            wake: None,
            moves: 0,
        };
        self.members.insert(id, member);
        self.add_source(id, group, None);
        self.next_tend.get_or_insert(now + TEND_EVERY);
    }

    fn add_source(&mut self, id: PeerId, group: GroupId, worker: Option<WorkerIndex>) {
        self.sources.insert(id, Source { group, published: HashMap::new(), worker });
        let entry = self.groups.entry(group).or_default();
        entry.members.push(id);
        if entry.speakers.set_people(entry.members.len()) {
            self.assign_group(group);
        }
    }

    /// Nothing is negotiated anew: slots are emptied and filled again, and sound flows at once.
    fn move_to(&mut self, now: Instant, id: PeerId, group: GroupId) {
        let Some(source) = self.sources.get_mut(&id).filter(|source| source.group != group) else { return };
        let before = std::mem::replace(&mut source.group, group);
        let kinds: Vec<_> = source.published.keys().copied().collect();
        if let Some(member) = self.members.get_mut(&id) {
            member.group = group;
        }
        self.leave_group(id, before);
        self.tell_speaking(before, now);
        let entry = self.groups.entry(group).or_default();
        entry.members.push(id);
        entry.speakers.set_people(entry.members.len());
        if kinds.contains(&Kind::Voice) {
            entry.speakers.add(id, now);
        }
        if kinds.contains(&Kind::Music) {
            entry.music.push(id);
        }
        self.assign_group(group);
        self.tell_speaking(group, now);
        self.tend_viewer(id, now);
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
        self.assign_sound(id);
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

    /// Whether media from an unknown address may be this peer's. It is not even looked at while the peer is
    /// heard where it was: else anyone who has seen one packet could use up what the peer may send, or send
    /// its packets on from elsewhere and draw its media there.
    fn may_have_moved(&self, id: PeerId, now: Instant) -> bool {
        self.members.get(&id).is_some_and(|member| member.link.silence(now) >= MOVED_AFTER)
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

    /// Forgets a peer, whether it is here or elsewhere.
    fn remove(&mut self, id: PeerId) {
        if let Some(member) = self.members.remove(&id) {
            self.demux.forget(id);
            self.frames.forget(id);
            for (slot, track) in member.slots.filled() {
                self.fanout.follow(Subscription { viewer: id, slot }, Some(track), None);
            }
        }
        if let Some(source) = self.sources.remove(&id) {
            for kind in source.published.keys() {
                self.forget_track(TrackId { peer: id, kind: *kind });
            }
            self.leave_group(id, source.group);
        }
        if self.members.is_empty() {
            self.next_tend = None;
            self.timers.clear();
        }
    }

    fn forget_track(&mut self, track: TrackId) {
        self.gate.forget(track);
        self.others.forget(track);
    }

    fn leave_group(&mut self, id: PeerId, group_id: GroupId) {
        let Some(group) = self.groups.get_mut(&group_id) else { return };
        group.members.retain(|other| *other != id);
        group.speakers.remove(id);
        group.speakers.set_people(group.members.len());
        group.music.retain(|other| *other != id);
        if group.members.is_empty() {
            self.groups.remove(&group_id);
        } else {
            self.assign_group(group_id);
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
            for packet in packets {
                self.take_in(packet, now);
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
            Notice::Stream(stream) => self.demux.learn_stream(id, stream),
            Notice::WantsKeyframe(mid) => {
                let wanted = self.members.get(&id).and_then(|member| {
                    let slot = member.slots.by_mid(&mid)?;
                    // A page that takes its time looks to a browser like one that is lost.
                    let comes = slot.kind == Kind::Screen && !slot.paced.has_room(member.screen_bps);
                    Some((slot.track?, slot.selector.current()?)).filter(|_| !comes)
                });
                if let Some((track, layer)) = wanted {
                    self.request_keyframe(track, layer, now);
                }
            }
            Notice::Squeezed => self.tend_viewer(id, now),
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
