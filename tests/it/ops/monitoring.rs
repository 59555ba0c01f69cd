//! The dashboard and the rules name metrics that exist, and the code names each metric once.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tally_operator::watch::{Signal, prometheus_rules};
use tally_server::metric;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|cause| panic!("{path}: {cause}"))
}

/// The names in `text` that look like our metrics.
fn metrics_in(text: &str) -> BTreeSet<String> {
    let word = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
    let ours = text.split(word).filter(|name| name.starts_with("tally_"));
    ours.map(str::to_owned).collect()
}

/// Whether a query's name is that of a metric. A histogram is exported under three names.
fn is_known(name: &str) -> bool {
    let exported = |base: &str, kind| {
        let suffixes: &[&str] = match kind {
            metric::MetricKind::Histogram => &["_bucket", "_sum", "_count"],
            metric::MetricKind::Counter | metric::MetricKind::Gauge => &[""],
        };
        suffixes.iter().any(|suffix| format!("{base}{suffix}") == name)
    };
    metric::all().any(|(base, kind, _)| exported(base, *kind))
}

#[test]
fn rules_and_dashboard_query_only_metrics_that_exist() {
    let dashboard: Value = serde_json::from_str(&read("services/monitoring/dashboard.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let mut queried = metrics_in(&prometheus_rules());
    for panel in panels {
        let queries: Vec<_> = panel["targets"].as_array().unwrap().iter().collect();
        assert!(!queries.is_empty(), "{}", panel["title"]);
        for query in queries {
            let names = metrics_in(query["expr"].as_str().unwrap());
            assert!(!names.is_empty(), "{query}");
            queried.extend(names);
        }
    }
    let unknown: Vec<_> = queried.iter().filter(|name| !is_known(name)).collect();
    assert_eq!(unknown, Vec::<&String>::new());
    for signal in Signal::ALL {
        assert!(queried.contains(signal.metric()));
    }
}

#[test]
fn a_metric_is_named_by_its_kind_and_described_in_a_sentence() {
    let mut names = BTreeSet::new();
    for (name, kind, says) in metric::all() {
        assert!(names.insert(name), "{name} twice");
        assert_eq!(
            name.ends_with("_total"),
            *kind == metric::MetricKind::Counter,
            "{name}"
        );
        assert!(says.ends_with('.') && says.len() > 10, "{name}");
    }
}

#[test]
fn no_metric_is_named_by_hand_where_it_is_used() {
    let rooms = [
        "server",
        "operator",
        "operator/diagnosis",
        "operator/observations",
        "commands",
        "imports",
        "probe",
        "seed",
        "http",
    ];
    let folders = rooms.map(|room| root().join("services").join(room).join("src"));
    let mut folders: Vec<PathBuf> = folders.into_iter().filter(|folder| folder.exists()).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            for maker in ["counter!(\"", "gauge!(\"", "histogram!(\""] {
                assert!(!text.contains(maker), "{} names a metric by hand", path.display());
            }
        }
    }
}
