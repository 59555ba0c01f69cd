//! The views in files, fed with events that the domain's own decisions made. The same tests run
//! over a database: `../postgres/main.rs`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails; clippy takes only the test functions themselves for tests"
)]

mod alarms;
mod as_of;
mod assets;
mod feeding;
mod files;
mod health;
mod history;
mod imports;
mod incidents;
mod isolation;
mod location;
mod paging;
mod querying;
mod rebuilding;
mod releases;
mod secrecy;
mod support;
mod tenants;
