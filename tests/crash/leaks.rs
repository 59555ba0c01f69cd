//! Looking for secrets in everything that was written.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Checks that none of `secrets` is in any file below `folder`: not as it is, and not in an
/// encoding that hides nothing.
pub fn nowhere_below(folder: &Path, secrets: &[String]) {
    let files = files(folder);
    assert!(
        files.iter().any(|file| file.ends_with("data/events.db")),
        "{files:?}"
    );
    for file in files {
        let content = fs::read(&file).unwrap();
        let content = String::from_utf8_lossy(&content);
        nowhere_in(&file.display().to_string(), &content, secrets);
    }
}

/// Checks that none of `secrets` is in `content`: not as it is, and not in an encoding that hides
/// nothing.
pub fn nowhere_in(name: &str, content: &str, secrets: &[String]) {
    for secret in secrets {
        for written in spellings(secret) {
            assert!(!content.contains(&written), "{name} holds {secret} as {written}");
        }
    }
}

fn spellings(secret: &str) -> [String; 4] {
    [
        secret.to_owned(),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        hex::encode(secret),
    ]
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, mut files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    files.extend(folders.iter().flat_map(|folder| self::files(folder)));
    files
}
