//! The steps of a plan, and the commands that they are.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use tally_commands::assets::AttributeChanges;
use tally_domain::asset::{AssetCommand, AttributeName};
use tally_domain::value::FreeText;
use tally_domain::{AccountId, PersonId};

/// The people of a company by their accounts.
pub type PeopleByAccount = HashMap<AccountId, PersonId>;

/// One command of a keeper.
#[derive(Clone, Debug)]
pub struct Step {
    /// The day and time of the command.
    pub at: DateTime<Utc>,
    /// The keeper.
    pub by: AccountId,
    /// The command itself.
    pub act: Act,
}

/// The command of a step.
#[derive(Clone, Debug)]
pub enum Act {
    /// Register an asset. Assets are numbered in the order of the plan.
    Register {
        /// The tag that is written on it.
        tag: String,
        /// Its attributes by name.
        attributes: Vec<(&'static str, String)>,
    },
    /// Change an asset that was registered before.
    Change {
        /// The asset's number.
        asset: usize,
        /// The change itself.
        change: AssetChange,
        /// The reason in the keeper's words.
        reason: Option<&'static str>,
    },
}

/// What can happen to a registered asset.
#[derive(Clone, Debug)]
pub enum AssetChange {
    /// It is checked out to a person.
    CheckOut {
        /// The new holder.
        to: AccountId,
        /// The number of days until it is due.
        due_in: Option<i64>,
        /// A note of the keeper.
        note: Option<&'static str>,
    },
    /// It is checked in.
    CheckIn {
        /// A note of the keeper.
        note: Option<&'static str>,
    },
    /// It is transferred to another person.
    Transfer {
        /// The new holder.
        to: AccountId,
        /// A note of the keeper.
        note: Option<&'static str>,
    },
    /// Its attributes are edited.
    Edit(Vec<(&'static str, String)>),
    /// Its attributes are corrected for an earlier day.
    Correct {
        /// The corrected attributes by name.
        attributes: Vec<(&'static str, String)>,
        /// The number of days for which the correction holds already.
        days_ago: i64,
        /// The reason in the keeper's words.
        reason: &'static str,
    },
    /// It is taken out of use.
    Retire,
    /// It is brought back into use.
    Restore,
}

/// The attributes of the plan as a command takes them.
pub fn to_changes(attributes: &[(&str, String)]) -> AttributeChanges {
    let parsed = attributes
        .iter()
        .filter_map(|(key, value)| Some((AttributeName::parse(key)?, Some(value.clone()))));
    parsed.collect()
}

impl AssetChange {
    /// The command that makes this change at a time; `None` if `people` lacks the receiver.
    pub fn to_command(&self, at: DateTime<Utc>, people: &PeopleByAccount) -> Option<AssetCommand> {
        let note = |text: &Option<&str>| text.map(FreeText::new);
        Some(match self {
            Self::CheckOut {
                to,
                due_in,
                note: text,
            } => AssetCommand::CheckOut {
                to: *people.get(to)?,
                due_on: due_in.map(|days| (at + Duration::days(days)).date_naive()),
                note: note(text),
            },
            Self::CheckIn { note: text } => AssetCommand::CheckIn { note: note(text) },
            Self::Transfer { to, note: text } => AssetCommand::Transfer {
                to: *people.get(to)?,
                due_on: None,
                note: note(text),
            },
            Self::Edit(attributes) => AssetCommand::Edit {
                set: to_changes(attributes),
            },
            Self::Correct {
                attributes,
                days_ago,
                reason,
            } => AssetCommand::Correct {
                set: to_changes(attributes),
                effective_at: at - Duration::days(*days_ago),
                reason: FreeText::new(*reason),
            },
            Self::Retire => AssetCommand::Retire,
            Self::Restore => AssetCommand::Restore,
        })
    }
}
