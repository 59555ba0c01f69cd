//! The state of an asset, as far as decisions need it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::attributes::{AttributeChange, Attributes};
use super::event::AssetEvent;
use crate::ids::PersonId;
use crate::recorded::Recorded;
use crate::value::{AttributeId, Tag};

/// What is known of an asset that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its number in the register.
    pub number: u64,
    /// The tag as claimed.
    pub tag: Tag,
    /// The current attributes.
    pub attributes: Attributes,
    /// When it entered the register.
    pub registered_at: DateTime<Utc>,
}

impl Asset {
    fn with(self, changes: &BTreeMap<AttributeId, AttributeChange>) -> Self {
        Self {
            attributes: self.attributes.apply(changes),
            ..self
        }
    }
}

/// Who holds an asset, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Custody {
    /// The person who has it.
    pub holder: PersonId,
    /// The day on which it should be returned.
    pub due_on: Option<NaiveDate>,
}

impl Custody {
    fn new(holder: PersonId, due_on: Option<NaiveDate>) -> Self {
        Self { holder, due_on }
    }
}

/// The state of an asset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AssetState {
    /// Not registered yet.
    #[default]
    Absent,
    /// Fenced: never registered, and never can be.
    Abandoned,
    /// In use, and no person holds it.
    InStock(Asset),
    /// In use, held by a person.
    CheckedOut(Asset, Custody),
    /// Out of use.
    Retired(Asset),
    /// Registered by mistake, and not in the register any more.
    Withdrawn(Asset),
}

impl AssetState {
    /// The asset, if the register has it.
    pub fn asset(&self) -> Option<&Asset> {
        match self {
            Self::Absent | Self::Abandoned | Self::Withdrawn(_) => None,
            Self::InStock(asset) | Self::CheckedOut(asset, _) | Self::Retired(asset) => Some(asset),
        }
    }

    /// The state after `recorded`. An event that cannot follow the state changes nothing: the log
    /// is the truth, and a fold never fails.
    #[must_use]
    pub fn evolve(self, recorded: &Recorded<AssetEvent>) -> Self {
        match &recorded.event {
            AssetEvent::Registered {
                number,
                tag,
                attributes,
            } => self.if_absent(Self::InStock(Asset {
                number: *number,
                tag: tag.clone(),
                attributes: attributes.clone(),
                registered_at: recorded.effective_at(),
            })),
            AssetEvent::RegistrationAbandoned {} => self.if_absent(Self::Abandoned),
            AssetEvent::AttributesEdited { changes } | AssetEvent::Corrected { changes } => {
                self.map_asset(|asset| asset.with(changes))
            }
            AssetEvent::CheckedOut { to, due_on, .. } => {
                self.if_in_stock(|asset| Self::CheckedOut(asset, Custody::new(*to, *due_on)))
            }
            AssetEvent::CheckedIn { .. } => self.if_checked_out(Self::InStock),
            AssetEvent::Transferred { to, due_on, .. } => {
                self.if_checked_out(|asset| Self::CheckedOut(asset, Custody::new(*to, *due_on)))
            }
            AssetEvent::Retired {} => self.if_in_stock(Self::Retired),
            AssetEvent::Restored {} => self.if_retired(Self::InStock),
            AssetEvent::Withdrawn {} => self.withdrawn(),
        }
    }

    /// The state after all of `events`.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Recorded<AssetEvent>>) -> Self {
        events.into_iter().fold(Self::Absent, Self::evolve)
    }

    /// `next`, if the asset is absent; any other state stays.
    fn if_absent(self, next: Self) -> Self {
        match self {
            Self::Absent => next,
            Self::Abandoned
            | Self::InStock(_)
            | Self::CheckedOut(..)
            | Self::Retired(_)
            | Self::Withdrawn(_) => self,
        }
    }

    /// `next` of an asset in stock; any other state stays.
    fn if_in_stock(self, next: impl FnOnce(Asset) -> Self) -> Self {
        match self {
            Self::InStock(asset) => next(asset),
            Self::Absent | Self::Abandoned | Self::CheckedOut(..) | Self::Retired(_) | Self::Withdrawn(_) => {
                self
            }
        }
    }

    /// `next` of an asset that a person holds; any other state stays.
    fn if_checked_out(self, next: impl FnOnce(Asset) -> Self) -> Self {
        match self {
            Self::CheckedOut(asset, _) => next(asset),
            Self::Absent | Self::Abandoned | Self::InStock(_) | Self::Retired(_) | Self::Withdrawn(_) => self,
        }
    }

    /// `next` of an asset that is out of use; any other state stays.
    fn if_retired(self, next: impl FnOnce(Asset) -> Self) -> Self {
        match self {
            Self::Retired(asset) => next(asset),
            Self::Absent | Self::Abandoned | Self::InStock(_) | Self::CheckedOut(..) | Self::Withdrawn(_) => {
                self
            }
        }
    }

    /// Withdrawn, if the register has the asset and no person holds it; any other state stays.
    fn withdrawn(self) -> Self {
        match self {
            Self::InStock(asset) | Self::Retired(asset) => Self::Withdrawn(asset),
            Self::Absent | Self::Abandoned | Self::CheckedOut(..) | Self::Withdrawn(_) => self,
        }
    }

    fn map_asset(self, change: impl FnOnce(Asset) -> Asset) -> Self {
        match self {
            Self::Absent | Self::Abandoned | Self::Withdrawn(_) => self,
            Self::InStock(asset) => Self::InStock(change(asset)),
            Self::CheckedOut(asset, custody) => Self::CheckedOut(change(asset), custody),
            Self::Retired(asset) => Self::Retired(change(asset)),
        }
    }
}
