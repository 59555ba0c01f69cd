//! Claims: how a value is unique without a query to a view.
//!
//! The value names a stream. The first append to it claims the value; the log itself refuses a
//! second append at "no stream yet". The claim is appended before the thing that needs it. If that
//! thing is never created (after a crash in between), the next claimant first fences it, so that it
//! cannot be created any more, and then takes the claim over.

mod decide;
mod event;
mod state;

pub use decide::{Claimed, claim, release};
pub use event::ClaimEvent;
pub use state::Claim;
