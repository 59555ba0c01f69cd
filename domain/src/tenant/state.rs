//! The state of a tenant, as far as decisions need it.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use super::event::{InstalledFacts, TenantEvent};
use super::secret::{Delivery, HeldSecret, SealedSecret, SecretFingerprint, SecretState};
use crate::recorded::Recorded;

/// How long a delivery is remembered after its token has expired. Longer than the clock leeway of
/// any verifier: within the leeway an expired token still verifies, and must be recognised if it
/// comes with another body.
const DELIVERY_MEMORY: Duration = Duration::minutes(10);

/// Whether the site uses Tally.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Installed; `enabled` has not come yet.
    Installed,
    /// Installed and enabled.
    Enabled,
    /// Disabled by its admin.
    Disabled,
    /// Uninstalled; the data stays.
    Uninstalled,
}

impl Status {
    /// The stored and displayed word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Uninstalled => "uninstalled",
        }
    }
}

/// What is known of a tenant that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// The facts of the last installation.
    pub facts: InstalledFacts,
    /// Whether the site uses Tally.
    pub status: Status,
    /// All secrets that the tenant ever had, oldest first, each fingerprint once.
    pub secrets: Vec<HeldSecret>,
    /// Accepted callbacks, newest last. Those whose token had expired when a newer one was accepted
    /// are dropped.
    pub deliveries: Vec<Delivery>,
    /// The `iat` of the newest accepted `installed` or `uninstalled`.
    pub newest_issued_at: DateTime<Utc>,
    /// The `iat` of the last accepted `uninstalled`, also after a reinstallation.
    pub uninstalled_at: Option<DateTime<Utc>>,
}

impl Tenant {
    /// The secret in force, if the tenant is installed.
    pub fn current(&self) -> Option<&HeldSecret> {
        self.secrets.iter().find(|s| s.state == SecretState::Current)
    }

    /// The secrets with which a request may verify at `now`: the current one, then candidates, then
    /// the previous one within its grace period.
    pub fn accepted_secrets(&self, now: DateTime<Utc>) -> impl Iterator<Item = &HeldSecret> {
        let with_state = |matches_state: fn(&SecretState, DateTime<Utc>) -> bool| {
            self.secrets.iter().filter(move |s| matches_state(&s.state, now))
        };
        with_state(|s, _| *s == SecretState::Current)
            .chain(with_state(|s, _| *s == SecretState::Candidate))
            .chain(with_state(
                |s, now| matches!(s, SecretState::Previous { until } if now < *until),
            ))
    }

    /// The secret called `fingerprint`.
    pub fn secret(&self, fingerprint: &SecretFingerprint) -> Option<&HeldSecret> {
        self.secrets.iter().find(|s| s.fingerprint == *fingerprint)
    }

    fn set_state(&mut self, fingerprint: &SecretFingerprint, state: SecretState) {
        if let Some(known) = self.secrets.iter_mut().find(|s| s.fingerprint == *fingerprint) {
            known.state = state;
        }
    }

    fn keep_until(&mut self, fingerprint: &SecretFingerprint, until: DateTime<Utc>) {
        self.set_state(fingerprint, SecretState::Previous { until });
    }

    fn record_uninstallation(&mut self, delivery: &Delivery) {
        self.supersede_all();
        self.status = Status::Uninstalled;
        self.uninstalled_at = Some(delivery.issued_at);
        self.accept_delivery(delivery);
    }

    fn add_secret(&mut self, new: HeldSecret) {
        self.secrets.retain(|s| s.fingerprint != new.fingerprint);
        self.secrets.push(new);
    }

    fn accept_delivery(&mut self, delivery: &Delivery) {
        // A difference of times cannot overflow, a sum could: `exp` is whatever a signed token
        // says.
        self.deliveries
            .retain(|d| delivery.issued_at - d.expires_at < DELIVERY_MEMORY);
        self.deliveries.push(delivery.clone());
        self.newest_issued_at = self.newest_issued_at.max(delivery.issued_at);
    }

    fn supersede_all(&mut self) {
        for known in &mut self.secrets {
            known.state = SecretState::Superseded;
        }
    }
}

/// The state of a tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TenantState {
    /// Not installed yet.
    #[default]
    Unknown,
    /// Installed at some time.
    Known(Box<Tenant>),
    /// Erased by the operator, for good.
    Erased {
        /// Whether it is recorded that its keys are destroyed.
        keys_destroyed: bool,
    },
}

impl TenantState {
    /// The tenant, if it was ever installed and was not erased.
    pub fn tenant(&self) -> Option<&Tenant> {
        match self {
            Self::Unknown | Self::Erased { .. } => None,
            Self::Known(tenant) => Some(tenant),
        }
    }

    /// The state after `recorded`. An event that cannot follow the state changes nothing.
    #[must_use]
    pub fn evolve(self, recorded: &Recorded<TenantEvent>) -> Self {
        match (&recorded.event, self) {
            (TenantEvent::Erased {}, _) => Self::Erased {
                keys_destroyed: false,
            },
            (TenantEvent::KeysDestroyed { .. }, _) => Self::Erased { keys_destroyed: true },
            (_, state) => state.evolve_living(recorded),
        }
    }

    fn evolve_living(self, recorded: &Recorded<TenantEvent>) -> Self {
        match self {
            Self::Erased { .. } => self,
            Self::Unknown => first_state(recorded),
            Self::Known(mut tenant) => {
                apply_event(&mut tenant, recorded);
                Self::Known(tenant)
            }
        }
    }

    /// The state after all of `events`.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Recorded<TenantEvent>>) -> Self {
        events.into_iter().fold(Self::Unknown, Self::evolve)
    }
}

/// The state after the first event of a tenant's stream.
fn first_state(recorded: &Recorded<TenantEvent>) -> TenantState {
    match &recorded.event {
        TenantEvent::Installed {
            facts,
            secret,
            fingerprint,
            delivery,
        } => {
            let secret = new_secret(secret, fingerprint, delivery, recorded);
            TenantState::Known(Box::new(new_tenant(facts, secret, delivery)))
        }
        TenantEvent::SharedSecretRotated { .. }
        | TenantEvent::Reinstalled { .. }
        | TenantEvent::InstallationConfirmed { .. }
        | TenantEvent::CandidateSecretReceived { .. }
        | TenantEvent::CandidateSecretPromoted { .. }
        | TenantEvent::CandidateSecretDiscarded { .. }
        | TenantEvent::BaseUrlChanged { .. }
        | TenantEvent::Enabled {}
        | TenantEvent::Disabled {}
        | TenantEvent::Uninstalled { .. }
        | TenantEvent::Erased {}
        | TenantEvent::KeysDestroyed { .. } => TenantState::Unknown,
    }
}

fn apply_event(tenant: &mut Tenant, recorded: &Recorded<TenantEvent>) {
    match &recorded.event {
        TenantEvent::Installed { .. } | TenantEvent::Erased {} | TenantEvent::KeysDestroyed { .. } => {}
        TenantEvent::SharedSecretRotated {
            secret,
            fingerprint,
            previous,
            previous_until,
            delivery,
        } => {
            tenant.keep_until(previous, *previous_until);
            tenant.add_secret(new_secret(secret, fingerprint, delivery, recorded));
            tenant.accept_delivery(delivery);
        }
        TenantEvent::Reinstalled {
            facts,
            secret,
            fingerprint,
            delivery,
        } => {
            tenant.supersede_all();
            tenant.add_secret(new_secret(secret, fingerprint, delivery, recorded));
            tenant.facts = facts.clone();
            tenant.status = Status::Installed;
            tenant.accept_delivery(delivery);
        }
        TenantEvent::InstallationConfirmed { delivery, .. } => tenant.accept_delivery(delivery),
        TenantEvent::CandidateSecretReceived {
            secret,
            fingerprint,
            delivery,
        } => {
            let candidate = HeldSecret {
                state: SecretState::Candidate,
                ..new_secret(secret, fingerprint, delivery, recorded)
            };
            tenant.add_secret(candidate);
            tenant.accept_delivery(delivery);
        }
        TenantEvent::CandidateSecretPromoted {
            fingerprint,
            previous,
            previous_until,
        } => {
            tenant.keep_until(previous, *previous_until);
            tenant.set_state(fingerprint, SecretState::Current);
        }
        TenantEvent::CandidateSecretDiscarded { fingerprint } => {
            tenant.set_state(fingerprint, SecretState::Superseded);
        }
        TenantEvent::BaseUrlChanged { to, display_url, .. } => {
            tenant.facts.base_url.clone_from(to);
            tenant.facts.display_url.clone_from(display_url);
        }
        TenantEvent::Enabled {} => tenant.status = Status::Enabled,
        TenantEvent::Disabled {} => tenant.status = Status::Disabled,
        TenantEvent::Uninstalled { delivery } => tenant.record_uninstallation(delivery),
    }
}

fn new_tenant(facts: &InstalledFacts, secret: HeldSecret, delivery: &Delivery) -> Tenant {
    Tenant {
        facts: facts.clone(),
        status: Status::Installed,
        secrets: vec![secret],
        deliveries: vec![delivery.clone()],
        newest_issued_at: delivery.issued_at,
        uninstalled_at: None,
    }
}

fn new_secret(
    sealed: &SealedSecret,
    fingerprint: &SecretFingerprint,
    delivery: &Delivery,
    recorded: &Recorded<TenantEvent>,
) -> HeldSecret {
    HeldSecret {
        sealed: sealed.clone(),
        sealed_at: recorded.revision,
        fingerprint: fingerprint.clone(),
        issued_at: delivery.issued_at,
        state: SecretState::Current,
    }
}
