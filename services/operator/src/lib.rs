//! The vendor's operations, a house of its own: it notices what fails, says why, and notifies the people who can repair it.
//!
//! `observer` is the one trait by which the server reports what it sees of requests; `observations` remembers it.

pub mod log_health;
pub mod metric;
pub mod observations;
pub mod observer;
pub mod page_refs;
pub mod settings;
