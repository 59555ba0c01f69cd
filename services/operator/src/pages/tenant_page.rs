//! The page of one tenant.

use actix_web::HttpResponse;
use maud::{Markup, html};
use tally_http::html::{Document, moment, since};
use tally_messages::{Part, Table, Texts};

use super::names;
use super::operations::Operations;
use super::tenant::{FailingPeriod, TenantDetails};
use tally_diagnosis::Finding;
use tally_diagnosis::installation::{InstallLogEntry, InstallationSecret, InstallationTenant, TimelineEntry};

/// The page of a tenant.
pub(super) fn page(
    ops: &Operations,
    details: &TenantDetails,
    findings: &[Finding],
    texts: &'static Texts,
) -> HttpResponse {
    let tenant = &details.installation.tenant;
    let site = tenant.display_url.as_deref().unwrap_or(&tenant.base_url);
    let main = html! {
        h1 { (site) }
        (health_banner(details, texts))
        (findings_section(findings, texts))
        (facts_section(tenant, details, texts))
        (secrets_section(&details.installation.secrets, texts))
        (callbacks_section(&details.callbacks, texts))
        (timeline_section(&details.timeline, texts))
        (periods_section(&details.periods, texts))
    };
    ops.page(Document::new(site, texts), &main)
}

fn health_banner(details: &TenantDetails, texts: &Texts) -> Markup {
    html! {
        @match &details.failing {
            Some(failing) => {
                div.banner.bad {
                    (texts.tenant_refused_since()) " " (since(failing.since, details.at, texts))
                    p {
                        (names::cause_of_code(&failing.code, &failing.cause, texts)) " "
                        code { (failing.code) }
                    }
                    @if let Some(good) = failing.last_good_at {
                        p { (texts.tenant_last_good()) " " (moment(good, texts)) }
                    }
                }
            }
            None => { div.banner.good { (texts.tenant_well()) } }
        }
    }
}

fn findings_section(findings: &[Finding], texts: &Texts) -> Markup {
    html! {
        h2 { (texts.tenant_diagnosis()) }
        @if findings.is_empty() { p.card.empty { (texts.tenant_no_problem()) } }
        @for finding in findings { (finding_card(finding, texts)) }
    }
}

fn finding_card(finding: &Finding, texts: &Texts) -> Markup {
    let part = |part: Part, english: &str| texts.by_code_or(Table::Finding, &finding.entry, part, english);
    html! {
        section.card {
            h3 { code { (finding.entry) } " " (part(Part::Symptom, &finding.symptom)) }
            p {
                (part(Part::Cause, &finding.cause))
                " (" (names::likelihood(finding.likelihood, texts)) ")"
            }
            ul {
                @for reason in &finding.reasons { li { (names::evidence_text(reason, texts)) } }
                @for reason in &finding.internal { li { (reason) } }
            }
            p {
                b { (texts.tenant_what_to_do()) } " "
                (part(Part::OperatorRemedy, &finding.operator_remedy))
            }
            @if let Some(remedy) = &finding.admin_remedy {
                p { b { (texts.tenant_admin_is_shown()) } " " (part(Part::Remedy, remedy)) }
            }
        }
    }
}

fn facts_section(tenant: &InstallationTenant, details: &TenantDetails, texts: &Texts) -> Markup {
    html! {
        section.card aria-labelledby="facts" {
            h2 #facts { (texts.tenant_site()) }
            dl.facts {
                dt { (texts.tenant_id()) } dd { code { (tenant.id) } }
                dt { (texts.tenant_client_key()) } dd { code { (tenant.client_key) } }
                dt { (texts.tenant_status()) } dd { (names::tenant_status(tenant.status, texts)) }
                dt { (texts.tenant_first_installed()) } dd { (moment(tenant.first_installed_at, texts)) }
                dt { (texts.tenant_last_handshake()) }
                dd { (since(tenant.last_handshake_at, details.at, texts)) }
                dt { (texts.tenant_last_page()) }
                dd {
                    @match tenant.last_page_load_at {
                        Some(at) => (since(at, details.at, texts)),
                        None => (texts.tenant_never()),
                    }
                }
            }
        }
    }
}

/// A table that scrolls in its own box.
fn table(columns: &[String], rows: &Markup) -> Markup {
    html! {
        div.card.wide tabindex="0" {
            table {
                thead { tr { @for column in columns { th scope="col" { (column) } } } }
                tbody { (rows) }
            }
        }
    }
}

fn secrets_section(secrets: &[InstallationSecret], texts: &Texts) -> Markup {
    let columns = [
        texts.secrets_fingerprint(),
        texts.secrets_standing(),
        texts.since(),
        texts.secrets_last_use(),
        texts.secrets_uses(),
    ];
    let rows = html! {
        @for secret in secrets {
            tr {
                td { code { (secret.fingerprint) } }
                td { (names::secret_state(secret.state, texts)) }
                td { (moment(secret.since, texts)) }
                td {
                    @match secret.last_used_at {
                        Some(at) => (moment(at, texts)),
                        None => (texts.tenant_never()),
                    }
                }
                td.number { (texts.number(secret.uses)) }
            }
        }
    };
    html! { h2 { (texts.secrets_title()) } (table(&columns, &rows)) }
}

fn callbacks_section(callbacks: &[InstallLogEntry], texts: &Texts) -> Markup {
    let columns = [
        texts.callbacks_when(),
        texts.callbacks_callback(),
        texts.callbacks_outcome(),
        texts.callbacks_reason(),
    ];
    let rows = html! { @for entry in callbacks { (callback_row(entry, texts)) } };
    html! {
        h2 { (texts.callbacks_title()) }
        @if callbacks.is_empty() {
            p.card.empty { (texts.callbacks_none()) }
        } @else {
            (table(&columns, &rows))
        }
    }
}

fn callback_row(entry: &InstallLogEntry, texts: &Texts) -> Markup {
    let code = entry.code.as_deref().unwrap_or_default();
    let in_language = |part: Part, english: &Option<String>| {
        texts.by_code_or(Table::Refusal, code, part, english.as_deref().unwrap_or_default())
    };
    html! {
        tr {
            td { (moment(entry.at, texts)) }
            td { (entry.callback) }
            td {
                span.badge.good[entry.code.is_none()].bad[entry.code.is_some()] {
                    (names::callback_outcome(entry.outcome, texts))
                }
            }
            td {
                @if let Some(code) = &entry.code { code { (code) } " " }
                (in_language(Part::Cause, &entry.cause)) " " (in_language(Part::Remedy, &entry.remedy))
            }
        }
    }
}

fn timeline_section(timeline: &[TimelineEntry], texts: &Texts) -> Markup {
    let columns = [
        texts.callbacks_when(),
        texts.timeline_what(),
        texts.timeline_secret(),
    ];
    let rows = html! {
        @for entry in timeline {
            tr {
                td { (moment(entry.at, texts)) }
                td { (names::timeline_text(entry, texts)) }
                td { @if let Some(fingerprint) = &entry.fingerprint { code { (fingerprint) } } }
            }
        }
    };
    html! { h2 { (texts.timeline_title()) } (table(&columns, &rows)) }
}

fn periods_section(periods: &[FailingPeriod], texts: &Texts) -> Markup {
    let columns = [
        texts.periods_from(),
        texts.periods_to(),
        texts.code(),
        texts.periods_ended(),
    ];
    let rows = html! {
        @for period in periods {
            tr {
                td { (moment(period.since, texts)) }
                td {
                    @match period.until { Some(at) => (moment(at, texts)), None => (texts.periods_now()) }
                }
                td { code { (period.code) } }
                td { (names::period_end(period.ended, texts)) }
            }
        }
    };
    html! {
        h2 { (texts.periods_title()) }
        @if periods.is_empty() {
            p.card.empty { (texts.periods_none()) }
        } @else {
            (table(&columns, &rows))
        }
    }
}
