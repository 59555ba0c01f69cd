//! Random values: of any form, and so few at times that they meet.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use proptest::collection::btree_map;
use proptest::prelude::*;
use tally_domain::PersonId;
use tally_domain::refusal::Parameter;
use tally_domain::value::FreeText;
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

/// Any text in a person's own words, or none.
pub fn maybe_free_text() -> impl Strategy<Value = Option<FreeText>> {
    maybe_text().prop_map(|text| text.map(FreeText::new))
}

/// Parameters of a code.
pub fn parameters() -> impl Strategy<Value = BTreeMap<String, Parameter>> {
    let value = prop_oneof![
        any::<i64>().prop_map(Parameter::Number),
        text().prop_map(Parameter::Text)
    ];
    btree_map(text(), value, 0..3)
}

/// A person: one of three, or any.
pub fn person() -> impl Strategy<Value = PersonId> {
    prop_oneof![(1..4_u128).prop_map(Uuid::from_u128), uuid()].prop_map(PersonId)
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
