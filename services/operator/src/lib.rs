//! The vendor's operations, a house of its own: it notices what fails, says why, and notifies the
//! people who can repair it.
//!
//! - `domain` has the aggregates: a tenant's health, alarms, releases and incidents; `views` the
//!   views of their events. Both are a crate of their own, `records`.
//! - What the server reports of requests, and what is asked of the node, is the crate
//!   `observations`; `log_health` remembers whether the log does its work.
//! - `watch` evaluates the alarms every few seconds, notifies people and records what changed;
//!   `commands` writes to the log.
//! - What is wrong with one site, and who can do what about it, is the crate `diagnosis`.
//! - `settings` is the shape of the house's settings.
//! - `pages` are the operator's pages with their JSON, and the public status page; `cli` are the
//!   operator's verbs.
//!
//! It uses Tally through the log, its views and these traits. It knows no secret, and nothing of
//! the server.

pub mod cli;
pub mod commands;
pub mod log_health;
pub mod metric;
pub mod page_refs;
pub mod pages;
mod refusal;
pub mod settings;
pub mod watch;

pub use refusal::OperatorRefusal;
pub use tally_operator_records::{domain, views};
