//! The engine for KurrentDB over the double: the contract, what the server is known to do, and what
//! becomes of a cluster's nodes.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "tests")]

mod behaviour;
mod contract;
mod copy;
mod faults;
mod model;
mod opening;
mod storm;
mod support;
