//! Sealing of events through the log's seam, in every place that keys can be kept in.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use std::sync::Arc;

use futures_executor::block_on;
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};
use support::{FileLocation, KeyLocation, kek, tenant, wrapper};
use tally_domain::{AccountId, EventId, PersonId, StreamName, TenantId, TextId};
use tally_event_log::{Item, Location, Opened, Part, SealError, Sealed, Sealer, Subject};
use tally_vault::{LocalKeyWrapper, Vault, VaultError};
use uuid::Uuid;

in_every_location! {
    what_is_sealed_opens_after_a_restart
    an_event_opens_while_the_key_store_is_down
    nothing_opens_at_another_place_or_for_another_subject
    any_altered_byte_is_noticed
    the_key_of_a_tenant_is_one_however_many_make_it_at_once
    an_erased_tenant_opens_nothing_and_seals_nothing_for_ever
    a_tenant_that_was_erased_before_its_first_event_gets_no_key
    an_erased_person_opens_nothing_and_comes_back_as_another
    a_redacted_text_stays_redacted_and_the_others_open
    what_another_process_erased_opens_nothing_once_it_is_forgotten
    a_person_is_one_however_many_add_it_at_once
    a_person_is_known_while_the_key_store_is_down
    a_person_of_another_tenant_seals_nothing
    a_missing_key_that_was_not_erased_is_lost_and_counted_once
    a_key_under_an_unknown_key_encryption_key_may_come_back
    macs_are_the_same_after_a_restart_and_differ_by_tenant
    all_tables_are_rewrapped_and_counted
    a_rotation_that_breaks_off_goes_on_where_it_was
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(future)
}

fn location_in(tenant: TenantId) -> Location {
    Location {
        tenant,
        stream: StreamName::register(tenant),
        revision: 3,
        event: EventId(Uuid::from_u128(5)),
        event_type: "asset.registered".to_owned(),
        schema: 1,
        part: Part::Payload { context: [0; 32] },
    }
}

fn item(subject: Subject, bytes: &[u8]) -> Item {
    Item {
        subject,
        location: location_in(tenant()),
        bytes: bytes.to_vec(),
        key_digest: None,
    }
}

fn seal(vault: &Vault, item: &Item) -> Result<Sealed, SealError> {
    let sealer: &dyn Sealer = vault;
    run(sealer.seal(vec![item.clone()])).map(|mut sealed| sealed.remove(0))
}

fn open(vault: &Vault, item: &Item, bytes: &[u8]) -> Result<Opened, SealError> {
    let sealer: &dyn Sealer = vault;
    let item = Item {
        bytes: bytes.to_vec(),
        ..item.clone()
    };
    run(sealer.open(vec![item])).and_then(|mut opened| opened.remove(0))
}

/// A vault with the tenant's key.
fn open_with_tenant(location: &dyn KeyLocation) -> Vault {
    let vault = location.open(wrapper(1)).unwrap();
    vault.create_tenant_key(tenant()).unwrap();
    vault
}

fn in_memory() -> Vault {
    let vault = Vault::in_memory(wrapper(1)).unwrap();
    vault.create_tenant_key(tenant()).unwrap();
    vault
}

fn account(text: &str) -> AccountId {
    AccountId::parse(text).unwrap()
}

fn add_person(vault: &Vault, text: &str) -> PersonId {
    run(vault.find_or_add_person(tenant(), &account(text))).unwrap()
}

fn find_person(vault: &Vault, text: &str) -> Option<PersonId> {
    run(vault.find_person(tenant(), &account(text))).unwrap()
}

/// An item of each subject, and what became of it.
fn seal_each(vault: &Vault) -> Vec<(Item, Vec<u8>)> {
    vault.create_tenant_key(tenant()).unwrap();
    let person = Subject::Person(add_person(vault, "712020:a"));
    let text = Subject::Text(TextId(Uuid::from_u128(9)));
    [Subject::Tenant, person, text]
        .into_iter()
        .map(|subject| item(subject, b"{\"plain\":1}"))
        .map(|item| {
            let sealed = seal(vault, &item).unwrap();
            (item, sealed.bytes)
        })
        .collect()
}

fn assert_all_open(vault: &Vault, sealed: &[(Item, Vec<u8>)]) {
    for (item, bytes) in sealed {
        let opened = open(vault, item, bytes).unwrap();
        assert_eq!(opened, Opened::Plain(item.bytes.clone()), "{:?}", item.subject);
    }
}

fn what_is_sealed_opens_after_a_restart(location: &dyn KeyLocation) {
    let vault = location.open(wrapper(1)).unwrap();
    let sealed = seal_each(&vault);
    for (item, bytes) in &sealed {
        assert_eq!(bytes.len(), item.bytes.len() + 45);
        assert_ne!(bytes[0], b'{');
    }
    drop(vault);
    assert_all_open(&location.open(wrapper(1)).unwrap(), &sealed);
}

fn an_event_opens_while_the_key_store_is_down(location: &dyn KeyLocation) {
    let vault = location.open(wrapper(1)).unwrap();
    let sealed = seal_each(&vault);
    location.take_away("data_keys");
    location.take_away("people");
    location.take_away("text_keys");
    assert_all_open(&vault, &sealed);
    assert!(seal(&vault, &item(Subject::Tenant, b"x")).is_ok());
    let new_text = item(Subject::Text(TextId(Uuid::new_v4())), b"x");
    assert!(matches!(seal(&vault, &new_text), Err(SealError::Unavailable(_))));
    assert!(run(vault.mac(tenant(), "tag", &[b"x"])).is_ok());
}

fn nothing_opens_at_another_place_or_for_another_subject(location: &dyn KeyLocation) {
    let vault = open_with_tenant(location);
    let other = TenantId(Uuid::from_u128(77));
    vault.create_tenant_key(other).unwrap();
    seal(
        &vault,
        &Item {
            location: location_in(other),
            ..item(Subject::Tenant, b"x")
        },
    )
    .unwrap();
    let sealed = seal_each(&vault);
    for (item, bytes) in &sealed {
        let subjects: Vec<Subject> = sealed.iter().map(|(item, _)| item.subject).collect();
        for moved in elsewhere(item, other, &subjects) {
            let opened = open(&vault, &moved, bytes);
            assert!(
                matches!(opened, Err(SealError::Damaged(_) | SealError::KeyLost)),
                "{moved:?} {opened:?}"
            );
        }
    }
}

fn elsewhere(item: &Item, tenant: TenantId, subjects: &[Subject]) -> Vec<Item> {
    let at = &item.location;
    let places = [
        Location { tenant, ..at.clone() },
        Location {
            stream: StreamName::tenant(at.tenant),
            ..at.clone()
        },
        Location {
            revision: 4,
            ..at.clone()
        },
        Location {
            event: EventId(Uuid::from_u128(6)),
            ..at.clone()
        },
        Location {
            event_type: "asset.registere".to_owned(),
            ..at.clone()
        },
        Location {
            schema: 2,
            ..at.clone()
        },
        Location {
            part: Part::Payload { context: [1; 32] },
            ..at.clone()
        },
        Location {
            part: Part::Text {
                path: "payload/name".to_owned(),
            },
            ..at.clone()
        },
    ];
    let moved = places.into_iter().map(|at| Item {
        location: at,
        ..item.clone()
    });
    let others = subjects.iter().filter(|subject| **subject != item.subject);
    let others = others.map(|subject| Item {
        subject: *subject,
        ..item.clone()
    });
    moved.chain(others).collect()
}

fn any_altered_byte_is_noticed(location: &dyn KeyLocation) {
    let vault = location.open(wrapper(1)).unwrap();
    let (item, sealed) = seal_each(&vault).remove(0);
    for index in 0..sealed.len() {
        let mut altered = sealed.clone();
        altered[index] ^= 1;
        let opened = open(&vault, &item, &altered);
        assert!(matches!(opened, Err(SealError::Damaged(_))), "byte {index}");
        let opened = open(&vault, &item, &sealed[..index]);
        assert!(matches!(opened, Err(SealError::Damaged(_))), "{index} bytes");
    }
}

fn the_key_of_a_tenant_is_one_however_many_make_it_at_once(location: &dyn KeyLocation) {
    let vaults = [(); 2].map(|()| location.open(wrapper(1)).unwrap());
    let item = item(Subject::Tenant, b"x");
    let sealed: Vec<Vec<u8>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|n| {
                scope.spawn({
                    let (vaults, item) = (&vaults, &item);
                    move || {
                        vaults[n % 2].create_tenant_key(tenant()).unwrap();
                        seal(&vaults[n % 2], item).unwrap().bytes
                    }
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for bytes in &sealed {
        assert_eq!(bytes[..17], sealed[0][..17], "version and key");
        assert!(open(&vaults[0], &item, bytes).is_ok());
    }
}

fn an_erased_tenant_opens_nothing_and_seals_nothing_for_ever(location: &dyn KeyLocation) {
    let vault = location.open(wrapper(1)).unwrap();
    let sealed = seal_each(&vault);
    let destroyed = vault.destroy_tenant(tenant()).unwrap();
    assert_eq!(
        (destroyed.data_keys, destroyed.people, destroyed.texts),
        (1, 1, 1)
    );
    assert_eq!(
        vault.destroy_tenant(tenant()).unwrap(),
        tally_vault::Destroyed::default()
    );
    let later = location.open(wrapper(1)).unwrap();
    for vault in [&vault, &later] {
        for (item, bytes) in &sealed {
            assert_eq!(open(vault, item, bytes).unwrap(), Opened::Erased);
            assert!(matches!(seal(vault, item), Err(SealError::Erased)));
        }
        let person = run(vault.find_or_add_person(tenant(), &account("712020:b")));
        assert!(matches!(person, Err(VaultError::KeyDestroyed)));
        let mac = run(vault.mac(tenant(), "tag", &[b"x"]));
        assert!(matches!(mac, Err(VaultError::KeyDestroyed)));
        let secret = run(vault.seal_shared_secret(tenant(), 1, &support::secret("x")));
        assert!(matches!(secret, Err(VaultError::KeyDestroyed)));
    }
}

fn a_tenant_that_was_erased_before_its_first_event_gets_no_key(location: &dyn KeyLocation) {
    let vault = location.open(wrapper(1)).unwrap();
    vault.destroy_tenant(tenant()).unwrap();
    let item = item(Subject::Tenant, b"x");
    assert!(matches!(seal(&vault, &item), Err(SealError::Erased)));
}

fn an_erased_person_opens_nothing_and_comes_back_as_another(location: &dyn KeyLocation) {
    let vault = location.open(wrapper(1)).unwrap();
    let sealed = seal_each(&vault);
    let person = find_person(&vault, "712020:a").unwrap();
    assert_eq!(vault.destroy_person(tenant(), person).unwrap().people, 1);
    assert_eq!(vault.destroy_person(tenant(), person).unwrap().people, 0);
    let (item, bytes) = &sealed[1];
    assert_eq!(open(&vault, item, bytes).unwrap(), Opened::Erased);
    assert!(matches!(seal(&vault, item), Err(SealError::Erased)));
    assert_eq!(find_person(&vault, "712020:a"), None);
    let back = add_person(&vault, "712020:a");
    assert_ne!(back, person);
    assert_eq!(open(&vault, item, bytes).unwrap(), Opened::Erased);
    assert_all_open(&vault, &[sealed[0].clone(), sealed[2].clone()]);
}

fn a_redacted_text_stays_redacted_and_the_others_open(location: &dyn KeyLocation) {
    let vault = open_with_tenant(location);
    let texts = [1, 2].map(|n| item(Subject::Text(TextId(Uuid::from_u128(n))), b"a note"));
    let sealed = texts.clone().map(|text| seal(&vault, &text).unwrap().bytes);
    vault.destroy_text(tenant(), TextId(Uuid::from_u128(1))).unwrap();
    for vault in [&vault, &location.open(wrapper(1)).unwrap()] {
        assert_eq!(open(vault, &texts[0], &sealed[0]).unwrap(), Opened::Erased);
        assert!(matches!(seal(vault, &texts[0]), Err(SealError::Erased)));
        assert!(matches!(open(vault, &texts[1], &sealed[1]), Ok(Opened::Plain(_))));
    }
}

fn what_another_process_erased_opens_nothing_once_it_is_forgotten(location: &dyn KeyLocation) {
    let (here, there) = (
        location.open(wrapper(1)).unwrap(),
        location.open(wrapper(1)).unwrap(),
    );
    let sealed = seal_each(&here);
    let person = find_person(&here, "712020:a").unwrap();
    there.destroy_text(tenant(), TextId(Uuid::from_u128(9))).unwrap();
    here.forget_text(TextId(Uuid::from_u128(9)));
    assert_eq!(open(&here, &sealed[2].0, &sealed[2].1).unwrap(), Opened::Erased);
    there.destroy_person(tenant(), person).unwrap();
    here.forget_person(tenant(), person);
    assert_eq!(find_person(&here, "712020:a"), None);
    assert_eq!(open(&here, &sealed[1].0, &sealed[1].1).unwrap(), Opened::Erased);
    there.destroy_tenant(tenant()).unwrap();
    here.forget_tenant(tenant());
    assert_eq!(open(&here, &sealed[0].0, &sealed[0].1).unwrap(), Opened::Erased);
}

fn a_person_is_one_however_many_add_it_at_once(location: &dyn KeyLocation) {
    let vaults = [(); 2].map(|()| open_with_tenant(location));
    let people: Vec<PersonId> = std::thread::scope(|scope| {
        let add = |n: usize| {
            let vault = &vaults[n % 2];
            move || add_person(vault, "712020:a")
        };
        let threads: Vec<_> = (0..8).map(|n| scope.spawn(add(n))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(people.iter().all(|person| *person == people[0]), "{people:?}");
    assert_ne!(people[0], add_person(&vaults[0], "712020:b"));
    let other = TenantId(Uuid::from_u128(77));
    vaults[0].create_tenant_key(other).unwrap();
    assert_eq!(
        run(vaults[0].find_person(other, &account("712020:a"))).unwrap(),
        None
    );
    let of_other = run(vaults[0].find_or_add_person(other, &account("712020:a"))).unwrap();
    assert_ne!(people[0], of_other);
    drop(vaults);
    assert_eq!(
        find_person(&location.open(wrapper(1)).unwrap(), "712020:a"),
        Some(people[0])
    );
}

fn a_person_is_known_while_the_key_store_is_down(location: &dyn KeyLocation) {
    let vault = open_with_tenant(location);
    let person = add_person(&vault, "712020:a");
    location.take_away("people");
    assert_eq!(add_person(&vault, "712020:a"), person);
    let unknown = run(vault.find_or_add_person(tenant(), &account("712020:b")));
    assert!(unknown.unwrap_err().is_transient());
    // What is in memory is answered without a wait.
    let known = account("712020:a");
    assert_eq!(
        block_on(vault.find_person(tenant(), &known)).unwrap(),
        Some(person)
    );
}

fn a_person_of_another_tenant_seals_nothing(location: &dyn KeyLocation) {
    let vault = open_with_tenant(location);
    let person = add_person(&vault, "712020:a");
    let other = TenantId(Uuid::from_u128(77));
    vault.create_tenant_key(other).unwrap();
    let foreign = Item {
        location: location_in(other),
        ..item(Subject::Person(person), b"x")
    };
    assert!(matches!(seal(&vault, &foreign), Err(SealError::KeyLost)));
}

fn a_missing_key_that_was_not_erased_is_lost_and_counted_once(location: &dyn KeyLocation) {
    let vault = location.open(wrapper(1)).unwrap();
    let sealed = seal_each(&vault);
    assert_eq!(vault.lost_keys(), 0);
    location.execute("DELETE FROM people; DELETE FROM text_keys; DELETE FROM data_keys");
    let vault = location.open(wrapper(1)).unwrap();
    for _ in 0..2 {
        for (item, bytes) in &sealed {
            assert!(matches!(open(&vault, item, bytes), Err(SealError::KeyLost)));
        }
        assert_eq!(vault.lost_keys(), sealed.len());
    }
}

fn a_key_under_an_unknown_key_encryption_key_may_come_back(location: &dyn KeyLocation) {
    let sealed = seal_each(&location.open(wrapper(1)).unwrap());
    let locked_out = location.open(wrapper(2)).unwrap();
    for (item, bytes) in &sealed {
        let opened = open(&locked_out, item, bytes);
        assert!(matches!(opened, Err(SealError::Unavailable(_))), "{opened:?}");
    }
}

fn macs_are_the_same_after_a_restart_and_differ_by_tenant(location: &dyn KeyLocation) {
    let vault = open_with_tenant(location);
    vault.create_tenant_key(TenantId(Uuid::nil())).unwrap();
    let mac = run(vault.mac(tenant(), "tag", &[b"lap-1"])).unwrap();
    let later = location.open(wrapper(1)).unwrap();
    assert_eq!(run(later.mac(tenant(), "tag", &[b"lap-1"])).unwrap(), mac);
    assert_ne!(
        run(later.mac(TenantId(Uuid::nil()), "tag", &[b"lap-1"])).unwrap(),
        mac
    );
}

fn all_tables_are_rewrapped_and_counted(location: &dyn KeyLocation) {
    let vault = location.open(wrapper(1)).unwrap();
    let sealed = seal_each(&vault);
    let erased = add_person(&vault, "712020:b");
    vault.destroy_person(tenant(), erased).unwrap();
    let counts = |vault: &Vault, name: Option<&str>| -> Vec<u64> {
        let counts = vault.keys_status().unwrap().counts;
        let named = counts.iter().filter(|count| count.kek_id.as_deref() == name);
        named.map(|count| count.keys).collect()
    };
    let (old, new) = (kek(1), kek(2));
    assert_eq!(counts(&vault, Some(old.id())), [1, 1, 1]);
    assert_eq!(counts(&vault, None), [0, 1, 0]);
    assert_eq!(vault.keys_status().unwrap().behind(), 0);
    let vault = location.open(rotating()).unwrap();
    assert_eq!(vault.keys_status().unwrap().behind(), 3);
    assert_eq!(vault.rewrap().unwrap(), 3);
    assert_eq!(vault.keys_status().unwrap().behind(), 0);
    assert_eq!(counts(&vault, Some(new.id())), [1, 1, 1]);
    assert_all_open(&location.open(wrapper(2)).unwrap(), &sealed);
}

fn rotating() -> Arc<dyn tally_vault::KeyWrapper> {
    Arc::new(LocalKeyWrapper::new(kek(2)).with_other(kek(1)))
}

/// Fails at a call, as a process that is killed there.
struct Dying {
    inner: Arc<dyn tally_vault::KeyWrapper>,
    wraps: std::sync::atomic::AtomicI64,
}

impl tally_vault::KeyWrapper for Dying {
    fn current_id(&self) -> &str {
        self.inner.current_id()
    }

    fn unwraps(&self, kek_id: &str) -> bool {
        self.inner.unwraps(kek_id)
    }

    fn wrap(
        &self,
        key: &tally_vault::DataKey,
        context: &[u8],
    ) -> Result<tally_vault::WrappedKey, VaultError> {
        match self.wraps.fetch_sub(1, std::sync::atomic::Ordering::Relaxed) {
            0 => Err(VaultError::Randomness),
            _ => self.inner.wrap(key, context),
        }
    }

    fn unwrap(
        &self,
        wrapped: &tally_vault::WrappedKey,
        context: &[u8],
    ) -> Result<tally_vault::DataKey, VaultError> {
        self.inner.unwrap(wrapped, context)
    }
}

fn a_rotation_that_breaks_off_goes_on_where_it_was(location: &dyn KeyLocation) {
    let vault = location.open(wrapper(1)).unwrap();
    let sealed = seal_each(&vault);
    let texts = (0..600).map(|_| item(Subject::Text(TextId(Uuid::new_v4())), b"x"));
    run(Sealer::seal(&vault, texts.collect())).unwrap();
    let dying = Dying {
        inner: rotating(),
        wraps: 400.into(),
    };
    let broken_off = location.open(Arc::new(dying)).unwrap();
    assert!(broken_off.rewrap().is_err());
    let behind = broken_off.keys_status().unwrap().behind();
    assert!(behind > 0 && behind < 603, "{behind}");
    let both = location.open(rotating()).unwrap();
    assert_all_open(&both, &sealed);
    assert_eq!(both.rewrap().unwrap(), behind);
    assert_all_open(&location.open(wrapper(2)).unwrap(), &sealed);
}

#[test]
fn a_batch_keeps_its_order_and_each_item_has_a_result_of_its_own() {
    let vault = in_memory();
    let subject = |n: u128| Subject::Text(TextId(Uuid::from_u128(n % 3)));
    let items: Vec<Item> = (0..9)
        .map(|n| item(subject(n), format!("text {n}").as_bytes()))
        .collect();
    let sealed = run(Sealer::seal(&vault, items.clone())).unwrap();
    vault.destroy_text(tenant(), TextId(Uuid::from_u128(1))).unwrap();
    let stored = items.iter().zip(&sealed);
    let mut stored: Vec<Item> = stored
        .map(|(item, sealed)| Item {
            bytes: sealed.bytes.clone(),
            ..item.clone()
        })
        .collect();
    stored[2].location.revision = 9;
    let opened = run(Sealer::open(&vault, stored)).unwrap();
    for (n, opened) in opened.iter().enumerate() {
        match n {
            2 => assert!(matches!(opened, Err(SealError::Damaged(_)))),
            1 | 4 | 7 => assert_eq!(opened.as_ref().unwrap(), &Opened::Erased),
            _ => assert_eq!(opened.as_ref().unwrap(), &Opened::Plain(items[n].bytes.clone())),
        }
    }
}

#[test]
fn bytes_beside_the_digest_of_another_key_do_not_open() {
    let vault = in_memory();
    let mut item = item(Subject::Tenant, b"x");
    let sealed = seal(&vault, &item).unwrap();
    item.key_digest = Some(sealed.key_digest);
    assert_eq!(
        open(&vault, &item, &sealed.bytes).unwrap(),
        Opened::Plain(b"x".to_vec())
    );
    item.key_digest = Some([0; 32]);
    let refusal = open(&vault, &item, &sealed.bytes);
    assert!(matches!(refusal, Err(SealError::Damaged(_))), "{refusal:?}");
}

#[test]
fn sealing_twice_gives_other_bytes_and_the_digest_of_one_key() {
    let vault = in_memory();
    let item = item(Subject::Tenant, b"x");
    let (one, two) = (seal(&vault, &item).unwrap(), seal(&vault, &item).unwrap());
    assert_ne!(one.bytes, two.bytes);
    assert_eq!(one.key_digest, two.key_digest);
    assert_ne!(one.key_digest, <[u8; 32]>::from(Sha256::digest([0; 32])));
}

#[test]
fn an_erasure_leaves_no_piece_of_a_key_or_of_an_account_in_the_files() {
    let location = FileLocation::new();
    let vault = open_with_tenant(&location);
    let person = add_person(&vault, "712020:a");
    add_person(&vault, "712020:b");
    let sql = "SELECT wrapped, account FROM people WHERE id = ?1";
    let row = location.connection().query_row(sql, [person.to_string()], |row| {
        Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, String>(1)?.into_bytes()))
    });
    let (wrapped, account) = row.unwrap();
    assert!(location.holds(&wrapped[..8]) && location.holds(&account[..8]));
    assert!(!location.holds(b"712020:"), "the account itself is nowhere");
    vault.destroy_person(tenant(), person).unwrap();
    for piece in wrapped.windows(8).chain(account.windows(16)) {
        assert!(!location.holds(piece));
    }
}

proptest! {
    #[test]
    fn any_bytes_open_as_they_were_at_any_place(
        bytes in proptest::collection::vec(any::<u8>(), 0..500),
        (revision, event, schema) in any::<(u64, u128, u16)>(),
        event_type in "[a-z.]{0,40}",
        altered in any::<prop::sample::Index>(),
        bit in 0..8u32,
    ) {
        let vault = in_memory();
        let at = Location { revision, event: EventId(Uuid::from_u128(event)), event_type, schema, ..location_in(tenant()) };
        let item = Item { subject: Subject::Tenant, location: at, bytes, key_digest: None };
        let sealed = seal(&vault, &item).unwrap().bytes;
        prop_assert_eq!(open(&vault, &item, &sealed).unwrap(), Opened::Plain(item.bytes.clone()));
        let mut broken = sealed.clone();
        broken[altered.index(sealed.len())] ^= 1 << bit;
        prop_assert!(matches!(open(&vault, &item, &broken), Err(SealError::Damaged(_))));
    }
}
