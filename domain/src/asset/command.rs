//! What one can want of an asset.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::attributes::AttributeKey;
use crate::ids::AccountId;
use crate::value::Tag;

/// A wish concerning one asset. Its tag's claim and the caller's permission are settled before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssetCommand {
    /// Enter it into the register.
    Register {
        /// The claimed tag.
        tag: Tag,
        /// What is said of it; `name` is needed.
        attributes: BTreeMap<AttributeKey, Option<String>>,
    },
    /// Change what is said of it; `None` takes an attribute away.
    Edit {
        /// The wished values.
        set: BTreeMap<AttributeKey, Option<String>>,
    },
    /// Hand it to a person.
    CheckOut {
        /// To whom.
        to: AccountId,
        /// By when it should be back.
        due_on: Option<NaiveDate>,
        /// A remark.
        note: Option<String>,
    },
    /// Take it back into stock.
    CheckIn {
        /// A remark.
        note: Option<String>,
    },
    /// Hand it on from whoever has it.
    Transfer {
        /// To whom.
        to: AccountId,
        /// By when it should be back.
        due_on: Option<NaiveDate>,
        /// A remark.
        note: Option<String>,
    },
    /// Take it out of use.
    Retire,
    /// Bring it back into use.
    Restore,
    /// Put right what had been wrong since `effective_at`.
    Correct {
        /// The right values.
        set: BTreeMap<AttributeKey, Option<String>>,
        /// Since when they are right; not in the future.
        effective_at: DateTime<Utc>,
        /// Why; required, since a correction speaks of the past.
        reason: String,
    },
}
