//! Schemas: which attributes a register has.

use proptest::collection;
use proptest::prelude::*;
use tally_domain::asset::{AssetRefusal, AttributeId, AttributeName, extend_schema};
use tally_domain::schema::{Attribute, BUILT_IN, MAX_FREE_ATTRIBUTES, Schema};
use tally_domain::{Recorded, RegisterId};
use uuid::Uuid;

use crate::asset_samples::{edit, key, no_asset, register, registered, values};
use crate::story::{REGISTER, at, given, recorded};

fn added(schema: &Schema, keys: &[AttributeName]) -> Schema {
    let events: Vec<Recorded<_>> = (0..)
        .zip(schema.add(keys))
        .map(|(revision, event)| recorded(event, revision, at(0)))
        .collect();
    events
        .iter()
        .fold(schema.clone(), |schema, event| schema.evolve(event))
}

#[test]
fn a_new_register_has_the_built_in_attributes_in_order_and_no_other() {
    let schema = Schema::new(REGISTER);
    let keys: Vec<&str> = BUILT_IN.iter().map(|attribute| attribute.key).collect();
    let known: Vec<String> = schema.attributes().map(|a| a.key().to_owned()).collect();
    assert_eq!(known, keys);
    assert_eq!(schema.revision(), None);
}

#[test]
fn a_new_name_adds_an_attribute_once() {
    let schema = Schema::new(REGISTER);
    let keys = [key("rack_u"), key("name")];
    let with_rack = added(&schema, &keys);
    assert_eq!(with_rack.revision(), Some(0));
    let rack = with_rack.find(&key("rack_u")).unwrap();
    assert_eq!((rack.key(), rack.is_required()), ("rack_u", false));
    assert_eq!(with_rack.key_of(rack.id()), Some("rack_u"));
    assert_eq!(with_rack.add(&keys), []);
}

#[test]
fn a_command_that_sets_an_attribute_that_the_schema_lacks_is_refused() {
    let schema = Schema::new(REGISTER);
    let command = register(values([("name", "Laptop"), ("rack_u", "7")]));
    let decision = tally_domain::asset::decide(&no_asset().state(), &command, &schema, at(0));
    assert!(decision.is_err());
    given([registered()])
        .when(edit([("rack_u", "7")]))
        .decided()
        .0
        .unwrap();
}

#[test]
fn a_register_has_its_most_attributes_and_then_only_those_it_has() {
    let keys: Vec<AttributeName> = (0..=MAX_FREE_ATTRIBUTES).map(|n| key(&format!("k{n}"))).collect();
    let schema = Schema::new(REGISTER);
    let full = extend_schema(&schema, &keys[1..]).unwrap();
    assert_eq!(extend_schema(&schema, &keys), Err(AssetRefusal::SchemaFull));
    assert_eq!(extend_schema(&full, &keys[..1]), Err(AssetRefusal::SchemaFull));
    assert_eq!(extend_schema(&full, &[key("k1"), key("name")]), Ok(full.clone()));
    let cause = AssetRefusal::SchemaFull.to_string();
    assert!(cause.contains(&MAX_FREE_ATTRIBUTES.to_string()), "{cause}");
}

/// The key and the name of each free attribute.
fn free(schema: &Schema) -> Vec<(String, String)> {
    let free = schema.attributes().skip(BUILT_IN.len());
    let free = free.filter_map(|attribute| match attribute {
        Attribute::Free { key, name, .. } => Some((key.to_string(), name.to_string())),
        Attribute::BuiltIn(_) => None,
    });
    free.collect()
}

fn pair(key: &str, name: &str) -> (String, String) {
    (key.to_owned(), name.to_owned())
}

#[test]
fn an_attribute_keeps_its_first_name_as_written_and_is_found_by_key_and_name() {
    let schema = added(&Schema::new(REGISTER), &[key("Serial  No")]);
    assert_eq!(free(&schema), [pair("serial_no", "Serial  No")]);
    let id = AttributeId::of_first_name(REGISTER, &key("serial_no"));
    for name in ["Serial No", "serial_no", "SERIAL_NO", "serial no"] {
        assert_eq!(schema.find(&key(name)).unwrap().id(), id, "{name}");
        assert_eq!(schema.add(&[key(name)]), [], "{name}");
    }
    let first_by_key = added(&Schema::new(REGISTER), &[key("serial_no")]);
    assert_eq!(first_by_key.find(&key("Serial No")).unwrap().id(), id);
}

#[test]
fn names_of_which_one_key_would_be_made_are_attributes_with_keys_of_their_own() {
    let first = added(&Schema::new(REGISTER), &[key("Rack (U)"), key("???")]);
    let both = first.with(&[key("Rack/U"), key("%"), key("Type?")]);
    let expected = [
        pair("attribute", "???"),
        pair("attribute_2", "%"),
        pair("rack_u", "Rack (U)"),
        pair("rack_u_2", "Rack/U"),
        pair("type_2", "Type?"),
    ];
    assert_eq!(free(&both), expected);
}

#[test]
fn no_letter_of_a_name_is_lost_in_its_key_whichever_its_script() {
    let names = ["Größe", "Grüße", "型号", "颜色", "Цена", "Μέγεθος", "खर्च", "ราคา"];
    let schema = Schema::new(REGISTER).with(&names.map(key));
    let expected = [
        pair("grösse", "Größe"),
        pair("grüsse", "Grüße"),
        pair("μέγεθοσ", "Μέγεθος"),
        pair("цена", "Цена"),
        pair("खर्च", "खर्च"),
        pair("ราคา", "ราคา"),
        pair("型号", "型号"),
        pair("颜色", "颜色"),
    ];
    assert_eq!(free(&schema), expected);
    for (found, name) in [
        ("ГРЮН", None),
        ("ЦЕНА", Some("цена")),
        ("gro\u{308}sse", Some("grösse")),
    ] {
        let found = schema
            .find(&key(found))
            .map(|attribute| attribute.key().to_owned());
        assert_eq!(found.as_deref(), name);
    }
}

#[test]
fn a_caller_who_writes_a_key_gets_the_attribute_that_has_it() {
    let rack = Schema::new(REGISTER).with(&[key("Rack (U)")]);
    assert_eq!(rack.add(&[key("rack_u")]), []);
    let together = Schema::new(REGISTER).with(&[key("Rack (U)"), key("rack_u")]);
    assert_eq!(
        free(&together),
        [pair("rack_u", "rack_u"), pair("rack_u_2", "Rack (U)")]
    );
}

#[test]
fn the_names_of_built_in_attributes_add_nothing() {
    let schema = Schema::new(REGISTER);
    assert_eq!(
        schema.add(&[key("Seriennummer"), key("Serial number"), key("PRICE")]),
        []
    );
    assert_eq!(schema.find(&key("seriennummer")).unwrap().key(), "serial");
}

proptest! {
    #[test]
    fn two_nodes_that_add_a_name_at_once_add_the_same_attribute(name in "[a-z0-9 ]{0,20}[a-z]", register: u128) {
        let (register, name) = (RegisterId(Uuid::from_u128(register)), key(&name));
        let (one, other) = (Schema::new(register), Schema::new(register));
        prop_assert_eq!(one.add([&name]), other.add([&name]));
        let elsewhere = AttributeId::of_first_name(RegisterId(Uuid::nil()), &name);
        prop_assume!(register.0 != Uuid::nil());
        prop_assert_ne!(AttributeId::of_first_name(register, &name), elsewhere);
    }

    #[test]
    fn what_a_name_finds_it_finds_for_good_and_no_two_attributes_share_a_key(
        steps in collection::vec(collection::vec("[aA2_ ü(]{0,5}[ab]", 1..4), 1..8),
    ) {
        let mut schema = Schema::new(REGISTER);
        let mut found: Vec<(AttributeName, AttributeId)> = Vec::new();
        for step in steps {
            let names: Vec<AttributeName> = step.iter().map(|text| key(text)).collect();
            schema = added(&schema, &names);
            found.extend(names.into_iter().map(|name| (name.clone(), schema.id_of(&name))));
            for (name, id) in &found {
                prop_assert_eq!(schema.find(name).map(|attribute| attribute.id()), Some(*id));
            }
        }
        for attribute in schema.attributes() {
            let by_key = schema.find(&key(attribute.key())).map(|found| found.id());
            prop_assert_eq!(by_key, Some(attribute.id()));
        }
    }
}
