//! What the operator's house writes into the log and reads from it.
//!
//! `domain` has the aggregates: a tenant's health, alarms, releases and incidents. `views` has the
//! views of their events. The watch, the diagnosis and the operator's pages stand on both.

pub mod domain;
pub mod views;
