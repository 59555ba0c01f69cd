//! The probe: a client that does to a running Tally what Jira does to it, as a synthetic tenant, and says step by step what held.
//!
//! It walks the path that broke on the day this app exists for: an installation, a page, the page's own calls, a command, a rotation of
//! the secret, and all of it again with the new secret. It meets Tally as the platform does, by HTTP and the published protocol, and
//! spells that protocol by itself: a probe that shared the server's code could not see an error in it.
//!
//! Runs share a tenant: each installs it again and uninstalls it in the end. One run at a time, therefore, for a key.

mod client;
mod key;
mod report;
mod tokens;
mod walk;

pub use client::{Client, Failure, check_address};
pub use key::{KeyFiles, ProbeKey, generate};
pub use report::{Outcome, Report, StepReport};
pub use walk::{Site, Step, Terms, walk};
