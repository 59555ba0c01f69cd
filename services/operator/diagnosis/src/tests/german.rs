//! The German texts of the catalogue, which are in `services/messages`.

use tally_messages::{Language, Part, Table, Texts};

use crate::catalogue::{ALL, Applies};

#[test]
fn every_entry_that_can_be_found_has_its_texts_in_german() {
    let german = Texts::of(Language::German);
    for entry in ALL {
        let Applies::Here { admin, .. } = &entry.applies else {
            continue;
        };
        let mut parts = vec![Part::Symptom, Part::Cause, Part::OperatorRemedy];
        parts.extend(admin.map(|_| Part::Remedy));
        for part in parts {
            let found = german.by_code(Table::Finding, entry.id, part);
            assert!(found.is_some(), "{} {part:?}", entry.id);
        }
    }
}
