//! Schemas.

use proptest::prelude::*;
use tally_domain::asset::{AttributeId, AttributeKey};
use tally_domain::schema::SchemaEvent;
use tally_domain::{AnyEvent, RegisterId};
use uuid::Uuid;

use crate::values::{text, uuid};

pub(super) fn examples() -> Vec<AnyEvent> {
    let register = RegisterId(Uuid::from_u128(0x0195_0000_0000_7000_8000_0000_0000_0061));
    let added = SchemaEvent::AttributeAdded {
        id: AttributeId::of_first_name(register, "rack_u"),
        key: AttributeKey::parse("rack_u").unwrap(),
        name: "Rack (U)".to_owned(),
    };
    vec![added.into()]
}

pub(super) fn any_event() -> impl Strategy<Value = SchemaEvent> {
    let key = "[a-z0-9_]{1,12}".prop_map(|text| AttributeKey::parse(&text).unwrap());
    (uuid(), key, text()).prop_map(|(id, key, name)| SchemaEvent::AttributeAdded {
        id: AttributeId(id),
        key,
        name,
    })
}
