//! What is wrong with a site, in the words for its Jira admin.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use tally_diagnosis::{Likelihood, ReasonText};

/// What is known to be wrong with the site.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Diagnosis {
    /// The time at which the evidence was gathered.
    pub as_of: DateTime<Utc>,
    /// The time since which refused tokens and Jira's answers are remembered.
    #[schema(required)]
    pub remembers_since: Option<DateTime<Utc>>,
    /// What was found, the surest first; empty when nothing is known to be wrong.
    pub findings: Vec<Finding>,
}

/// A known problem that matches the evidence.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The stable name of the problem in the catalogue.
    #[schema(example = "D1")]
    pub entry: String,
    /// How certain the finding is.
    pub likelihood: Likelihood,
    /// What users see of it.
    pub symptom: String,
    /// What causes it.
    pub cause: String,
    /// The evidence in words.
    pub why: Vec<String>,
    /// The same evidence with codes, so that it can be shown in another language.
    pub reasons: Vec<ReasonText>,
    /// What a Jira admin can do about it.
    pub remedy: String,
}

impl From<tally_diagnosis::SiteDiagnosis> for Diagnosis {
    /// Leaves out what is for the operator only.
    fn from(diagnosis: tally_diagnosis::SiteDiagnosis) -> Self {
        Self {
            as_of: diagnosis.as_of,
            remembers_since: diagnosis.remembers_since,
            findings: diagnosis.findings.into_iter().filter_map(Finding::of).collect(),
        }
    }
}

impl Finding {
    fn of(found: tally_diagnosis::Finding) -> Option<Self> {
        Some(Self {
            entry: found.entry,
            likelihood: found.likelihood,
            symptom: found.symptom,
            cause: found.cause,
            why: found.why,
            reasons: found.reasons,
            remedy: found.admin_remedy?,
        })
    }
}
