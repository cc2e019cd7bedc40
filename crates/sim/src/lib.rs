//! A pretended world for tests: the real rules of rooms and the real forwarding, with a clock that jumps, a
//! network made of queues, and clients made of code.
//!
//! A [`World`] runs in one thread. What is random in it comes from its seed; only the engine's own
//! identifiers differ from run to run, so tests assert what must hold, never which bytes flow.

mod camera;
mod client;
mod figures;
mod hostile;
mod link;
mod network;
mod picture;
mod promises;
mod random;
mod received;
mod screen;
mod story;
mod voice;
mod workers;
mod world;

pub use camera::{LAYERS, Layer};
pub use client::Client;
pub use figures::figure;
pub use hostile::Lie;
pub use link::{Bottleneck, Link, Loss, Path, Traffic};
pub use picture::Stamp;
pub use received::Seen;
pub use screen::Shown;
pub use story::tell;
pub use voice::Speech;
pub use world::World;
