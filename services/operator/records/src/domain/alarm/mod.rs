//! Alarms: when one began to fire and when it was over. Each has a stream of its own, so that a
//! restart neither forgets a firing alarm nor reports it twice.

mod decide;
mod event;
mod state;

pub use decide::{fire, resolve};
pub use event::{AlarmEvent, Firing};
pub use state::AlarmState;
