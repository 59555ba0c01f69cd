//! Which state of the past an answer shows.

use chrono::{DateTime, Utc};
use serde::Serialize;
use tally_projections::PastState;
use utoipa::ToSchema;

/// The state of the past that an answer shows.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AsOf {
    /// The instant that was asked for.
    pub instant: DateTime<Utc>,
    /// How many events of the site count: all up to the last one that was recorded not later than
    /// the instant.
    #[schema(example = 42)]
    pub events: u64,
}

impl From<PastState> for AsOf {
    fn from(state: PastState) -> Self {
        Self {
            instant: state.as_of.instant,
            events: state.events,
        }
    }
}
