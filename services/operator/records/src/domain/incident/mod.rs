//! An incident: proposed by an alarm or an operator, confirmed, reported, resolved, and explained
//! afterwards.
//!
//! Nothing of an incident is public before an operator has confirmed it, and nothing said in public
//! is ever taken back silently: the stream itself says what was reported and when.

mod command;
mod decide;
mod error;
mod event;
mod state;

pub use command::IncidentCommand;
pub use decide::decide;
pub use error::IncidentRefusal;
pub use event::{Affected, Component, IncidentEvent, IncidentTitle, Phase};
pub use state::{Incident, IncidentState, Stage};
