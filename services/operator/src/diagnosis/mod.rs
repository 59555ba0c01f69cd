//! What is wrong with a site, why, and who can do what about it.
//!
//! `gather` collects the evidence: the tenant's state and install log from the views, and what was
//! observed in memory. `catalogue` has the known problems, each with a matcher over that
//! `evidence`. `report` puts the two together. A Jira admin is shown what is about the site itself,
//! the operator all of it.

pub mod catalogue;
pub mod code;
pub mod evidence;
pub mod gather;
pub mod print;
mod report;
mod service;
#[cfg(test)]
mod tests;

pub use catalogue::Likelihood;
pub use report::{Finding, SiteDiagnosis};
pub use service::{Diagnosis, DiagnosisParts, SiteQuery};
