//! The tests of `../operator` once more, over a PostgreSQL server of their own.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails; clippy takes only the test functions themselves for tests"
)]

#[path = "../operator/alarms.rs"]
mod alarms;
#[path = "../../../tests/src/postgres.rs"]
#[allow(dead_code, reason = "these tests use a part of it")]
mod cluster;
#[path = "../operator/health.rs"]
mod health;
#[path = "../operator/incidents.rs"]
mod incidents;
#[path = "../operator/isolation.rs"]
mod isolation;
#[path = "../../../services/view-store/tests/postgres/location.rs"]
#[allow(dead_code, reason = "these tests use a part of it")]
mod location;
#[path = "../operator/random.rs"]
mod random;
#[path = "../operator/rebuilding.rs"]
mod rebuilding;
#[path = "../operator/releases.rs"]
mod releases;
mod same;
#[path = "../it/support/mod.rs"]
#[allow(dead_code, unused_imports, reason = "these tests use a part of it")]
mod support;
#[path = "../../../services/view-store/tests/store/temp_store.rs"]
#[allow(dead_code, reason = "the store\'s own tests use the rest")]
mod temp_store;
#[path = "../operator/views.rs"]
mod views;
#[path = "../operator/world.rs"]
mod world;
