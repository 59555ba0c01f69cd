//! What is wrong with a site, why, and who can do what about it.
//!
//! `gather` collects the evidence: the tenant's state and install log from the views, and what was
//! observed in memory. `catalogue` has the known problems, each with a matcher over that
//! `evidence`, which answers with `reason`s. `report` puts these together. A Jira admin is shown
//! what is about the site itself, the operator all of it. `installation` is the state of one
//! installation as both are shown it.

mod catalogue;
mod code;
mod evidence;
pub mod gather;
pub mod installation;
pub mod print;
mod reason;
mod refusal_text;
mod report;
mod service;
#[cfg(test)]
mod tests;

pub use catalogue::Likelihood;
pub use reason::{ReasonCode, ReasonText, ReasonValue};
pub use report::{Finding, SiteDiagnosis};
pub use service::{Diagnosis, DiagnosisParts, SiteQuery};
