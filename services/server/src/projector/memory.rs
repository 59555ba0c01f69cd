//! What a node holds in memory of tenants and people, and where it comes from.

use std::sync::Arc;

use tally_commands::People;
use tally_domain::person::PersonEvent;
use tally_domain::tenant::TenantEvent;
use tally_domain::{Position, StreamName, TenantId};
use tally_projections::CredentialList;
use tally_projections::tenant_credentials::TenantCredentials;
use tally_view_store::ViewStore;
use tracing::info;

use crate::memories::TenantMemories;
use tally_authentication::{Directory, TenantSnapshot};

/// The tenants and people in memory, and the view that the tenants are loaded from.
#[derive(Clone)]
pub struct CredentialMemory {
    /// The views, with the sealed secrets of every tenant.
    pub views: Arc<ViewStore>,
    /// The tenants by client key.
    pub directory: Arc<Directory>,
    /// The people that commands have named.
    pub people: Arc<People>,
    /// All else that is remembered of tenants.
    pub others: TenantMemories,
}

impl CredentialMemory {
    /// Forgets the person or the tenant that an event erased.
    pub(super) fn note_erasure(&self, tenant: Option<TenantId>, stream: &StreamName, event_type: &str) {
        let Some(tenant) = tenant else {
            return;
        };
        if TenantEvent::ERASURES.contains(&event_type) && *stream == StreamName::tenant(tenant) {
            self.others.forget(tenant);
        }
        if event_type == PersonEvent::ERASED
            && let Some(person) = stream.to_person(tenant)
        {
            self.people.forget(tenant, person);
        }
    }

    /// Loads every tenant of the view, and returns the position up to which the view shows them.
    ///
    /// # Errors
    /// The view cannot be read.
    pub(super) fn load_all(&self) -> anyhow::Result<Option<Position>> {
        let (checkpoint, tenants) = CredentialList::of(&self.views).load_all()?;
        for found in &tenants {
            self.directory.put(to_snapshot(found));
        }
        info!(tenants = self.directory.len(), "credentials loaded");
        Ok(checkpoint)
    }
}

/// A row of the view in the shape that the directory takes.
pub(super) fn to_snapshot(found: &TenantCredentials) -> TenantSnapshot<'_> {
    TenantSnapshot {
        id: found.id,
        tenant: &found.tenant,
        revision: found.revision,
    }
}
