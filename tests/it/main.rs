//! One binary for every test over the whole of Tally.
//!
//! `architecture` guards the shape of the repository. What needs a running server is beside it:
//! `http`, one file per part of the HTTP surface, and `ops`, what the operator and the public are
//! shown. `feeding` is about the feeder of shared views, `notes` about the notes of assets. The
//! support library (`tests/src`) starts the server and plays Jira towards it.
//!
//! To add one: a file here, a `mod` line below, and names that are sentences.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may fail by panicking"
)]

mod architecture;
mod documents;
mod feeding;
mod http;
mod language;
mod limits;
mod notes;
mod ops;
mod refusals;
