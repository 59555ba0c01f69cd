//! What the tests of the engines share.

#![allow(dead_code, reason = "each test uses a part of it")]

#[path = "../../../../tests/src/postgres.rs"]
pub mod postgres;
pub mod seals;

use serde_json::json;
use tally_domain::{Actor, CommandId, Context, EventId, StreamName, Via};
use tally_event_log::NewEvent;
use uuid::Uuid;

pub fn stream(name: &str) -> StreamName {
    StreamName::from_log(name.to_owned())
}

/// An event with id `n`.
pub fn event(n: u128) -> NewEvent {
    typed(n, "test.noted")
}

/// An event with id `n`, of some type.
pub fn typed(n: u128, event_type: &str) -> NewEvent {
    let command = CommandId(Uuid::from_u128(n));
    NewEvent {
        id: EventId(Uuid::from_u128(n)),
        event_type: event_type.to_owned(),
        schema: 1,
        context: Context::new(None, Actor::without_person(Via::Operator), command),
        payload: json!({ "n": n.to_string() }),
        sealed: false,
    }
}
