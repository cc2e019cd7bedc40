//! The one gate: whether someone may say this here. Every message passes it before anything else looks at it, and a new
//! message does not compile until its verdict stands here. What a message may then do to whom is decided where it is
//! carried out.

use incamera_protocol::Refusal;
use incamera_protocol::signal::{ClientMessage, Role};

/// Where someone stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Before the room: not yet let in.
    Waiting,
    /// In it.
    Inside(Role),
}

/// Who may say something.
enum Who {
    /// Those before the room, and nobody else.
    Waiting,
    /// Everyone, wherever they stand.
    Anyone,
    /// Those in it.
    Inside,
    /// Those who look after it.
    Hosts,
}

/// Lets a message pass, or refuses it.
pub fn may_say(standing: Standing, message: &ClientMessage) -> Result<(), Refusal> {
    let passes = match (who_may_say(message), standing) {
        (Who::Anyone, _) | (Who::Waiting, Standing::Waiting) | (Who::Inside, Standing::Inside(_)) => true,
        (Who::Hosts, Standing::Inside(role)) => role.hosts(),
        // Who waits is told nothing of the room, so everything of it is out of place, whoever may say it inside.
        (Who::Inside | Who::Hosts, Standing::Waiting) | (Who::Waiting, Standing::Inside(_)) => {
            return Err(Refusal::OutOfPlace);
        }
    };
    if passes { Ok(()) } else { Err(Refusal::NotAllowed) }
}

fn who_may_say(message: &ClientMessage) -> Who {
    match message {
        ClientMessage::Check { .. } => Who::Waiting,
        ClientMessage::Ping {} | ClientMessage::Leave {} => Who::Anyone,
        ClientMessage::Offer { .. }
        | ClientMessage::Publish { .. }
        | ClientMessage::Watch { .. }
        | ClientMessage::Hand { .. }
        | ClientMessage::Quality { .. }
        | ClientMessage::Task { .. }
        | ClientMessage::PassStick { .. }
        | ClientMessage::Vote { .. }
        | ClientMessage::Move { .. }
        | ClientMessage::Call { .. }
        | ClientMessage::Seal { .. } => Who::Inside,
        ClientMessage::Admit { .. }
        | ClientMessage::Remove { .. }
        | ClientMessage::SendBack { .. }
        | ClientMessage::Stop { .. }
        | ClientMessage::LowerHand { .. }
        | ClientMessage::Promote { .. }
        | ClientMessage::Rule { .. }
        | ClientMessage::Timer { .. }
        | ClientMessage::EndStick {}
        | ClientMessage::OpenPoll { .. }
        | ClientMessage::ClosePoll {}
        | ClientMessage::DropPoll {}
        | ClientMessage::Split { .. }
        | ClientMessage::Rejoin {}
        | ClientMessage::End {} => Who::Hosts,
    }
}
