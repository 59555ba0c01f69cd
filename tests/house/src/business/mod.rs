//! Samples of the business's events: of each aggregate one example of every event, with every field
//! filled, and random ones. The golden files hold the examples, so an example is never changed.

pub mod asset;
mod claim;
mod import;
mod person;
mod register;
mod schema;
pub mod tenant;

use proptest::prelude::*;
use tally_domain::AnyEvent;

/// One example of every event.
pub fn examples() -> Vec<AnyEvent> {
    let aggregates = [
        tenant::examples(),
        asset::examples(),
        claim::examples(),
        import::examples(),
        person::examples(),
        register::examples(),
        schema::examples(),
    ];
    aggregates.concat()
}

/// Any event.
pub fn any_event() -> impl Strategy<Value = AnyEvent> {
    prop_oneof![
        tenant::any_event().prop_map(AnyEvent::from),
        tenant::any_refused_callback().prop_map(AnyEvent::from),
        asset::any_event().prop_map(AnyEvent::from),
        claim::any_event().prop_map(AnyEvent::from),
        import::any_event().prop_map(AnyEvent::from),
        person::any_event().prop_map(AnyEvent::from),
        register::any_event().prop_map(AnyEvent::from),
        schema::any_event().prop_map(AnyEvent::from),
    ]
}
