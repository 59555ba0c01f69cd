//! A double of the platform, for tests of any room: a [`Site`] with its secret, the platform's
//! [`InstallKey`], and [`Token`]s, right or wrong in any way. What is right is that of
//! `tally-connect`, which shares no code with what is tested.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may fail by panicking, and this is for tests only"
)]

mod install_key;
mod site;
mod token;

pub use install_key::InstallKey;
pub use site::{APP_KEY, Site};
pub use tally_connect::{CONTEXT_QSH, canonical_request, qsh};
pub use token::Token;
