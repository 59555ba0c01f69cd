//! The files for operators agree with the table of alarms and with the names of metrics.

use std::path::Path;

use serde_json::Value;

use super::super::alarms::{ALARMS, RUNBOOK};
use super::super::rules::{prometheus_only, prometheus_rules};
use super::*;
use crate::metric;

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::read_to_string(root.join(path)).unwrap_or_else(|cause| panic!("{path}: {cause}"))
}

/// The names in `text` that look like our metrics.
fn metrics_in(text: &str) -> BTreeSet<String> {
    let word = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
    let ours = text.split(word).filter(|name| name.starts_with("tally_"));
    ours.map(str::to_owned).collect()
}

/// Histograms are asked for by what they are exported as.
fn known(name: &str) -> bool {
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
fn the_committed_rules_are_those_of_the_table() {
    assert_eq!(
        read("services/monitoring/tally.rules.yml"),
        prometheus_rules(),
        "write them anew: tally alarms rules > services/monitoring/tally.rules.yml"
    );
}

#[test]
fn each_alarm_has_a_test_of_its_rule_and_its_lines_in_the_runbook() {
    let (tests, runbook) = (read("services/monitoring/tally.rules.test.yml"), read(RUNBOOK));
    let names: Vec<_> = ALARMS
        .iter()
        .map(|alarm| alarm.name)
        .chain(prometheus_only())
        .collect();
    for name in &names {
        assert!(
            tests.contains(&format!("alertname: {name}\n")),
            "{name} in the tests"
        );
    }
    let headings: Vec<_> = runbook
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .collect();
    assert_eq!(
        headings, names,
        "the runbook has each alarm once, in the order of the table"
    );
}

#[test]
fn each_part_of_the_runbook_says_all_there_is_to_say_in_about_ten_lines() {
    let runbook = read(RUNBOOK);
    for part in runbook.split("\n## ").skip(1) {
        let (name, text) = part.split_once('\n').unwrap();
        for question in [
            "**Meaning**",
            "**Affects**",
            "**Check**",
            "**Do**",
            "**Ends when**",
        ] {
            assert!(text.contains(question), "{name}: {question}");
        }
        let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
        assert!((5..=14).contains(&lines), "{name}: {lines} lines");
    }
}

#[test]
fn rules_and_dashboard_ask_for_metrics_that_there_are() {
    let dashboard: Value = serde_json::from_str(&read("services/monitoring/dashboard.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let mut asked = metrics_in(&prometheus_rules());
    for panel in panels {
        let queries: Vec<_> = panel["targets"].as_array().unwrap().iter().collect();
        assert!(!queries.is_empty(), "{}", panel["title"]);
        for query in queries {
            let names = metrics_in(query["expr"].as_str().unwrap());
            assert!(!names.is_empty(), "{query}");
            asked.extend(names);
        }
    }
    let unknown: Vec<_> = asked.iter().filter(|name| !known(name)).collect();
    assert_eq!(unknown, Vec::<&String>::new());
    for signal in super::super::alarms::signals() {
        assert!(asked.contains(signal.metric()));
    }
}

#[test]
fn metrics_are_named_by_kind_and_say_something() {
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
fn no_metric_is_named_anywhere_else_in_the_code() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![sources];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for maker in ["counter!(\"", "gauge!(\"", "histogram!(\""] {
                let named = text.contains(maker) && !path.ends_with("watch/tests/files.rs");
                assert!(!named, "{} names a metric by hand", path.display());
            }
        }
    }
}
