//! Atlassian Connect as the platform speaks it, for tests of any room.
//!
//! A [`Site`] with its secret, the platform's [`InstallKey`], and [`Token`]s, right or wrong in any
//! way. It is spelled out here independently and shares no code with Tally, so that a mistake in
//! Tally's own reading of the protocol shows.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may fail by panicking, and this is for tests only"
)]

mod install_key;
mod qsh;
mod site;
mod token;

pub use install_key::InstallKey;
pub use qsh::{canonical_request, qsh};
pub use site::{APP_KEY, Site};
pub use token::{CONTEXT_QSH, Token};
