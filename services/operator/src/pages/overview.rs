//! The overview: what fires, who fails, what bakes, what is told, and who still has to act. It loads itself anew, so whatever takes words
//! has a page of its own.

use actix_web::HttpResponse;
use maud::{Markup, html};

use super::incident::{self, SHOWN};
use super::shapes::{Alarm, ByHand, FailingTenant, Incident, Overview, Release};
use super::{page, release};
use crate::tally::Tally;
use tally_http::html::{Document, moment, since};

/// How many releases are shown, those that are over among them.
pub const PAST_RELEASES: u32 = 10;
/// How many incidents that are over are shown.
const PAST_INCIDENTS: usize = 10;
/// How often the page loads itself anew, in seconds.
const REFRESH: u32 = 15;

/// The page. `releases` and `incidents` are the last ones, whatever came of them.
pub fn page(
    tally: &Tally,
    overview: &Overview,
    releases: &[Release],
    incidents: &[Incident],
) -> HttpResponse {
    let over: Vec<&Incident> = incidents
        .iter()
        .filter(|incident| !incident.open())
        .take(PAST_INCIDENTS)
        .collect();
    let main = html! {
        h1 { "Overview" }
        (summary(overview))
        p.hint { "As of " (moment(overview.at)) ", release " code { (overview.release) } ". The page loads itself anew every " (REFRESH) " s." }
        section aria-labelledby="alarms" { h2 #alarms { "Alarms" } (alarms(overview)) }
        section aria-labelledby="tenants" { h2 #tenants { "Tenants failing" } (failing(overview)) }
        section aria-labelledby="releases" { h2 #releases { "Releases" } (bakes(overview, releases)) }
        section aria-labelledby="incidents" { h2 #incidents { "Incidents" } (open_incidents(overview)) (past_incidents(&over)) p.act { a href=(incident::NEW) { "Propose one" } } }
        section aria-labelledby="by-hand" {
            h2 #by-hand { "Sites whose admin must update or reinstall by hand" }
            (by_hand(&overview.by_hand))
        }
    };
    let document = Document::new("Overview").refresh_every(REFRESH);
    page::page(tally, &document, &main)
}

fn summary(overview: &Overview) -> Markup {
    let failing = overview.failing.len();
    let critical = overview
        .alarms
        .iter()
        .any(|alarm| alarm.severity.as_deref() != Some("warning"));
    let said = match (overview.alarms.len(), failing) {
        (0, 0) => "No alarm fires and no tenant fails.".to_owned(),
        (0, failing) => format!("No alarm fires. Tenants failing: {failing}."),
        (alarms, failing) => format!("Alarms firing: {alarms}. Tenants failing: {failing}."),
    };
    let calm = overview.alarms.is_empty() && failing == 0;
    html! { div.banner.good[calm].bad[critical].warn[!calm && !critical] role="status" { (said) } }
}

fn alarms(overview: &Overview) -> Markup {
    html! {
        @if overview.alarms.is_empty() {
            p.card.empty { "None fires: every condition in the table of alarms is within its limit." }
        }
        @for alarm in &overview.alarms { (alarm_card(alarm, overview)) }
    }
}

fn alarm_card(alarm: &Alarm, overview: &Overview) -> Markup {
    let warning = alarm.severity.as_deref() == Some("warning");
    html! {
        article.card {
            header {
                h3 { (alarm.alarm) }
                span.badge.warn[warning].bad[!warning] { (alarm.severity.as_deref().unwrap_or("firing")) }
                span.quiet { "since " (since(alarm.since, overview.at)) }
            }
            p { (alarm.summary.as_deref().unwrap_or("This version does not know the alarm; another one fired it.")) }
            p { "Measured " strong { (alarm.value) } ", fires from " (alarm.limit) "."
                @if alarm.tenants > 0 { " Tenants when it fired: " (alarm.tenants) "." } }
            @if let Some(remedy) = &alarm.remedy { p { strong { "First: " } (remedy) } }
            @if let Some(runbook) = &alarm.runbook { p.hint { "Runbook: " code { (runbook) } } }
        }
    }
}

fn failing(overview: &Overview) -> Markup {
    html! {
        @if overview.failing.is_empty() {
            p.card.empty { "None: of every tenant that sent something, the latest request verified." }
        } @else {
            div.card.wide tabindex="0" {
                table {
                    thead { tr { th scope="col" { "Site" } th scope="col" { "Since" } th scope="col" { "Why" } th scope="col" { "Last good request" } } }
                    tbody { @for tenant in overview.failing.iter().take(SHOWN) { (failing_row(tenant, overview)) } }
                }
                @if overview.failing.len() > SHOWN {
                    p.hint { "And " (overview.failing.len() - SHOWN) " more: see /ops/api/tenants." }
                }
            }
        }
    }
}

fn failing_row(tenant: &FailingTenant, overview: &Overview) -> Markup {
    html! {
        tr {
            td { a href={ "/ops/tenants/" (tenant.tenant) } { (tenant.site.as_deref().unwrap_or("address unknown")) } }
            td { (since(tenant.since, overview.at)) }
            td { (tenant.cause) br; code { (tenant.code) } }
            td { @match tenant.last_good_at { Some(at) => (moment(at)), None => "none known" } }
        }
    }
}

fn bakes(overview: &Overview, releases: &[Release]) -> Markup {
    let over: Vec<_> = releases
        .iter()
        .filter(|release| release.state != "baking")
        .collect();
    html! {
        @if overview.releases.is_empty() {
            p.card.empty { "None bakes. A release begins its bake by " code { "tally release stage VERSION" } "." }
        }
        @for release in &overview.releases { (bake(release, overview)) }
        @if !over.is_empty() {
            details {
                summary { "Those that are over" }
                ul { @for release in over {
                    li {
                        a href={ "/ops/releases/" (release.version) } { (release.version) } " " (release.state)
                        @if let Some(at) = release.ended_at { ", " (moment(at)) }
                        @if let Some(reason) = &release.reason { ": " (reason) }
                    }
                } }
            }
        }
    }
}

fn bake(release: &Release, overview: &Overview) -> Markup {
    html! {
        article.card {
            header {
                h3 { a href={ "/ops/releases/" (release.version) } { (release.version) } } span.badge.calm { "baking" }
                span.quiet { "staged " (since(release.staged_at, overview.at)) }
            }
            (release::bake(release, overview.at))
            div.acts {
                (release::promote(release))
                p.act { a href={ "/ops/releases/" (release.version) } { "Details, abort" } }
            }
        }
    }
}

fn open_incidents(overview: &Overview) -> Markup {
    html! {
        @if overview.incidents.is_empty() {
            p.card.empty { "None is open: the status page says nothing but what alarms say." }
        }
        @for incident in &overview.incidents {
            article.card {
                header {
                    h3 { a href={ "/ops/incidents/" (incident.id) } { (incident.title) } }
                    (incident::badge(incident))
                    span.quiet { (incident.component.title()) ", since " (since(incident.proposed_at, overview.at)) }
                }
                p { "Affected: " (incident.hurts()) "." @if let Some(alarm) = &incident.alarm { " Proposed by " (alarm) "." } }
                @if let Some(update) = incident.updates.last() { p.said { (update.message) } }
                p.act { a href={ "/ops/incidents/" (incident.id) } { (next_acts(incident)) } }
            }
        }
    }
}

fn past_incidents(over: &[&Incident]) -> Markup {
    html! {
        @if !over.is_empty() {
            details {
                summary { "Those that are over" }
                ul { @for incident in over {
                    li {
                        a href={ "/ops/incidents/" (incident.id) } { (incident.title) } " " (incident::badge(incident)) " " (moment(incident.proposed_at))
                        @if incident.stage == "resolved" && incident.postmortem.is_none() { " " span.badge.warn { "no postmortem yet" } }
                    }
                } }
            }
        }
    }
}

/// What can be done with it: on its own page, which does not load itself anew while somebody writes.
fn next_acts(incident: &Incident) -> &'static str {
    match incident.stage.as_str() {
        "proposed" => "Confirm or dismiss it",
        _ => "Tell news, or resolve it",
    }
}

fn by_hand(lists: &[ByHand]) -> Markup {
    html! {
        @if lists.is_empty() {
            p.card.empty { "None: every site that an incident names is well again." }
        }
        @for list in lists {
            h3 { a href={ "/ops/incidents/" (list.incident) } { (list.title) } }
            (incident::sites(&list.tenants))
        }
    }
}
