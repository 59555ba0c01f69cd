//! A release: staged, baked, promoted. What was learnt from the outage that Tally was built around:
//! tests right after a deployment pass, since the platform rolls out over a day. So a release is
//! promoted only after it has run well for that long.
//!
//! Bake time is counted from one passed probe to the next, and only while no tenant that began to
//! fail meanwhile still does.

mod command;
mod decide;
mod error;
mod event;
mod state;

pub use command::{ProbeReport, ReleaseCommand};
pub use decide::decide;
pub use error::{ProbeSilence, ReleaseRefusal};
pub use event::{ReleaseEvent, ReleaseVersion};
pub use state::{Bake, ReleaseEnd, ReleaseState};
