//! Until when a reader may take.

use std::time::{Duration, Instant};

use crate::error::StoreError;

/// The end of the time that a reader was given, all its statements together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    at: Instant,
    limit: Duration,
}

impl Deadline {
    /// The end of `limit` from now on.
    pub fn after(limit: Duration) -> Self {
        Self {
            at: Instant::now() + limit,
            limit,
        }
    }

    /// When the time is over.
    pub fn at(self) -> Instant {
        self.at
    }

    /// Whether the time is over.
    pub fn is_over(self) -> bool {
        Instant::now() >= self.at
    }

    /// How long one statement may take at most: the whole time, so that statements of different
    /// readers have the same limit. `None` without a deadline.
    ///
    /// # Errors
    /// [`StoreError::TookTooLong`] if the time is over already.
    pub fn check(deadline: Option<Self>) -> Result<Option<Duration>, StoreError> {
        match deadline {
            Some(deadline) if deadline.is_over() => Err(StoreError::TookTooLong),
            Some(deadline) => Ok(Some(deadline.limit)),
            None => Ok(None),
        }
    }
}
