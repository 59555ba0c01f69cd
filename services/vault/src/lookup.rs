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
            let known = match self.caches.is_erased(owner) {
                // Its row is not destroyed yet, and will be.
                true => Ok(KnownKey::Erased),
                false => self.take_in(since, owner, &row),
            };
            found.insert(owner, known);
        }
        Ok(found)
    }

    /// As [`Self::find_keys`]; a text that has no key gets one, which is durable before this
    /// returns. A tenant's key is made when the tenant is: one that is missing here was lost,
    /// and another in its place would seal what the other nodes cannot open.
    pub(crate) fn find_or_add_text_keys(&self, owners: &[Owner]) -> Result<Found, VaultError> {
        let mut found = self.find_keys(owners)?;
        let mut added = Vec::new();
        for owner in owners.iter().filter(|owner| !found.contains_key(owner)) {
            match owner {
                Owner::Text(tenant, text) => {
                    let new = StoredKey::generate_text(*tenant, *text, self.wrapper.as_ref())?;
                    added.push(new.0);
                }
                Owner::Tenant(_) | Owner::Person(..) => {}
            }
        }
        if added.is_empty() {
            return Ok(found);
        }
        self.keys.add(&added)?;
        let owners: Vec<Owner> = added.iter().filter_map(owner_of).collect();
        found.extend(self.find_keys(&owners)?);
        Ok(found)
    }

    /// Makes the key of a new tenant, unless there is one.
    pub(crate) fn create_tenant_key(&self, tenant: TenantId) -> Result<(), VaultError> {
        let (new, _) = StoredKey::generate(&tenant.to_string(), EVENTS, self.wrapper.as_ref())?;
        self.keys.add(&[new])?;
        self.find_tenant_key(tenant).map(drop)
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
