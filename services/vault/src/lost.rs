//! The keys that were needed and are not in the key store.

use std::collections::HashSet;

use parking_lot::Mutex;
use tracing::error;

use crate::caches::Owner;

/// The most keys that are remembered. Once there are as many, further ones are not reported.
const MAX_REMEMBERED: usize = 10_000;

/// The owners whose keys were found to be lost, each reported once.
#[derive(Default)]
pub(crate) struct LostKeys(Mutex<HashSet<Owner>>);

impl LostKeys {
    /// How many owners were reported.
    pub(crate) fn count(&self) -> usize {
        self.0.lock().len()
    }

    /// Reports an owner whose key is lost, unless that was done before. The ids are random.
    pub(crate) fn report(&self, owner: Owner) {
        {
            let mut reported = self.0.lock();
            if reported.len() >= MAX_REMEMBERED || !reported.insert(owner) {
                return;
            }
        }
        let tenant = owner.tenant();
        match owner {
            Owner::Tenant(_) => error!(%tenant, "a tenant's key is lost: its events do not open"),
            Owner::Person(_, person) => {
                error!(%tenant, %person, "a person's key is lost: account and name are shown as erased");
            }
            Owner::Text(_, text) => {
                error!(%tenant, text = %text.0, "the key of a text is lost: it is shown as erased");
            }
        }
    }
}
