//! What is known of one tenant: how it stands, how its requests fare, what its callbacks brought.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use serde::Serialize;
use tally_domain::TenantId;
use tally_projections::{HealthSpell, QueryError, SpellEnd, ViewStore};

use super::shapes::FailingTenant;
use super::{acts, page, read};
use crate::diagnosis::{Diagnosis, Finding, Whom};
use crate::http::api::dto::{InstallLogEntry, Installation, InstallationSecret, TimelineEntry};
use crate::http::problem::Problem;
use crate::http::views::ask;
use crate::tally::Tally;
use tally_http::html::{Document, moment, since};

/// How many spells, events and callbacks are shown: the last ones.
const SHOWN: u32 = 20;

/// A tenant with what explains how it fares.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WholeTenant {
    /// When this was so.
    pub at: DateTime<Utc>,
    /// The tenant and its secrets, by fingerprint.
    pub installation: Installation,
    /// How it fails, if it does.
    pub failing: Option<FailingTenant>,
    /// The last times that it failed, newest first.
    pub spells: Vec<Spell>,
    /// The last events of it, newest first.
    pub timeline: Vec<TimelineEntry>,
    /// The last callbacks, newest first.
    pub callbacks: Vec<InstallLogEntry>,
}

/// A time in which its requests were refused.
#[derive(Serialize)]
pub struct Spell {
    /// Its beginning.
    pub since: DateTime<Utc>,
    /// Its end; null while it lasts.
    pub until: Option<DateTime<Utc>>,
    /// The refusal's code.
    pub code: String,
    /// `recovered` or `left`; null while it lasts.
    pub ended: Option<&'static str>,
}

impl From<HealthSpell> for Spell {
    fn from(spell: HealthSpell) -> Self {
        Self {
            since: spell.since,
            until: spell.until,
            code: spell.code,
            ended: spell.ended.map(SpellEnd::as_str),
        }
    }
}

/// Reads what is known.
///
/// # Errors
/// `ops.tenant_unknown`.
pub async fn read(tally: &Tally, tenant: TenantId) -> Result<WholeTenant, Problem> {
    let found = move |views: &ViewStore| -> Result<_, QueryError> {
        let Some(known) = views.tenant_credentials().by_tenant(tenant)? else {
            return Ok(None);
        };
        let spells = views.tenant_health().spells(tenant, SHOWN)?;
        let timeline = views.tenant_timeline().page(tenant, SHOWN, None)?.items;
        let callbacks = views.install_log().page(tenant, SHOWN, None)?.items;
        Ok(Some((known, spells, timeline, callbacks)))
    };
    let found = ask(tally, found).await?;
    let (known, spells, timeline, callbacks) = found.ok_or_else(|| acts::tenant_unknown(tenant))?;
    let failing = read::failing(tally).await?;
    let now = Utc::now();
    Ok(WholeTenant {
        at: now,
        installation: Installation::of(&known, &tally.directory, now),
        failing: failing.into_iter().find(|failing| failing.tenant == tenant),
        spells: spells.into_iter().map(Spell::from).collect(),
        timeline: timeline.into_iter().map(TimelineEntry::from).collect(),
        callbacks: callbacks.into_iter().map(InstallLogEntry::from).collect(),
    })
}

/// What is wrong with a site.
///
/// # Errors
/// `ops.site_unknown`.
pub async fn diagnosis(tally: Arc<Tally>, whom: Whom) -> Result<Diagnosis, Problem> {
    let told = tally.diagnose(whom, Utc::now()).await?;
    told.ok_or_else(|| {
        Problem::new(
            StatusCode::NOT_FOUND,
            "ops.site_unknown",
            "Nothing was ever heard of a site of that name.",
            "Name it by its tenant's id, its client key, or its address.",
        )
    })
}

/// The page of a tenant.
pub fn page(tally: &Tally, whole: &WholeTenant, findings: &[Finding]) -> HttpResponse {
    let tenant = &whole.installation.tenant;
    let site = tenant.display_url.as_deref().unwrap_or(&tenant.base_url);
    let main = html! {
        h1 { (site) }
        (health(whole))
        (found(findings))
        section.card aria-labelledby="facts" {
            h2 #facts { "The site" }
            dl.facts {
                dt { "Tenant" } dd { code { (tenant.id) } }
                dt { "Client key" } dd { code { (tenant.client_key) } }
                dt { "Status" } dd { (tenant.status) }
                dt { "First installed" } dd { (moment(tenant.first_installed_at)) }
                dt { "Last signed installation" } dd { (since(tenant.last_handshake_at, whole.at)) }
                dt { "Last page served" }
                dd {
                    @match tenant.last_page_load_at {
                        Some(at) => (since(at, whole.at)),
                        None => "none since this server started",
                    }
                }
            }
        }
        (secrets(&whole.installation.secrets))
        (callbacks(&whole.callbacks))
        (timeline(&whole.timeline))
        (spells(&whole.spells))
    };
    page::page(tally, &Document::new(site), &main)
}

fn health(whole: &WholeTenant) -> Markup {
    html! {
        @match &whole.failing {
            Some(failing) => {
                div.banner.bad {
                    "Its requests are refused since " (since(failing.since, whole.at))
                    p { (failing.cause) " " code { (failing.code) } }
                    @if let Some(good) = failing.last_good_at { p { "The last one that verified: " (moment(good)) } }
                }
            }
            None => { div.banner.good { "Its requests verify, as far as they come." } }
        }
    }
}

fn found(findings: &[Finding]) -> Markup {
    html! {
        h2 { "What is known to be wrong" }
        @if findings.is_empty() {
            p.card.empty { "Nothing." }
        }
        @for finding in findings {
            section.card {
                h3 { code { (finding.entry) } " " (finding.symptom) }
                p { (finding.cause) " (" (finding.likelihood.as_str()) ")" }
                ul { @for why in finding.why.iter().chain(&finding.internal) { li { (why) } } }
                p { b { "Do: " } (finding.operator_remedy) }
                @if let Some(remedy) = &finding.admin_remedy { p { b { "The site's admin is told: " } (remedy) } }
            }
        }
    }
}

fn secrets(secrets: &[InstallationSecret]) -> Markup {
    html! {
        h2 { "Secrets" }
        div.card.wide tabindex="0" {
            table {
                thead { tr {
                    th scope="col" { "Fingerprint" } th scope="col" { "Standing" } th scope="col" { "Since" }
                    th scope="col" { "Last use" } th scope="col" { "Uses" }
                } }
                tbody {
                    @for secret in secrets {
                        tr {
                            td { code { (secret.fingerprint) } }
                            td { (secret.state) }
                            td { (moment(secret.since)) }
                            td { @match secret.last_used_at { Some(at) => (moment(at)), None => "none since this server started" } }
                            td.number { (secret.uses) }
                        }
                    }
                }
            }
        }
    }
}

fn callbacks(callbacks: &[InstallLogEntry]) -> Markup {
    html! {
        h2 { "Callbacks" }
        @if callbacks.is_empty() {
            p.card.empty { "No callback of this site is on the install log." }
        } @else {
            div.card.wide tabindex="0" {
                table {
                    thead { tr {
                        th scope="col" { "When" } th scope="col" { "Callback" } th scope="col" { "Outcome" } th scope="col" { "Why, and what to do" }
                    } }
                    tbody {
                        @for entry in callbacks {
                            tr {
                                td { (moment(entry.at)) }
                                td { (entry.callback) }
                                td { span.badge.good[entry.code.is_none()].bad[entry.code.is_some()] { (entry.outcome) } }
                                td {
                                    @if let Some(code) = &entry.code { code { (code) } " " }
                                    (entry.cause.as_deref().unwrap_or_default()) " " (entry.remedy.as_deref().unwrap_or_default())
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn timeline(timeline: &[TimelineEntry]) -> Markup {
    html! {
        h2 { "What happened to the installation" }
        div.card.wide tabindex="0" {
            table {
                thead { tr { th scope="col" { "When" } th scope="col" { "What" } th scope="col" { "Secret" } } }
                tbody {
                    @for entry in timeline {
                        tr {
                            td { (moment(entry.at)) }
                            td { (entry.summary) }
                            td { @if let Some(fingerprint) = &entry.fingerprint { code { (fingerprint) } } }
                        }
                    }
                }
            }
        }
    }
}

fn spells(spells: &[Spell]) -> Markup {
    html! {
        h2 { "When its requests were refused" }
        @if spells.is_empty() {
            p.card.empty { "Never for long enough to count." }
        } @else {
            div.card.wide tabindex="0" {
                table {
                    thead { tr {
                        th scope="col" { "From" } th scope="col" { "To" } th scope="col" { "Code" } th scope="col" { "How it ended" }
                    } }
                    tbody {
                        @for spell in spells {
                            tr {
                                td { (moment(spell.since)) }
                                td { @match spell.until { Some(at) => (moment(at)), None => "now" } }
                                td { code { (spell.code) } }
                                td { (spell.ended.unwrap_or("it lasts")) }
                            }
                        }
                    }
                }
            }
        }
    }
}
