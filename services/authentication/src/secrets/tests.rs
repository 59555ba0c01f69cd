use std::path::Path;

use rusqlite::Connection;
use secrecy::ExposeSecret;
use tally_domain::tenant::{SealedSecret, SecretFingerprint, SecretState};
use tally_vault::{Binding, KeyEncryptionKey, LocalKeyWrapper};
use tempfile::TempDir;
use uuid::Uuid;

use super::*;

/// A vault over a file whose table can be taken away, as a key store that is down.
struct Scene {
    secrets: OpenedSecrets,
    vault: Arc<Vault>,
    keys: TempDir,
}

impl Scene {
    fn new() -> Self {
        let keys = tempfile::tempdir().unwrap();
        let wrapper = Arc::new(LocalKeyWrapper::new(KeyEncryptionKey::generate().unwrap()));
        let vault = Arc::new(Vault::open_at(&keys.path().join("keys.db"), wrapper).unwrap());
        Self {
            secrets: OpenedSecrets::new(vault.clone(), SecretTerms::default()),
            vault,
            keys,
        }
    }

    fn seal(&self, tenant: TenantId, revision: u64, state: SecretState) -> HeldSecret {
        let binding = Binding::of_shared_secret(tenant, revision);
        let secret = SecretString::from(format!("secret {revision}"));
        HeldSecret {
            sealed: self
                .vault
                .seal_secret(&binding.tenant, "shared_secret", &binding, &secret)
                .unwrap(),
            sealed_at: revision,
            fingerprint: SecretFingerprint(revision.to_string()),
            issued_at: at(0),
            state,
        }
    }

    fn store(&self, sql: &str) {
        let path: &Path = self.keys.path();
        Connection::open(path.join("keys.db"))
            .unwrap()
            .execute_batch(sql)
            .unwrap();
    }

    fn stop_store(&self) {
        self.store("ALTER TABLE data_keys RENAME TO gone");
    }

    fn start_store(&self) {
        self.store("ALTER TABLE gone RENAME TO data_keys");
    }

    async fn sweep_and_stop(&self, now: DateTime<Utc>) {
        self.secrets.sweep(now).await;
        self.stop_store();
    }

    async fn open(
        &self,
        tenant: TenantId,
        stored: &HeldSecret,
        now: DateTime<Utc>,
    ) -> Result<String, Unopened> {
        let opened = self.secrets.open(tenant, &[stored], now).await;
        match opened.open.first() {
            Some(open) => Ok(open.secret.expose_secret().to_owned()),
            None => Err(opened.unopened[0]),
        }
    }
}

fn tenant(number: u128) -> TenantId {
    TenantId(Uuid::from_u128(number))
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

#[tokio::test]
async fn a_secret_is_opened_once_and_again_only_after_its_time() {
    let (scene, site) = (Scene::new(), tenant(1));
    let stored = scene.seal(site, 0, SecretState::Current);
    assert_eq!(scene.open(site, &stored, at(0)).await.unwrap(), "secret 0");
    scene.vault.destroy_tenant(site).unwrap();
    assert_eq!(scene.open(site, &stored, at(299)).await.unwrap(), "secret 0");
    assert_eq!(scene.open(site, &stored, at(300)).await, Err(Unopened::Damaged));
}

#[tokio::test]
async fn while_the_key_store_is_down_open_secrets_stay_in_use_past_their_time() {
    let (scene, site) = (Scene::new(), tenant(1));
    let stored = scene.seal(site, 0, SecretState::Current);
    scene.open(site, &stored, at(0)).await.unwrap();
    scene.stop_store();
    for seconds in [299, 301, 600, 3600] {
        assert_eq!(scene.open(site, &stored, at(seconds)).await.unwrap(), "secret 0");
    }
    // Unused for more than an hour, it is not dropped either before the store answers again.
    scene.secrets.sweep(at(9000)).await;
    assert_eq!(scene.open(site, &stored, at(9001)).await.unwrap(), "secret 0");
}

#[tokio::test]
async fn a_site_that_was_not_open_is_locked_out_while_the_store_is_down_and_counts_as_failing() {
    let (scene, site) = (Scene::new(), tenant(1));
    let stored = scene.seal(site, 0, SecretState::Current);
    scene.stop_store();
    assert_eq!(scene.open(site, &stored, at(0)).await, Err(Unopened::StoreFailed));
    assert_eq!(scene.secrets.failing_sites(at(1)), 1);
    scene.start_store();
    assert_eq!(scene.open(site, &stored, at(5)).await.unwrap(), "secret 0");
    assert_eq!(scene.secrets.failing_sites(at(5)), 0);
}

#[tokio::test]
async fn a_store_that_failed_is_left_alone_for_a_moment() {
    let (scene, site) = (Scene::new(), tenant(1));
    let stored = scene.seal(site, 0, SecretState::Current);
    scene.stop_store();
    assert_eq!(scene.open(site, &stored, at(0)).await, Err(Unopened::StoreFailed));
    scene.start_store();
    assert_eq!(scene.open(site, &stored, at(0)).await, Err(Unopened::StoreFailed));
    assert!(scene.open(site, &stored, at(10)).await.is_ok());
}

#[tokio::test]
async fn a_secret_that_an_event_takes_away_is_dropped_at_once_also_while_the_store_is_down() {
    let (scene, site) = (Scene::new(), tenant(1));
    let stored = scene.seal(site, 0, SecretState::Current);
    let other = scene.seal(site, 1, SecretState::Current);
    scene.open(site, &stored, at(0)).await.unwrap();
    scene.open(site, &other, at(0)).await.unwrap();
    scene.stop_store();
    scene.secrets.retain(site, std::slice::from_ref(&other));
    assert_eq!(scene.open(site, &stored, at(1)).await, Err(Unopened::StoreFailed));
    assert_eq!(scene.open(site, &other, at(1)).await.unwrap(), "secret 1");
}

#[tokio::test]
async fn a_secret_that_was_erased_elsewhere_stops_serving_with_its_time() {
    let (scene, site) = (Scene::new(), tenant(1));
    let stored = scene.seal(site, 0, SecretState::Current);
    scene.open(site, &stored, at(0)).await.unwrap();
    scene.vault.destroy_tenant(site).unwrap();
    assert_eq!(scene.open(site, &stored, at(301)).await, Err(Unopened::Damaged));
    scene.stop_store();
    assert!(
        scene.open(site, &stored, at(302)).await.is_err(),
        "nothing is left of it"
    );
}

#[tokio::test]
async fn every_site_seen_in_the_last_hour_stays_open_and_no_other() {
    let scene = Scene::new();
    let stored: Vec<HeldSecret> = (0..200)
        .map(|n| scene.seal(tenant(n), 0, SecretState::Current))
        .collect();
    for (n, stored) in (0..).zip(&stored) {
        scene.open(tenant(n), stored, at(0)).await.unwrap();
    }
    for (n, stored) in (0..150).zip(&stored) {
        scene.open(tenant(n), stored, at(1800)).await.unwrap();
    }
    scene.secrets.sweep(at(3599)).await;
    assert_eq!(scene.secrets.len(), 200);
    scene.secrets.sweep(at(3600)).await;
    assert_eq!(scene.secrets.len(), 150);
}

#[tokio::test]
async fn a_damaged_secret_leaves_the_others_of_its_site_open() {
    let (scene, site) = (Scene::new(), tenant(1));
    let good = scene.seal(site, 0, SecretState::Current);
    let damaged = HeldSecret {
        sealed: SealedSecret {
            n: "not base64!".to_owned(),
            ..good.sealed.clone()
        },
        sealed_at: 1,
        ..good.clone()
    };
    let opened = scene.secrets.open(site, &[&good, &damaged], at(0)).await;
    assert_eq!(opened.open.len(), 1);
    assert_eq!(opened.unopened, [Unopened::Damaged]);
    assert_eq!(scene.secrets.failing_sites(at(0)), 1);
}

#[tokio::test]
async fn superseded_secrets_leave_with_their_time_and_never_count_as_failing() {
    let (scene, site) = (Scene::new(), tenant(1));
    let old = scene.seal(site, 0, SecretState::Superseded);
    let current = scene.seal(site, 1, SecretState::Current);
    scene.open(site, &current, at(0)).await.unwrap();
    assert_eq!(
        scene
            .secrets
            .open_superseded(site, &[&old], at(0))
            .await
            .open
            .len(),
        1
    );
    scene.secrets.sweep(at(300)).await;
    scene.stop_store();
    let answer = scene.secrets.open_superseded(site, &[&old], at(300)).await;
    assert_eq!(answer.unopened, [Unopened::StoreFailed]);
    assert_eq!(scene.secrets.failing_sites(at(300)), 0);
    assert!(scene.open(site, &current, at(300)).await.is_ok());
}

#[tokio::test]
async fn many_requests_of_one_site_open_its_secret_once() {
    let (scene, site) = (Scene::new(), tenant(1));
    let stored = scene.seal(site, 0, SecretState::Current);
    let all = (0..64).map(|_| scene.open(site, &stored, at(0)));
    for opened in futures_util::future::join_all(all).await {
        assert_eq!(opened.unwrap(), "secret 0");
    }
}

#[tokio::test]
async fn a_previous_secret_whose_grace_has_ended_is_as_a_superseded_one() {
    let (scene, site) = (Scene::new(), tenant(1));
    let previous = scene.seal(site, 0, SecretState::Previous { until: at(100) });
    let current = scene.seal(site, 1, SecretState::Current);
    scene.open(site, &current, at(0)).await.unwrap();
    scene.open(site, &previous, at(0)).await.unwrap();
    scene.sweep_and_stop(at(301)).await;
    let answer = scene.secrets.open_superseded(site, &[&previous], at(301)).await;
    assert_eq!(answer.unopened, [Unopened::StoreFailed], "it was dropped");
    assert_eq!(scene.secrets.failing_sites(at(301)), 0);
}

#[tokio::test]
async fn within_its_grace_a_previous_secret_stays_open_past_its_time() {
    let (scene, site) = (Scene::new(), tenant(1));
    let previous = scene.seal(site, 0, SecretState::Previous { until: at(1000) });
    scene.open(site, &previous, at(0)).await.unwrap();
    scene.sweep_and_stop(at(301)).await;
    assert!(scene.open(site, &previous, at(301)).await.is_ok());
}

#[tokio::test]
async fn a_request_with_older_credentials_does_not_bring_back_a_secret_that_an_event_took_away() {
    let (scene, site) = (Scene::new(), tenant(1));
    let old = scene.seal(site, 0, SecretState::Current);
    let new = scene.seal(site, 1, SecretState::Current);
    scene.secrets.retain(site, std::slice::from_ref(&new));
    assert!(scene.open(site, &old, at(0)).await.is_err());
    assert_eq!(scene.open(site, &new, at(0)).await.unwrap(), "secret 1");
}
