//! What happens to an asset. The names and fields are a storage contract: they may be added to,
//! never changed.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::attributes::{AttributeChange, AttributeKey, Attributes};
use crate::ids::AccountId;
use crate::value::Tag;

/// An event of an asset's stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AssetEvent {
    /// The asset entered the register, in stock.
    Registered {
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
        changes: BTreeMap<AttributeKey, AttributeChange>,
    },
    /// It was handed to a person. Its location attribute stays as it is.
    CheckedOut {
        /// The person who has it from now on.
        to: AccountId,
        /// The day on which it should be returned.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due_on: Option<NaiveDate>,
        /// A remark by the user who acted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// It came back into stock.
    CheckedIn {
        /// The person who had it before.
        from: AccountId,
        /// A remark by the user who acted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// It went from one person to another without passing the stock.
    Transferred {
        /// The person who had it before.
        from: AccountId,
        /// The person who has it from now on.
        to: AccountId,
        /// The day on which it should be returned.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due_on: Option<NaiveDate>,
        /// A remark by the user who acted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// It left use. Its history and its tag stay.
    Retired {},
    /// It came back into use, in stock.
    Restored {},
    /// Attributes that were wrong since the event's effective time are corrected. Unlike an edit it
    /// is about the past; what was recorded then stays readable.
    Corrected {
        /// Each corrected attribute, as recorded and as it should have been.
        changes: BTreeMap<AttributeKey, AttributeChange>,
    },
}
