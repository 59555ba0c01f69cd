//! The alarms as Prometheus rules.

use std::fmt::Write as _;

use super::alarms::{ALARMS, Alarm, RUNBOOK, Threshold};
use crate::metric;

/// A process that is gone cannot report that, so this alarm is for Prometheus alone.
const OUTSIDE: [Outside; 1] = [Outside {
    name: "TallySilent",
    hold: "2m",
    summary: "Tally does not run, or its watch stopped: no other alarm can be trusted.",
    remedy: "Check whether the process runs and answers at /healthz. If it does not, its log says why.",
}];

struct Outside {
    name: &'static str,
    hold: &'static str,
    summary: &'static str,
    remedy: &'static str,
}

/// The names of the alarms that only Prometheus can raise.
#[cfg(test)]
pub fn prometheus_only() -> impl Iterator<Item = &'static str> {
    OUTSIDE.iter().map(|alarm| alarm.name)
}

/// The file of rules, as `tally alarms rules` prints it.
pub fn prometheus_rules() -> String {
    let mut yaml = String::from(
        "# Made by `tally alarms rules` from the table in services/operator/src/watch/alarms.rs. Change it \
         there.\ngroups:\n  - name: tally\n    rules:\n",
    );
    for alarm in &ALARMS {
        write_alarm(&mut yaml, alarm);
    }
    for alarm in &OUTSIDE {
        let last_tick = metric::WATCH_LOOKED_AT;
        let expression = format!("absent({last_tick}) or time() - max({last_tick}) > 120");
        let labels = Labels {
            severity: "critical",
            component: "pages",
        };
        let words = (alarm.summary, alarm.remedy);
        write_rule(&mut yaml, alarm.name, &expression, alarm.hold, &labels, words);
    }
    yaml
}

struct Labels {
    severity: &'static str,
    component: &'static str,
}

fn write_alarm(yaml: &mut String, alarm: &Alarm) {
    let metric = alarm.signal.metric();
    let expression = match alarm.threshold {
        Threshold::From(limit) => format!("max({metric}) >= {limit}"),
        Threshold::ShareOfTenants => format!("max({metric}) >= max({})", metric::ALARM_TENANTS_LIMIT),
    };
    let hold = format!("{}s", alarm.hold.as_secs());
    let labels = Labels {
        severity: alarm.severity.as_str(),
        component: alarm.component.as_str(),
    };
    write_rule(
        yaml,
        alarm.name,
        &expression,
        &hold,
        &labels,
        (alarm.summary, alarm.remedy),
    );
}

/// Writes one rule. Strings of JSON are strings of YAML, so they are quoted as JSON.
fn write_rule(
    yaml: &mut String,
    name: &str,
    expression: &str,
    hold: &str,
    labels: &Labels,
    (summary, remedy): (&str, &str),
) {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let runbook = format!("{}#{}", RUNBOOK, name.to_lowercase());
    // Writing to a string does not fail.
    let _written = writeln!(
        yaml,
        "      - alert: {name}\n        expr: {expression}\n        for: {hold}\n        labels:\n          \
         severity: {severity}\n          component: {component}\n        annotations:\n          summary: \
         {summary}\n          description: {remedy}\n          runbook: {runbook}",
        severity = labels.severity,
        component = labels.component,
        summary = quoted(summary),
        remedy = quoted(remedy),
        runbook = quoted(&runbook),
    );
}
