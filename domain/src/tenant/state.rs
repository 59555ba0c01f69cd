//! The state of a tenant, as far as decisions need it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::event::TenantEvent;
use super::link::{ConnectLink, Links, SiteFacts};
use super::secret::{Delivery, HeldSecret, SealedSecret, SecretFingerprint, SecretState};
use crate::recorded::Recorded;

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
    /// The site, as it was described last.
    pub site: SiteFacts,
    /// Whether the site uses Tally.
    pub status: Status,
    /// The hosts by which it does.
    pub links: Links,
}

impl Tenant {
    /// The link to Connect, if the site ever installed Tally there.
    pub fn connect(&self) -> Option<&ConnectLink> {
        self.links.connect.as_ref()
    }

    /// The Connect secret in force.
    pub fn current(&self) -> Option<&HeldSecret> {
        self.connect().and_then(ConnectLink::current)
    }

    /// All Connect secrets that the tenant ever had, oldest first.
    pub fn secrets(&self) -> &[HeldSecret] {
        self.connect().map_or(&[], |link| &link.secrets)
    }

    /// The Connect secrets with which a request may verify at `now`, in the order of
    /// [`ConnectLink::accepted_secrets`].
    pub fn accepted_secrets(&self, now: DateTime<Utc>) -> impl Iterator<Item = &HeldSecret> {
        self.connect()
            .into_iter()
            .flat_map(move |link| link.accepted_secrets(now))
    }

    /// The Connect secret called `fingerprint`.
    pub fn secret(&self, fingerprint: &SecretFingerprint) -> Option<&HeldSecret> {
        self.connect()?.secret(fingerprint)
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
            (TenantEvent::KeysDestroyed {}, _) => Self::Erased { keys_destroyed: true },
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
            TenantState::Known(Box::new(Tenant {
                site: facts.into(),
                status: Status::Installed,
                links: Links {
                    connect: Some(ConnectLink::new(facts, secret, delivery)),
                },
            }))
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
        | TenantEvent::KeysDestroyed {} => TenantState::Unknown,
    }
}

fn apply_event(tenant: &mut Tenant, recorded: &Recorded<TenantEvent>) {
    match &recorded.event {
        TenantEvent::BaseUrlChanged { to, display_url, .. } => {
            tenant.site.base_url.clone_from(to);
            tenant.site.display_url.clone_from(display_url);
        }
        TenantEvent::Enabled {} => tenant.status = Status::Enabled,
        TenantEvent::Disabled {} => tenant.status = Status::Disabled,
        TenantEvent::Erased {} | TenantEvent::KeysDestroyed {} => {}
        TenantEvent::Installed { .. }
        | TenantEvent::SharedSecretRotated { .. }
        | TenantEvent::Reinstalled { .. }
        | TenantEvent::InstallationConfirmed { .. }
        | TenantEvent::CandidateSecretReceived { .. }
        | TenantEvent::CandidateSecretPromoted { .. }
        | TenantEvent::CandidateSecretDiscarded { .. }
        | TenantEvent::Uninstalled { .. } => apply_connect_event(tenant, recorded),
    }
}

/// Applies an event of the link to Connect. Without that link, only `installed` means anything.
fn apply_connect_event(tenant: &mut Tenant, recorded: &Recorded<TenantEvent>) {
    let Some(link) = &mut tenant.links.connect else {
        if let TenantState::Known(installed) = first_state(recorded) {
            tenant.links.connect = installed.links.connect;
        }
        return;
    };
    match &recorded.event {
        TenantEvent::SharedSecretRotated {
            secret,
            fingerprint,
            previous,
            previous_until,
            delivery,
        } => {
            link.keep_until(previous, *previous_until);
            link.add_secret(new_secret(secret, fingerprint, delivery, recorded));
            link.accept_delivery(delivery);
        }
        TenantEvent::Reinstalled {
            facts,
            secret,
            fingerprint,
            delivery,
        } => {
            link.reinstall(
                facts,
                new_secret(secret, fingerprint, delivery, recorded),
                delivery,
            );
            tenant.site = facts.into();
            tenant.status = Status::Installed;
        }
        TenantEvent::InstallationConfirmed { delivery, .. } => link.accept_delivery(delivery),
        TenantEvent::CandidateSecretReceived {
            secret,
            fingerprint,
            delivery,
        } => {
            let candidate = HeldSecret {
                state: SecretState::Candidate,
                ..new_secret(secret, fingerprint, delivery, recorded)
            };
            link.add_secret(candidate);
            link.accept_delivery(delivery);
        }
        TenantEvent::CandidateSecretPromoted {
            fingerprint,
            previous,
            previous_until,
        } => {
            link.keep_until(previous, *previous_until);
            link.set_state(fingerprint, SecretState::Current);
        }
        TenantEvent::CandidateSecretDiscarded { fingerprint } => {
            link.set_state(fingerprint, SecretState::Superseded);
        }
        TenantEvent::Uninstalled { delivery } => {
            link.uninstall(delivery);
            tenant.status = Status::Uninstalled;
        }
        TenantEvent::Installed { .. }
        | TenantEvent::BaseUrlChanged { .. }
        | TenantEvent::Enabled {}
        | TenantEvent::Disabled {}
        | TenantEvent::Erased {}
        | TenantEvent::KeysDestroyed {} => {}
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
