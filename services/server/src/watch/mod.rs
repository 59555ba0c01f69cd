//! Watching over the tenants: noticing, before customers do, that something fails, and telling who can mend it.
//!
//! `health` remembers what became of each tenant's signed requests; `signals` sums it up at each look; `alarms` is the table of what is too much;
//! `judge` makes of it what is to be written down and told; `run` does so every few seconds; `notify` tells. Alarms count tenants, not
//! requests: on the day this app exists for, batches made the first failures few.
//!
//! Nothing is written for a request. A tenant that begins to fail, and one that does no more, is an event, and so is an alarm.

pub mod alarms;
mod elsewhere;
pub mod health;
pub mod judge;
mod log_health;
pub mod notify;
pub mod outcome;
pub mod page_ref;
mod recent;
mod restore;
mod rules;
mod run;
pub mod signals;
mod spell;
mod state;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use tally_atlassian::Refusal;
use tally_domain::TenantId;

pub use elsewhere::Elsewhere;
pub use log_health::{LogHealth, WatchedLog};
pub use restore::restore;
pub use rules::prometheus_rules;
pub use run::start;
pub use state::{Fire, Measured};

use self::alarms::Alarm;
use self::elsewhere::Heard;
use self::health::{Health, Kind, Standing};
use self::judge::{Judge, Pace};
use self::notify::Notifier;
use self::outcome::{Act, Outcome};
use self::page_ref::PageRefs;
use self::recent::Recent;
use self::signals::{Facts, KnownTenant, Signals, Survey, Terms};
use crate::config::{Config, Detection};

/// For how long a refused installation counts.
const REFUSED_INSTALLS: TimeDelta = TimeDelta::hours(1);

/// What is watched, and what was made of it.
pub struct Watch {
    /// What is remembered of each tenant.
    pub health: Health,
    /// References to tenants for browsers.
    pub page_refs: PageRefs,
    detection: Detection,
    terms: Terms,
    pace: Pace,
    refused_installs: Recent,
    log: Arc<LogHealth>,
    notifier: Notifier,
    elsewhere: Arc<Elsewhere>,
    judge: Mutex<Option<Judge>>,
    last: Mutex<(Survey, Signals)>,
    /// Held by whoever writes down what a look led to.
    writing: Arc<tokio::sync::Mutex<()>>,
}

impl Watch {
    /// One as configured, that knows nothing yet; `page_key` is what references to tenants are signed with.
    ///
    /// # Errors
    /// Somebody who is to be told cannot be, by the configuration.
    pub fn new(config: &Config, page_key: &[u8], log: Arc<LogHealth>) -> anyhow::Result<Self> {
        let detection = config.detection.clone();
        Ok(Self {
            health: Health::default(),
            page_refs: PageRefs::new(page_key),
            terms: Terms {
                failing_after: detection.failing_after,
                grace: config.previous_secret_grace,
            },
            pace: Pace {
                rest: detection.interval * 2,
                repeat: config.notify.repeat,
            },
            detection,
            refused_installs: Recent::new(REFUSED_INSTALLS),
            log,
            notifier: Notifier::start(&config.notify, concat!("tally/", env!("CARGO_PKG_VERSION")))?,
            elsewhere: Arc::default(),
            judge: Mutex::new(None),
            last: Mutex::default(),
            writing: Arc::default(),
        })
    }

    /// A request of the tenant verified.
    pub fn observe_good(&self, tenant: TenantId, kind: Kind, standing: Standing, now: DateTime<Utc>) {
        self.health.good(tenant, kind, standing, now);
    }

    /// A request that says it is of the tenant, and is right in every other way, was refused since no secret verifies it.
    pub fn observe_refused(&self, tenant: TenantId, code: &str, now: DateTime<Utc>) {
        self.health.refused(tenant, code, now);
    }

    /// A request of the tenant, truly signed, was refused for its time or its address.
    pub fn observe_turned_away(&self, tenant: TenantId, code: &str, now: DateTime<Utc>) {
        self.health.turned_away(tenant, code, now);
    }

    /// Somebody at the tenant saw a failure.
    pub fn observe_seen_by_user(&self, tenant: TenantId, code: &str, now: DateTime<Utc>) {
        self.health.seen(tenant, code, now);
    }

    /// An installation was refused. It counts when only the operator can mend the reason; `issuer` is whom its token names, and `known` whether
    /// that is a tenant.
    pub fn observe_install_refused(&self, issuer: &str, known: bool, code: &str, now: DateTime<Utc>) {
        // These are said of tokens under the platform's own signature, so nobody can make them up.
        let ours = [
            Refusal::AudienceMismatch,
            Refusal::QshMismatch,
            Refusal::Expired { seconds: 0 },
            Refusal::NotYetValid { seconds: 0 },
            Refusal::AppKeyMismatch,
            Refusal::BaseUrlNotAllowed,
        ];
        // An unknown key is mostly a forger's, unless it comes for a tenant that we have.
        let unknown_key = known && code == Refusal::KeyUnknown.code();
        if unknown_key || ours.iter().any(|refusal| refusal.code() == code) {
            self.refused_installs.note(issuer, now);
        }
    }

    /// An installation was taken in.
    pub fn observe_installed(&self, client_key: &str) {
        self.refused_installs.forget(client_key);
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
        let survey = Survey::take(&self.health, known, self.terms, now);
        self.health.forget(survey.left.iter());
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
                self.health.hear_failing(tenant, &failure, noted_at);
                judge.iter_mut().for_each(|judge| judge.heard_failing(tenant));
            }
            Heard::Over(tenant, at) => {
                self.health.hear_over(tenant, at);
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
