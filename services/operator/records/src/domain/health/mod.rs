//! Whether a tenant's signed requests verify. Kept apart from the tenant's own stream: it says what
//! we see, not what the platform said.
//!
//! One event when the state changes, not one a request: what happened in between is counted in
//! memory.

mod decide;
mod event;
mod state;

pub use decide::{note_failing, note_left, note_recovered};
pub use event::{Failure, HealthEvent};
pub use state::HealthState;
