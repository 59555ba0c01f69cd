//! Where wrapped data keys are kept: the row, and what every store does with it.

pub(crate) mod copy;
pub(crate) mod postgres;
pub(crate) mod sqlite;

use std::sync::Arc;

use uuid::Uuid;

use crate::{DataKey, KeyWrapper, VaultError, WrappedKey, cipher};

/// A table of wrapped data keys. Several nodes may share one: what it answers was true a moment
/// ago.
pub(crate) trait KeyStore: Send + Sync {
    /// The rows of these keys that are there, in any order.
    fn find(&self, ids: &[Uuid]) -> Result<Vec<StoredKey>, VaultError>;

    /// The living key of a subject.
    fn find_living(&self, tenant: &str, subject: &str) -> Result<Option<StoredKey>, VaultError>;

    /// Adds a key for a subject that has none, durably. When another process was quicker, its key
    /// stands and this one is forgotten: look again.
    fn add(&self, key: StoredKey) -> Result<(), VaultError>;

    /// Wraps every living key again that is under another key-encryption key: all of them or none.
    fn rewrap(&self, old: Arc<dyn KeyWrapper>, new: Arc<dyn KeyWrapper>) -> Result<u64, VaultError>;

    /// Destroys the living keys of a tenant, of one subject or of all.
    fn destroy(&self, tenant: &str, subject: Option<&str>) -> Result<u64, VaultError>;
}

/// A row. Destroyed keys keep theirs, without the key, so that "erased" differs from "never known".
#[derive(Clone)]
pub(crate) struct StoredKey {
    pub(crate) id: Uuid,
    tenant: String,
    subject: String,
    wrapped: Option<WrappedKey>,
}

/// A row as a copy takes it.
pub(crate) struct Row {
    key: StoredKey,
    created_at: chrono::DateTime<chrono::Utc>,
    destroyed_at: Option<chrono::DateTime<chrono::Utc>>,
}

impl StoredKey {
    /// A fresh key for a subject.
    pub(crate) fn generate(
        tenant: &str,
        subject: &str,
        wrapper: &dyn KeyWrapper,
    ) -> Result<Self, VaultError> {
        let id = Uuid::new_v4();
        let wrapped = wrapper.wrap(&DataKey::generate()?, &wrapping_context(id, tenant, subject))?;
        Ok(Self {
            id,
            tenant: tenant.to_owned(),
            subject: subject.to_owned(),
            wrapped: Some(wrapped),
        })
    }

    pub(crate) fn unwrap_key(&self, wrapper: &dyn KeyWrapper) -> Result<DataKey, VaultError> {
        wrapper.unwrap(self.wrapped_key()?, &self.context())
    }

    pub(crate) fn is_destroyed(&self) -> bool {
        self.wrapped.is_none()
    }

    fn wrapped_key(&self) -> Result<&WrappedKey, VaultError> {
        self.wrapped.as_ref().ok_or(VaultError::KeyDestroyed)
    }

    fn rewrap(&self, old: &dyn KeyWrapper, new: &dyn KeyWrapper) -> Result<WrappedKey, VaultError> {
        new.wrap(&self.unwrap_key(old)?, &self.context())
    }

    fn context(&self) -> Vec<u8> {
        wrapping_context(self.id, &self.tenant, &self.subject)
    }
}

/// Ties a wrapped key to its row: swapped between tenants, it does not unwrap.
fn wrapping_context(id: Uuid, tenant: &str, subject: &str) -> Vec<u8> {
    cipher::context(
        "tally/data-key/v1",
        &[id.as_bytes(), tenant.as_bytes(), subject.as_bytes()],
    )
}
