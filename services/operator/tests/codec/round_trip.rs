//! Every event survives its stored form.

use proptest::prelude::*;
use serde_json::Value;

use super::{codec, stored, strategies};

proptest! {
    #[test]
    fn every_event_is_read_as_it_was_written(event in strategies::event()) {
        let text = event.to_payload().unwrap().to_string();
        let payload: Value = serde_json::from_str(&text).unwrap();
        prop_assert!(payload.is_object());
        let read = codec().decode(stored(event.event_type(), event.schema(), payload)).unwrap();
        prop_assert_eq!(read.event, event);
    }
}
