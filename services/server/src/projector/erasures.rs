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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tally_domain::{AccountId, Actor, CommandId, Context, TenantId, Via};
    use tally_event_log::{ExpectedRevision, LogReader as _, MemoryLog, store};
    use tally_vault::{KeyEncryptionKey, LocalKeyWrapper, VaultError};
    use uuid::Uuid;

    use super::*;

    const TENANT: TenantId = TenantId(Uuid::from_u128(1));

    #[tokio::test]
    async fn a_node_drops_the_keys_of_what_another_has_erased_when_it_sees_the_event() {
        let folder = tempfile::tempdir().unwrap();
        let key = KeyEncryptionKey::load_or_create(&folder.path().join("master.key"));
        let wrapper = Arc::new(LocalKeyWrapper::new(key.unwrap()));
        let open = || Vault::open_at(&folder.path().join("keys.db"), wrapper.clone()).unwrap();
        let (here, there) = (open(), open());
        here.add_tenant(TENANT).await.unwrap();
        let account = AccountId::parse("712020:ada").unwrap();
        let ada = here.find_or_add_person(TENANT, &account).await.unwrap();

        there.destroy_person(TENANT, ada).unwrap();
        let stream = StreamName::person(TENANT, ada);
        forget_erased(&here, &stored(&stream, PersonEvent::Erased {}).await);
        assert_eq!(here.find_person(TENANT, &account).await.unwrap(), None);

        there.destroy_tenant(TENANT).unwrap();
        let mac = here.mac(TENANT, "tag", &[b"x"]).await;
        assert!(mac.is_ok(), "the key is in memory until the event is seen");
        let stream = StreamName::tenant(TENANT);
        forget_erased(&here, &stored(&stream, TenantEvent::Erased {}).await);
        let mac = here.mac(TENANT, "tag", &[b"x"]).await;
        assert!(matches!(mac, Err(VaultError::KeyDestroyed)));
    }

    async fn stored<E: tally_domain::event::Family>(
        stream: &StreamName,
        event: E,
    ) -> Vec<Result<StoredEvent, ReadError>> {
        let keys = Vault::in_memory(Arc::new(LocalKeyWrapper::new(
            KeyEncryptionKey::generate().unwrap(),
        )));
        let keys = keys.unwrap();
        keys.add_tenant(TENANT).await.unwrap();
        let log = MemoryLog::sealed(tally_domain::Clock::system(), Arc::new(keys));
        let actor = Actor::without_person(Via::Operator);
        let context = Context::new(Some(TENANT), actor, CommandId(Uuid::new_v4()));
        let expected = ExpectedRevision::after(None);
        store(&log, stream, expected, &context, &[event]).await.unwrap();
        let events = log.read_all(None, 10).await.unwrap();
        events.into_iter().map(Ok).collect()
    }
}
