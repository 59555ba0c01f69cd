//! The engine for KurrentDB over the double: the contract, what the server is known to do, and what
//! becomes of a cluster's nodes.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "tests")]

mod answers;
mod behaviour;
mod causes;
mod contract;
mod copy;
mod faults;
mod model;
mod opening;
#[path = "../../../src/postgres.rs"]
#[allow(dead_code, reason = "these tests do not stop the server")]
mod postgres;
mod sealing;
#[path = "../../../../services/event-log/tests/support/seals.rs"]
mod seals;
mod storm;
mod support;
