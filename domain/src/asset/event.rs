//! What happens to an asset. The names and fields are a storage contract: they may be added to,
//! never changed.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::attributes::{AttributeChange, Attributes};
use super::changes::{FieldChange, attribute_changes, custody_changes, registration_changes};
use super::status::AssetStatus;
use crate::ids::PersonId;
use crate::stored_names;
use crate::value::{AttributeId, FreeText, Tag};

/// An event of an asset's stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AssetEvent {
    /// The asset entered the register, in stock.
    Registered {
        /// Its number in the register.
        number: u64,
        /// Its tag, claimed before this event.
        tag: Tag,
        /// The attributes as registered.
        attributes: Attributes,
    },
    /// It was never registered, and its tag goes to another asset: a fence, so that a registration
    /// still under way cannot complete after that.
    RegistrationAbandoned {},
    /// A user changed attributes.
    AttributesEdited {
        /// Each changed attribute, before and after.
        changes: BTreeMap<AttributeId, AttributeChange>,
    },
    /// It was handed to a person. Its location attribute stays as it is.
    CheckedOut {
        /// The person who has it from now on.
        to: PersonId,
        /// The day on which it should be returned.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due_on: Option<NaiveDate>,
        /// A remark by the user who acted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<FreeText>,
    },
    /// It came back into stock.
    CheckedIn {
        /// The person who had it before.
        from: PersonId,
        /// The day on which that person should have returned it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due_before: Option<NaiveDate>,
        /// A remark by the user who acted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<FreeText>,
    },
    /// It went from one person to another without passing the stock.
    Transferred {
        /// The person who had it before.
        from: PersonId,
        /// The person who has it from now on.
        to: PersonId,
        /// The day on which the one before should have returned it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due_before: Option<NaiveDate>,
        /// The day on which it should be returned.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due_on: Option<NaiveDate>,
        /// A remark by the user who acted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<FreeText>,
    },
    /// It left use. Its history and its tag stay.
    Retired {},
    /// It came back into use, in stock.
    Restored {},
    /// Attributes that were wrong since the event's effective time are corrected. Unlike an edit it
    /// is about the past; what was recorded then stays readable.
    Corrected {
        /// Each corrected attribute, as recorded and as it should have been.
        changes: BTreeMap<AttributeId, AttributeChange>,
    },
    /// It should not have been registered. It leaves the register and its tag is free again; its
    /// history stays, and so does what the register showed before.
    Withdrawn {},
}

stored_names! {
    AssetEvent {
        Registered = "asset.registered" @ 1,
        RegistrationAbandoned = "asset.registration_abandoned" @ 1,
        AttributesEdited = "asset.attributes_edited" @ 1,
        CheckedOut = "asset.checked_out" @ 1,
        CheckedIn = "asset.checked_in" @ 1,
        Transferred = "asset.transferred" @ 1,
        Retired = "asset.retired" @ 1,
        Restored = "asset.restored" @ 1,
        Corrected = "asset.corrected" @ 1,
        Withdrawn = "asset.withdrawn" @ 1,
    }
}

impl AssetEvent {
    /// The fields that it changes, as the history lists them.
    pub fn field_changes(&self) -> Vec<FieldChange> {
        match self {
            Self::Registered { tag, attributes, .. } => registration_changes(tag, attributes),
            Self::RegistrationAbandoned {} | Self::Withdrawn {} => vec![],
            Self::AttributesEdited { changes } | Self::Corrected { changes } => attribute_changes(changes),
            Self::CheckedOut { to, due_on, .. } => custody_changes(None, Some(to), None, *due_on),
            Self::CheckedIn { from, due_before, .. } => custody_changes(Some(from), None, *due_before, None),
            Self::Transferred {
                from,
                to,
                due_before,
                due_on,
                ..
            } => custody_changes(Some(from), Some(to), *due_before, *due_on),
            Self::Retired {} => vec![FieldChange::of_status(AssetStatus::InStock, AssetStatus::Retired)],
            Self::Restored {} => vec![FieldChange::of_status(AssetStatus::Retired, AssetStatus::InStock)],
        }
    }

    /// The remark of the user who acted.
    pub fn note(&self) -> Option<&FreeText> {
        match self {
            Self::CheckedOut { note, .. } | Self::CheckedIn { note, .. } | Self::Transferred { note, .. } => {
                note.as_ref()
            }
            Self::Registered { .. }
            | Self::RegistrationAbandoned {}
            | Self::AttributesEdited { .. }
            | Self::Retired {}
            | Self::Restored {}
            | Self::Corrected { .. }
            | Self::Withdrawn {} => None,
        }
    }
}
