//! What every view gets from its store, shown with two small views in files. The same tests run
//! over a database: `../postgres/main.rs`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails; clippy takes only the test functions themselves for tests"
)]

mod deadlines;
mod feeding;
mod files;
#[allow(dead_code, reason = "the views' own tests use the rest")]
mod location;
mod log;
mod rebuilding;
mod temp_store;
mod views;
