//! Words for stories about assets.

use std::collections::BTreeMap;

use tally_domain::AccountId;
use tally_domain::asset::{
    AssetCommand, AssetEvent, AttributeChange, AttributeId, AttributeKey, AttributeValue, Tag,
};
use tally_domain::schema::Schema;

use crate::story::{REGISTER, Story, given};

pub type Values = BTreeMap<AttributeKey, Option<String>>;

/// A story in which nothing has been registered yet.
pub fn no_asset() -> Story<AssetEvent> {
    given([])
}

pub fn ada() -> AccountId {
    AccountId::parse("712020:ada").unwrap()
}

pub fn bob() -> AccountId {
    AccountId::parse("712020:bob").unwrap()
}

pub fn tag() -> Tag {
    Tag::parse("LAP-001").unwrap()
}

pub fn key(text: &str) -> AttributeKey {
    AttributeKey::parse(text).unwrap()
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

/// Changes from triples of key, before and after; empty is "not there".
pub fn changes<'a>(
    triples: impl IntoIterator<Item = (&'a str, &'a str, &'a str)>,
) -> BTreeMap<AttributeId, AttributeChange> {
    let side = |text: &str| (!text.is_empty()).then(|| AttributeValue::from(text));
    let change = |(k, from, to)| {
        let (from, to) = (side(from), side(to));
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

pub fn check_out(to: AccountId) -> AssetCommand {
    AssetCommand::CheckOut {
        to,
        due_on: None,
        note: None,
    }
}

pub fn check_in() -> AssetCommand {
    AssetCommand::CheckIn { note: None }
}

pub fn transfer(to: AccountId) -> AssetCommand {
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

pub fn checked_out(to: AccountId) -> AssetEvent {
    AssetEvent::CheckedOut {
        to,
        due_on: None,
        note: None,
    }
}

pub fn checked_in(from: AccountId) -> AssetEvent {
    AssetEvent::CheckedIn { from, note: None }
}

pub fn transferred(from: AccountId, to: AccountId) -> AssetEvent {
    AssetEvent::Transferred {
        from,
        to,
        due_on: None,
        note: None,
    }
}
