//! What is wrong with a site, why, and who can do what about it.
//!
//! [`gather`] collects the evidence: the tenant's state and install log from the views, and what was observed. [`catalogue`] has the
//! known troubles, each with a matcher over that [`evidence`]. [`diagnose`] puts the two together. The Jira admin is shown what is about the
//! site itself, the operator all of it.

pub mod catalogue;
pub mod evidence;
pub mod gather;
pub mod print;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tally_domain::TenantId;
use tally_projections::QueryError;

pub use catalogue::{Entry, Here, Likelihood};
use evidence::Evidence;
pub use gather::Subject;

use crate::tally::Tally;

/// How long a diagnosis waits for views that are behind.
const PATIENCE: Duration = Duration::from_secs(1);

/// An entry of the catalogue that the evidence shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The entry, such as `D1`.
    pub entry: String,
    /// How sure it is.
    pub likelihood: Likelihood,
    /// What people see.
    pub symptom: String,
    /// What is behind it.
    pub cause: String,
    /// The evidence in words.
    pub why: Vec<String>,
    /// The evidence that is for the operator only.
    pub internal: Vec<String>,
    /// What the site's Jira admin does; `None` when the admin is not told of it.
    pub admin_remedy: Option<String>,
    /// What the operator does.
    pub operator_remedy: String,
}

/// All that the evidence shows, the surest first.
pub fn diagnose(evidence: &Evidence) -> Vec<Finding> {
    let mut findings: Vec<Finding> = catalogue::ALL
        .iter()
        .filter_map(|entry| found(entry, evidence))
        .collect();
    // Stable: within a likelihood the catalogue's order stays.
    findings.sort_by_key(|finding| Reverse(finding.likelihood));
    findings
}

fn found(entry: &Entry, evidence: &Evidence) -> Option<Finding> {
    let Here::Possible {
        admin,
        operator,
        shown,
    } = &entry.here
    else {
        return None;
    };
    let found = shown(evidence)?;
    Some(Finding {
        entry: entry.id.to_owned(),
        likelihood: found.likelihood,
        symptom: entry.symptom.to_owned(),
        cause: entry.cause.to_owned(),
        why: found.why,
        internal: found.internal,
        admin_remedy: admin.map(str::to_owned),
        operator_remedy: (*operator).to_owned(),
    })
}

/// The diagnosis of one site, as the operator gets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Diagnosis {
    /// Our id of it; `None` when it never installed.
    pub tenant: Option<String>,
    /// The platform's.
    pub client_key: String,
    /// Its address.
    pub base_url: Option<String>,
    /// How it stands.
    pub status: Option<String>,
    /// The moment it is true of.
    pub as_of: DateTime<Utc>,
    /// Since when the server remembers what is written nowhere; `None` when that memory could not be asked, so that refused tokens and Jira's
    /// answers are missing.
    pub remembers_since: Option<DateTime<Utc>>,
    /// What was found, the surest first.
    pub findings: Vec<Finding>,
}

impl Diagnosis {
    /// Of `subject`, from `evidence`.
    pub fn of(subject: &Subject, evidence: &Evidence) -> Self {
        let site = evidence.site.as_ref();
        Self {
            tenant: subject.tenant().map(|id| id.to_string()),
            client_key: subject.client_key().to_string(),
            base_url: site.map(|site| site.base_url.clone()),
            status: site.map(|site| site.status.as_str().to_owned()),
            as_of: evidence.now,
            remembers_since: evidence.noting_since,
            findings: diagnose(evidence),
        }
    }
}

/// Which site is meant.
#[derive(Clone, Debug)]
pub enum Whom {
    /// A verified tenant.
    Tenant(TenantId),
    /// What an operator calls it: a tenant's id, a client key, or an address.
    Named(String),
}

impl Tally {
    /// Diagnoses a site. `None` when nothing was ever heard of it.
    ///
    /// # Errors
    /// The views cannot be read.
    pub async fn diagnose(
        self: &Arc<Self>,
        whom: Whom,
        now: DateTime<Utc>,
    ) -> Result<Option<Diagnosis>, QueryError> {
        self.catch_up().await;
        let tally = self.clone();
        match tokio::task::spawn_blocking(move || tally.diagnose_now(&whom, now)).await {
            Ok(diagnosis) => diagnosis,
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        }
    }

    fn diagnose_now(&self, whom: &Whom, now: DateTime<Utc>) -> Result<Option<Diagnosis>, QueryError> {
        let memory = gather::Memory::of(self);
        let subject = match whom {
            Whom::Tenant(tenant) => gather::tenant(&self.views, *tenant)?,
            Whom::Named(text) => gather::subject(&self.views, Some(&memory), text)?,
        };
        let Some(subject) = subject else { return Ok(None) };
        let evidence = gather::evidence(&self.views, Some(&memory), &subject, (&self.config, now))?;
        Ok(Some(Diagnosis::of(&subject, &evidence)))
    }

    /// A callback that was refused a moment ago belongs to the picture.
    async fn catch_up(&self) {
        if let Ok(Some(head)) = self.log.head().await {
            // Views that stand still have their own alarm; what they have is still told.
            drop(tokio::time::timeout(PATIENCE, self.projected.wait_for(None, head)).await);
        }
    }
}
