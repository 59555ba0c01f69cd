//! The shape of the repository: which crate may use which, no circles inside one, and what no file
//! may hold.

mod checker;
mod circles;
mod modules;
mod names;
mod rooms;
mod source;

use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, MetadataCommand, Package};

/// The longest source file, in lines: what can be read in one sitting.
const LONGEST_FILE: usize = 600;

/// How the platform's secrets begin, and how many more letters and digits make a text look like
/// one.
const SECRET_PREFIX: &[u8] = b"ATCO";
const SECRET_LENGTH: usize = 20;

/// Where made-up secrets may stand.
const SECRETS_ALLOWED_IN: [&str; 2] = ["tests", "services/jira-host"];

#[test]
fn every_crate_takes_the_shared_lints_and_they_forbid_unsafe_code() {
    let root = toml_of(&root().join("Cargo.toml"));
    assert_eq!(
        root["workspace"]["lints"]["rust"]["unsafe_code"].as_str(),
        Some("forbid")
    );
    for package in members(&metadata()) {
        let manifest = toml_of(package.manifest_path.as_std_path());
        let shared = manifest
            .get("lints")
            .and_then(|lints| lints.get("workspace"))
            .and_then(toml::Value::as_bool);
        assert_eq!(shared, Some(true), "{} has lints of its own", package.name);
    }
}

/// A crate's own `clippy.toml` replaces that of the workspace.
#[test]
fn a_crate_with_lints_of_its_own_forbids_the_wall_clock_like_all_others() {
    let forbidden = |file: &Path| -> Vec<String> {
        let methods = toml_of(file)["disallowed-methods"].clone();
        let methods = methods.as_array().unwrap().iter();
        methods
            .map(|method| method["path"].as_str().unwrap().to_owned())
            .collect()
    };
    let everywhere = forbidden(&root().join("clippy.toml"));
    assert!(everywhere.contains(&"chrono::Utc::now".to_owned()));
    for package in members(&metadata()) {
        let own = package.manifest_path.as_std_path().with_file_name("clippy.toml");
        if own.exists() {
            let here = forbidden(&own);
            let forgotten: Vec<_> = everywhere.iter().filter(|path| !here.contains(path)).collect();
            assert_eq!(forgotten, Vec::<&String>::new(), "{}", package.name);
        }
    }
}

#[test]
fn every_crate_has_a_front_page() {
    for package in members(&metadata()) {
        let main = package
            .targets
            .iter()
            .find(|t| t.is_lib())
            .or_else(|| package.targets.iter().find(|t| t.is_bin()))
            .expect("a crate has a library or a binary");
        let text = fs::read_to_string(&main.src_path).unwrap();
        assert!(text.starts_with("//! "), "{} has no front page", package.name);
    }
}

#[test]
fn every_source_file_can_be_read_in_one_sitting() {
    let written_by_hand = |path: &&PathBuf| {
        let name = path.to_string_lossy();
        let source = [".rs", ".ts", ".tsx"].iter().any(|end| name.ends_with(end));
        source && !name.ends_with(".d.ts") && !name.contains("generated")
    };
    let lines = |path: &PathBuf| fs::read_to_string(root().join(path)).unwrap().lines().count();
    let files = files();
    let long: Vec<_> = files
        .iter()
        .filter(written_by_hand)
        .map(|path| (path, lines(path)))
        .filter(|(_, lines)| *lines > LONGEST_FILE)
        .collect();
    assert_eq!(long, vec![], "longer than {LONGEST_FILE} lines");
}

#[test]
fn no_file_holds_what_looks_like_a_shared_secret() {
    let suspects: Vec<_> = files()
        .into_iter()
        .filter(|path| !SECRETS_ALLOWED_IN.iter().any(|room| path.starts_with(room)))
        .filter(|path| holds_secret(&fs::read(root().join(path)).unwrap()))
        .collect();
    assert_eq!(suspects, Vec::<PathBuf>::new());
}

#[test]
fn the_secret_scan_finds_a_secret_and_accepts_the_bare_prefix() {
    let secret = [SECRET_PREFIX, &[b'x'; SECRET_LENGTH]].concat();
    assert!(holds_secret(&[b"key: \"", secret.as_slice(), b"\""].concat()));
    assert!(!holds_secret(b"secrets begin with ATCO, then more"));
    assert!(!holds_secret(&secret[..secret.len() - 1]));
}

fn holds_secret(bytes: &[u8]) -> bool {
    let length = SECRET_PREFIX.len() + SECRET_LENGTH;
    bytes.windows(length).any(|window| {
        window.starts_with(SECRET_PREFIX)
            && window[SECRET_PREFIX.len()..]
                .iter()
                .all(u8::is_ascii_alphanumeric)
    })
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .unwrap()
}

fn members(metadata: &Metadata) -> Vec<&Package> {
    metadata.workspace_packages()
}

fn toml_of(path: &Path) -> toml::Value {
    toml::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Every file that is written here, relative to the root: not what tools fetch or build.
pub(crate) fn files() -> Vec<PathBuf> {
    let mut found = vec![];
    let mut open = vec![root().to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let relative = path.strip_prefix(root()).unwrap();
            if is_fetched_or_built(relative) {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else if path.is_file() {
                found.push(relative.to_owned());
            }
        }
    }
    found.sort();
    found
}

fn is_fetched_or_built(relative: &Path) -> bool {
    let anywhere = [
        ".git",
        "node_modules",
        "dist",
        "test-results",
        "playwright-report",
    ];
    let at_the_root = ["target", "data"];
    let name = relative.file_name().and_then(|name| name.to_str()).unwrap_or("");
    anywhere.contains(&name) || at_the_root.iter().any(|folder| relative == Path::new(folder))
}
