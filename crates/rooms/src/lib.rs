//! The rules of being together: who enters, who publishes, who watches what, and when someone is gone.
//!
//! [`Hall`] holds every live room. It takes [`Input`]s and leaves [`Output`]s; it never waits, sends or
//! saves, and has no clock and no randomness but what it is given.

mod gate;
mod hall;
mod name;
mod offer;
mod presence;
mod room;

pub use gate::{Standing, may_say};
pub use hall::{Entrance, Hall, Input, Inside, Output, Policy, Welcome};
pub use name::{lines, one_line};
pub use presence::{GONE_AFTER, GOODBYE_AFTER};
