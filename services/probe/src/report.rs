//! What a walk found, for people, programs and Prometheus.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::client::StepFailure;
use super::step::Step;

/// The result of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepResult {
    /// The server did what is expected.
    Passed,
    /// The server did something else.
    Failed(StepFailure),
    /// An earlier step failed.
    NotReached,
}

/// A step and its result.
#[derive(Clone, Debug)]
pub struct StepReport {
    /// The step of the walk.
    pub step: Step,
    /// Whether it passed, and why not.
    pub result: StepResult,
    /// The time from its first request to its last answer.
    pub took: Duration,
}

/// All steps of one walk.
#[derive(Clone, Debug)]
pub struct WalkReport {
    /// The address of the server that was probed.
    pub address: String,
    /// The time at which the walk began.
    pub started: DateTime<Utc>,
    /// The duration of the walk.
    pub took: Duration,
    /// Every step in order, also those that were not reached.
    pub steps: Vec<StepReport>,
    /// After a failed step: why the synthetic tenant could not be uninstalled, if it could not.
    pub left_installed: Option<StepFailure>,
}

impl WalkReport {
    /// The step that failed, if any.
    pub fn failed_step(&self) -> Option<(Step, &StepFailure)> {
        self.steps.iter().find_map(|report| match &report.result {
            StepResult::Failed(failure) => Some((report.step, failure)),
            StepResult::Passed | StepResult::NotReached => None,
        })
    }

    /// The time at which the walk ended.
    pub fn end_time(&self) -> DateTime<Utc> {
        self.started + self.took
    }

    /// A table for people to read.
    pub fn to_table(&self) -> String {
        let mut text = format!("{:<20}{:<13}{:>9}  code\n", "step", "outcome", "seconds");
        for report in &self.steps {
            let code = report.result.failure().map_or("", |failure| &failure.code);
            let seconds = if report.result == StepResult::NotReached {
                String::new()
            } else {
                format!("{:.3}", report.took.as_secs_f64())
            };
            let line = format!(
                "{:<20}{:<13}{seconds:>9}  {code}",
                report.step.as_str(),
                report.result.as_str()
            );
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text.push_str(&self.summary());
        text
    }

    fn summary(&self) -> String {
        let seconds = self.took.as_secs_f64();
        let mut text = match self.failed_step() {
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

    /// The report as JSON for programs.
    pub fn to_json(&self) -> Value {
        let to_json = |failure: &StepFailure| json!({ "code": failure.code, "cause": failure.cause });
        let steps: Vec<Value> = self.steps.iter().map(StepReport::to_json).collect();
        json!({
            "url": self.address,
            "success": self.failed_step().is_none(),
            "startedAt": self.started.to_rfc3339_opts(SecondsFormat::Millis, true),
            "seconds": self.took.as_secs_f64(),
            "failedStep": self.failed_step().map(|(step, _)| step.as_str()),
            "steps": steps,
            "leftInstalled": self.left_installed.as_ref().map(to_json),
        })
    }

    /// Metrics for Prometheus, as its node exporter reads them from files.
    pub fn to_metrics(&self) -> String {
        let success = u8::from(self.failed_step().is_none());
        let ended = self.end_time().timestamp();
        let mut text = format!(
            "# HELP tally_probe_success Whether the last walk of the probe passed every step.\n\
             # TYPE tally_probe_success gauge\n\
             tally_probe_success {success}\n\
             # HELP tally_probe_last_run_timestamp_seconds When the last walk of the probe ended.\n\
             # TYPE tally_probe_last_run_timestamp_seconds gauge\n\
             tally_probe_last_run_timestamp_seconds {ended}\n\
             # HELP tally_probe_step_seconds \
             How long each step of the last walk took, up to the one that failed.\n\
             # TYPE tally_probe_step_seconds gauge\n"
        );
        let reached = self.steps.iter().filter(|r| r.result != StepResult::NotReached);
        for report in reached {
            let (step, seconds) = (report.step.as_str(), report.took.as_secs_f64());
            text.push_str(&format!(
                "tally_probe_step_seconds{{step=\"{step}\"}} {seconds}\n"
            ));
        }
        text
    }

    /// Writes the metrics to a file. A reader sees the old ones or the new ones, never a part.
    ///
    /// # Errors
    /// The file cannot be written; the text names it.
    pub fn write_metrics(&self, path: &Path) -> anyhow::Result<()> {
        let mut beside = path.as_os_str().to_owned();
        beside.push(format!(".{}.tmp", std::process::id()));
        let written = fs::write(&beside, self.to_metrics()).and_then(|()| fs::rename(&beside, path));
        written.with_context(|| format!("the textfile {}", path.display()))
    }
}

impl StepReport {
    fn to_json(&self) -> Value {
        let reached = self.result != StepResult::NotReached;
        let failure = self.result.failure();
        json!({
            "step": self.step.as_str(),
            "outcome": self.result.as_str(),
            "seconds": reached.then_some(self.took.as_secs_f64()),
            "code": failure.map(|failure| &failure.code),
            "cause": failure.map(|failure| &failure.cause),
        })
    }
}

impl StepResult {
    fn as_str(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed(_) => "failed",
            Self::NotReached => "not_reached",
        }
    }

    fn failure(&self) -> Option<&StepFailure> {
        match self {
            Self::Failed(failure) => Some(failure),
            Self::Passed | Self::NotReached => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(result: StepResult) -> WalkReport {
        let step = |step, result| StepReport {
            step,
            result,
            took: Duration::from_millis(250),
        };
        WalkReport {
            address: "https://tally.example".to_owned(),
            started: DateTime::UNIX_EPOCH,
            took: Duration::from_millis(1500),
            steps: vec![
                step(Step::Descriptor, StepResult::Passed),
                step(Step::Install, result),
                step(Step::Page, StepResult::NotReached),
            ],
            left_installed: None,
        }
    }

    fn failure() -> StepFailure {
        StepFailure::new("install.audience_mismatch", "It was made for another.")
    }

    #[test]
    fn a_failed_step_is_named_in_every_form() {
        let report = report(StepResult::Failed(failure()));
        let table = report.to_table();
        assert!(
            table.contains("install             failed           0.250  install.audience_mismatch\n"),
            "{table}"
        );
        assert!(table.contains("page                not_reached\n"), "{table}");
        let json = report.to_json();
        assert_eq!(
            (&json["success"], &json["failedStep"]),
            (&json!(false), &json!("install"))
        );
        assert_eq!(json["steps"][1]["code"], "install.audience_mismatch");
        assert_eq!(json["steps"][2]["seconds"], Value::Null);
        assert!(report.to_metrics().contains("\ntally_probe_success 0\n"));
        assert!(!report.to_metrics().contains("step=\"page\""));
    }

    #[test]
    fn a_tenant_that_is_still_installed_is_reported() {
        let mut report = report(StepResult::Failed(failure()));
        assert!(!report.to_table().contains("still installed"));
        report.left_installed = Some(StepFailure::new("probe.timed_out", "No answer."));
        assert!(report.to_table().contains("still installed"));
        assert_eq!(report.to_json()["leftInstalled"]["code"], "probe.timed_out");
    }

    #[test]
    fn the_textfile_is_replaced_in_one_step() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tally.prom");
        report(StepResult::Passed).write_metrics(&path).unwrap();
        report(StepResult::Failed(failure()))
            .write_metrics(&path)
            .unwrap();
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
