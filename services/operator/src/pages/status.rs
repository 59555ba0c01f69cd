//! How Tally does, for everybody: `/status` for people and `/status.json` for programs. Nothing of tenants is in it, neither who nor how many.
//!
//! `/status.json` is
//!
//! ```json
//! {
//!   "state": "degraded",
//!   "at": "2026-03-07T12:00:00Z",
//!   "components": [{ "component": "pages", "title": "Opening Tally in Jira", "state": "degraded" }],
//!   "incidents": [{
//!     "id": "0195…", "title": "Tally does not open on some sites", "component": "pages", "stage": "identified", "open": true,
//!     "since": "2026-03-07T11:50:00Z", "resolvedAt": null,
//!     "updates": [{ "at": "2026-03-07T11:58:00Z", "stage": "identified", "message": "…" }],
//!     "postmortem": null
//!   }]
//! }
//! ```
//!
//! `state` is `operational`, `degraded` or `outage`: of a component the worst that an open incident or a firing alarm says of it, of the whole the
//! worst of its components. `stage` is `investigating`, `identified`, `monitoring` or `resolved`. Incidents and updates are newest first.

use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use serde::Serialize;
use tally_domain::IncidentId;
use tally_domain::incident::{Component, Stage};
use tally_projections::{AlarmSpell, IncidentRecord, IncidentUpdate, StoreError, ViewStore};

use super::problem::Problem;
use super::views::ask;
use crate::tally::Tally;
use crate::watch::alarms::{Alarm, Severity};
use tally_http::html::{Document, moment, paragraphs, to_answer};

/// How many incidents are shown: the last ones.
const SHOWN: u32 = 25;
/// For how long an answer may be kept: enough to bear a crowd, too short to mislead it.
const KEPT: &str = "public, max-age=15";

/// `/status` and `/status.json`.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/status", web::get().to(page))
        .route("/status.json", web::get().to(json));
}

/// How something does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Operational,
    Degraded,
    Outage,
}

impl State {
    fn title(self) -> &'static str {
        match self {
            Self::Operational => "Operational",
            Self::Degraded => "Degraded",
            Self::Outage => "Outage",
        }
    }

    fn sentence(self) -> &'static str {
        match self {
            Self::Operational => "Everything works as it should.",
            Self::Degraded => "Something does not work for everybody, or not as it should.",
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
struct Status {
    state: State,
    at: DateTime<Utc>,
    components: Vec<Part>,
    incidents: Vec<Incident>,
}

#[derive(Serialize)]
struct Part {
    component: Component,
    title: &'static str,
    state: State,
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

impl Status {
    fn of(alarms: &[AlarmSpell], incidents: Vec<IncidentRecord>, now: DateTime<Utc>) -> Self {
        let part = |component: Component| {
            let of_incidents = incidents
                .iter()
                .filter(|incident| incident.component == component)
                .map(said_by_incident);
            let of_alarms = alarms
                .iter()
                .filter_map(|spell| Alarm::by_name(&spell.alarm))
                .filter(|alarm| alarm.component == component)
                .map(said_by_alarm);
            Part {
                component,
                title: component.title(),
                state: of_incidents.chain(of_alarms).max().unwrap_or(State::Operational),
            }
        };
        let components: Vec<Part> = Component::ALL.into_iter().map(part).collect();
        let worst = components.iter().map(|part| part.state).max();
        Self {
            state: worst.unwrap_or(State::Operational),
            at: now,
            components,
            incidents: incidents.into_iter().map(Incident::from).collect(),
        }
    }
}

fn said_by_incident(incident: &IncidentRecord) -> State {
    match incident.stage {
        Stage::Confirmed(_) if incident.everyone => State::Outage,
        Stage::Confirmed(_) => State::Degraded,
        Stage::Proposed | Stage::Resolved | Stage::Dismissed => State::Operational,
    }
}

/// No person has looked yet, so an alarm says no more than that something is wrong; a warning is for the operator alone.
fn said_by_alarm(alarm: &Alarm) -> State {
    match alarm.severity {
        Severity::Critical => State::Degraded,
        Severity::Warning => State::Operational,
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

async fn read(tally: &Tally) -> Result<Status, Problem> {
    let now = Utc::now();
    let status = move |views: &ViewStore| -> Result<Status, StoreError> {
        let (alarms, incidents) = (views.alarms().firing()?, views.incidents().public(SHOWN)?);
        Ok(Status::of(&alarms, incidents, now))
    };
    ask(tally, status).await
}

async fn json(tally: web::Data<Tally>) -> Result<HttpResponse, Problem> {
    let status = read(&tally).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, KEPT))
        .json(status))
}

async fn page(tally: web::Data<Tally>) -> Result<HttpResponse, Problem> {
    let status = read(&tally).await?;
    let mut answer = to_answer(StatusCode::OK, &Document::new("Status"), &body(&status));
    let kept = actix_web::http::header::HeaderValue::from_static(KEPT);
    answer.headers_mut().insert(CACHE_CONTROL, kept);
    Ok(answer)
}

fn body(status: &Status) -> Markup {
    let (open, past): (Vec<_>, Vec<_>) = status.incidents.iter().partition(|incident| incident.open);
    html! {
        main.narrow {
            h1 { "Status of Tally" }
            div class={ "banner " (status.state.class()) } role="status" { (status.state.title()) p { (status.state.sentence()) } }
            ul.parts.card { @for part in &status.components {
                li { span { (part.title) } span class={ "badge " (part.state.class()) } { (part.state.title()) } }
            } }
            h2 { "Now" }
            @if open.is_empty() { p.card.empty { (nothing_open(status.state)) } }
            @for incident in open { (article(incident)) }
            h2 { "Before" }
            @if past.is_empty() { p.card.empty { "No incident was told of yet." } }
            @for incident in past { (article(incident)) }
            p.hint { "As of " (moment(status.at)) ". The same for programs: " a href="/status.json" { "status.json" } "." }
        }
    }
}

/// What it means that no incident is open.
fn nothing_open(state: State) -> &'static str {
    match state {
        State::Operational => "No incident is open.",
        State::Degraded | State::Outage => "We have noticed that something is wrong and are looking into it.",
    }
}

fn article(incident: &Incident) -> Markup {
    html! {
        article.card {
            header { h3 { (incident.title) } span class={ "badge " (if incident.open { "bad" } else { "good" }) } { (incident.stage) } }
            p.quiet {
                (incident.component.title()) ", since " (moment(incident.since))
                @if let Some(at) = incident.resolved_at { ", resolved " (moment(at)) }
            }
            ul.updates { @for update in &incident.updates {
                li { p { strong { (update.stage) } " " span.quiet { (moment(update.at)) } } (paragraphs(&update.message)) }
            } }
            @if let Some(text) = &incident.postmortem {
                details { summary { "Postmortem" } (paragraphs(text)) }
            }
        }
    }
}
