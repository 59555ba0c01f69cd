//! Words for stories about assets.

use std::collections::BTreeMap;

use tally_domain::PersonId;
use tally_domain::asset::{
    AssetCommand, AssetEvent, AttributeChange, AttributeId, AttributeName, AttributeValue, Tag, well_known,
};
use tally_domain::schema::Schema;
use tally_domain::value::FreeText;
use uuid::Uuid;

use crate::story::{REGISTER, Story, given};

pub type Values = BTreeMap<AttributeName, Option<String>>;

/// A story in which nothing has been registered yet.
pub fn no_asset() -> Story<AssetEvent> {
    given([])
}

pub fn ada() -> PersonId {
    PersonId(Uuid::from_u128(0xada))
}

pub fn bob() -> PersonId {
    PersonId(Uuid::from_u128(0xb0b))
}

pub fn tag() -> Tag {
    Tag::parse("LAP-001").unwrap()
}

pub fn key(text: &str) -> AttributeName {
    AttributeName::parse(text).unwrap()
}

/// Values from pairs; an empty value removes the attribute.
pub fn values<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Values {
    let value_of = |value: &str| (!value.is_empty()).then(|| value.to_owned());
    pairs.into_iter().map(|(k, v)| (key(k), value_of(v))).collect()
}

/// The id of the attribute with this key.
pub fn id(text: &str) -> AttributeId {
    Schema::new(REGISTER).id_of(&key(text))
}

/// The value of the attribute with this key, as a command records it.
fn value(key: &str, text: &str) -> AttributeValue {
    if key == well_known::NOTES {
        AttributeValue::Free(FreeText::new(text))
    } else {
        AttributeValue::from(text)
    }
}

/// Changes from triples of key, before and after; empty is "not there".
pub fn changes<'a>(
    triples: impl IntoIterator<Item = (&'a str, &'a str, &'a str)>,
) -> BTreeMap<AttributeId, AttributeChange> {
    let side = |k: &str, text: &str| (!text.is_empty()).then(|| value(k, text));
    let change = |(k, from, to)| {
        let (from, to) = (side(k, from), side(k, to));
        (id(k), AttributeChange { from, to })
    };
    triples.into_iter().map(change).collect()
}

pub fn register(attributes: Values) -> AssetCommand {
    AssetCommand::Register {
        number: 1,
        tag: tag(),
        attributes,
    }
}

pub fn edit<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> AssetCommand {
    AssetCommand::Edit { set: values(pairs) }
}

pub fn check_out(to: PersonId) -> AssetCommand {
    AssetCommand::CheckOut {
        to,
        due_on: None,
        note: None,
    }
}

pub fn check_in() -> AssetCommand {
    AssetCommand::CheckIn { note: None }
}

pub fn transfer(to: PersonId) -> AssetCommand {
    AssetCommand::Transfer {
        to,
        due_on: None,
        note: None,
    }
}

/// Registered with nothing but its name.
pub fn registered() -> AssetEvent {
    AssetEvent::Registered {
        number: 1,
        tag: tag(),
        attributes: [(AttributeId::NAME, "Laptop".into())].into_iter().collect(),
    }
}

pub fn edited<'a>(triples: impl IntoIterator<Item = (&'a str, &'a str, &'a str)>) -> AssetEvent {
    AssetEvent::AttributesEdited {
        changes: changes(triples),
    }
}

pub fn checked_out(to: PersonId) -> AssetEvent {
    AssetEvent::CheckedOut {
        to,
        due_on: None,
        note: None,
    }
}

pub fn checked_in(from: PersonId) -> AssetEvent {
    AssetEvent::CheckedIn {
        from,
        due_before: None,
        note: None,
    }
}

pub fn transferred(from: PersonId, to: PersonId) -> AssetEvent {
    AssetEvent::Transferred {
        from,
        to,
        due_before: None,
        due_on: None,
        note: None,
    }
}
