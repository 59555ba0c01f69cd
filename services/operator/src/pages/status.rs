//! The public status page: `/status` for people and `/status.json` for programs. It says nothing
//! about tenants, neither which nor how many.
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
//! `state` is `operational`, `degraded` or `outage`. For a component it is the worst that an open
//! incident or a firing alarm says about it; for Tally as a whole it is the worst of its
//! components. `stage` is `investigating`, `identified`, `monitoring` or `resolved`. Incidents and
//! updates are newest first.

use crate::domain::IncidentId;
use crate::domain::incident::{Component, Stage};
use crate::views::{AlarmList, AlarmPeriod, IncidentList, IncidentRecord, IncidentUpdate};
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use serde::Serialize;
use tally_domain::Clock;
use tally_http::{ProblemDetails, Reader};
use tally_messages::Texts;
use tally_view_store::{StoreError, ViewStore};

use super::names;
use super::problem::OpsProblem;
use crate::watch::alarms::{Alarm, Severity, title_in_english};
use tally_http::html::{Document, moment, paragraphs, to_answer};

/// How many incidents are shown: the latest ones.
const SHOWN: u32 = 25;
/// How long an answer may be cached: long enough for many visitors at once, too short to mislead
/// them.
const CACHE: &str = "public, max-age=15";

/// `/status` and `/status.json`. They need `web::Data` of [`ViewStore`] and [`Clock`].
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/status", web::get().to(show_page))
        .route("/status.json", web::get().to(show_json));
}

/// Whether something works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum ServiceState {
    Operational,
    Degraded,
    Outage,
}

impl ServiceState {
    fn title(self, texts: &Texts) -> String {
        match self {
            Self::Operational => texts.state_operational(),
            Self::Degraded => texts.state_degraded(),
            Self::Outage => texts.state_outage(),
        }
    }

    fn sentence(self, texts: &Texts) -> String {
        match self {
            Self::Operational => texts.state_operational_sentence(),
            Self::Degraded => texts.state_degraded_sentence(),
            Self::Outage => texts.state_outage_sentence(),
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
struct Status {
    state: ServiceState,
    at: DateTime<Utc>,
    components: Vec<ComponentStatus>,
    incidents: Vec<PublicIncident>,
}

#[derive(Serialize)]
struct ComponentStatus {
    component: Component,
    title: &'static str,
    state: ServiceState,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PublicIncident {
    id: IncidentId,
    title: String,
    component: Component,
    stage: &'static str,
    open: bool,
    since: DateTime<Utc>,
    resolved_at: Option<DateTime<Utc>>,
    updates: Vec<PublicUpdate>,
    postmortem: Option<String>,
}

#[derive(Serialize)]
struct PublicUpdate {
    at: DateTime<Utc>,
    stage: &'static str,
    message: String,
}

impl Status {
    fn new(alarms: &[AlarmPeriod], incidents: Vec<IncidentRecord>, now: DateTime<Utc>) -> Self {
        let to_status = |component: Component| {
            let of_incidents = incidents
                .iter()
                .filter(|incident| incident.component == component)
                .map(state_by_incident);
            let of_alarms = alarms
                .iter()
                .filter_map(|period| Alarm::by_name(&period.alarm))
                .filter(|alarm| alarm.component == component)
                .map(state_by_alarm);
            ComponentStatus {
                component,
                title: component.title(),
                state: of_incidents
                    .chain(of_alarms)
                    .max()
                    .unwrap_or(ServiceState::Operational),
            }
        };
        let components: Vec<ComponentStatus> = Component::ALL.into_iter().map(to_status).collect();
        let worst = components.iter().map(|part| part.state).max();
        Self {
            state: worst.unwrap_or(ServiceState::Operational),
            at: now,
            components,
            incidents: incidents.into_iter().map(PublicIncident::from).collect(),
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

/// No person has checked yet, so an alarm says only that something is wrong. A warning is for the
/// operator alone.
fn state_by_alarm(alarm: &Alarm) -> ServiceState {
    match alarm.severity {
        Severity::Critical => ServiceState::Degraded,
        Severity::Warning => ServiceState::Operational,
    }
}

impl From<IncidentRecord> for PublicIncident {
    fn from(record: IncidentRecord) -> Self {
        let update = |update: IncidentUpdate| PublicUpdate {
            at: update.at,
            stage: update.stage.as_str(),
            message: update.message,
        };
        Self {
            id: record.id,
            title: title_in_english(&record.title),
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

async fn read(views: web::Data<ViewStore>, clock: &Clock) -> Result<Status, OpsProblem> {
    let now = clock.now();
    let read = move || -> Result<Status, StoreError> {
        let (alarms, incidents) = (
            AlarmList::of(&views).firing()?,
            IncidentList::of(&views).public(SHOWN)?,
        );
        Ok(Status::new(&alarms, incidents, now))
    };
    let status = web::block(read).await;
    Ok(status.map_err(|cause| ProblemDetails::internal(&cause))??)
}

async fn show_json(views: web::Data<ViewStore>, clock: web::Data<Clock>) -> Result<HttpResponse, OpsProblem> {
    let status = read(views, &clock).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, CACHE))
        .json(status))
}

async fn show_page(
    views: web::Data<ViewStore>,
    clock: web::Data<Clock>,
    reader: Reader,
) -> Result<HttpResponse, OpsProblem> {
    let (status, texts) = (read(views, &clock).await?, reader.texts);
    let title = texts.status_title();
    let document = Document::new(&title, texts);
    let mut answer = to_answer(StatusCode::OK, &document, &page_body(&status, texts));
    let cache = HeaderValue::from_static(CACHE);
    answer.headers_mut().insert(CACHE_CONTROL, cache);
    Ok(answer)
}

fn page_body(status: &Status, texts: &Texts) -> Markup {
    let (open, past): (Vec<_>, Vec<_>) = status.incidents.iter().partition(|incident| incident.open);
    html! {
        main.narrow {
            h1 { (texts.status_heading()) }
            div class={ "banner " (status.state.class()) } role="status" {
                (status.state.title(texts)) p { (status.state.sentence(texts)) }
            }
            ul.parts.card { @for part in &status.components {
                li {
                    span { (names::component(part.component, texts)) }
                    span class={ "badge " (part.state.class()) } { (part.state.title(texts)) }
                }
            } }
            h2 { (texts.status_now()) }
            @if open.is_empty() { p.card.empty { (text_without_incident(status.state, texts)) } }
            @for incident in open { (incident_article(incident, texts)) }
            h2 { (texts.status_before()) }
            @if past.is_empty() { p.card.empty { (texts.status_none_published()) } }
            @for incident in past { (incident_article(incident, texts)) }
            p.hint {
                (texts.status_as_of(&texts.moment(status.at))) " " (texts.status_for_programs()) " "
                a href="/status.json" { "status.json" }
            }
        }
    }
}

/// What it means that no incident is open.
fn text_without_incident(state: ServiceState, texts: &Texts) -> String {
    match state {
        ServiceState::Operational => texts.status_no_incident(),
        ServiceState::Degraded | ServiceState::Outage => texts.status_investigating(),
    }
}

fn incident_article(incident: &PublicIncident, texts: &Texts) -> Markup {
    html! {
        article.card {
            header {
                h3 { (names::incident_title(&incident.title, texts)) }
                span class={ "badge " (if incident.open { "bad" } else { "good" }) } {
                    (names::stage(incident.stage, texts))
                }
            }
            p.quiet { (period(incident, texts)) }
            ul.updates { @for update in &incident.updates {
                li {
                    p { strong { (names::stage(update.stage, texts)) } " "
                        span.quiet { (moment(update.at, texts)) } }
                    (paragraphs(&update.message))
                }
            } }
            @if let Some(text) = &incident.postmortem {
                details { summary { (texts.status_postmortem()) } (paragraphs(text)) }
            }
        }
    }
}

fn period(incident: &PublicIncident, texts: &Texts) -> String {
    let component = names::component(incident.component, texts);
    let since = texts.moment(incident.since);
    match incident.resolved_at {
        Some(at) => texts.status_since_resolved(&component, &texts.moment(at), &since),
        None => texts.status_since(&component, &since),
    }
}
