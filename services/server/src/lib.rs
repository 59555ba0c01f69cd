//! The `tally` server: HTTP to command to decision to append to projection to answer.
//!
//! `http` turns requests into calls and outcomes into answers. `application` carries commands out. `auth` and `people` say who
//! calls and what they may, `limits` how often who is not known may ask. `projector` carries events into the views and `directory` keeps credentials in memory. `watch`
//! notices what fails and tells, `diagnosis` says why. `tally` puts
//! it all together, and `cli` is what the binary offers.

pub mod application;
pub mod authentication;
pub mod cli;
pub mod config;
pub mod events;
mod housekeeping;
pub mod http;
pub mod limits;
pub mod metric;
pub mod operator;
pub mod projector;
pub mod roles;
pub mod tally;
pub mod telemetry;
#[cfg(test)]
mod testing;
pub mod views;
