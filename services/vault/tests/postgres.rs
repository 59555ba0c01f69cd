//! What is promised of keys in PostgreSQL beyond what is promised of keys anywhere.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use std::time::{Duration, Instant};

use secrecy::ExposeSecret as _;
use support::postgres::Cluster;
use support::{
    DatabaseLocation, FileLocation, KeyLocation as _, SUBJECT, TENANT, binding, seal, secret, tenant, wrapper,
};
use tally_domain::{AccountId, EventId, StreamName, TenantId, TextId};
use tally_event_log::{Item, Location, Opened, Part, Sealer, Subject};
use tally_vault::{Vault, VaultError, copy_keys};
use uuid::Uuid;

async fn opened(url: &str) -> Vault {
    Vault::open_in_database(url, wrapper(1)).await.unwrap()
}

fn own_cluster() -> &'static Cluster {
    Box::leak(Box::new(Cluster::start()))
}

fn opens(vault: &Vault, sealed: &tally_domain::tenant::SealedSecret) -> bool {
    match vault.open_secret(&binding(), sealed) {
        Ok(secret) => secret.expose_secret() == "ATCO-one",
        Err(failure) => {
            assert!(failure.is_transient(), "{failure}");
            false
        }
    }
}

#[tokio::test]
async fn a_handler_on_a_runtime_of_one_thread_can_ask_without_a_panic_or_a_dead_lock() {
    let vault = opened(&DatabaseLocation::new().url()).await;
    let sealed = seal(&vault, "ATCO-one");
    assert!(opens(&vault, &sealed));
    let local = tokio::task::LocalSet::new();
    let inside =
        local.run_until(async { tokio::task::spawn_local(async move { opens(&vault, &sealed) }).await });
    assert!(inside.await.unwrap(), "and the vault may be dropped there too");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_tasks_than_the_runtime_has_threads_can_ask_at_once() {
    let vault = std::sync::Arc::new(opened(&DatabaseLocation::new().url()).await);
    let sealed = seal(&vault, "ATCO-one");
    let tasks: Vec<_> = (0..64)
        .map(|_| {
            let (vault, sealed) = (vault.clone(), sealed.clone());
            tokio::spawn(async move { opens(&vault, &sealed) })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap());
    }
}

#[test]
fn a_vault_finds_a_server_again_that_was_killed_and_restarted() {
    let cluster = own_cluster();
    let location = DatabaseLocation::on(cluster);
    let vault = location.open(wrapper(1)).unwrap();
    let sealed = seal(&vault, "ATCO-one");
    for round in 0..3 {
        cluster.kill();
        cluster.start_again();
        assert!(opens(&vault, &sealed), "round {round}");
    }
    cluster.stop();
}

#[tokio::test]
async fn a_server_that_is_down_or_hangs_costs_a_caller_the_time_out_and_no_more() {
    let cluster = own_cluster();
    let vault = opened(&format!("{}?timeout=1", DatabaseLocation::on(cluster).url())).await;
    let sealed = seal(&vault, "ATCO-one");
    type Act = fn(&Cluster);
    let ways: [(Act, Act); 2] = [
        (|cluster| cluster.hang(true), |cluster| cluster.hang(false)),
        (Cluster::stop, Cluster::start_again),
    ];
    for (break_it, repair) in ways {
        break_it(cluster);
        let started = Instant::now();
        assert!(!opens(&vault, &sealed));
        assert!(
            started.elapsed() < Duration::from_secs(5),
            "{:?}",
            started.elapsed()
        );
        repair(cluster);
        let deadline = Instant::now() + Duration::from_secs(30);
        while !opens(&vault, &sealed) {
            assert!(Instant::now() < deadline, "it is not found again");
        }
    }
    cluster.stop();
}

#[test]
fn a_server_that_hangs_holds_up_only_so_many_callers_and_refuses_more_at_once() {
    let cluster = own_cluster();
    let url = format!("{}?timeout=2", DatabaseLocation::on(cluster).url());
    let vault = tokio::runtime::Runtime::new().unwrap().block_on(opened(&url));
    let sealed = seal(&vault, "ATCO-one");
    cluster.hang(true);
    let started = Instant::now();
    let refused: usize = std::thread::scope(|scope| {
        let ask = || vault.open_secret(&binding(), &sealed).unwrap_err().to_string();
        let callers: Vec<_> = (0..300).map(|_| scope.spawn(ask)).collect();
        let answers = callers.into_iter().map(|caller| caller.join().unwrap());
        answers.filter(|answer| answer.contains("too many")).count()
    });
    assert!((1..=44).contains(&refused), "{refused}");
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "{:?}",
        started.elapsed()
    );
    cluster.hang(false);
    cluster.stop();
}

#[test]
fn a_key_that_was_destroyed_opens_nothing_on_any_node_from_then_on() {
    let location = DatabaseLocation::new();
    let nodes = [(); 3].map(|()| location.open(wrapper(1)).unwrap());
    let sealed = seal(&nodes[0], "ATCO-one");
    assert!(nodes.iter().all(|node| opens(node, &sealed)));
    nodes[1].destroy_subject(TENANT, SUBJECT).unwrap();
    for node in &nodes {
        assert!(matches!(
            node.open_secret(&binding(), &sealed),
            Err(VaultError::KeyDestroyed)
        ));
    }
}

#[test]
fn a_role_that_owns_its_schema_and_may_not_make_one_is_enough() {
    let location = DatabaseLocation::new();
    drop(location.open(wrapper(1)).unwrap());
    location.execute(
        "CREATE ROLE modest LOGIN;
         GRANT USAGE ON SCHEMA tally_keys TO modest;
         GRANT SELECT, INSERT, UPDATE, DELETE ON data_keys, people, erased_people, text_keys TO modest;
         GRANT SELECT ON tally_keys_version TO modest;",
    );
    let url = location.url().replace("postgres@", "modest@");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let vault = runtime.block_on(opened(&url));
    assert!(opens(&vault, &seal(&vault, "ATCO-one")));
}

#[tokio::test]
async fn keys_that_are_copied_from_a_file_open_the_same_secrets_and_destroyed_ones_stay_destroyed() {
    let (file, database) = (FileLocation::new(), DatabaseLocation::new());
    let (path, url) = (file.folder().join("keys.db"), database.url());
    let here = file.open(wrapper(1)).unwrap();
    let sealed = seal(&here, "ATCO-one");
    let of_person = here
        .seal_secret(TENANT, "person-1", &binding(), &secret("x"))
        .unwrap();
    here.seal_secret(TENANT, "person-2", &binding(), &secret("x"))
        .unwrap();
    here.destroy_subject(TENANT, "person-2").unwrap();
    assert_eq!(copy_keys(&path, &url).await.unwrap(), 3);
    let there = opened(&url).await;
    assert!(opens(&there, &sealed) && there.open_secret(&binding(), &of_person).is_ok());

    here.destroy_subject(TENANT, "person-1").unwrap();
    there.destroy_subject(TENANT, SUBJECT).unwrap();
    assert_eq!(copy_keys(&path, &url).await.unwrap(), 3, "and once more");
    for erased in [&sealed, &of_person] {
        let outcome = there.open_secret(&binding(), erased);
        assert!(matches!(outcome, Err(VaultError::KeyDestroyed)));
    }
}

#[tokio::test]
async fn people_and_texts_are_copied_and_what_was_erased_on_either_side_stays_erased() {
    let (file, database) = (FileLocation::new(), DatabaseLocation::new());
    let (path, url) = (file.folder().join("keys.db"), database.url());
    let here = file.open(wrapper(1)).unwrap();
    let other = TenantId(Uuid::from_u128(77));
    for tenant in [tenant(), other] {
        here.add_tenant(tenant).await.unwrap();
    }
    let mut people = Vec::new();
    for name in ["712020:a", "712020:b", "712020:c"] {
        people.push(here.find_or_add_person(tenant(), &account(name)).await.unwrap());
    }
    here.find_or_add_person(other, &account("712020:a"))
        .await
        .unwrap();
    let text = |n| Item {
        subject: Subject::Text(TextId(Uuid::from_u128(n))),
        location: location_in(),
        bytes: b"a note".to_vec(),
        key_digest: None,
    };
    let sealed = Sealer::seal(&here, vec![text(1), text(2)]).await.unwrap();
    assert_eq!(copy_keys(&path, &url).await.unwrap(), 8);

    let there = opened(&url).await;
    assert_eq!(
        there.find_person(tenant(), &account("712020:a")).await.unwrap(),
        Some(people[0])
    );
    here.destroy_person(tenant(), people[0]).unwrap();
    there.destroy_person(tenant(), people[1]).unwrap();
    there.destroy_text(tenant(), TextId(Uuid::from_u128(1))).unwrap();
    here.destroy_tenant(other).unwrap();
    copy_keys(&path, &url).await.unwrap();
    copy_keys(&path, &url).await.unwrap();

    let there = opened(&url).await;
    for (name, person) in [
        ("712020:a", None),
        ("712020:b", None),
        ("712020:c", Some(people[2])),
    ] {
        assert_eq!(
            there.find_person(tenant(), &account(name)).await.unwrap(),
            person,
            "{name}"
        );
    }
    let erased = there.find_person(other, &account("712020:a")).await;
    assert!(matches!(erased, Err(VaultError::KeyDestroyed)));
    let stored = [1, 2].into_iter().zip(sealed);
    let stored = stored.map(|(n, sealed)| Item {
        bytes: sealed.bytes,
        ..text(n)
    });
    let opened = Sealer::open(&there, stored.collect()).await.unwrap();
    assert_eq!(opened[0].as_ref().unwrap(), &Opened::Erased);
    assert_eq!(opened[1].as_ref().unwrap(), &Opened::Plain(b"a note".to_vec()));
}

fn account(text: &str) -> AccountId {
    AccountId::parse(text).unwrap()
}

fn location_in() -> Location {
    Location {
        tenant: tenant(),
        stream: StreamName::register(tenant()),
        revision: 0,
        event: EventId(Uuid::nil()),
        event_type: "asset.registered".to_owned(),
        schema: 1,
        part: Part::Payload { context: [0; 32] },
    }
}

#[tokio::test]
async fn a_copy_onto_other_keys_of_the_same_subjects_is_refused() {
    let (file, database) = (FileLocation::new(), DatabaseLocation::new());
    seal(&file.open(wrapper(1)).unwrap(), "ATCO-one");
    let there = opened(&database.url()).await;
    let sealed = seal(&there, "ATCO-one");
    let refused = copy_keys(&file.folder().join("keys.db"), &database.url()).await;
    assert!(matches!(refused, Err(VaultError::Database { .. })));
    assert!(opens(&there, &sealed));
    let absent = copy_keys(&file.folder().join("other.db"), &database.url()).await;
    assert!(matches!(absent, Err(VaultError::Corrupt(_))));
}

#[test]
fn a_key_that_is_added_while_its_tenant_is_erased_does_not_outlive_it() {
    let location = DatabaseLocation::new();
    let (here, there) = (
        location.open(wrapper(1)).unwrap(),
        location.open(wrapper(1)).unwrap(),
    );
    seal(&here, "ATCO-one");
    let seal_another = || there.seal_secret(TENANT, "another", &binding(), &secret("x"));
    std::thread::scope(|scope| {
        // The erasure hangs at a row that is locked, so that the key is added in the midst of it.
        let locking = scope.spawn(|| {
            location.execute("BEGIN; SELECT id FROM data_keys FOR UPDATE; SELECT pg_sleep(2); COMMIT");
        });
        std::thread::sleep(Duration::from_millis(700));
        let erasing = scope.spawn(|| here.destroy_tenant(tenant()).unwrap());
        std::thread::sleep(Duration::from_millis(400));
        let adding = scope.spawn(seal_another);
        locking.join().unwrap();
        erasing.join().unwrap();
        drop(adding.join().unwrap());
    });
    let living = here.keys_status().unwrap().counts;
    assert!(living.iter().all(|count| count.kek_id.is_none()), "{living:?}");
    assert!(matches!(seal_another(), Err(VaultError::KeyDestroyed)));
}

#[tokio::test]
async fn no_failure_quotes_the_url() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let unused = port.local_addr().unwrap();
    drop(port);
    let shared = Cluster::shared()
        .url_of("hunter2")
        .replace("postgres@", "me:hunter2@");
    for url in [
        format!("postgres://me:hunter2@{unused}/things?timeout=1"),
        "postgres://me:hunter2@db.invalid/things?timeout=1".to_owned(),
        "postgres://me:hunter2@127.0.0.1:99999/things".to_owned(),
        "postgres://me:hunter2@127.0.0.1/things?pasword=hunter2".to_owned(),
        shared.replace("/hunter2", "/things"),
    ] {
        let failure = Vault::open_in_database(&url, wrapper(1)).await.unwrap_err();
        assert!(!format!("{failure} {failure:?}").contains("hunter2"), "{failure}");
    }
}

#[tokio::test]
async fn a_copy_that_lacks_a_key_since_its_tenant_was_added_meanwhile_says_so() {
    let (file, database) = (FileLocation::new(), DatabaseLocation::new());
    let path = file.folder().join("keys.db");
    let here = file.open(wrapper(1)).unwrap();
    here.add_tenant(tenant()).await.unwrap();
    here.find_or_add_person(tenant(), &account("712020:a"))
        .await
        .unwrap();
    drop(opened(&database.url()).await);
    // As if the tenant had not been there when the data keys were copied.
    database.execute(
        "CREATE FUNCTION tally_keys.drop_row() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN RETURN NULL; END $$;
         CREATE TRIGGER late BEFORE INSERT ON data_keys FOR EACH ROW EXECUTE FUNCTION tally_keys.drop_row()",
    );
    let refused = copy_keys(&path, &database.url()).await;
    assert!(matches!(refused, Err(VaultError::KeysAdded)), "{refused:?}");
    database.execute("DROP TRIGGER late ON data_keys");
    assert_eq!(copy_keys(&path, &database.url()).await.unwrap(), 2);
}
