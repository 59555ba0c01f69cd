//! Stored events: what was ever written can be read for ever.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test")]

mod golden;
mod round_trip;

use serde_json::Value;
use tally_domain::{Actor, AnyEvent, CommandId, Context, EventId, FAMILIES, Position, StreamName, Via};
use tally_event_log::codec::Codec;
use tally_event_log::{ContextText, StoredBytes, StoredEvent};
use uuid::Uuid;

/// A codec of the business's events.
fn codec() -> Codec {
    Codec::new(&[FAMILIES])
}

/// The event that was stored with the given name, schema and payload.
fn decode(event_type: &str, schema: u16, payload: Value) -> AnyEvent {
    codec().decode(stored(event_type, schema, payload)).unwrap().event
}

/// A stored event with the given name, schema and payload, and an envelope of no interest.
fn stored(event_type: &str, schema: u16, payload: Value) -> StoredEvent {
    let command = CommandId(Uuid::from_u128(7));
    StoredEvent {
        id: EventId(Uuid::from_u128(8)),
        stream: StreamName::from_log("some.stream".to_owned()),
        revision: 3,
        position: Position::single(9),
        event_type: event_type.to_owned(),
        schema,
        recorded_at: "2026-03-04T05:06:07.890123Z".parse().unwrap(),
        context: Context::new(None, Actor::without_person(Via::App), command),
        context_text: ContextText::default(),
        bytes: StoredBytes::new(payload.to_string().into_bytes()),
        payload: Ok(payload),
        digest: [0; 32],
    }
}
