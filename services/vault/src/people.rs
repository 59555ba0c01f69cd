//! The people of a tenant, and what is named by a MAC under a tenant's key.

use std::collections::HashSet;
use std::sync::Arc;

use tally_domain::{AccountId, PersonId, TenantId};

use crate::VaultError;
use crate::caches::{KnownKey, Owner};
use crate::keys::{StoredKey, Wanted};
use crate::subkeys::RootKey;
use crate::vault::{Inner, Vault};

/// The purpose of the MAC by which an account is found.
const ACCOUNT: &str = "account";

impl Vault {
    /// Makes the key of a new tenant, durably, before anything is sealed or named for it. It is made
    /// here alone: where it is missing later, it was lost, and that is an error. A tenant that has a
    /// key keeps it, so the call can be repeated. It blocks.
    ///
    /// # Errors
    /// [`VaultError::KeyDestroyed`] when the tenant was erased; the key store failed.
    pub fn create_tenant_key(&self, tenant: TenantId) -> Result<(), VaultError> {
        self.inner.create_tenant_key(tenant)
    }

    /// As [`Vault::create_tenant_key`], without blocking.
    ///
    /// # Errors
    /// As there; [`VaultError::TimedOut`] when the key store does not answer in time.
    pub async fn add_tenant(&self, tenant: TenantId) -> Result<(), VaultError> {
        self.run(move |inner| inner.create_tenant_key(tenant)).await
    }

    /// Those of `tenants` of which the key store has no key, nor the mark of a destroyed one: their
    /// keys were lost, or are in another store. It looks into the store each time.
    ///
    /// # Errors
    /// The key store failed, or [`VaultError::TimedOut`].
    pub async fn tenants_without_keys(&self, tenants: Vec<TenantId>) -> Result<Vec<TenantId>, VaultError> {
        self.run(move |inner| inner.tenants_without_keys(tenants)).await
    }

    /// The person of an account, `None` when the account was never seen. It is answered from
    /// memory after the first time.
    ///
    /// # Errors
    /// [`VaultError::KeyDestroyed`] when the tenant was erased; [`VaultError::KeyUnknown`] when its key
    /// was never made or is lost; the key store failed, or [`VaultError::TimedOut`].
    pub async fn find_person(
        &self,
        tenant: TenantId,
        account: &AccountId,
    ) -> Result<Option<PersonId>, VaultError> {
        if let Some(person) = self.inner.caches.person_of(tenant, account) {
            return Ok(Some(person));
        }
        let account = account.clone();
        let finding = self.run(move |inner| {
            let key = inner.find_tenant_key(tenant)?;
            inner.find_person(&key, tenant, &account)
        });
        finding.await
    }

    /// Whether this was ever a person of the tenant, erased or not.
    ///
    /// # Errors
    /// The key store failed, or [`VaultError::TimedOut`].
    pub async fn has_person(&self, tenant: TenantId, person: PersonId) -> Result<bool, VaultError> {
        let owner = Owner::Person(tenant, person);
        self.run(move |inner| Ok(inner.find_keys(&[owner])?.contains_key(&owner)))
            .await
    }

    /// The person of an account, added with a random id and a key of its own, durably, when the
    /// account was never seen. Callers that add it at once get the same person.
    ///
    /// # Errors
    /// As for [`Vault::find_person`].
    pub async fn find_or_add_person(
        &self,
        tenant: TenantId,
        account: &AccountId,
    ) -> Result<PersonId, VaultError> {
        if let Some(person) = self.inner.caches.person_of(tenant, account) {
            return Ok(person);
        }
        let account = account.clone();
        self.run(move |inner| inner.find_or_add_person(tenant, &account))
            .await
    }

    /// HMAC-SHA256 over `parts`, each preceded by its length, under a key of the tenant that is for
    /// `purpose` alone.
    ///
    /// # Errors
    /// As for [`Vault::find_person`].
    pub async fn mac(
        &self,
        tenant: TenantId,
        purpose: &str,
        parts: &[&[u8]],
    ) -> Result<[u8; 32], VaultError> {
        let key = match self.inner.caches.key_of(Owner::Tenant(tenant)) {
            Some(known) => to_living(known)?,
            None => self.run(move |inner| inner.find_tenant_key(tenant)).await?,
        };
        Ok(key.mac(purpose, parts))
    }
}

impl Inner {
    fn tenants_without_keys(&self, mut tenants: Vec<TenantId>) -> Result<Vec<TenantId>, VaultError> {
        let wanted = Wanted {
            tenants: tenants.iter().map(ToString::to_string).collect(),
            ..Wanted::default()
        };
        let rows = self.keys.find(&wanted)?.into_iter();
        let present: HashSet<String> = rows.map(|row| row.tenant).collect();
        tenants.retain(|tenant| !present.contains(&tenant.to_string()));
        Ok(tenants)
    }

    fn find_or_add_person(&self, tenant: TenantId, account: &AccountId) -> Result<PersonId, VaultError> {
        let key = self.find_tenant_key(tenant)?;
        if let Some(person) = self.find_person(&key, tenant, account)? {
            return Ok(person);
        }
        let name = name_account(&key, account);
        let new = StoredKey::generate_person(tenant, &name, self.wrapper.as_ref())?;
        self.keys.add(&[new])?;
        let found = self.find_person(&key, tenant, account)?;
        found.ok_or(VaultError::KeyDestroyed)
    }

    fn find_person(
        &self,
        key: &RootKey,
        tenant: TenantId,
        account: &AccountId,
    ) -> Result<Option<PersonId>, VaultError> {
        let since = self.caches.generation();
        let row = self
            .keys
            .find_person(&tenant.to_string(), &name_account(key, account))?;
        let person = row.map(|row| PersonId(row.id));
        if let Some(person) = person {
            self.caches.keep_person(since, tenant, account, person);
        }
        Ok(person)
    }

    pub(crate) fn find_tenant_key(&self, tenant: TenantId) -> Result<Arc<RootKey>, VaultError> {
        let owner = Owner::Tenant(tenant);
        if let Some(known) = self.caches.key_of(owner) {
            return to_living(known);
        }
        let found = self.find_keys(&[owner])?.remove(&owner);
        to_living(found.ok_or(VaultError::KeyUnknown)??)
    }
}

fn to_living(known: KnownKey) -> Result<Arc<RootKey>, VaultError> {
    match known {
        KnownKey::Living(key) => Ok(key),
        KnownKey::Erased => Err(VaultError::KeyDestroyed),
    }
}

/// The name by which the key store finds an account.
fn name_account(key: &RootKey, account: &AccountId) -> String {
    hex::encode(key.mac(ACCOUNT, &[account.as_str().as_bytes()]))
}
