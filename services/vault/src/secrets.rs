//! Secrets: sealed under a data key of their own, and opened with a look at that key's row.

use std::collections::HashMap;

use secrecy::SecretString;
use tally_domain::TenantId;
use tally_domain::tenant::SealedSecret;
use uuid::Uuid;

use crate::keys::{StoredKey, Wanted};
use crate::sealed::{self, Ciphertext};
use crate::vault::{Inner, Vault};
use crate::{Binding, DataKey, VaultError, cipher};

/// How many keys one query asks for.
const BATCH: usize = 1024;

/// The data key of a tenant that seals its shared secrets.
const SHARED_SECRET: &str = "shared_secret";

impl Vault {
    /// Seals a tenant's shared secret for the event at `revision` of the tenant's stream. The key
    /// store is asked on a thread of its own, and waited for for a few seconds at most.
    ///
    /// # Errors
    /// As for [`Vault::seal_secret`]; [`VaultError::TimedOut`] when the key store does not answer
    /// in time.
    pub async fn seal_shared_secret(
        &self,
        tenant: TenantId,
        revision: u64,
        secret: &SecretString,
    ) -> Result<SealedSecret, VaultError> {
        let secret = secret.clone();
        let sealing = self.run(move |inner| {
            let binding = Binding::of_shared_secret(tenant, revision);
            inner.seal_secret(&binding.tenant, SHARED_SECRET, &binding, &secret)
        });
        sealing.await
    }

    /// Seals a secret for one place, under the data key of (`tenant`, `subject`), which is made if
    /// there is none. The key is durable before this returns. The call blocks.
    ///
    /// # Errors
    /// [`VaultError::OtherTenant`] when the binding names another tenant;
    /// [`VaultError::KeyDestroyed`] when the tenant was erased; otherwise what the store or the
    /// keeper of the key-encryption key reports.
    pub fn seal_secret(
        &self,
        tenant: &str,
        subject: &str,
        binding: &Binding,
        secret: &SecretString,
    ) -> Result<SealedSecret, VaultError> {
        self.inner.seal_secret(tenant, subject, binding, secret)
    }

    /// Opens a sealed secret at the place it was sealed for. The call blocks.
    ///
    /// # Errors
    /// [`VaultError::KeyDestroyed`] when it was erased, [`VaultError::KeyUnknown`],
    /// [`VaultError::WrongKek`], [`VaultError::Malformed`] when its stored form cannot be read, and
    /// [`VaultError::Tampered`] when it was altered or belongs to another place.
    pub fn open_secret(&self, binding: &Binding, sealed: &SealedSecret) -> Result<SecretString, VaultError> {
        let ciphertext = Ciphertext::parse(sealed)?;
        let found = self.inner.find_data_keys(vec![ciphertext.key_id])?;
        self.inner
            .open_with(found.get(&ciphertext.key_id), binding, &ciphertext)
    }

    /// Opens many sealed secrets, each at its place and with a result of its own, in the order
    /// given. The store is queried once for a thousand of them, not once for each. The call blocks.
    ///
    /// # Errors
    /// The store failed, so nothing is known of any of them: see [`VaultError::is_transient`].
    pub fn open_secrets(
        &self,
        secrets: &[(Binding, SealedSecret)],
    ) -> Result<Vec<Result<SecretString, VaultError>>, VaultError> {
        let mut results = Vec::with_capacity(secrets.len());
        for batch in secrets.chunks(BATCH) {
            let parsed: Vec<_> = batch
                .iter()
                .map(|(_, sealed)| Ciphertext::parse(sealed))
                .collect();
            let mut ids: Vec<Uuid> = parsed.iter().flatten().map(|c| c.key_id).collect();
            ids.sort_unstable();
            ids.dedup();
            let found = self.inner.find_data_keys(ids)?;
            results.extend(batch.iter().zip(parsed).map(|((binding, _), parsed)| {
                let ciphertext = parsed?;
                let key = found.get(&ciphertext.key_id);
                self.inner.open_with(key, binding, &ciphertext)
            }));
        }
        Ok(results)
    }
}

impl Inner {
    fn seal_secret(
        &self,
        tenant: &str,
        subject: &str,
        binding: &Binding,
        secret: &SecretString,
    ) -> Result<SealedSecret, VaultError> {
        if binding.tenant != tenant {
            return Err(VaultError::OtherTenant);
        }
        let (id, key) = self.key_for_sealing(tenant, subject)?;
        sealed::seal((id, &key), cipher::random()?, binding, secret)
    }

    fn key_for_sealing(&self, tenant: &str, subject: &str) -> Result<(Uuid, DataKey), VaultError> {
        let stored = match self.keys.find_living(tenant, subject)? {
            Some(stored) => stored,
            None => {
                let (new, _) = StoredKey::generate(tenant, subject, self.wrapper.as_ref())?;
                self.keys.add(&[new])?;
                let living = self.keys.find_living(tenant, subject)?;
                living.ok_or(VaultError::KeyDestroyed)?
            }
        };
        Ok((stored.id, self.unwrap(&stored)?))
    }

    fn find_data_keys(&self, ids: Vec<Uuid>) -> Result<HashMap<Uuid, StoredKey>, VaultError> {
        let wanted = Wanted {
            ids,
            ..Wanted::default()
        };
        let found = self.keys.find(&wanted)?;
        Ok(found.into_iter().map(|key| (key.id, key)).collect())
    }

    /// `stored` was read just now, so a key that another process destroyed opens nothing here
    /// either.
    fn open_with(
        &self,
        stored: Option<&StoredKey>,
        binding: &Binding,
        ciphertext: &Ciphertext,
    ) -> Result<SecretString, VaultError> {
        let stored = stored.ok_or(VaultError::KeyUnknown)?;
        if stored.is_destroyed() {
            self.caches.forget_data_key(stored.id);
            return Err(VaultError::KeyDestroyed);
        }
        ciphertext.open(&self.unwrap(stored)?, binding)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::mpsc::{Receiver, channel};
    use std::time::Duration;

    use parking_lot::Mutex;
    use tokio::time::sleep;

    use super::*;
    use crate::{KeyEncryptionKey, KeyWrapper, LocalKeyWrapper, WrappedKey};

    /// Wraps once it is released, and fails after a while.
    struct Hanging {
        inner: LocalKeyWrapper,
        released: Mutex<Receiver<()>>,
    }

    impl KeyWrapper for Hanging {
        fn current_id(&self) -> &str {
            self.inner.current_id()
        }

        fn unwraps(&self, kek_id: &str) -> bool {
            self.inner.unwraps(kek_id)
        }

        fn wrap(&self, key: &DataKey, context: &[u8]) -> Result<WrappedKey, VaultError> {
            let released = self.released.lock().recv_timeout(Duration::from_secs(5));
            released.map_err(|_| VaultError::Corrupt("nothing released it"))?;
            self.inner.wrap(key, context)
        }

        fn unwrap(&self, wrapped: &WrappedKey, context: &[u8]) -> Result<DataKey, VaultError> {
            self.inner.unwrap(wrapped, context)
        }
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_key_store_that_hangs_does_not_hold_up_other_requests_of_its_worker() {
        let (release, released) = channel();
        let wrapper = Hanging {
            inner: LocalKeyWrapper::new(KeyEncryptionKey::generate().unwrap()),
            released: Mutex::new(released),
        };
        let vault = Vault::in_memory(Arc::new(wrapper)).unwrap();
        let sealing = tokio::spawn(async move {
            let secret = SecretString::from("a shared secret");
            vault.seal_shared_secret(TenantId(Uuid::nil()), 0, &secret).await
        });
        sleep(Duration::from_millis(50)).await;
        assert!(
            !sealing.is_finished(),
            "this request is answered while that one waits"
        );
        release.send(()).unwrap();
        sealing.await.unwrap().unwrap();
    }
}
