//! Notices of incidents.

use chrono::{DateTime, Utc};
use serde::Serialize;
use tally_operator::views::IncidentNotice;
use utoipa::ToSchema;
use uuid::Uuid;

use super::words::{AffectedComponent, IncidentPhase};

/// Notices for a site.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Notices {
    /// The notices, newest first.
    pub items: Vec<Notice>,
    /// Where everybody can see how Tally does.
    pub status_url: String,
}

/// An incident as those it hurts are told of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// The incident.
    pub id: Uuid,
    /// In a few words.
    pub title: String,
    /// Which part of Tally it is about.
    #[schema(value_type = AffectedComponent)]
    pub component: &'static str,
    /// How far the work is.
    #[schema(value_type = IncidentPhase)]
    pub stage: &'static str,
    /// Since when it is public.
    pub since: DateTime<Utc>,
    /// The latest news.
    pub message: String,
    /// When that was told.
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
            title: notice.title,
        }
    }
}
