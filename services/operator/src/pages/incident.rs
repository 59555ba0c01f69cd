//! One incident: what was published, which tenants it affects, and the forms that its stage allows.

use crate::domain::incident::Component;
use actix_web::HttpResponse;
use maud::{Markup, html};

use tally_http::html::{Document, moment, paragraphs};
use tally_messages::Texts;

use super::incident_forms::forms;
use super::names;
use super::operations::Operations;
use super::shapes::{AffectedTenant, Incident, IncidentDetails};

/// The path of the form that proposes one.
pub(super) const NEW: &str = "/ops/incidents/new";

/// How many tenants are listed; the others are counted.
pub(super) const SHOWN: usize = 200;

/// The page of an incident.
pub(super) fn page(ops: &Operations, details: &IncidentDetails, texts: &'static Texts) -> HttpResponse {
    let incident = &details.incident;
    let title = names::incident_title(&incident.title, texts);
    let main = html! {
        h1 { (title) }
        p { (badge(incident, texts)) " " (names::component(incident.component, texts)) }
        (facts(incident, texts))
        (forms(incident, texts))
        h2 { (texts.incident_published()) }
        (updates(incident, texts))
        @if let Some(text) = &incident.postmortem {
            h2 { (texts.status_postmortem()) }
            div.card { (paragraphs(text)) }
        }
        h2 { (texts.incident_sites()) }
        (sites(&details.tenants, texts))
    };
    ops.page(Document::new(&title, texts), &main)
}

fn facts(incident: &Incident, texts: &Texts) -> Markup {
    let at = texts.moment(incident.proposed_at);
    let proposed = match &incident.alarm {
        Some(alarm) => texts.incident_proposed_by(alarm, &at),
        None => texts.incident_proposed_by_operator(&at),
    };
    html! {
        dl.facts {
            dt { (texts.incident_id()) } dd { code { (incident.id) } }
            dt { (texts.incident_proposed()) } dd { (proposed) }
            @if let Some(at) = incident.confirmed_at {
                dt { (texts.incident_public_since()) } dd { (moment(at, texts)) }
            }
            @if let Some(at) = incident.resolved_at {
                dt { (texts.incident_resolved()) } dd { (moment(at, texts)) }
            }
            dt { (texts.incident_affected_label()) } dd { (names::affected(incident, texts)) }
        }
    }
}

/// The page on which an incident is proposed.
pub(super) fn new_page(ops: &Operations, texts: &'static Texts) -> HttpResponse {
    let main = html! {
        h1 { (texts.incident_propose()) }
        p.hint { (texts.incident_not_public()) }
        form.card method="post" action="/ops/incidents" {
            label for="title" { (texts.incident_form_title()) }
            input #title name="title" required;
            label for="component" { (texts.incident_form_component()) }
            select #component name="component" {
                @for component in Component::ALL {
                    option value=(component.as_str()) { (names::component(component, texts)) }
                }
            }
            label for="tenants" { (texts.incident_form_tenants()) }
            textarea #tenants name="tenants" {}
            label.check {
                input type="checkbox" name="everyone" value="yes"; (texts.incident_form_everyone())
            }
            button type="submit" { (texts.incident_form_propose()) }
        }
    };
    ops.page(Document::new(&texts.incident_propose(), texts), &main)
}

/// The badge for its stage.
pub(super) fn badge(incident: &Incident, texts: &Texts) -> Markup {
    let stage = incident.stage.as_str();
    let (good, calm) = (stage == "resolved", matches!(stage, "monitoring" | "dismissed"));
    let (warn, bad) = (
        stage == "proposed",
        matches!(stage, "investigating" | "identified"),
    );
    html! { span.badge.good[good].calm[calm].warn[warn].bad[bad] { (names::stage(stage, texts)) } }
}

fn updates(incident: &Incident, texts: &Texts) -> Markup {
    html! {
        @if incident.updates.is_empty() {
            p.card.empty { (texts.incident_nothing_published()) }
        } @else {
            ul.updates {
                @for update in incident.updates.iter().rev() {
                    li {
                        p {
                            strong { (names::stage(&update.stage, texts)) } " "
                            span.quiet { (moment(update.at, texts)) }
                        }
                        (paragraphs(&update.message))
                    }
                }
            }
        }
    }
}

/// The affected sites, those that wait for their admin first.
pub(super) fn sites(tenants: &[AffectedTenant], texts: &Texts) -> Markup {
    html! {
        @if tenants.is_empty() {
            p.card.empty { (texts.incident_no_sites()) }
        } @else {
            div.card.wide tabindex="0" {
                table {
                    thead {
                        tr {
                            th scope="col" { (texts.site()) }
                            th scope="col" { (texts.incident_affected_since()) }
                            th scope="col" { (texts.incident_repaired()) }
                        }
                    }
                    tbody { @for tenant in tenants.iter().take(SHOWN) { (site_row(tenant, texts)) } }
                }
                @if tenants.len() > SHOWN { p.hint { (texts.more_sites(tenants.len() - SHOWN)) } }
            }
        }
    }
}

fn site_row(tenant: &AffectedTenant, texts: &Texts) -> Markup {
    html! {
        tr {
            td {
                a href={ "/ops/tenants/" (tenant.tenant) } { (names::site(tenant.site.as_deref(), texts)) }
            }
            td { (moment(tenant.since, texts)) }
            td {
                @match tenant.repaired_at {
                    Some(at) => (moment(at, texts)),
                    None => { span.badge.warn { (texts.incident_waits()) } }
                }
            }
        }
    }
}
