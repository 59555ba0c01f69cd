//! Failures in a row, with nothing good in between.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use tally_operator_records::domain::health::Failure;

/// How many different codes one streak counts separately.
const MAX_CODES: usize = 16;

/// Failures in a row, with nothing good in between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Streak {
    /// The time of the first failure.
    pub first: DateTime<Utc>,
    /// The time of the latest failure.
    pub last: DateTime<Utc>,
    /// How many failures there were.
    pub count: u64,
    /// The refusal code of the latest failure.
    pub code: String,
    /// The number of failures by code. Codes beyond the first few are counted as `other`.
    pub codes: BTreeMap<String, u64>,
}

impl Streak {
    /// The streak that an event of the log describes; `noted_at` is when the event was written.
    pub(super) fn from_failure(failure: &Failure, noted_at: DateTime<Utc>) -> Self {
        Self {
            first: failure.since,
            last: noted_at,
            count: failure.refusals,
            code: failure.code.clone(),
            codes: BTreeMap::from([(failure.code.clone(), failure.refusals)]),
        }
    }

    /// Ends a streak `at` the time at which another node saw a request verify. Of what was refused
    /// later, the latest is kept.
    pub(super) fn end(streak: &mut Option<Self>, at: DateTime<Utc>) {
        streak.take_if(|streak| streak.last <= at);
        if let Some(begun) = streak.take_if(|streak| streak.first <= at) {
            Self::extend(streak, &begun.code, begun.last);
        }
    }

    /// Adds a failure, which begins a streak if there is none.
    pub(super) fn extend(streak: &mut Option<Self>, code: &str, now: DateTime<Utc>) {
        let streak = streak.get_or_insert_with(|| Self {
            first: now,
            last: now,
            count: 0,
            code: String::new(),
            codes: BTreeMap::new(),
        });
        streak.last = streak.last.max(now);
        streak.count += 1;
        code.clone_into(&mut streak.code);
        let separate = streak.codes.len() < MAX_CODES || streak.codes.contains_key(code);
        let counted_as = if separate { code } else { "other" };
        *streak.codes.entry(counted_as.to_owned()).or_default() += 1;
    }
}

/// What is wrong with a tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trouble {
    /// Requests that no secret verified.
    pub refused: Option<Streak>,
    /// Correctly signed requests that were refused for another reason: out of time, or signed for
    /// another address.
    pub turned_away: Option<Streak>,
    /// Failures that users saw, as their browsers report.
    pub seen: Option<Streak>,
}

impl Trouble {
    pub(super) fn is_none(&self) -> bool {
        self.refused.is_none() && self.turned_away.is_none() && self.seen.is_none()
    }
}
