//! The operator's verbs of the command line. `incident`, `release` and `diagnose` talk to the
//! operator's listener of a running server, `health` to its public one.

mod client;
pub mod diagnose;
pub mod health;
pub mod incident;
mod output;
pub mod release;
