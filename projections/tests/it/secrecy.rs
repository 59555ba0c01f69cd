//! Sealed secrets are in one table and in nothing that is shown.

use chrono::Duration;
use rusqlite::types::Value;
use tally_domain::{Actor, Event, StreamName, Via};
use tally_projections::ViewName;

use crate::support::{TempStore, World, asset_id, tenant_id};

const SEALED: &str = "tenant_credentials_secrets";

/// A history with sealed secrets in events of every kind that can bring one, an unknown one and a poisoned one among them.
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
    let poison: Event = world.log[0].event.clone();
    let context = world.context(Some(tenant_id(1)), Actor::nobody(Via::Platform));
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
    let raw = store.raw();
    let mut tables = raw
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
        .unwrap();
    let tables: Vec<String> = tables
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert!(tables.len() >= 10, "{tables:?}");
    for table in tables {
        let cells = cells(&raw, &table);
        let found = cells.iter().any(|cell| is_sealed(cell));
        assert_eq!(found, table == SEALED, "{table}");
    }
}

fn cells(raw: &rusqlite::Connection, table: &str) -> Vec<String> {
    let mut statement = raw.prepare(&format!("SELECT * FROM {table}")).unwrap();
    let columns = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    let mut cells = vec![];
    while let Some(row) = rows.next().unwrap() {
        for column in 0..columns {
            match row.get::<_, Value>(column).unwrap() {
                Value::Text(text) => cells.push(text),
                Value::Blob(bytes) => cells.push(String::from_utf8_lossy(&bytes).into_owned()),
                _ => {}
            }
        }
    }
    cells
}

#[test]
fn nothing_that_a_query_yields_prints_sealed_material() {
    let store = TempStore::empty();
    store.apply(&secretive().log).unwrap();
    let credentials = store.tenant_credentials().load_all().unwrap();
    assert!(
        is_sealed(&credentials[0].tenant.secrets[0].sealed.ct),
        "the secret itself is there"
    );
    let printed = [
        format!("{credentials:?}"),
        format!(
            "{:?}",
            store.tenant_timeline().page(tenant_id(0), 100, None).unwrap()
        ),
        format!("{:?}", store.install_log().all(100, None).unwrap()),
        format!(
            "{:?}",
            store
                .asset_history()
                .history(tenant_id(0), asset_id(1), 100, None)
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
    store.raw().execute(&broken, []).unwrap();
    let error = store.tenant_credentials().load_all().unwrap_err();
    assert!(!is_sealed(&format!("{error} {error:?}")), "{error:?}");

    world.wait(Duration::minutes(1));
    world.install(0, 5, Duration::zero());
    store.apply(&world.log).unwrap();
    assert_eq!(store.needs_rebuild().unwrap(), vec![ViewName::TenantCredentials]);
    let cause = store
        .status()
        .unwrap()
        .into_iter()
        .find_map(|status| status.poisoned)
        .unwrap()
        .cause;
    assert!(cause.contains("sealed") && !is_sealed(&cause), "{cause}");
}
