//! The servers that Tally calls, each on a port of its own, stopped when dropped.

mod jira;
mod key_server;
mod serving;

pub use jira::{Call, JiraDouble, Person};
pub use key_server::{KeyServer, Mood};
