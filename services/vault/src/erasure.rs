//! Destroying keys, and dropping those in memory.

use tally_domain::{PersonId, TenantId, TextId};

use crate::VaultError;
use crate::keys::{Destroyed, Doomed};
use crate::vault::Vault;

/// The calls that destroy block. Each is harmless when it is repeated, and must be repeated after
/// [`VaultError::NotWiped`]: the keys are destroyed then, but traces could not be wiped yet.
impl Vault {
    /// Destroys the data key of one subject: what was sealed under it is erased, everywhere, for
    /// good. A secret that is sealed afterwards gets a new key.
    ///
    /// # Errors
    /// The store failed; [`VaultError::NotWiped`].
    pub fn destroy_subject(&self, tenant: &str, subject: &str) -> Result<Destroyed, VaultError> {
        self.inner.caches.forget_data_keys();
        self.inner.keys.destroy(Doomed::Subject(tenant, subject))
    }

    /// Destroys all keys of a tenant, of its people and of its texts. The tenant gets no other key:
    /// what is sealed for it afterwards is refused.
    ///
    /// # Errors
    /// As for [`Vault::destroy_subject`].
    pub fn destroy_tenant(&self, tenant: TenantId) -> Result<Destroyed, VaultError> {
        self.forget_tenant(tenant);
        let destroyed = self.inner.keys.destroy(Doomed::Tenant(&tenant.to_string()));
        self.forget_tenant(tenant);
        destroyed
    }

    /// Destroys the row of a person: its key and the name by which its account is found. The same
    /// account is a new person afterwards.
    ///
    /// # Errors
    /// As for [`Vault::destroy_subject`].
    pub fn destroy_person(&self, tenant: TenantId, person: PersonId) -> Result<Destroyed, VaultError> {
        self.forget_person(tenant, person);
        let doomed = Doomed::Person(&tenant.to_string(), person.0);
        let destroyed = self.inner.keys.destroy(doomed);
        self.forget_person(tenant, person);
        destroyed
    }

    /// Destroys the key of a text, which redacts the text wherever it was copied to.
    ///
    /// # Errors
    /// As for [`Vault::destroy_subject`].
    pub fn destroy_text(&self, tenant: TenantId, text: TextId) -> Result<Destroyed, VaultError> {
        self.forget_text(text);
        let destroyed = self.inner.keys.destroy(Doomed::Text(&tenant.to_string(), text.0));
        self.forget_text(text);
        destroyed
    }

    /// As [`Vault::destroy_tenant`], without blocking.
    ///
    /// # Errors
    /// As there; [`VaultError::TimedOut`] when the key store does not answer in time: it may go on
    /// with it, so repeat the call.
    pub async fn erase_tenant(&self, tenant: TenantId) -> Result<Destroyed, VaultError> {
        let vault = self.clone();
        self.run(move |_| vault.destroy_tenant(tenant)).await
    }

    /// As [`Vault::destroy_person`], without blocking.
    ///
    /// # Errors
    /// As there; [`VaultError::TimedOut`] when the key store does not answer in time.
    pub async fn erase_person(&self, tenant: TenantId, person: PersonId) -> Result<Destroyed, VaultError> {
        let vault = self.clone();
        self.run(move |_| vault.destroy_person(tenant, person)).await
    }

    /// Drops all keys of a tenant from memory, as its erasure requires on every node.
    pub fn forget_tenant(&self, tenant: TenantId) {
        self.inner.caches.forget_data_keys();
        self.inner.caches.forget_tenant(tenant);
    }

    /// Drops a person's key from memory, and which account it was.
    pub fn forget_person(&self, tenant: TenantId, person: PersonId) {
        self.inner.caches.forget_person(tenant, person);
    }

    /// Drops all keys of events from memory, as a node does that may have missed an erasure: it
    /// reads again the ones that it needs.
    pub fn forget_living_keys(&self) {
        self.inner.caches.forget_living();
    }

    /// Drops the key of a text from memory.
    pub fn forget_text(&self, text: TextId) {
        self.inner.caches.forget_text(text);
    }
}
