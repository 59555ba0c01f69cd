//! The state of an asset, as far as decisions need it.

use chrono::{DateTime, NaiveDate, Utc};

use super::attributes::Attributes;
use super::event::AssetEvent;
use crate::ids::AccountId;
use crate::recorded::Recorded;
use crate::value::Tag;

/// What is known of an asset that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// The tag as claimed.
    pub tag: Tag,
    /// The current attributes.
    pub attributes: Attributes,
    /// When it entered the register.
    pub registered_at: DateTime<Utc>,
}

/// Who holds an asset, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Custody {
    /// The person who has it.
    pub holder: AccountId,
    /// The day on which it should be returned.
    pub due_on: Option<NaiveDate>,
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
}

impl AssetState {
    /// The asset, if it was registered.
    pub fn asset(&self) -> Option<&Asset> {
        match self {
            Self::Absent | Self::Abandoned => None,
            Self::InStock(asset) | Self::CheckedOut(asset, _) | Self::Retired(asset) => Some(asset),
        }
    }

    /// The state after `recorded`. An event that cannot follow the state changes nothing: the log
    /// is the truth, and a fold never fails.
    #[must_use]
    pub fn evolve(self, recorded: &Recorded<AssetEvent>) -> Self {
        match (&recorded.event, self) {
            (AssetEvent::Registered { tag, attributes }, Self::Absent) => Self::InStock(Asset {
                tag: tag.clone(),
                attributes: attributes.clone(),
                registered_at: recorded.effective_at(),
            }),
            (AssetEvent::AttributesEdited { changes } | AssetEvent::Corrected { changes }, state) => state
                .map_asset(|asset| Asset {
                    attributes: asset.attributes.apply(changes),
                    ..asset
                }),
            (AssetEvent::CheckedOut { to, due_on, .. }, Self::InStock(asset))
            | (AssetEvent::Transferred { to, due_on, .. }, Self::CheckedOut(asset, _)) => Self::CheckedOut(
                asset,
                Custody {
                    holder: to.clone(),
                    due_on: *due_on,
                },
            ),
            (AssetEvent::CheckedIn { .. }, Self::CheckedOut(asset, _))
            | (AssetEvent::Restored {}, Self::Retired(asset)) => Self::InStock(asset),
            (AssetEvent::Retired {}, Self::InStock(asset)) => Self::Retired(asset),
            (AssetEvent::RegistrationAbandoned {}, Self::Absent) => Self::Abandoned,
            (_, state) => state,
        }
    }

    /// The state after all of `events`.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Recorded<AssetEvent>>) -> Self {
        events.into_iter().fold(Self::Absent, Self::evolve)
    }

    fn map_asset(self, change: impl FnOnce(Asset) -> Asset) -> Self {
        match self {
            Self::Absent | Self::Abandoned => self,
            Self::InStock(asset) => Self::InStock(change(asset)),
            Self::CheckedOut(asset, custody) => Self::CheckedOut(change(asset), custody),
            Self::Retired(asset) => Self::Retired(change(asset)),
        }
    }
}
