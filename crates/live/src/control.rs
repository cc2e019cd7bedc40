//! Runs the `Hall` and carries out its outputs: the one task that knows every room.
//!
//! It also knows the places of clients: which token takes up which place again, what was said to each
//! client and not acknowledged, and the socket that it has at the moment.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use incamera_media::Event;
use incamera_protocol::signal::{ClientMessage, ClosingReason, Frame, Opened, ServerMessage};
use incamera_protocol::{MeetingId, PROTOCOL_VERSION, ParticipantId, Refusal, ResumeToken};
use incamera_rooms::{Entrance, GONE_AFTER, Hall, Input, Inside, Output, Welcome};
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep_until;

use crate::close;
use crate::counters::Counters;
use crate::crew::Crew;
use crate::grant::{Grant, VALID_FOR};
use crate::keys;
use crate::outbox::Outbox;
use crate::pace::{Pace, Verdict};
use crate::queue::{Parcel, Queue};

/// Messages that may wait for control; senders wait beyond this.
pub(crate) const MAILBOX: usize = 1024;

/// Tells one socket of a client from the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SocketId(u64);

/// What sockets and workers tell control.
pub(crate) enum Message {
    Enter {
        grant: Grant,
        name: Option<String>,
        replaces: Option<ResumeToken>,
        frames: Queue,
        reply: oneshot::Sender<Result<Admission, Refusal>>,
    },
    Resume {
        token: ResumeToken,
        ack: u32,
        frames: Queue,
        reply: oneshot::Sender<Result<Admission, Refusal>>,
    },
    Frame {
        admission: Admission,
        received: Received,
        /// How large it was.
        bytes: usize,
        /// How long to wait before the next is read. No answer comes when this is no longer the socket of a
        /// participant. Waiting for it also keeps a socket from having more than one frame in this mailbox.
        reply: oneshot::Sender<Duration>,
    },
    Lost {
        admission: Admission,
        goodbye: bool,
    },
    /// Someone agrees no more.
    Withdraw {
        consent: String,
        reply: oneshot::Sender<()>,
    },
    Census {
        meetings: Vec<MeetingId>,
        reply: oneshot::Sender<Vec<(usize, usize)>>,
    },
    Close,
}

/// A socket that belongs to a participant.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Admission {
    participant: ParticipantId,
    socket: SocketId,
}

/// A frame as it was understood.
#[derive(Debug)]
pub(crate) enum Received {
    Message(Frame<ClientMessage>),
    /// It was not understood. The numbers are there where they could be read.
    Refused {
        refusal: Refusal,
        numbers: Option<(u32, u32)>,
    },
}

/// What is known of one client.
struct Place {
    token: ResumeToken,
    outbox: Outbox,
    /// The highest number received from the client.
    received: u32,
    socket: Option<(SocketId, Queue)>,
    /// Of the client and not of the socket: who is slowed down gains nothing by a new one.
    pace: Pace,
    /// What they have agreed to.
    consent: Option<String>,
}

pub(crate) struct Control {
    hall: Hall,
    places: HashMap<ParticipantId, Place>,
    tokens: HashMap<ResumeToken, ParticipantId>,
    next_socket: u64,
    crew: Crew,
    counters: Arc<Counters>,
    /// Bytes said to participants since the beginning.
    said: usize,
    max_participants: usize,
    /// Who agreed no more a moment ago: a ticket from before that may still be under way.
    withdrawn: HashMap<String, Instant>,
}

impl Control {
    pub(crate) fn new(crew: Crew, counters: Arc<Counters>, max_participants: usize) -> Self {
        Self {
            hall: Hall::new(),
            places: HashMap::new(),
            tokens: HashMap::new(),
            next_socket: 0,
            crew,
            counters,
            said: 0,
            max_participants,
            withdrawn: HashMap::new(),
        }
    }

    /// Runs until told to close, or until nobody can tell it anything any more.
    pub(crate) async fn run(
        mut self,
        mut messages: mpsc::Receiver<Message>,
        mut events: mpsc::Receiver<Event>,
    ) {
        loop {
            let deadline = self.hall.poll_timeout(Instant::now());
            let timeout = async {
                match deadline {
                    Some(at) => sleep_until(at.into()).await,
                    None => pending().await,
                }
            };
            let now = tokio::select! {
                message = messages.recv() => {
                    let now = Instant::now();
                    match message {
                        Some(Message::Close) | None => {
                            self.hall.handle(now, Input::Close);
                            self.perform().await;
                            return;
                        }
                        Some(message) => self.on_message(now, message).await,
                    }
                    now
                }
                Some(event) = events.recv() => {
                    let now = Instant::now();
                    self.crew.on_event(&event).await;
                    self.hall.handle(now, Input::Media(event));
                    now
                }
                () = timeout => Instant::now(),
            };
            self.hall.handle(now, Input::Timeout);
            self.perform().await;
            let (rooms, participants) = self.hall.census();
            self.counters.rooms.store(rooms as u64, Ordering::Relaxed);
            self.counters.participants.store(participants as u64, Ordering::Relaxed);
        }
    }

    async fn on_message(&mut self, now: Instant, message: Message) {
        match message {
            Message::Enter { grant, name, replaces, frames, reply } => {
                // A client that has gone meanwhile is noticed by its socket.
                _ = reply.send(self.enter(now, &grant, name, replaces, frames));
            }
            Message::Resume { token, ack, frames, reply } => {
                _ = reply.send(self.resume(now, token, ack, frames));
            }
            Message::Frame { admission, received, bytes, reply } => {
                let before = self.said;
                self.on_frame(now, admission, received);
                self.perform().await;
                if let Some(wait) = self.settle(now, admission, bytes + self.said - before) {
                    _ = reply.send(wait);
                }
            }
            Message::Lost { admission, goodbye } => {
                let Some(place) = self.place_of(admission) else { return };
                place.socket = None;
                let participant = admission.participant;
                self.hall.handle(now, Input::SocketLost { participant, goodbye });
            }
            Message::Withdraw { consent, reply } => {
                self.withdraw(now, consent);
                self.perform().await;
                _ = reply.send(());
            }
            Message::Census { meetings, reply } => {
                let counted = meetings.iter().map(|meeting| self.hall.census_of(meeting)).collect();
                // Whoever asked may have gone meanwhile.
                _ = reply.send(counted);
            }
            Message::Close => {}
        }
    }

    // ---- sockets come and go ----

    fn enter(
        &mut self,
        now: Instant,
        grant: &Grant,
        name: Option<String>,
        replaces: Option<ResumeToken>,
        frames: Queue,
    ) -> Result<Admission, Refusal> {
        let replaces = replaces
            .and_then(|token| self.tokens.get(&token).copied())
            .filter(|participant| self.hall.room_of(*participant) == Some(&grant.room));
        if grant.consent.as_ref().is_some_and(|consent| self.withdrawn.contains_key(consent)) {
            return Err(Refusal::ConsentMissing);
        }
        // Asked here and not in the hall, which knows what may be in a room, not what this machine carries.
        let (_, participants) = self.hall.census();
        if replaces.is_none() && participants >= self.max_participants {
            return Err(Refusal::RoomFull);
        }
        let participant = ParticipantId(u64::from_be_bytes(keys::random()));
        let (room, role, policy) = (grant.room.clone(), grant.role, grant.policy());
        let welcome = self.hall.enter(now, &Entrance { room, participant, name, replaces, role, policy })?;
        let you = welcome.you();
        if let Some(before) = self.forget(you) {
            dismiss(before, Some(ClosingReason::Replaced));
        }
        let token = ResumeToken(u128::from_be_bytes(keys::random()));
        let socket = self.new_socket();
        let opened = opened(welcome, token);
        frames.push(open_with(&opened));
        self.tokens.insert(token, you);
        let (outbox, pace) = (Outbox::default(), Pace::new(now));
        let consent = grant.consent.clone();
        let place = Place { token, outbox, received: 0, socket: Some((socket, frames)), pace, consent };
        self.places.insert(you, place);
        Ok(Admission { participant: you, socket })
    }

    fn resume(
        &mut self,
        now: Instant,
        token: ResumeToken,
        ack: u32,
        frames: Queue,
    ) -> Result<Admission, Refusal> {
        let participant = *self.tokens.get(&token).ok_or(Refusal::ResumeUnknown)?;
        let socket = self.new_socket();
        let place = self.places.get_mut(&participant).ok_or(Refusal::ResumeUnknown)?;
        if !place.outbox.reaches(ack) {
            return Err(Refusal::ResumeUnknown);
        }
        place.outbox.acknowledge(ack);
        frames.push(open_with(&Opened::Resumed { ack: place.received }));
        for (seq, body) in place.outbox.again() {
            frames.push(Parcel::Message { seq, ack: place.received, body: Arc::clone(body) });
        }
        // The socket before may still look open from here.
        place.socket = Some((socket, frames));
        self.hall.handle(now, Input::SocketBack { participant });
        Ok(Admission { participant, socket })
    }

    /// Ends every stay that rests on a consent.
    fn withdraw(&mut self, now: Instant, consent: String) {
        let stays = self.places.iter().filter(|(_, place)| place.consent.as_ref() == Some(&consent));
        let stays: Vec<ParticipantId> = stays.map(|(participant, _)| *participant).collect();
        for from in stays {
            // Their pages are told why; those that were told leave by themselves as well.
            if let Some(place) = self.forget(from) {
                dismiss(place, Some(ClosingReason::Withdrawn));
            }
            self.hall.handle(now, Input::Message { from, seq: 0, message: ClientMessage::Leave {} });
        }
        self.withdrawn.retain(|_, since| now.duration_since(*since) < VALID_FOR);
        self.withdrawn.insert(consent, now);
    }

    fn new_socket(&mut self) -> SocketId {
        self.next_socket += 1;
        SocketId(self.next_socket)
    }

    fn forget(&mut self, participant: ParticipantId) -> Option<Place> {
        let place = self.places.remove(&participant)?;
        self.tokens.remove(&place.token);
        Some(place)
    }

    /// The place of a socket, if it still is the socket of that place.
    fn place_of(&mut self, admission: Admission) -> Option<&mut Place> {
        self.places
            .get_mut(&admission.participant)
            .filter(|place| place.socket.as_ref().is_some_and(|(id, _)| *id == admission.socket))
    }

    // ---- frames ----

    fn on_frame(&mut self, now: Instant, admission: Admission, received: Received) {
        let from = admission.participant;
        if matches!(received, Received::Refused { .. }) {
            self.counters.frames_refused.fetch_add(1, Ordering::Relaxed);
        }
        let Some(place) = self.place_of(admission) else { return };
        match received {
            Received::Message(Frame { seq, ack, message }) => {
                place.outbox.acknowledge(ack);
                if message == (ClientMessage::Ping {}) {
                    return place.say_unnumbered(&ServerMessage::Pong {});
                }
                // A frame that was repeated after a resume may have come before.
                if seq > place.received {
                    place.received = seq;
                    self.hall.handle(now, Input::Message { from, seq, message });
                }
            }
            Received::Refused { refusal, numbers } => {
                if let Some((seq, ack)) = numbers {
                    place.outbox.acknowledge(ack);
                    place.received = place.received.max(seq);
                }
                place.say_unnumbered(&ServerMessage::Refused { refusal, about: numbers.map(|(seq, _)| seq) });
            }
        }
    }

    /// Counts what a frame cost, and says how long its client must wait; nothing where there is no such client
    /// any more, or from now on.
    fn settle(&mut self, now: Instant, admission: Admission, bytes: usize) -> Option<Duration> {
        let place = self.place_of(admission)?;
        let too_fast = ServerMessage::Refused { refusal: Refusal::TooFast, about: None };
        match place.pace.on_frame(now, bytes) {
            Verdict::Go => Some(Duration::ZERO),
            Verdict::Wait(wait) => Some(wait),
            Verdict::Warn(wait) => {
                place.say_unnumbered(&too_fast);
                Some(wait)
            }
            Verdict::End => {
                place.say_unnumbered(&too_fast);
                if let Some((_, frames)) = place.socket.take() {
                    frames.push(Parcel::Close(close::REFUSED));
                }
                self.counters.floods_ended.fetch_add(1, Ordering::Relaxed);
                let from = admission.participant;
                self.hall.handle(now, Input::Message { from, seq: 0, message: ClientMessage::Leave {} });
                None
            }
        }
    }

    async fn perform(&mut self) {
        loop {
            let outputs = self.hall.take_outputs();
            if outputs.is_empty() {
                return;
            }
            for output in outputs {
                match output {
                    Output::Send { to, message } => self.send(&[to], &message),
                    Output::SendAll { to, message } => self.send(&to, &message),
                    Output::Ended { participant, reason } => {
                        if let Some(place) = self.forget(participant) {
                            dismiss(place, reason);
                        }
                    }
                    Output::Media(command) => self.crew.tell(command).await,
                }
            }
        }
    }

    /// Says the same to everyone named; it is written out once.
    fn send(&mut self, to: &[ParticipantId], message: &ServerMessage) {
        let body = written(message);
        for &participant in to {
            let Some(place) = self.places.get_mut(&participant) else { continue };
            self.said += body.len();
            if !place.say(&body) {
                // Without its queue the socket closes; the client resumes.
                place.socket = None;
                self.hall.handle(Instant::now(), Input::SocketLost { participant, goodbye: false });
            }
        }
    }
}

impl Place {
    /// False if the socket is too slow to be told anything more.
    fn say(&mut self, body: &Arc<str>) -> bool {
        let seq = self.outbox.push(body);
        let parcel = Parcel::Message { seq, ack: self.received, body: Arc::clone(body) };
        self.socket.as_ref().is_none_or(|(_, frames)| frames.push(parcel))
    }

    /// What need not be said again, or must not pile up.
    fn say_unnumbered(&self, message: &ServerMessage) {
        if let Some((_, frames)) = &self.socket {
            frames.push(Parcel::Message { seq: 0, ack: self.received, body: written(message) });
        }
    }
}

fn written(message: &ServerMessage) -> Arc<str> {
    serde_json::to_string(message).expect("a message is plain data").into()
}

/// What the first frame says to who has come in, or waits.
fn opened(welcome: Welcome, resume: ResumeToken) -> Opened {
    let version = PROTOCOL_VERSION;
    let resume_within_ms = u32::try_from(GONE_AFTER.as_millis()).unwrap_or(u32::MAX);
    match welcome {
        Welcome::Inside(Inside { you, clock_ms, participants, knocks, arrangement }) => Opened::Entered {
            version,
            you,
            resume,
            resume_within_ms,
            clock_ms,
            participants,
            knocks,
            arrangement,
        },
        Welcome::Waiting { you } => Opened::Waiting { version, you, resume, resume_within_ms },
    }
}

fn open_with(opened: &Opened) -> Parcel {
    Parcel::Opened(serde_json::to_string(opened).expect("an opening is plain data"))
}

/// Says good-bye to a client whose place is gone.
fn dismiss(place: Place, reason: Option<ClosingReason>) {
    if let Some(reason) = reason {
        place.say_unnumbered(&ServerMessage::Closing { reason });
    }
    let code = match reason {
        Some(ClosingReason::Restart) => close::RESTART,
        Some(
            ClosingReason::Replaced
            | ClosingReason::Lost
            | ClosingReason::Removed
            | ClosingReason::Withdrawn
            | ClosingReason::Ended,
        )
        | None => close::NORMAL,
    };
    if let Some((_, frames)) = place.socket {
        frames.push(Parcel::Close(code));
    }
}
