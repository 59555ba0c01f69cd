//! The Atlassian edge through its public interface, with really signed tokens.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a fixture that fails is a test that fails"
)]

mod base_url;
mod context_token;
mod install_keys;
mod jira_client;
mod lifecycle;
mod page_token;
mod qsh;
mod refusal;
mod signed_install;
mod support;
mod synthetic;
mod token;
