//! What can go wrong with a query.

use tally_domain::Refused;
use tally_domain::refusal::RefusalKind;
use tally_query::OverBudget;
use tally_view_store::StoreError;
use tally_view_store::page::InvalidCursor;
use thiserror::Error;

/// Why a query is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum QueryRefusal {
    /// The cursor was not made by this list in this order.
    #[error(transparent)]
    CursorInvalid(#[from] InvalidCursor),
    /// The query is larger than its budget.
    #[error(transparent)]
    OverBudget(#[from] OverBudget),
    /// The search text is too long.
    #[error("the search text has more than 500 characters or 32 words")]
    SearchTooLong,
}

impl Refused for QueryRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::CursorInvalid(_) => "request.cursor_invalid",
            Self::OverBudget(_) => "query.invalid",
            Self::SearchTooLong => "request.malformed",
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Self::CursorInvalid(_) => "Page not found",
            Self::OverBudget(_) => "Query too large",
            Self::SearchTooLong => "Search text too long",
        }
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::CursorInvalid(_) => "Start again from the first page, without a cursor.",
            Self::OverBudget(_) => "Make the query shorter.",
            Self::SearchTooLong => "Search for fewer or shorter words.",
        }
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }
}

/// Why a query has no result.
#[derive(Debug, Error)]
pub enum QueryError {
    /// The query is refused.
    #[error(transparent)]
    Refused(#[from] QueryRefusal),
    /// A failure of the database, which is logged and never shown to the caller.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<InvalidCursor> for QueryError {
    fn from(cursor: InvalidCursor) -> Self {
        Self::Refused(cursor.into())
    }
}
