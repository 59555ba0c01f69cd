//! The simulated Jira over HTTP, against a tiny double of an app.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail by panicking, as tests do"
)]

mod lifecycle;
mod pages;
mod rest;
mod support;
