//! People and the names of commands, over a log and a key store in memory.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::sync::Arc;

use tally_commands::assets::{self, AttributeChanges, Registration};
use tally_commands::{CommandError, Done, Origin, People, Registrar, digest_content, name_command};
use tally_domain::asset::{AssetCommand, AssetRefusal, AttributeName};
use tally_domain::person::{PersonEvent, PersonState};
use tally_domain::{AccountId, Actor, AssetId, Clock, CommandId, PersonId, StreamName, TenantId, Via};
use tally_event_log::{LogReader, LogWriter, MemoryLog};
use tally_vault::{KeyEncryptionKey, LocalKeyWrapper, Vault};
use uuid::Uuid;

const ONE: TenantId = TenantId(Uuid::from_u128(1));
const OTHER: TenantId = TenantId(Uuid::from_u128(2));

fn account(name: &str) -> AccountId {
    AccountId::parse(&format!("712020:{name}")).unwrap()
}

fn vault() -> Arc<Vault> {
    let wrapper = LocalKeyWrapper::new(KeyEncryptionKey::generate().unwrap());
    let vault = Vault::in_memory(Arc::new(wrapper)).unwrap();
    vault.create_tenant_key(ONE).unwrap();
    vault.create_tenant_key(OTHER).unwrap();
    Arc::new(vault)
}

fn log_and_vault() -> (Arc<MemoryLog>, Arc<Vault>) {
    let vault = vault();
    (Arc::new(MemoryLog::sealed(Clock::system(), vault.clone())), vault)
}

async fn events(log: &dyn LogReader, tenant: TenantId, person: PersonId) -> Vec<PersonEvent> {
    let stream = StreamName::person(tenant, person);
    let recorded = tally_event_log::load::<PersonEvent>(log, &stream).await.unwrap();
    recorded.into_iter().map(|recorded| recorded.event).collect()
}

fn account_in(events: &[PersonEvent]) -> Option<&str> {
    match events.first()? {
        PersonEvent::Known { account } => account.text(),
        PersonEvent::Renamed { .. } | PersonEvent::Erased {} => None,
    }
}

#[tokio::test]
async fn an_account_is_the_same_person_on_every_node_and_is_recorded_once() {
    let (log, vault) = log_and_vault();
    let (a, b) = (
        People::new(log.clone(), vault.clone()),
        People::new(log.clone(), vault),
    );
    let ada = a.find_or_add(ONE, &account("ada")).await.unwrap();
    for node in [&a, &b, &a] {
        assert_eq!(node.find_or_add(ONE, &account("ada")).await.unwrap(), ada);
    }
    let events = events(&*log, ONE, ada).await;
    assert_eq!(events.len(), 1);
    assert_eq!(account_in(&events), Some("712020:ada"));
}

#[tokio::test]
async fn another_account_or_another_tenant_is_another_person() {
    let (log, vault) = log_and_vault();
    let people = People::new(log, vault);
    let ada = people.find_or_add(ONE, &account("ada")).await.unwrap();
    assert_ne!(people.find_or_add(ONE, &account("bob")).await.unwrap(), ada);
    assert_ne!(people.find_or_add(OTHER, &account("ada")).await.unwrap(), ada);
}

#[tokio::test]
async fn a_person_whose_account_was_not_recorded_before_a_crash_gets_it_with_the_next_command() {
    let (log, vault) = log_and_vault();
    let before = vault.find_or_add_person(ONE, &account("ada")).await.unwrap();
    assert!(events(&*log, ONE, before).await.is_empty());
    let people = People::new(log.clone(), vault);
    assert_eq!(people.find_or_add(ONE, &account("ada")).await.unwrap(), before);
    assert_eq!(account_in(&events(&*log, ONE, before).await), Some("712020:ada"));
}

#[tokio::test]
async fn a_name_is_recorded_once_and_again_when_it_is_another() {
    let (log, vault) = log_and_vault();
    let people = People::new(log.clone(), vault);
    let ada = people.find_or_add(ONE, &account("ada")).await.unwrap();
    for name in ["Ada", "Ada", "Ada L.", "Ada L."] {
        people.rename(ONE, ada, name).await.unwrap();
    }
    let events = events(&*log, ONE, ada).await;
    assert_eq!(events.len(), 3);
    let name = Some("Ada L.".to_owned());
    assert_eq!(PersonState::fold(&events), PersonState::Known { name });
}

#[tokio::test]
async fn an_erasure_that_broke_off_is_completed_by_the_next_command_of_the_account() {
    let (log, vault) = log_and_vault();
    let people = People::new(log.clone(), vault.clone());
    let ada = people.find_or_add(ONE, &account("ada")).await.unwrap();
    erase(&*log, ada).await;
    people.forget(ONE, ada);
    // The row of the key store is still there, as between two steps of an erasure.
    let another = people.find_or_add(ONE, &account("ada")).await.unwrap();
    assert_ne!(another, ada);
    assert_eq!(
        vault.find_person(ONE, &account("ada")).await.unwrap(),
        Some(another)
    );
    assert_eq!(events(&*log, ONE, ada).await.len(), 2);
}

async fn erase(log: &dyn LogWriter, person: PersonId) {
    let stream = StreamName::person(ONE, person);
    let command = CommandId(Uuid::from_u128(9));
    let actor = Actor::without_person(Via::Operator);
    let context = tally_domain::Context::new(Some(ONE), actor, command);
    let expected = tally_event_log::ExpectedRevision::after(Some(0));
    tally_event_log::store(log, &stream, expected, &context, &[PersonEvent::Erased {}])
        .await
        .unwrap();
}

#[tokio::test]
async fn the_same_parts_name_the_same_command_within_one_tenant_only() {
    let vault = vault();
    let parts: [&[u8]; 2] = [b"POST /api/v1/assets", b"key-1"];
    let name = async |tenant, parts: &[&[u8]]| name_command(&vault, tenant, parts).await.unwrap();
    let command = name(ONE, &parts).await;
    assert_eq!(command.0.get_version_num(), 8);
    assert_eq!(name(ONE, &parts).await, command);
    assert_ne!(name(OTHER, &parts).await, command);
    assert_ne!(name(ONE, &[b"POST /api/v1/assetsk", b"ey-1"]).await, command);
}

#[tokio::test]
async fn what_stands_for_content_differs_from_its_plain_digest_and_between_tenants() {
    let vault = vault();
    let content = b"{\"to\":\"712020:ada\"}";
    let digest = digest_content(&vault, ONE, content).await.unwrap();
    assert_eq!(digest_content(&vault, ONE, content).await.unwrap(), digest);
    assert_ne!(digest_content(&vault, OTHER, content).await.unwrap(), digest);
    assert_ne!(digest_content(&vault, ONE, b"{}").await.unwrap(), digest);
}

#[tokio::test]
async fn an_erased_person_leaves_an_event_and_no_key_and_returns_as_another() {
    let (log, vault) = log_and_vault();
    let people = People::new(log.clone(), vault.clone());
    let ada = people.find_or_add(ONE, &account("ada")).await.unwrap();
    people.rename(ONE, ada, "Ada").await.unwrap();
    for _ in 0..2 {
        people.erase(ONE, ada).await.unwrap();
    }
    let left = events(&*log, ONE, ada).await;
    assert_eq!(left.len(), 3, "the erasure is recorded once");
    assert_eq!(account_in(&left), None);
    assert_eq!(PersonState::fold(&left), PersonState::Erased);
    assert_eq!(vault.find_person(ONE, &account("ada")).await.unwrap(), None);
    assert_ne!(people.find_or_add(ONE, &account("ada")).await.unwrap(), ada);
}

#[tokio::test]
async fn an_erasure_that_broke_off_after_its_event_is_completed_by_another_node_too() {
    let (log, vault) = log_and_vault();
    let people = People::new(log.clone(), vault.clone());
    let ada = people.find_or_add(ONE, &account("ada")).await.unwrap();
    erase(&*log, ada).await;
    // The account gives a command on another node in between.
    let other = People::new(log.clone(), vault.clone());
    let another = other.find_or_add(ONE, &account("ada")).await.unwrap();
    assert_ne!(another, ada);
    let destroyed = people.erase(ONE, ada).await.unwrap();
    assert_eq!(destroyed.people, 0, "the command has done it");
    assert_eq!(events(&*log, ONE, ada).await.len(), 2);
    assert_eq!(other.find_or_add(ONE, &account("ada")).await.unwrap(), another);
}

#[tokio::test]
async fn an_erasure_that_broke_off_after_its_event_is_recorded_again_when_it_is_completed() {
    let (log, vault) = log_and_vault();
    let people = People::new(log.clone(), vault.clone());
    let ada = people.find_or_add(ONE, &account("ada")).await.unwrap();
    erase(&*log, ada).await;
    for expected in [1, 0] {
        assert_eq!(people.erase(ONE, ada).await.unwrap().people, expected);
        let left = events(&*log, ONE, ada).await;
        assert_eq!(left[1..], [PersonEvent::Erased {}, PersonEvent::Erased {}]);
    }
}

#[tokio::test]
async fn looking_an_account_up_makes_no_one_known() {
    let (log, vault) = log_and_vault();
    let people = People::new(log.clone(), vault.clone());
    assert_eq!(people.find(ONE, &account("ada")).await.unwrap(), None);
    assert_eq!(vault.find_person(ONE, &account("ada")).await.unwrap(), None);
    assert_eq!(log.head().await.unwrap(), None);
    let ada = people.find_or_add(ONE, &account("ada")).await.unwrap();
    let other = People::new(log, vault);
    for node in [&people, &other] {
        assert_eq!(node.find(ONE, &account("ada")).await.unwrap(), Some(ada));
        assert_eq!(node.find(OTHER, &account("ada")).await.unwrap(), None);
    }
}

#[tokio::test]
async fn an_account_whose_erasure_broke_off_is_found_no_more() {
    let (log, vault) = log_and_vault();
    let people = People::new(log.clone(), vault.clone());
    let ada = people.find_or_add(ONE, &account("ada")).await.unwrap();
    erase(&*log, ada).await;
    let other = People::new(log.clone(), vault.clone());
    assert_eq!(other.find(ONE, &account("ada")).await.unwrap(), None);
    assert_eq!(vault.find_person(ONE, &account("ada")).await.unwrap(), None);
    assert_eq!(events(&*log, ONE, ada).await.len(), 2);
}

#[tokio::test]
async fn a_person_is_known_by_id_within_the_tenant_until_the_erasure() {
    let (log, vault) = log_and_vault();
    let people = People::new(log, vault);
    let ada = people.find_or_add(ONE, &account("ada")).await.unwrap();
    assert!(people.is_known(ONE, ada).await.unwrap());
    assert!(!people.is_known(OTHER, ada).await.unwrap());
    people.erase(ONE, ada).await.unwrap();
    assert!(!people.is_known(ONE, ada).await.unwrap());
}

#[tokio::test]
async fn a_rehearsed_command_is_decided_and_recognised_but_writes_nothing() {
    let (log, vault) = log_and_vault();
    let registrar = Registrar::new(vault);
    let now = chrono::DateTime::from_timestamp(1_790_000_000, 0).unwrap();
    let origin = |command| {
        let actor = Actor::without_person(Via::App);
        Origin::new(ONE, actor, CommandId(Uuid::from_u128(command)), now)
    };
    let name = AttributeName::parse("name").unwrap();
    let attributes = AttributeChanges::from([(name, Some("laptop".to_owned()))]);
    let registration = Registration::new(CommandId(Uuid::from_u128(1)), None, attributes);
    let registered = assets::register(&*log, &registrar, &origin(1), registration).await;
    let asset = registered.unwrap().asset;
    let to = |person| AssetCommand::CheckOut {
        to: PersonId(Uuid::from_u128(person)),
        due_on: None,
        note: None,
    };
    let rehearse = async |command, asset, person| {
        let (origin, change) = (origin(command), to(person));
        assets::rehearse_change(&*log, &registrar, &origin, asset, None, &change).await
    };
    let before = log.head().await.unwrap();
    assert_eq!(
        rehearse(2, asset, 7).await.unwrap(),
        None,
        "it would change the asset"
    );
    let absent = rehearse(2, AssetId(Uuid::nil()), 7).await;
    assert!(matches!(
        absent,
        Err(CommandError::Refused(AssetRefusal::NotFound))
    ));
    assert_eq!(log.head().await.unwrap(), before);

    let done = assets::change(&*log, &registrar, &origin(2), asset, None, &to(7), None).await;
    let (done, head) = (done.unwrap(), log.head().await.unwrap());
    let repeated = rehearse(2, asset, 8).await.unwrap();
    let expected = Done {
        appended: 0,
        is_repeat: true,
        ..done
    };
    assert_eq!(repeated, Some(expected), "to another person");
    let refused = rehearse(3, asset, 8).await;
    assert!(matches!(refused, Err(CommandError::Refused(_))), "{refused:?}");
    assert_eq!(log.head().await.unwrap(), head);
}
