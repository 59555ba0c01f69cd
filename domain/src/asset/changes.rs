//! The changed fields of an asset, as its history lists them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::attributes::{AttributeChange, Attributes};
use super::status::AssetStatus;
use crate::ids::PersonId;
use crate::value::{AttributeId, AttributeValue, Tag};

/// The change of one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The id of an attribute, or `tag`, `status`, `holder`, `due_on`.
    pub field: String,
    /// The value before; `None` if there was none.
    pub from: Option<String>,
    /// The value after; `None` if there is none.
    pub to: Option<String>,
}

impl FieldChange {
    /// The field of the holder.
    pub const HOLDER: &'static str = "holder";
    /// The field of the due day.
    pub const DUE_ON: &'static str = "due_on";

    fn new<T: ToString>(field: &str, from: Option<T>, to: Option<T>) -> Self {
        Self {
            field: field.to_owned(),
            from: from.map(|value| value.to_string()),
            to: to.map(|value| value.to_string()),
        }
    }

    /// The attribute that changes, if one does.
    pub fn attribute(&self) -> Option<AttributeId> {
        self.field.parse().ok()
    }

    /// The value of an attribute changes. A value that was redacted is not shown.
    fn of_attribute(id: AttributeId, change: &AttributeChange) -> Self {
        let text = |value: &Option<AttributeValue>| value.as_ref().and_then(|v| v.text().map(str::to_owned));
        Self::new(&id.to_string(), text(&change.from), text(&change.to))
    }

    /// The status goes `from` one `to` another.
    pub(super) fn of_status(from: AssetStatus, to: AssetStatus) -> Self {
        Self::new("status", Some(from.as_str()), Some(to.as_str()))
    }
}

/// The changes when an asset enters the register.
pub(super) fn registration_changes(tag: &Tag, attributes: &Attributes) -> Vec<FieldChange> {
    let mut changes = vec![
        FieldChange::new("tag", None, Some(tag)),
        FieldChange::new("status", None, Some(AssetStatus::InStock.as_str())),
    ];
    let values = attributes.iter();
    changes.extend(values.map(|(id, value)| FieldChange::new(&id.to_string(), None, Some(value))));
    changes
}

/// The changes of an edit or a correction.
pub(super) fn attribute_changes(changes: &BTreeMap<AttributeId, AttributeChange>) -> Vec<FieldChange> {
    let each = changes.iter();
    each.map(|(id, change)| FieldChange::of_attribute(*id, change))
        .collect()
}

/// The changes when custody goes `from` one person `to` another; `None` is the stock.
pub(super) fn custody_changes(
    from: Option<&PersonId>,
    to: Option<&PersonId>,
    due_before: Option<NaiveDate>,
    due_after: Option<NaiveDate>,
) -> Vec<FieldChange> {
    let mut changes = vec![FieldChange::new(FieldChange::HOLDER, from, to)];
    match (from, to) {
        (None, Some(_)) => changes.push(FieldChange::of_status(
            AssetStatus::InStock,
            AssetStatus::CheckedOut,
        )),
        (Some(_), None) => changes.push(FieldChange::of_status(
            AssetStatus::CheckedOut,
            AssetStatus::InStock,
        )),
        (None, None) | (Some(_), Some(_)) => {}
    }
    if due_before != due_after {
        changes.push(FieldChange::new(FieldChange::DUE_ON, due_before, due_after));
    }
    changes
}
