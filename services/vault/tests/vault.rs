//! Sealing through the public interface, in every place that keys can be kept in.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use std::sync::Arc;
use std::thread;

use proptest::prelude::*;
use secrecy::ExposeSecret;
use support::{FileLocation, KeyLocation, SUBJECT, TENANT, binding, kek, seal, secret, tenant, wrapper};
use tally_domain::tenant::SealedSecret;
use tally_vault::{Binding, DataKey, KeyWrapper, LocalKeyWrapper, Vault, VaultError, fingerprint};

in_every_location! {
    a_sealed_secret_opens_at_its_location_after_a_restart
    the_same_secret_sealed_twice_gives_different_ciphertexts_under_one_key
    tenants_and_subjects_have_keys_of_their_own
    a_ciphertext_moved_to_another_location_does_not_open
    an_altered_ciphertext_does_not_open
    a_truncated_ciphertext_does_not_open
    a_ciphertext_of_another_key_database_has_an_unknown_key
    the_wrong_key_encryption_key_is_recognised_and_named
    a_destroyed_key_is_distinguished_from_one_never_known
    destroying_again_is_harmless_and_sealing_afterwards_takes_a_new_key
    destroying_a_tenant_takes_all_its_subjects_and_no_others
    a_key_destroyed_by_another_process_opens_nothing_here_either
    rewrapping_changes_no_ciphertext_and_locks_the_old_key_out
    a_rewrap_that_cannot_unwrap_everything_changes_nothing
    a_wrapped_key_put_into_another_row_does_not_unwrap
    a_key_database_of_another_version_is_not_touched
    many_threads_seal_for_one_subject_under_one_key
    many_are_opened_at_once_each_with_an_outcome_of_its_own
    vaults_that_are_opened_at_once_make_one_table
}

fn a_sealed_secret_opens_at_its_location_after_a_restart(location: &dyn KeyLocation) {
    let vault = location.open(wrapper(1)).unwrap();
    let sealed = seal(&vault, "ATCO-one");
    drop(vault);
    let reopened = location.open(wrapper(1)).unwrap();
    assert_eq!(
        reopened.open_secret(&binding(), &sealed).unwrap().expose_secret(),
        "ATCO-one"
    );
}

fn the_same_secret_sealed_twice_gives_different_ciphertexts_under_one_key(location: &dyn KeyLocation) {
    let vault = location.open(wrapper(1)).unwrap();
    let (first, second) = (seal(&vault, "ATCO-one"), seal(&vault, "ATCO-one"));
    assert_ne!(first, second);
    assert_eq!(first.kid, second.kid);
}

fn tenants_and_subjects_have_keys_of_their_own(location: &dyn KeyLocation) {
    let vault = location.open(wrapper(1)).unwrap();
    let other_subject = vault
        .seal_secret(TENANT, "person-1", &binding(), &secret("x"))
        .unwrap();
    let other_tenant = Binding {
        tenant: "tenant-b".to_owned(),
        ..binding()
    };
    let of_other_tenant = vault
        .seal_secret("tenant-b", SUBJECT, &other_tenant, &secret("x"))
        .unwrap();
    let keys = [seal(&vault, "x").kid, other_subject.kid, of_other_tenant.kid];
    assert!(keys[0] != keys[1] && keys[1] != keys[2] && keys[0] != keys[2]);
}

fn a_ciphertext_moved_to_another_location_does_not_open(location: &dyn KeyLocation) {
    let vault = location.open(wrapper(1)).unwrap();
    let sealed = seal(&vault, "ATCO-one");
    let elsewhere = [
        Binding {
            tenant: "tenant-b".to_owned(),
            ..binding()
        },
        Binding {
            stream: "tenant-a-strea".to_owned(),
            ..binding()
        },
        Binding {
            revision: 4,
            ..binding()
        },
        Binding {
            field: "tenant.installed/other".to_owned(),
            ..binding()
        },
        // The same bytes cut differently.
        Binding {
            stream: "tenant-a-streamt".to_owned(),
            field: "enant.installed/sharedSecret".to_owned(),
            ..binding()
        },
    ];
    for location in elsewhere {
        assert!(
            matches!(vault.open_secret(&location, &sealed), Err(VaultError::Tampered)),
            "{location:?}"
        );
    }
}

#[test]
fn sealing_for_a_location_of_another_tenant_is_refused() {
    let vault = Vault::in_memory(wrapper(1)).unwrap();
    let outcome = vault.seal_secret("tenant-b", SUBJECT, &binding(), &secret("x"));
    assert!(matches!(outcome, Err(VaultError::OtherTenant)));
}

fn an_altered_ciphertext_does_not_open(location: &dyn KeyLocation) {
    let vault = location.open(wrapper(1)).unwrap();
    let json = serde_json::to_value(seal(&vault, "ATCO-one")).unwrap();
    for field in ["n", "ct"] {
        let mut altered = json.clone();
        let text = altered[field].as_str().unwrap().to_owned();
        let first = if text.starts_with('A') { "B" } else { "A" };
        altered[field] = format!("{first}{}", &text[1..]).into();
        let altered: SealedSecret = serde_json::from_value(altered).unwrap();
        assert!(
            matches!(vault.open_secret(&binding(), &altered), Err(VaultError::Tampered)),
            "{field}"
        );
    }
}

fn a_truncated_ciphertext_does_not_open(location: &dyn KeyLocation) {
    let vault = location.open(wrapper(1)).unwrap();
    let mut json = serde_json::to_value(seal(&vault, "ATCO-one")).unwrap();
    json["ct"] = "".into();
    let truncated: SealedSecret = serde_json::from_value(json).unwrap();
    assert!(matches!(
        vault.open_secret(&binding(), &truncated),
        Err(VaultError::Tampered)
    ));
}

fn a_ciphertext_of_another_key_database_has_an_unknown_key(location: &dyn KeyLocation) {
    let vault = location.open(wrapper(1)).unwrap();
    let elsewhere = Vault::in_memory(wrapper(1)).unwrap();
    let sealed = seal(&elsewhere, "ATCO-one");
    assert!(matches!(
        vault.open_secret(&binding(), &sealed),
        Err(VaultError::KeyUnknown)
    ));
}

fn the_wrong_key_encryption_key_is_recognised_and_named(location: &dyn KeyLocation) {
    let vault = location.open(wrapper(1)).unwrap();
    let sealed = seal(&vault, "ATCO-one");
    drop(vault);
    let locked_out = location.open(wrapper(2)).unwrap();
    match locked_out.open_secret(&binding(), &sealed) {
        Err(VaultError::WrongKek { needed }) => assert_eq!(needed, kek(1).id()),
        other => panic!("expected the wrong key-encryption key, got {other:?}"),
    }
    assert!(matches!(
        locked_out.seal_secret(TENANT, SUBJECT, &binding(), &secret("x")),
        Err(VaultError::WrongKek { .. })
    ));
}

fn a_destroyed_key_is_distinguished_from_one_never_known(location: &dyn KeyLocation) {
    let vault = location.open(wrapper(1)).unwrap();
    let sealed = seal(&vault, "ATCO-one");
    let remaining = vault
        .seal_secret(TENANT, "person-1", &binding(), &secret("kept"))
        .unwrap();
    assert_eq!(vault.destroy_subject(TENANT, SUBJECT).unwrap().data_keys, 1);
    assert!(matches!(
        vault.open_secret(&binding(), &sealed),
        Err(VaultError::KeyDestroyed)
    ));
    assert_eq!(
        vault.open_secret(&binding(), &remaining).unwrap().expose_secret(),
        "kept"
    );
}

fn destroying_again_is_harmless_and_sealing_afterwards_takes_a_new_key(location: &dyn KeyLocation) {
    let vault = location.open(wrapper(1)).unwrap();
    let before = seal(&vault, "ATCO-one");
    assert_eq!(vault.destroy_subject(TENANT, SUBJECT).unwrap().data_keys, 1);
    assert_eq!(vault.destroy_subject(TENANT, SUBJECT).unwrap().data_keys, 0);
    let after = seal(&vault, "ATCO-two");
    assert_ne!(before.kid, after.kid);
    assert_eq!(
        vault.open_secret(&binding(), &after).unwrap().expose_secret(),
        "ATCO-two"
    );
    assert!(matches!(
        vault.open_secret(&binding(), &before),
        Err(VaultError::KeyDestroyed)
    ));
}

fn destroying_a_tenant_takes_all_its_subjects_and_no_others(location: &dyn KeyLocation) {
    let vault = location.open(wrapper(1)).unwrap();
    seal(&vault, "x");
    vault
        .seal_secret(TENANT, "person-1", &binding(), &secret("x"))
        .unwrap();
    let other = Binding {
        tenant: "tenant-b".to_owned(),
        ..binding()
    };
    let of_other = vault
        .seal_secret("tenant-b", SUBJECT, &other, &secret("kept"))
        .unwrap();
    assert_eq!(vault.destroy_tenant(tenant()).unwrap().data_keys, 2);
    assert_eq!(
        vault.open_secret(&other, &of_other).unwrap().expose_secret(),
        "kept"
    );
}

fn a_key_destroyed_by_another_process_opens_nothing_here_either(location: &dyn KeyLocation) {
    let vault = location.open(wrapper(1)).unwrap();
    let sealed = seal(&vault, "ATCO-one");
    assert!(
        vault.open_secret(&binding(), &sealed).is_ok(),
        "now it is in the cache"
    );
    let other_process = location.open(wrapper(1)).unwrap();
    other_process.destroy_subject(TENANT, SUBJECT).unwrap();
    assert!(matches!(
        vault.open_secret(&binding(), &sealed),
        Err(VaultError::KeyDestroyed)
    ));
}

#[test]
fn a_destroyed_key_leaves_no_piece_of_itself_in_the_files() {
    let location = FileLocation::new();
    let vault = location.open(wrapper(1)).unwrap();
    for neighbour in ["before", SUBJECT, "after"] {
        vault
            .seal_secret(TENANT, neighbour, &binding(), &secret("x"))
            .unwrap();
    }
    let wrapped: Vec<u8> = location
        .connection()
        .query_row(
            "SELECT wrapped FROM data_keys WHERE subject = ?1",
            [SUBJECT],
            |row| row.get(0),
        )
        .unwrap();
    let pieces_in_files = || {
        let files = std::fs::read_dir(location.folder())
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let contents: Vec<Vec<u8>> = files.map(|file| std::fs::read(file).unwrap()).collect();
        let is_there = |piece: &&[u8]| {
            contents
                .iter()
                .any(|file| file.windows(8).any(|bytes| bytes == *piece))
        };
        wrapped.windows(8).filter(is_there).count()
    };
    assert_eq!(pieces_in_files(), wrapped.len() - 7, "all of it is there before");
    assert_eq!(vault.destroy_subject(TENANT, SUBJECT).unwrap().data_keys, 1);
    assert_eq!(pieces_in_files(), 0);
}

/// A wrapper that is on its way from one key to another.
fn rotating(from: u8, to: u8) -> Arc<dyn KeyWrapper> {
    Arc::new(LocalKeyWrapper::new(kek(to)).with_other(kek(from)))
}

fn rewrapping_changes_no_ciphertext_and_locks_the_old_key_out(location: &dyn KeyLocation) {
    let vault = location.open(wrapper(1)).unwrap();
    let sealed = seal(&vault, "ATCO-one");
    vault
        .seal_secret(TENANT, "person-1", &binding(), &secret("x"))
        .unwrap();
    drop(vault);
    let vault = location.open(rotating(1, 2)).unwrap();
    assert_eq!(
        vault.open_secret(&binding(), &sealed).unwrap().expose_secret(),
        "ATCO-one",
        "an older key that is given beside the new one opens"
    );
    assert_eq!(vault.rewrap().unwrap(), 2);
    assert_eq!(vault.rewrap().unwrap(), 0, "nothing is behind any more");
    drop(vault);
    let with_new = location.open(wrapper(2)).unwrap();
    assert_eq!(
        with_new.open_secret(&binding(), &sealed).unwrap().expose_secret(),
        "ATCO-one"
    );
    let with_old = location.open(wrapper(1)).unwrap();
    assert!(matches!(
        with_old.open_secret(&binding(), &sealed),
        Err(VaultError::WrongKek { .. })
    ));
}

fn a_rewrap_that_cannot_unwrap_everything_changes_nothing(location: &dyn KeyLocation) {
    let vault = location.open(wrapper(1)).unwrap();
    let sealed = seal(&vault, "ATCO-one");
    drop(vault);
    let locked_out = location.open(rotating(2, 3)).unwrap();
    assert!(matches!(
        locked_out.rewrap(),
        Err(VaultError::WrongKek { needed }) if needed == kek(1).id()
    ));
    drop(locked_out);
    let vault = location.open(wrapper(1)).unwrap();
    assert_eq!(
        vault.open_secret(&binding(), &sealed).unwrap().expose_secret(),
        "ATCO-one"
    );
}

fn a_wrapped_key_put_into_another_row_does_not_unwrap(location: &dyn KeyLocation) {
    let vault = location.open(wrapper(1)).unwrap();
    let sealed = seal(&vault, "ATCO-one");
    vault
        .seal_secret(TENANT, "person-1", &binding(), &secret("x"))
        .unwrap();
    drop(vault);
    location.execute(
        "UPDATE data_keys SET wrapped = (SELECT wrapped FROM data_keys WHERE subject = 'person-1')
         WHERE subject = 'shared-secrets'",
    );
    let vault = location.open(wrapper(1)).unwrap();
    assert!(matches!(
        vault.open_secret(&binding(), &sealed),
        Err(VaultError::Tampered)
    ));
}

fn a_key_database_of_another_version_is_not_touched(location: &dyn KeyLocation) {
    let vault = location.open(wrapper(1)).unwrap();
    drop(vault);
    for (format, advice) in [(1, "begin with an empty one"), (99, "use a newer version")] {
        location.set_format(format);
        let refusal = location.open(wrapper(1)).unwrap_err();
        assert!(matches!(refusal, VaultError::OtherFormat { .. }));
        assert!(refusal.to_string().contains(advice), "{refusal}");
    }
}

fn many_threads_seal_for_one_subject_under_one_key(location: &dyn KeyLocation) {
    let vault = location.open(wrapper(1)).unwrap();
    let other_process = location.open(wrapper(1)).unwrap();
    let vaults = [&vault, &other_process];
    let keys: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|index| scope.spawn(move || seal(vaults[index % 2], &format!("ATCO-{index}"))))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap().kid)
            .collect()
    });
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
}

fn many_are_opened_at_once_each_with_an_outcome_of_its_own(location: &dyn KeyLocation) {
    let vault = location.open(wrapper(1)).unwrap();
    let of_person = |n: usize| {
        let (subject, text) = (format!("person-{n}"), secret(&format!("name {n}")));
        vault.seal_secret(TENANT, &subject, &binding(), &text).unwrap()
    };
    let mut secrets: Vec<_> = (0..40).map(|n| (binding(), of_person(n % 20))).collect();
    let elsewhere = Vault::in_memory(wrapper(1)).unwrap();
    secrets.push((binding(), seal(&elsewhere, "x")));
    secrets[3].0.revision = 4;
    vault.destroy_subject(TENANT, "person-5").unwrap();
    let outcomes = vault.open_secrets(&secrets).unwrap();
    assert_eq!(outcomes.len(), secrets.len());
    for (n, outcome) in outcomes.iter().enumerate() {
        match n {
            3 => assert!(matches!(outcome, Err(VaultError::Tampered))),
            5 | 25 => assert!(matches!(outcome, Err(VaultError::KeyDestroyed))),
            40 => assert!(matches!(outcome, Err(VaultError::KeyUnknown))),
            _ => assert_eq!(
                outcome.as_ref().unwrap().expose_secret(),
                format!("name {}", n % 20)
            ),
        }
    }
}

fn vaults_that_are_opened_at_once_make_one_table(location: &dyn KeyLocation) {
    let keys: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..6)
            .map(|index| {
                scope.spawn(move || seal(&location.open(wrapper(1)).unwrap(), &format!("ATCO-{index}")))
            })
            .collect();
        let sealed = threads.into_iter().map(|thread| thread.join().unwrap());
        sealed.map(|sealed| sealed.kid).collect()
    });
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
}

#[test]
fn nothing_prints_a_secret_or_a_key() {
    let vault = Vault::in_memory(wrapper(1)).unwrap();
    let printed = format!(
        "{vault:?} {:?} {:?}",
        seal(&vault, "ATCO-one"),
        secret("ATCO-one")
    );
    assert!(!printed.contains("ATCO"), "{printed}");

    let key = DataKey::from_slice(&[0xAB; 32]).unwrap();
    let printed = format!("{key:?} {:?} {:?}", kek(0xAB), LocalKeyWrapper::new(kek(0xAB)));
    for leak in ["171", "abab", "ABAB", "q6ur"] {
        assert!(!printed.contains(leak), "{leak} in {printed}");
    }
}

#[test]
fn a_fingerprint_is_stable_short_and_apart_from_a_plain_digest() {
    let printed = fingerprint(&secret("ATCO-one"));
    assert_eq!(printed, fingerprint(&secret("ATCO-one")));
    assert_ne!(printed, fingerprint(&secret("ATCO-two")));
    assert_eq!(printed, "9991daf4ad89ebb7");
}

proptest! {
    #[test]
    fn what_is_sealed_opens_to_the_same_text(text in ".{0,400}", revision in any::<u64>(), field in ".{0,40}") {
        let vault = Vault::in_memory(wrapper(1)).unwrap();
        let location = Binding { revision, field, ..binding() };
        let sealed = vault.seal_secret(TENANT, SUBJECT, &location, &secret(&text)).unwrap();
        let stored = serde_json::to_string(&sealed).unwrap();
        prop_assert!(text.len() < 4 || !stored.contains(&text));
        let read: SealedSecret = serde_json::from_str(&stored).unwrap();
        let opened = vault.open_secret(&location, &read).unwrap();
        prop_assert_eq!(opened.expose_secret(), text.as_str());
    }

    #[test]
    fn a_ciphertext_opens_at_no_other_revision(revision in any::<u64>(), other in any::<u64>()) {
        prop_assume!(revision != other);
        let vault = Vault::in_memory(wrapper(1)).unwrap();
        let location = Binding { revision, ..binding() };
        let sealed = vault.seal_secret(TENANT, SUBJECT, &location, &secret("ATCO-one")).unwrap();
        let moved = vault.open_secret(&Binding { revision: other, ..binding() }, &sealed);
        prop_assert!(matches!(moved, Err(VaultError::Tampered)));
    }
}
