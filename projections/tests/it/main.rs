//! The views in files, fed with events that the domain's own decisions made. The same tests run
//! over a database: `../postgres/main.rs`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails; clippy takes only the test functions themselves for tests"
)]

mod as_of;
mod assets;
mod feeding;
mod history;
mod imports;
mod isolation;
#[path = "../../../services/view-store/tests/store/location.rs"]
#[allow(dead_code, reason = "the store\'s own tests use the rest")]
mod location;
mod paging;
mod people;
mod querying;
mod questions;
mod rebuilding;
mod secrecy;
mod support;
#[path = "../../../services/view-store/tests/store/temp_store.rs"]
#[allow(dead_code, reason = "the store\'s own tests use the rest")]
mod temp_store;
mod tenants;
mod texts;
mod views;
