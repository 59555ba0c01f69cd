//! What ticks at given times lead to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use crate::domain::incident::Affected;
use chrono::{DateTime, TimeDelta, Utc};
use tally_domain::TenantId;
use uuid::Uuid;

use super::alarms::Alarm;
use super::evaluation::Evaluation;
use super::judge::Judge;
use super::node_reports::NodeReports;
use super::outcome::{News, Outcome, RecordTask, ReleaseNote};
use super::signals::Facts;
use super::state::{AlarmCondition, FiringAlarm, Measured};
use crate::settings::{Detection, NotifySettings};
use tally_observations::Observations;
use tally_observations::node::KnownTenant;
use tally_observations::observer::{Observer, RequestKind, Standing};

mod agreement;
mod counting;
mod files;
mod nodes;
mod outbox;

const REFUSED: &str = "jwt.signature_invalid";

/// A watch over some tenants, with its own time.
struct Scene {
    observations: Arc<Observations>,
    reports: Arc<NodeReports>,
    evaluation: Evaluation,
    known: Vec<KnownTenant>,
    facts: Facts,
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_646_650_000 + seconds, 0).unwrap()
}

fn tenant(number: u128) -> TenantId {
    TenantId(Uuid::from_u128(number))
}

impl Scene {
    /// `installed` tenants, numbered from 0, under the defaults: a tenant fails after 15 s, looks
    /// every 5 s.
    fn of(installed: u128) -> Self {
        Self::with_repeat(installed, 4 * 3600)
    }

    /// The same with another time after which messages are repeated, in seconds.
    fn with_repeat(installed: u128, seconds: u64) -> Self {
        let detection = Detection {
            failing_after: Duration::from_secs(15),
            interval: Duration::from_secs(5),
            least_tenants: 3,
            share_percent: 1.0,
        };
        let notify = NotifySettings {
            webhook: None,
            slack: None,
            email: None,
            language: tally_messages::Language::English,
            repeat: Duration::from_secs(seconds),
        };
        let (observations, reports) = (Arc::new(Observations::new(at(0))), Arc::<NodeReports>::default());
        let grace = TimeDelta::hours(24);
        let evaluation = Evaluation::new(observations.clone(), reports.clone(), detection, &notify, grace);
        evaluation.begin(Judge::restore(evaluation.pace(), BTreeSet::new(), [], at(0)));
        let known = (0..installed).map(|number| KnownTenant {
            tenant: tenant(number),
            installed: true,
        });
        Self {
            observations,
            reports,
            evaluation,
            known: known.collect(),
            facts: Facts::default(),
        }
    }

    /// As after a restart of its process, when the log says that these alarms fire since then.
    fn restart(&self, firing: impl IntoIterator<Item = (&'static Alarm, DateTime<Utc>)>, seconds: i64) {
        let firing = firing.into_iter().map(|(alarm, since)| {
            let firing = FiringAlarm {
                since,
                measured: Measured { value: 1, limit: 1 },
                tenants: vec![],
                clear_since: None,
            };
            (alarm, firing)
        });
        self.reports.take_all();
        let judge = Judge::restore(self.evaluation.pace(), BTreeSet::new(), firing, at(seconds));
        self.evaluation.begin(judge);
    }

    fn refuse(&self, number: u128, seconds: i64) {
        self.observations
            .health
            .note_refused(tenant(number), REFUSED, at(seconds));
    }

    fn verify(&self, number: u128, seconds: i64) {
        self.observations
            .note_verified(tenant(number), RequestKind::Api, Standing::Current, at(seconds));
    }

    /// A look after which the log has everything.
    fn tick(&self, seconds: i64) -> Outcome {
        let outcome = self.look_without_log(seconds);
        for act in &outcome.tasks {
            self.evaluation.note_recorded(act);
        }
        outcome
    }

    fn look_without_log(&self, seconds: i64) -> Outcome {
        self.evaluation.tick(&self.known, self.facts, at(seconds))
    }

    fn fires(&self, alarm: &str) -> bool {
        self.evaluation
            .firing()
            .iter()
            .any(|(firing, _)| firing.name == alarm)
    }
}

fn news(outcome: &Outcome) -> Vec<(&'static str, News)> {
    let messages = outcome.messages.iter();
    messages
        .map(|message| (message.alarm.name, message.news))
        .collect()
}

#[test]
fn the_third_tenant_to_fail_makes_the_alarm_within_the_promised_time() {
    let scene = Scene::of(200);
    for (number, began) in [(0, 0), (1, 31), (2, 64)] {
        scene.refuse(number, began);
    }
    let mut fired = None;
    for seconds in (0..200).step_by(5) {
        let outcome = scene.tick(seconds);
        if !outcome.messages.is_empty() {
            assert_eq!(news(&outcome), [("TenantsFailing", News::Firing)]);
            assert_eq!(outcome.messages[0].tenants, [tenant(0), tenant(1), tenant(2)]);
            fired.get_or_insert(seconds);
        }
    }
    let fired = fired.unwrap();
    assert!(fired - 64 < 15 + 2 * 5, "{fired}");
    assert!(scene.fires("TenantsFailing"));
}

#[test]
fn a_tenant_that_fails_is_noted_once_and_so_is_its_recovery() {
    let scene = Scene::of(1);
    scene.refuse(0, 0);
    scene.refuse(0, 3);
    assert_eq!(scene.tick(14).tasks, []);
    let noted = scene.tick(15).tasks;
    let RecordTask::Failing(who, failure) = &noted[0] else {
        panic!("{noted:?}");
    };
    assert_eq!((*who, failure.since, failure.refusals), (tenant(0), at(0), 2));
    let messages = RecordTask::Release(ReleaseNote::TenantFailing(tenant(0), REFUSED.to_owned()));
    assert_eq!(scene.tick(20).tasks, [messages]);
    assert_eq!(scene.tick(25).tasks, []);
    scene.verify(0, 26);
    assert_eq!(scene.tick(30).tasks, [RecordTask::Recovered(tenant(0))]);
    assert_eq!(
        scene.tick(35).tasks,
        [RecordTask::Release(ReleaseNote::TenantRecovered(tenant(0)))]
    );
    assert_eq!(scene.tick(40).tasks, []);
}

#[test]
fn a_tenant_with_successes_in_between_never_fails() {
    let scene = Scene::of(1);
    for seconds in 0..300 {
        scene.refuse(0, seconds);
        if seconds % 14 == 0 {
            scene.verify(0, seconds);
        }
        assert_eq!(scene.tick(seconds), Outcome::default());
    }
}

#[test]
fn forged_requests_do_not_make_tenants_fail_that_are_at_work() {
    let scene = Scene::of(50);
    for seconds in 0..600 {
        for number in 0..50 {
            scene.refuse(number, seconds);
            // Each is at work, some of them seldom.
            if (seconds + i64::try_from(number).unwrap()) % 10 == 0 {
                scene.verify(number, seconds);
            }
        }
        assert_eq!(scene.tick(seconds), Outcome::default());
    }
}

#[test]
fn a_tenant_that_comes_and_goes_is_one_event_each_time_and_no_alarm() {
    let scene = Scene::of(10);
    let mut acts = vec![];
    for round in 0..5 {
        scene.refuse(0, round * 60);
        acts.extend(scene.tick(round * 60 + 20).tasks);
        scene.verify(0, round * 60 + 30);
        acts.extend(scene.tick(round * 60 + 35).tasks);
    }
    acts.extend(scene.tick(400).tasks);
    let failing = acts
        .iter()
        .filter(|act| matches!(act, RecordTask::Failing(..)))
        .count();
    let recovered = acts
        .iter()
        .filter(|act| matches!(act, RecordTask::Recovered(_)))
        .count();
    assert_eq!((failing, recovered), (5, 5));
    assert!(!scene.fires("TenantsFailing"));
}

#[test]
fn an_alarm_is_sent_once_again_after_the_repeat_time_and_when_it_ends() {
    let scene = Scene::with_repeat(10, 60);
    for number in 0..4 {
        scene.refuse(number, 0);
    }
    let mut messages = vec![];
    for seconds in (0..200).step_by(5) {
        if seconds == 100 {
            (0..4).for_each(|number| scene.verify(number, 100));
        }
        let outcome = scene.tick(seconds);
        messages.extend(news(&outcome).into_iter().map(|(_, news)| (seconds, news)));
    }
    assert_eq!(
        messages,
        [(15, News::Firing), (75, News::StillFiring), (110, News::Resolved)]
    );
}

#[test]
fn a_number_that_goes_to_and_fro_around_the_limit_is_one_alarm() {
    let scene = Scene::of(10);
    (0..3).for_each(|number| scene.refuse(number, 0));
    let mut messages = vec![];
    for seconds in (15..300).step_by(5) {
        // One of the three recovers, and fails again so soon that the alarm had no rest.
        if seconds % 30 == 0 {
            scene.verify(0, seconds);
            scene.observations.health.restore(
                tenant(0),
                &crate::domain::health::Failure {
                    code: REFUSED.to_owned(),
                    since: at(seconds - 10),
                    refusals: 1,
                    last_good_at: None,
                },
                at(seconds),
            );
        }
        messages.extend(news(&scene.tick(seconds)));
    }
    assert_eq!(messages, [("TenantsFailing", News::Firing)]);
}

#[test]
fn what_the_log_did_not_accept_is_retried_and_messages_are_sent_meanwhile() {
    let scene = Scene::of(10);
    (0..3).for_each(|number| scene.refuse(number, 0));
    let first = scene.look_without_log(15);
    assert_eq!(news(&first), [("TenantsFailing", News::Firing)]);
    let second = scene.look_without_log(20);
    assert_eq!(second.tasks, first.tasks);
    assert_eq!(second.messages, []);
    assert!(
        second
            .tasks
            .iter()
            .any(|act| matches!(act, RecordTask::Fired(..)))
    );
    scene.tick(25);
    let after = scene.tick(30);
    assert!(
        !after
            .tasks
            .iter()
            .any(|act| matches!(act, RecordTask::Fired(..) | RecordTask::Failing(..)))
    );
}

#[test]
fn an_incident_is_proposed_with_the_alarm_and_takes_in_those_who_fail_later() {
    let scene = Scene::of(10);
    (0..3).for_each(|number| scene.refuse(number, 0));
    let affected_tenants = |outcome: &Outcome| {
        outcome.tasks.iter().find_map(|act| match act {
            RecordTask::Incident(_, affected_tenants) => Some(affected_tenants.affected.clone()),
            _ => None,
        })
    };
    let some = |numbers: &[u128]| Some(Affected::Tenants(numbers.iter().copied().map(tenant).collect()));
    assert_eq!(affected_tenants(&scene.tick(15)), some(&[0, 1, 2]));
    assert_eq!(affected_tenants(&scene.tick(20)), None);
    scene.refuse(7, 22);
    assert_eq!(affected_tenants(&scene.tick(40)), some(&[7]));
    let release = ReleaseNote::Alarm("TenantsFailing", 3);
    assert!(!scene.tick(45).tasks.contains(&RecordTask::Release(release)));
}

#[test]
fn an_alarm_fails_the_release_that_bakes() {
    let scene = Scene::of(10);
    (0..3).for_each(|number| scene.refuse(number, 0));
    let acts = scene.look_without_log(15).tasks;
    assert!(acts.contains(&RecordTask::Release(ReleaseNote::Alarm("TenantsFailing", 3))));
}

#[test]
fn a_restart_neither_sends_again_nor_forgets_which_tenants_failed() {
    let before = Scene::of(10);
    (0..3).for_each(|number| before.refuse(number, 0));
    before.tick(15);
    let (alarm, fire) = before.evaluation.firing().remove(0);
    let failing = before.evaluation.survey().failing;

    let after = Scene::of(10);
    for (tenant, failure) in &failing {
        after.observations.health.restore(*tenant, failure, at(15));
    }
    let noted = failing.keys().copied().collect();
    after.evaluation.begin(Judge::restore(
        after.evaluation.pace(),
        noted,
        [(alarm, fire)],
        at(100),
    ));
    let first = after.tick(100);
    assert_eq!(first.messages, []);
    // Its incident is made sure of, which the decision recognises.
    assert!(
        first
            .tasks
            .iter()
            .all(|act| matches!(act, RecordTask::Incident(..))),
        "{first:?}"
    );
    (0..3).for_each(|number| after.verify(number, 103));
    let second = after.tick(105);
    let recovered = second
        .tasks
        .iter()
        .filter(|act| matches!(act, RecordTask::Recovered(_)));
    assert_eq!(recovered.count(), 3);
    after.tick(110);
    assert_eq!(news(&after.tick(115)), [("TenantsFailing", News::Resolved)]);
}

#[test]
fn the_state_of_the_log_the_views_and_the_keys_are_alarms_too() {
    let mut scene = Scene::of(1);
    scene.facts = Facts {
        secrets_unopened: 1,
        installs_unstored: 1,
        installs_refused: 3,
        key_server_failing: true,
        views_stopped: 1,
        log_unavailable: true,
        notifications_waiting: 1,
    };
    let mut messages: Vec<_> = (0..=600).step_by(5).flat_map(|s| news(&scene.tick(s))).collect();
    messages.sort_by_key(|(name, _)| *name);
    let names: Vec<_> = messages.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        [
            "InstallsRefused",
            "InstallsUnstored",
            "KeyServerFailing",
            "LogUnavailable",
            "NotificationsFailing",
            "SecretsUnopened",
            "ViewsStopped"
        ]
    );
}
