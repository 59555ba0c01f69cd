//! The rules of the domain, as sentences: what was, what is wanted, what happens or why it is
//! refused.
//!
//! `given(events).when(command).then(events)` or `.refused(code)`; see [`story`]. Each file holds
//! one part of the rules, and `properties` holds what is true of every sequence of commands.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may fail by panicking"
)]

mod asset_attributes;
mod asset_custody;
mod asset_register;
mod asset_samples;
mod claims;
mod imports;
mod names;
mod properties;
mod refusals;
mod schemas;
mod story;
mod tenant_erasure;
mod tenant_installs;
mod tenant_late;
mod tenant_samples;
mod tenant_status;
