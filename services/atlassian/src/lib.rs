//! The Atlassian edge: everything that knows how Jira proves who it is, and how Tally proves itself
//! to Jira.
//!
//! A request passes through three steps, and a type stands at the end of each:
//!
//! 1. [`token::RawToken::extract`] finds the one token a request may carry. Its claims can be
//!    peeked at ([`token::UnverifiedClaims`]) for one purpose only: to look up whose secrets to
//!    try.
//! 2. A verifier decides. There is one per kind of token, with its algorithm pinned, so that a
//!    route says by the verifier it mounts which token it takes:
//!
//!    - `installed` and `uninstalled`: [`signed_install::InstallVerifier`]; RS256 with a key
//!      fetched
//!      by its `kid`; the `qsh` is of the request.
//!    - pages, webhooks, `enabled` and `disabled`: [`shared_secret::PageTokenVerifier`]; HS256; the
//!      `qsh` is of the request.
//!    - calls of our own front end: [`shared_secret::ContextTokenVerifier`]; HS256; the `qsh` is
//!      the
//!      literal `context-qsh`.
//!
//! 3. What comes out is either verified claims or a [`refusal::Refusal`]: a code, a cause and a
//!    remedy. None of them ever holds a piece of a token or of a secret.
//!
//! One kind of site exists in no Jira: see [`synthetic`].
//!
//! Calls the other way, to a tenant's REST interface, go through [`outgoing::JiraClient`].
//!
//! # Adding one more kind of token
//! Write a verifier of its own beside the others. Let it name its algorithm in code, never read it
//! from the token; let it take the time as an argument; give every way to fail a variant of
//! [`refusal::Refusal`] with a remedy someone can act on; and add the kind to the tests that feed
//! each verifier every other kind's tokens.

pub mod base_url;
mod compact;
mod digest;
pub mod http_client;
pub mod install_keys;
pub mod lifecycle;
pub mod outgoing;
pub mod qsh;
pub mod refusal;
pub mod shared_secret;
pub mod signed_install;
pub mod synthetic;
pub mod token;
mod unreadable;

pub use digest::Digest;
pub use refusal::Refusal;
pub use unreadable::Unreadable;

/// How far the clocks of Jira and of this server may differ, in seconds, in either direction.
///
/// A longer leeway would keep a token that leaked from a URL usable for longer, so it is no longer
/// than the largest value a reference implementation uses for the same checks.
pub const CLOCK_LEEWAY_SECONDS: i64 = 30;
