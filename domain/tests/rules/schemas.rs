//! Schemas: which attributes a register has.

use proptest::prelude::*;
use tally_domain::asset::{AssetRefusal, AttributeId, AttributeKey, extend_schema};
use tally_domain::schema::{BUILT_IN, MAX_FREE_ATTRIBUTES, Schema};
use tally_domain::{Recorded, RegisterId};
use uuid::Uuid;

use crate::asset_samples::{edit, key, no_asset, register, registered, values};
use crate::story::{REGISTER, at, given, recorded};

fn added(schema: &Schema, keys: &[AttributeKey]) -> Schema {
    let events: Vec<Recorded<_>> = (0..)
        .zip(schema.add(keys))
        .map(|(revision, event)| recorded(event, revision, at(0)))
        .collect();
    Schema::fold(REGISTER, &events)
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
    let keys: Vec<AttributeKey> = (0..=MAX_FREE_ATTRIBUTES).map(|n| key(&format!("k{n}"))).collect();
    let schema = Schema::new(REGISTER);
    let full = extend_schema(&schema, &keys[1..]).unwrap();
    assert_eq!(extend_schema(&schema, &keys), Err(AssetRefusal::SchemaFull));
    assert_eq!(extend_schema(&full, &keys[..1]), Err(AssetRefusal::SchemaFull));
    assert_eq!(extend_schema(&full, &[key("k1"), key("name")]), Ok(full.clone()));
    let cause = AssetRefusal::SchemaFull.to_string();
    assert!(cause.contains(&MAX_FREE_ATTRIBUTES.to_string()), "{cause}");
}

proptest! {
    #[test]
    fn two_nodes_that_add_a_name_at_once_add_the_same_attribute(name in "[a-z0-9_]{1,20}", register: u128) {
        let register = RegisterId(Uuid::from_u128(register));
        let (one, other) = (Schema::new(register), Schema::new(register));
        prop_assert_eq!(one.add(&[key(&name)]), other.add(&[key(&name)]));
        let elsewhere = AttributeId::of_first_name(RegisterId(Uuid::nil()), &name);
        prop_assume!(register.0 != Uuid::nil());
        prop_assert_ne!(AttributeId::of_first_name(register, &name), elsewhere);
    }
}
