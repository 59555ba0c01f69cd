//! The overview: firing alarms, failing tenants, baking releases, incidents, and sites that wait
//! for their admin. It reloads itself, so every form with a text field has a page of its own.

use actix_web::HttpResponse;
use maud::{Markup, html};
use tally_http::html::{Document, moment, since};

use super::incident::{self, SHOWN};
use super::operations::Operations;
use super::release;
use super::shapes::{AlarmPeriod, FailingTenant, Incident, Overview, Release, WaitingSites};

/// How many releases are shown, ended ones among them.
pub(super) const PAST_RELEASES: u32 = 10;
/// How many resolved or dismissed incidents are shown.
const PAST_INCIDENTS: usize = 10;
/// How often the page reloads itself, in seconds.
const REFRESH: u32 = 15;

/// The page. `releases` and `incidents` are the latest ones, in whatever state.
pub(super) fn page(
    ops: &Operations,
    overview: &Overview,
    releases: &[Release],
    incidents: &[Incident],
) -> HttpResponse {
    let ended: Vec<&Incident> = incidents
        .iter()
        .filter(|incident| !incident.is_open())
        .take(PAST_INCIDENTS)
        .collect();
    let main = html! {
        h1 { "Overview" }
        (summary(overview))
        p.hint {
            "As of " (moment(overview.at)) ", release " code { (overview.release) }
            ". The page reloads itself every " (REFRESH) " s."
        }
        section aria-labelledby="alarms" { h2 #alarms { "Alarms" } (alarms(overview)) }
        section aria-labelledby="tenants" { h2 #tenants { "Tenants failing" } (failing(overview)) }
        section aria-labelledby="releases" {
            h2 #releases { "Releases" } (releases_section(overview, releases))
        }
        section aria-labelledby="incidents" {
            h2 #incidents { "Incidents" }
            (open_incidents(overview))
            (past_incidents(&ended))
            p.act {
                a href=(incident::NEW) { "Propose an incident" }
            }
        }
        section aria-labelledby="by-hand" {
            h2 #by-hand { "Sites whose admin must update or reinstall by hand" }
            (waiting_sites(&overview.by_hand))
        }
    };
    let document = Document::new("Overview").refresh_every(REFRESH);
    ops.page(&document, &main)
}

fn summary(overview: &Overview) -> Markup {
    let failing = overview.failing.len();
    let critical = overview
        .alarms
        .iter()
        .any(|alarm| alarm.severity.as_deref() != Some("warning"));
    let text = match (overview.alarms.len(), failing) {
        (0, 0) => "No alarm fires and no tenant fails.".to_owned(),
        (0, failing) => format!("No alarm fires. Tenants failing: {failing}."),
        (alarms, failing) => format!("Alarms firing: {alarms}. Tenants failing: {failing}."),
    };
    let calm = overview.alarms.is_empty() && failing == 0;
    html! { div.banner.good[calm].bad[critical].warn[!calm && !critical] role="status" { (text) } }
}

fn alarms(overview: &Overview) -> Markup {
    html! {
        @if overview.alarms.is_empty() {
            p.card.empty { "No alarm fires: every signal is below its threshold." }
        }
        @for alarm in &overview.alarms { (alarm_card(alarm, overview)) }
    }
}

fn alarm_card(alarm: &AlarmPeriod, overview: &Overview) -> Markup {
    let warning = alarm.severity.as_deref() == Some("warning");
    html! {
        article.card {
            header {
                h3 { (alarm.alarm) }
                span.badge.warn[warning].bad[!warning] { (alarm.severity.as_deref().unwrap_or("firing")) }
                span.quiet { "since " (since(alarm.since, overview.at)) }
            }
            p { (alarm.summary.as_deref().unwrap_or("This version of Tally does not have this alarm; \
                                                     another version fired it.")) }
            p { "Measured " strong { (alarm.value) } ", fires from " (alarm.limit) "."
                @if alarm.tenants > 0 { " Tenants when it fired: " (alarm.tenants) "." } }
            @if let Some(remedy) = &alarm.remedy { p { strong { "What to do first: " } (remedy) } }
            @if let Some(runbook) = &alarm.runbook { p.hint { "Runbook: " code { (runbook) } } }
        }
    }
}

fn failing(overview: &Overview) -> Markup {
    html! {
        @if overview.failing.is_empty() {
            p.card.empty { "No tenant fails: the latest request of every tenant verified." }
        } @else {
            div.card.wide tabindex="0" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Site" }
                            th scope="col" { "Since" }
                            th scope="col" { "Reason" }
                            th scope="col" { "Last good request" }
                        }
                    }
                    tbody {
                        @for tenant in overview.failing.iter().take(SHOWN) { (failing_row(tenant, overview)) }
                    }
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
            td {
                a href={ "/ops/tenants/" (tenant.tenant) } {
                    (tenant.site.as_deref().unwrap_or("address unknown"))
                }
            }
            td { (since(tenant.since, overview.at)) }
            td { (tenant.cause) br; code { (tenant.code) } }
            td { @match tenant.last_good_at { Some(at) => (moment(at)), None => "none known" } }
        }
    }
}

fn releases_section(overview: &Overview, releases: &[Release]) -> Markup {
    let ended: Vec<_> = releases
        .iter()
        .filter(|release| release.state != "baking")
        .collect();
    html! {
        @if overview.releases.is_empty() {
            p.card.empty {
                "No release bakes. A release begins to bake with " code { "tally release stage VERSION" } "."
            }
        }
        @for release in &overview.releases { (release_card(release, overview)) }
        @if !ended.is_empty() {
            details {
                summary { "Ended releases" }
                ul { @for release in ended {
                    li {
                        a href={ "/ops/releases/" (release.version) } { (release.version) }
                        " " (release.state)
                        @if let Some(at) = release.ended_at { ", " (moment(at)) }
                        @if let Some(reason) = &release.reason { ": " (reason) }
                    }
                } }
            }
        }
    }
}

fn release_card(release: &Release, overview: &Overview) -> Markup {
    html! {
        article.card {
            header {
                h3 { a href={ "/ops/releases/" (release.version) } { (release.version) } }
                span.badge.calm { "baking" }
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
            p.card.empty { "No incident is open: the status page shows only what the alarms say." }
        }
        @for incident in &overview.incidents {
            article.card {
                header {
                    h3 { a href={ "/ops/incidents/" (incident.id) } { (incident.title) } }
                    (incident::badge(incident))
                    span.quiet {
                        (incident.component.title()) ", since " (since(incident.proposed_at, overview.at))
                    }
                }
                p {
                    "Affected: " (incident.affected_text()) "." @if let Some(alarm) = &incident.alarm {
                        " Proposed by " (alarm) "."
                    }
                }
                @if let Some(update) = incident.updates.last() { p.said { (update.message) } }
                p.act { a href={ "/ops/incidents/" (incident.id) } { (next_acts(incident)) } }
            }
        }
    }
}

fn past_incidents(ended: &[&Incident]) -> Markup {
    html! {
        @if !ended.is_empty() {
            details {
                summary { "Past incidents" }
                ul { @for incident in ended {
                    li {
                        a href={ "/ops/incidents/" (incident.id) } { (incident.title) }
                        " " (incident::badge(incident)) " " (moment(incident.proposed_at))
                        @if incident.stage == "resolved" && incident.postmortem.is_none() {
                            " " span.badge.warn { "no postmortem yet" }
                        }
                    }
                } }
            }
        }
    }
}

/// What can be done with it, on its own page, which does not reload itself while an operator
/// writes.
fn next_acts(incident: &Incident) -> &'static str {
    match incident.stage.as_str() {
        "proposed" => "Confirm or dismiss it",
        _ => "Publish an update, or resolve it",
    }
}

fn waiting_sites(lists: &[WaitingSites]) -> Markup {
    html! {
        @if lists.is_empty() {
            p.card.empty { "No site waits: every site that an incident names is repaired." }
        }
        @for list in lists {
            h3 { a href={ "/ops/incidents/" (list.incident) } { (list.title) } }
            (incident::sites(&list.tenants))
        }
    }
}
