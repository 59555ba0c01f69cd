//! Stored events: what was ever written can be read for ever.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test")]

mod samples;

use std::path::PathBuf;

use proptest::prelude::*;
use serde_json::Value;
use tally_domain::{Actor, AnyEvent, CommandId, Context, EventId, Position, StreamName, Via};
use tally_event_log::codec::Codec;
use tally_event_log::{ContextText, StoredBytes, StoredEvent};
use tally_house_tests::golden::{House, assert_survives_storage};
use tally_operator::domain::FAMILIES;
use uuid::Uuid;

/// The event that was stored with the given name, schema and payload.
fn decode(event_type: &str, schema: u16, payload: Value) -> AnyEvent {
    let command = CommandId(Uuid::from_u128(7));
    let stored = StoredEvent {
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
    };
    Codec::new(&[FAMILIES]).decode(stored).unwrap().event
}

fn house() -> House {
    House {
        families: FAMILIES,
        examples: samples::examples(),
        golden: PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden"),
        decode,
    }
}

#[test]
fn there_is_an_example_of_every_event() {
    house().assert_every_event_has_an_example();
}

#[test]
fn every_event_is_written_as_its_golden_file_says() {
    house().assert_examples_are_written_as_golden();
}

#[test]
fn every_golden_file_of_any_version_is_read_as_the_event_it_was() {
    house().assert_golden_files_are_read_as_examples();
}

proptest! {
    #[test]
    fn every_event_is_read_as_it_was_written(event in samples::any_event()) {
        assert_survives_storage(&event, decode);
    }
}
