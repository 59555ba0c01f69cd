//! One incident: what was published, which tenants it affects, and the forms that its stage allows.

use crate::domain::incident::Component;
use actix_web::HttpResponse;
use maud::{Markup, html};

use tally_http::html::{Document, moment, paragraphs};

use super::operations::Operations;
use super::shapes::{AffectedTenant, Incident, IncidentDetails};

/// The path of the form that proposes one.
pub(super) const NEW: &str = "/ops/incidents/new";

/// How many tenants are listed; the others are counted.
pub(super) const SHOWN: usize = 200;

/// The page of an incident.
pub(super) fn page(ops: &Operations, details: &IncidentDetails) -> HttpResponse {
    let incident = &details.incident;
    let main = html! {
        h1 { (incident.title) }
        p { (badge(incident)) " " (incident.component.title()) }
        dl.facts {
            dt { "Incident" } dd { code { (incident.id) } }
            dt { "Proposed" }
            dd { (moment(incident.proposed_at)) " by " (incident.alarm.as_deref().unwrap_or("the operator")) }
            @if let Some(at) = incident.confirmed_at { dt { "Public since" } dd { (moment(at)) } }
            @if let Some(at) = incident.resolved_at { dt { "Resolved" } dd { (moment(at)) } }
            dt { "Affected" } dd { (incident.affected_text()) }
        }
        (forms(incident))
        h2 { "What was published" }
        (updates(incident))
        @if let Some(text) = &incident.postmortem {
            h2 { "Postmortem" }
            div.card { (paragraphs(text)) }
        }
        h2 { "Sites it names" }
        (sites(&details.tenants))
    };
    ops.page(&Document::new(&incident.title), &main)
}

/// The page on which an incident is proposed.
pub(super) fn new_page(ops: &Operations) -> HttpResponse {
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
            label for="tenants" { "Affected tenants: their ids, separated by spaces" }
            textarea #tenants name="tenants" {}
            label.check { input type="checkbox" name="everyone" value="yes"; "Everyone" }
            button type="submit" { "Propose" }
        }
    };
    ops.page(&Document::new("Propose an incident"), &main)
}

/// The badge for its stage.
pub(super) fn badge(incident: &Incident) -> Markup {
    let stage = incident.stage.as_str();
    let (good, calm) = (stage == "resolved", matches!(stage, "monitoring" | "dismissed"));
    let (warn, bad) = (
        stage == "proposed",
        matches!(stage, "investigating" | "identified"),
    );
    html! { span.badge.good[good].calm[calm].warn[warn].bad[bad] { (stage) } }
}

fn updates(incident: &Incident) -> Markup {
    html! {
        @if incident.updates.is_empty() {
            p.card.empty { "Nothing yet. It is not public before it is confirmed." }
        } @else {
            ul.updates {
                @for update in incident.updates.iter().rev() {
                    li {
                        p { strong { (update.stage) } " " span.quiet { (moment(update.at)) } }
                        (paragraphs(&update.message))
                    }
                }
            }
        }
    }
}

/// The affected sites, those that wait for their admin first.
pub(super) fn sites(tenants: &[AffectedTenant]) -> Markup {
    html! {
        @if tenants.is_empty() {
            p.card.empty { "None by name." }
        } @else {
            div.card.wide tabindex="0" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Site" }
                            th scope="col" { "Affected since" }
                            th scope="col" { "Repaired" }
                        }
                    }
                    tbody {
                        @for tenant in tenants.iter().take(SHOWN) {
                            tr {
                                td {
                                    a href={ "/ops/tenants/" (tenant.tenant) } {
                                        (tenant.site.as_deref().unwrap_or("address unknown"))
                                    }
                                }
                                td { (moment(tenant.since)) }
                                td {
                                    @match tenant.repaired_at {
                                        Some(at) => (moment(at)),
                                        None => { span.badge.warn { "waits for its admin" } }
                                    }
                                }
                            }
                        }
                    }
                }
                @if tenants.len() > SHOWN {
                    p.hint { "And " (tenants.len() - SHOWN) " more: see /ops/api/incidents." }
                }
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
                            (input_line(incident, "confirm", "title", "Title, published", &incident.title))
                            (text_area(incident, "confirm", "message", "What is known, for the public"))
                            button type="submit" { "Confirm" }
                        }
                    }
                    details {
                        summary { "Dismiss: it is not an incident" }
                        form method="post" action=(at("dismiss")) {
                            (input_line(incident, "dismiss", "reason", "Reason, not published", ""))
                            button.plain type="submit" { "Dismiss" }
                        }
                    }
                }
                "resolved" => {
                    details {
                        summary {
                            @if incident.postmortem.is_some() { "Publish the postmortem again" }
                            @else { "Publish a postmortem" }
                        }
                        form method="post" action=(at("postmortem")) {
                            (text_area(incident, "postmortem", "text", "What happened, why, and what was \
                                                                        learned, for the public"))
                            button type="submit" { "Publish" }
                        }
                    }
                }
                "dismissed" => {}
                phase => {
                    details {
                        summary { "Publish an update" }
                        form method="post" action=(at("update")) {
                            (phases(incident, phase))
                            (text_area(incident, "update", "message", "What is new, for the public"))
                            button type="submit" { "Publish" }
                        }
                    }
                    details {
                        summary { "Resolve: it is over" }
                        form method="post" action=(at("resolve")) {
                            (text_area(incident, "resolve", "message", "How it ended, for the public"))
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
        label for=(id) { "Progress" }
        select id=(id) name="phase" {
            @for (phase, meaning) in [
                ("investigating", "we are looking for the cause"),
                ("identified", "the cause is known"),
                ("monitoring", "it is repaired and being observed"),
            ] {
                option value=(phase) selected[phase == now] { (phase) ": " (meaning) }
            }
        }
    }
}

fn input_line(incident: &Incident, act: &str, name: &str, label: &str, value: &str) -> Markup {
    let id = format!("{}-{act}-{name}", incident.id);
    html! { label for=(id) { (label) } input id=(id) name=(name) value=(value) required; }
}

fn text_area(incident: &Incident, act: &str, name: &str, label: &str) -> Markup {
    let id = format!("{}-{act}-{name}", incident.id);
    html! { label for=(id) { (label) } textarea id=(id) name=(name) rows="4" required {} }
}
