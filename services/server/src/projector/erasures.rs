//! The erasures that a node sees which only feeds views. It has keys to open events with, and drops
//! those of what was erased.

use tally_domain::StreamName;
use tally_domain::person::PersonEvent;
use tally_domain::tenant::TenantEvent;
use tally_event_log::{ReadError, StoredEvent};
use tally_vault::Vault;

/// Drops the keys of what the events of a batch erased.
pub(super) fn forget_erased(keys: &Vault, batch: &[Result<StoredEvent, ReadError>]) {
    batch.iter().flatten().for_each(|event| forget(keys, event));
}

fn forget(keys: &Vault, event: &StoredEvent) {
    let Some(tenant) = event.context.tenant else {
        return;
    };
    let is_erasure = TenantEvent::ERASURES.contains(&event.event_type.as_str());
    if is_erasure && event.stream == StreamName::tenant(tenant) {
        keys.forget_tenant(tenant);
    }
    if event.event_type == PersonEvent::ERASED
        && let Some(person) = event.stream.to_person(tenant)
    {
        keys.forget_person(tenant, person);
    }
}
