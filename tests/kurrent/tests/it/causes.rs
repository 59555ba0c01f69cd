//! Why a cluster is not reached: each cause is named at start, and those that waiting cannot cure end
//! it. One test for each row of the table in `docs/runbook.md`.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use tally_event_log::{OpenError, Options, open};
use tally_kurrent_double::{Certificates, Cluster, Settings};

use crate::support::{append, everything, opened, short_timeouts};

const PASSWORD: &str = "hunter2";
/// Longer than any of these tests may wait.
const LONG: Duration = Duration::from_secs(3600);

struct Scene {
    cluster: Cluster,
    certificates: Certificates,
    folder: tempfile::TempDir,
}

impl Scene {
    /// A node with TLS and users.
    fn new() -> Self {
        let certificates = Certificates::issue();
        let user = |name: &str| Some((name.to_owned(), PASSWORD.to_owned()));
        let cluster = Cluster::start_with(Settings {
            nodes: 3,
            user: user("tally"),
            limited_user: user("guest"),
            certificates: Some(certificates.clone()),
            ..Settings::default()
        });
        Self {
            cluster,
            certificates,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn authority(&self, certificates: &Certificates) -> PathBuf {
        let file = self.folder.path().join("ca.pem");
        fs::write(&file, &certificates.authority).unwrap();
        file
    }

    fn url(&self, user: &str, password: &str) -> String {
        let file = self.authority(&self.certificates);
        let tls = format!("tls=true&tlsCaFile={}", file.display());
        let url = self.cluster.url().replace("tls=false", &tls);
        short_timeouts(&url.replace("//", &format!("//{user}:{password}@")))
    }
}

/// What is said when the log is opened, which must not wait. It holds no password.
async fn refusal(url: &str) -> String {
    let begun = Instant::now();
    let options = Options {
        wait: LONG,
        ..Options::without_keys()
    };
    let refused = match open(url, options).await {
        Err(OpenError::Unavailable(failure)) => failure.to_string(),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it was let in"),
    };
    assert!(begun.elapsed() < LONG && !refused.contains(PASSWORD), "{refused}");
    refused
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_user_password_and_authority_a_cluster_is_used_over_tls() {
    let scene = Scene::new();
    let log = opened(&scene.url("tally", PASSWORD)).await;
    append(&*log, "a", None, 0..2).await;
    assert_eq!(everything(&*log).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_password_is_named() {
    let scene = Scene::new();
    let said = refusal(&scene.url("tally", "wrong")).await;
    assert!(said.contains("denies access: check user and password"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_without_rights_is_named() {
    let scene = Scene::new();
    let said = refusal(&scene.url("guest", PASSWORD)).await;
    assert!(said.contains("the streams' rights"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_authority_and_a_missing_file_are_named() {
    let scene = Scene::new();
    let url = scene.url("tally", PASSWORD);
    let file = scene.authority(&Certificates::issue());
    let said = refusal(&url).await;
    assert!(said.contains("authority that is not trusted"), "{said}");
    fs::remove_file(file).unwrap();
    let said = refusal(&url).await;
    assert!(said.contains("the file of tlsCaFile cannot be used"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plain_towards_tls_and_tls_towards_plain_are_named() {
    let scene = Scene::new();
    let plain = scene.cluster.url().replace("//", &format!("//tally:{PASSWORD}@"));
    let said = refusal(&short_timeouts(&plain)).await;
    assert!(said.contains("speaks TLS only"), "{said}");
    let cluster = Cluster::start(1);
    let said = refusal(&short_timeouts(&cluster.url().replace("tls=false", "tls=true"))).await;
    assert!(said.contains("does not speak TLS"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_that_is_not_there_is_waited_for_and_then_named() {
    let cluster = Cluster::stopped(Settings::default());
    let url = short_timeouts(&cluster.url());
    let Err(OpenError::Unavailable(said)) = open(&url, Options::without_keys()).await else {
        panic!("it was reached")
    };
    assert!(said.to_string().contains("no connection to 127.0.0.1:"), "{said}");
}
