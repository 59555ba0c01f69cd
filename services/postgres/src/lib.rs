//! What everything that keeps something in PostgreSQL shares: what a URL says, how a connection is
//! made, and how a connection that is of no more use is distinguished from a statement that was
//! refused. What is kept, and how, is each room's own.

mod blocking;
mod connect;
mod listen;
mod pauses;
mod target;

pub use blocking::{BlockingPool, BlockingRuntime, wait_on};
pub use connect::{Access, in_time, is_a_wait, is_about_the_data, is_broken, once, patiently, pool};
pub use listen::listen;
pub use pauses::Pauses;
pub use target::{BadUrl, Defaults, Target};
