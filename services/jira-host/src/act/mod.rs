//! What can be done to an installation, and the effect of each act before anything is sent.
//!
//! To add an act: a variant of [`Act`] with its name and its sentence, an arm in [`plan()`], a line
//! in the tests. The control page makes its buttons from the list in `/control/state`.

mod catalogue;
mod plan;

pub use self::catalogue::Act;
pub use self::plan::{ActOptions, ActRefusal, Plan, after_failure, plan};
