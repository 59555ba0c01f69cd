//! Claims: how a value is unique without asking a view.
//!
//! The value names a stream. Who appends to it first has the value; a second append at "no stream yet" is refused by the log
//! itself. The claim is appended before the thing that needs it. When that thing never came to be (a crash in between),
//! the next who asks first fences it, so that it cannot come to be any more, and then takes the claim over.

mod decide;
mod event;
mod state;

pub use decide::{Claimed, claim, release};
pub use event::ClaimEvent;
pub use state::Claim;
