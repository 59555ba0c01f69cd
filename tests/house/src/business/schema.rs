//! Schemas.

use proptest::prelude::*;
use tally_domain::asset::{AttributeId, AttributeKey, AttributeName};
use tally_domain::schema::SchemaEvent;
use tally_domain::{AnyEvent, RegisterId};
use uuid::Uuid;

use crate::values::{text, uuid};

pub(super) fn examples() -> Vec<AnyEvent> {
    let register = RegisterId(Uuid::from_u128(0x0195_0000_0000_7000_8000_0000_0000_0061));
    let name = AttributeName::parse("Rack (U)").unwrap();
    let added = SchemaEvent::AttributeAdded {
        id: AttributeId::of_first_name(register, &name),
        key: name.to_key(),
        name,
    };
    vec![added.into()]
}

pub(super) fn any_event() -> impl Strategy<Value = SchemaEvent> {
    let key = "[a-z0-9_]{1,12}".prop_map(|text| AttributeKey::parse(&text).unwrap());
    let name = text().prop_filter_map("a name", |text| AttributeName::from_header(&text));
    (uuid(), key, name).prop_map(|(id, key, name)| SchemaEvent::AttributeAdded {
        id: AttributeId(id),
        key,
        name,
    })
}
