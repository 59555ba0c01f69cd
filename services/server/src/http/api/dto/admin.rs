//! Pages of what happened to an installation.

use serde::Serialize;
use utoipa::ToSchema;

use tally_diagnosis::installation::{InstallLogEntry, TimelineEntry};

/// A page of the timeline, newest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TimelinePage {
    /// The events of this page.
    pub items: Vec<TimelineEntry>,
    /// The cursor of the next page; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// A page of the install log, newest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InstallLogPage {
    /// The callbacks of this page.
    pub items: Vec<InstallLogEntry>,
    /// The cursor of the next page; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}
