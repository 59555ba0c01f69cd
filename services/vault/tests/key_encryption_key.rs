//! Where the key-encryption key comes from.

#![expect(clippy::unwrap_used, reason = "a fixture that fails is a test that fails")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tally_vault::{KeyEncryptionKey, VaultError};

/// 32 bytes of 0x01 in base64.
const ONES: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

fn write(path: &Path, content: &[u8], mode: u32) {
    fs::write(path, content).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn base64_and_raw_bytes_name_the_same_key() {
    let directory = tempfile::tempdir().unwrap();
    let (raw, text) = (directory.path().join("raw"), directory.path().join("text"));
    write(&raw, &[1; 32], 0o600);
    write(&text, format!("{ONES}\n").as_bytes(), 0o400);
    let id = KeyEncryptionKey::from_base64(ONES).unwrap().id().to_owned();
    assert_eq!(KeyEncryptionKey::from_file(&raw).unwrap().id(), id);
    assert_eq!(KeyEncryptionKey::from_file(&text).unwrap().id(), id);
    assert_eq!(
        KeyEncryptionKey::from_base64(&format!(" {ONES}\n")).unwrap().id(),
        id
    );
}

#[test]
fn different_keys_have_different_names() {
    let ids = [
        KeyEncryptionKey::generate().unwrap(),
        KeyEncryptionKey::generate().unwrap(),
    ];
    assert_ne!(ids[0].id(), ids[1].id());
}

#[test]
fn anything_but_32_bytes_is_refused_without_repeating_it() {
    for wrong in [
        "",
        "AQEB",
        "not base64 at all!",
        "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB",
    ] {
        let error = KeyEncryptionKey::from_base64(wrong).unwrap_err();
        assert!(matches!(error, VaultError::KeyMaterial(_)), "{wrong}");
        assert!(wrong.is_empty() || !error.to_string().contains(wrong));
    }
}

#[test]
fn a_file_that_others_may_read_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("key");
    for mode in [0o644, 0o640, 0o604, 0o660] {
        write(&path, ONES.as_bytes(), mode);
        assert!(
            matches!(
                KeyEncryptionKey::from_file(&path),
                Err(VaultError::KeyMaterial(_))
            ),
            "{mode:o}"
        );
    }
}

#[test]
fn a_missing_file_is_an_error_of_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let missing = KeyEncryptionKey::from_file(&directory.path().join("none"));
    assert!(matches!(missing, Err(VaultError::KeyFile(_))));
}

#[test]
fn a_key_made_at_the_first_start_is_the_key_of_the_second() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("master.key");
    let first = KeyEncryptionKey::load_or_create(&path).unwrap();
    let second = KeyEncryptionKey::load_or_create(&path).unwrap();
    assert_eq!(first.id(), second.id());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(
        fs::read_dir(directory.path()).unwrap().count(),
        1,
        "no draft is left behind"
    );
}

#[test]
fn processes_that_start_at_once_agree_on_the_key() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("master.key");
    let ids: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| KeyEncryptionKey::load_or_create(&path).unwrap().id().to_owned()))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

#[test]
fn derived_keys_differ_by_key_and_by_purpose_and_stay_the_same() {
    let key = |byte: u8| KeyEncryptionKey::from_base64(&STANDARD.encode([byte; 32])).unwrap();
    let derived = key(1).derive("a");
    assert_eq!(*derived, *key(1).derive("a"));
    assert_ne!(*derived, *key(1).derive("b"));
    assert_ne!(*derived, *key(2).derive("a"));
    assert_ne!(*derived, [1; 32]);
}
