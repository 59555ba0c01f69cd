//! The other verbs of `tally`, and what they answer by their exit codes: 0 all is well, 1 it is
//! not, 2 asked wrongly.

use std::process::Output;

use tally_tests::doubles::KeyServer;
use tally_tests::process::{Serving, Tally};

use crate::world::World;
use crate::{load, rotation};

struct Bench {
    tally: Tally,
    _keys: KeyServer,
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let (keys, folder) = (KeyServer::start(), tempfile::tempdir().unwrap());
        Self {
            tally: Tally::new(folder.path(), &keys),
            _keys: keys,
            folder,
        }
    }

    /// A server with an installed site and an asset.
    async fn serve(&self) -> Serving {
        let server = self.tally.serve().await;
        let (world, http) = (World::new(), tally_tests::http::client());
        world.server_is(Some(&server.url));
        rotation::deliver(&world, &http, &world.site()).await;
        load::register_shared(&world).await;
        server
    }

    /// Runs a verb: its exit code, and all that it said.
    fn ask(&self, arguments: &[&str]) -> (Option<i32>, String) {
        answer(&self.tally.run(arguments))
    }
}

fn answer(output: &Output) -> (Option<i32>, String) {
    let [said, complained] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    (output.status.code(), format!("{said}{complained}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_server_over_the_same_data_is_refused_and_harms_nothing() {
    let bench = Bench::new();
    let server = bench.serve().await;
    let (code, said) = bench.ask(&["serve"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("events.db") && said.contains("in use"), "{said}");
    let ready = reqwest::get(format!("{}/readyz", server.url)).await.unwrap();
    assert_eq!(ready.status().as_u16(), 200);
    assert_eq!(server.stop().await.code(), Some(0));
    let again = bench.tally.serve().await;
    assert_eq!(again.stop().await.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_views_tell_how_they_stand_beside_a_server_and_without_and_after_a_crash() {
    let bench = Bench::new();
    let server = bench.serve().await;
    let all_run = |when: &str| {
        let (code, said) = bench.ask(&["views", "status"]);
        assert_eq!(code, Some(0), "{when}: {said}");
        for view in tally_server::views::all_views().names() {
            let line = said
                .lines()
                .find(|line| line.starts_with(view.as_str()))
                .unwrap_or_default();
            assert!(line.ends_with(": running"), "{when}: {said}");
        }
    };
    all_run("beside the server");
    server.kill();
    all_run("after a crash");
    let again = bench.tally.serve().await;
    assert_eq!(again.stop().await.code(), Some(0));
    all_run("without a server");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_are_rebuilt_only_while_no_server_runs() {
    let bench = Bench::new();
    let server = bench.serve().await;
    let (code, said) = bench.ask(&["views", "rebuild"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("stop the server and run the command again"),
        "{said}"
    );
    assert_eq!(server.stop().await.code(), Some(0));
    let (code, said) = bench.ask(&["views", "rebuild"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("nothing differed"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_site_is_diagnosed_by_the_server_that_runs_and_from_the_views_where_none_answers() {
    let (keys, folder) = (KeyServer::start(), tempfile::tempdir().unwrap());
    let operators = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = operators.local_addr().unwrap().to_string();
    drop(operators);
    let tally = Tally::new(folder.path(), &keys).with("TALLY_OPS_LISTEN", &listen);
    let ask = |arguments: &[&str]| answer(&tally.run(&[&["diagnose"], arguments].concat()));
    let server = tally.serve().await;
    let (world, http) = (World::new(), tally_tests::http::client());
    world.server_is(Some(&server.url));
    let site = world.site();
    rotation::deliver(&world, &http, &site).await;
    let token = site
        .rotated()
        .request_token("712020:agent", "GET", "/pages/assets");
    let page = http
        .get(format!("{}/pages/assets?jwt={token}", server.url))
        .send();
    assert_eq!(page.await.unwrap().status().as_u16(), 401);
    for name in [&site.client_key, &site.base_url] {
        let (code, said) = ask(&["--tenant", name]);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("\nD1 (certain)\n"), "{said}");
    }
    let (code, said) = ask(&["--tenant", &site.client_key, "--json"]);
    let answer: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, &answer["findings"][0]["entry"]), (Some(0), &"D1".into()));
    assert_eq!(ask(&["--tenant", "nobody"]).0, Some(1));
    assert_eq!(server.stop().await.code(), Some(0));
    let (code, said) = ask(&["--tenant", &site.client_key]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("no server answered"), "{said}");
    assert!(!said.contains(&site.secret), "{said}");
    assert_eq!(ask(&["--tenant", "nobody"]).0, Some(1));
    assert_eq!(ask(&[]).0, Some(2));
}

#[test]
fn a_configuration_is_checked_without_a_start() {
    let bench = Bench::new();
    let (code, said) = bench.ask(&["config", "check"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("http://localhost:8080"), "{said}");
    assert!(!bench.tally.data().exists(), "checking makes nothing");
    let wrong = [
        ("TALLY_LISTENS", "127.0.0.1:1", "listens"),
        ("TALLY_BASE_URL", "http://tally.example", "TALLY_BASE_URL"),
        ("TALLY_MASTER_KEY", "c2hvcnQ=", "key"),
        ("TALLY_DATA_DIR", "", "TALLY_DATA_DIR"),
    ];
    for (name, value, named) in wrong {
        let output = bench
            .tally
            .command(&["config", "check"])
            .env(name, value)
            .output()
            .unwrap();
        let (code, said) = answer(&output);
        assert_eq!(code, Some(1), "{name}={value}: {said}");
        assert!(
            said.contains(named) && !said.contains("c2hvcnQ="),
            "{name}={value}: {said}"
        );
    }
    assert_eq!(bench.ask(&["config", "chekc"]).0, Some(2));
}

#[test]
fn an_engine_is_checked_by_the_url_of_a_log() {
    let bench = Bench::new();
    let url = format!("sqlite:{}", bench.folder.path().join("scratch.db").display());
    let (code, said) = bench.ask(&["log", "check", "--log", &url]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.ends_with(", 0 broken\n") && said.lines().count() > 10,
        "{said}"
    );
    let (code, said) = bench.ask(&["log", "check", "--log", "punchcards:reader"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("punchcards:"), "{said}");
}
