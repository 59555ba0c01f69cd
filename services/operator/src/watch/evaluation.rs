//! Watching over the tenants: noticing, before customers do, that something fails, and telling who can mend it.
//!
//! `health` remembers what became of each tenant's signed requests; `signals` sums it up at each look; `alarms` is the table of what is too much;
//! `judge` makes of it what is to be written down and told; `run` does so every few seconds; `notify` tells. Alarms count tenants, not
//! requests: on the day this app exists for, batches made the first failures few.
//!
//! Nothing is written for a request. A tenant that begins to fail, and one that does no more, is an event, and so is an alarm.

pub mod alarms;
mod elsewhere;
pub mod judge;
pub mod notify;
pub mod outcome;
mod restore;
mod rules;
mod run;
pub mod signals;
mod state;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

pub use elsewhere::Elsewhere;
pub use restore::restore;
pub use rules::prometheus_rules;
pub use run::start;
pub use state::{Fire, Measured};

use self::alarms::Alarm;
use self::elsewhere::Heard;
use self::judge::{Judge, Pace};
use self::notify::Notifier;
use self::outcome::{Act, Outcome};
use self::signals::{Facts, KnownTenant, Signals, Survey, Terms};
use crate::config::Config;
use tally_operator::log_health::LogHealth;
use tally_operator::observations::Observations;
use tally_operator::settings::Detection;

/// What is watched, and what was made of it.
pub struct Watch {
    /// What is remembered of each tenant.
    pub observations: Arc<Observations>,
    detection: Detection,
    terms: Terms,
    pace: Pace,
    log: Arc<LogHealth>,
    notifier: Notifier,
    elsewhere: Arc<Elsewhere>,
    judge: Mutex<Option<Judge>>,
    last: Mutex<(Survey, Signals)>,
    /// Held by whoever writes down what a look led to.
    writing: Arc<tokio::sync::Mutex<()>>,
}

impl Watch {
    /// One as configured, that knows nothing yet; `observations` is what authentication reports.
    ///
    /// # Errors
    /// Somebody who is to be told cannot be, by the configuration.
    pub fn new(
        config: &Config,
        observations: Arc<Observations>,
        log: Arc<LogHealth>,
    ) -> anyhow::Result<Self> {
        let detection = config.detection.clone();
        Ok(Self {
            observations,
            terms: Terms {
                failing_after: detection.failing_after,
                grace: config.previous_secret_grace,
            },
            pace: Pace {
                rest: detection.interval * 2,
                repeat: config.notify.repeat,
            },
            detection,
            log,
            notifier: Notifier::start(&config.notify, concat!("tally/", env!("CARGO_PKG_VERSION")))?,
            elsewhere: Arc::default(),
            judge: Mutex::new(None),
            last: Mutex::default(),
            writing: Arc::default(),
        })
    }

    /// Where what nodes write of tenants and alarms has to be told, on nodes that share a log.
    pub fn elsewhere(&self) -> Arc<Elsewhere> {
        self.elsewhere.clone()
    }

    /// Looks at everything at `now` and says what is to be written down and told. Nothing before [`restore`] was called.
    pub fn tick(&self, known: &[KnownTenant], facts: Facts, now: DateTime<Utc>) -> Outcome {
        self.elsewhere
            .take()
            .into_iter()
            .for_each(|heard| self.take_in(heard));
        let survey = Survey::take(&self.observations.health, known, self.terms, now);
        self.observations.health.forget_trouble(survey.left.iter());
        let signals = Signals::of(&survey, facts, &self.detection);
        let outcome = self
            .judge()
            .as_mut()
            .map(|judge| judge.look(&survey, &signals, now));
        *self.last() = (survey, signals);
        outcome.unwrap_or_default()
    }

    fn take_in(&self, heard: Heard) {
        let mut judge = self.judge();
        match heard {
            Heard::Failing(tenant, failure, noted_at) => {
                self.observations
                    .health
                    .note_failing_elsewhere(tenant, &failure, noted_at);
                judge.iter_mut().for_each(|judge| judge.heard_failing(tenant));
            }
            Heard::Over(tenant, at) => {
                self.observations.health.note_recovered_elsewhere(tenant, at);
                judge.iter_mut().for_each(|judge| judge.heard_over(tenant));
            }
            Heard::Fired(alarm) => judge.iter_mut().for_each(|judge| judge.heard_fired(alarm)),
            Heard::Resolved(alarm) => judge.iter_mut().for_each(|judge| judge.heard_resolved(alarm)),
        }
    }

    /// What [`Self::tick`] wanted written down is.
    pub fn carried_out(&self, act: &Act) {
        if let Some(judge) = self.judge().as_mut() {
            judge.carried_out(act);
        }
    }

    /// The numbers of the last look.
    pub fn signals(&self) -> Signals {
        self.last().1
    }

    /// The tenants as of the last look.
    pub fn survey(&self) -> Survey {
        self.last().0.clone()
    }

    /// The alarms that fire, with since when and for what.
    pub fn firing(&self) -> Vec<(&'static Alarm, Fire)> {
        let judge = self.judge();
        let firing = judge.iter().flat_map(Judge::firing);
        firing
            .filter_map(|(name, fire)| Some((Alarm::by_name(name)?, fire.clone())))
            .collect()
    }

    fn judge(&self) -> MutexGuard<'_, Option<Judge>> {
        self.judge.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn last(&self) -> MutexGuard<'_, (Survey, Signals)> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
