//! What every test of rooms says and reads.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::time::Instant;

use incamera_protocol::signal::{ClientMessage, ServerMessage};
use incamera_protocol::{ParticipantId, Refusal};
use incamera_rooms::{Hall, Input, Output};

/// The number of the frame in which everything is said.
pub(crate) const FRAME: u32 = 7;

/// Someone says something; what comes of it.
pub(crate) fn say(hall: &mut Hall, now: Instant, from: ParticipantId, message: ClientMessage) -> Vec<Output> {
    hall.handle(now, Input::Message { from, seq: FRAME, message });
    hall.take_outputs()
}

/// What someone is told, in order.
pub(crate) fn told(outputs: &[Output], to: ParticipantId) -> Vec<&ServerMessage> {
    let message = |output| match output {
        &Output::Send { to: who, ref message } if who == to => Some(message),
        Output::SendAll { to: all, message } if all.contains(&to) => Some(message),
        _ => None,
    };
    outputs.iter().filter_map(message).collect()
}

/// With what someone is refused; a refusal names the frame.
pub(crate) fn refused(outputs: &[Output], to: ParticipantId) -> Option<Refusal> {
    told(outputs, to).into_iter().find_map(|message| match message {
        ServerMessage::Refused { refusal, about } => {
            assert_eq!(*about, Some(FRAME), "a refusal names the frame");
            Some(*refusal)
        }
        _ => None,
    })
}

/// Says what is on: of the microphone and the camera.
pub(crate) fn publish(microphone: bool, camera: bool) -> ClientMessage {
    ClientMessage::Publish {
        microphone,
        camera,
        music: false,
        screen: false,
        layers: vec![],
        screen_layers: vec![],
    }
}
