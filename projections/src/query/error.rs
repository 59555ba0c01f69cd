//! What is wrong with a query, and where.

use tally_domain::Refused;
use tally_domain::refusal::RefusalKind;
use thiserror::Error;

/// Why a query cannot be asked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{detail}")]
pub struct BadQuery {
    /// Where what is wrong begins, in characters from the beginning of the query.
    pub from: usize,
    /// Where it ends; as [`Self::from`] where something is missing.
    pub to: usize,
    /// What is wrong, in a sentence.
    pub detail: String,
    /// What could stand there.
    pub expected: Vec<&'static str>,
}

impl Refused for BadQuery {
    fn code(&self) -> &'static str {
        "query.invalid"
    }

    fn remedy(&self) -> &'static str {
        if self.expected.is_empty() {
            "Mend the query at the place that is marked."
        } else {
            "Mend the query at the place that is marked; what is expected there is listed."
        }
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }
}
