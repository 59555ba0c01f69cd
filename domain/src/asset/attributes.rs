//! The attributes of an asset: named text values, some with names that Tally knows.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::error::AssetRefusal;
use super::fault::AttributeFault;
use super::well_known;
use crate::text;

/// The most attributes one asset can have.
pub const MAX_ATTRIBUTES: usize = 64;
/// The longest value, in characters.
pub const MAX_VALUE: usize = 2000;
/// The longest name, in characters.
pub const MAX_NAME: usize = 255;

/// The key of an attribute: 1 to 64 characters of `a-z 0-9 _`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AttributeKey(String);

impl AttributeKey {
    /// The longest key, in characters.
    pub const MAX_LEN: usize = 64;

    /// Takes `text` as a key, or `None` when it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = !text.is_empty() && text.len() <= Self::MAX_LEN;
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        (fits && text.bytes().all(allowed)).then(|| Self(text.to_owned()))
    }

    /// The key that comes closest to a foreign header: of its normal form, runs of other characters
    /// become one `_`.
    pub fn from_header(header: &str) -> Option<Self> {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let mapped = text::normal_form(header).replace(|c| !is_plain(c), "_");
        let parts: Vec<&str> = mapped.split('_').filter(|part| !part.is_empty()).collect();
        Self::parse(&parts.join("_"))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AttributeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The change of one attribute. `None` means that the asset has no such attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeChange {
    /// The value before the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The value after the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// The attributes of one asset. Never holds an empty value: setting one to blank removes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Attributes(BTreeMap<AttributeKey, String>);

impl Attributes {
    /// The value at `key`.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(k, _)| k.as_str() == key)
            .map(|(_, v)| v.as_str())
    }

    /// All attributes, ordered by key.
    pub fn iter(&self) -> impl Iterator<Item = (&AttributeKey, &str)> {
        self.0.iter().map(|(k, v)| (k, v.as_str()))
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
    /// are left out.
    ///
    /// # Errors
    /// [`AssetRefusal`] if a value is too long or has the wrong form, the name would be removed, or
    /// the asset would have too many attributes.
    pub fn changes(
        &self,
        values: &BTreeMap<AttributeKey, Option<String>>,
    ) -> Result<BTreeMap<AttributeKey, AttributeChange>, AssetRefusal> {
        let mut changes = BTreeMap::new();
        for (key, value) in values {
            let to = value
                .as_deref()
                .map(str::trim)
                .filter(|v| !v.is_empty())
                .map(str::to_owned);
            check_value(key, to.as_deref())?;
            let from = self.0.get(key).cloned();
            if from != to {
                changes.insert(key.clone(), AttributeChange { from, to });
            }
        }
        self.check_size(&changes)?;
        Ok(changes)
    }

    /// The attributes after `changes`.
    #[must_use]
    pub fn apply(mut self, changes: &BTreeMap<AttributeKey, AttributeChange>) -> Self {
        for (key, change) in changes {
            match &change.to {
                Some(value) => self.0.insert(key.clone(), value.clone()),
                None => self.0.remove(key),
            };
        }
        self
    }

    fn check_size(&self, changes: &BTreeMap<AttributeKey, AttributeChange>) -> Result<(), AssetRefusal> {
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

impl FromIterator<(AttributeKey, String)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (AttributeKey, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

fn check_value(key: &AttributeKey, value: Option<&str>) -> Result<(), AssetRefusal> {
    let invalid = |why| {
        Err(AssetRefusal::AttributeInvalid {
            key: key.as_str().to_owned(),
            why,
        })
    };
    match (key.as_str(), value) {
        (well_known::NAME, None) => Err(AssetRefusal::NameEmpty),
        (well_known::NAME, Some(name)) if name.chars().count() > MAX_NAME => {
            invalid(AttributeFault::NameTooLong)
        }
        (well_known::PURCHASED_ON, Some(day)) if !is_iso_day(day) => invalid(AttributeFault::NotADay),
        (_, Some(value)) if value.chars().count() > MAX_VALUE => invalid(AttributeFault::ValueTooLong),
        (_, Some(value))
            if value
                .chars()
                .any(|c| c.is_control() && c != '\n' && c != '\t' && c != '\r') =>
        {
            invalid(AttributeFault::ControlCharacters)
        }
        _ => Ok(()),
    }
}

/// Whether `text` is a day exactly as ISO 8601 writes it. Parsing alone also accepts `2024-2-9`,
/// which sorts wrongly as text.
fn is_iso_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<NaiveDate>().is_ok_and(|day| day.to_string() == text)
}
