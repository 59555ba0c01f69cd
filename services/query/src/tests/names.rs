//! What the fields of a register can be called.

use tally_domain::asset::well_known;
use tally_domain::schema::{BUILT_IN, TAG_NAMES, common_names};
use tally_domain::value::AttributeId;

use super::{marked, offered, schema_with};
use crate::field::{Field, TextField};
use crate::{AssetQuery, SyntaxRefusal};

fn find(name: &str) -> Option<Field> {
    Field::find(name, &schema_with(&[]))
}

#[test]
fn whatever_an_import_understands_is_the_same_field_in_a_query() {
    for attribute in &BUILT_IN {
        for name in [attribute.key, attribute.en, attribute.de] {
            let found = find(name).unwrap_or_else(|| panic!("{name}"));
            assert_eq!(found, find(attribute.key).unwrap(), "{name}");
        }
    }
    for name in TAG_NAMES {
        assert_eq!(find(name), Some(Field::Text(TextField::Tag)), "{name}");
    }
    for (name, _) in common_names() {
        assert!(find(name).is_some(), "{name}");
    }
}

#[test]
fn names_of_files_and_pages_find_what_they_name() {
    let attribute = |key| {
        let id = BUILT_IN.iter().find(|attribute| attribute.key == key).unwrap().id;
        Field::Text(TextField::Attribute(id))
    };
    for (name, field) in [
        ("Serial Number", attribute(well_known::SERIAL)),
        ("serial_number", attribute(well_known::SERIAL)),
        ("Seriennummer", attribute(well_known::SERIAL)),
        ("Purchase Cost", Field::Text(TextField::Price)),
        ("Category", Field::Text(TextField::Type)),
        ("Item Name", Field::Text(TextField::Name)),
        ("Asset Tag", Field::Text(TextField::Tag)),
        ("Due back", Field::Due),
        ("Rückgabe bis", Field::Due),
        ("Inhaber", Field::Holder),
        ("Updated at", Field::Updated),
    ] {
        assert_eq!(find(name), Some(field), "{name}");
    }
}

#[test]
fn an_attribute_of_the_register_comes_before_what_others_call_a_field() {
    let schema = schema_with(&["Category", "Due back", "色"]);
    for name in ["category", "Due Back", "色"] {
        let found = Field::find(name, &schema);
        assert!(
            matches!(found, Some(Field::Text(TextField::Attribute(_)))),
            "{name}: {found:?}"
        );
    }
    let own = Field::find("name", &schema);
    assert_eq!(own, Some(Field::Text(TextField::Name)));
    assert_ne!(Field::find("Category", &schema), find("Category"));
    assert_eq!(find("色"), None);
    let key = Some(Field::Text(TextField::Attribute(AttributeId::TAG)));
    assert_ne!(find("key"), key, "the tag is a field of its own");
}

#[test]
fn an_unknown_field_is_an_error_at_its_place_with_a_suggestion() {
    for (text, expected) in [
        ("seriall = x", "[seriall] = x"),
        (
            "type = x AND \"Serail Number\" is EMPTY",
            "type = x AND [\"Serail Number\"] is EMPTY",
        ),
        ("NOT (nonsense != 1)", "NOT ([nonsense] != 1)"),
    ] {
        assert_eq!(marked(text), expected);
    }
    for (name, suggestion) in [
        ("seriall", "serial"),
        ("\"Serail Number\"", "\"serial number\""),
        ("locaton", "location"),
        ("hodler", "holder"),
        ("\"Rack U\"", "rack_u"),
        ("rakc_u", "rack_u"),
        ("ordre", "\"order\""),
    ] {
        let offered = offered(&format!("{name} = x"));
        assert_eq!(offered[0].to_lowercase(), suggestion, "{name}");
    }
    let wrong = AssetQuery::parse("wholly_other = x", &schema_with(&[])).unwrap_err();
    let field = "wholly_other".to_owned();
    assert_eq!(wrong.refusal, SyntaxRefusal::FieldUnknown { field });
}

#[test]
fn every_suggestion_is_a_field_of_the_register() {
    let schema = schema_with(&["Rack (U)", "order", "He said \"no\""]);
    for name in [
        "seriall",
        "pric",
        "due_bak",
        "ordr",
        "rak",
        "hesaidnoo",
        "x",
        "anyattribut",
    ] {
        let Err(wrong) = AssetQuery::parse(&format!("\"{name}\" = x"), &schema) else {
            panic!("{name}");
        };
        if let SyntaxRefusal::FieldMisspelt { suggestion, .. } = wrong.refusal {
            let written = format!("{suggestion} is EMPTY");
            let found = AssetQuery::parse(&written, &schema);
            let is_field = !matches!(
                found.map_err(|wrong| wrong.refusal),
                Err(SyntaxRefusal::FieldUnknown { .. } | SyntaxRefusal::FieldMisspelt { .. })
            );
            assert!(is_field, "{name}: {suggestion}");
        }
    }
}
