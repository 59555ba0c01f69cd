//! The alarms as Prometheus rules.

use std::fmt::Write as _;

use super::alarms::{ALARMS, Alarm, Limit};
use tally_operator::metric;

/// Since a process that is gone tells nobody of it, one alarm is Prometheus's alone.
const OUTSIDE: [Outside; 1] = [Outside {
    name: "TallySilent",
    hold: "2m",
    summary: "Tally is not there, or does not look at its tenants any more: no other alarm can be trusted.",
    remedy: "See whether the process runs and answers at /healthz; its log says why it does not.",
}];

struct Outside {
    name: &'static str,
    hold: &'static str,
    summary: &'static str,
    remedy: &'static str,
}

/// The names of the alarms that Prometheus alone can raise.
#[cfg(test)]
pub fn prometheus_only() -> impl Iterator<Item = &'static str> {
    OUTSIDE.iter().map(|alarm| alarm.name)
}

/// The file of rules, as `tally alarms rules` prints it.
pub fn prometheus_rules() -> String {
    let mut yaml = String::from(
        "# Made by `tally alarms rules` from the table in services/server/src/watch/alarms.rs. Change it there.\n\
         groups:\n  - name: tally\n    rules:\n",
    );
    for alarm in &ALARMS {
        built_in(&mut yaml, alarm);
    }
    for alarm in &OUTSIDE {
        let looked_at = metric::WATCH_LOOKED_AT;
        let expression = format!("absent({looked_at}) or time() - max({looked_at}) > 120");
        let labels = Labels {
            severity: "critical",
            component: "pages",
        };
        let words = (alarm.summary, alarm.remedy);
        rule(&mut yaml, alarm.name, &expression, alarm.hold, &labels, words);
    }
    yaml
}

struct Labels {
    severity: &'static str,
    component: &'static str,
}

fn built_in(yaml: &mut String, alarm: &Alarm) {
    let metric = alarm.signal.metric();
    let expression = match alarm.limit {
        Limit::From(limit) => format!("max({metric}) >= {limit}"),
        Limit::ShareOfTenants => format!("max({metric}) >= max({})", metric::ALARM_TENANTS_LIMIT),
    };
    let hold = format!("{}s", alarm.hold.as_secs());
    let labels = Labels {
        severity: alarm.severity.as_str(),
        component: alarm.component.as_str(),
    };
    rule(
        yaml,
        alarm.name,
        &expression,
        &hold,
        &labels,
        (alarm.summary, alarm.remedy),
    );
}

/// JSON's strings are YAML's, so they are quoted that way.
fn rule(
    yaml: &mut String,
    name: &str,
    expression: &str,
    hold: &str,
    labels: &Labels,
    (summary, remedy): (&str, &str),
) {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let runbook = format!("{}#{}", super::alarms::RUNBOOK, name.to_lowercase());
    // Writing to a string does not fail.
    let _written = writeln!(
        yaml,
        "      - alert: {name}\n        expr: {expression}\n        for: {hold}\n        labels:\n          \
         severity: {severity}\n          component: {component}\n        annotations:\n          summary: {summary}\n          \
         description: {remedy}\n          runbook: {runbook}",
        severity = labels.severity,
        component = labels.component,
        summary = quoted(summary),
        remedy = quoted(remedy),
        runbook = quoted(&runbook),
    );
}
