//! What can go wrong while views are fed and read.

use thiserror::Error;

/// A failure of the store. Its text is for the log, never for a caller.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Another process has the views open for writing, or rebuilds them.
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
    /// Events are missing between those that a partition has applied and those that it was given.
    #[error("partition {partition} lacks events before those it was given")]
    Gap {
        /// The partition as it is displayed.
        partition: String,
    },
    /// The store is closed because a swap could not open the rebuilt file.
    #[error("the views are closed")]
    Closed,
    /// The store was opened for reading, and no projector has made its views yet.
    #[error("{what} holds no views")]
    NotThere {
        /// The views' schema.
        what: String,
    },
    /// A stored value cannot be read back.
    #[error("{what} cannot be read back")]
    Corrupt {
        /// The column, or a part of its content's structure. Never the content itself.
        what: String,
    },
    /// The time that a reader was given is over.
    #[error("reading the views took too long and was stopped")]
    TookTooLong,
    /// A statement failed in SQLite.
    #[error("the views' database failed: {0}")]
    Sqlite(#[source] rusqlite::Error),
    /// A statement failed in PostgreSQL, or the server cannot be reached.
    #[error("the views' database failed: {0}")]
    Postgres(#[source] sqlx::Error),
    /// The URL of the database is not valid.
    #[error("the URL of the views' database is not valid: {0}")]
    BadUrl(#[from] tally_postgres::BadUrl),
    /// A file operation failed.
    #[error("the views' file failed: {0}")]
    Io(#[from] std::io::Error),
}

impl StoreError {
    /// Whether the database cannot be reached at the moment or lets statements wait too long, so
    /// that a later try may succeed.
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Postgres(error) => tally_postgres::is_broken(error) || tally_postgres::is_contended(error),
            Self::TookTooLong => true,
            Self::InUse { .. }
            | Self::ReadOnly
            | Self::OutOfOrder
            | Self::Gap { .. }
            | Self::Closed
            | Self::NotThere { .. }
            | Self::Corrupt { .. }
            | Self::Sqlite(_)
            | Self::BadUrl(_)
            | Self::Io(_) => false,
        }
    }

    /// A stored value, described by `what`, cannot be read back.
    pub fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into() }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::OperationInterrupted) => Self::TookTooLong,
            _ => Self::Sqlite(error),
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if tally_postgres::is_stopped(&error) {
            Self::TookTooLong
        } else {
            Self::Postgres(error)
        }
    }
}

/// Why a view could not apply an event.
#[derive(Debug)]
pub enum Fault {
    /// The event itself is the cause, and it would fail again. The text says why, without the
    /// event's content.
    Poison(String),
    /// The store is the cause, and the same event may succeed later.
    Store(StoreError),
}

impl Fault {
    /// A fault of the event itself.
    pub fn poison(why: impl Into<String>) -> Self {
        Self::Poison(why.into())
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Corrupt { .. } => Self::Poison(error.to_string()),
            StoreError::Sqlite(error) => error.into(),
            StoreError::Postgres(error) if tally_postgres::is_data_refused(&error) => {
                Self::Poison(error.to_string())
            }
            StoreError::InUse { .. }
            | StoreError::ReadOnly
            | StoreError::OutOfOrder
            | StoreError::Gap { .. }
            | StoreError::Closed
            | StoreError::NotThere { .. }
            | StoreError::TookTooLong
            | StoreError::Postgres(_)
            | StoreError::BadUrl(_)
            | StoreError::Io(_) => Self::Store(error),
        }
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        // A broken constraint comes from the event and comes back with it; a full disk does not.
        if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) {
            Self::Poison(error.to_string())
        } else {
            Self::Store(error.into())
        }
    }
}
