//! What the benches share: the floor that this machine allows, and participants made of code.
//!
//! `floor` prints what rewriting, sealing and sending cost and nothing else; `forward` measures the forwarding
//! alone, in one process and without a network; `incamera-load` joins the real program over loopback.

pub mod body;
pub mod camera;
pub mod clip;
pub mod floor;
pub mod histogram;
pub mod machine;
pub mod participant;
pub mod seen;
