//! A double of a KurrentDB cluster: several nodes over one replicated log, that speak the published
//! protocol and can be killed, cut off from one another, slowed and made to resign.
//!
//! Its own spelling of the rules: it shares no code with the engine it is for, nor with the client.
//! `wire` has the messages, `rules` what a node does with an append, `state` who leads and what a
//! majority has, `node` a node and what it shares, `service` the calls, `append` and `read` two of
//! them, `prompt` and `info` the connections, and `cluster` the handles of a test.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::result_large_err,
    reason = "tests may fail by panicking, and this is for tests only"
)]

mod append;
mod certificates;
mod cluster;
mod info;
mod node;
mod prompt;
mod read;
mod record;
mod rules;
mod service;
mod settings;
mod state;
mod wire;

pub use certificates::Certificates;
pub use cluster::Cluster;
pub use record::Record;
pub use settings::Settings;
