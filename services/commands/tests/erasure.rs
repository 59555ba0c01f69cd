//! The erasure of a tenant, and what is left when the process dies after any of its steps.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use rusqlite::Connection;
use tally_commands::claims::{self, ClaimRequest};
use tally_commands::erasure::{erase_tenant, release_client_keys};
use tally_commands::{CommandError, tenants};
use tally_domain::claim::Claim;
use tally_domain::tenant::{
    Delivery, InstalledFacts, NotErased, SecretFingerprint, TenantEvent, TenantState,
};
use tally_domain::{Actor, ClientKey, CommandId, Context, StreamName, TenantId, Via};
use tally_event_log::{
    AnswerStore, AppendError, Appended, ExpectedRevision, Failure, LogReader, LogWriter, MemoryLog, NewEvent,
    ReadThrough, store,
};
use tally_vault::{Destroyed, KeyEncryptionKey, LocalKeyWrapper, Vault, VaultError};
use tempfile::TempDir;
use uuid::Uuid;

const TENANT: TenantId = TenantId(Uuid::from_u128(1));

/// A log that takes some appends and then no more.
struct Failing {
    inner: MemoryLog,
    appends_left: AtomicUsize,
}

impl ReadThrough for Failing {
    fn inner(&self) -> &dyn LogReader {
        &self.inner
    }
}

#[async_trait]
impl LogWriter for Failing {
    async fn append(
        &self,
        stream: &StreamName,
        expected: ExpectedRevision,
        events: Vec<NewEvent>,
    ) -> Result<Appended, AppendError> {
        let left = self
            .appends_left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        match left {
            Ok(_) => self.inner.append(stream, expected, events).await,
            Err(_) => Err(AppendError::Unavailable(Failure::new("appending", "it is down"))),
        }
    }

    fn answers(&self) -> &dyn AnswerStore {
        self.inner.answers()
    }
}

struct Scene {
    log: Failing,
    vault: Vault,
    keys: TempDir,
}

impl Scene {
    /// A tenant that installed, with keys.
    async fn new() -> Self {
        let keys = tempfile::tempdir().unwrap();
        let wrapper = Arc::new(LocalKeyWrapper::new(KeyEncryptionKey::generate().unwrap()));
        let scene = Self {
            log: Failing {
                inner: MemoryLog::default(),
                appends_left: AtomicUsize::new(usize::MAX),
            },
            vault: Vault::open_at(&keys.path().join("keys.db"), wrapper).unwrap(),
            keys,
        };
        scene.vault.add_tenant(TENANT).await.unwrap();
        scene.vault.mac(TENANT, "tag", &[b"x"]).await.unwrap();
        scene.claim(TENANT).await;
        scene.append(installed(&scene.vault).await).await;
        scene
    }

    async fn append(&self, event: TenantEvent) {
        let (stream, next) = (StreamName::tenant(TENANT), self.events().await.len() as u64);
        let expected = ExpectedRevision::after(next.checked_sub(1));
        store(&self.log, &stream, expected, &context(TENANT), &[event])
            .await
            .unwrap();
    }

    async fn claim(&self, claimant: TenantId) {
        let key = client_key();
        let request = ClaimRequest {
            stream: StreamName::client_key(&key),
            kind: "client_key",
            value: key.as_str(),
            claimant: claimant.0,
            fenced: None,
        };
        let granted = claims::acquire(&self.log, &request, &context(claimant))
            .await
            .unwrap();
        assert_eq!(granted, claims::ClaimOutcome::Granted);
    }

    async fn holder(&self) -> Claim {
        let stream = StreamName::client_key(&client_key());
        claims::current_holder(&self.log, &stream).await.unwrap()
    }

    /// The stored names of the tenant's events after its installation.
    async fn events(&self) -> Vec<String> {
        let stream = StreamName::tenant(TENANT);
        let events = self.log.read_stream(&stream, 0, 100).await.unwrap();
        events.into_iter().map(|stored| stored.event_type).collect()
    }

    async fn erase(&self, if_installed: bool) -> Result<Destroyed, CommandError<NotErased>> {
        let destroyed = erase_tenant(&self.log, &self.vault, TENANT, if_installed).await?;
        release_client_keys(&self.log, TENANT).await?;
        Ok(destroyed)
    }

    fn key_store(&self, sql: &str) {
        let path: &Path = self.keys.path();
        Connection::open(path.join("keys.db"))
            .unwrap()
            .execute_batch(sql)
            .unwrap();
    }

    async fn assert_erased(&self) {
        let names = self.events().await;
        assert_eq!(
            names,
            ["tenant.installed", "tenant.erased", "tenant.keys_destroyed"]
        );
        assert_eq!(self.holder().await, Claim::Free);
        let mac = self.vault.mac(TENANT, "tag", &[b"x"]).await;
        assert!(matches!(mac, Err(VaultError::KeyDestroyed)));
        let (state, _) = tenants::state(&self.log, TENANT).await.unwrap();
        assert_eq!(state, TenantState::Erased { keys_destroyed: true });
    }
}

fn client_key() -> ClientKey {
    ClientKey::parse("acme").unwrap()
}

fn context(tenant: TenantId) -> Context {
    let actor = Actor::without_person(Via::Platform);
    Context::new(Some(tenant), actor, CommandId(Uuid::new_v4()))
}

async fn installed(vault: &Vault) -> TenantEvent {
    let secret = vault
        .seal_shared_secret(TENANT, 0, &"secret".into())
        .await
        .unwrap();
    TenantEvent::Installed {
        facts: InstalledFacts {
            client_key: client_key(),
            base_url: "https://acme.example".to_owned(),
            display_url: None,
            product_type: "jira".to_owned(),
            oauth_client_id: None,
            installation_id: None,
        },
        secret,
        fingerprint: SecretFingerprint("5f2b9c7a10d4e863".to_owned()),
        delivery: delivery(),
    }
}

fn delivery() -> Delivery {
    let at = DateTime::<Utc>::from_timestamp(1_790_000_000, 0).unwrap();
    Delivery {
        token_digest: "a".to_owned(),
        body_digest: "b".to_owned(),
        issued_at: at,
        expires_at: at,
    }
}

#[tokio::test]
async fn an_erased_tenant_has_no_keys_and_its_site_comes_back_as_another() {
    let scene = Scene::new().await;
    let destroyed = scene.erase(true).await.unwrap();
    assert_eq!(
        (destroyed.data_keys, destroyed.people, destroyed.texts),
        (2, 0, 0)
    );
    scene.assert_erased().await;
    assert_eq!(
        scene.erase(true).await.unwrap(),
        Destroyed::default(),
        "and again"
    );
    scene.assert_erased().await;
    let other = TenantId(Uuid::from_u128(2));
    scene.claim(other).await;
    scene.erase(true).await.unwrap();
    assert_eq!(
        scene.holder().await,
        Claim::HeldBy(other.0),
        "it takes nothing from the other"
    );
}

#[tokio::test]
async fn a_tenant_that_is_installed_or_unknown_is_not_erased() {
    let scene = Scene::new().await;
    let refused = scene.erase(false).await;
    assert!(matches!(
        refused,
        Err(CommandError::Refused(NotErased::Installed))
    ));
    assert_eq!(scene.events().await, ["tenant.installed"]);
    let unknown = erase_tenant(&scene.log, &scene.vault, TenantId(Uuid::from_u128(9)), true).await;
    assert!(matches!(unknown, Err(CommandError::Refused(NotErased::Unknown))));
    scene
        .append(TenantEvent::Uninstalled { delivery: delivery() })
        .await;
    scene.erase(false).await.unwrap();
}

#[tokio::test]
async fn an_erasure_that_broke_off_at_any_append_is_completed_by_the_next() {
    for appends in 0..3 {
        let scene = Scene::new().await;
        scene.log.appends_left.store(appends, Ordering::Relaxed);
        assert!(
            matches!(scene.erase(true).await, Err(CommandError::Unavailable(_))),
            "{appends}"
        );
        scene.log.appends_left.store(usize::MAX, Ordering::Relaxed);
        scene.erase(true).await.unwrap();
        scene.assert_erased().await;
    }
}

#[tokio::test]
async fn an_erasure_that_could_not_destroy_the_keys_is_completed_by_the_next() {
    let scene = Scene::new().await;
    scene.key_store("ALTER TABLE text_keys RENAME TO gone");
    assert!(matches!(
        scene.erase(true).await,
        Err(CommandError::Unavailable(_))
    ));
    assert!(
        matches!(scene.holder().await, Claim::HeldBy(_)),
        "the claim goes last"
    );
    scene.key_store("ALTER TABLE gone RENAME TO text_keys");
    scene.erase(true).await.unwrap();
    scene.assert_erased().await;
}

#[tokio::test]
async fn keys_that_a_backup_brought_back_are_destroyed_by_the_next_call_which_every_node_hears_of() {
    let scene = Scene::new().await;
    scene.erase(true).await.unwrap();
    scene.key_store("UPDATE data_keys SET wrapped = x'00', destroyed_at = NULL");
    let destroyed = scene.erase(true).await.unwrap();
    assert_eq!(destroyed.data_keys, 2);
    let names = scene.events().await;
    assert_eq!(names[2..], ["tenant.keys_destroyed", "tenant.keys_destroyed"]);
    assert_eq!(scene.erase(true).await.unwrap(), Destroyed::default());
    assert_eq!(scene.events().await, names);
}
