use std::time::Duration;

use chrono::DateTime;
use parking_lot::Mutex;
use serde_json::json;
use tally_atlassian::base_url::HostAllowList;
use tally_authentication::{Directory, SecretTerms};
use tally_commands::People;
use tally_domain::tenant::{Delivery, InstalledFacts, SealedSecret, SecretFingerprint, TenantEvent};
use tally_domain::{Actor, ClientKey, CommandId, Context, EventId, Via};
use tally_event_log::{ExpectedRevision, LogWriter, MemoryLog, NewEvent, store};
use tally_vault::{KeyEncryptionKey, LocalKeyWrapper, Vault};
use tally_view_store::ViewStore;
use tempfile::TempDir;
use tokio::time::timeout;
use uuid::Uuid;

use super::*;
use crate::memories::{ForgetTenant, TenantMemories};

const TIMEOUT: Duration = Duration::from_secs(5);

/// A follower over a log in memory, and what it keeps.
struct Scene {
    log: Arc<MemoryLog>,
    memory: CredentialMemory,
    _folder: TempDir,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let wrapper = Arc::new(LocalKeyWrapper::new(KeyEncryptionKey::generate().unwrap()));
        let vault = Arc::new(Vault::in_memory(wrapper).unwrap());
        let hosts = HostAllowList::atlassian();
        let log = Arc::<MemoryLog>::default();
        let memory = CredentialMemory {
            views: Arc::new(
                ViewStore::open(&folder.path().join("views.db"), &crate::views::all_views()).unwrap(),
            ),
            directory: Arc::new(Directory::new(vault.clone(), SecretTerms::default(), hosts)),
            people: Arc::new(People::new(log.clone(), vault)),
            others: TenantMemories::default(),
        };
        Self {
            log,
            memory,
            _folder: folder,
        }
    }

    async fn follow(&self) -> watch::Receiver<Option<Position>> {
        let follower = CredentialsFollower {
            log: self.log.clone(),
            memory: self.memory.clone(),
            reports: Arc::default(),
        };
        follower.start().await.unwrap()
    }

    async fn append(&self, tenant: TenantId, revision: Option<u64>, event: TenantEvent) -> Position {
        let stream = StreamName::tenant(tenant);
        let expected = ExpectedRevision::after(revision);
        let appended = store(&*self.log, &stream, expected, &context(tenant), &[event]).await;
        appended.unwrap().position
    }

    async fn append_unknown(&self, tenant: TenantId) {
        let event = NewEvent {
            id: EventId(Uuid::new_v4()),
            event_type: "tenant.photographed".to_owned(),
            schema: 1,
            context: context(tenant),
            payload: json!({}),
            sealed: false,
        };
        let stream = StreamName::tenant(tenant);
        let expected = ExpectedRevision::after(Some(0));
        self.log.append(&stream, expected, vec![event]).await.unwrap();
    }

    fn revision_of(&self, tenant: TenantId) -> Option<u64> {
        Some(self.memory.directory.find(&client_key(tenant).into())?.revision)
    }
}

fn context(tenant: TenantId) -> Context {
    let actor = Actor::without_person(Via::Platform);
    Context::new(Some(tenant), actor, CommandId(Uuid::new_v4()))
}

fn client_key(tenant: TenantId) -> ClientKey {
    ClientKey::parse(&tenant.0.to_string()).unwrap()
}

fn installed(tenant: TenantId) -> TenantEvent {
    TenantEvent::Installed {
        facts: InstalledFacts {
            client_key: client_key(tenant),
            base_url: "https://acme.atlassian.net".to_owned(),
            display_url: None,
            product_type: "jira".to_owned(),
            oauth_client_id: None,
            installation_id: None,
        },
        secret: SealedSecret {
            alg: "A256GCM".to_owned(),
            kid: Uuid::nil().to_string(),
            n: String::new(),
            ct: String::new(),
        },
        fingerprint: SecretFingerprint("first".to_owned()),
        delivery: Delivery {
            token_digest: "token".to_owned(),
            body_digest: "body".to_owned(),
            issued_at: DateTime::UNIX_EPOCH,
            expires_at: DateTime::UNIX_EPOCH,
        },
    }
}

#[derive(Default)]
struct Forgotten(Mutex<Vec<TenantId>>);

impl ForgetTenant for Forgotten {
    fn forget_tenant(&self, tenant: TenantId) {
        self.0.lock().push(tenant);
    }
}

#[tokio::test]
async fn whatever_remembers_tenants_forgets_one_that_was_erased() {
    let scene = Scene::new();
    let forgotten = Arc::<Forgotten>::default();
    let remembering: [Arc<dyn ForgetTenant>; 1] = [forgotten.clone()];
    scene.memory.others.add(remembering);
    let [erased, other] = [1, 2].map(|n| TenantId(Uuid::from_u128(n)));
    let mut reached = scene.follow().await;
    scene.append(erased, None, installed(erased)).await;
    scene.append(other, None, installed(other)).await;
    let last = scene.append(erased, Some(0), TenantEvent::Erased {}).await;
    let followed = timeout(TIMEOUT, reached.wait_for(|at| *at >= Some(last)));
    assert!(followed.await.is_ok());
    assert_eq!(*forgotten.0.lock(), [erased]);
}

#[tokio::test]
async fn an_event_that_is_not_known_stops_the_credentials_of_its_tenant_only() {
    let scene = Scene::new();
    let [newer, other] = [1, 2].map(|n| TenantId(Uuid::from_u128(n)));
    scene.append(newer, None, installed(newer)).await;
    let mut reached = scene.follow().await;
    let known = timeout(TIMEOUT, reached.wait_for(Option::is_some)).await.is_ok();
    assert!(known && scene.revision_of(newer) == Some(0));
    scene.append_unknown(newer).await;
    scene.append(other, None, installed(other)).await;
    let last = scene.append(other, Some(0), TenantEvent::Enabled {}).await;
    let followed = timeout(TIMEOUT, reached.wait_for(|at| *at >= Some(last)))
        .await
        .is_ok();
    assert!(followed, "the other tenant waits for an event of a newer version");
    assert_eq!(scene.revision_of(other), Some(1));
    assert_eq!(
        scene.revision_of(newer),
        Some(0),
        "what is known of it stays in use"
    );
}
