//! What is wrong with a query, and where.

use tally_domain::Refused;
use tally_domain::refusal::RefusalKind;
use thiserror::Error;

/// A query that does not follow the grammar. Positions are counted in characters.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{detail}")]
pub struct InvalidQuery {
    /// The position of the first wrong character.
    pub from: usize,
    /// The position after the last wrong character; equal to [`Self::from`] if something is
    /// missing.
    pub to: usize,
    /// The error in one sentence, without a full stop.
    pub detail: String,
    /// The words that could stand at this position; empty if there is no short list of them.
    pub expected: Vec<&'static str>,
}

impl Refused for InvalidQuery {
    fn code(&self) -> &'static str {
        "query.invalid"
    }

    fn title(&self) -> &'static str {
        "Query not valid"
    }

    fn remedy(&self) -> &'static str {
        if self.expected.is_empty() {
            "Correct the query at the marked position."
        } else {
            "Correct the query at the marked position. The list shows what can stand there."
        }
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }
}
