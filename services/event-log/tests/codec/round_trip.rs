//! Every event survives its stored form.

use proptest::prelude::*;
use serde_json::{Value, json};
use tally_domain::asset::AssetEvent;
use tally_domain::claim::ClaimEvent;
use tally_domain::{Event, StreamName};
use tally_event_log::codec::{self, DecodeError};

use super::{stored, strategies};

proptest! {
    #[test]
    fn every_event_is_read_as_it_was_written(event in strategies::event()) {
        let encoded = codec::encode(&event).unwrap();
        prop_assert_eq!(&encoded.event_type, &codec::type_name(&event));
        let payload: Value = serde_json::from_str(&encoded.payload.to_string()).unwrap();
        prop_assert!(payload.is_object());
        let read = codec::decode(stored(&encoded.event_type, encoded.schema, payload)).unwrap();
        prop_assert_eq!(read.event, event);
    }
}

#[test]
fn the_envelope_passes_through() {
    let stored = stored("asset.retired", 1, json!({}));
    let read = codec::decode(stored.clone()).unwrap();
    assert_eq!(read.event, Event::Asset(AssetEvent::Retired {}));
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
        let read = codec::decode(stored(event_type, schema, payload.clone())).unwrap();
        let encoded = codec::encode(&read.event).unwrap();
        assert!(matches!(read.event, Event::Unknown { .. }));
        assert_eq!(
            (encoded.event_type.as_ref(), encoded.schema, encoded.payload),
            (event_type, schema, payload)
        );
    }
}

#[test]
fn a_field_that_a_newer_version_added_is_no_obstacle() {
    let payload = json!({ "from": "712020:ada", "condition": "good" });
    let read = codec::decode(stored("asset.checked_in", 1, payload)).unwrap();
    assert!(matches!(read.event, Event::Asset(AssetEvent::CheckedIn { .. })));
}

#[test]
fn a_payload_that_is_not_what_its_type_says_is_an_error_that_names_the_place() {
    let error = codec::decode(stored("asset.checked_out", 1, json!({ "to": 7 }))).unwrap_err();
    assert!(matches!(error, DecodeError::Payload { .. }));
    let told = error.to_string();
    assert!(
        told.contains("asset.checked_out@1") && told.contains("position 9"),
        "{told}"
    );
}

#[test]
fn an_event_of_another_family_is_an_error_where_one_family_belongs() {
    let asset = || codec::decode(stored("asset.retired", 1, json!({}))).unwrap();
    assert!(codec::narrow::<AssetEvent>(asset()).is_ok());
    let error = codec::narrow::<ClaimEvent>(asset()).unwrap_err();
    assert!(matches!(error, DecodeError::Unexpected { .. }), "{error}");
    let unknown = codec::decode(stored("asset.teleported", 1, json!({}))).unwrap();
    assert!(codec::narrow::<AssetEvent>(unknown).is_err());
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
