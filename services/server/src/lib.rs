//! The `tally` server: HTTP to command to decision to append to projection to answer.
//!
//! `http` turns requests into calls and their results into answers; it alone sees the `app`, which
//! `assembly` puts together. `roles` asks Jira what callers may do, and `limits` bounds how often an
//! unknown caller may send requests. `projector` carries events into the `views` and into memory,
//! and has the `memories` forget erased tenants. `log_check` and `key_check` refuse a log, a master
//! key or a key store that do not belong together, and `private_files` has files made for one user.
//! `operator` connects the operator's house. `refusals` lists every refusal. `config` is the
//! configuration, and `cli` the command line.

pub mod app;
pub mod assembly;
pub mod cli;
pub mod config;
pub mod cursors;
pub mod events;
mod housekeeping;
pub mod http;
pub mod in_flight;
mod key_check;
pub mod limits;
pub mod log_check;
pub mod memories;
pub mod metric;
pub mod namer;
pub mod operator;
pub mod private_files;
pub mod projector;
pub mod questions;
pub mod refusals;
pub mod roles;
pub mod schema_memory;
pub mod telemetry;
pub mod views;
