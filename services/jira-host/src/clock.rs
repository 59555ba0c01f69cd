//! The one source of the time of day in this program.

use chrono::{DateTime, Utc};

/// The present time in UTC.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the wall clock"
)]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// Seconds since 1970, as the claims of a token count them.
#[must_use]
pub fn epoch_seconds() -> i64 {
    now().timestamp()
}
