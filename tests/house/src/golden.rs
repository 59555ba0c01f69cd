//! The stored form of a house's events.
//!
//! A golden file, `<type>@<schema>.json`, holds a payload as that schema version was written. To add
//! the file of a new event or schema version, run the tests with `TALLY_BLESS=1`; a file that is
//! there is never written over.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tally_domain::AnyEvent;
use tally_domain::event::FamilyEntry;

/// Reads a stored event by its name, schema version and payload, with the house's codec.
pub type Decode = fn(&str, u16, Value) -> AnyEvent;

/// A house's events as they are stored.
pub struct House {
    /// Its families.
    pub families: &'static [FamilyEntry],
    /// One example of each event, with every field filled. The golden files hold exactly these, so
    /// they are never changed.
    pub examples: Vec<AnyEvent>,
    /// The folder of the golden files.
    pub golden: PathBuf,
    /// Its codec.
    pub decode: Decode,
}

impl House {
    /// There is an example of every event, and a stored name belongs to one event.
    ///
    /// # Panics
    /// If not.
    pub fn assert_every_event_has_an_example(&self) {
        let shown: BTreeSet<_> = self.examples.iter().map(AnyEvent::event_type).collect();
        let known: Vec<_> = self.families.iter().flat_map(|family| family.kinds).collect();
        let names: BTreeSet<_> = known.iter().map(|kind| kind.event_type).collect();
        assert_eq!(shown, names);
        assert_eq!(names.len(), known.len(), "a stored name belongs to one event");
    }

    /// Every example is written as its golden file says.
    ///
    /// # Panics
    /// If one is not, or has no golden file.
    pub fn assert_examples_are_written_as_golden(&self) {
        for event in &self.examples {
            let payload = event.to_payload().unwrap();
            let name = format!("{}@{}.json", event.event_type(), event.schema());
            let path = self.golden.join(name);
            if !path.exists() && std::env::var_os("TALLY_BLESS").is_some() {
                let text = serde_json::to_string_pretty(&payload).unwrap();
                fs::write(&path, text + "\n").unwrap();
            }
            assert_eq!(payload, read_json(&path), "{}", path.display());
        }
    }

    /// Every golden file, of any schema version, is read as the example it was written from.
    ///
    /// # Panics
    /// If one is not.
    pub fn assert_golden_files_are_read_as_examples(&self) {
        let mut read = 0;
        for entry in fs::read_dir(&self.golden).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            let (event_type, schema) = name.split_once('@').unwrap();
            let event = (self.decode)(event_type, schema.parse().unwrap(), read_json(&path));
            assert!(!event.is_unknown(), "{name} is not known");
            assert!(self.examples.contains(&event), "{name} is read as {event:?}");
            read += 1;
        }
        assert!(read >= self.examples.len(), "{read} golden files");
    }
}

/// `event` is read from its stored text as it was written.
///
/// # Panics
/// If not.
pub fn assert_survives_storage(event: &AnyEvent, decode: Decode) {
    let text = event.to_payload().unwrap().to_string();
    let payload: Value = serde_json::from_str(&text).unwrap();
    assert!(payload.is_object(), "{text}");
    assert_eq!(decode(event.event_type(), event.schema(), payload), *event);
}

fn read_json(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap()
}
