//! Notices of incidents.

use chrono::{DateTime, Utc};
use serde::Serialize;
use tally_operator::views::IncidentNotice;
use tally_operator::watch::alarms::title_in_english;
use utoipa::ToSchema;
use uuid::Uuid;

use super::words::{AffectedComponent, IncidentPhase};

/// Notices for a site.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Notices {
    /// The notices, newest first.
    pub items: Vec<Notice>,
    /// The address of the public status page.
    pub status_url: String,
}

/// An incident, for the sites that it affects.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// The id of the incident.
    pub id: Uuid,
    /// What happened, in a few words.
    pub title: String,
    /// The part of Tally that is affected.
    #[schema(value_type = AffectedComponent)]
    pub component: &'static str,
    /// The state of the work on it.
    #[schema(value_type = IncidentPhase)]
    pub stage: &'static str,
    /// The time since which it is public.
    pub since: DateTime<Utc>,
    /// The latest message about it.
    pub message: String,
    /// The time of that message.
    pub updated_at: DateTime<Utc>,
}

impl From<IncidentNotice> for Notice {
    fn from(notice: IncidentNotice) -> Self {
        let latest = notice.updates.last();
        Self {
            id: notice.id.0,
            component: notice.component.as_str(),
            stage: notice.stage.as_str(),
            since: notice.confirmed_at,
            updated_at: latest.map_or(notice.confirmed_at, |update| update.at),
            message: latest.map(|update| update.message.clone()).unwrap_or_default(),
            title: title_in_english(&notice.title),
        }
    }
}
