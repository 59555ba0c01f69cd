//! The commands of the operator's house. Each file holds those of one aggregate: load the stream,
//! fold, decide, append.

pub mod alarms;
mod execute;
pub mod health;
pub mod incidents;
pub mod keys;
pub mod log;
pub mod notices;
pub mod releases;

pub use execute::{CommandFailure, Done};
