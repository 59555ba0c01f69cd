//! The shape of an entry, and words that several matchers use.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use crate::diagnosis::evidence::Evidence;
use crate::observations::sightings::Times;

/// A known problem.
pub struct Entry {
    /// Its id, such as `D1`.
    pub id: &'static str,
    /// What users see.
    pub symptom: &'static str,
    /// Why it happens.
    pub cause: &'static str,
    /// Whether it can happen here, and what to do.
    pub applies: Applies,
}

/// Whether a problem can happen in this app.
pub enum Applies {
    /// It can.
    Here {
        /// What the site's Jira admin does; `None` when the admin is not shown it, since it is
        /// about other sites.
        admin: Option<&'static str>,
        /// What the operator does.
        operator: &'static str,
        /// Decides whether the evidence shows the problem.
        matcher: fn(&Evidence) -> Option<Match>,
    },
    /// It cannot, for this reason.
    Never(&'static str),
}

/// How sure a match is. The surest comes first in a diagnosis.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Likelihood {
    /// Good to know; nothing is broken by it.
    Note,
    /// It may be this.
    Possible,
    /// It is probably this.
    Likely,
    /// The evidence leaves no other reading.
    Certain,
}

impl Likelihood {
    /// The words for it on pages and in a terminal.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "good to know",
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }
}

/// What the evidence shows of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// How sure it is.
    pub likelihood: Likelihood,
    /// The evidence in words that the site's own admin may read.
    pub why: Vec<String>,
    /// The evidence that only the operator may read: it is about other sites, or about Tally's
    /// insides.
    pub internal: Vec<String>,
}

impl Match {
    pub(super) fn new(likelihood: Likelihood, why: impl Into<String>) -> Self {
        Self {
            likelihood,
            why: vec![why.into()],
            internal: vec![],
        }
    }

    /// A match with evidence for the operator only.
    pub(super) fn new_internal(likelihood: Likelihood, internal: Vec<String>) -> Self {
        Self {
            likelihood,
            why: vec![],
            internal,
        }
    }

    #[must_use]
    pub(super) fn with_why(mut self, why: impl Into<String>) -> Self {
        self.why.push(why.into());
        self
    }

    #[must_use]
    pub(super) fn with_internal(mut self, why: impl Into<String>) -> Self {
        self.internal.push(why.into());
        self
    }
}

/// A point in time, in words.
pub(super) fn at(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// How often and when something happened, in words.
pub(super) fn times_text(times: &Times) -> String {
    if times.count == 1 {
        return format!("once, at {}", at(times.last));
    }
    let (first, last) = (at(times.first), at(times.last));
    format!("{} times from {first} to {last}", times.count)
}
