//! What is wrong with a site, as its Jira admin is told.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use tally_operator::diagnosis::{self, Likelihood};

/// What is known to be wrong with the site.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Diagnosis {
    /// The moment it is true of.
    pub as_of: DateTime<Utc>,
    /// Since when refused tokens and Jira's answers are known.
    #[schema(required)]
    pub remembers_since: Option<DateTime<Utc>>,
    /// What was found, the surest first; empty when nothing is known to be wrong.
    pub findings: Vec<Finding>,
}

/// An entry of the catalogue of known troubles that the evidence shows.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The entry's stable name.
    #[schema(example = "D1")]
    pub entry: String,
    /// How sure it is.
    pub likelihood: Likelihood,
    /// What people see.
    pub symptom: String,
    /// What is behind it.
    pub cause: String,
    /// The evidence in words.
    pub why: Vec<String>,
    /// What a Jira admin does about it.
    pub remedy: String,
}

impl From<diagnosis::SiteDiagnosis> for Diagnosis {
    /// Leaves out what is for the operator only.
    fn from(told: diagnosis::SiteDiagnosis) -> Self {
        Self {
            as_of: told.as_of,
            remembers_since: told.remembers_since,
            findings: told.findings.into_iter().filter_map(Finding::of).collect(),
        }
    }
}

impl Finding {
    fn of(found: diagnosis::Finding) -> Option<Self> {
        Some(Self {
            entry: found.entry,
            likelihood: found.likelihood,
            symptom: found.symptom,
            cause: found.cause,
            why: found.why,
            remedy: found.admin_remedy?,
        })
    }
}
