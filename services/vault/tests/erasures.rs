//! Keys that are lost, erased and rewrapped, in every place that keys can be stored in.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use std::sync::Arc;

use support::{FileLocation, KeyLocation, SUBJECT, TENANT, binding, kek, secret, tenant, wrapper};
use tally_domain::{AccountId, EventId, PersonId, StreamName, TextId};
use tally_event_log::{Item, Location, Opened, Part, SealError, Sealed, Sealer, Subject};
use tally_vault::{DataKey, KeyWrapper, LocalKeyWrapper, Vault, VaultError, WrappedKey};
use uuid::Uuid;

in_every_location! {
    the_key_of_a_tenant_that_is_lost_is_an_error_and_not_replaced
    what_is_erased_after_its_event_was_seen_opens_nothing_on_any_node
    a_node_that_may_have_missed_an_erasure_reads_its_keys_again
    an_unknown_text_or_person_can_be_marked_erased
    a_mark_erases_nothing_of_another_tenant
    a_person_is_recognised_by_its_id_also_when_it_was_erased
    a_rotation_wraps_what_is_added_behind_it
    a_rotation_does_not_complete_while_keys_are_added_under_the_other_key
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(future)
}

fn open_with_tenant(location: &dyn KeyLocation) -> Vault {
    let vault = location.open(wrapper(1)).unwrap();
    vault.create_tenant_key(tenant()).unwrap();
    vault
}

fn item(subject: Subject) -> Item {
    Item {
        subject,
        location: Location {
            tenant: tenant(),
            stream: StreamName::register(tenant()),
            revision: 3,
            event: EventId(Uuid::from_u128(5)),
            event_type: "asset.registered".to_owned(),
            schema: 1,
            part: Part::Payload { context: [9; 32] },
        },
        bytes: b"plain".to_vec(),
        key_digest: None,
    }
}

fn text(number: u128) -> Subject {
    Subject::Text(TextId(Uuid::from_u128(number)))
}

fn seal(vault: &Vault, subject: Subject) -> Result<Sealed, SealError> {
    run(Sealer::seal(vault, vec![item(subject)])).map(|mut sealed| sealed.remove(0))
}

fn open(vault: &Vault, subject: Subject, sealed: &Sealed) -> Result<Opened, SealError> {
    let item = Item {
        bytes: sealed.bytes.clone(),
        ..item(subject)
    };
    run(Sealer::open(vault, vec![item])).and_then(|mut opened| opened.remove(0))
}

fn a_node_that_may_have_missed_an_erasure_reads_its_keys_again(location: &dyn KeyLocation) {
    let (here, there) = (open_with_tenant(location), location.open(wrapper(1)).unwrap());
    let sealed = seal(&here, text(1)).unwrap();
    there.destroy_tenant(tenant()).unwrap();
    let opened = open(&here, text(1), &sealed).unwrap();
    assert_eq!(opened, Opened::Plain(b"plain".to_vec()), "it is in memory");
    here.forget_living_keys();
    assert_eq!(open(&here, text(1), &sealed).unwrap(), Opened::Erased);
    assert!(matches!(seal(&here, text(2)), Err(SealError::Erased)));
}

fn the_key_of_a_tenant_that_is_lost_is_an_error_and_not_replaced(location: &dyn KeyLocation) {
    let account = AccountId::parse("712020:a").unwrap();
    let vault = open_with_tenant(location);
    let sealed = seal(&vault, Subject::Tenant).unwrap();
    let mac = run(vault.mac(tenant(), "tag", &[b"x"])).unwrap();
    location.execute("CREATE TABLE backup AS SELECT * FROM data_keys; DELETE FROM data_keys");
    let after = location.open(wrapper(1)).unwrap();
    for subject in [Subject::Tenant, text(1)] {
        assert!(matches!(seal(&after, subject), Err(SealError::KeyLost)));
    }
    let no_mac = run(after.mac(tenant(), "tag", &[b"x"]));
    assert!(matches!(no_mac, Err(VaultError::KeyUnknown)));
    let person = run(after.find_or_add_person(tenant(), &account));
    assert!(matches!(person, Err(VaultError::KeyUnknown)));
    let person = run(after.find_person(tenant(), &account));
    assert!(matches!(person, Err(VaultError::KeyUnknown)));
    location.execute("INSERT INTO data_keys SELECT * FROM backup; DROP TABLE backup");
    let opened = open(&after, Subject::Tenant, &sealed).unwrap();
    assert_eq!(opened, Opened::Plain(b"plain".to_vec()));
    assert_eq!(run(after.mac(tenant(), "tag", &[b"x"])).unwrap(), mac);
}

/// A node sees the event, serves a request, and the rows are destroyed after that.
fn what_is_erased_after_its_event_was_seen_opens_nothing_on_any_node(location: &dyn KeyLocation) {
    let account = AccountId::parse("712020:a").unwrap();
    let (here, there) = (open_with_tenant(location), location.open(wrapper(1)).unwrap());
    let person = run(here.find_or_add_person(tenant(), &account)).unwrap();
    let of_person = Subject::Person(person);
    let sealed = [of_person, Subject::Tenant].map(|subject| (subject, seal(&here, subject).unwrap()));

    here.forget_person(tenant(), person);
    run(here.find_person(tenant(), &account)).unwrap();
    drop(open(&here, of_person, &sealed[0].1));
    there.destroy_person(tenant(), person).unwrap();
    assert_eq!(run(here.find_person(tenant(), &account)).unwrap(), None);
    assert_eq!(open(&here, of_person, &sealed[0].1).unwrap(), Opened::Erased);
    let next = run(here.find_or_add_person(tenant(), &account)).unwrap();
    assert_ne!(next, person);

    here.forget_tenant(tenant());
    drop(run(here.mac(tenant(), "tag", &[b"x"])));
    drop(run(here.find_person(tenant(), &account)));
    for (subject, sealed) in &sealed {
        drop(open(&here, *subject, sealed));
    }
    there.destroy_tenant(tenant()).unwrap();
    for (subject, sealed) in &sealed {
        assert_eq!(open(&here, *subject, sealed).unwrap(), Opened::Erased);
    }
    let mac = run(here.mac(tenant(), "tag", &[b"x"]));
    assert!(matches!(mac, Err(VaultError::KeyDestroyed)));
}

fn an_unknown_text_or_person_can_be_marked_erased(location: &dyn KeyLocation) {
    let vault = open_with_tenant(location);
    let person = run(vault.find_or_add_person(tenant(), &AccountId::parse("712020:a").unwrap())).unwrap();
    let subjects = [text(1), Subject::Person(person)];
    let sealed = subjects.map(|subject| seal(&vault, subject).unwrap());
    // As in a store that is older than both.
    location.execute("DELETE FROM text_keys; DELETE FROM people");
    let vault = location.open(wrapper(1)).unwrap();
    for (subject, sealed) in subjects.into_iter().zip(&sealed) {
        assert!(matches!(open(&vault, subject, sealed), Err(SealError::KeyLost)));
    }
    for _ in 0..2 {
        let text = vault.destroy_text(tenant(), TextId(Uuid::from_u128(1))).unwrap();
        let person = vault.destroy_person(tenant(), person).unwrap();
        assert_eq!((text.texts, person.people), (0, 0), "no key was there");
    }
    for vault in [&vault, &location.open(wrapper(1)).unwrap()] {
        for (subject, sealed) in subjects.into_iter().zip(&sealed) {
            assert_eq!(open(vault, subject, sealed).unwrap(), Opened::Erased);
            assert!(matches!(seal(vault, subject), Err(SealError::Erased)));
        }
    }
}

fn a_mark_erases_nothing_of_another_tenant(location: &dyn KeyLocation) {
    let vault = open_with_tenant(location);
    let person = run(vault.find_or_add_person(tenant(), &AccountId::parse("712020:a").unwrap())).unwrap();
    let subjects = [text(1), Subject::Person(person)];
    let sealed = subjects.map(|subject| seal(&vault, subject).unwrap());
    let other = tally_domain::TenantId(Uuid::from_u128(77));
    vault.destroy_text(other, TextId(Uuid::from_u128(1))).unwrap();
    vault.destroy_person(other, person).unwrap();
    let vault = location.open(wrapper(1)).unwrap();
    for (subject, sealed) in subjects.into_iter().zip(&sealed) {
        assert!(matches!(open(&vault, subject, sealed), Ok(Opened::Plain(_))));
    }
    assert!(run(vault.has_person(tenant(), PersonId(person.0))).unwrap());
}

fn a_person_is_recognised_by_its_id_also_when_it_was_erased(location: &dyn KeyLocation) {
    let vault = open_with_tenant(location);
    let account = AccountId::parse("712020:a").unwrap();
    let person = run(vault.find_or_add_person(tenant(), &account)).unwrap();
    let other = tally_domain::TenantId(Uuid::from_u128(77));
    let has = |tenant, person| run(vault.has_person(tenant, person)).unwrap();
    assert!(has(tenant(), person) && !has(other, person));
    assert!(!has(tenant(), PersonId(Uuid::nil())));
    assert_eq!(run(vault.erase_person(tenant(), person)).unwrap().people, 1);
    assert!(has(tenant(), person) && !has(other, person));
}

/// Adds a key by another vault whenever the key of a text is wrapped, at most `times`.
struct Interrupted {
    inner: LocalKeyWrapper,
    other: Vault,
    times: std::sync::atomic::AtomicU32,
}

impl KeyWrapper for Interrupted {
    fn current_id(&self) -> &str {
        self.inner.current_id()
    }

    fn unwraps(&self, kek_id: &str) -> bool {
        self.inner.unwraps(kek_id)
    }

    fn wrap(&self, key: &DataKey, context: &[u8]) -> Result<WrappedKey, VaultError> {
        let left = &self.times;
        let order = std::sync::atomic::Ordering::SeqCst;
        if left
            .fetch_update(order, order, |left| left.checked_sub(1))
            .is_ok()
        {
            let subject = Uuid::new_v4().to_string();
            let secret = secret("ATCO-one");
            self.other.seal_secret(TENANT, &subject, &binding(), &secret)?;
        }
        self.inner.wrap(key, context)
    }

    fn unwrap(&self, wrapped: &WrappedKey, context: &[u8]) -> Result<DataKey, VaultError> {
        self.inner.unwrap(wrapped, context)
    }
}

fn rotating(location: &dyn KeyLocation, times: u32) -> Vault {
    let interrupted = Interrupted {
        inner: LocalKeyWrapper::new(kek(2)).with_other(kek(1)),
        other: location.open(wrapper(1)).unwrap(),
        times: times.into(),
    };
    location.open(Arc::new(interrupted)).unwrap()
}

fn a_rotation_wraps_what_is_added_behind_it(location: &dyn KeyLocation) {
    let vault = open_with_tenant(location);
    seal(&vault, text(1)).unwrap();
    let rotating = rotating(location, 6);
    assert_eq!(rotating.rewrap().unwrap(), 8);
    assert_eq!(rotating.keys_status().unwrap().behind(), 0);
}

fn a_rotation_does_not_complete_while_keys_are_added_under_the_other_key(location: &dyn KeyLocation) {
    seal(&open_with_tenant(location), text(1)).unwrap();
    let endless = rotating(location, u32::MAX);
    let error = endless.rewrap().unwrap_err();
    assert!(matches!(error, VaultError::StillBehind), "{error}");
}

#[test]
fn a_rotation_leaves_no_former_wrapping_in_the_files() {
    let location = FileLocation::new();
    let vault = location.open(wrapper(1)).unwrap();
    support::seal(&vault, "ATCO-one");
    let sql = "SELECT wrapped FROM data_keys WHERE subject = ?1";
    let wrapped = || -> Vec<u8> {
        let connection = location.connection();
        connection.query_row(sql, [SUBJECT], |row| row.get(0)).unwrap()
    };
    let former = wrapped();
    assert!(location.holds(&former[..8]));
    let wrapper = LocalKeyWrapper::new(kek(2)).with_other(kek(1));
    assert_eq!(location.open(Arc::new(wrapper)).unwrap().rewrap().unwrap(), 1);
    assert_ne!(wrapped(), former);
    for piece in former.windows(8) {
        assert!(!location.holds(piece));
    }
}
