//! Atlassian Connect as the platform speaks it.

mod install_key;
mod qsh;
mod site;
mod token;

pub use install_key::InstallKey;
pub use qsh::{canonical_request, qsh};
pub use site::{APP_KEY, Site};
pub use token::{CONTEXT_QSH, Token};
