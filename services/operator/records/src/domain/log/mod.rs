//! The log itself: that an operator has accepted one that lost its end.

mod decide;
mod event;

pub use decide::accept_shorter;
pub use event::{LogEvent, Shortening};
