//! The domain of operations: a tenant's health, alarms and their messages, releases, incidents, the rotation of the master key and what
//! was accepted of the log. It is pure like the business's domain: time and ids are arguments, and there is no store, clock or network
//! here.
//!
//! An aggregate has the same files as there: `event`, `command`, `state`, `decide` and `error`, as
//! far as it needs them.

pub mod alarm;
mod families;
pub mod health;
pub mod incident;
mod incident_id;
pub mod keys;
pub mod log;
pub mod notice;
pub mod release;
pub mod streams;

pub use families::FAMILIES;
pub use incident_id::IncidentId;
