//! What can go wrong with a query.

use tally_domain::refusals;
use tally_query::OverBudget;
use tally_view_store::StoreError;
use tally_view_store::page::InvalidCursor;
use thiserror::Error;

refusals! {
    /// Why a query is refused.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum QueryRefusal {
        /// The cursor was not made by this list in this order.
        CursorInvalid = "request.cursor_invalid" {
            kind: Malformed,
            title: "Page not found",
            cause: "the cursor does not belong to this list in this order",
            remedy: "Start again from the first page, without a cursor.",
        },
        /// The query is larger than its budget.
        OverBudget = "query.invalid" {
            kind: Malformed,
            title: "Query too large",
            cause: "the query has more conditions, longer lists or deeper nesting than allowed",
            remedy: "Make the query shorter.",
        },
        /// The assets were not found in the time that a question has.
        TookTooLong {
            /// The parameters of the request that narrow the assets.
            parts: &'static str,
        } = "request.took_too_long" {
            kind: Invalid,
            title: "Answer takes too long",
            cause: "finding the assets by {parts} took too long and was stopped",
            remedy: "Narrow it: add a condition with = on type, status, holder or location to `query`, \
                search for longer words in `q`, or leave out `asOf`.",
        },
        /// The search text has more than 500 characters or 32 words.
        SearchTooLong = "request.malformed" {
            kind: Malformed,
            title: "Search text too long",
            cause: "the search text has more than 500 characters or 32 words",
            remedy: "Search for fewer or shorter words.",
        },
    }
}

impl From<InvalidCursor> for QueryRefusal {
    fn from(_: InvalidCursor) -> Self {
        Self::CursorInvalid
    }
}

impl From<OverBudget> for QueryRefusal {
    fn from(excess: OverBudget) -> Self {
        match excess {
            OverBudget::Query => Self::OverBudget,
            OverBudget::Search => Self::SearchTooLong,
        }
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

impl From<OverBudget> for QueryError {
    fn from(excess: OverBudget) -> Self {
        Self::Refused(excess.into())
    }
}

impl From<InvalidCursor> for QueryError {
    fn from(cursor: InvalidCursor) -> Self {
        Self::Refused(cursor.into())
    }
}
