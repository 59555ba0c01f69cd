//! The operator's views in files, fed with events that this house's own decisions made. The same
//! tests run over a database: `../views_postgres/main.rs`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails; clippy takes only the test functions themselves for tests"
)]

mod alarms;
mod health;
mod incidents;
mod isolation;
#[path = "../../../view-store/tests/store/location.rs"]
#[allow(dead_code, reason = "these tests use a part of it")]
mod location;
mod random;
mod rebuilding;
mod releases;
#[path = "../../../../projections/tests/it/support/mod.rs"]
#[allow(dead_code, unused_imports, reason = "these tests use a part of it")]
mod support;
#[path = "../../../view-store/tests/store/temp_store.rs"]
#[allow(dead_code, reason = "the store\'s own tests use the rest")]
mod temp_store;
mod views;
mod world;
