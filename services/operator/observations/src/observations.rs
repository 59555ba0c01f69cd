//! What was observed of tenants since the process started, in memory and bounded.

use chrono::{DateTime, Utc};
use parking_lot::Mutex;
use tally_atlassian::Refusal;
use tally_atlassian::outgoing::JiraError;
use tally_domain::Refused;
use tally_domain::{ClientKey, TenantId};

use crate::health::HealthMemory;
use crate::observer::{Observer, RefusedToken, RequestKind, Standing, UnwrittenCallback};
use crate::recent::RecentNames;
use crate::sightings::Sightings;

/// How long a refused installation counts.
const REFUSED_INSTALLS: std::time::Duration = std::time::Duration::from_secs(3600);

/// All that was observed since the process started.
pub struct Observations {
    /// Whether signed requests verify, by tenant.
    pub health: HealthMemory,
    /// Refused tokens, answers of Jira and refused callbacks, by tenant.
    pub sightings: Sightings,
    refused_installs: RecentNames,
    log_fails_since: Mutex<Option<DateTime<Utc>>>,
}

impl Observations {
    /// An empty memory that begins at `now`.
    pub fn new(now: DateTime<Utc>) -> Self {
        Self {
            health: HealthMemory::new(now),
            sightings: Sightings::new(now),
            refused_installs: RecentNames::new(REFUSED_INSTALLS),
            log_fails_since: Mutex::default(),
        }
    }

    /// Notes whether the event log can be written and read.
    pub fn note_log(&self, fails: bool, now: DateTime<Utc>) {
        let mut since = self.log_fails_since.lock();
        *since = fails.then(|| since.unwrap_or(now));
    }

    /// Since when the event log cannot be written or read; `None` while it can.
    pub fn log_fails_since(&self) -> Option<DateTime<Utc>> {
        *self.log_fails_since.lock()
    }

    /// How many sites had an installation refused in the last hour for a reason that only the
    /// operator can repair.
    pub fn refused_installs(&self, now: DateTime<Utc>) -> u64 {
        self.refused_installs.count(now)
    }
}

impl Observer for Observations {
    fn note_verified(&self, tenant: TenantId, kind: RequestKind, standing: Standing, now: DateTime<Utc>) {
        self.health.note_verified(tenant, kind, standing, now);
    }

    fn note_refused(&self, tenant: TenantId, token: &RefusedToken<'_>, now: DateTime<Utc>) {
        self.sightings.note_refused_token(tenant, token, now);
        let code = token.refusal.code();
        if token.fits_otherwise && is_unverified(token.refusal) {
            self.health.note_refused(tenant, code, now);
        } else if is_out_of_time_or_place(token.refusal) {
            self.health.note_turned_away(tenant, code, now);
        }
    }

    fn note_unknown_issuer(&self, issuer: ClientKey, now: DateTime<Utc>) {
        self.sightings.note_unknown_issuer(issuer, now);
    }

    fn note_answer(&self, tenant: TenantId, answer: Result<(), &JiraError>, now: DateTime<Utc>) {
        self.sightings.note_answer(tenant, answer, now);
    }

    fn note_page(&self, tenant: TenantId, framed_at: Option<String>, now: DateTime<Utc>) {
        self.sightings.note_framed_at(tenant, framed_at, now);
        self.health.note_page(tenant, now);
    }

    fn note_failure_seen(&self, tenant: TenantId, code: &str, now: DateTime<Utc>) {
        self.health.note_failure_seen(tenant, code, now);
    }

    fn note_install_verified(&self, now: DateTime<Utc>) {
        self.sightings.note_install_verified(now);
    }

    fn note_install_accepted(&self, issuer: &ClientKey, tenant: TenantId, now: DateTime<Utc>) {
        self.refused_installs.forget(issuer.as_str());
        self.health.note_installed(tenant, now);
    }

    fn note_install_refused(&self, issuer: &ClientKey, known: bool, refusal: &Refusal, now: DateTime<Utc>) {
        if needs_operator(refusal, known) {
            self.refused_installs.note(issuer.as_str(), now);
        }
    }

    fn note_unwritten_callback(&self, callback: UnwrittenCallback, genuine: bool) {
        self.sightings.note_unwritten_callback(callback, genuine);
    }
}

/// Whether no accepted secret verified the token.
fn is_unverified(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::SignatureInvalid | Refusal::MatchesSupersededSecret
    )
}

/// Whether the token was refused only after its signature verified: the request is the tenant's own.
fn is_out_of_time_or_place(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::Expired { .. }
            | Refusal::NotYetValid { .. }
            | Refusal::LifetimeTooLong { .. }
            | Refusal::QshMissing
            | Refusal::QshMismatch
    )
}

/// Whether only the operator can repair the reason of a refused installation.
fn needs_operator(refusal: &Refusal, known: bool) -> bool {
    // The platform's own signature verified before one of these is said, so no stranger can cause
    // them.
    let is_ours = matches!(
        refusal,
        Refusal::AudienceMismatch
            | Refusal::QshMismatch
            | Refusal::Expired { .. }
            | Refusal::NotYetValid { .. }
            | Refusal::LifetimeTooLong { .. }
            | Refusal::AppKeyMismatch
            | Refusal::BaseUrlNotAllowed
    );
    // An unknown key is mostly a forger's, unless the token names a tenant that we have.
    is_ours || known && matches!(refusal, Refusal::KeyUnknown)
}
