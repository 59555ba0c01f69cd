//! Which state of the past an answer shows.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// The state of the past that an answer shows.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AsOf {
    /// The instant that was asked for.
    pub instant: DateTime<Utc>,
    /// The position of the last event that counts: the last one of the site that was recorded not
    /// later than the instant. Null when nothing was recorded before it.
    #[schema(required, example = "42")]
    pub position: Option<String>,
}

impl From<tally_domain::AsOf> for AsOf {
    fn from(state: tally_domain::AsOf) -> Self {
        Self {
            instant: state.instant,
            position: state.position.map(|position| position.to_string()),
        }
    }
}
