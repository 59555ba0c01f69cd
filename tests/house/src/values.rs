//! Random values: of any form, and so few at times that they meet.

use chrono::{DateTime, NaiveDate, Utc};
use proptest::prelude::*;
use tally_domain::AccountId;
use uuid::Uuid;

use crate::story::at;

/// Any text.
pub fn text() -> impl Strategy<Value = String> {
    ".*"
}

/// Any text, or none.
pub fn maybe_text() -> impl Strategy<Value = Option<String>> {
    proptest::option::of(text())
}

/// A person: one of three, or any.
pub fn account() -> impl Strategy<Value = AccountId> {
    let few = prop::sample::select(vec!["ada", "bob", "cyd"]).prop_map(str::to_owned);
    prop_oneof![few, "[!-~]{1,40}"].prop_map(|text| AccountId::parse(&text).unwrap())
}

/// Any id.
pub fn uuid() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

/// Any day.
pub fn day() -> impl Strategy<Value = NaiveDate> {
    (0..60_000_i32).prop_map(|days| NaiveDate::from_num_days_from_ce_opt(700_000 + days).unwrap())
}

/// A minute of a story, or any time to the nanosecond, as a token's or a caller's may be.
pub fn time() -> impl Strategy<Value = DateTime<Utc>> {
    let any = (0..4_000_000_000_i64, 0..1_000_000_000_u32)
        .prop_map(|(seconds, nanos)| DateTime::from_timestamp(seconds, nanos).unwrap());
    prop_oneof![(0..40_i64).prop_map(at), any]
}
