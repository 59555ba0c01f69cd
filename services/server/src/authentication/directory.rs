//! The tenants and their secrets, in memory, for verification.
//!
//! Loaded from the credential view at start and refreshed from it after every projected batch that touched a tenant, so an answer
//! to `installed` is not sent before the secret is here. A signature that nothing here verifies is not refused from here
//! alone: see [`crate::auth`], which reads the tenant's stream first.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Duration, Utc};
use secrecy::SecretString;
use tally_atlassian::base_url::{HostAllowList, TenantBaseUrl};
use tally_atlassian::outgoing::TenantAccess;
use tally_domain::tenant::SealedSecret;
use tally_domain::tenant::{HeldSecret, SecretFingerprint, SecretState, Status, Tenant};
use tally_domain::{ClientKey, TenantId};
use tally_vault::{Binding, Vault, VaultError};
use tracing::error;

use crate::synthetic::is_synthetic;

/// How long a rotation that could not be stored counts as pending. The platform retries failed installations within the day.
const PENDING: Duration = Duration::hours(24);

/// A secret, opened, with its standing.
pub struct OpenSecret {
    /// Its name.
    pub fingerprint: SecretFingerprint,
    /// Its standing.
    pub state: SecretState,
    /// The secret.
    pub secret: SecretString,
}

/// One tenant as verification needs it.
pub struct Credentials {
    /// The tenant.
    pub tenant: TenantId,
    /// Its client key.
    pub client_key: ClientKey,
    /// Where its API is; absent when what is stored is not allowed by this configuration.
    pub base_url: Option<TenantBaseUrl>,
    /// Where people see it.
    pub display_url: Option<String>,
    /// How it stands.
    pub status: Status,
    /// Its secrets that could be opened: current, candidates, previous, then superseded ones.
    pub secrets: Vec<OpenSecret>,
    /// Up to which revision of the tenant's stream this is true.
    pub revision: u64,
}

/// A tenant as its stream has it.
#[derive(Clone, Copy)]
pub struct Known<'t> {
    /// Which.
    pub id: TenantId,
    /// What is known of it.
    pub tenant: &'t Tenant,
    /// Up to which revision of its stream.
    pub revision: u64,
}

impl<'t> Known<'t> {
    /// Its secrets, each as the vault takes it.
    fn secrets(self) -> impl Iterator<Item = ((Binding, SealedSecret), &'t HeldSecret)> {
        self.tenant.secrets.iter().map(move |held| {
            let binding = Binding::of_shared_secret(self.id, held.sealed_at);
            ((binding, held.sealed.clone()), held)
        })
    }
}

impl Credentials {
    /// Opens a tenant's secrets. One that does not open is left out and logged: the others must go on working.
    ///
    /// # Errors
    /// The key database failed. What is known of the tenant so far stays better than nothing.
    pub fn open(known: Known<'_>, vault: &Vault, hosts: &HostAllowList) -> Result<Self, VaultError> {
        let sealed: Vec<_> = known.secrets().map(|(place, _)| place).collect();
        Ok(Self::with(known, vault.open_all(&sealed)?, hosts))
    }

    /// The same for many tenants, with few looks at the key database.
    ///
    /// # Errors
    /// As for [`Credentials::open`].
    pub fn open_all(
        known: &[Known<'_>],
        vault: &Vault,
        hosts: &HostAllowList,
    ) -> Result<Vec<Self>, VaultError> {
        let sealed: Vec<_> = known
            .iter()
            .flat_map(|known| known.secrets())
            .map(|(place, _)| place)
            .collect();
        let mut outcomes = vault.open_all(&sealed)?.into_iter();
        let with = |known: &Known<'_>| {
            let outcomes = outcomes.by_ref().take(known.secrets().count());
            Self::with(*known, outcomes.collect(), hosts)
        };
        Ok(known.iter().map(with).collect())
    }

    /// `outcomes` are those of the tenant's secrets, in their order.
    fn with(
        known: Known<'_>,
        outcomes: Vec<Result<SecretString, VaultError>>,
        hosts: &HostAllowList,
    ) -> Self {
        let opened = known.secrets().zip(outcomes);
        let mut secrets: Vec<OpenSecret> = opened
            .filter_map(|((_, held), outcome)| opened_as(known.id, held, outcome))
            .collect();
        secrets.sort_by_key(|secret| rank(&secret.state));
        let facts = &known.tenant.facts;
        Self {
            tenant: known.id,
            client_key: facts.client_key.clone(),
            base_url: TenantBaseUrl::parse(&facts.base_url, hosts).ok(),
            display_url: facts.display_url.clone(),
            status: known.tenant.status,
            secrets,
            revision: known.revision,
        }
    }

    /// The secrets a request may verify with at `now`, current first.
    pub fn acceptable(&self, now: DateTime<Utc>) -> impl Iterator<Item = &OpenSecret> {
        self.secrets.iter().filter(move |s| accepted(&s.state, now))
    }

    /// The secrets that are known and no longer accepted.
    pub fn superseded(&self, now: DateTime<Utc>) -> impl Iterator<Item = &OpenSecret> {
        self.secrets.iter().filter(move |s| !accepted(&s.state, now))
    }

    /// Whether the tenant has Tally installed.
    pub fn is_installed(&self) -> bool {
        self.status != Status::Uninstalled
    }

    /// Whether this is the synthetic tenant of probes, which counts nowhere.
    pub fn is_synthetic(&self) -> bool {
        is_synthetic(&self.client_key)
    }

    /// What is needed to call the tenant's Jira at `now`. The platform may hold any secret that we accept from it.
    pub fn access(&self, now: DateTime<Utc>) -> Option<TenantAccess> {
        let current = self.secrets.iter().find(|s| s.state == SecretState::Current)?;
        let others = self
            .acceptable(now)
            .filter(|s| s.fingerprint != current.fingerprint);
        Some(TenantAccess {
            client_key: self.client_key.to_string(),
            base_url: self.base_url.clone()?,
            secret: current.secret.clone(),
            others: others.map(|s| s.secret.clone()).collect(),
        })
    }
}

fn accepted(state: &SecretState, now: DateTime<Utc>) -> bool {
    match state {
        SecretState::Current | SecretState::Candidate => true,
        SecretState::Previous { until } => now < *until,
        SecretState::Superseded => false,
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

fn opened_as(
    tenant: TenantId,
    held: &HeldSecret,
    outcome: Result<SecretString, VaultError>,
) -> Option<OpenSecret> {
    match outcome {
        Ok(secret) => Some(OpenSecret {
            fingerprint: held.fingerprint.clone(),
            state: held.state,
            secret,
        }),
        Err(cause) => {
            error!(%tenant, fingerprint = %held.fingerprint, %cause, "a stored secret does not open");
            None
        }
    }
}

/// How often and when a secret verified a request, since this process started.
#[derive(Default)]
pub struct Use {
    count: AtomicU64,
    last: AtomicI64,
}

impl Use {
    fn note(&self, now: DateTime<Utc>) {
        self.count.fetch_add(1, Ordering::Relaxed);
        self.last.fetch_max(now.timestamp_micros(), Ordering::Relaxed);
    }

    /// How often.
    pub fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// When last.
    pub fn last(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp_micros(self.last.load(Ordering::Relaxed)).filter(|_| self.count() > 0)
    }
}

/// All tenants by client key, and what was seen of them.
#[derive(Default)]
pub struct Directory {
    tenants: RwLock<HashMap<ClientKey, Arc<Credentials>>>,
    uses: RwLock<HashMap<(TenantId, SecretFingerprint), Arc<Use>>>,
    pages: RwLock<HashMap<TenantId, Arc<Use>>>,
    unstored: RwLock<HashMap<ClientKey, DateTime<Utc>>>,
}

impl Directory {
    /// The tenant of a client key.
    pub fn find(&self, key: &ClientKey) -> Option<Arc<Credentials>> {
        self.tenants
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(key)
            .cloned()
    }

    /// Takes in what is newer than what is here.
    pub fn put(&self, new: Credentials) {
        let mut tenants = self.tenants.write().unwrap_or_else(PoisonError::into_inner);
        let newer = |old: &Arc<Credentials>| old.tenant == new.tenant && old.revision > new.revision;
        if !tenants.get(&new.client_key).is_some_and(newer) {
            tenants.insert(new.client_key.clone(), Arc::new(new));
        }
    }

    /// The addresses of all tenants as people know them, uninstalled ones too. For the operator.
    pub fn sites(&self) -> HashMap<TenantId, String> {
        let tenants = self.tenants.read().unwrap_or_else(PoisonError::into_inner);
        let address = |known: &Credentials| {
            let base = known.base_url.as_ref().map(|url| url.as_str().to_owned());
            known.display_url.clone().or(base).unwrap_or_default()
        };
        tenants
            .values()
            .map(|known| (known.tenant, address(known)))
            .collect()
    }

    /// How many tenants are known, uninstalled ones too.
    pub fn len(&self) -> usize {
        self.tenants.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether no tenant is known.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All tenants, uninstalled ones too.
    pub fn all(&self) -> Vec<Arc<Credentials>> {
        let tenants = self.tenants.read().unwrap_or_else(PoisonError::into_inner);
        tenants.values().cloned().collect()
    }

    /// How many verified installations could not be stored, with none of the same site stored since.
    pub fn unstored(&self, now: DateTime<Utc>) -> u64 {
        let unstored = self.unstored.read().unwrap_or_else(PoisonError::into_inner);
        let counts = |key: &ClientKey, since: DateTime<Utc>| now - since < PENDING && !is_synthetic(key);
        unstored
            .iter()
            .filter(|(key, since)| counts(key, **since))
            .count() as u64
    }

    /// Notes that a verified installation could not be stored: a rotation is pending until the platform tries again.
    pub fn note_unstored(&self, key: ClientKey, now: DateTime<Utc>) {
        let mut unstored = self.unstored.write().unwrap_or_else(PoisonError::into_inner);
        unstored.retain(|_, since| now - *since < PENDING);
        unstored.insert(key, now);
    }

    /// Notes that an installation was stored.
    pub fn note_stored(&self, key: &ClientKey) {
        self.unstored
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(key);
    }

    /// Whether the platform may be using a secret that we could not store.
    pub fn rotation_pending(&self, key: &ClientKey, now: DateTime<Utc>) -> bool {
        let unstored = self.unstored.read().unwrap_or_else(PoisonError::into_inner);
        unstored.get(key).is_some_and(|since| now - *since < PENDING)
    }

    /// Notes that a secret verified a request.
    pub fn note_use(&self, tenant: TenantId, fingerprint: &SecretFingerprint, now: DateTime<Utc>) {
        noted(&self.uses, (tenant, fingerprint.clone())).note(now);
    }

    /// Notes that a page was served.
    pub fn note_page(&self, tenant: TenantId, now: DateTime<Utc>) {
        noted(&self.pages, tenant).note(now);
    }

    /// How a secret was used.
    pub fn secret_use(&self, tenant: TenantId, fingerprint: &SecretFingerprint) -> Arc<Use> {
        noted(&self.uses, (tenant, fingerprint.clone()))
    }

    /// How pages were served.
    pub fn page_use(&self, tenant: TenantId) -> Arc<Use> {
        noted(&self.pages, tenant)
    }
}

fn noted<K: std::hash::Hash + Eq>(map: &RwLock<HashMap<K, Arc<Use>>>, key: K) -> Arc<Use> {
    if let Some(found) = map.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return found.clone();
    }
    map.write()
        .unwrap_or_else(PoisonError::into_inner)
        .entry(key)
        .or_default()
        .clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Bench;

    #[actix_web::test]
    async fn a_key_database_that_fails_is_told_apart_from_secrets_that_do_not_open() {
        let bench = Bench::new().await;
        let (site, other) = (bench.site("acme").await, bench.site("globex").await);
        let found = |tenant| bench.tally.views.tenant_credentials().by_tenant(tenant);
        let (vault, hosts) = (&bench.tally.vault, &bench.tally.config.tenant_hosts);
        let known = [site.tenant, other.tenant].map(|tenant| found(tenant).unwrap().unwrap());
        let known = known.each_ref().map(|found| Known {
            id: found.id,
            tenant: &found.tenant,
            revision: found.revision,
        });
        let secrets = || {
            let opened = Credentials::open_all(&known, vault, hosts);
            opened.map(|all| all.iter().map(|one| one.secrets.len()).collect::<Vec<_>>())
        };
        assert_eq!(secrets().unwrap(), [1, 1]);
        vault.destroy_tenant(&site.tenant.to_string()).unwrap();
        assert_eq!(secrets().unwrap(), [0, 1]);

        let keys = rusqlite::Connection::open(bench.tally.config.data_dir.join("keys.db")).unwrap();
        keys.execute_batch("ALTER TABLE data_keys RENAME TO gone")
            .unwrap();
        assert!(secrets().is_err_and(|failure| failure.is_transient()));
        assert!(Credentials::open(known[1], vault, hosts).is_err());
    }
}
