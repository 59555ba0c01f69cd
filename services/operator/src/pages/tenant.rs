//! What is known about one tenant: its installation, how its requests fare, and what its callbacks
//! brought.

use crate::views::{HealthList, HealthPeriod, PeriodEnd};
use actix_web::HttpResponse;
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use serde::Serialize;
use tally_domain::TenantId;
use tally_http::html::{Document, moment, since};
use tally_projections::{CredentialList, InstallLog, QueryError, TenantTimeline};
use tally_view_store::ViewStore;

use super::operations::Operations;
use super::problem::OpsProblem;
use super::read;
use super::shapes::FailingTenant;
use crate::refusal::OperatorRefusal;
use tally_diagnosis::installation::{InstallLogEntry, Installation, InstallationSecret, TimelineEntry};
use tally_diagnosis::{Finding, SiteDiagnosis, SiteQuery};

/// How many periods, events and callbacks are shown: the latest ones.
const SHOWN: u32 = 20;

/// A tenant with its recent history.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TenantDetails {
    /// When this was read.
    pub at: DateTime<Utc>,
    /// The installation, with its secrets by fingerprint.
    pub installation: Installation,
    /// How the tenant fails, if it does.
    pub failing: Option<FailingTenant>,
    /// The latest periods in which it failed, newest first.
    #[serde(rename = "spells")]
    pub periods: Vec<FailingPeriod>,
    /// The latest events about it, newest first.
    pub timeline: Vec<TimelineEntry>,
    /// The latest callbacks, newest first.
    pub callbacks: Vec<InstallLogEntry>,
}

/// A period in which the tenant's requests were refused.
#[derive(Serialize)]
pub(super) struct FailingPeriod {
    /// When it began.
    pub since: DateTime<Utc>,
    /// When it ended; null while it goes on.
    pub until: Option<DateTime<Utc>>,
    /// The code of the refusal.
    pub code: String,
    /// `recovered` or `left`; null while it goes on.
    pub ended: Option<&'static str>,
}

impl From<HealthPeriod> for FailingPeriod {
    fn from(period: HealthPeriod) -> Self {
        Self {
            since: period.since,
            until: period.until,
            code: period.code,
            ended: period.ended.map(PeriodEnd::as_str),
        }
    }
}

/// Reads what is known about a tenant, or refuses with `ops.tenant_unknown`.
pub(super) async fn read_details(ops: &Operations, tenant: TenantId) -> Result<TenantDetails, OpsProblem> {
    let read = move |views: &ViewStore| -> Result<_, QueryError> {
        let Some(known) = CredentialList::of(views).by_tenant(tenant)? else {
            return Ok(None);
        };
        let periods = HealthList::of(views).periods(tenant, SHOWN)?;
        let timeline = TenantTimeline::of(views).page(tenant, SHOWN, None)?.items;
        let callbacks = InstallLog::of(views).page(tenant, SHOWN, None)?.items;
        Ok(Some((known, periods, timeline, callbacks)))
    };
    let found = ops.ask(read).await?;
    let (known, periods, timeline, callbacks) = found.ok_or(OperatorRefusal::TenantUnknown { tenant })?;
    let failing = read::failing_tenants(ops).await?;
    let now = ops.clock.now();
    Ok(TenantDetails {
        at: now,
        installation: Installation::new(&known, &*ops.tenants, now),
        failing: failing.into_iter().find(|failing| failing.tenant == tenant),
        periods: periods.into_iter().map(FailingPeriod::from).collect(),
        timeline: timeline.into_iter().map(TimelineEntry::from).collect(),
        callbacks: callbacks.into_iter().map(InstallLogEntry::from).collect(),
    })
}

/// Diagnoses a site, or refuses with `ops.site_unknown`.
pub(super) async fn diagnose(ops: &Operations, site: SiteQuery) -> Result<SiteDiagnosis, OpsProblem> {
    let diagnosis = ops.diagnosis.diagnose(site, ops.clock.now()).await?;
    diagnosis.ok_or_else(|| OperatorRefusal::SiteUnknown.into())
}

/// The page of a tenant.
pub(super) fn page(ops: &Operations, details: &TenantDetails, findings: &[Finding]) -> HttpResponse {
    let tenant = &details.installation.tenant;
    let site = tenant.display_url.as_deref().unwrap_or(&tenant.base_url);
    let main = html! {
        h1 { (site) }
        (health_banner(details))
        (findings_section(findings))
        section.card aria-labelledby="facts" {
            h2 #facts { "The site" }
            dl.facts {
                dt { "Tenant" } dd { code { (tenant.id) } }
                dt { "Client key" } dd { code { (tenant.client_key) } }
                dt { "Status" } dd { (tenant.status) }
                dt { "First installed" } dd { (moment(tenant.first_installed_at)) }
                dt { "Last signed installation" } dd { (since(tenant.last_handshake_at, details.at)) }
                dt { "Last page served" }
                dd {
                    @match tenant.last_page_load_at {
                        Some(at) => (since(at, details.at)),
                        None => "none since this server started",
                    }
                }
            }
        }
        (secrets_section(&details.installation.secrets))
        (callbacks_section(&details.callbacks))
        (timeline_section(&details.timeline))
        (periods_section(&details.periods))
    };
    ops.page(&Document::new(site), &main)
}

fn health_banner(details: &TenantDetails) -> Markup {
    html! {
        @match &details.failing {
            Some(failing) => {
                div.banner.bad {
                    "Its requests have been refused since " (since(failing.since, details.at))
                    p { (failing.cause) " " code { (failing.code) } }
                    @if let Some(good) = failing.last_good_at {
                        p { "The last request that verified: " (moment(good)) }
                    }
                }
            }
            None => { div.banner.good { "All its recent requests verify." } }
        }
    }
}

fn findings_section(findings: &[Finding]) -> Markup {
    html! {
        h2 { "Diagnosis" }
        @if findings.is_empty() {
            p.card.empty { "No known problem was found." }
        }
        @for finding in findings {
            section.card {
                h3 { code { (finding.entry) } " " (finding.symptom) }
                p { (finding.cause) " (" (finding.likelihood.as_str()) ")" }
                ul { @for why in finding.why.iter().chain(&finding.internal) { li { (why) } } }
                p { b { "What to do: " } (finding.operator_remedy) }
                @if let Some(remedy) = &finding.admin_remedy {
                    p { b { "The site's admin is shown: " } (remedy) }
                }
            }
        }
    }
}

fn secrets_section(secrets: &[InstallationSecret]) -> Markup {
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
                            td {
                                @match secret.last_used_at {
                                    Some(at) => (moment(at)), None => "none since this server started"
                                }
                            }
                            td.number { (secret.uses) }
                        }
                    }
                }
            }
        }
    }
}

fn callbacks_section(callbacks: &[InstallLogEntry]) -> Markup {
    html! {
        h2 { "Callbacks" }
        @if callbacks.is_empty() {
            p.card.empty { "The install log has no callback of this site." }
        } @else {
            div.card.wide tabindex="0" {
                table {
                    thead { tr {
                        th scope="col" { "When" }
                        th scope="col" { "Callback" }
                        th scope="col" { "Outcome" }
                        th scope="col" { "Reason, and what to do" }
                    } }
                    tbody {
                        @for entry in callbacks {
                            tr {
                                td { (moment(entry.at)) }
                                td { (entry.callback) }
                                td {
                                    span.badge.good[entry.code.is_none()].bad[entry.code.is_some()] {
                                        (entry.outcome)
                                    }
                                }
                                td {
                                    @if let Some(code) = &entry.code { code { (code) } " " }
                                    (entry.cause.as_deref().unwrap_or_default())
                                    " "
                                    (entry.remedy.as_deref().unwrap_or_default())
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn timeline_section(timeline: &[TimelineEntry]) -> Markup {
    html! {
        h2 { "What happened to the installation" }
        div.card.wide tabindex="0" {
            table {
                thead {
                    tr { th scope="col" { "When" } th scope="col" { "What" } th scope="col" { "Secret" } }
                }
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

fn periods_section(periods: &[FailingPeriod]) -> Markup {
    html! {
        h2 { "When its requests were refused" }
        @if periods.is_empty() {
            p.card.empty { "Its requests were never refused for long enough to count." }
        } @else {
            div.card.wide tabindex="0" {
                table {
                    thead { tr {
                        th scope="col" { "From" }
                        th scope="col" { "To" }
                        th scope="col" { "Code" }
                        th scope="col" { "How it ended" }
                    } }
                    tbody {
                        @for period in periods {
                            tr {
                                td { (moment(period.since)) }
                                td { @match period.until { Some(at) => (moment(at)), None => "now" } }
                                td { code { (period.code) } }
                                td { (period.ended.unwrap_or("not ended yet")) }
                            }
                        }
                    }
                }
            }
        }
    }
}
