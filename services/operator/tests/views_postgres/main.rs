//! The tests of `../views` once more, over a PostgreSQL server of their own.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails; clippy takes only the test functions themselves for tests"
)]

#[path = "../views/alarms.rs"]
mod alarms;
#[path = "../../../../tests/src/postgres.rs"]
#[allow(dead_code, reason = "these tests use a part of it")]
mod cluster;
#[path = "../views/health.rs"]
mod health;
#[path = "../views/incidents.rs"]
mod incidents;
#[path = "../views/isolation.rs"]
mod isolation;
#[path = "../../../view-store/tests/postgres/location.rs"]
#[allow(dead_code, reason = "these tests use a part of it")]
mod location;
#[path = "../views/random.rs"]
mod random;
#[path = "../views/rebuilding.rs"]
mod rebuilding;
#[path = "../views/releases.rs"]
mod releases;
mod same;
#[path = "../../../../projections/tests/it/support/mod.rs"]
#[allow(dead_code, unused_imports, reason = "these tests use a part of it")]
mod support;
#[path = "../../../view-store/tests/store/temp_store.rs"]
#[allow(dead_code, reason = "the store\'s own tests use the rest")]
mod temp_store;
#[path = "../views/views.rs"]
mod views;
#[path = "../views/world.rs"]
mod world;
