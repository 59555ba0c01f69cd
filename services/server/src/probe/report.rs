//! What a walk found, for people, programs and Prometheus.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::client::Failure;
use super::walk::Step;

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// What it should.
    Passed,
    /// Something else.
    Failed(Failure),
    /// One before it failed.
    NotReached,
}

/// A step and what came of it.
#[derive(Clone, Debug)]
pub struct StepReport {
    /// Which.
    pub step: Step,
    /// What came of it.
    pub outcome: Outcome,
    /// How long it took.
    pub took: Duration,
}

/// A whole walk.
#[derive(Clone, Debug)]
pub struct Report {
    /// Which server was probed.
    pub address: String,
    /// When it began.
    pub started: DateTime<Utc>,
    /// How long it took.
    pub took: Duration,
    /// Every step, also those that were not reached.
    pub steps: Vec<StepReport>,
    /// Why the synthetic tenant could not be uninstalled after a failure, when it could not.
    pub left_installed: Option<Failure>,
}

impl Report {
    /// The step that failed, if one did.
    pub fn failed(&self) -> Option<(Step, &Failure)> {
        self.steps.iter().find_map(|report| match &report.outcome {
            Outcome::Failed(failure) => Some((report.step, failure)),
            Outcome::Passed | Outcome::NotReached => None,
        })
    }

    /// When it was over.
    pub fn ended(&self) -> DateTime<Utc> {
        self.started + self.took
    }

    /// For people.
    pub fn table(&self) -> String {
        let mut text = format!("{:<20}{:<13}{:>9}  code\n", "step", "outcome", "seconds");
        for report in &self.steps {
            let code = report.outcome.failure().map_or("", |failure| &failure.code);
            let seconds = if report.outcome == Outcome::NotReached {
                String::new()
            } else {
                format!("{:.3}", report.took.as_secs_f64())
            };
            let line = format!(
                "{:<20}{:<13}{seconds:>9}  {code}",
                report.step.as_str(),
                report.outcome.as_str()
            );
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text.push_str(&self.verdict());
        text
    }

    fn verdict(&self) -> String {
        let seconds = self.took.as_secs_f64();
        let mut text = match self.failed() {
            None => format!("{}: every step passed, in {seconds:.3} s", self.address),
            Some((step, failure)) => format!(
                "{}: the step {} failed with {}: {}",
                self.address,
                step.as_str(),
                failure.code,
                failure.cause
            ),
        };
        if let Some(failure) = &self.left_installed {
            text.push_str(&format!(
                "\nThe synthetic tenant is still installed, since uninstalling failed with {}: {}",
                failure.code, failure.cause
            ));
        }
        text
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let told = |failure: &Failure| json!({ "code": failure.code, "cause": failure.cause });
        let steps: Vec<Value> = self.steps.iter().map(StepReport::json).collect();
        json!({
            "url": self.address,
            "success": self.failed().is_none(),
            "startedAt": self.started.to_rfc3339_opts(SecondsFormat::Millis, true),
            "seconds": self.took.as_secs_f64(),
            "failedStep": self.failed().map(|(step, _)| step.as_str()),
            "steps": steps,
            "leftInstalled": self.left_installed.as_ref().map(told),
        })
    }

    /// For Prometheus, as its node exporter reads it from files.
    pub fn metrics(&self) -> String {
        let success = u8::from(self.failed().is_none());
        let ended = self.ended().timestamp();
        let mut text = format!(
            "# HELP tally_probe_success Whether the last walk of the probe passed every step.\n\
             # TYPE tally_probe_success gauge\n\
             tally_probe_success {success}\n\
             # HELP tally_probe_last_run_timestamp_seconds When the last walk of the probe was over.\n\
             # TYPE tally_probe_last_run_timestamp_seconds gauge\n\
             tally_probe_last_run_timestamp_seconds {ended}\n\
             # HELP tally_probe_step_seconds How long each step of the last walk took, as far as it came.\n\
             # TYPE tally_probe_step_seconds gauge\n"
        );
        let reached = self.steps.iter().filter(|r| r.outcome != Outcome::NotReached);
        for report in reached {
            let (step, seconds) = (report.step.as_str(), report.took.as_secs_f64());
            text.push_str(&format!(
                "tally_probe_step_seconds{{step=\"{step}\"}} {seconds}\n"
            ));
        }
        text
    }

    /// Writes the metrics to a file, so that who reads it sees the old ones or the new ones and never a part.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_metrics(&self, path: &Path) -> anyhow::Result<()> {
        let mut beside = path.as_os_str().to_owned();
        beside.push(format!(".{}.tmp", std::process::id()));
        let written = fs::write(&beside, self.metrics()).and_then(|()| fs::rename(&beside, path));
        written.with_context(|| format!("the textfile {}", path.display()))
    }
}

impl StepReport {
    fn json(&self) -> Value {
        let reached = self.outcome != Outcome::NotReached;
        let failure = self.outcome.failure();
        json!({
            "step": self.step.as_str(),
            "outcome": self.outcome.as_str(),
            "seconds": reached.then_some(self.took.as_secs_f64()),
            "code": failure.map(|failure| &failure.code),
            "cause": failure.map(|failure| &failure.cause),
        })
    }
}

impl Outcome {
    fn as_str(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed(_) => "failed",
            Self::NotReached => "not_reached",
        }
    }

    fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) => Some(failure),
            Self::Passed | Self::NotReached => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(outcome: Outcome) -> Report {
        let step = |step, outcome| StepReport {
            step,
            outcome,
            took: Duration::from_millis(250),
        };
        Report {
            address: "https://tally.example".to_owned(),
            started: DateTime::UNIX_EPOCH,
            took: Duration::from_millis(1500),
            steps: vec![
                step(Step::Descriptor, Outcome::Passed),
                step(Step::Install, outcome),
                step(Step::Page, Outcome::NotReached),
            ],
            left_installed: None,
        }
    }

    fn failure() -> Failure {
        Failure::new("install.audience_mismatch", "It was made for another.")
    }

    #[test]
    fn a_failed_step_is_named_in_every_form() {
        let report = report(Outcome::Failed(failure()));
        let table = report.table();
        assert!(
            table.contains("install             failed           0.250  install.audience_mismatch\n"),
            "{table}"
        );
        assert!(table.contains("page                not_reached\n"), "{table}");
        let json = report.json();
        assert_eq!(
            (&json["success"], &json["failedStep"]),
            (&json!(false), &json!("install"))
        );
        assert_eq!(json["steps"][1]["code"], "install.audience_mismatch");
        assert_eq!(json["steps"][2]["seconds"], Value::Null);
        assert!(report.metrics().contains("\ntally_probe_success 0\n"));
        assert!(!report.metrics().contains("step=\"page\""));
    }

    #[test]
    fn a_tenant_that_stayed_behind_is_told_of() {
        let mut report = report(Outcome::Failed(failure()));
        assert!(!report.table().contains("still installed"));
        report.left_installed = Some(Failure::new("probe.timed_out", "No answer."));
        assert!(report.table().contains("still installed"));
        assert_eq!(report.json()["leftInstalled"]["code"], "probe.timed_out");
    }

    #[test]
    fn the_textfile_is_replaced_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tally.prom");
        report(Outcome::Passed).write_metrics(&path).unwrap();
        report(Outcome::Failed(failure())).write_metrics(&path).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert!(
            text.contains("\ntally_probe_success 0\n")
                && text.contains("\ntally_probe_last_run_timestamp_seconds 1\n"),
            "{text}"
        );
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "nothing is left beside it"
        );
    }
}
