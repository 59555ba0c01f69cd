//! The overview: firing alarms, failing tenants, baking releases, incidents, and sites that wait
//! for their admin. It reloads itself, so every form with a text field has a page of its own.

use actix_web::HttpResponse;
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use tally_http::html::{Document, moment, since};
use tally_messages::{Part, Table, Texts};

use super::incident::{self, SHOWN};
use super::operations::Operations;
use super::shapes::{AlarmPeriod, FailingTenant, Incident, Overview, Release, WaitingNotice, WaitingSites};
use super::{names, release};

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
    texts: &'static Texts,
) -> HttpResponse {
    let ended: Vec<&Incident> = incidents
        .iter()
        .filter(|incident| !incident.is_open())
        .take(PAST_INCIDENTS)
        .collect();
    let main = html! {
        h1 { (texts.ops_overview()) }
        (summary(overview, texts))
        p.hint { (texts.overview_as_of(&overview.release, REFRESH, &texts.moment(overview.at))) }
        section aria-labelledby="alarms" {
            h2 #alarms { (texts.alarms_title()) }
            (alarms(overview, texts))
            (waiting_notices(&overview.waiting_notices, overview.at, texts))
        }
        section aria-labelledby="tenants" {
            h2 #tenants { (texts.failing_title()) }
            (failing(overview, texts))
        }
        section aria-labelledby="releases" {
            h2 #releases { (texts.releases_title()) }
            (releases_section(ops, overview, releases, texts))
        }
        section aria-labelledby="incidents" {
            h2 #incidents { (texts.incidents_title()) }
            (open_incidents(overview, texts))
            (past_incidents(&ended, texts))
            p.act {
                a href=(incident::NEW) { (texts.incident_propose()) }
            }
        }
        section aria-labelledby="by-hand" {
            h2 #by-hand { (texts.overview_by_hand()) }
            (waiting_sites(&overview.by_hand, texts))
        }
    };
    let title = texts.ops_overview();
    let document = Document::new(&title, texts).refresh_every(REFRESH);
    ops.page(document, &main)
}

fn summary(overview: &Overview, texts: &Texts) -> Markup {
    let failing = overview.failing.len();
    let critical = overview
        .alarms
        .iter()
        .any(|alarm| alarm.severity.as_deref() != Some("warning"));
    let text = match (overview.alarms.len(), failing) {
        (0, 0) => texts.overview_calm(),
        (0, failing) => texts.overview_failing(failing),
        (alarms, failing) => texts.overview_alarms(alarms, failing),
    };
    let calm = overview.alarms.is_empty() && failing == 0;
    html! { div.banner.good[calm].bad[critical].warn[!calm && !critical] role="status" { (text) } }
}

fn alarms(overview: &Overview, texts: &Texts) -> Markup {
    html! {
        @if overview.alarms.is_empty() { p.card.empty { (texts.alarms_none()) } }
        @for alarm in &overview.alarms { (alarm_card(alarm, overview, texts)) }
    }
}

fn alarm_card(alarm: &AlarmPeriod, overview: &Overview, texts: &Texts) -> Markup {
    let warning = alarm.severity.as_deref() == Some("warning");
    let in_language = |part: Part, english: &Option<String>| {
        let english = english.as_ref()?;
        Some(texts.by_code_or(Table::Alarm, &alarm.alarm, part, english))
    };
    let summary = in_language(Part::Summary, &alarm.summary);
    html! {
        article.card {
            header {
                h3 { (alarm.alarm) }
                span.badge.warn[warning].bad[!warning] {
                    (names::severity(alarm.severity.as_deref(), texts))
                }
                span.quiet { (texts.alarm_since()) " " (since(alarm.since, overview.at, texts)) }
            }
            p { (summary.unwrap_or_else(|| texts.alarm_unknown())) }
            p { (texts.alarm_measured(alarm.limit, alarm.value))
                @if alarm.tenants > 0 { " " (texts.alarm_tenants(alarm.tenants)) } }
            @if let Some(remedy) = in_language(Part::Remedy, &alarm.remedy) {
                p { strong { (texts.alarm_do_first()) } " " (remedy) }
            }
            @if let Some(runbook) = &alarm.runbook {
                p.hint { (texts.alarm_runbook()) " " code { (runbook) } }
            }
        }
    }
}

fn failing(overview: &Overview, texts: &Texts) -> Markup {
    html! {
        @if overview.failing.is_empty() {
            p.card.empty { (texts.failing_none()) }
        } @else {
            div.card.wide tabindex="0" {
                table {
                    thead {
                        tr {
                            th scope="col" { (texts.site()) }
                            th scope="col" { (texts.since()) }
                            th scope="col" { (texts.failing_reason()) }
                            th scope="col" { (texts.failing_last_good()) }
                        }
                    }
                    tbody {
                        @for tenant in overview.failing.iter().take(SHOWN) {
                            (failing_row(tenant, overview, texts))
                        }
                    }
                }
                @if overview.failing.len() > SHOWN {
                    p.hint { (texts.more_tenants(overview.failing.len() - SHOWN)) }
                }
            }
        }
    }
}

fn failing_row(tenant: &FailingTenant, overview: &Overview, texts: &Texts) -> Markup {
    html! {
        tr {
            td {
                a href={ "/ops/tenants/" (tenant.tenant) } {
                    (names::site(tenant.site.as_deref(), texts))
                }
            }
            td { (since(tenant.since, overview.at, texts)) }
            td { (names::cause_of_code(&tenant.code, &tenant.cause, texts)) br; code { (tenant.code) } }
            td {
                @match tenant.last_good_at {
                    Some(at) => (moment(at, texts)),
                    None => (texts.failing_last_good_unknown()),
                }
            }
        }
    }
}

fn releases_section(ops: &Operations, overview: &Overview, releases: &[Release], texts: &Texts) -> Markup {
    let ended: Vec<_> = releases
        .iter()
        .filter(|release| release.state != "baking")
        .collect();
    html! {
        @if overview.releases.is_empty() { p.card.empty { (texts.releases_none()) } }
        @for release in &overview.releases { (release_card(ops, release, overview, texts)) }
        @if !ended.is_empty() {
            details {
                summary { (texts.releases_ended()) }
                ul { @for release in ended {
                    li {
                        a href={ "/ops/releases/" (release.version) } { (release.version) }
                        " " (names::release_state(&release.state, texts))
                        @if let Some(at) = release.ended_at { ", " (moment(at, texts)) }
                        @if let Some(reason) = &release.reason { ": " (reason) }
                    }
                } }
            }
        }
    }
}

fn release_card(ops: &Operations, release: &Release, overview: &Overview, texts: &Texts) -> Markup {
    html! {
        article.card {
            header {
                h3 { a href={ "/ops/releases/" (release.version) } { (release.version) } }
                span.badge.calm { (texts.release_state_baking()) }
                span.quiet { (texts.release_staged_at()) " " (since(release.staged_at, overview.at, texts)) }
            }
            (release::bake(release, ops.probe_gap(), overview.at, texts))
            div.acts {
                (release::promote(release, texts))
                p.act { a href={ "/ops/releases/" (release.version) } { (texts.release_details()) } }
            }
        }
    }
}

fn open_incidents(overview: &Overview, texts: &Texts) -> Markup {
    html! {
        @if overview.incidents.is_empty() { p.card.empty { (texts.incidents_none()) } }
        @for incident in &overview.incidents {
            article.card {
                header {
                    h3 {
                        a href={ "/ops/incidents/" (incident.id) } {
                            (names::incident_title(&incident.title, texts))
                        }
                    }
                    (incident::badge(incident, texts))
                    span.quiet {
                        (texts.incident_since(&names::component(incident.component, texts)))
                        " " (since(incident.proposed_at, overview.at, texts))
                    }
                }
                p {
                    (texts.incident_affected(&names::affected(incident, texts)))
                    @if let Some(alarm) = &incident.alarm { " " (texts.incident_proposed_by_alarm(alarm)) }
                }
                @if let Some(update) = incident.updates.last() { p.said { (update.message) } }
                p.act { a href={ "/ops/incidents/" (incident.id) } { (next_acts(incident, texts)) } }
            }
        }
    }
}

fn past_incidents(ended: &[&Incident], texts: &Texts) -> Markup {
    html! {
        @if !ended.is_empty() {
            details {
                summary { (texts.incidents_past()) }
                ul { @for incident in ended {
                    li {
                        a href={ "/ops/incidents/" (incident.id) } {
                            (names::incident_title(&incident.title, texts))
                        }
                        " " (incident::badge(incident, texts)) " " (moment(incident.proposed_at, texts))
                        @if incident.stage == "resolved" && incident.postmortem.is_none() {
                            " " span.badge.warn { (texts.incident_no_postmortem()) }
                        }
                    }
                } }
            }
        }
    }
}

/// What can be done with it, on its own page, which does not reload itself while an operator
/// writes.
fn next_acts(incident: &Incident, texts: &Texts) -> String {
    match incident.stage.as_str() {
        "proposed" => texts.incident_next_confirm(),
        _ => texts.incident_next_update(),
    }
}

/// Nothing while every message is delivered.
fn waiting_notices(waiting: &[WaitingNotice], now: DateTime<Utc>, texts: &Texts) -> Markup {
    html! {
        @if !waiting.is_empty() {
            article.card {
                h3 { (texts.notices_waiting()) }
                ul {
                    @for notice in waiting {
                        li {
                            (notice.alarm) " "
                            @if notice.resolved { (texts.notices_resolved()) } @else { (texts.notices_firing()) }
                            ": " (notice.channels.join(", ")) ", "
                            (texts.alarm_since()) " " (since(notice.at, now, texts))
                        }
                    }
                }
            }
        }
    }
}

fn waiting_sites(lists: &[WaitingSites], texts: &Texts) -> Markup {
    html! {
        @if lists.is_empty() { p.card.empty { (texts.overview_no_site_waits()) } }
        @for list in lists {
            h3 {
                a href={ "/ops/incidents/" (list.incident) } { (names::incident_title(&list.title, texts)) }
            }
            (incident::sites(&list.tenants, texts))
        }
    }
}
