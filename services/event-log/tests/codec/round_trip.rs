//! Every event survives its stored form.

use proptest::prelude::*;
use serde_json::json;
use tally_domain::asset::AssetEvent;
use tally_domain::claim::ClaimEvent;
use tally_domain::register::RegisterEvent;
use tally_domain::{AnyEvent, Context, EventId, StreamName};
use tally_event_log::StoredEvent;
use tally_event_log::codec::{self, DecodeError};
use tally_house_tests::business;
use tally_house_tests::golden::assert_survives_storage;
use uuid::Uuid;

use super::{codec, decode, stored};

proptest! {
    #[test]
    fn the_event_that_another_takes_back_is_kept_by_its_id(event: Option<u128>) {
        let reverts = event.map(|id| EventId(Uuid::from_u128(id)));
        let stored = stored("asset.retired", 1, json!({}));
        let context = Context { reverts, ..stored.context };
        let written = serde_json::to_value(&context).unwrap();
        let expected = reverts.map(|id| json!(id.to_string()));
        prop_assert_eq!(written.get("reverts"), expected.as_ref());
        let read: Context = serde_json::from_value(written).unwrap();
        let recorded = codec().decode(StoredEvent { context: read, ..stored }).unwrap();
        prop_assert_eq!(recorded.context, context);
    }

    #[test]
    fn every_event_is_read_as_it_was_written(event in business::any_event()) {
        assert_survives_storage(&event, decode);
    }
}

#[test]
fn the_envelope_passes_through() {
    let stored = stored("asset.retired", 1, json!({}));
    let read = codec().decode(stored.clone()).unwrap();
    assert_eq!(read.event, AssetEvent::Retired {}.into());
    assert_eq!((read.id, &read.stream), (stored.id, &stored.stream));
    assert_eq!((read.revision, read.position), (stored.revision, stored.position));
    assert_eq!(
        (read.recorded_at, read.context),
        (stored.recorded_at, stored.context)
    );
}

#[test]
fn an_event_of_a_newer_version_is_kept_as_it_is() {
    for (event_type, schema) in [("asset.teleported", 1), ("asset.checked_out", 2)] {
        let payload = json!({ "to": { "place": "the moon" } });
        let read = codec()
            .decode(stored(event_type, schema, payload.clone()))
            .unwrap();
        let unknown = AnyEvent::Unknown {
            event_type: event_type.to_owned(),
            schema,
            payload,
        };
        assert_eq!(read.event, unknown);
    }
}

#[test]
fn a_field_that_a_newer_version_added_is_no_obstacle() {
    let payload = json!({ "from": "4c1f8a2e-7b3d-4e59-9a60-000000000ada", "condition": "good" });
    let read = codec().decode(stored("asset.checked_in", 1, payload)).unwrap();
    let event: Option<&AssetEvent> = read.event.of();
    assert!(matches!(event, Some(AssetEvent::CheckedIn { .. })));
}

#[test]
fn a_payload_that_is_not_what_its_type_says_is_an_error_that_names_the_place() {
    let error = codec()
        .decode(stored("asset.checked_out", 1, json!({ "to": 7 })))
        .unwrap_err();
    assert!(matches!(error, DecodeError::Payload { .. }));
    let text = error.to_string();
    assert!(
        text.contains("asset.checked_out@1") && text.contains("position 9"),
        "{text}"
    );
}

#[test]
fn an_event_of_another_family_or_a_newer_version_is_an_error_where_one_family_belongs() {
    let retired = || stored("asset.retired", 1, json!({}));
    assert!(codec::decode_as::<AssetEvent>(retired()).is_ok());
    let error = codec::decode_as::<ClaimEvent>(retired()).unwrap_err();
    assert!(matches!(error, DecodeError::Unexpected { .. }), "{error}");
    for newer in [
        stored("asset.teleported", 1, json!({})),
        stored("asset.retired", 2, json!({})),
    ] {
        let error = codec::decode_as::<AssetEvent>(newer).unwrap_err();
        assert!(matches!(error, DecodeError::Unexpected { .. }), "{error}");
    }
}

#[test]
fn an_event_is_seen_as_its_own_family_only() {
    let event = AnyEvent::from(AssetEvent::Retired {});
    assert!(event.is::<AssetEvent>() && !event.is::<ClaimEvent>());
    assert_eq!(event.of::<AssetEvent>(), Some(&AssetEvent::Retired {}));
    assert_ne!(event, AnyEvent::from(AssetEvent::Restored {}));
    assert_ne!(
        event,
        AnyEvent::from(RegisterEvent::NumbersReserved { first: 1, last: 2 })
    );
}

#[test]
fn the_same_command_gives_its_events_the_same_ids_and_each_another() {
    let context = stored("x", 1, json!({})).context;
    let stream = StreamName::from_log("s".to_owned());
    let events = [AssetEvent::Retired {}, AssetEvent::Restored {}];
    let ids = || {
        let new = codec::new_events(&stream, &context, &events).unwrap();
        new.iter().map(|e| e.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(), ids());
    assert_ne!(ids()[0], ids()[1]);
}
