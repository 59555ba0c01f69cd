//! Samples of the operator's events: of each aggregate one example of every event, with every field
//! filled, and random ones. The golden files hold the examples, so an example is never changed.

mod alarm;
mod health;
mod incident;
mod keys;
mod log;
mod notice;
mod release;

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use tally_domain::{AnyEvent, TenantId};
use tally_house_tests::values::uuid;
use uuid::Uuid;

/// One example of every event.
pub fn examples() -> Vec<AnyEvent> {
    let aggregates = [
        health::examples(),
        alarm::examples(),
        release::examples(),
        incident::examples(),
        keys::examples(),
        log::examples(),
        notice::examples(),
    ];
    aggregates.concat()
}

/// Any event of the operator's house.
pub fn any_event() -> impl Strategy<Value = AnyEvent> {
    prop_oneof![
        health::any_event().prop_map(AnyEvent::from),
        alarm::any_event().prop_map(AnyEvent::from),
        release::any_event().prop_map(AnyEvent::from),
        incident::any_event().prop_map(AnyEvent::from),
        keys::any_event().prop_map(AnyEvent::from),
        log::any_event().prop_map(AnyEvent::from),
        notice::any_event().prop_map(AnyEvent::from),
    ]
}

fn at(time: &str) -> DateTime<Utc> {
    time.parse().unwrap()
}

fn site(n: u128) -> TenantId {
    TenantId(Uuid::from_u128(0x0195_0000_0000_7000_8000_0000_0000_0100 + n))
}

fn tenant() -> impl Strategy<Value = TenantId> {
    uuid().prop_map(TenantId)
}
