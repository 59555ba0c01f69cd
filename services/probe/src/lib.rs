//! The probe: a client that does to a running Tally what Jira does to it, as a synthetic tenant,
//! and reports each step.
//!
//! It walks the path that broke on the day this app exists for: an installation, a page, the page's
//! own calls, a command, a rotation of the secret, and all of it again with the new secret. It
//! meets Tally as the platform does, by HTTP and the published protocol, in the spelling of
//! `tally-connect`: a probe that shared the server's code could not see an error in it.
//!
//! Walks with the same key share a tenant: each installs it again and uninstalls it in the end.
//! Run one walk at a time for a key.

mod address;
mod client;
mod command;
mod key;
mod listener;
mod report;
mod span;
mod step;
mod walk;

use std::sync::Arc;

use chrono::{DateTime, Utc};

pub use address::ServerAddress;
pub use client::{Client, StepFailure};
pub use command::{ProbeArguments, run};
pub use key::{KeyFiles, ProbeKey, generate_key_pair};
pub use listener::OperatorAccess;
pub use report::{StepReport, StepResult, WalkReport};
pub use step::Step;
pub use walk::{Expectations, walk};

/// Where the probe takes the time from.
pub type Now = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;
