//! A pretended world for tests: the real rules of rooms and the real forwarding, with a clock that jumps, a
//! network made of a queue, and clients made of code.
//!
//! A [`World`] runs in one thread. What is random in it comes from its seed; only the engine's own
//! identifiers differ from run to run, so tests assert what must hold, never which bytes flow.

mod client;
mod link;
mod picture;
mod random;
mod workers;
mod world;

pub use client::{Client, Seen};
pub use link::Link;
pub use picture::{Layer, Stamp};
pub use world::World;
