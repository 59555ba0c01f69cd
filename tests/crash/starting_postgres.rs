//! What is wrong with the server of PostgreSQL when Tally starts. One test for each row of the table
//! in `docs/runbook.md`.

use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::Path;
use std::process::{Command, Stdio};

use tally_kurrent_double::Certificates;
use tally_tests::doubles::KeyServer;
use tally_tests::postgres::Cluster;
use tally_tests::process::Tally;
use tally_tests::waiting::eventually;

struct Scene {
    tally: Tally,
    _keys: KeyServer,
    folder: tempfile::TempDir,
}

impl Scene {
    fn new(log: &str) -> Self {
        let (keys, folder) = (KeyServer::start(), tempfile::tempdir().unwrap());
        Self {
            tally: Tally::new(folder.path(), &keys).with("TALLY_LOG_URL", log),
            _keys: keys,
            folder,
        }
    }

    fn assert_refused(&self, cause: &str) {
        let output = self.tally.command(&["serve"]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        let last = said.lines().last().unwrap_or_default();
        assert!(last.contains(cause) && !last.contains("hunter2"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_not_there_is_waited_for_and_named() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let scene = Scene::new(&format!("postgres://tally@127.0.0.1:{port}/tally"));
    let said = scene.folder.path().join("said");
    let mut serve = scene.tally.command(&["serve"]);
    let mut serve = serve
        .stdout(Stdio::null())
        .stderr(fs::File::create(&said).unwrap())
        .spawn()
        .unwrap();
    eventually("the cause is named", || {
        let said = fs::read_to_string(&said).unwrap();
        let is_named =
            said.contains("the database cannot be reached; trying again") && said.contains("refused");
        std::future::ready(is_named.then_some(()))
    })
    .await;
    let stop = Command::new("kill").arg(serve.id().to_string()).status().unwrap();
    assert!(stop.success());
    assert!(serve.wait().unwrap().success());
}

#[test]
fn a_wrong_password_and_missing_rights_are_named() {
    let server = Cluster::start();
    server.sql("CREATE ROLE known LOGIN PASSWORD 'other'; CREATE ROLE guest LOGIN");
    let rules = server.sql("SHOW hba_file");
    let before = fs::read_to_string(&rules).unwrap();
    fs::write(
        &rules,
        format!("host all known 127.0.0.1/32 scram-sha-256\n{before}"),
    )
    .unwrap();
    server.stop();
    server.start_again();
    let at = |user: &str| server.url().replace("postgres@", &format!("{user}@"));
    let scene = Scene::new(&at("known:hunter2"));
    scene.assert_refused("password authentication failed");
    let scene = Scene::new(&at("guest"));
    scene.assert_refused("permission denied");
}

#[test]
fn another_authority_and_a_server_without_tls_are_named() {
    let server = Cluster::start();
    let scene = Scene::new(&format!("{}?sslmode=require", server.url()));
    scene.assert_refused("does not support TLS");
    let (own, other) = (Certificates::issue(), Certificates::issue());
    let data = server.sql("SHOW data_directory");
    let data = Path::new(&data);
    for (name, content) in [("server.crt", &own.certificate), ("server.key", &own.key)] {
        let file = data.join(name);
        fs::write(&file, content).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
        let owner = fs::metadata(data).unwrap();
        chown(&file, Some(owner.uid()), Some(owner.gid())).unwrap();
    }
    server.sql("ALTER SYSTEM SET ssl = on");
    server.stop();
    server.start_again();
    let authority = scene.folder.path().join("ca.pem");
    fs::write(&authority, &other.authority).unwrap();
    let url = format!(
        "{}?sslmode=verify-full&sslrootcert={}",
        server.url(),
        authority.display()
    );
    Scene::new(&url).assert_refused("certificate");
}
