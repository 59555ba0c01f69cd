//! The attributes of an asset: values by the id of their attribute.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::error::AssetRefusal;
use super::fault::AttributeFault;
use super::well_known;
use crate::schema::{Attribute, Kind, Schema};
use crate::text::{self, is_blank};
use crate::value::{AttributeId, AttributeName, AttributeValue, FreeText, parse_iso_day};

/// The most attributes one asset can have.
pub const MAX_ATTRIBUTES: usize = 64;
/// The longest value, in characters.
pub const MAX_VALUE: usize = 2000;
/// The longest name, in characters.
pub const MAX_NAME: usize = 255;

/// The change of one attribute. `None` means that the asset has no such attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeChange {
    /// The value before the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<AttributeValue>,
    /// The value after the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<AttributeValue>,
}

/// The attributes of one asset. Never holds a blank value: setting one to blank removes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Attributes(BTreeMap<AttributeId, AttributeValue>);

impl Attributes {
    /// The text of an attribute; `None` also when it was redacted.
    pub fn get(&self, id: AttributeId) -> Option<&str> {
        self.0.get(&id)?.text()
    }

    /// All attributes whose text was not redacted, ordered by id.
    pub fn iter(&self) -> impl Iterator<Item = (AttributeId, &str)> {
        self.0.iter().filter_map(|(id, value)| Some((*id, value.text()?)))
    }

    /// Whether `other` has the same values. The ids under which free texts are stored may differ.
    pub fn has_values_of(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }

    /// The number of attributes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the asset has no attribute.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The changes that setting `values` would make, each value checked. Values that change nothing
    /// are left out. What a change replaces is as it was stored, so that a free text keeps its key.
    ///
    /// # Errors
    /// [`AssetRefusal`] if the schema has no such attribute, two names are those of one, a value is
    /// too long or has the wrong form, the name would be removed, or the asset would have too many
    /// attributes.
    pub fn changes(
        &self,
        values: &BTreeMap<AttributeName, Option<String>>,
        schema: &Schema,
    ) -> Result<BTreeMap<AttributeId, AttributeChange>, AssetRefusal> {
        let mut changes = BTreeMap::new();
        let mut named = BTreeSet::new();
        for (name, value) in values {
            let invalid = |why| AssetRefusal::AttributeInvalid {
                key: name.as_str().to_owned(),
                why,
            };
            let attribute = schema
                .find(name)
                .ok_or_else(|| invalid(AttributeFault::KeyInvalid))?;
            if !named.insert(attribute.id()) {
                return Err(invalid(AttributeFault::NamedTwice));
            }
            let to = value.as_deref().map(text::trim).filter(|v| !is_blank(v));
            check_value(&attribute, to)?;
            if self.get(attribute.id()) != to {
                let from = self.0.get(&attribute.id()).cloned();
                let to = to.map(|text| value_of(&attribute, text));
                changes.insert(attribute.id(), AttributeChange { from, to });
            }
        }
        self.check_size(&changes)?;
        Ok(changes)
    }

    /// The attributes after `changes`.
    #[must_use]
    pub fn apply(mut self, changes: &BTreeMap<AttributeId, AttributeChange>) -> Self {
        for (id, change) in changes {
            match &change.to {
                Some(value) => self.0.insert(*id, value.clone()),
                None => self.0.remove(id),
            };
        }
        self
    }

    fn check_size(&self, changes: &BTreeMap<AttributeId, AttributeChange>) -> Result<(), AssetRefusal> {
        let added = changes
            .values()
            .filter(|c| c.from.is_none() && c.to.is_some())
            .count();
        let removed = changes
            .values()
            .filter(|c| c.from.is_some() && c.to.is_none())
            .count();
        if self.len() + added - removed > MAX_ATTRIBUTES {
            Err(AssetRefusal::TooManyAttributes)
        } else {
            Ok(())
        }
    }
}

impl FromIterator<(AttributeId, AttributeValue)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (AttributeId, AttributeValue)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

/// The value as it is recorded: a text in a person's own words is stored under a key of its own.
fn value_of(attribute: &Attribute<'_>, text: &str) -> AttributeValue {
    match attribute.kind() {
        Kind::LongText => AttributeValue::Free(FreeText::new(text)),
        Kind::Text | Kind::Date | Kind::Price => AttributeValue::from(text),
    }
}

fn check_value(attribute: &Attribute<'_>, value: Option<&str>) -> Result<(), AssetRefusal> {
    let invalid = |why| {
        Err(AssetRefusal::AttributeInvalid {
            key: attribute.key().to_owned(),
            why,
        })
    };
    match value {
        None if attribute.is_required() => Err(AssetRefusal::NameEmpty),
        None => Ok(()),
        Some(name) if attribute.key() == well_known::NAME && name.chars().count() > MAX_NAME => {
            invalid(AttributeFault::NameTooLong)
        }
        Some(day) if attribute.kind() == Kind::Date && parse_iso_day(day).is_none() => {
            invalid(AttributeFault::NotADay)
        }
        Some(value) if value.chars().count() > MAX_VALUE => invalid(AttributeFault::ValueTooLong),
        Some(value) => match text::find_forbidden(value) {
            Some(forbidden) => invalid(forbidden.into()),
            None => Ok(()),
        },
    }
}
