//! What the operator's house learns of a running node.
//!
//! `observer` is the trait by which the server reports what it sees of requests, callbacks and calls
//! to Jira. `observations` implements it and remembers in memory, bounded: `health` per tenant
//! whether signed requests verify, for the alarms; `sightings` refused tokens, answers of Jira and
//! refused callbacks, for the diagnosis. `node` has the traits by which the node itself is asked:
//! its tenants, and how far its views are. `metric` is how each room of the program names what it
//! measures.

pub mod health;
pub mod metric;
pub mod node;
mod observations;
pub mod observer;
mod recent;
pub mod sightings;
mod streak;
#[cfg(test)]
mod tests;

pub use health::{HealthMemory, TenantHealth};
pub use observations::Observations;
pub use sightings::Sightings;
pub use streak::{Streak, Trouble};
