//! One incident: what was told, whom it hurts, and the forms that its stage allows.

use actix_web::HttpResponse;
use maud::{Markup, html};
use tally_domain::incident::Component;

use super::page;
use super::shapes::{AffectedTenant, Incident, WholeIncident};
use crate::tally::Tally;
use tally_http::html::{Document, moment, paragraphs};

/// Where one is proposed.
pub const NEW: &str = "/ops/incidents/new";

/// How many of the tenants are shown; the others are counted.
pub const SHOWN: usize = 200;

/// The page of an incident.
pub fn page(tally: &Tally, whole: &WholeIncident) -> HttpResponse {
    let incident = &whole.incident;
    let main = html! {
        h1 { (incident.title) }
        p { (badge(incident)) " " (incident.component.title()) }
        dl.facts {
            dt { "Incident" } dd { code { (incident.id) } }
            dt { "Proposed" } dd { (moment(incident.proposed_at)) " by " (incident.alarm.as_deref().unwrap_or("the operator")) }
            @if let Some(at) = incident.confirmed_at { dt { "Public since" } dd { (moment(at)) } }
            @if let Some(at) = incident.resolved_at { dt { "Resolved" } dd { (moment(at)) } }
            dt { "Affected" } dd { (incident.hurts()) }
        }
        (forms(incident))
        h2 { "What was told" }
        (updates(incident))
        @if let Some(text) = &incident.postmortem {
            h2 { "Postmortem" }
            div.card { (paragraphs(text)) }
        }
        h2 { "Sites it names" }
        (sites(&whole.tenants))
    };
    page::page(tally, &Document::new(&incident.title), &main)
}

/// The page on which one is proposed.
pub fn new(tally: &Tally) -> HttpResponse {
    let main = html! {
        h1 { "Propose an incident" }
        p.hint { "It is not public before it is confirmed." }
        form.card method="post" action="/ops/incidents" {
            label for="title" { "Title" }
            input #title name="title" required;
            label for="component" { "Which part of Tally" }
            select #component name="component" {
                @for component in Component::ALL { option value=(component.as_str()) { (component.title()) } }
            }
            label for="tenants" { "Whom it hurts: ids of tenants, apart by spaces" }
            textarea #tenants name="tenants" {}
            label.check { input type="checkbox" name="everyone" value="yes"; "Everyone" }
            button type="submit" { "Propose" }
        }
    };
    page::page(tally, &Document::new("Propose an incident"), &main)
}

/// Its stage.
pub fn badge(incident: &Incident) -> Markup {
    let stage = incident.stage.as_str();
    let (good, calm) = (stage == "resolved", matches!(stage, "monitoring" | "dismissed"));
    html! { span.badge.good[good].calm[calm].warn[stage == "proposed"].bad[matches!(stage, "investigating" | "identified")] { (stage) } }
}

fn updates(incident: &Incident) -> Markup {
    html! {
        @if incident.updates.is_empty() {
            p.card.empty { "Nothing yet. It is not public before it is confirmed." }
        } @else {
            ul.updates {
                @for update in incident.updates.iter().rev() {
                    li { p { strong { (update.stage) } " " span.quiet { (moment(update.at)) } } (paragraphs(&update.message)) }
                }
            }
        }
    }
}

/// The sites, those that wait for their admin first.
pub fn sites(tenants: &[AffectedTenant]) -> Markup {
    html! {
        @if tenants.is_empty() {
            p.card.empty { "None by name." }
        } @else {
            div.card.wide tabindex="0" {
                table {
                    thead { tr { th scope="col" { "Site" } th scope="col" { "Named" } th scope="col" { "Well again" } } }
                    tbody {
                        @for tenant in tenants.iter().take(SHOWN) {
                            tr {
                                td { a href={ "/ops/tenants/" (tenant.tenant) } { (tenant.site.as_deref().unwrap_or("address unknown")) } }
                                td { (moment(tenant.since)) }
                                td { @match tenant.mended_at { Some(at) => (moment(at)), None => { span.badge.warn { "waits for its admin" } } } }
                            }
                        }
                    }
                }
                @if tenants.len() > SHOWN { p.hint { "And " (tenants.len() - SHOWN) " more: see /ops/api/incidents." } }
            }
        }
    }
}

/// The forms that the incident's stage allows.
fn forms(incident: &Incident) -> Markup {
    let at = |act: &str| format!("/ops/incidents/{}/{act}", incident.id);
    html! {
        div.acts {
            @match incident.stage.as_str() {
                "proposed" => {
                    details {
                        summary { "Confirm: make it public" }
                        form method="post" action=(at("confirm")) {
                            (line(incident, "confirm", "title", "Title, for the public", &incident.title))
                            (text(incident, "confirm", "message", "What is known, for the public"))
                            button type="submit" { "Confirm" }
                        }
                    }
                    details {
                        summary { "Dismiss: it is none" }
                        form method="post" action=(at("dismiss")) {
                            (line(incident, "dismiss", "reason", "Why not, for ourselves", ""))
                            button.plain type="submit" { "Dismiss" }
                        }
                    }
                }
                "resolved" => {
                    details {
                        summary { @if incident.postmortem.is_some() { "Publish the postmortem anew" } @else { "Publish a postmortem" } }
                        form method="post" action=(at("postmortem")) {
                            (text(incident, "postmortem", "text", "What happened, why, and what was learnt, for the public"))
                            button type="submit" { "Publish" }
                        }
                    }
                }
                "dismissed" => {}
                phase => {
                    details {
                        summary { "Tell news" }
                        form method="post" action=(at("update")) {
                            (phases(incident, phase))
                            (text(incident, "update", "message", "What is new, for the public"))
                            button type="submit" { "Publish" }
                        }
                    }
                    details {
                        summary { "Resolve: it is over" }
                        form method="post" action=(at("resolve")) {
                            (text(incident, "resolve", "message", "How it ended, for the public"))
                            button type="submit" { "Resolve" }
                        }
                    }
                }
            }
        }
    }
}

fn phases(incident: &Incident, now: &str) -> Markup {
    let id = format!("{}-phase", incident.id);
    html! {
        label for=(id) { "How far the work is" }
        select id=(id) name="phase" {
            @for (phase, meaning) in [
                ("investigating", "the cause is being looked for"),
                ("identified", "the cause is known"),
                ("monitoring", "it is mended and being watched"),
            ] {
                option value=(phase) selected[phase == now] { (phase) ": " (meaning) }
            }
        }
    }
}

fn line(incident: &Incident, act: &str, name: &str, label: &str, value: &str) -> Markup {
    let id = format!("{}-{act}-{name}", incident.id);
    html! { label for=(id) { (label) } input id=(id) name=(name) value=(value) required; }
}

fn text(incident: &Incident, act: &str, name: &str, label: &str) -> Markup {
    let id = format!("{}-{act}-{name}", incident.id);
    html! { label for=(id) { (label) } textarea id=(id) name=(name) rows="4" required {} }
}
