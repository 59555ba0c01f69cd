//! The public status: `/status` for people and `/status.json` for programs. It reveals nothing about
//! tenants, neither their names nor their number.
//!
//! `/status.json` is
//!
//! ```json
//! {
//!   "state": "degraded",
//!   "at": "2026-03-07T12:00:00Z",
//!   "components": [{ "component": "pages", "title": "Opening Tally in Jira", "state": "degraded" }],
//!   "incidents": [{
//!     "id": "0195…", "title": "Tally does not open on some sites", "component": "pages",
//!     "stage": "identified", "open": true,
//!     "since": "2026-03-07T11:50:00Z", "resolvedAt": null,
//!     "updates": [{ "at": "2026-03-07T11:58:00Z", "stage": "identified", "message": "…" }],
//!     "postmortem": null
//!   }]
//! }
//! ```
//!
//! `state` is `operational`, `degraded` or `outage`. For a component it is the worst state by an open
//! incident or a firing alarm; the overall state is the worst of the components. `stage` is
//! `investigating`, `identified`, `monitoring` or `resolved`. Incidents and updates are newest first.

use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use serde::Serialize;
use tally_domain::IncidentId;
use tally_domain::incident::{Component, Stage};
use tally_projections::operator::{AlarmList, AlarmSpell, IncidentList, IncidentRecord, IncidentUpdate};
use tally_view_store::{StoreError, ViewStore};

use super::problem::Problem;
use super::views::query_views;
use crate::tally::Tally;
use crate::watch::alarms::{Alarm, Severity};
use tally_http::html::{Document, moment, paragraphs, to_answer};

/// The number of incidents on the page: the latest ones.
const INCIDENT_COUNT: u32 = 25;
/// How long an answer may be cached: long enough to survive a crowd, too short to mislead it.
const CACHING: &str = "public, max-age=15";

/// `/status` and `/status.json`.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/status", web::get().to(status_page))
        .route("/status.json", web::get().to(status_json));
}

/// The state of a component, or of Tally as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum ServiceState {
    Operational,
    Degraded,
    Outage,
}

impl ServiceState {
    fn title(self) -> &'static str {
        match self {
            Self::Operational => "Operational",
            Self::Degraded => "Degraded",
            Self::Outage => "Outage",
        }
    }

    fn sentence(self) -> &'static str {
        match self {
            Self::Operational => "Everything works.",
            Self::Degraded => "Something does not work for some users, or not completely.",
            Self::Outage => "Something does not work.",
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Operational => "good",
            Self::Degraded => "warn",
            Self::Outage => "bad",
        }
    }
}

#[derive(Serialize)]
struct StatusReport {
    state: ServiceState,
    at: DateTime<Utc>,
    components: Vec<ComponentState>,
    incidents: Vec<Incident>,
}

#[derive(Serialize)]
struct ComponentState {
    component: Component,
    title: &'static str,
    state: ServiceState,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Incident {
    id: IncidentId,
    title: String,
    component: Component,
    stage: &'static str,
    open: bool,
    since: DateTime<Utc>,
    resolved_at: Option<DateTime<Utc>>,
    updates: Vec<Update>,
    postmortem: Option<String>,
}

#[derive(Serialize)]
struct Update {
    at: DateTime<Utc>,
    stage: &'static str,
    message: String,
}

impl StatusReport {
    fn new(alarms: &[AlarmSpell], incidents: Vec<IncidentRecord>, now: DateTime<Utc>) -> Self {
        let part = |component: Component| {
            let of_incidents = incidents
                .iter()
                .filter(|incident| incident.component == component)
                .map(state_by_incident);
            let of_alarms = alarms
                .iter()
                .filter_map(|spell| Alarm::by_name(&spell.alarm))
                .filter(|alarm| alarm.component == component)
                .map(state_by_alarm);
            ComponentState {
                component,
                title: component.title(),
                state: of_incidents
                    .chain(of_alarms)
                    .max()
                    .unwrap_or(ServiceState::Operational),
            }
        };
        let components: Vec<ComponentState> = Component::ALL.into_iter().map(part).collect();
        let worst = components.iter().map(|part| part.state).max();
        Self {
            state: worst.unwrap_or(ServiceState::Operational),
            at: now,
            components,
            incidents: incidents.into_iter().map(Incident::from).collect(),
        }
    }
}

fn state_by_incident(incident: &IncidentRecord) -> ServiceState {
    match incident.stage {
        Stage::Confirmed(_) if incident.everyone => ServiceState::Outage,
        Stage::Confirmed(_) => ServiceState::Degraded,
        Stage::Proposed | Stage::Resolved | Stage::Dismissed => ServiceState::Operational,
    }
}

/// No person has confirmed anything yet, so an alarm only means that something is wrong. A warning is for
/// the operator alone.
fn state_by_alarm(alarm: &Alarm) -> ServiceState {
    match alarm.severity {
        Severity::Critical => ServiceState::Degraded,
        Severity::Warning => ServiceState::Operational,
    }
}

impl From<IncidentRecord> for Incident {
    fn from(record: IncidentRecord) -> Self {
        let update = |update: IncidentUpdate| Update {
            at: update.at,
            stage: update.stage.as_str(),
            message: update.message,
        };
        Self {
            id: record.id,
            title: record.title,
            component: record.component,
            stage: record.stage.as_str(),
            open: matches!(record.stage, Stage::Confirmed(_)),
            since: record.confirmed_at.unwrap_or(record.proposed_at),
            resolved_at: record.resolved_at,
            updates: record.updates.into_iter().rev().map(update).collect(),
            postmortem: record.postmortem,
        }
    }
}

async fn read_status(tally: &Tally) -> Result<StatusReport, Problem> {
    let now = Utc::now();
    let status = move |views: &ViewStore| -> Result<StatusReport, StoreError> {
        let (alarms, incidents) = (
            AlarmList::of(views).firing()?,
            IncidentList::of(views).public(INCIDENT_COUNT)?,
        );
        Ok(StatusReport::new(&alarms, incidents, now))
    };
    query_views(tally, status).await
}

async fn status_json(tally: web::Data<Tally>) -> Result<HttpResponse, Problem> {
    let status = read_status(&tally).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, CACHING))
        .json(status))
}

async fn status_page(tally: web::Data<Tally>) -> Result<HttpResponse, Problem> {
    let status = read_status(&tally).await?;
    let mut answer = to_answer(StatusCode::OK, &Document::new("Status"), &render_body(&status));
    let kept = actix_web::http::header::HeaderValue::from_static(CACHING);
    answer.headers_mut().insert(CACHE_CONTROL, kept);
    Ok(answer)
}

fn render_body(status: &StatusReport) -> Markup {
    let (open, past): (Vec<_>, Vec<_>) = status.incidents.iter().partition(|incident| incident.open);
    html! {
        main.narrow {
            h1 { "Status of Tally" }
            div class={ "banner " (status.state.class()) } role="status" {
                (status.state.title()) p { (status.state.sentence()) }
            }
            ul.parts.card { @for part in &status.components {
                li {
                    span { (part.title) }
                    span class={ "badge " (part.state.class()) } { (part.state.title()) }
                }
            } }
            h2 { "Now" }
            @if open.is_empty() { p.card.empty { (no_open_incident(status.state)) } }
            @for incident in open { (render_incident(incident)) }
            h2 { "Before" }
            @if past.is_empty() { p.card.empty { "There was no incident before." } }
            @for incident in past { (render_incident(incident)) }
            p.hint {
                "As of " (moment(status.at)) ". For programs: " a href="/status.json" { "status.json" } "."
            }
        }
    }
}

/// The text in place of open incidents.
fn no_open_incident(state: ServiceState) -> &'static str {
    match state {
        ServiceState::Operational => "No incident is open.",
        ServiceState::Degraded | ServiceState::Outage => {
            "We have noticed a problem and are investigating it."
        }
    }
}

fn render_incident(incident: &Incident) -> Markup {
    html! {
        article.card {
            header {
                h3 { (incident.title) }
                span class={ "badge " (if incident.open { "bad" } else { "good" }) } { (incident.stage) }
            }
            p.quiet {
                (incident.component.title()) ", since " (moment(incident.since))
                @if let Some(at) = incident.resolved_at { ", resolved " (moment(at)) }
            }
            ul.updates { @for update in &incident.updates {
                li {
                    p { strong { (update.stage) } " " span.quiet { (moment(update.at)) } }
                    (paragraphs(&update.message))
                }
            } }
            @if let Some(text) = &incident.postmortem {
                details { summary { "Postmortem" } (paragraphs(text)) }
            }
        }
    }
}
