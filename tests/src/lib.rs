//! Support for tests over the whole of Tally: it plays everybody around the server.
//!
//! `app` starts the server itself, and calls it. `connect` (a crate of its own) is Atlassian's side
//! of the protocol in a spelling of its own, which shares no code with the server's: the platform's
//! install key, a site with its secret, tokens right and wrong. `doubles` are the two servers that
//! Tally calls, on ports of their own: the key server and Jira. `http` is the client, and how a
//! test reads a refusal. `waiting` waits for what becomes true later. `process` runs the real
//! binary, and `keys` opens its key store. `postgres` makes a database server. `repeat` says how often a test repeats what may go
//! wrong by chance.
//!
//! To add an endpoint to the Jira double: a handler and its route in `doubles/jira/rest.rs`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may fail by panicking, and this is for tests only"
)]

pub mod app;
pub mod clock;
pub use tally_connect_double as connect;
pub mod doubles;
pub mod http;
pub mod keys;
pub mod postgres;
pub mod process;
pub mod repeat;
pub mod waiting;
