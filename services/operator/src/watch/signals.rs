//! The numbers that alarms are based on. They are taken at each tick and published as gauges.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::domain::health::Failure;
use chrono::{DateTime, TimeDelta, Utc};
use tally_domain::TenantId;

use crate::metric;
use crate::settings::Detection;
use tally_observations::health::LastGood;
use tally_observations::node::KnownTenant;
use tally_observations::observer::Standing;
use tally_observations::{HealthMemory, Streak, TenantHealth};

/// A failing tenant without a request for this long counts in no alarm. It stays recorded as
/// failing.
const SILENCE: TimeDelta = TimeDelta::hours(24);
/// A site without a verified request for this long is idle: what nothing verifies may come from
/// anyone, and raises no alarm.
const IDLE: TimeDelta = TimeDelta::hours(24);
/// How long a refused request with a good signature, or a failure that a user saw, says something
/// about the present.
const LATELY: TimeDelta = TimeDelta::minutes(5);
/// How close the end of a previous secret's grace period must be before a tenant that still uses it
/// counts.
const SOON: TimeDelta = TimeDelta::hours(6);
/// How long after a rotation requests under the old secret say nothing: open pages go on with the
/// tokens they have.
const OPEN_PAGES: TimeDelta = TimeDelta::minutes(30);

/// When a tenant counts as failing or as expiring.
#[derive(Clone, Copy, Debug)]
pub(super) struct FailingTerms {
    /// How long requests must have been refused, with none verified since the first.
    pub failing_after: Duration,
    /// How long a previous secret stays accepted.
    pub grace: TimeDelta,
}

/// A number that an alarm can be based on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signal {
    /// Tenants whose requests no secret verifies.
    TenantsFailing,
    /// Tenants whose correctly signed requests are refused for their time or address.
    TenantsTurnedAway,
    /// Tenants whose users see failures, as browsers report.
    TenantsSeenFailing,
    /// Tenants that still use a previous secret whose grace period ends soon.
    PreviousSecretExpiring,
    /// Tenants whose secrets could not be opened when a request needed them.
    SecretsUnopened,
    /// Installations that verified and could not be stored, with none stored since.
    InstallsUnstored,
    /// Sites whose installations were refused for a reason that only the operator can repair.
    InstallsRefused,
    /// 1 while the key server fails.
    KeyServerFailing,
    /// The number of views that stopped.
    ViewsStopped,
    /// 1 while the log fails.
    LogUnavailable,
    /// Messages that could not be delivered yet.
    NotificationsWaiting,
}

impl Signal {
    /// All signals.
    pub const ALL: [Self; 11] = [
        Self::TenantsFailing,
        Self::TenantsTurnedAway,
        Self::TenantsSeenFailing,
        Self::PreviousSecretExpiring,
        Self::SecretsUnopened,
        Self::InstallsUnstored,
        Self::InstallsRefused,
        Self::KeyServerFailing,
        Self::ViewsStopped,
        Self::LogUnavailable,
        Self::NotificationsWaiting,
    ];

    /// The name of the gauge under which it is published.
    pub fn metric(self) -> &'static str {
        match self {
            Self::TenantsFailing => metric::TENANTS_FAILING,
            Self::TenantsTurnedAway => metric::TENANTS_TURNED_AWAY,
            Self::TenantsSeenFailing => metric::TENANTS_SEEN_FAILING,
            Self::PreviousSecretExpiring => metric::TENANTS_PREVIOUS_SECRET_EXPIRING,
            Self::SecretsUnopened => metric::TENANTS_SECRETS_UNOPENED,
            Self::InstallsUnstored => metric::INSTALLS_UNSTORED,
            Self::InstallsRefused => metric::INSTALLS_REFUSED,
            Self::KeyServerFailing => metric::KEY_SERVER_FAILING,
            Self::ViewsStopped => metric::VIEWS_STOPPED,
            Self::LogUnavailable => metric::LOG_UNAVAILABLE,
            Self::NotificationsWaiting => metric::NOTIFICATIONS_WAITING,
        }
    }
}

/// What is known at one tick about things other than tenants' requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// Tenants whose secrets lately could not be opened when a request needed them.
    pub secrets_unopened: u64,
    /// Installations that verified and could not be stored, with none stored since.
    pub installs_unstored: u64,
    /// Sites whose installations were refused in the last hour for a reason that only the operator
    /// can repair.
    pub installs_refused: u64,
    /// Whether the server of install keys does not answer as it should.
    pub key_server_failing: bool,
    /// The number of views that stopped.
    pub views_stopped: u64,
    /// Whether events cannot be written or read.
    pub log_unavailable: bool,
    /// Messages that could not be delivered yet.
    pub notifications_waiting: u64,
}

/// The tenants at one tick.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Survey {
    /// The number of tenants that have Tally installed.
    pub installed: u64,
    /// The tenants that fail.
    pub failing: BTreeMap<TenantId, Failure>,
    /// The failing tenants that sent a request in the last day.
    pub failing_lately: BTreeSet<TenantId>,
    /// Idle tenants for which requests come that nothing verifies.
    pub idle_refused: BTreeMap<TenantId, Failure>,
    /// The tenants whose correctly signed requests are refused.
    pub turned_away: BTreeSet<TenantId>,
    /// The tenants whose users see failures.
    pub seen_failing: BTreeSet<TenantId>,
    /// The number of tenants that used a previous secret in their last request.
    pub on_previous: u64,
    /// The tenants that still use a previous secret whose grace period ends soon.
    pub expiring: BTreeSet<TenantId>,
    /// The tenants that have uninstalled.
    pub left: BTreeSet<TenantId>,
}

impl Survey {
    /// Surveys all tenants at `now`.
    pub fn take(
        health: &HealthMemory,
        known: &[KnownTenant],
        terms: FailingTerms,
        now: DateTime<Utc>,
    ) -> Self {
        let mut survey = Self {
            installed: known.iter().filter(|k| k.installed).count() as u64,
            left: known.iter().filter(|k| !k.installed).map(|k| k.tenant).collect(),
            ..Self::default()
        };
        let failing_after = TimeDelta::from_std(terms.failing_after).unwrap_or(TimeDelta::MAX);
        let installed = known.iter().filter(|k| k.installed).map(|k| k.tenant);
        health.visit(installed, |tenant, last_good, troubled| {
            survey.add_last_good(tenant, last_good, terms.grace, now);
            if let Some(health) = troubled {
                survey.add_trouble(tenant, &health, failing_after, now);
            }
        });
        survey
    }

    fn add_last_good(&mut self, tenant: TenantId, last_good: LastGood, grace: TimeDelta, now: DateTime<Utc>) {
        let (Some(Standing::Previous { until }), Some(used)) = last_good else {
            return;
        };
        self.on_previous += 1;
        let replaced = until - grace;
        let still_in_use = used - replaced >= OPEN_PAGES.min(grace / 2);
        if still_in_use && until > now && until - now <= SOON {
            self.expiring.insert(tenant);
        }
    }

    fn add_trouble(
        &mut self,
        tenant: TenantId,
        health: &TenantHealth,
        failing_after: TimeDelta,
        now: DateTime<Utc>,
    ) {
        let trouble = &health.trouble;
        let failing = |streak: &&Streak| now - streak.first >= failing_after;
        if let Some(streak) = trouble.refused.as_ref().filter(failing) {
            let failure = to_failure(streak, health.last_good);
            let in_use = |used: DateTime<Utc>| streak.first - used < IDLE;
            if !health.last_used.is_some_and(in_use) {
                self.idle_refused.insert(tenant, failure);
            } else {
                self.failing.insert(tenant, failure);
                if now - streak.last <= SILENCE {
                    self.failing_lately.insert(tenant);
                }
            }
        }
        let lately = |streak: &Streak| now - streak.last <= LATELY;
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
            Signal::SecretsUnopened
            | Signal::InstallsUnstored
            | Signal::InstallsRefused
            | Signal::KeyServerFailing
            | Signal::ViewsStopped
            | Signal::LogUnavailable
            | Signal::NotificationsWaiting => &NONE,
        }
    }
}

fn to_failure(streak: &Streak, last_good_at: Option<DateTime<Utc>>) -> Failure {
    Failure {
        code: streak.code.clone(),
        since: streak.first,
        refusals: streak.count,
        last_good_at,
    }
}

/// All numbers of one tick.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Signals {
    /// Tenants that have Tally installed.
    pub tenants_installed: u64,
    /// The number of tenants that fires an alarm that counts tenants.
    pub tenants_limit: u64,
    /// See [`Signal::TenantsFailing`].
    pub tenants_failing: u64,
    /// See [`Signal::TenantsTurnedAway`].
    pub tenants_turned_away: u64,
    /// See [`Signal::TenantsSeenFailing`].
    pub tenants_seen_failing: u64,
    /// Tenants that used a previous secret in their last request.
    pub tenants_on_previous_secret: u64,
    /// See [`Signal::PreviousSecretExpiring`].
    pub tenants_previous_secret_expiring: u64,
    /// The numbers that are not about tenants' requests.
    pub(super) facts: Facts,
}

impl Signals {
    /// The numbers of a survey, and of what else is known.
    pub(super) fn from_survey(survey: &Survey, facts: Facts, detection: &Detection) -> Self {
        Self {
            tenants_installed: survey.installed,
            tenants_limit: tenants_limit(survey.installed, detection),
            tenants_failing: survey.failing_lately.len() as u64,
            tenants_turned_away: survey.turned_away.len() as u64,
            tenants_seen_failing: survey.seen_failing.len() as u64,
            tenants_on_previous_secret: survey.on_previous,
            tenants_previous_secret_expiring: survey.expiring.len() as u64,
            facts,
        }
    }

    /// The value of one signal.
    pub fn value(&self, signal: Signal) -> u64 {
        match signal {
            Signal::TenantsFailing => self.tenants_failing,
            Signal::TenantsTurnedAway => self.tenants_turned_away,
            Signal::TenantsSeenFailing => self.tenants_seen_failing,
            Signal::PreviousSecretExpiring => self.tenants_previous_secret_expiring,
            Signal::SecretsUnopened => self.facts.secrets_unopened,
            Signal::InstallsUnstored => self.facts.installs_unstored,
            Signal::InstallsRefused => self.facts.installs_refused,
            Signal::KeyServerFailing => u64::from(self.facts.key_server_failing),
            Signal::ViewsStopped => self.facts.views_stopped,
            Signal::LogUnavailable => u64::from(self.facts.log_unavailable),
            Signal::NotificationsWaiting => self.facts.notifications_waiting,
        }
    }

    /// Publishes all signals as gauges.
    pub fn publish(&self, now: DateTime<Utc>) {
        #[expect(clippy::cast_precision_loss, reason = "a gauge is a float; counts are small")]
        let set = |name: &'static str, value: u64| metrics::gauge!(name).set(value as f64);
        for signal in Signal::ALL {
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

/// The number of failing tenants that fires an alarm: a share of the installed tenants, and not
/// below the least number.
fn tenants_limit(installed: u64, detection: &Detection) -> u64 {
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
            assert_eq!(tenants_limit(installed, &detection), least, "{installed}");
        }
    }
}
