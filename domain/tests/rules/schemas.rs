//! Schemas: which attributes a register has.

use proptest::prelude::*;
use tally_domain::asset::{AttributeId, AttributeKey};
use tally_domain::schema::{BUILT_IN, Schema};
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
