//! `tally release` and `tally incident` beside a running server.

use std::process::Output;

use serde_json::Value;
use tally_tests::doubles::KeyServer;
use tally_tests::process::{Serving, Tally};
use tempfile::TempDir;

use crate::rotation;
use crate::world::World;

const TOKEN: &str = "a token that only the operator has";

struct Bench {
    tally: Tally,
    server: Serving,
    ops: String,
    _keys: KeyServer,
    folder: TempDir,
}

impl Bench {
    /// A server with a site, whose operator's listener wants a token.
    async fn start() -> Self {
        let (keys, folder) = (KeyServer::start(), tempfile::tempdir().unwrap());
        let tally = Tally::new(folder.path(), &keys)
            .with("TALLY_OPS_LISTEN", "127.0.0.1:0")
            .with("TALLY_OPS_TOKEN", TOKEN);
        let server = tally.serve().await;
        let (world, http) = (World::new(), tally_tests::http::client());
        world.server_is(Some(&server.url));
        rotation::deliver(&world, &http, &world.site()).await;
        Self {
            ops: server.ops.clone().unwrap(),
            tally,
            server,
            _keys: keys,
            folder,
        }
    }

    /// Runs a verb where the listener is: its exit code, and all that it said.
    fn ask(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let arguments = [arguments, &["--ops", &self.ops]].concat();
        answer(&self.tally.run(&arguments))
    }

    /// Runs a verb that goes well, and gives its JSON.
    fn json(&self, arguments: &[&str]) -> Value {
        let (code, said) = self.ask(&[arguments, &["--json"]].concat());
        assert_eq!(code, Some(0), "{said}");
        serde_json::from_str(&said).unwrap()
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }
}

fn answer(output: &Output) -> (Option<i32>, String) {
    let [said, complained] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    let said = format!("{said}{complained}");
    assert!(!said.contains(TOKEN), "{said}");
    (output.status.code(), said)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_release_is_staged_refused_and_given_up_at_the_command_line() {
    let bench = Bench::start().await;
    let (code, said) = bench.ask(&["release", "status"]);
    assert_eq!(
        (code, said.trim()),
        (
            Some(0),
            "No release was staged yet. Stage one with: tally release stage VERSION"
        )
    );
    let descriptor = bench.file("descriptor.json", "{}");
    let staged = bench.json(&[
        "release",
        "stage",
        "1.2.3",
        "--bake",
        "90m",
        "--descriptor",
        &descriptor,
    ]);
    assert_eq!(staged["bakeSeconds"], 5400);
    assert_eq!(
        staged["descriptorSha256"],
        "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    );
    let (code, said) = bench.ask(&["release", "promote", "1.2.3"]);
    assert_eq!(code, Some(1), "{said}");
    for part in ["release.bake_too_short", "0 s of 5400 s", "Let the probe run on"] {
        assert!(said.contains(part), "{said}");
    }
    let (code, said) = bench.ask(&["release", "promote", "1.2.3", "--json"]);
    let problem: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        (code, &problem["code"]),
        (Some(1), &Value::from("release.bake_too_short"))
    );
    let (code, said) = bench.ask(&["release", "abort", "1.2.3", "--reason", "a mistake"]);
    assert_eq!(code, Some(0), "{said}");
    let (_, said) = bench.ask(&["release", "status"]);
    assert!(said.contains("aborted") && said.contains("a mistake"), "{said}");
    let (code, said) = bench.ask(&["release", "status", "9.9.9"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("release.not_found"), "{said}");
    assert_eq!(bench.server.stop().await.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_incident_goes_its_way_at_the_command_line() {
    let bench = Bench::start().await;
    let options = ["--title", "Pages do not open", "--component", "pages"];
    let proposed = bench.json(&[&["incident", "propose", "--everyone"], &options[..]].concat());
    let id = proposed["id"].as_str().unwrap();
    let text = bench.file("postmortem.txt", "What happened.\n\nWhy.\n");
    for (arguments, shown) in [
        (
            &["confirm", id, "--message", "We are looking."][..],
            "investigating",
        ),
        (
            &[
                "update",
                id,
                "--phase",
                "identified",
                "--message",
                "A proxy swallows callbacks.",
            ],
            "identified",
        ),
        (&["resolve", id, "--message", "All is well."], "resolved"),
        (&["postmortem", id, "--file", &text], "A postmortem is published."),
        (&["show", id], "A proxy swallows callbacks."),
        (&["list"], "Pages do not open"),
    ] {
        let (code, said) = bench.ask(&[&["incident"], arguments].concat());
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains(shown), "{said}");
    }
    let (code, said) = bench.ask(&["incident", "dismiss", id, "--reason", "none"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("incident.over") && said.contains("Propose another"),
        "{said}"
    );
    let status = reqwest::get(format!("{}/status", bench.server.url))
        .await
        .unwrap();
    let status = status.text().await.unwrap();
    assert!(status.contains("What happened."), "{status}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_command_or_an_absent_server_explains_the_right_use() {
    let bench = Bench::start().await;
    let propose = ["incident", "propose", "--title", "t", "--component"];
    for (arguments, named) in [
        (&[&propose[..], &["pages"]].concat()[..], "--everyone"),
        (
            &[&propose[..], &["coffee", "--everyone"]].concat(),
            "pages, register, installation or imports",
        ),
        (&["release", "stage", "1", "--bake", "soon"], "24h"),
        (&["incident", "show", "x"], "ID"),
    ] {
        let (code, said) = bench.ask(arguments);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(named), "{said}");
    }
    let without = |name: &str, value: &str, address: &str| {
        let mut command = bench.tally.command(&["incident", "list", "--ops", address]);
        answer(&command.env(name, value).output().unwrap())
    };
    let (code, said) = without("TALLY_OPS_TOKEN", "another token than the operator's", &bench.ops);
    assert_eq!(code, Some(1));
    assert!(
        said.contains("ops.token_wrong") && said.contains("TALLY_OPS_TOKEN"),
        "{said}"
    );
    let (code, said) = without("TALLY_OPS_TOKEN", "", &bench.ops);
    assert_eq!(code, Some(1));
    assert!(said.contains("ops.token_missing"), "{said}");
    let (code, said) = without("TALLY_LOG", "info", "http://127.0.0.1:1");
    assert_eq!(code, Some(1));
    for part in ["cannot be reached", "TALLY_OPS_LISTEN", "TALLY_OPS_URL"] {
        assert!(said.contains(part), "{said}");
    }
    let (code, said) = without("TALLY_LOG", "info", &bench.server.url);
    assert_eq!(code, Some(1), "{said}");
    let (code, said) = bench.ask(&[
        "incident",
        "postmortem",
        &uuid::Uuid::nil().to_string(),
        "--file",
        "/none",
    ]);
    assert_eq!(code, Some(1));
    assert!(said.contains("/none cannot be read"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_token_may_be_in_a_file_and_the_address_in_the_environment() {
    let bench = Bench::start().await;
    let token = bench.file("token", &format!("{TOKEN}\n"));
    let mut command = bench.tally.command(&["incident", "list"]);
    command.env_clear().env("TALLY_OPS_URL", &bench.ops);
    let output = command.env("TALLY_OPS_TOKEN_FILE", &token).output().unwrap();
    let (code, said) = answer(&output);
    assert_eq!((code, said.trim()), (Some(0), "There is no incident yet."));
}
