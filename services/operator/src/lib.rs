//! The vendor's operations, a house of its own: it notices what fails, says why, and notifies the
//! people who can repair it.
//!
//! - `observer` is the trait by which the server reports what it sees of requests; `observations`
//!   remembers it in memory, and `log_health` whether the log does its work.
//! - `node` has the traits by which this house learns what the node has in memory; `settings` is
//!   the shape of its settings.
//! - `domain` has the aggregates: a tenant's health, alarms, releases and incidents; `views` the
//!   views of their events. Both are a crate of their own, `records`.
//! - `watch` evaluates the alarms every few seconds, notifies people and records what changed;
//!   `commands` writes to the log.
//! - `diagnosis` says what is wrong with one site, and who can do what about it.
//! - `pages` are the operator's pages with their JSON, and the public status page; `cli` are the
//!   operator's verbs.
//!
//! It uses Tally through the log, its views and these traits. It knows no secret, and nothing of
//! the server.

pub mod cli;
pub mod commands;
pub mod diagnosis;
pub mod log_health;
pub mod metric;
pub mod node;
pub mod observations;
pub mod observer;
pub mod page_refs;
pub mod pages;
mod refusal;
pub mod settings;
pub mod watch;

pub use refusal::OperatorRefusal;
pub use tally_operator_records::{domain, views};
