//! The rules of the operator's house, as sentences: `given(events).when(command).then(events)` or
//! `.refused(code)`; see `story`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may fail by panicking"
)]

mod incidents;
mod names;
mod properties;
mod refusals;
mod releases;
mod story;
mod watching;
