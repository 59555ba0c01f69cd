//! Atlassian Connect as the platform speaks it: the hash that binds a token to a request, and
//! [`Token`]s with their signatures.
//!
//! The probe and the tests speak to Tally with it. It is written from the published protocol and
//! shares no code with Tally's own reading of it (`services/atlassian`), so that a mistake in
//! either shows.

mod qsh;
mod token;

pub use qsh::{canonical_request, qsh};
pub use token::{CONTEXT_QSH, Token};
