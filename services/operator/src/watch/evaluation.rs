//! The state of the watch between two ticks. No store, no network: the time is given.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use parking_lot::Mutex;

use super::alarms::Alarm;
use super::judge::{Judge, Pace};
use super::node_reports::{NodeReport, NodeReports};
use super::outcome::{Outcome, RecordTask};
use super::signals::{Facts, FailingTerms, Signals, Survey};
use super::state::FiringAlarm;
use crate::settings::{Detection, NotifySettings};
use tally_observations::Observations;
use tally_observations::node::KnownTenant;
use tracing::info;

/// What the watch made of the observations so far.
pub struct Evaluation {
    observations: Arc<Observations>,
    reports: Arc<NodeReports>,
    detection: Detection,
    terms: FailingTerms,
    pace: Pace,
    judge: Mutex<Option<Judge>>,
    last: Mutex<(Survey, Signals)>,
}

impl Evaluation {
    /// An evaluation of `observations` and of what other nodes report through the log. `grace` is
    /// how long a previous secret stays accepted. It does nothing before [`Self::begin`].
    pub fn new(
        observations: Arc<Observations>,
        reports: Arc<NodeReports>,
        detection: Detection,
        notify: &NotifySettings,
        grace: TimeDelta,
    ) -> Self {
        Self {
            observations,
            reports,
            terms: FailingTerms {
                failing_after: detection.failing_after,
                grace,
            },
            pace: Pace {
                rest: detection.interval * 2,
                repeat: notify.repeat,
            },
            detection,
            judge: Mutex::new(None),
            last: Mutex::default(),
        }
    }

    /// How often alarms rest and messages are repeated.
    pub(super) fn pace(&self) -> Pace {
        self.pace
    }

    /// Begins with what the log has.
    pub(super) fn begin(&self, judge: Judge) {
        *self.judge.lock() = Some(judge);
    }

    /// Looks at everything at `now` and says what has to be recorded and reported.
    pub(super) fn tick(&self, known: &[KnownTenant], facts: Facts, now: DateTime<Utc>) -> Outcome {
        for report in self.reports.take_all() {
            self.apply_report(report);
        }
        let survey = Survey::take(&self.observations.health, known, self.terms, now);
        self.observations.health.forget_trouble(survey.left.iter());
        let signals = Signals::from_survey(&survey, facts, &self.detection);
        let outcome = self
            .judge
            .lock()
            .as_mut()
            .map(|judge| judge.evaluate_all(&survey, &signals, now));
        let mut last = self.last.lock();
        note_idle(&last.0, &survey);
        *last = (survey, signals);
        drop(last);
        outcome.unwrap_or_default()
    }

    fn apply_report(&self, report: NodeReport) {
        let mut judge = self.judge.lock();
        match report {
            NodeReport::Failing(tenant, failure, noted_at) => {
                self.observations
                    .health
                    .note_failing_elsewhere(tenant, &failure, noted_at);
                judge.iter_mut().for_each(|judge| judge.note_failing(tenant));
            }
            NodeReport::Recovered(tenant, at) => {
                self.observations.health.note_recovered_elsewhere(tenant, at);
                judge.iter_mut().for_each(|judge| judge.note_recovered(tenant));
            }
            NodeReport::Fired(alarm) => judge.iter_mut().for_each(|judge| judge.note_fired(alarm)),
            NodeReport::Resolved(alarm) => judge.iter_mut().for_each(|judge| judge.note_resolved(alarm)),
        }
    }

    /// Notes that the log has what [`Self::tick`] said has to be recorded.
    pub(super) fn note_recorded(&self, task: &RecordTask) {
        if let Some(judge) = self.judge.lock().as_mut() {
            judge.note_recorded(task);
        }
    }

    /// The numbers of the last tick.
    pub fn signals(&self) -> Signals {
        self.last.lock().1
    }

    /// The tenants as of the last tick.
    #[cfg(test)]
    pub(super) fn survey(&self) -> Survey {
        self.last.lock().0.clone()
    }

    /// The alarms that fire, with since when and for which tenants.
    pub fn firing(&self) -> Vec<(&'static Alarm, FiringAlarm)> {
        let judge = self.judge.lock();
        let firing = judge.iter().flat_map(Judge::firing);
        firing
            .filter_map(|(name, firing)| Some((Alarm::by_name(name)?, firing.clone())))
            .collect()
    }
}

/// Logs idle sites for which requests begin to come that nothing verifies.
fn note_idle(before: &Survey, now: &Survey) {
    for (tenant, failure) in &now.idle_refused {
        if !before.idle_refused.contains_key(tenant) {
            let (code, since) = (&failure.code, &failure.since);
            info!(%tenant, code, %since, "requests that nothing verifies come for a site that was idle for a day");
        }
    }
}
