//! The findings about a site: the entries of the catalogue that its evidence matches.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::catalogue::{self, Applies, Entry, Likelihood};
use super::evidence::Evidence;
use super::gather::Subject;
use super::reason::{Reason, ReasonText};

/// An entry of the catalogue that the evidence matches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The entry's id, such as `D1`.
    pub entry: String,
    /// How sure it is.
    pub likelihood: Likelihood,
    /// What users see.
    pub symptom: String,
    /// Why it happens.
    pub cause: String,
    /// The evidence in words.
    pub why: Vec<String>,
    /// The same evidence with codes, so that it can be worded in another language. Servers of
    /// earlier versions do not send it.
    #[serde(default)]
    pub reasons: Vec<ReasonText>,
    /// The evidence that is for the operator only.
    pub internal: Vec<String>,
    /// What the site's Jira admin does; `None` when the admin is not shown the finding.
    pub admin_remedy: Option<String>,
    /// What the operator does.
    pub operator_remedy: String,
}

/// All findings, the surest first.
pub(super) fn find_all(evidence: &Evidence) -> Vec<Finding> {
    let mut findings: Vec<Finding> = catalogue::ALL
        .iter()
        .filter_map(|entry| find(entry, evidence))
        .collect();
    // Stable: within a likelihood the catalogue's order stays.
    findings.sort_by_key(|finding| Reverse(finding.likelihood));
    findings
}

fn find(entry: &Entry, evidence: &Evidence) -> Option<Finding> {
    let Applies::Here {
        admin,
        operator,
        matcher,
    } = &entry.applies
    else {
        return None;
    };
    let found = matcher(evidence)?;
    Some(Finding {
        entry: entry.id.to_owned(),
        likelihood: found.likelihood,
        symptom: entry.symptom.to_owned(),
        cause: entry.cause.to_owned(),
        why: found.why.iter().map(Reason::to_text).collect(),
        reasons: found.why.iter().map(ReasonText::from).collect(),
        internal: found.internal,
        admin_remedy: admin.map(str::to_owned),
        operator_remedy: (*operator).to_owned(),
    })
}

/// The diagnosis of one site, as the operator gets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SiteDiagnosis {
    /// The tenant's id; `None` when the site never installed.
    pub tenant: Option<String>,
    /// Atlassian's id of the site.
    pub client_key: String,
    /// The address of its Jira.
    pub base_url: Option<String>,
    /// `installed`, `enabled`, `disabled` or `uninstalled`.
    pub status: Option<String>,
    /// When the evidence was gathered.
    pub as_of: DateTime<Utc>,
    /// Since when the server remembers what is not stored; `None` when no server could be asked, so
    /// that refused tokens and Jira's answers are missing.
    pub remembers_since: Option<DateTime<Utc>>,
    /// The findings, the surest first.
    pub findings: Vec<Finding>,
}

impl SiteDiagnosis {
    /// Diagnoses `subject` from `evidence`.
    pub fn new(subject: &Subject, evidence: &Evidence) -> Self {
        let site = evidence.site.as_ref();
        Self {
            tenant: subject.tenant().map(|id| id.to_string()),
            client_key: subject.client_key().to_string(),
            base_url: site.map(|site| site.base_url.clone()),
            status: site.map(|site| site.status.as_str().to_owned()),
            as_of: evidence.now,
            remembers_since: evidence.remembers_since,
            findings: find_all(evidence),
        }
    }
}
