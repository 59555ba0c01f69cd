//! The tenants in memory, for verification.
//!
//! Loaded from the credential view at start, and updated by every projected batch that touched a
//! tenant, so an answer to `installed` is not sent before its secret is known here. The secrets
//! stay sealed: [`crate::OpenedSecrets`] opens them when a request needs them. A signature that nothing
//! here verifies is not refused yet: [`crate::Authenticator`] reads the tenant's stream first.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use parking_lot::RwLock;
use tally_atlassian::base_url::{HostAllowList, TenantBaseUrl};
use tally_domain::tenant::{ConnectLink, HeldSecret, Host, LinkKey, SecretState, Status, Tenant};
use tally_domain::{ClientKey, TenantId};
use tally_vault::Vault;

use crate::rotations::PendingRotations;
use crate::secrets::{OpenedSecrets, SecretTerms, is_accepted};
use crate::synthetic::is_synthetic;
use crate::usage::Usage;

/// One tenant as verification needs it.
pub struct Credentials {
    /// The tenant's id.
    pub tenant: TenantId,
    /// The platform's name for the site.
    pub client_key: ClientKey,
    /// Where its API is; absent when what is stored is not allowed by this configuration.
    pub base_url: Option<TenantBaseUrl>,
    /// Where its users open it, when that is another address.
    pub display_url: Option<String>,
    /// Whether Tally is installed and enabled there.
    pub status: Status,
    /// The revision of the tenant's stream up to which this is true.
    pub revision: u64,
    /// All its secrets, sealed: current, candidates, previous, then superseded ones.
    secrets: Vec<HeldSecret>,
}

/// A tenant as its stream has it.
#[derive(Clone, Copy)]
pub struct TenantSnapshot<'t> {
    /// The tenant's id.
    pub id: TenantId,
    /// The fold of its stream.
    pub tenant: &'t Tenant,
    /// The last revision that was folded.
    pub revision: u64,
}

impl Credentials {
    fn new(snapshot: TenantSnapshot<'_>, link: &ConnectLink, hosts: &HostAllowList) -> Self {
        let site = &snapshot.tenant.site;
        let mut secrets = link.secrets.clone();
        secrets.sort_by_key(|secret| rank(&secret.state));
        Self {
            tenant: snapshot.id,
            client_key: link.client_key.clone(),
            base_url: TenantBaseUrl::parse(&site.base_url, hosts).ok(),
            display_url: site.display_url.clone(),
            status: snapshot.tenant.status,
            revision: snapshot.revision,
            secrets,
        }
    }

    /// The link by which requests of the tenant are recognised.
    pub fn link(&self) -> LinkKey {
        self.client_key.clone().into()
    }

    /// The host by which the tenant has Tally.
    pub fn host(&self) -> Host {
        self.link().host()
    }

    /// The secrets a request may verify with at `now`, current first.
    pub fn acceptable_secrets(&self, now: DateTime<Utc>) -> impl Iterator<Item = &HeldSecret> {
        self.secrets.iter().filter(move |s| is_accepted(&s.state, now))
    }

    /// The secrets that are known and no longer accepted.
    pub fn superseded_secrets(&self, now: DateTime<Utc>) -> impl Iterator<Item = &HeldSecret> {
        self.secrets.iter().filter(move |s| !is_accepted(&s.state, now))
    }

    /// Whether the tenant has Tally installed.
    pub fn is_installed(&self) -> bool {
        self.status != Status::Uninstalled
    }

    /// Whether this is the synthetic tenant of probes, which counts nowhere.
    pub fn is_synthetic(&self) -> bool {
        is_synthetic(&self.client_key)
    }

    /// The address by which an operator knows the site: the display URL, else the base URL.
    pub fn address(&self) -> String {
        let base = self.base_url.as_ref().map(|url| url.as_str().to_owned());
        self.display_url.clone().or(base).unwrap_or_default()
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

/// All tenants by link, with what this process knows of each.
pub struct Directory {
    /// Opens the tenants' secrets.
    pub secrets: OpenedSecrets,
    /// When secrets and pages were used.
    pub usage: Usage,
    /// Sites whose latest installation could not be stored.
    pub rotations: PendingRotations,
    hosts: HostAllowList,
    tenants: RwLock<HashMap<LinkKey, Arc<Credentials>>>,
}

impl Directory {
    /// An empty one. `vault` opens secrets under `terms`; a tenant's API is called on `hosts` only.
    pub fn new(vault: Arc<Vault>, terms: SecretTerms, hosts: HostAllowList) -> Self {
        Self {
            secrets: OpenedSecrets::new(vault, terms),
            usage: Usage::default(),
            rotations: PendingRotations::default(),
            hosts,
            tenants: RwLock::default(),
        }
    }

    /// The tenant that has this link.
    pub fn find(&self, link: &LinkKey) -> Option<Arc<Credentials>> {
        self.tenants.read().get(link).cloned()
    }

    /// Takes in a tenant, under its link, unless what is known is newer. Opened forms of secrets that it no longer
    /// has are dropped at once.
    pub fn put(&self, snapshot: TenantSnapshot<'_>) {
        let Some(connect) = snapshot.tenant.connect() else {
            return;
        };
        let new = Arc::new(Credentials::new(snapshot, connect, &self.hosts));
        let link = new.link();
        let mut tenants = self.tenants.write();
        let is_newer = |old: &Arc<Credentials>| old.tenant == new.tenant && old.revision > new.revision;
        if tenants.get(&link).is_some_and(is_newer) {
            return;
        }
        self.secrets.retain(new.tenant, &new.secrets);
        tenants.insert(link, new);
    }

    /// Forgets a tenant that was erased, with the opened forms of its secrets.
    pub fn remove(&self, tenant: TenantId) {
        self.tenants.write().retain(|_, known| known.tenant != tenant);
        self.secrets.forget(tenant);
    }

    /// The addresses of all tenants, uninstalled ones too. For the operator.
    pub fn sites(&self) -> HashMap<TenantId, String> {
        let tenants = self.tenants.read();
        tenants
            .values()
            .map(|known| (known.tenant, known.address()))
            .collect()
    }

    /// The number of tenants known, uninstalled ones too.
    pub fn len(&self) -> usize {
        self.tenants.read().len()
    }

    /// Whether no tenant is known.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All tenants, uninstalled ones too.
    pub fn all(&self) -> Vec<Arc<Credentials>> {
        self.tenants.read().values().cloned().collect()
    }
}
