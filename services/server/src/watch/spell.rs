//! What is wrong with a tenant: failures in a row.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use tally_domain::health::Failure;

/// How many different codes are counted apart in one spell.
const MAX_CODES: usize = 16;

/// Failures in a row, with nothing good in between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spell {
    /// The first.
    pub first: DateTime<Utc>,
    /// The last.
    pub last: DateTime<Utc>,
    /// How many.
    pub count: u64,
    /// The code of the last.
    pub code: String,
    /// How many by code. Codes beyond a few are counted as `other`.
    pub codes: BTreeMap<String, u64>,
}

impl Spell {
    /// What is written of a failing tenant; `noted_at` is when that was.
    pub(super) fn of(failure: &Failure, noted_at: DateTime<Utc>) -> Self {
        Self {
            first: failure.since,
            last: noted_at,
            count: failure.refusals,
            code: failure.code.clone(),
            codes: BTreeMap::from([(failure.code.clone(), failure.refusals)]),
        }
    }

    /// It was over `at` that time, as somebody else saw it: of what came later the last is known.
    pub(super) fn over(spell: &mut Option<Self>, at: DateTime<Utc>) {
        spell.take_if(|spell| spell.last <= at);
        if let Some(begun) = spell.take_if(|spell| spell.first <= at) {
            Self::note(spell, &begun.code, begun.last);
        }
    }

    pub(super) fn note(spell: &mut Option<Self>, code: &str, now: DateTime<Utc>) {
        let spell = spell.get_or_insert_with(|| Self {
            first: now,
            last: now,
            count: 0,
            code: String::new(),
            codes: BTreeMap::new(),
        });
        spell.last = spell.last.max(now);
        spell.count += 1;
        code.clone_into(&mut spell.code);
        let counted = spell.codes.len() < MAX_CODES || spell.codes.contains_key(code);
        *spell
            .codes
            .entry(if counted { code } else { "other" }.to_owned())
            .or_default() += 1;
    }
}

/// What is wrong with a tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trouble {
    /// Requests that no secret verified.
    pub refused: Option<Spell>,
    /// Requests under a good signature that were refused for another reason: out of time, or signed for another address.
    pub turned_away: Option<Spell>,
    /// Failures that its people saw, as their browsers tell.
    pub seen: Option<Spell>,
}

impl Trouble {
    pub(super) fn is_none(&self) -> bool {
        self.refused.is_none() && self.turned_away.is_none() && self.seen.is_none()
    }
}
