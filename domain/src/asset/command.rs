//! Commands to an asset.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::ids::PersonId;
use crate::value::{AttributeName, FreeText, Tag};

/// A command to one asset. The tag is claimed and the caller's permission is checked before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssetCommand {
    /// Enter it into the register.
    Register {
        /// The number that it got. A number is used once.
        number: u64,
        /// The tag, claimed for this asset before.
        tag: Tag,
        /// The values; `name` is required.
        attributes: BTreeMap<AttributeName, Option<String>>,
    },
    /// Change attributes; `None` removes one.
    Edit {
        /// The values to set.
        set: BTreeMap<AttributeName, Option<String>>,
    },
    /// Hand it to a person.
    CheckOut {
        /// The person who receives it.
        to: PersonId,
        /// The day on which it should be returned.
        due_on: Option<NaiveDate>,
        /// A remark by the user who acts.
        note: Option<FreeText>,
    },
    /// Take it back into stock.
    CheckIn {
        /// A remark by the user who acts.
        note: Option<FreeText>,
    },
    /// Hand it from its holder to another person.
    Transfer {
        /// The person who receives it.
        to: PersonId,
        /// The day on which it should be returned.
        due_on: Option<NaiveDate>,
        /// A remark by the user who acts.
        note: Option<FreeText>,
    },
    /// Take it out of use.
    Retire,
    /// Bring it back into use.
    Restore,
    /// Correct values that were wrong since `effective_at`.
    Correct {
        /// The values as they should have been.
        set: BTreeMap<AttributeName, Option<String>>,
        /// The time since which they are right; not in the future.
        effective_at: DateTime<Utc>,
        /// The reason; required, since a correction is about the past.
        reason: FreeText,
    },
    /// Take a registration back that should not have been made.
    Withdraw,
}

impl AssetCommand {
    /// The names of the attributes that it sets.
    pub fn names(&self) -> Vec<AttributeName> {
        match self {
            Self::Register { attributes: set, .. } | Self::Edit { set } | Self::Correct { set, .. } => {
                set.keys().cloned().collect()
            }
            Self::CheckOut { .. }
            | Self::CheckIn { .. }
            | Self::Transfer { .. }
            | Self::Retire
            | Self::Restore
            | Self::Withdraw => vec![],
        }
    }
}
