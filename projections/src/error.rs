//! What can go wrong here: refusals, which are for the caller, and failures, which are for the operator.

use tally_domain::refusal::RefusalKind;
use tally_domain::{Position, Refused};
use tally_query::OverBudget;
use thiserror::Error;

use crate::store::Rebuild;

/// A failure of the store. Its text is for the log, never for a caller.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Another process has the views open for writing, or builds them anew.
    #[error("{what} is in use by another process")]
    InUse {
        /// The views' file or schema.
        what: String,
    },
    /// The store was opened for reading.
    #[error("the views were opened for reading only")]
    ReadOnly,
    /// Events came in another order than the log's.
    #[error("events must come in the order of their positions")]
    OutOfOrder,
    /// The store was closed: a swap could not open the rebuilt file.
    #[error("the views are closed")]
    Closed,
    /// There are no views to read.
    #[error("{what} holds no views")]
    NotThere {
        /// The views' schema.
        what: String,
    },
    /// What is stored cannot be read back.
    #[error("{what} cannot be read back")]
    Corrupt {
        /// Which column, or which part of it. Never its content.
        what: String,
    },
    /// SQLite failed.
    #[error("the views' database failed: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// PostgreSQL failed, or cannot be reached.
    #[error("the views' database failed: {0}")]
    Postgres(#[from] sqlx::Error),
    /// The URL of the database is not right.
    #[error("the URL of the views' database is not right: {0}")]
    BadUrl(#[from] tally_postgres::BadUrl),
    /// The file system failed.
    #[error("the views' file failed: {0}")]
    Io(#[from] std::io::Error),
}

impl StoreError {
    /// Whether the database cannot be reached, or keeps everybody waiting: asked later it may answer.
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Postgres(error) => tally_postgres::is_broken(error) || tally_postgres::is_a_wait(error),
            _ => false,
        }
    }

    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into() }
    }
}

/// A query's refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum QueryRefusal {
    /// The cursor was not made by this list in this order.
    #[error("the cursor does not belong to this list in this order")]
    CursorInvalid,
    /// A query is larger than its budget.
    #[error(transparent)]
    OverBudget(#[from] OverBudget),
    /// The searched text is too long.
    #[error("the searched text is longer than 500 characters or 32 words")]
    SearchTooLong,
}

impl Refused for QueryRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::CursorInvalid => "request.cursor_invalid",
            Self::OverBudget(_) => "query.invalid",
            Self::SearchTooLong => "request.malformed",
        }
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::CursorInvalid => "Start again from the first page, without a cursor.",
            Self::OverBudget(_) => "Make the query shorter.",
            Self::SearchTooLong => "Search for fewer or shorter words.",
        }
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }
}

/// Why a query has no answer.
#[derive(Debug, Error)]
pub enum QueryError {
    /// It was asked wrongly.
    #[error(transparent)]
    Refused(#[from] QueryRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why rebuilt views did not take the place of the live ones.
#[derive(Debug, Error)]
pub enum SwapError {
    /// They know less than the live ones: reading on from them would go back in time. Feed them more and swap again.
    #[error("the rebuilt views stand behind the live ones")]
    Behind {
        /// The rebuilt views, to be fed.
        rebuilt: Box<Rebuild>,
        /// Where they stand.
        at: Option<Position>,
        /// Where the live ones stand.
        live: Option<Position>,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a view could not take an event in.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The event itself: it would fail again. Says why, without the event's content.
    Poison(String),
    /// The store: the same event may do later.
    Store(StoreError),
}

impl Fault {
    pub(crate) fn poison(why: impl Into<String>) -> Self {
        Self::Poison(why.into())
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Corrupt { .. } => Self::Poison(error.to_string()),
            StoreError::Sqlite(error) => error.into(),
            StoreError::Postgres(error) if tally_postgres::is_about_the_data(&error) => {
                Self::Poison(error.to_string())
            }
            other => Self::Store(other),
        }
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        // A broken constraint comes from the event and comes back with it; a full disk or a busy file does not.
        if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) {
            Self::Poison(error.to_string())
        } else {
            Self::Store(error.into())
        }
    }
}
