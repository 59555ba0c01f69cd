//! The tests of `../it` once more, over a PostgreSQL server of their own; and what only a database
//! that several processes share can do.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails; clippy takes only the test functions themselves for tests"
)]

#[path = "../it/as_of.rs"]
mod as_of;
#[path = "../it/assets.rs"]
mod assets;
#[path = "../../../tests/src/postgres.rs"]
#[allow(dead_code, reason = "these tests use a part of it")]
mod cluster;
#[path = "../it/feeding.rs"]
mod feeding;
#[path = "../it/history.rs"]
mod history;
#[path = "../it/imports.rs"]
mod imports;
#[path = "../it/isolation.rs"]
mod isolation;
#[path = "../../../services/view-store/tests/postgres/location.rs"]
#[allow(dead_code, reason = "the store's own tests use the rest")]
mod location;
#[path = "../it/paging.rs"]
mod paging;
mod plans;
#[path = "../it/querying.rs"]
mod querying;
#[path = "../it/questions.rs"]
mod questions;
#[path = "../it/rebuilding.rs"]
mod rebuilding;
mod same;
#[path = "../it/secrecy.rs"]
mod secrecy;
#[path = "../it/support/mod.rs"]
mod support;
#[path = "../../../services/view-store/tests/store/temp_store.rs"]
#[allow(dead_code, reason = "the store\'s own tests use the rest")]
mod temp_store;
#[path = "../it/tenants.rs"]
mod tenants;
#[path = "../it/texts.rs"]
mod texts;
#[path = "../it/views.rs"]
mod views;
