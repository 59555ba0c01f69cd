//! The tests of `../store` once more, over a PostgreSQL server of their own; and what only a
//! database that several processes share can do.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails; clippy takes only the test functions themselves for tests"
)]

#[path = "../../../../tests/src/postgres.rs"]
#[allow(dead_code, reason = "these tests use a part of it")]
mod cluster;
#[path = "../store/deadlines.rs"]
mod deadlines;
#[path = "../store/feeding.rs"]
mod feeding;
mod generations;
mod leases;
#[allow(dead_code, reason = "the views' own tests use the rest")]
mod location;
#[path = "../store/log.rs"]
mod log;
mod progress;
#[path = "../store/rebuilding.rs"]
mod rebuilding;
#[path = "../store/temp_store.rs"]
mod temp_store;
#[path = "../store/views.rs"]
mod views;
