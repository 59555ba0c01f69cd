//! The state of one installation, as its Jira admin and the operator are shown it: the tenant, its
//! secrets by fingerprint, its timeline and its callbacks.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use tally_domain::tenant::{HeldSecret, SecretState};
use tally_observations::node::TenantDirectory;
use tally_projections::TenantCredentials;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::refusal_text::describe_refusal;

/// The tenant and its secrets.
#[derive(Serialize, ToSchema)]
pub struct Installation {
    /// The site as Tally knows it.
    pub tenant: InstallationTenant,
    /// Its secrets by fingerprint, the one in force first, then the newest.
    pub secrets: Vec<InstallationSecret>,
}

/// The site as Tally knows it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InstallationTenant {
    /// The id of the tenant.
    pub id: Uuid,
    /// Atlassian's id of the site.
    pub client_key: String,
    /// The address of the site.
    pub base_url: String,
    /// The address that users see.
    #[schema(required)]
    pub display_url: Option<String>,
    /// The product, such as `jira`.
    pub product_type: String,
    /// `installed`, `enabled`, `disabled` or `uninstalled`.
    #[schema(value_type = TenantStatus)]
    pub status: &'static str,
    /// The time of the first installation.
    pub first_installed_at: DateTime<Utc>,
    /// The time at which a signed installation was accepted last.
    pub last_handshake_at: DateTime<Utc>,
    /// The time of the last page that was served, since the server started.
    #[schema(required)]
    pub last_page_load_at: Option<DateTime<Utc>>,
}

/// A shared secret by its fingerprint. The secret itself is never shown.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InstallationSecret {
    /// A short digest that identifies the secret.
    #[schema(example = "9f86d081884c7d65")]
    pub fingerprint: String,
    /// `current`, `previous`, `candidate` or `superseded`.
    #[schema(value_type = SecretStanding)]
    pub state: &'static str,
    /// The time since which it is in that state.
    pub since: DateTime<Utc>,
    /// The time until which a previous secret is accepted.
    #[schema(required)]
    pub accepted_until: Option<DateTime<Utc>>,
    /// The time at which it verified a request last, since the server started.
    #[schema(required)]
    pub last_used_at: Option<DateTime<Utc>>,
    /// How many requests it verified since the server started.
    pub uses: u64,
}

impl Installation {
    /// The installation of the credential view, with what was observed since the server started.
    pub fn new(known: &TenantCredentials, tenants: &dyn TenantDirectory, now: DateTime<Utc>) -> Self {
        let site = &known.tenant.site;
        let tenant = InstallationTenant {
            id: known.id.0,
            client_key: known.client_key.to_string(),
            base_url: site.base_url.clone(),
            display_url: site.display_url.clone(),
            product_type: site.product_type.clone(),
            status: known.tenant.status.as_str(),
            first_installed_at: known.first_installed_at,
            last_handshake_at: known.last_handshake_at,
            last_page_load_at: tenants.last_page(known.id),
        };
        let mut secrets: Vec<&HeldSecret> = known.tenant.secrets().iter().rev().collect();
        secrets.sort_by_key(|secret| sort_key(&secret.state));
        let secrets = secrets.into_iter();
        Self {
            tenant,
            secrets: secrets
                .map(|secret| InstallationSecret::new(secret, known, tenants, now))
                .collect(),
        }
    }
}

impl InstallationSecret {
    fn new(
        secret: &HeldSecret,
        known: &TenantCredentials,
        tenants: &dyn TenantDirectory,
        now: DateTime<Utc>,
    ) -> Self {
        let since = known.standings.get(&secret.fingerprint);
        let since = since.map_or(known.first_installed_at, |since| since.at);
        let (state, since, accepted_until) = match secret.state {
            SecretState::Current => ("current", since, None),
            SecretState::Candidate => ("candidate", since, None),
            SecretState::Previous { until } if now < until => ("previous", since, Some(until)),
            SecretState::Previous { until } => ("superseded", until, Some(until)),
            SecretState::Superseded => ("superseded", since, None),
        };
        let used = tenants.secret_use(known.id, &secret.fingerprint);
        Self {
            fingerprint: secret.fingerprint.to_string(),
            state,
            since,
            accepted_until,
            last_used_at: used.last,
            uses: used.count,
        }
    }
}

fn sort_key(state: &SecretState) -> u8 {
    match state {
        SecretState::Current => 0,
        SecretState::Candidate => 1,
        SecretState::Previous { .. } => 2,
        SecretState::Superseded => 3,
    }
}

/// An event of the installation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TimelineEntry {
    /// The position of the event in the log.
    pub position: String,
    /// The time at which it was recorded.
    pub at: DateTime<Utc>,
    /// The type of the event.
    #[serde(rename = "type")]
    #[schema(example = "tenant.shared_secret_rotated")]
    pub event_type: String,
    /// The event in words.
    pub summary: String,
    /// The fingerprint of the secret that the event is about.
    #[schema(required)]
    pub fingerprint: Option<String>,
    /// More facts of the event.
    #[schema(value_type = Object)]
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

/// A lifecycle callback, accepted or refused.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InstallLogEntry {
    /// The time at which it was recorded.
    pub at: DateTime<Utc>,
    /// The name of the callback.
    #[schema(example = "installed")]
    pub callback: String,
    /// Whether it was `accepted` or `refused`.
    #[schema(value_type = CallbackOutcome)]
    pub outcome: &'static str,
    /// The code of the refusal.
    #[schema(required)]
    pub code: Option<String>,
    /// The cause of the refusal.
    #[schema(required)]
    pub cause: Option<String>,
    /// What to do about it.
    #[schema(required)]
    pub remedy: Option<String>,
    /// The fingerprint of the secret that it brought.
    #[schema(required)]
    pub fingerprint: Option<String>,
    /// The client key that a refused callback claimed to come from.
    #[schema(required)]
    pub claimed_client_key: Option<String>,
    /// The id of the HTTP request, as in the logs.
    #[schema(required)]
    pub request_id: Option<String>,
    /// The number of refusals before it that were only counted.
    pub suppressed_since: u64,
}

impl From<tally_projections::InstallLogEntry> for InstallLogEntry {
    fn from(entry: tally_projections::InstallLogEntry) -> Self {
        let code = entry.code.as_deref();
        let text = code.and_then(|code| describe_refusal(code, &entry.parameters));
        let (cause, remedy) = text.map(|text| (text.cause, text.remedy.to_owned())).unzip();
        Self {
            at: entry.at,
            callback: entry.callback,
            outcome: entry.outcome.as_str(),
            code: entry.code,
            cause,
            remedy,
            fingerprint: entry.fingerprint.map(|fingerprint| fingerprint.to_string()),
            claimed_client_key: entry.claimed_client_key,
            request_id: entry.request.map(|id| id.to_string()),
            suppressed_since: entry.suppressed,
        }
    }
}

/// The status of a tenant.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum TenantStatus {
    /// Installed, not enabled yet.
    Installed,
    /// Installed, and enabled by its admin.
    Enabled,
    /// Disabled by its admin.
    Disabled,
    /// Uninstalled; the data stays.
    Uninstalled,
}

/// The state of a shared secret.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum SecretStanding {
    /// The secret in force.
    Current,
    /// It was replaced, and is accepted for a grace period.
    Previous,
    /// It came late; it is accepted, and current once a request proves it.
    Candidate,
    /// Not accepted any more.
    Superseded,
}

/// What became of a callback.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum CallbackOutcome {
    /// It was accepted and recorded.
    Accepted,
    /// It was refused; the code says why.
    Refused,
}
