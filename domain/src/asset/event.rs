//! What happens to an asset. The names and fields are a storage contract: they may be added to, never changed.

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
        /// What was said of it.
        attributes: Attributes,
    },
    /// Its registration never came about, and its tag is given to another: a fence, so that a registration still under way
    /// cannot complete after the tag went elsewhere.
    RegistrationAbandoned {},
    /// Somebody changed what is said of it.
    AttributesEdited {
        /// Each changed attribute, before and after.
        changes: BTreeMap<AttributeKey, AttributeChange>,
    },
    /// It was handed to a person. Notes nothing of where it is.
    CheckedOut {
        /// Who has it now.
        to: AccountId,
        /// The day by which it should be back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due_on: Option<NaiveDate>,
        /// A remark.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// It came back into stock.
    CheckedIn {
        /// Who had it.
        from: AccountId,
        /// A remark.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// It went from one person to another without passing the stock.
    Transferred {
        /// Who had it.
        from: AccountId,
        /// Who has it now.
        to: AccountId,
        /// The day by which it should be back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due_on: Option<NaiveDate>,
        /// A remark.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// It left use. Its history and its tag stay.
    Retired {},
    /// It came back into use, in stock.
    Restored {},
    /// What was said of it had been wrong since the event's effective time, and is put right. Unlike an edit it tells of the past; what had
    /// been recorded then stays readable.
    Corrected {
        /// Each corrected attribute, as recorded and as it should have been.
        changes: BTreeMap<AttributeKey, AttributeChange>,
    },
}
