//! What is wrong with the log, the views, the keys or the data directory when the server starts. One
//! test for each row of the tables in `docs/runbook.md`.

use std::fs::{self, Permissions};
use std::os::unix::fs::{FileExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use rusqlite::Connection;
use tally_event_log::NoKeys;
use tally_operator::domain::streams;
use tally_tests::doubles::KeyServer;
use tally_tests::process::Tally;

use crate::world::World;
use crate::{load, rotation};

/// A user without rights, for a system that lets root write everywhere.
const NO_ONE: u32 = 65_534;

struct Scene {
    tally: Tally,
    _keys: KeyServer,
    folder: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let (keys, folder) = (KeyServer::start(), tempfile::tempdir().unwrap());
        Self {
            tally: Tally::new(folder.path(), &keys),
            _keys: keys,
            folder,
        }
    }

    /// With a server that was stopped cleanly after a site installed and registered an asset.
    async fn used() -> Self {
        let scene = Self::new();
        scene.add_site().await;
        scene
    }

    /// Starts the server, has another site install and register an asset, and stops it cleanly.
    async fn add_site(&self) {
        let server = self.tally.serve().await;
        let (world, http) = (World::new(), tally_tests::http::client());
        world.server_is(Some(&server.url));
        rotation::deliver(&world, &http, &world.site()).await;
        load::register_shared(&world).await;
        assert_eq!(server.stop().await.code(), Some(0));
    }

    fn file(&self, name: &str) -> PathBuf {
        self.tally.data().join(name)
    }

    /// Puts a copy of a stopped database aside. It is complete without its write-ahead log.
    fn keep(&self, name: &str) -> PathBuf {
        let copy = self.folder.path().join(format!("copy-{name}"));
        fs::copy(self.file(name), &copy).unwrap();
        copy
    }

    fn remove(&self, name: &str) {
        for suffix in ["", "-wal", "-shm"] {
            drop(fs::remove_file(self.file(&format!("{name}{suffix}"))));
        }
    }

    fn restore(&self, name: &str, from: &Path) {
        self.remove(name);
        fs::copy(from, self.file(name)).unwrap();
    }

    fn ask(&self, arguments: &[&str]) -> (Option<i32>, String) {
        answer(&mut self.tally.command(arguments))
    }

    /// The server does not start, and says all of `causes`.
    fn assert_refused(&self, causes: &[&str]) {
        assert_ends(&mut self.tally.command(&["serve"]), causes);
    }

    async fn assert_starts(&self) {
        let server = self.tally.serve().await;
        let ready = reqwest::get(format!("{}/readyz", server.url)).await.unwrap();
        assert_eq!(ready.status().as_u16(), 200);
        assert_eq!(server.stop().await.code(), Some(0));
    }
}

fn answer(command: &mut Command) -> (Option<i32>, String) {
    let output = command.output().unwrap();
    let [said, complained] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    (output.status.code(), format!("{said}{complained}"))
}

fn assert_ends(command: &mut Command, causes: &[&str]) {
    let (code, said) = answer(command);
    assert_eq!(code, Some(1), "{said}");
    for cause in causes {
        assert!(said.contains(cause), "{cause:?} is missing: {said}");
    }
}

/// Overwrites a page in the middle of a file.
fn damage(path: &Path) {
    let file = fs::File::options().write(true).open(path).unwrap();
    let middle = file.metadata().unwrap().len() / 2 / 4096 * 4096;
    file.write_all_at(&[0xA5; 4096], middle).unwrap();
}

fn set_format(path: &Path, format: i64) {
    let database = Connection::open(path).unwrap();
    database.pragma_update(None, "user_version", format).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_lost_its_end_is_refused_until_an_operator_accepts_it() {
    let scene = Scene::used().await;
    let older = scene.keep("events.db");
    scene.add_site().await;
    scene.restore("events.db", &older);
    let named = [
        "the views have applied events up to position",
        "the log ends at position",
    ];
    scene.assert_refused(&named);
    let (code, said) = scene.ask(&["views", "rebuild"]);
    assert!(code == Some(1) && said.contains("--accept-shorter-log"), "{said}");

    let (code, said) = scene.ask(&["views", "rebuild", "--accept-shorter-log"]);
    assert!(code == Some(0) && said.contains("accepted: the views"), "{said}");
    scene.assert_starts().await;
    let url = format!("sqlite:{}", scene.file("events.db").display());
    let log = tally_event_log::open_read_only(&url, Arc::new(NoKeys))
        .await
        .unwrap();
    let recorded = log.read_stream(&streams::log(), 0, 10).await.unwrap();
    let types: Vec<&str> = recorded.iter().map(|event| event.event_type.as_str()).collect();
    assert_eq!(types, ["log.shorter_accepted"]);
    let (code, said) = scene.ask(&["views", "rebuild"]);
    assert!(code == Some(0) && said.contains("nothing differed"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_lost_its_end_and_went_on_is_refused() {
    let scene = Scene::used().await;
    let older = scene.keep("events.db");
    scene.add_site().await;
    let views = scene.keep("views.db");
    scene.restore("events.db", &older);
    scene.remove("views.db");
    for _ in 0..2 {
        scene.add_site().await;
    }
    scene.restore("views.db", &views);
    scene.assert_refused(&["it does not have the event that the views have applied there"]);
    let (code, said) = scene.ask(&["views", "rebuild", "--accept-shorter-log"]);
    assert_eq!(code, Some(0), "{said}");
    scene.assert_starts().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_is_missing_foreign_newer_or_damaged_is_refused() {
    let scene = Scene::used().await;
    let good_copy = scene.keep("events.db");
    scene.remove("events.db");
    scene.assert_refused(&["the views have applied events up to position", "the log is empty"]);
    scene.remove("events.db");
    fs::write(scene.file("events.db"), "notes\n".repeat(2000)).unwrap();
    scene.assert_refused(&["events.db is not an event log"]);
    scene.restore("events.db", &good_copy);
    set_format(&scene.file("events.db"), 99);
    scene.assert_refused(&["format 99", "use the newer version"]);
    scene.restore("events.db", &good_copy);
    damage(&scene.file("events.db"));
    scene.assert_refused(&["events.db is damaged", "restore it from a backup"]);
    scene.restore("events.db", &good_copy);
    scene.assert_starts().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_that_are_missing_behind_or_newer_are_built_and_damaged_ones_are_named() {
    let scene = Scene::used().await;
    let older = scene.keep("views.db");
    scene.add_site().await;
    scene.restore("views.db", &older);
    scene.assert_starts().await;
    scene.remove("views.db");
    scene.assert_starts().await;
    let views = Connection::open(scene.file("views.db")).unwrap();
    views
        .execute("UPDATE view_checkpoints SET version = version + 1", [])
        .unwrap();
    drop(views);
    scene.assert_starts().await;
    scene.remove("views.db");
    fs::write(scene.file("views.db"), "notes\n".repeat(2000)).unwrap();
    scene.assert_refused(&["views.db cannot be used", "the file can be removed"]);
    scene.remove("views.db");
    scene.assert_starts().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_that_are_missing_foreign_newer_or_damaged_are_refused() {
    let scene = Scene::used().await;
    let good_copy = scene.keep("keys.db");
    scene.remove("keys.db");
    let of_none = [
        "the key store has the key of none of them",
        "Restore the backup of the keys",
    ];
    scene.assert_refused(&of_none);
    let mut other = Scene::new();
    let master_key = scene.tally.variable("TALLY_MASTER_KEY").to_owned();
    other.tally.set("TALLY_MASTER_KEY", &master_key);
    other.add_site().await;
    let foreign = other.keep("keys.db");
    scene.restore("keys.db", &foreign);
    scene.assert_refused(&of_none);
    scene.restore("keys.db", &good_copy);
    set_format(&scene.file("keys.db"), 99);
    scene.assert_refused(&["keys.db cannot be used", "format 99", "use a newer version"]);
    scene.remove("keys.db");
    fs::write(scene.file("keys.db"), "notes\n".repeat(2000)).unwrap();
    scene.assert_refused(&["keys.db cannot be used"]);
    scene.restore("keys.db", &good_copy);
    scene.assert_starts().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_master_key_is_refused_by_all_that_open_the_log() {
    let mut scene = Scene::used().await;
    let right = scene.tally.variable("TALLY_MASTER_KEY").to_owned();
    let wrong = Tally::new(&scene.folder.path().join("other"), &KeyServer::start());
    scene
        .tally
        .set("TALLY_MASTER_KEY", wrong.variable("TALLY_MASTER_KEY"));
    let causes = ["wrapped by master key local-", "this process was given local-"];
    scene.assert_refused(&causes);
    for verb in [&["views", "rebuild"][..], &["replay", "--tenant", "acme"]] {
        assert_ends(&mut scene.tally.command(verb), &causes);
    }
    scene.tally.set("TALLY_OTHER_MASTER_KEY", &right);
    scene.assert_starts().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_stored_is_its_users_alone_and_a_stopped_log_is_one_file() {
    let scene = Scene::used().await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&scene.tally.data()), 0o700);
    for entry in fs::read_dir(scene.tally.data()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path) & 0o077, 0, "{}", path.display());
    }
    let journal = fs::metadata(scene.file("events.db-wal")).map_or(0, |journal| journal.len());
    assert_eq!(journal, 0);
    let copy = scene.keep("events.db");
    scene.restore("events.db", &copy);
    scene.assert_starts().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_data_directory_that_is_no_directory_or_read_only_is_named() {
    let scene = Scene::new();
    fs::write(scene.tally.data(), "").unwrap();
    scene.assert_refused(&["the data directory", "data cannot be used"]);
    fs::remove_file(scene.tally.data()).unwrap();
    scene.add_site().await;
    for (path, mode) in [
        (scene.folder.path().to_owned(), 0o755),
        (scene.tally.data(), 0o555),
    ] {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }
    for entry in fs::read_dir(scene.tally.data()).unwrap() {
        fs::set_permissions(entry.unwrap().path(), Permissions::from_mode(0o444)).unwrap();
    }
    let mut serve = scene.tally.command(&["serve"]);
    let is_root = fs::metadata("/proc/self").is_ok_and(|process| {
        use std::os::unix::fs::MetadataExt as _;
        process.uid() == 0
    });
    if is_root {
        serve.uid(NO_ONE).gid(NO_ONE);
    }
    assert_ends(&mut serve, &["keys.db cannot be used", "readonly"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_named_by_readiness_and_by_the_refusals_until_there_is_space() {
    let mut scene = Scene::new();
    scene.tally = scene.tally.outliving_file_limits();
    let server = scene.tally.serve().await;
    let (world, http) = (World::new(), tally_tests::http::client());
    world.server_is(Some(&server.url));
    rotation::deliver(&world, &http, &world.site()).await;
    load::register_shared(&world).await;

    server.limit_files(Some(0));
    let desk = serde_json::json!({ "attributes": { "name": "Desk" } });
    let send = async |key: &str| {
        let request = http
            .post(format!("{}/api/v1/assets", server.url))
            .header("Authorization", world.authorization())
            .header("Idempotency-Key", key)
            .json(&desk);
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.json::<serde_json::Value>().await.unwrap())
    };
    let (status, body) = send("desk-1").await;
    assert_eq!((status, body["code"].as_str()), (503, Some("log.full")), "{body}");
    let readyz = async || {
        let answer = http.get(format!("{}/readyz", server.url)).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (status, said) = readyz().await;
    assert!(status == 503 && !said.contains("\"cause\":null"), "{said}");
    server.limit_files(None);
    let (status, body) = send("desk-1").await;
    assert_eq!(status, 201, "{body}");
    assert_eq!(readyz().await.0, 200);
    assert_eq!(server.stop().await.code(), Some(0));
}
