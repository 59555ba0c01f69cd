//! What the alarms look at: a handful of numbers, taken anew at each look and published as gauges.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tally_domain::TenantId;
use tally_domain::health::Failure;

use tally_operator::metric;
use tally_operator::observations::health::LastGood;
use tally_operator::observations::{HealthMemory, Streak, TenantHealth};
use tally_operator::observer::Standing;
use tally_operator::settings::Detection;

/// A failing tenant of which nothing was heard for so long counts in no alarm. It stays known as failing.
const SILENCE: TimeDelta = TimeDelta::hours(24);
/// For how long a refusal under a good signature, or what somebody saw, says something about now.
const LATELY: TimeDelta = TimeDelta::minutes(5);
/// How soon the grace of a previous secret must end for a tenant that still uses it to be an alarm.
const SOON: TimeDelta = TimeDelta::hours(6);
/// For how long after a rotation requests under the old secret say nothing: frames that are open go on with the tokens they have.
const OPEN_FRAMES: TimeDelta = TimeDelta::minutes(30);

/// What decides whether a tenant counts.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// How long requests must have been refused.
    pub failing_after: Duration,
    /// How long a displaced secret stays accepted.
    pub grace: TimeDelta,
}

/// One number that an alarm can look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signal {
    /// Tenants whose requests no secret verifies.
    TenantsFailing,
    /// Tenants whose truly signed requests are refused for their time or address.
    TenantsTurnedAway,
    /// Tenants whose people see failures, as browsers tell.
    TenantsSeenFailing,
    /// Tenants that still use a displaced secret, the grace of which ends soon.
    PreviousSecretExpiring,
    /// Installations that verified and could not be stored, with none stored since.
    InstallsUnstored,
    /// Tenants whose installations were refused for a reason that the operator has to mend.
    InstallsRefused,
    /// Whether the key server fails.
    KeyServerFailing,
    /// Views that stopped.
    ViewsStopped,
    /// Whether the log fails.
    LogUnavailable,
    /// Messages that could not be delivered yet.
    NotificationsWaiting,
}

impl Signal {
    /// The gauge it is published as.
    pub fn metric(self) -> &'static str {
        match self {
            Self::TenantsFailing => metric::TENANTS_FAILING,
            Self::TenantsTurnedAway => metric::TENANTS_TURNED_AWAY,
            Self::TenantsSeenFailing => metric::TENANTS_SEEN_FAILING,
            Self::PreviousSecretExpiring => metric::TENANTS_PREVIOUS_SECRET_EXPIRING,
            Self::InstallsUnstored => metric::INSTALLS_UNSTORED,
            Self::InstallsRefused => metric::INSTALLS_REFUSED,
            Self::KeyServerFailing => metric::KEY_SERVER_FAILING,
            Self::ViewsStopped => metric::VIEWS_STOPPED,
            Self::LogUnavailable => metric::LOG_UNAVAILABLE,
            Self::NotificationsWaiting => metric::NOTIFICATIONS_WAITING,
        }
    }
}

/// What is known of things besides tenants' requests, at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Installations that verified and could not be stored, with none stored since.
    pub installs_unstored: u64,
    /// Tenants whose installations were refused lately for a reason that the operator has to mend.
    pub installs_refused: u64,
    /// Whether the key server fails.
    pub key_server_failing: bool,
    /// Views that stopped.
    pub views_stopped: u64,
    /// Whether the log fails.
    pub log_unavailable: bool,
    /// Messages that could not be delivered yet.
    pub notifications_waiting: u64,
}

/// A tenant as the directory has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownTenant {
    /// Which.
    pub tenant: TenantId,
    /// Whether it has Tally installed.
    pub installed: bool,
}

/// The tenants at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Survey {
    /// How many have Tally installed.
    pub installed: u64,
    /// Those that fail.
    pub failing: BTreeMap<TenantId, Failure>,
    /// Those of them that were heard of in the last day.
    pub failing_lately: BTreeSet<TenantId>,
    /// Those whose truly signed requests are refused.
    pub turned_away: BTreeSet<TenantId>,
    /// Those whose people see failures.
    pub seen_failing: BTreeSet<TenantId>,
    /// How many used a displaced secret in their last request.
    pub on_previous: u64,
    /// Those of them whose grace ends soon.
    pub expiring: BTreeSet<TenantId>,
    /// Those of which something is remembered, and that have uninstalled.
    pub left: BTreeSet<TenantId>,
}

impl Survey {
    /// Looks at all tenants.
    pub fn take(health: &HealthMemory, known: &[KnownTenant], terms: Terms, now: DateTime<Utc>) -> Self {
        let mut survey = Self {
            installed: known.iter().filter(|k| k.installed).count() as u64,
            left: known.iter().filter(|k| !k.installed).map(|k| k.tenant).collect(),
            ..Self::default()
        };
        let patience = TimeDelta::from_std(terms.failing_after).unwrap_or(TimeDelta::MAX);
        let installed = known.iter().filter(|k| k.installed).map(|k| k.tenant);
        health.visit(installed, |tenant, stands, troubled| {
            survey.stands(tenant, stands, terms.grace, now);
            if let Some(health) = troubled {
                survey.troubled(tenant, &health, patience, now);
            }
        });
        survey
    }

    fn stands(&mut self, tenant: TenantId, stands: LastGood, grace: TimeDelta, now: DateTime<Utc>) {
        let (Some(Standing::Previous { until }), Some(used)) = stands else {
            return;
        };
        self.on_previous += 1;
        let displaced = until - grace;
        let still_in_use = used - displaced >= OPEN_FRAMES.min(grace / 2);
        if still_in_use && until > now && until - now <= SOON {
            self.expiring.insert(tenant);
        }
    }

    fn troubled(&mut self, tenant: TenantId, health: &TenantHealth, patience: TimeDelta, now: DateTime<Utc>) {
        let trouble = &health.trouble;
        if let Some(spell) = trouble.refused.as_ref().filter(|s| now - s.first >= patience) {
            self.failing.insert(tenant, failure(spell, health.last_good));
            if now - spell.last <= SILENCE {
                self.failing_lately.insert(tenant);
            }
        }
        let lately = |spell: &Streak| now - spell.last <= LATELY;
        if trouble.turned_away.as_ref().is_some_and(lately) {
            self.turned_away.insert(tenant);
        }
        if trouble.seen.as_ref().is_some_and(lately) {
            self.seen_failing.insert(tenant);
        }
    }

    /// The tenants that a signal is about.
    pub fn tenants_of(&self, signal: Signal) -> &BTreeSet<TenantId> {
        static NONE: BTreeSet<TenantId> = BTreeSet::new();
        match signal {
            Signal::TenantsFailing => &self.failing_lately,
            Signal::TenantsTurnedAway => &self.turned_away,
            Signal::TenantsSeenFailing => &self.seen_failing,
            Signal::PreviousSecretExpiring => &self.expiring,
            _ => &NONE,
        }
    }
}

fn failure(spell: &Streak, last_good_at: Option<DateTime<Utc>>) -> Failure {
    Failure {
        code: spell.code.clone(),
        since: spell.first,
        refusals: spell.count,
        last_good_at,
    }
}

/// All numbers of one look.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Signals {
    /// Tenants that have Tally installed.
    pub tenants_installed: u64,
    /// How many tenants make an alarm that counts tenants.
    pub tenants_limit: u64,
    /// See [`Signal::TenantsFailing`].
    pub tenants_failing: u64,
    /// See [`Signal::TenantsTurnedAway`].
    pub tenants_turned_away: u64,
    /// See [`Signal::TenantsSeenFailing`].
    pub tenants_seen_failing: u64,
    /// Tenants that used a displaced secret in their last request.
    pub tenants_on_previous_secret: u64,
    /// See [`Signal::PreviousSecretExpiring`].
    pub tenants_previous_secret_expiring: u64,
    /// The rest.
    pub facts: Facts,
}

impl Signals {
    /// The numbers of a look at tenants and of what else is known.
    pub fn of(survey: &Survey, facts: Facts, detection: &Detection) -> Self {
        Self {
            tenants_installed: survey.installed,
            tenants_limit: limit(survey.installed, detection),
            tenants_failing: survey.failing_lately.len() as u64,
            tenants_turned_away: survey.turned_away.len() as u64,
            tenants_seen_failing: survey.seen_failing.len() as u64,
            tenants_on_previous_secret: survey.on_previous,
            tenants_previous_secret_expiring: survey.expiring.len() as u64,
            facts,
        }
    }

    /// One of them.
    pub fn value(&self, signal: Signal) -> u64 {
        match signal {
            Signal::TenantsFailing => self.tenants_failing,
            Signal::TenantsTurnedAway => self.tenants_turned_away,
            Signal::TenantsSeenFailing => self.tenants_seen_failing,
            Signal::PreviousSecretExpiring => self.tenants_previous_secret_expiring,
            Signal::InstallsUnstored => self.facts.installs_unstored,
            Signal::InstallsRefused => self.facts.installs_refused,
            Signal::KeyServerFailing => u64::from(self.facts.key_server_failing),
            Signal::ViewsStopped => self.facts.views_stopped,
            Signal::LogUnavailable => u64::from(self.facts.log_unavailable),
            Signal::NotificationsWaiting => self.facts.notifications_waiting,
        }
    }

    /// Publishes them as gauges.
    pub fn publish(&self, now: DateTime<Utc>) {
        #[expect(clippy::cast_precision_loss, reason = "a gauge is a float; counts are small")]
        let set = |name: &'static str, value: u64| metrics::gauge!(name).set(value as f64);
        for signal in super::alarms::signals() {
            set(signal.metric(), self.value(signal));
        }
        set(metric::TENANTS_INSTALLED, self.tenants_installed);
        set(metric::ALARM_TENANTS_LIMIT, self.tenants_limit);
        set(
            metric::TENANTS_ON_PREVIOUS_SECRET,
            self.tenants_on_previous_secret,
        );
        set(
            metric::WATCH_LOOKED_AT,
            u64::try_from(now.timestamp()).unwrap_or_default(),
        );
    }
}

/// How many failing tenants are an alarm: a share of the installed ones, and not fewer than the least.
fn limit(installed: u64, detection: &Detection) -> u64 {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a count of tenants is a small positive number"
    )]
    let share = (installed as f64 * detection.share_percent / 100.0).ceil() as u64;
    share.max(u64::from(detection.least_tenants))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_needs_a_share_of_the_tenants_and_never_fewer_than_the_least() {
        let detection = Detection {
            failing_after: Duration::from_secs(15),
            interval: Duration::from_secs(5),
            least_tenants: 3,
            share_percent: 1.0,
        };
        for (installed, least) in [(0, 3), (3, 3), (300, 3), (301, 4), (2000, 20)] {
            assert_eq!(limit(installed, &detection), least, "{installed}");
        }
    }
}
