//! `tally probe` against `tally serve`: walks that pass, and walks that fail where they should.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use serde_json::{Value, json};

use crate::bench::Bench;

const STEPS: [&str; 11] = [
    "descriptor",
    "install",
    "page",
    "context",
    "command",
    "rotate",
    "page_new_secret",
    "page_old_secret",
    "context_new_secret",
    "uninstall",
    "page_refused",
];

fn steps<'a>(report: &'a Value, member: &str) -> Vec<&'a str> {
    let steps = report["steps"].as_array().unwrap();
    steps.iter().map(|step| step[member].as_str().unwrap()).collect()
}

/// Of a walk that failed: at which step and with which code.
fn failure(report: &Value) -> (&str, &str) {
    let failed = report["steps"].as_array().unwrap().iter();
    let step = failed
        .filter(|step| step["outcome"] == "failed")
        .collect::<Vec<_>>();
    assert_eq!(step.len(), 1, "{report}");
    assert_eq!(step[0]["step"], report["failedStep"], "{report}");
    assert!(step[0]["cause"].as_str().unwrap().len() > 10, "{report}");
    (
        step[0]["step"].as_str().unwrap(),
        step[0]["code"].as_str().unwrap(),
    )
}

/// A file for Prometheus: its samples, once every line was one of the format.
fn samples(text: &str) -> BTreeMap<&str, f64> {
    let mut samples = BTreeMap::new();
    let mut typed = vec![];
    assert!(text.ends_with('\n'));
    for line in text.lines() {
        match line.split_once(' ').unwrap() {
            ("#", rest) if rest.starts_with("HELP ") => {}
            ("#", rest) => {
                let name = rest.strip_prefix("TYPE ").and_then(|r| r.strip_suffix(" gauge"));
                typed.push(name.unwrap_or_else(|| panic!("{line}")));
            }
            (name, value) => {
                assert_eq!(Some(&name.split('{').next().unwrap()), typed.last(), "{line}");
                assert!(
                    samples.insert(name, value.parse().unwrap()).is_none(),
                    "{line} twice"
                );
            }
        }
    }
    samples
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_step_passes_again_and_again_over_one_tenant() {
    let bench = Bench::new();
    let _server = bench.serve().await;
    for _ in 0..3 {
        let (code, report) = bench.walked("keys", &[]);
        assert_eq!(code, 0, "{report}");
        assert_eq!(steps(&report, "step"), STEPS);
        assert_eq!(steps(&report, "outcome"), ["passed"; 11], "{report}");
        assert_eq!(
            (&report["success"], &report["leftInstalled"]),
            (&json!(true), &Value::Null)
        );
    }
    assert_eq!(bench.keys.requests(), 0, "the platform's key server was asked");
    let table = bench.probe("keys", &[]);
    assert_eq!(table.code, 0, "{}{}", table.out, table.err);
    for step in STEPS {
        assert!(table.out.contains(&format!("\n{step} ")), "{}", table.out);
    }
    assert!(table.out.contains("every step passed"), "{}", table.out);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_private_key_and_the_secrets_are_printed_nowhere() {
    let bench = Bench::new();
    let private = fs::read_to_string(bench.path("keys/probe-private.pem")).unwrap();
    let line = private.lines().nth(1).unwrap();
    let mode = fs::metadata(bench.path("keys/probe-private.pem"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let again = bench.keygen("keys");
    assert_eq!(again.code, 2, "a key is never replaced: {}", again.out);
    let _server = bench.serve().await;
    let ran = bench.probe("keys", &["--json"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    for log in fs::read_dir(bench.path("logs")).unwrap() {
        let text = fs::read_to_string(log.unwrap().path()).unwrap();
        assert!(!text.contains(line) && !text.contains("jwt="), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_secrets_have_no_grace_the_old_one_must_be_refused() {
    let bench = Bench::new().with("TALLY_PREVIOUS_SECRET_GRACE_SECONDS", "0");
    let _server = bench.serve().await;
    let (code, report) = bench.walked("keys", &["--no-grace"]);
    assert_eq!((code, &report["success"]), (0, &json!(true)), "{report}");
    let (code, report) = bench.walked("keys", &[]);
    assert_eq!(code, 1);
    let refused = ("page_old_secret", "jwt.signature.matches_superseded_secret");
    assert_eq!(failure(&report), refused);
    assert_eq!(report["leftInstalled"], Value::Null, "{report}");
    // The failed walk tidied up, so the next one starts as ever.
    assert_eq!(bench.walked("keys", &["--no-grace"]).0, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_secrets_have_a_grace_a_probe_that_expects_none_fails() {
    let bench = Bench::new();
    let _server = bench.serve().await;
    let (code, report) = bench.walked("keys", &["--no-grace"]);
    assert_eq!(
        (code, failure(&report)),
        (1, ("page_old_secret", "probe.unexpected"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_with_another_key_or_none_is_found_out_at_the_install() {
    let bench = Bench::new();
    bench.keygen("other");
    let server = bench.serve().await;
    let (code, report) = bench.walked("other", &[]);
    assert_eq!(
        (code, failure(&report)),
        (1, ("install", "install.synthetic_key_mismatch"))
    );
    assert_eq!(steps(&report, "outcome")[2..], ["not_reached"; 9], "{report}");
    let text = bench.probe("other", &[]);
    assert!(
        text.out
            .contains("the step install failed with install.synthetic_key_mismatch"),
        "{}",
        text.out
    );
    server.kill();
    let bench = bench.with("TALLY_PROBE_PUBLIC_KEY_FILE", "");
    let _server = bench.serve().await;
    let (code, report) = bench.walked("keys", &[]);
    assert_eq!(
        (code, failure(&report)),
        (1, ("install", "install.synthetic_not_configured"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_believes_to_be_elsewhere_is_found_out_at_the_descriptor() {
    let bench = Bench::new().with("TALLY_BASE_URL", "https://tally.example");
    let _server = bench.serve().await;
    let (code, report) = bench.walked("keys", &[]);
    assert_eq!(
        (code, failure(&report)),
        (1, ("descriptor", "probe.base_url_differs"))
    );
    // Reached by another way, as behind a balancer, it is what it should be.
    let (code, report) = bench.walked("keys", &["--base-url", "https://tally.example"]);
    assert_eq!(code, 0, "{report}");
}

#[test]
fn a_server_that_is_not_there_is_found_out_in_time() {
    let bench = Bench::new();
    let (code, report) = bench.walked("keys", &["--timeout", "2s"]);
    assert_eq!((code, failure(&report)), (1, ("descriptor", "probe.unreachable")));
    // One that takes connections and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let key = bench.path("keys/probe-private.pem");
    let began = std::time::Instant::now();
    let ran = bench.bare(&[
        "probe",
        "--url",
        &url,
        "--key",
        key.to_str().unwrap(),
        "--timeout",
        "1s",
        "--json",
    ]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (ran.code, failure(&report)),
        (1, ("descriptor", "probe.timed_out"))
    );
    assert!(began.elapsed() < Duration::from_secs(20));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_textfile_says_it_to_prometheus() {
    let bench = Bench::new();
    bench.keygen("other");
    let file = bench.path("tally.prom");
    let said = ["--textfile", file.to_str().unwrap()];
    let _server = bench.serve().await;
    let before = tally_domain::Clock::system().now().timestamp();
    assert_eq!(bench.probe("keys", &said).code, 0);
    let text = fs::read_to_string(&file).unwrap();
    let found = samples(&text);
    assert_eq!(found["tally_probe_success"], 1.0);
    let at = found["tally_probe_last_run_timestamp_seconds"];
    assert!(at >= before as f64 && at <= before as f64 + 120.0, "{at}");
    for step in STEPS {
        let took = found[format!("tally_probe_step_seconds{{step=\"{step}\"}}").as_str()];
        assert!(took > 0.0 && took < 60.0, "{step}: {took}");
    }
    assert_eq!(found.len(), 2 + STEPS.len());
    assert_eq!(bench.probe("other", &said).code, 1);
    let text = fs::read_to_string(&file).unwrap();
    let found = samples(&text);
    assert_eq!((found["tally_probe_success"], found.len()), (0.0, 2 + 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_continues_for_the_time_that_it_is_given() {
    let bench = Bench::new();
    let _server = bench.serve().await;
    let ran = bench.probe("keys", &["--json", "--every", "1s", "--for", "2s"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let walks: Vec<Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!((2..=3).contains(&walks.len()), "{}", ran.out);
    assert!(walks.iter().all(|walk| walk["success"] == true), "{}", ran.out);
}

#[test]
fn what_is_asked_wrongly_is_said_and_nothing_is_tried() {
    let bench = Bench::new();
    let key = bench.path("keys/probe-private.pem");
    let (key, public) = (key.to_str().unwrap(), bench.path("keys/probe-public.pem"));
    let wrong: [(&[&str], &str); 8] = [
        (&["probe"], "--url"),
        (&["probe", "--url", "https://tally.example"], "--key"),
        (&["probe", "--url", "http://tally.example", "--key", key], "https"),
        (
            &["probe", "--url", "https://tally.example", "--key", "/none.pem"],
            "/none.pem",
        ),
        (
            &[
                "probe",
                "--url",
                "https://tally.example",
                "--key",
                public.to_str().unwrap(),
            ],
            "private key",
        ),
        (
            &[
                "probe",
                "--url",
                "https://tally.example",
                "--key",
                key,
                "--report",
            ],
            "--release",
        ),
        (
            &[
                "probe",
                "--url",
                "https://tally.example",
                "--key",
                key,
                "--release",
                "a b",
                "--report",
            ],
            "--release",
        ),
        (
            &[
                "probe",
                "--url",
                "https://tally.example",
                "--key",
                key,
                "--every",
                "soon",
            ],
            "5m",
        ),
    ];
    for (arguments, named) in wrong {
        let ran = bench.bare(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(named), "{arguments:?}: {}", ran.err);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_that_cannot_be_delivered_is_an_error_of_its_own() {
    let bench = Bench::new();
    let _server = bench.serve().await;
    let report_to = |ops: &str| bench.probe("keys", &["--release", "1.2.3", "--report", "--ops", ops]);
    let public = report_to(&bench.url);
    assert_eq!(public.code, 2, "{}", public.out);
    assert!(public.err.contains("TALLY_OPS_LISTEN"), "{}", public.err);
    let unreachable = report_to("http://127.0.0.1:1");
    assert_eq!(unreachable.code, 2, "{}", unreachable.out);
    assert!(unreachable.err.contains("does not answer"), "{}", unreachable.err);
    assert!(
        unreachable.out.contains("every step passed"),
        "the walk is printed all the same"
    );
}

#[test]
fn a_server_does_not_start_with_a_key_that_is_none() {
    let bench = Bench::new();
    let file = bench.path("keys/probe-public.pem");
    let private = bench.path("keys/probe-private.pem");
    fs::copy(private, &file).unwrap();
    for verb in [&["config", "check"][..], &["serve"]] {
        let output = bench.run(verb);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(
            said.contains("TALLY_PROBE_PUBLIC_KEY_FILE") && !said.contains("BEGIN"),
            "{said}"
        );
    }
}
