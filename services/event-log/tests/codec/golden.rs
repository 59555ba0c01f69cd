//! The golden files: `<type>@<schema>.json` holds a payload as that schema version was written.
//!
//! To add the file of a new event or schema version, run these tests with `TALLY_BLESS=1`; a file that is there is never written over.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use tally_domain::Event;
use tally_event_log::codec;

use super::{examples, stored};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden")
}

#[test]
fn there_is_an_example_of_every_event() {
    let shown: BTreeSet<_> = examples::all()
        .iter()
        .map(|e| codec::type_name(e).into_owned())
        .collect();
    let known: BTreeSet<_> = codec::kinds().map(|kind| kind.event_type.to_owned()).collect();
    assert_eq!(shown, known);
}

#[test]
fn every_event_is_written_as_its_golden_file_says() {
    for event in examples::all() {
        let encoded = codec::encode(&event).unwrap();
        let path = folder().join(format!("{}@{}.json", encoded.event_type, encoded.schema));
        if !path.exists() && std::env::var_os("TALLY_BLESS").is_some() {
            let text = serde_json::to_string_pretty(&encoded.payload).unwrap();
            fs::write(&path, text + "\n").unwrap();
        }
        let golden = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let golden: Value = serde_json::from_str(&golden).unwrap();
        assert_eq!(encoded.payload, golden, "{}", path.display());
    }
}

#[test]
fn every_golden_file_of_any_version_is_read_as_the_event_it_was() {
    let examples = examples::all();
    let mut read = 0;
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let (event_type, schema) = name.split_once('@').unwrap();
        let payload = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let event = codec::decode(stored(event_type, schema.parse().unwrap(), payload))
            .unwrap()
            .event;
        assert!(!matches!(event, Event::Unknown { .. }), "{name} is not known");
        assert!(examples.contains(&event), "{name} is read as {event:?}");
        read += 1;
    }
    assert!(read >= examples.len(), "{read} golden files");
}
