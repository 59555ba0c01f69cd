//! A row, as the vault uses it.

use chrono::{DateTime, Utc};
use tally_domain::{PersonId, TenantId, TextId};
use uuid::Uuid;

use super::Table;
use crate::{DataKey, KeyWrapper, VaultError, WrappedKey, cipher};

/// A row. Destroyed keys keep one, without the key, so that "erased" differs from "never known".
#[derive(Clone)]
pub(crate) struct StoredKey {
    pub(crate) table: Table,
    pub(crate) id: Uuid,
    pub(crate) tenant: String,
    /// What a data key seals; the MAC of a person's account; nothing for a text.
    pub(crate) subject: String,
    pub(crate) wrapped: Option<WrappedKey>,
}

/// A key that was wrapped again.
pub(crate) struct Rewrapped {
    pub(crate) id: Uuid,
    pub(crate) old_kek_id: String,
    pub(crate) new: WrappedKey,
}

/// A row as a copy takes it.
pub(crate) struct CopiedRow {
    pub(crate) key: StoredKey,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) destroyed_at: Option<DateTime<Utc>>,
}

impl StoredKey {
    /// A fresh data key for a subject.
    pub(crate) fn generate(
        tenant: &str,
        subject: &str,
        wrapper: &dyn KeyWrapper,
    ) -> Result<(Self, DataKey), VaultError> {
        Self::wrap(Table::DataKeys, Uuid::new_v4(), tenant, subject, wrapper)
    }

    /// A new person with a fresh key.
    pub(crate) fn generate_person(
        tenant: TenantId,
        account: &str,
        wrapper: &dyn KeyWrapper,
    ) -> Result<Self, VaultError> {
        let person = PersonId(Uuid::new_v4());
        let row = Self::wrap(Table::People, person.0, &tenant.to_string(), account, wrapper);
        row.map(|(row, _)| row)
    }

    /// A fresh key for a text.
    pub(crate) fn generate_text(
        tenant: TenantId,
        text: TextId,
        wrapper: &dyn KeyWrapper,
    ) -> Result<(Self, DataKey), VaultError> {
        Self::wrap(Table::Texts, text.0, &tenant.to_string(), "", wrapper)
    }

    fn wrap(
        table: Table,
        id: Uuid,
        tenant: &str,
        subject: &str,
        wrapper: &dyn KeyWrapper,
    ) -> Result<(Self, DataKey), VaultError> {
        let mut row = Self {
            table,
            id,
            tenant: tenant.to_owned(),
            subject: subject.to_owned(),
            wrapped: None,
        };
        let key = DataKey::generate()?;
        row.wrapped = Some(wrapper.wrap(&key, &row.context())?);
        Ok((row, key))
    }

    pub(crate) fn unwrap_key(&self, wrapper: &dyn KeyWrapper) -> Result<DataKey, VaultError> {
        wrapper.unwrap(self.wrapped_key()?, &self.context())
    }

    pub(crate) fn is_destroyed(&self) -> bool {
        self.wrapped.is_none()
    }

    pub(crate) fn wrapped_key(&self) -> Result<&WrappedKey, VaultError> {
        self.wrapped.as_ref().ok_or(VaultError::KeyDestroyed)
    }

    pub(crate) fn rewrap(&self, wrapper: &dyn KeyWrapper) -> Result<Rewrapped, VaultError> {
        Ok(Rewrapped {
            id: self.id,
            old_kek_id: self.wrapped_key()?.kek_id.clone(),
            new: wrapper.wrap(&self.unwrap_key(wrapper)?, &self.context())?,
        })
    }

    /// Ties a wrapped key to its row: swapped between rows, it does not unwrap.
    fn context(&self) -> Vec<u8> {
        let parts: [&[u8]; 3] = [
            self.id.as_bytes(),
            self.tenant.as_bytes(),
            self.subject.as_bytes(),
        ];
        cipher::context(self.table.wrapping_domain(), &parts)
    }
}
