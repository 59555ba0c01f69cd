//! From owners to their keys: from memory, or by one query to the store.

use std::collections::HashMap;

use tally_domain::{PersonId, TenantId, TextId};

use crate::VaultError;
use crate::caches::{Generation, KnownKey, Owner};
use crate::keys::{EVENTS, StoredKey, Table, Wanted};
use crate::vault::Inner;

/// What the store says about keys. An owner that is not in it has no key.
pub(crate) type Found = HashMap<Owner, Result<KnownKey, VaultError>>;

impl Inner {
    /// Looks for keys by one query, and takes them into memory.
    pub(crate) fn find_keys(&self, owners: &[Owner]) -> Result<Found, VaultError> {
        let since = self.caches.generation();
        let mut wanted = Wanted::default();
        owners.iter().for_each(|owner| owner.want(&mut wanted));
        let rows = self.keys.find(&wanted)?;
        let mut found = Found::new();
        for row in rows {
            let Some(owner) = owner_of(&row) else {
                return Err(VaultError::Corrupt("a key's tenant is not a UUID"));
            };
            found.insert(owner, self.take_in(since, owner, &row));
        }
        Ok(found)
    }

    /// As [`Self::find_keys`]; a tenant or a text that has no key gets one, which is durable before
    /// this returns.
    pub(crate) fn find_or_add_keys(&self, owners: &[Owner]) -> Result<Found, VaultError> {
        let mut found = self.find_keys(owners)?;
        let mut added = Vec::new();
        for owner in owners.iter().filter(|owner| !found.contains_key(owner)) {
            added.extend(self.generate(*owner)?);
        }
        if added.is_empty() {
            return Ok(found);
        }
        self.keys.add(&added)?;
        let owners: Vec<Owner> = added.iter().filter_map(owner_of).collect();
        found.extend(self.find_keys(&owners)?);
        Ok(found)
    }

    fn generate(&self, owner: Owner) -> Result<Option<StoredKey>, VaultError> {
        let wrapper = self.wrapper.as_ref();
        let new = match owner {
            Owner::Tenant(tenant) => StoredKey::generate(&tenant.to_string(), EVENTS, wrapper)?,
            Owner::Text(tenant, text) => StoredKey::generate_text(tenant, text, wrapper)?,
            Owner::Person(..) => return Ok(None),
        };
        Ok(Some(new.0))
    }

    fn take_in(&self, since: Generation, owner: Owner, row: &StoredKey) -> Result<KnownKey, VaultError> {
        let key = match row.is_destroyed() {
            true => KnownKey::Erased,
            false => KnownKey::Living(self.root_key(row)?),
        };
        self.caches.keep(since, owner, key.clone());
        Ok(key)
    }
}

/// The owner of a row, `None` when its tenant is not one.
fn owner_of(row: &StoredKey) -> Option<Owner> {
    let tenant: TenantId = row.tenant.parse().ok()?;
    Some(match row.table {
        Table::DataKeys => Owner::Tenant(tenant),
        Table::People => Owner::Person(tenant, PersonId(row.id)),
        Table::Texts => Owner::Text(tenant, TextId(row.id)),
    })
}
