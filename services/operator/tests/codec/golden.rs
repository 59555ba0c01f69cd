//! The golden files: `<type>@<schema>.json` holds a payload as that schema version was written.
//!
//! To add the file of a new event or schema version, run these tests with `TALLY_BLESS=1`; a file
//! that is there is never written over.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use tally_domain::AnyEvent;
use tally_operator::domain::FAMILIES;

use super::{codec, examples, stored};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden")
}

#[test]
fn there_is_an_example_of_every_event() {
    let examples = examples::all();
    let shown: BTreeSet<_> = examples.iter().map(AnyEvent::event_type).collect();
    let known: Vec<_> = FAMILIES.iter().flat_map(|family| family.kinds).collect();
    let names: BTreeSet<_> = known.iter().map(|kind| kind.event_type).collect();
    assert_eq!(shown, names);
    assert_eq!(names.len(), known.len(), "a stored name belongs to one event");
}

#[test]
fn every_event_is_written_as_its_golden_file_says() {
    for event in examples::all() {
        let payload = event.to_payload().unwrap();
        let path = folder().join(format!("{}@{}.json", event.event_type(), event.schema()));
        if !path.exists() && std::env::var_os("TALLY_BLESS").is_some() {
            let text = serde_json::to_string_pretty(&payload).unwrap();
            fs::write(&path, text + "\n").unwrap();
        }
        let golden = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let golden: Value = serde_json::from_str(&golden).unwrap();
        assert_eq!(payload, golden, "{}", path.display());
    }
}

#[test]
fn every_golden_file_of_any_version_is_read_as_the_event_it_was() {
    let examples = examples::all();
    let (codec, mut read) = (codec(), 0);
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let (event_type, schema) = name.split_once('@').unwrap();
        let payload = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let event = codec
            .decode(stored(event_type, schema.parse().unwrap(), payload))
            .unwrap()
            .event;
        assert!(!event.is_unknown(), "{name} is not known");
        assert!(examples.contains(&event), "{name} is read as {event:?}");
        read += 1;
    }
    assert!(read >= examples.len(), "{read} golden files");
}
