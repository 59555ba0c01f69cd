//! The shape of an entry, and of what its matcher answers.

use serde::{Deserialize, Serialize};

use crate::evidence::Evidence;
use crate::reason::Reason;

/// A known problem.
pub(crate) struct Entry {
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
pub(crate) enum Applies {
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
pub(crate) struct Match {
    /// How sure it is.
    pub likelihood: Likelihood,
    /// The evidence that the site's own admin may read.
    pub why: Vec<Reason>,
    /// The evidence in words that only the operator may read: it is about other sites, or about
    /// Tally's insides.
    pub internal: Vec<String>,
}

impl Match {
    pub(super) fn new(likelihood: Likelihood, why: Reason) -> Self {
        Self {
            likelihood,
            why: vec![why],
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
    pub(super) fn with_why(mut self, why: Reason) -> Self {
        self.why.push(why);
        self
    }

    #[must_use]
    pub(super) fn with_internal(mut self, why: impl Into<String>) -> Self {
        self.internal.push(why.into());
        self
    }
}
