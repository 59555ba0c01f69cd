//! Sealed secrets are in one table and in nothing that is shown.

use chrono::Duration;
use tally_domain::{Actor, AnyEvent, StreamName, Via};
use tally_projections::{AssetHistory, CredentialList, InstallLog, TenantTimeline, tenant_credentials};

use crate::support::{TempStore, World, asset_id, tenant_id};

const SEALED: &str = "tenant_credentials_secrets";

/// A history with sealed secrets in events of every kind that can bring one, an unknown one and a
/// poisoned one among them.
fn secretive() -> World {
    let mut world = World::new();
    world.install(0, 1, Duration::zero());
    world.wait(Duration::minutes(1));
    world.install(0, 2, Duration::zero());
    world.install(0, 3, Duration::seconds(30));
    world.wait(Duration::minutes(1));
    let delivery = world.delivery(Duration::zero());
    world
        .tenant(
            0,
            &tally_domain::tenant::TenantCommand::RecordUninstallation(delivery),
        )
        .unwrap();
    world.wait(Duration::minutes(1));
    world.install(0, 4, Duration::zero());
    world.unknown(0, &StreamName::tenant(tenant_id(0)));
    world.unknown(0, &StreamName::asset(tenant_id(0), asset_id(1)));
    let poison: AnyEvent = world.log[0].event.clone();
    let context = world.context(Some(tenant_id(1)), Actor::without_person(Via::Platform));
    world.record(&StreamName::tenant(tenant_id(0)), context, poison);
    world
}

fn is_sealed(text: &str) -> bool {
    text.contains("CIPHERTEXT") || text.contains("NONCE")
}

#[test]
fn no_table_but_that_of_the_secrets_holds_sealed_material() {
    let store = TempStore::empty();
    store.apply(&secretive().log).unwrap();
    let tables = store.location.tables();
    assert!(tables.len() >= 10, "{tables:?}");
    for table in tables {
        assert_eq!(
            is_sealed(&store.location.content(&table)),
            table == SEALED,
            "{table}"
        );
    }
}

#[test]
fn nothing_that_a_query_yields_prints_sealed_material() {
    let store = TempStore::empty();
    store.apply(&secretive().log).unwrap();
    let (_, credentials) = CredentialList::of(&store).load_all().unwrap();
    assert!(
        is_sealed(&credentials[0].tenant.secrets()[0].sealed.ct),
        "the secret itself is there"
    );
    let printed = [
        format!("{credentials:?}"),
        format!(
            "{:?}",
            TenantTimeline::of(&store).page(tenant_id(0), 100, None).unwrap()
        ),
        format!("{:?}", InstallLog::of(&store).all(100, None).unwrap()),
        format!(
            "{:?}",
            AssetHistory::of(&store)
                .history(tenant_id(0), asset_id(1), None, &[], 100, None)
                .unwrap()
        ),
        format!("{:?}", store.status().unwrap()),
        format!("{store:?}", store = store.store),
    ];
    for text in printed {
        assert!(!is_sealed(&text), "{text}");
    }
}

#[test]
fn a_stored_secret_that_cannot_be_read_back_is_not_quoted() {
    let mut world = secretive();
    world.log.pop();
    let store = TempStore::fed(&world.log);
    let broken = format!("UPDATE {SEALED} SET sealed = 'CIPHERTEXT'");
    store.location.run(&broken);
    let error = CredentialList::of(&store).load_all().unwrap_err();
    assert!(!is_sealed(&format!("{error} {error:?}")), "{error:?}");

    world.wait(Duration::minutes(1));
    world.install(0, 5, Duration::zero());
    store.apply(&world.log).unwrap();
    assert_eq!(store.needs_rebuild().unwrap(), vec![tenant_credentials::NAME]);
    let cause = store
        .status()
        .unwrap()
        .into_iter()
        .find_map(|status| status.poisoned)
        .unwrap()
        .cause;
    assert!(cause.contains("sealed") && !is_sealed(&cause), "{cause}");
}
