//! The fold of a tenant: what a decision asks about.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use super::event::{InstalledFacts, TenantEvent};
use super::secret::{Delivery, HeldSecret, SealedSecret, SecretFingerprint, SecretState};
use crate::recorded::Recorded;

/// How long a delivery is remembered beyond its token's expiry. Longer than any clock leeway a verifier grants: within the leeway an
/// expired token still verifies, and must still be recognised when it comes with another body.
const DELIVERY_MEMORY: Duration = Duration::minutes(10);

/// How a tenant stands.
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
    /// What the last installation said.
    pub facts: InstalledFacts,
    /// How it stands.
    pub status: Status,
    /// All secrets it ever had, oldest first, each fingerprint once.
    pub secrets: Vec<HeldSecret>,
    /// Accepted callbacks, newest last. Those whose token expired before a newer was accepted are dropped.
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

    /// The secrets a request may verify with at `now`: current first, then candidates, then previous in its grace.
    pub fn accepted(&self, now: DateTime<Utc>) -> impl Iterator<Item = &HeldSecret> {
        let standing = |want: fn(&SecretState, DateTime<Utc>) -> bool| {
            self.secrets.iter().filter(move |s| want(&s.state, now))
        };
        standing(|s, _| *s == SecretState::Current)
            .chain(standing(|s, _| *s == SecretState::Candidate))
            .chain(standing(
                |s, now| matches!(s, SecretState::Previous { until } if now < *until),
            ))
    }

    /// The secret called `fingerprint`.
    pub fn secret(&self, fingerprint: &SecretFingerprint) -> Option<&HeldSecret> {
        self.secrets.iter().find(|s| s.fingerprint == *fingerprint)
    }

    fn stand(&mut self, fingerprint: &SecretFingerprint, state: SecretState) {
        if let Some(held) = self.secrets.iter_mut().find(|s| s.fingerprint == *fingerprint) {
            held.state = state;
        }
    }

    fn hold(&mut self, new: HeldSecret) {
        self.secrets.retain(|s| s.fingerprint != new.fingerprint);
        self.secrets.push(new);
    }

    fn accept(&mut self, delivery: &Delivery) {
        // A difference of times cannot overflow, a sum could: `exp` is whatever a signed token says.
        self.deliveries
            .retain(|d| delivery.issued_at - d.expires_at < DELIVERY_MEMORY);
        self.deliveries.push(delivery.clone());
        self.newest_issued_at = self.newest_issued_at.max(delivery.issued_at);
    }

    fn supersede_all(&mut self) {
        for held in &mut self.secrets {
            held.state = SecretState::Superseded;
        }
    }
}

/// A tenant's state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TenantState {
    /// Never installed.
    #[default]
    Unknown,
    /// Installed at some time.
    Known(Box<Tenant>),
}

impl TenantState {
    /// What is known of the tenant, when it ever installed.
    pub fn tenant(&self) -> Option<&Tenant> {
        match self {
            Self::Unknown => None,
            Self::Known(tenant) => Some(tenant),
        }
    }

    /// The state after `recorded`. An event that cannot follow the state changes nothing.
    #[must_use]
    pub fn evolve(self, recorded: &Recorded<TenantEvent>) -> Self {
        match (self, &recorded.event) {
            (
                Self::Unknown,
                TenantEvent::Installed {
                    facts,
                    secret,
                    fingerprint,
                    delivery,
                },
            ) => Self::Known(Box::new(installed(
                facts,
                held(secret, fingerprint, delivery, recorded),
                delivery,
            ))),
            (Self::Unknown, _) => Self::Unknown,
            (Self::Known(mut tenant), _) => {
                change(&mut tenant, recorded);
                Self::Known(tenant)
            }
        }
    }

    /// The state after all of `events`.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Recorded<TenantEvent>>) -> Self {
        events.into_iter().fold(Self::Unknown, Self::evolve)
    }
}

fn change(tenant: &mut Tenant, recorded: &Recorded<TenantEvent>) {
    match &recorded.event {
        TenantEvent::Installed { .. } => {}
        TenantEvent::SharedSecretRotated {
            secret,
            fingerprint,
            previous,
            previous_until,
            delivery,
        } => {
            tenant.stand(
                previous,
                SecretState::Previous {
                    until: *previous_until,
                },
            );
            tenant.hold(held(secret, fingerprint, delivery, recorded));
            tenant.accept(delivery);
        }
        TenantEvent::Reinstalled {
            facts,
            secret,
            fingerprint,
            delivery,
        } => {
            tenant.supersede_all();
            tenant.hold(held(secret, fingerprint, delivery, recorded));
            tenant.facts = facts.clone();
            tenant.status = Status::Installed;
            tenant.accept(delivery);
        }
        TenantEvent::InstallationConfirmed { delivery, .. } => tenant.accept(delivery),
        TenantEvent::CandidateSecretReceived {
            secret,
            fingerprint,
            delivery,
        } => {
            let candidate = HeldSecret {
                state: SecretState::Candidate,
                ..held(secret, fingerprint, delivery, recorded)
            };
            tenant.hold(candidate);
            tenant.accept(delivery);
        }
        TenantEvent::CandidateSecretPromoted {
            fingerprint,
            previous,
            previous_until,
        } => {
            tenant.stand(
                previous,
                SecretState::Previous {
                    until: *previous_until,
                },
            );
            tenant.stand(fingerprint, SecretState::Current);
        }
        TenantEvent::CandidateSecretDiscarded { fingerprint } => {
            tenant.stand(fingerprint, SecretState::Superseded);
        }
        TenantEvent::BaseUrlChanged { to, display_url, .. } => {
            tenant.facts.base_url.clone_from(to);
            tenant.facts.display_url.clone_from(display_url);
        }
        TenantEvent::Enabled {} => tenant.status = Status::Enabled,
        TenantEvent::Disabled {} => tenant.status = Status::Disabled,
        TenantEvent::Uninstalled { delivery } => {
            tenant.supersede_all();
            tenant.status = Status::Uninstalled;
            tenant.uninstalled_at = Some(delivery.issued_at);
            tenant.accept(delivery);
        }
    }
}

fn installed(facts: &InstalledFacts, secret: HeldSecret, delivery: &Delivery) -> Tenant {
    Tenant {
        facts: facts.clone(),
        status: Status::Installed,
        secrets: vec![secret],
        deliveries: vec![delivery.clone()],
        newest_issued_at: delivery.issued_at,
        uninstalled_at: None,
    }
}

fn held(
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
