//! Forwarding of media: datagrams in, datagrams out, and the choice of who receives which track.
//!
//! The face is [`Sfu`]: `handle_datagram`, `handle_command` and `handle_timeout` go in, `poll_transmit`,
//! `poll_event` and `poll_timeout` come out. There is no socket, thread or clock in here, and nothing is
//! known of rooms, accounts, messages or names: a *group* is a set of peers that may receive one another,
//! and that is all.
//!
//! Payloads are never read beyond what RFC 7741 puts in front of the picture and the one bit that marks a
//! key frame: everything else may be sealed end to end, and passes through unchanged.

mod budget;
mod census;
mod credit;
mod demux;
mod fanout;
mod frames;
mod gaps;
mod inflow;
mod keyframe;
mod layer;
mod link;
mod paced;
mod packet;
mod path;
mod peer;
mod relay;
mod rewrite;
mod sdp;
mod sfu;
mod slots;
mod speakers;
mod speech;
mod stun;
mod vocabulary;

pub use census::Census;
pub use peer::{BadOffer, Certificate};
pub use relay::{Relay, WorkerIndex};
pub use sfu::{Counts, Datagram, Settings, Sfu, Transmit};
pub use vocabulary::{Command, Event, GroupId, Kind, LayerSize, PeerId, SendLine, TrackId, Wish, most_slots};
