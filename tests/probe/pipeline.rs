//! The worked example of `docs/release.md`, run as a pipeline would, with seconds for days.

use std::fs;
use std::process::Command;

use tally_tests::process::Serving;

use crate::bench::{Bench, Ran, ran, root};

/// All settings of the example, except those that a test changes.
struct Pipeline {
    bench: Bench,
    ops: String,
    _server: Serving,
}

impl Pipeline {
    async fn new() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let ops = listener.local_addr().unwrap().to_string();
        drop(listener);
        let bench = Bench::new()
            .with("TALLY_OPS_LISTEN", &ops)
            .with("TALLY_OPS_TOKEN", "the operator's token");
        bench.keygen("other");
        Self {
            _server: bench.serve().await,
            ops: format!("http://{ops}"),
            bench,
        }
    }

    /// Runs steps of the example for a version.
    fn run(&self, version: &str, steps: &[&str], changes: &[(&str, &str)]) -> Ran {
        let key = self.bench.path("keys/probe-private.pem");
        let binary = self.bench.tally.command(&[]).get_program().to_owned();
        let mut command = Command::new(root().join("docs/examples/release.sh"));
        command
            .args(steps)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("TALLY", binary)
            .env("VERSION", version)
            .env("BASE_URL", &self.bench.url)
            .env("PROBE_KEY", key)
            .env("EVERY", "2s")
            .env("BAKE", "3s")
            .env("PROBE_FOR", "9s")
            .env("TALLY_OPS_URL", &self.ops)
            .env("TALLY_OPS_TOKEN", "the operator's token")
            .envs(changes.iter().copied());
        ran(&command.output().unwrap())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_release_is_judged_deployed_staged_baked_and_promoted() {
    let pipeline = Pipeline::new().await;
    let (file, textfile) = (pipeline.bench.path("deployed"), pipeline.bench.path("tally.prom"));
    let deploy = format!("printf %s \"$VERSION\" > '{}'", file.display());
    let changes = [
        ("DEPLOY", deploy.as_str()),
        ("PROBE_TEXTFILE", textfile.to_str().unwrap()),
    ];
    let ran = pipeline.run("1.4.0", &[], &changes);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_eq!(fs::read_to_string(file).unwrap(), "1.4.0");
    let success = "\ntally_probe_success 1\n";
    assert!(fs::read_to_string(textfile).unwrap().contains(success));
    let mut status = pipeline
        .bench
        .tally
        .command(&["release", "status", "1.4.0", "--json"]);
    let status = crate::bench::ran(&status.output().unwrap());
    assert!(
        status.out.contains("\"promoted\""),
        "{}{}",
        status.out,
        status.err
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_release_that_has_not_baked_or_whose_probe_fails_is_not_promoted() {
    let pipeline = Pipeline::new().await;
    let early = pipeline.run("1.4.1", &["gate", "stage", "promote"], &[]);
    assert_eq!(early.code, 1, "{}{}", early.out, early.err);
    assert!(early.err.contains("release.bake_too_short"), "{}", early.err);
    let other = pipeline.bench.path("other/probe-private.pem");
    let failing = [("PROBE_KEY", other.to_str().unwrap()), ("PROBE_FOR", "1s")];
    let refused = pipeline.run("1.4.1", &["bake", "promote"], &failing);
    assert_eq!(refused.code, 1, "{}{}", refused.out, refused.err);
    for word in [
        "some walks failed",
        "release.probe_failing",
        "install.synthetic_key_mismatch",
    ] {
        assert!(refused.err.contains(word), "{word}: {}", refused.err);
    }
    // With the right key it bakes again and is promoted.
    let repaired = pipeline.run("1.4.1", &["bake", "promote"], &[]);
    assert_eq!(repaired.code, 0, "{}{}", repaired.out, repaired.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_descriptor_that_causes_more_than_was_allowed_stops_it_before_anything_is_deployed() {
    let pipeline = Pipeline::new().await;
    let printed = pipeline
        .bench
        .bare(&["descriptor", "print", "--base-url", &pipeline.bench.url])
        .out;
    let (published, deployed) = (
        pipeline.bench.path("published.json"),
        pipeline.bench.path("deployed"),
    );
    let deploy = format!("touch '{}'", deployed.display());
    let run = |old: (&str, &str), allow: &str| {
        fs::write(&published, printed.replacen(old.0, old.1, 1)).unwrap();
        let changes = [
            ("PUBLISHED", published.to_str().unwrap()),
            ("ALLOW", allow),
            ("DEPLOY", &deploy),
        ];
        let ran = pipeline.run("1.5.0", &["gate", "deploy"], &changes);
        let was_deployed = fs::remove_file(&deployed).is_ok();
        assert_eq!(was_deployed, ran.code == 0, "{}{}", ran.out, ran.err);
        ran.code
    };
    let name = ("\"name\": \"Tally\"", "\"name\": \"Tally 1\"");
    let scope = ("\"READ\"\n", "");
    let key = ("\"tally-assets\"", "\"tally\"");
    assert_eq!(run(("", ""), "none"), 0);
    assert_eq!(
        (run(name, "none"), run(name, "handshake"), run(name, "approval")),
        (3, 0, 0)
    );
    assert_eq!((run(scope, "handshake"), run(scope, "approval")), (4, 0));
    assert_eq!((run(key, "none"), run(key, "approval")), (5, 5));
}
