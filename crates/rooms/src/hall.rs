//! All live rooms, and the one way in and out of this crate.
//!
//! A bug in one room panics, is caught here, and costs that room only.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use incamera_media::{Command, Event, GroupId, PeerId};
use incamera_protocol::arrangement::Arrangement;
use incamera_protocol::signal::{ClientMessage, ClosingReason, Knock, Participant, Role, ServerMessage};
use incamera_protocol::{MAX_PARTICIPANTS, MeetingId, ParticipantId, Refusal};

use crate::presence::Presence;
use crate::room::Room;

/// Someone at the door, with a grant that has been checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entrance {
    /// Where to.
    pub room: MeetingId,
    /// An identifier that was never used before.
    pub participant: ParticipantId,
    /// What was typed as name or pseudonym.
    pub name: Option<String>,
    /// The place that is taken up again, if it still exists in this room.
    pub replaces: Option<ParticipantId>,
    /// What they may do there.
    pub role: Role,
    /// What the room's owner has decided, as of now.
    pub policy: Policy,
}

impl Entrance {
    /// A guest without a name, into a room that is everyone's.
    pub fn open(room: MeetingId, participant: ParticipantId) -> Self {
        Self { room, participant, name: None, replaces: None, role: Role::Guest, policy: Policy::OPEN }
    }
}

/// What a room's owner has decided about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Whether guests wait until they are let in.
    pub waiting_room: bool,
    /// How many people may be in it. Its owner always finds a seat.
    pub capacity: usize,
    /// Whether guests may show themselves.
    pub cameras: bool,
}

impl Policy {
    /// A room that is everyone's.
    pub const OPEN: Self = Self { waiting_room: false, capacity: MAX_PARTICIPANTS, cameras: true };
}

/// What someone finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Welcome {
    /// They are in the room.
    Inside(Inside),
    /// They wait before it.
    Waiting {
        /// Who they are, here and later inside.
        you: ParticipantId,
    },
}

impl Welcome {
    /// Who they are: a new participant, or the one they were.
    pub fn you(&self) -> ParticipantId {
        match self {
            Self::Inside(inside) => inside.you,
            Self::Waiting { you } => *you,
        }
    }

    /// What they find, if they are in the room.
    pub fn inside(&self) -> Option<&Inside> {
        match self {
            Self::Inside(inside) => Some(inside),
            Self::Waiting { .. } => None,
        }
    }
}

/// What someone finds inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inside {
    /// Who they are: a new participant, or the one they were.
    pub you: ParticipantId,
    /// What the room's clock shows, in milliseconds.
    pub clock_ms: u32,
    /// Everyone in the room, they included.
    pub participants: Vec<Participant>,
    /// For hosts: who waits.
    pub knocks: Vec<Knock>,
    /// What hosts have arranged.
    pub arrangement: Arrangement,
}

/// What happens to a hall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A participant says something.
    Message {
        /// Who.
        from: ParticipantId,
        /// The number of the frame; named when it is refused.
        seq: u32,
        /// What.
        message: ClientMessage,
    },
    /// A participant's socket broke.
    SocketLost {
        /// Whose.
        participant: ParticipantId,
        /// Whether the page said that it goes.
        goodbye: bool,
    },
    /// A participant's socket was resumed.
    SocketBack {
        /// Whose.
        participant: ParticipantId,
    },
    /// `media` reports.
    Media(Event),
    /// Time has passed.
    Timeout,
    /// The server stops.
    Close,
}

/// What is to be done, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Say something to a participant.
    Send {
        /// To whom.
        to: ParticipantId,
        /// What.
        message: ServerMessage,
    },
    /// Say the same to several participants. Kept as one, so that it is written out once.
    SendAll {
        /// To whom.
        to: Vec<ParticipantId>,
        /// What.
        message: ServerMessage,
    },
    /// A participant is no longer in any room: forget the place, close the socket.
    Ended {
        /// Who.
        participant: ParticipantId,
        /// Why, unless they left themselves.
        reason: Option<ClosingReason>,
    },
    /// Tell `media`.
    Media(Command),
}

/// Every room with someone in it.
#[derive(Default)]
pub struct Hall {
    rooms: HashMap<MeetingId, Room>,
    seats: HashMap<ParticipantId, MeetingId>,
    peers: HashMap<PeerId, MeetingId>,
    groups: HashMap<GroupId, MeetingId>,
    numbers: Numbers,
    outputs: Vec<Output>,
}

/// Numbers that are never used twice in a process.
#[derive(Default)]
struct Numbers {
    peer: u64,
    group: u64,
}

impl Numbers {
    fn next_group(&mut self) -> GroupId {
        self.group += 1;
        GroupId(self.group)
    }
}

impl Hall {
    /// A hall without rooms.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets someone in, or says why not. Others hear of it by outputs.
    pub fn enter(&mut self, now: Instant, entrance: &Entrance) -> Result<Welcome, Refusal> {
        if !self.rooms.contains_key(&entrance.room) {
            let group = self.numbers.next_group();
            self.rooms.insert(entrance.room.clone(), Room::new(group, now, entrance.policy));
        }
        let entered = self.with_room(&entrance.room, |room, effects| room.enter(now, entrance, effects));
        let welcome = entered.unwrap_or(Err(Refusal::Closing))?;
        self.seats.insert(welcome.you(), entrance.room.clone());
        Ok(welcome)
    }

    /// Takes in what happened. What it leads to is then in [`Hall::take_outputs`].
    pub fn handle(&mut self, now: Instant, input: Input) {
        match input {
            Input::Message { from, seq, message } => {
                self.with_room_of(from, |room, effects| {
                    if let Err(refusal) = room.on_message(now, from, seq, message, effects) {
                        effects.send(from, ServerMessage::Refused { refusal, about: Some(seq) });
                    }
                });
            }
            Input::SocketLost { participant, goodbye } => {
                self.with_room_of(participant, |room, effects| {
                    room.on_socket_lost(now, participant, goodbye, effects);
                });
            }
            Input::SocketBack { participant } => {
                self.with_room_of(participant, |room, effects| {
                    room.on_socket_back(now, participant, effects)
                });
            }
            Input::Media(event) => self.on_media(now, event),
            Input::Timeout => {
                for id in self.room_ids() {
                    self.with_room(&id, |room, effects| room.on_timeout(now, effects));
                }
            }
            Input::Close => {
                for id in self.room_ids() {
                    self.end_room(&id);
                }
            }
        }
    }

    /// What is to be done, in order.
    pub fn take_outputs(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.outputs)
    }

    /// When [`Input::Timeout`] is wanted next.
    pub fn poll_timeout(&self, now: Instant) -> Option<Instant> {
        self.rooms.values().filter_map(|room| room.next_change(now)).min()
    }

    /// Where someone is.
    pub fn room_of(&self, participant: ParticipantId) -> Option<&MeetingId> {
        self.seats.get(&participant)
    }

    /// How many are in a room, and how many wait before it.
    pub fn census_of(&self, room: &MeetingId) -> (usize, usize) {
        self.rooms.get(room).map_or((0, 0), Room::census)
    }

    /// How many rooms are live, and how many participants are in them.
    pub fn census(&self) -> (usize, usize) {
        (self.rooms.len(), self.seats.len())
    }

    fn on_media(&mut self, now: Instant, event: Event) {
        match event {
            Event::Answer { peer, number, sdp } => {
                self.with_room_of_peer(peer, |room, effects| room.on_answer(peer, number, sdp, effects));
            }
            Event::OfferRefused { peer, number } => {
                self.with_room_of_peer(peer, |room, effects| room.on_offer_refused(peer, number, effects));
            }
            Event::Connected { peer } => self.on_transport(now, peer, Presence::on_transport_up),
            Event::Heard { peer } => self.on_transport(now, peer, Presence::on_transport_heard),
            Event::Quiet { peer, since, expected } => {
                self.on_transport(now, peer, |presence| presence.on_transport_quiet(since, expected));
            }
            Event::Gone { peer } => {
                self.on_transport(now, peer, |presence| presence.on_transport_ended(now));
                self.with_room_of_peer(peer, |room, _| room.on_peer_gone(peer));
                self.peers.remove(&peer);
            }
            Event::Slots { peer, slots } => {
                self.with_room_of_peer(peer, |room, effects| room.on_slots(peer, &slots, effects));
            }
            Event::Paused { peer, slots } => {
                self.with_room_of_peer(peer, |room, effects| room.on_paused(peer, &slots, effects));
            }
            Event::Demand { track, layers } => {
                self.with_room_of_peer(track.peer, |room, effects| room.on_demand(track, layers, effects));
            }
            Event::Speaking { group, peers } => {
                if let Some(id) = self.groups.get(&group).cloned() {
                    self.with_room(&id, |room, effects| room.on_speaking(group, &peers, effects));
                }
            }
        }
    }

    fn on_transport(&mut self, now: Instant, peer: PeerId, note: impl FnOnce(&mut Presence)) {
        self.with_room_of_peer(peer, |room, effects| room.on_transport(now, peer, effects, note));
    }

    fn room_ids(&self) -> Vec<MeetingId> {
        self.rooms.keys().cloned().collect()
    }

    fn with_room_of(&mut self, id: ParticipantId, work: impl FnOnce(&mut Room, &mut Effects)) {
        if let Some(room) = self.seats.get(&id).cloned() {
            self.with_room(&room, work);
        }
    }

    fn with_room_of_peer(&mut self, peer: PeerId, work: impl FnOnce(&mut Room, &mut Effects)) {
        if let Some(room) = self.peers.get(&peer).cloned() {
            self.with_room(&room, work);
        }
    }

    /// Works on one room. If that panics, the room ends, and only that.
    fn with_room<T>(&mut self, id: &MeetingId, work: impl FnOnce(&mut Room, &mut Effects) -> T) -> Option<T> {
        let room = self.rooms.get_mut(id)?;
        let mut effects = Effects { outputs: Vec::new(), numbers: &mut self.numbers };
        // What the closure leaves behind half done is the room, which ends, and its effects, which are
        // dropped with it.
        let result = catch_unwind(AssertUnwindSafe(|| work(room, &mut effects)));
        let outputs = effects.outputs;
        let Ok(value) = result else {
            tracing::error!(room = ?id, "a room was ended by a bug");
            self.end_room(id);
            return None;
        };
        let mut moved = false;
        for output in &outputs {
            match output {
                Output::Media(Command::Add { peer, group }) => {
                    self.peers.insert(*peer, id.clone());
                    self.groups.insert(*group, id.clone());
                }
                Output::Media(Command::Move { group, .. }) => {
                    self.groups.insert(*group, id.clone());
                    moved = true;
                }
                Output::Media(Command::Remove { peer }) => _ = self.peers.remove(peer),
                Output::Ended { participant, .. } => _ = self.seats.remove(participant),
                Output::Send { .. } | Output::SendAll { .. } | Output::Media(_) => {}
            }
        }
        if let Some(room) = self.rooms.get(id).filter(|_| moved) {
            // Groups that were left are those of nobody.
            self.groups.retain(|group, owner| owner != id || room.has_group(*group));
        }
        self.outputs.extend(outputs);
        self.drop_if_empty(id);
        Some(value)
    }

    fn drop_if_empty(&mut self, id: &MeetingId) {
        if self.rooms.get(id).is_some_and(Room::is_empty) {
            self.rooms.remove(id);
            self.groups.retain(|_, room| room != id);
        }
    }

    fn end_room(&mut self, id: &MeetingId) {
        let Some(room) = self.rooms.remove(id) else { return };
        self.groups.retain(|_, other| other != id);
        for peer in room.peers() {
            self.peers.remove(&peer);
            self.outputs.push(Output::Media(Command::Remove { peer }));
        }
        for participant in room.known() {
            self.seats.remove(&participant);
            self.outputs.push(Output::Ended { participant, reason: Some(ClosingReason::Restart) });
        }
    }
}

/// What a room wants done. Kept until the room has finished without a bug.
pub(crate) struct Effects<'a> {
    outputs: Vec<Output>,
    numbers: &'a mut Numbers,
}

impl Effects<'_> {
    pub(crate) fn push(&mut self, output: Output) {
        self.outputs.push(output);
    }

    pub(crate) fn send(&mut self, to: ParticipantId, message: ServerMessage) {
        self.push(Output::Send { to, message });
    }

    pub(crate) fn send_all(&mut self, to: Vec<ParticipantId>, message: ServerMessage) {
        if !to.is_empty() {
            self.push(Output::SendAll { to, message });
        }
    }

    pub(crate) fn media(&mut self, command: Command) {
        self.push(Output::Media(command));
    }

    pub(crate) fn new_peer(&mut self, group: GroupId) -> PeerId {
        self.numbers.peer += 1;
        let peer = PeerId(self.numbers.peer);
        self.media(Command::Add { peer, group });
        peer
    }

    pub(crate) fn new_group(&mut self) -> GroupId {
        self.numbers.next_group()
    }

    pub(crate) fn end_peer(&mut self, peer: PeerId) {
        self.media(Command::Remove { peer });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ATK-51: a bug that one room provokes costs that room, and nothing of the others.
    #[test]
    fn a_bug_ends_the_room_it_is_in() {
        let now = Instant::now();
        let mut hall = Hall::new();
        let rooms: [MeetingId; 2] =
            ["01234-56789-abcde", "k3m9x-0qw7r-v2h8d"].map(|id| id.parse().expect("an identifier"));
        for (number, room) in (0..).zip(&rooms) {
            for person in 0..2 {
                let entrance = Entrance::open(room.clone(), ParticipantId(number * 10 + person));
                hall.enter(now, &entrance).expect("entered");
            }
        }
        hall.take_outputs();
        let broken = hall.with_room(&rooms[0], |room, effects| {
            effects.send(ParticipantId(10), ServerMessage::Pong {});
            assert!(room.is_empty(), "a bug");
        });
        assert_eq!(broken, None);
        let outputs = hall.take_outputs();
        let ended = outputs.iter().filter_map(|output| match output {
            Output::Ended { participant, reason: Some(ClosingReason::Restart) } => Some(participant.0),
            _ => None,
        });
        let mut ended: Vec<_> = ended.collect();
        ended.sort_unstable();
        assert_eq!(ended, [0, 1], "they are told, and come again");
        let sent = outputs.iter().any(|output| matches!(output, Output::Send { .. }));
        assert!(!sent, "what was half done is not said");
        assert_eq!(hall.census(), (1, 2));
        assert_eq!(hall.census_of(&rooms[1]), (2, 0));
        // The other goes on, and the broken one can be opened anew.
        let message = ClientMessage::Hand { raised: true };
        hall.handle(now, Input::Message { from: ParticipantId(10), seq: 1, message });
        assert!(hall.take_outputs().iter().any(|output| matches!(output, Output::SendAll { .. })));
        hall.enter(now, &Entrance::open(rooms[0].clone(), ParticipantId(99))).expect("entered");
    }
}
