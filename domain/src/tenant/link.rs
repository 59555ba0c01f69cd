//! Links: by which hosts of the platform a tenant's site has Tally.
//!
//! A tenant has a link for each host that it uses. `tenant.installed` makes the link to Connect; all
//! facts and secrets that the Connect callbacks bring belong to that link alone, except what a site
//! is by any host ([`SiteFacts`]).

use chrono::{DateTime, Duration, Utc};

use super::event::InstalledFacts;
use super::secret::{Delivery, HeldSecret, SecretFingerprint, SecretState};
use crate::ids::ClientKey;

/// How long a delivery is remembered after its token has expired. Longer than the clock leeway of
/// any verifier: within the leeway an expired token still verifies, and must be recognised if it
/// comes with another body.
const DELIVERY_MEMORY: Duration = Duration::minutes(10);

/// A host of apps: what signs the requests of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Host {
    /// Atlassian Connect: requests are signed with a shared secret.
    Connect,
}

/// How the platform names one link.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LinkKey {
    /// By the client key of a Connect installation.
    Connect(ClientKey),
}

impl LinkKey {
    /// The host of the link.
    pub fn host(&self) -> Host {
        match self {
            Self::Connect(_) => Host::Connect,
        }
    }
}

impl From<ClientKey> for LinkKey {
    fn from(key: ClientKey) -> Self {
        Self::Connect(key)
    }
}

/// What a site is, whichever host it uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteFacts {
    /// Where the site's API is.
    pub base_url: String,
    /// Where people see the site, when that is another place.
    pub display_url: Option<String>,
    /// The platform's word for the product, `jira`.
    pub product_type: String,
}

impl From<&InstalledFacts> for SiteFacts {
    fn from(facts: &InstalledFacts) -> Self {
        Self {
            base_url: facts.base_url.clone(),
            display_url: facts.display_url.clone(),
            product_type: facts.product_type.clone(),
        }
    }
}

/// The links of a tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// The link to Connect, if the site ever installed Tally there.
    pub connect: Option<ConnectLink>,
}

/// A tenant's link to Connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectLink {
    /// The platform's name for the installation's site.
    pub client_key: ClientKey,
    /// The id for acting as a user, when given.
    pub oauth_client_id: Option<String>,
    /// The Forge installation, when the site is on its way there.
    pub installation_id: Option<String>,
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

impl ConnectLink {
    pub(super) fn new(facts: &InstalledFacts, secret: HeldSecret, delivery: &Delivery) -> Self {
        Self {
            client_key: facts.client_key.clone(),
            oauth_client_id: facts.oauth_client_id.clone(),
            installation_id: facts.installation_id.clone(),
            secrets: vec![secret],
            deliveries: vec![delivery.clone()],
            newest_issued_at: delivery.issued_at,
            uninstalled_at: None,
        }
    }

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

    pub(super) fn reinstall(&mut self, facts: &InstalledFacts, secret: HeldSecret, delivery: &Delivery) {
        self.supersede_all();
        self.add_secret(secret);
        self.client_key = facts.client_key.clone();
        self.oauth_client_id.clone_from(&facts.oauth_client_id);
        self.installation_id.clone_from(&facts.installation_id);
        self.accept_delivery(delivery);
    }

    pub(super) fn uninstall(&mut self, delivery: &Delivery) {
        self.supersede_all();
        self.uninstalled_at = Some(delivery.issued_at);
        self.accept_delivery(delivery);
    }

    pub(super) fn set_state(&mut self, fingerprint: &SecretFingerprint, state: SecretState) {
        if let Some(known) = self.secrets.iter_mut().find(|s| s.fingerprint == *fingerprint) {
            known.state = state;
        }
    }

    pub(super) fn keep_until(&mut self, fingerprint: &SecretFingerprint, until: DateTime<Utc>) {
        self.set_state(fingerprint, SecretState::Previous { until });
    }

    pub(super) fn add_secret(&mut self, new: HeldSecret) {
        self.secrets.retain(|s| s.fingerprint != new.fingerprint);
        self.secrets.push(new);
    }

    pub(super) fn accept_delivery(&mut self, delivery: &Delivery) {
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
