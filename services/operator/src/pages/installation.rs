//! The installation of one tenant, as the operator sees it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use tally_domain::tenant::{HeldSecret, SecretState};
use tally_projections::{InstallLogEntry, TenantCredentials};
use uuid::Uuid;

use crate::node::TenantDirectory;

/// A tenant and its secrets.
#[derive(Serialize)]
pub(super) struct Installation {
    /// The tenant.
    pub tenant: TenantEntry,
    /// Its secrets by fingerprint, the one in force first, then the newest.
    pub secrets: Vec<SecretEntry>,
}

/// What is known about a tenant.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TenantEntry {
    /// Its tenant id.
    pub id: Uuid,
    /// Atlassian's id of the site.
    pub client_key: String,
    /// The address of its Jira.
    pub base_url: String,
    /// Its address as users see it.
    pub display_url: Option<String>,
    /// The product, such as `jira`.
    pub product_type: String,
    /// `installed`, `enabled`, `disabled` or `uninstalled`.
    pub status: &'static str,
    /// When it installed first.
    pub first_installed_at: DateTime<Utc>,
    /// When a signed installation was last accepted.
    pub last_handshake_at: DateTime<Utc>,
    /// When a page was last served, since the server started.
    pub last_page_load_at: Option<DateTime<Utc>>,
}

/// What is known about a shared secret. The secret itself is never shown.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SecretEntry {
    /// The digest that identifies it.
    pub fingerprint: String,
    /// `current`, `previous`, `candidate` or `superseded`.
    pub state: &'static str,
    /// Since when it has this standing.
    pub since: DateTime<Utc>,
    /// Until when a previous secret is accepted.
    pub accepted_until: Option<DateTime<Utc>>,
    /// When it last verified a request, since the server started.
    pub last_used_at: Option<DateTime<Utc>>,
    /// The number of requests that it verified since the server started.
    pub uses: u64,
}

impl Installation {
    /// The installation of the credential view, with what was observed since the server started.
    pub fn new(known: &TenantCredentials, tenants: &dyn TenantDirectory, now: DateTime<Utc>) -> Self {
        let facts = &known.tenant.facts;
        let tenant = TenantEntry {
            id: known.id.0,
            client_key: facts.client_key.to_string(),
            base_url: facts.base_url.clone(),
            display_url: facts.display_url.clone(),
            product_type: facts.product_type.clone(),
            status: known.tenant.status.as_str(),
            first_installed_at: known.first_installed_at,
            last_handshake_at: known.last_handshake_at,
            last_page_load_at: tenants.last_page(known.id),
        };
        let mut tenant_secret: Vec<&HeldSecret> = known.tenant.secrets.iter().rev().collect();
        tenant_secret.sort_by_key(|secret| rank(&secret.state));
        let secrets = tenant_secret.into_iter();
        Self {
            tenant,
            secrets: secrets
                .map(|tenant_secret| SecretEntry::new(tenant_secret, known, tenants, now))
                .collect(),
        }
    }
}

impl SecretEntry {
    fn new(
        tenant_secret: &HeldSecret,
        known: &TenantCredentials,
        tenants: &dyn TenantDirectory,
        now: DateTime<Utc>,
    ) -> Self {
        let since = known.standings.get(&tenant_secret.fingerprint);
        let since = since.map_or(known.first_installed_at, |since| since.at);
        let (state, since, accepted_until) = match tenant_secret.state {
            SecretState::Current => ("current", since, None),
            SecretState::Candidate => ("candidate", since, None),
            SecretState::Previous { until } if now < until => ("previous", since, Some(until)),
            SecretState::Previous { until } => ("superseded", until, Some(until)),
            SecretState::Superseded => ("superseded", since, None),
        };
        let used = tenants.secret_use(known.id, &tenant_secret.fingerprint);
        Self {
            fingerprint: tenant_secret.fingerprint.to_string(),
            state,
            since,
            accepted_until,
            last_used_at: used.last,
            uses: used.count,
        }
    }
}

fn rank(state: &SecretState) -> u8 {
    match state {
        SecretState::Current => 0,
        SecretState::Candidate => 1,
        SecretState::Previous { .. } => 2,
        SecretState::Superseded => 3,
    }
}

/// One event of the tenant's timeline.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TimelineEntry {
    /// Its position in the log.
    pub position: String,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// The stored name of the event.
    #[serde(rename = "type")]
    pub event_type: String,
    /// What happened, in words.
    pub summary: String,
    /// The secret that it is about.
    pub fingerprint: Option<String>,
    /// The parameters of the event.
    pub details: Value,
}

impl From<tally_projections::TimelineEntry> for TimelineEntry {
    fn from(entry: tally_projections::TimelineEntry) -> Self {
        Self {
            position: entry.position.to_string(),
            at: entry.at,
            event_type: entry.event_type,
            summary: entry.summary,
            fingerprint: entry.fingerprint.map(|fingerprint| fingerprint.to_string()),
            details: entry.details,
        }
    }
}

/// A callback of the install log.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CallbackEntry {
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// The name of the callback.
    pub callback: String,
    /// `accepted` or `refused`.
    pub outcome: &'static str,
    /// The code of the refusal.
    pub code: Option<String>,
    /// Why it was refused.
    pub cause: Option<String>,
    /// What to do about it.
    pub remedy: Option<String>,
    /// The secret that it brought.
    pub fingerprint: Option<String>,
    /// The client key in a refused callback.
    pub claimed_client_key: Option<String>,
    /// The id of the request, as in the logs.
    pub request_id: Option<String>,
    /// How many refusals before it were only counted.
    pub suppressed_since: u64,
}

impl From<InstallLogEntry> for CallbackEntry {
    fn from(entry: InstallLogEntry) -> Self {
        Self {
            at: entry.at,
            callback: entry.callback,
            outcome: entry.outcome.as_str(),
            code: entry.code,
            cause: entry.cause,
            remedy: entry.remedy,
            fingerprint: entry.fingerprint.map(|fingerprint| fingerprint.to_string()),
            claimed_client_key: entry.claimed_client_key,
            request_id: entry.request.map(|id| id.to_string()),
            suppressed_since: entry.suppressed,
        }
    }
}
