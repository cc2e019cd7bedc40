//! One live room: its participants, and what each message of theirs does.

mod arranging;
mod groups;
mod hosting;
mod lobby;
mod polls;
mod sending;
mod sight;
mod signs;
mod writing;

use std::collections::{BTreeSet, HashMap};
use std::time::Instant;

use incamera_media::{Command, GroupId, PeerId, TrackId};
use incamera_protocol::arrangement::{Rule, Stick};
use incamera_protocol::signal::{
    ClientMessage, ClosingReason, Layer, Link, Participant, Receive, Role, Send, ServerMessage, SlotFill,
    Tile, TrackOf,
};
use incamera_protocol::{MAX_PARTICIPANTS, Mid, ParticipantId, Refusal};

use crate::gate::{self, Standing};
use crate::hall::{Effects, Entrance, Inside, Output, Policy, Welcome};
use crate::name;
use crate::offer;
use crate::presence::Presence;
use sending::Published;

/// Offers of one participant that may wait for their answers. A browser has one, and a next one when it
/// has begun anew meanwhile.
const MAX_OFFERS_WAITING: usize = 8;

/// A room with someone in it.
pub(crate) struct Room {
    group: GroupId,
    /// When the room's clock stood at zero.
    opened: Instant,
    /// When the last hand was raised, on the room's clock.
    last_hand: u32,
    /// In the order of their numbers.
    seats: Vec<Seat>,
    next_number: u32,
    /// Those who wait, in the order of their coming.
    lobby: Vec<lobby::Waiting>,
    rules: BTreeSet<Rule>,
    /// When the timer runs out, on the room's clock.
    timer: Option<u32>,
    stick: Option<Stick>,
    poll: Option<polls::Asked>,
    split: Option<groups::Split>,
    /// Who was last heard speaking in each group of `media`.
    speaking: HashMap<GroupId, Vec<ParticipantId>>,
    policy: Policy,
}

/// One participant.
struct Seat {
    /// What others may know.
    shown: Participant,
    presence: Presence,
    peer: Option<PeerId>,
    /// Where the peer is, or will be.
    media_group: GroupId,
    /// The group to which a host has sent them.
    belongs: Option<u8>,
    layers: Vec<Layer>,
    screen_layers: Vec<Layer>,
    tiles: Vec<Tile>,
    /// Offers that wait for their answer, each with the frame that it came in: if `media` refuses one, that
    /// frame is named.
    offers: Vec<(u32, u32)>,
}

impl Room {
    pub(crate) fn new(group: GroupId, now: Instant, policy: Policy) -> Self {
        Self {
            group,
            opened: now,
            last_hand: 0,
            seats: Vec::new(),
            next_number: 1,
            lobby: Vec::new(),
            // One room may be so from the beginning.
            rules: (!policy.cameras).then_some(Rule::CamerasOff).into_iter().collect(),
            timer: None,
            stick: None,
            poll: None,
            split: None,
            speaking: HashMap::new(),
            policy,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.seats.is_empty() && self.lobby.is_empty()
    }

    /// Everyone who has a place here, those who wait included.
    pub(crate) fn known(&self) -> Vec<ParticipantId> {
        self.participants().chain(self.lobby.iter().map(|waiting| waiting.shown.id)).collect()
    }

    /// How many are in it, and how many wait.
    pub(crate) fn census(&self) -> (usize, usize) {
        (self.seats.len(), self.lobby.len())
    }

    pub(crate) fn participants(&self) -> impl Iterator<Item = ParticipantId> + '_ {
        self.seats.iter().map(|seat| seat.shown.id)
    }

    pub(crate) fn peers(&self) -> impl Iterator<Item = PeerId> + '_ {
        self.seats.iter().filter_map(|seat| seat.peer)
    }

    // ---- coming and going ----

    pub(crate) fn enter(
        &mut self,
        now: Instant,
        entrance: &Entrance,
        effects: &mut Effects,
    ) -> Result<Welcome, Refusal> {
        self.follow_policy(entrance.policy, effects);
        if let Some(id) = entrance.replaces {
            if self.seat(id).is_some() {
                let you = self.take_up(now, id, entrance, effects);
                return Ok(self.welcome(now, you));
            }
            if self.waits(id) {
                self.knock_again(now, id, entrance, effects);
                return Ok(Welcome::Waiting { you: id });
            }
        }
        if !entrance.role.hosts() {
            if self.holds(Rule::Locked) {
                return Err(Refusal::RoomLocked);
            }
            if self.policy.waiting_room {
                return self.knock(now, entrance, effects).map(|you| Welcome::Waiting { you });
            }
        }
        let you = self.sit_down(now, entrance, effects)?;
        Ok(self.welcome(now, you))
    }

    fn welcome(&self, now: Instant, you: ParticipantId) -> Welcome {
        let role = self.seat(you).map_or(Role::Guest, |seat| seat.shown.role);
        Welcome::Inside(Inside {
            you,
            clock_ms: self.clock(now),
            participants: self.everyone_for(you),
            knocks: self.knocks_for(role),
            arrangement: self.arrangement_for(role),
        })
    }

    /// Whether guests find no seat any more. A host always finds one, in their own room.
    fn is_full(&self) -> bool {
        self.seats.len() >= self.policy.capacity.min(MAX_PARTICIPANTS)
    }

    /// A reloaded page takes its old place: for the others the same person, with everything off. Whoever waited
    /// with a raised hand goes on waiting, and who had a task still has it.
    fn take_up(
        &mut self,
        now: Instant,
        id: ParticipantId,
        entrance: &Entrance,
        effects: &mut Effects,
    ) -> ParticipantId {
        if let Some(seat) = self.seat_mut(id) {
            if let Some(peer) = seat.peer.take() {
                effects.end_peer(peer);
            }
            seat.offers.clear();
            seat.presence = Presence::new(now);
            seat.shown.name = entrance.name.as_deref().and_then(name::normalise);
            seat.shown.microphone = false;
            seat.shown.camera = false;
            seat.shown.music = false;
            seat.shown.screen = false;
            seat.shown.quality = None;
            seat.shown.link = Link::Connecting;
            seat.layers.clear();
            seat.screen_layers.clear();
            seat.tiles.clear();
            self.tell_change_to_others(id, effects);
        }
        id
    }

    fn sit_down(
        &mut self,
        now: Instant,
        entrance: &Entrance,
        effects: &mut Effects,
    ) -> Result<ParticipantId, Refusal> {
        let host = entrance.role.hosts();
        if self.seats.len() >= MAX_PARTICIPANTS || (self.is_full() && !host) {
            return Err(Refusal::RoomFull);
        }
        let name = entrance.name.as_deref().and_then(name::normalise);
        self.seat_new(entrance.participant, name, entrance.role, Presence::new(now), effects);
        Ok(entrance.participant)
    }

    fn seat_new(
        &mut self,
        id: ParticipantId,
        name: Option<String>,
        role: Role,
        presence: Presence,
        effects: &mut Effects,
    ) {
        assert!(self.seat(id).is_none(), "a participant sits down once");
        let shown = Participant {
            id,
            number: self.next_number,
            name,
            role,
            microphone: false,
            camera: false,
            music: false,
            screen: false,
            link: Link::Connecting,
            hand: None,
            quality: None,
            group: if role.hosts() { None } else { self.group_for_latecomer() },
            tasks: Vec::new(),
        };
        self.next_number += 1;
        let participant = shown.clone();
        self.seats.push(Seat {
            media_group: self.group_id(shown.group),
            belongs: shown.group,
            shown,
            presence,
            peer: None,
            layers: Vec::new(),
            screen_layers: Vec::new(),
            tiles: Vec::new(),
            offers: Vec::new(),
        });
        effects.send_all(self.others_who_see(id), ServerMessage::Joined { participant });
    }

    pub(crate) fn leave(&mut self, id: ParticipantId, reason: Option<ClosingReason>, effects: &mut Effects) {
        if self.unseat(id, effects) {
            effects.push(Output::Ended { participant: id, reason });
        }
    }

    /// Takes someone's seat and connection away.
    fn unseat(&mut self, id: ParticipantId, effects: &mut Effects) -> bool {
        let viewers = self.others_who_see(id);
        let Some(place) = self.seats.iter().position(|seat| seat.shown.id == id) else { return false };
        let seat = self.seats.remove(place);
        if let Some(peer) = seat.peer {
            effects.end_peer(peer);
        }
        effects.send_all(viewers, ServerMessage::Left { participant: id });
        self.end_calls_of_nobody(effects);
        if self.stick == Some(Stick { holder: Some(id) }) {
            self.set_stick(Some(Stick { holder: None }), effects);
        }
        true
    }

    pub(crate) fn on_socket_lost(
        &mut self,
        now: Instant,
        id: ParticipantId,
        goodbye: bool,
        effects: &mut Effects,
    ) {
        if let Some(seat) = self.seat_mut(id) {
            seat.presence.on_socket_lost(now, goodbye);
        }
        self.on_waiting_socket(id, false, |presence| presence.on_socket_lost(now, goodbye), effects);
        self.refresh(now, id, effects);
    }

    pub(crate) fn on_socket_back(&mut self, now: Instant, id: ParticipantId, effects: &mut Effects) {
        if let Some(seat) = self.seat_mut(id) {
            seat.presence.on_socket_back();
        }
        self.on_waiting_socket(id, true, Presence::on_socket_back, effects);
        self.refresh(now, id, effects);
    }

    pub(crate) fn on_timeout(&mut self, now: Instant, effects: &mut Effects) {
        self.end_waits_of_the_lost(now, effects);
        if self.split_ends().is_some_and(|at| at <= now) {
            self.on_rejoin(effects);
        }
        let ids: Vec<_> = self.participants().collect();
        for id in ids {
            if self.seat(id).is_some_and(|seat| seat.presence.is_gone(now)) {
                self.leave(id, Some(ClosingReason::Lost), effects);
            } else {
                self.refresh(now, id, effects);
            }
        }
    }

    pub(crate) fn next_change(&self, now: Instant) -> Option<Instant> {
        let inside = self.seats.iter().map(|seat| &seat.presence);
        let presences = inside.chain(self.lobby.iter().map(|waiting| &waiting.presence));
        presences.filter_map(|presence| presence.next_change(now)).chain(self.split_ends()).min()
    }

    // ---- messages ----

    pub(crate) fn on_message(
        &mut self,
        now: Instant,
        from: ParticipantId,
        frame: u32,
        message: ClientMessage,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        if self.waits(from) {
            return self.on_message_outside(from, &message, effects);
        }
        let role = self.seat(from).ok_or(Refusal::OutOfPlace)?.shown.role;
        gate::may_say(Standing::Inside(role), &message)?;
        match message {
            ClientMessage::Offer { offer, sdp, sends, receives, fresh } => {
                self.on_offer(now, from, frame, OfferBody { offer, sdp, sends, receives, fresh }, effects)
            }
            ClientMessage::Publish { microphone, camera, music, screen, layers, screen_layers } => {
                let published = Published { microphone, camera, music, screen, layers, screen_layers };
                self.on_publish(from, published, effects);
                Ok(())
            }
            ClientMessage::Watch { tiles } => self.on_watch(from, tiles, effects),
            ClientMessage::Hand { raised } => {
                self.on_hand(now, from, raised, effects);
                Ok(())
            }
            ClientMessage::Quality { quality } => {
                self.on_quality(from, quality, effects);
                Ok(())
            }
            ClientMessage::Task { participant, task, given } => {
                self.on_task(from, participant, task, given, effects)
            }
            ClientMessage::Seal { sealed } => self.on_sealed(from, sealed, effects),
            ClientMessage::Admit { participants } => self.on_admit(now, &participants, effects),
            ClientMessage::Remove { participant } => self.on_remove(participant, effects),
            ClientMessage::SendBack { participant } => self.on_send_back(now, participant, effects),
            ClientMessage::Stop { participant, source } => self.on_stop(participant, source, effects),
            ClientMessage::LowerHand { participant } => self.on_lower_hand(now, participant, effects),
            ClientMessage::Promote { participant, host } => self.on_promote(participant, host, effects),
            ClientMessage::Rule { .. }
            | ClientMessage::Timer { .. }
            | ClientMessage::PassStick { .. }
            | ClientMessage::EndStick {}
            | ClientMessage::OpenPoll { .. }
            | ClientMessage::Vote { .. }
            | ClientMessage::ClosePoll {}
            | ClientMessage::DropPoll {}
            | ClientMessage::Split { .. }
            | ClientMessage::Rejoin {}
            | ClientMessage::Move { .. }
            | ClientMessage::Call { .. } => self.on_arranging(now, from, message, effects),
            ClientMessage::End {} => {
                self.on_end(effects);
                Ok(())
            }
            // Only those before the room say this; the gate has refused it.
            ClientMessage::Check { .. } => Ok(()),
            // Answered where the sockets are: it asks for the socket, not for the room.
            ClientMessage::Ping {} => Ok(()),
            ClientMessage::Leave {} => {
                self.leave(from, None, effects);
                Ok(())
            }
        }
    }

    fn on_arranging(
        &mut self,
        now: Instant,
        from: ParticipantId,
        message: ClientMessage,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        match message {
            ClientMessage::Rule { rule, holds } => self.on_rule(rule, holds, effects),
            ClientMessage::Timer { seconds } => return self.on_timer(now, seconds, effects),
            ClientMessage::PassStick { to } => return self.on_pass_stick(from, to, effects),
            ClientMessage::EndStick {} => self.set_stick(None, effects),
            ClientMessage::OpenPoll { poll, options } => return self.on_open_poll(poll, options, effects),
            ClientMessage::Vote { poll, option } => return self.on_vote(from, poll, option, effects),
            ClientMessage::ClosePoll {} => self.on_close_poll(effects),
            ClientMessage::DropPoll {} => self.on_drop_poll(effects),
            ClientMessage::Split { groups, placements, choose, seconds } => {
                return self.on_split(now, groups, &placements, (choose, seconds), effects);
            }
            ClientMessage::Rejoin {} => self.on_rejoin(effects),
            ClientMessage::Move { participant, group } => {
                return self.on_move(from, participant, group, effects);
            }
            ClientMessage::Call { wanted } => return self.on_call(from, wanted, effects),
            _ => {}
        }
        Ok(())
    }

    fn on_offer(
        &mut self,
        now: Instant,
        from: ParticipantId,
        frame: u32,
        body: OfferBody,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        let lines = offer::check(&body.sends, &body.receives)?;
        let seat = self.seat_mut(from).ok_or(Refusal::OutOfPlace)?;
        if seat.offers.len() >= MAX_OFFERS_WAITING {
            return Err(Refusal::TooFast);
        }
        let peer = match seat.peer {
            Some(peer) if !body.fresh => peer,
            // There is no connection that this offer could be a further one of.
            None if !body.fresh => return Err(Refusal::OutOfPlace),
            before => {
                if let Some(before) = before {
                    effects.end_peer(before);
                    // Whoever has gone does not answer any more.
                    seat.offers.clear();
                }
                let peer = effects.new_peer(seat.media_group);
                seat.peer = Some(peer);
                seat.presence.on_transport_awaited(now);
                peer
            }
        };
        let OfferBody { offer: number, sdp, fresh, .. } = body;
        seat.offers.push((number, frame));
        effects.media(Command::Offer { peer, number, sdp, sends: lines.sends, receives: lines.receives });
        if fresh {
            self.restore(from, effects);
        }
        Ok(())
    }

    /// Tells `media` of a new peer what was already said of its participant.
    fn restore(&mut self, id: ParticipantId, effects: &mut Effects) {
        self.publish_to_media(id, effects);
        self.restore_watching(id, effects);
    }

    /// Tells `media` again what someone watches, and who watches them.
    fn restore_watching(&mut self, id: ParticipantId, effects: &mut Effects) {
        let watchers: Vec<_> = self
            .seats
            .iter()
            .filter(|seat| seat.shown.id == id || seat.tiles.iter().any(|tile| tile.participant == id))
            .map(|seat| seat.shown.id)
            .collect();
        for watcher in watchers {
            self.watch_to_media(watcher, effects);
        }
    }

    // ---- what media reports ----

    pub(crate) fn on_transport(
        &mut self,
        now: Instant,
        peer: PeerId,
        effects: &mut Effects,
        note: impl FnOnce(&mut Presence),
    ) {
        let Some(seat) = self.seats.iter_mut().find(|seat| seat.peer == Some(peer)) else { return };
        note(&mut seat.presence);
        let id = seat.shown.id;
        self.refresh(now, id, effects);
    }

    pub(crate) fn on_peer_gone(&mut self, peer: PeerId) {
        if let Some(seat) = self.seat_of(peer) {
            seat.peer = None;
            seat.offers.clear();
        }
    }

    pub(crate) fn on_answer(&mut self, peer: PeerId, offer: u32, sdp: String, effects: &mut Effects) {
        let Some(seat) = self.seat_of(peer) else { return };
        seat.take_offer(offer);
        effects.send(seat.shown.id, ServerMessage::Answer { offer, sdp });
    }

    pub(crate) fn on_offer_refused(&mut self, peer: PeerId, offer: u32, effects: &mut Effects) {
        let Some(seat) = self.seat_of(peer) else { return };
        let about = seat.take_offer(offer);
        let refused = ServerMessage::Refused { refusal: Refusal::OfferInvalid, about };
        effects.send(seat.shown.id, refused);
    }

    pub(crate) fn on_slots(
        &mut self,
        peer: PeerId,
        slots: &[(String, Option<TrackId>)],
        effects: &mut Effects,
    ) {
        let Some(id) = self.participant_of(peer) else { return };
        let fill = |(mid, track): &(String, Option<TrackId>)| {
            Some(SlotFill { mid: Mid::new(mid)?, track: track.and_then(|track| self.track_of(track)) })
        };
        let slots = slots.iter().filter_map(fill).collect();
        effects.send(id, ServerMessage::Slots { slots });
    }

    pub(crate) fn on_paused(&mut self, peer: PeerId, slots: &[String], effects: &mut Effects) {
        let Some(id) = self.participant_of(peer) else { return };
        let slots = slots.iter().filter_map(|mid| Mid::new(mid)).collect();
        effects.send(id, ServerMessage::Paused { slots });
    }

    pub(crate) fn on_demand(&mut self, track: TrackId, layers: Vec<bool>, effects: &mut Effects) {
        let Some(TrackOf { participant, source }) = self.track_of(track) else { return };
        effects.send(participant, ServerMessage::Demand { source, layers });
    }

    // ---- small things ----

    fn track_of(&self, track: TrackId) -> Option<TrackOf> {
        let participant = self.participant_of(track.peer)?;
        Some(TrackOf { participant, source: offer::source_of(track.kind) })
    }

    fn seat_of(&mut self, peer: PeerId) -> Option<&mut Seat> {
        self.seats.iter_mut().find(|seat| seat.peer == Some(peer))
    }

    fn participant_of(&self, peer: PeerId) -> Option<ParticipantId> {
        self.seats.iter().find(|seat| seat.peer == Some(peer)).map(|seat| seat.shown.id)
    }

    /// Tells everyone when what is to be seen of someone's connection has changed.
    fn refresh(&mut self, now: Instant, id: ParticipantId, effects: &mut Effects) {
        let Some(seat) = self.seat_mut(id) else { return };
        let link = seat.presence.link(now);
        if seat.shown.link == link {
            return;
        }
        seat.shown.link = link;
        self.tell_change(id, effects);
    }

    /// Everyone else who may know of someone.
    fn others_who_see(&self, whom: ParticipantId) -> Vec<ParticipantId> {
        let Some(seat) = self.seat(whom) else { return Vec::new() };
        self.viewers_of(seat).map(|viewer| viewer.shown.id).filter(|id| *id != whom).collect()
    }

    /// Whether someone looks after the room.
    fn hosts(&self, id: ParticipantId) -> bool {
        self.seat(id).is_some_and(|seat| seat.shown.role.hosts())
    }

    fn seat(&self, id: ParticipantId) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.shown.id == id)
    }

    fn seat_mut(&mut self, id: ParticipantId) -> Option<&mut Seat> {
        self.seats.iter_mut().find(|seat| seat.shown.id == id)
    }
}

impl Seat {
    /// Takes an offer off the list of those that wait, and says in which frame it came.
    fn take_offer(&mut self, number: u32) -> Option<u32> {
        let place = self.offers.iter().position(|(waiting, _)| *waiting == number)?;
        Some(self.offers.remove(place).1)
    }
}

struct OfferBody {
    offer: u32,
    sdp: String,
    sends: Vec<Send>,
    receives: Vec<Receive>,
    fresh: bool,
}
