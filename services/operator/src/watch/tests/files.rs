//! The files for operators agree with the table of alarms.

use std::path::Path;

use super::super::alarms::{ALARMS, RUNBOOK};
use super::super::rules::{prometheus_only, prometheus_rules};

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::read_to_string(root.join(path)).unwrap_or_else(|cause| panic!("{path}: {cause}"))
}

#[test]
fn the_committed_rules_are_those_of_the_table() {
    assert_eq!(
        read("services/monitoring/tally.rules.yml"),
        prometheus_rules(),
        "write them again: tally alarms rules > services/monitoring/tally.rules.yml"
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
fn each_chapter_of_the_runbook_answers_the_same_five_questions() {
    let runbook = read(RUNBOOK);
    for chapter in runbook.split("\n## ").skip(1) {
        let (name, text) = chapter.split_once('\n').unwrap();
        for question in [
            "**Meaning**",
            "**Affects**",
            "**Check**",
            "**Do**",
            "**Ends when**",
        ] {
            assert!(text.contains(question), "{name}: {question}");
        }
    }
}
