//! What hosts arrange for the time being: rules, a timer, a talking stick. Rules make less of what guests may do, never more,
//! and hold on the server, whatever a client thinks.

use std::time::Instant;

use incamera_protocol::arrangement::{Arrangement, Rule, Stick};
use incamera_protocol::signal::{Role, ServerMessage, Source, Task};
use incamera_protocol::{ParticipantId, Refusal};

use super::{Room, Seat};
use crate::hall::{Effects, Policy};

/// No timer is longer than a day, in seconds.
pub(super) const MAX_SECONDS: u32 = 24 * 60 * 60;

const SOURCES: [Source; 4] = [Source::Microphone, Source::Camera, Source::Music, Source::Screen];

impl Room {
    pub(super) fn holds(&self, rule: Rule) -> bool {
        self.rules.contains(&rule)
    }

    /// What someone is told of it: hosts also how many have answered the poll so far.
    pub(super) fn arrangement_for(&self, role: Role) -> Arrangement {
        Arrangement {
            rules: self.rules.iter().copied().collect(),
            timer: self.timer,
            stick: self.stick,
            poll: self.poll.as_ref().map(|poll| poll.shown_to(role)),
            groups: self.split.as_ref().map(|split| split.shown.clone()),
        }
    }

    pub(super) fn tell_arrangement(&self, effects: &mut Effects) {
        for hosts in [true, false] {
            let role = if hosts { Role::Host } else { Role::Guest };
            let whom = self.seats.iter().filter(|seat| seat.shown.role.hosts() == hosts);
            let arrangement = self.arrangement_for(role);
            effects
                .send_all(whom.map(|seat| seat.shown.id).collect(), ServerMessage::Arranged { arrangement });
        }
    }

    pub(super) fn on_rule(&mut self, rule: Rule, holds: bool, effects: &mut Effects) {
        if self.holds(rule) == holds {
            return;
        }
        self.changing_rights(effects, |room| {
            if holds {
                room.rules.insert(rule);
            } else {
                room.rules.remove(&rule);
            }
        });
        self.tell_arrangement(effects);
    }

    /// What the owner changes in the plan while the meeting goes on holds at once.
    pub(super) fn follow_policy(&mut self, policy: Policy, effects: &mut Effects) {
        let before = std::mem::replace(&mut self.policy, policy);
        if before.cameras != policy.cameras {
            self.on_rule(Rule::CamerasOff, !policy.cameras, effects);
        }
    }

    pub(super) fn on_timer(
        &mut self,
        now: Instant,
        seconds: Option<u32>,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        self.timer = seconds.map(|seconds| self.after(now, seconds)).transpose()?;
        self.tell_arrangement(effects);
        Ok(())
    }

    /// What the room's clock will show.
    pub(super) fn after(&self, now: Instant, seconds: u32) -> Result<u32, Refusal> {
        if seconds == 0 || seconds > MAX_SECONDS {
            return Err(Refusal::TooLarge);
        }
        Ok(self.clock(now).saturating_add(seconds * 1_000))
    }

    // ---- the talking stick ----

    /// Hosts send it round; then whoever has it passes it on.
    pub(super) fn on_pass_stick(
        &mut self,
        from: ParticipantId,
        to: Option<ParticipantId>,
        effects: &mut Effects,
    ) -> Result<(), Refusal> {
        let has_it = self.stick.is_some_and(|stick| stick.holder == Some(from));
        if !self.hosts(from) && !has_it {
            return Err(Refusal::NotAllowed);
        }
        if let Some(to) = to {
            let (giver, taker) = (self.seat(from), self.seat(to));
            let known = giver.zip(taker).is_some_and(|(giver, taker)| self.sees(giver, taker));
            if !known {
                return Err(Refusal::ParticipantUnknown);
            }
        }
        self.set_stick(Some(Stick { holder: to }), effects);
        Ok(())
    }

    pub(super) fn set_stick(&mut self, stick: Option<Stick>, effects: &mut Effects) {
        if self.stick == stick {
            return;
        }
        self.stick = stick;
        self.tell_arrangement(effects);
        self.enforce(effects);
    }

    // ---- what holds ----

    /// Whether someone may send this at present.
    pub(super) fn may_send(&self, seat: &Seat, source: Source) -> bool {
        let Seat { shown, .. } = seat;
        if shown.role.hosts() {
            return true;
        }
        let speaks_for_others = shown.tasks.contains(&Task::Interpreter);
        let has_the_word = self.stick.is_none_or(|stick| stick.holder == Some(shown.id)) || speaks_for_others;
        !self.holds(Rule::Pause)
            && match source {
                Source::Microphone => has_the_word,
                Source::Camera => !self.holds(Rule::CamerasOff),
                Source::Music | Source::Screen => !self.holds(Rule::SharesOff),
            }
    }

    /// What is on and may not be at present.
    pub(super) fn forbidden_of(&self, seat: &Seat) -> impl Iterator<Item = Source> {
        SOURCES.into_iter().filter(|source| seat.is_on(*source) && !self.may_send(seat, *source))
    }

    /// Switches off what is on and may not be any more.
    pub(super) fn enforce(&mut self, effects: &mut Effects) {
        let mut ends = Vec::new();
        for seat in &self.seats {
            ends.extend(self.forbidden_of(seat).map(|source| (seat.shown.id, source)));
        }
        for (id, source) in ends {
            self.switch_off(id, source, effects);
        }
    }
}
