//! What one tick leads to. Pure: the time is given, nothing is stored or sent here.
//!
//! What has to be recorded is derived at each tick from the difference between what is and what the
//! log is known to say. So when the log fails nothing is lost: the next tick comes to the same
//! result, until [`Judge::note_recorded`] is called. What has to be reported does not wait for the
//! log.
//!
//! Several nodes judge, and the log has one state for all: an alarm fires while it does on any
//! node. So a node that reads that an alarm is over, and sees that it is not, records again that it
//! fires. A node that only restored the alarm from the log, and sees nothing of it, records that it
//! is over and waits for an objection of another node before it notifies people.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use crate::domain::alarm::Firing;
use crate::domain::incident::Affected;
use chrono::{DateTime, TimeDelta, Utc};
use tally_domain::TenantId;

use super::alarms::{ALARMS, Alarm, Scope, Threshold};
use super::outcome::{AlarmMessage, NewlyAffected, News, Outcome, RecordTask, ReleaseNote};
use super::signals::{Signals, Survey};
use super::state::{AlarmCondition, FiringAlarm, Measured, Transition};

/// How many notes for releases wait at most while the log fails. The oldest are dropped: a release
/// with that many notes has failed.
const MAX_NOTES: usize = 10_000;

/// What is known of one alarm.
#[derive(Default)]
struct Tracked {
    condition: AlarmCondition,
    /// Whether the log says that it fires.
    recorded: bool,
    /// Whether another node has recorded that it is over, while it fires here.
    contradicted: bool,
    /// Whether it fires only because the log said so: its condition never held here.
    inherited: bool,
    /// It was inherited and is over here, which was not reported yet: since when it had fired, and
    /// when it was found to be over.
    unreported: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// The tenants that its incident is known to name; `None` while it has no incident.
    incident: Option<NamedTenants>,
    reported_at: Option<DateTime<Utc>>,
}

/// The tenants that an incident names.
#[derive(Default)]
struct NamedTenants {
    everyone: bool,
    tenants: BTreeSet<TenantId>,
}

/// How long alarms rest and how often messages are repeated.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// How long a condition must not hold before its alarm is over.
    pub rest: Duration,
    /// How long after a message the next one follows while the alarm still fires; zero for never.
    pub repeat: Duration,
}

/// The result of the ticks so far.
pub(super) struct Judge {
    pace: Pace,
    /// The tenants that fail according to the log.
    recorded_failing: BTreeSet<TenantId>,
    alarms: BTreeMap<&'static str, Tracked>,
    notes: VecDeque<ReleaseNote>,
}

impl Judge {
    /// A judge that begins with the tenants that fail and the alarms that fire according to the
    /// log.
    pub fn restore(
        pace: Pace,
        recorded_failing: BTreeSet<TenantId>,
        firing: impl IntoIterator<Item = (&'static Alarm, FiringAlarm)>,
        now: DateTime<Utc>,
    ) -> Self {
        let mut alarms: BTreeMap<_, _> = ALARMS.iter().map(|a| (a.name, Tracked::default())).collect();
        for (alarm, firing) in firing {
            let tracked = Tracked {
                condition: AlarmCondition::from_firing(firing),
                recorded: true,
                inherited: true,
                reported_at: Some(now),
                ..Tracked::default()
            };
            alarms.insert(alarm.name, tracked);
        }
        Self {
            pace,
            recorded_failing,
            alarms,
            notes: VecDeque::new(),
        }
    }

    /// Judges what one tick saw.
    pub fn evaluate_all(&mut self, survey: &Survey, signals: &Signals, now: DateTime<Utc>) -> Outcome {
        let mut outcome = Outcome::default();
        for alarm in &ALARMS {
            self.evaluate_alarm(alarm, survey, signals, &mut outcome, now);
        }
        outcome.tasks.extend(self.tenant_tasks(survey));
        let notes = self.notes.iter().cloned();
        outcome.tasks.extend(notes.map(RecordTask::Release));
        outcome
    }

    /// A node recorded that a tenant fails.
    pub fn note_failing(&mut self, tenant: TenantId) {
        self.recorded_failing.insert(tenant);
    }

    /// A node recorded that a tenant does not fail any more.
    pub fn note_recovered(&mut self, tenant: TenantId) {
        self.recorded_failing.remove(&tenant);
    }

    /// A node recorded that an alarm fires.
    pub fn note_fired(&mut self, alarm: &Alarm) {
        self.tracker(alarm).unreported = None;
    }

    /// A node recorded that an alarm is over.
    pub fn note_resolved(&mut self, alarm: &Alarm) {
        let tracked = self.tracker(alarm);
        if tracked.firing().is_none() {
            return;
        }
        tracked.recorded = false;
        if tracked.inherited {
            *tracked = Tracked::default();
        } else {
            tracked.contradicted = true;
        }
    }

    /// The alarms that fire, by name.
    pub fn firing(&self) -> impl Iterator<Item = (&'static str, &FiringAlarm)> {
        let alarms = self.alarms.iter();
        alarms.filter_map(|(name, tracked)| Some((*name, tracked.firing()?)))
    }

    /// Notes that the log has it now.
    pub fn note_recorded(&mut self, task: &RecordTask) {
        match task {
            RecordTask::Failing(tenant, failure) => {
                if self.recorded_failing.insert(*tenant) {
                    self.add_note(ReleaseNote::TenantFailing(*tenant, failure.code.clone()));
                }
            }
            RecordTask::Recovered(tenant) | RecordTask::Left(tenant) => {
                if self.recorded_failing.remove(tenant) {
                    self.add_note(ReleaseNote::TenantRecovered(*tenant));
                }
            }
            RecordTask::Fired(alarm, _) => {
                let tracked = self.tracker(alarm);
                (tracked.recorded, tracked.contradicted) = (true, false);
            }
            RecordTask::Resolved(alarm) => self.tracker(alarm).recorded = false,
            RecordTask::Incident(alarm, new) => {
                let named = self.tracker(alarm).incident.get_or_insert_default();
                match &new.affected {
                    Affected::Everyone => named.everyone = true,
                    Affected::Tenants(tenants) => named.tenants.extend(tenants),
                }
            }
            RecordTask::Release(done) => self.notes.retain(|note| note != done),
        }
    }

    fn evaluate_alarm(
        &mut self,
        alarm: &'static Alarm,
        survey: &Survey,
        signals: &Signals,
        outcome: &mut Outcome,
        now: DateTime<Utc>,
    ) {
        let pace = self.pace;
        let measured = measure(alarm, signals);
        let about = survey.tenants_of(alarm.signal);
        let tracked = self.tracker(alarm);
        tracked.inherited &= measured.value < measured.limit;
        let tenants = || about.iter().copied().take(Firing::MAX_TENANTS).collect();
        let transition = tracked
            .condition
            .update(measured, tenants, (alarm.hold, pace.rest), now);
        let message = |news, since| AlarmMessage {
            alarm,
            news,
            since,
            measured,
            tenants: about.iter().copied().collect(),
            at: now,
        };
        outcome.messages.extend(
            tracked
                .take_news(transition.as_ref(), pace, now)
                .map(|(news, since)| message(news, since)),
        );
        outcome.tasks.extend(tracked.firing_task(alarm));
        outcome.tasks.extend(tracked.incident_task(alarm, about));
        if transition == Some(Transition::Fired) && alarm.fails_release {
            self.add_note(ReleaseNote::Alarm(alarm.name, signals.tenants_failing));
        }
    }

    fn tenant_tasks(&self, survey: &Survey) -> Vec<RecordTask> {
        let new = survey
            .failing
            .iter()
            .filter(|(tenant, _)| !self.recorded_failing.contains(tenant));
        let failing = new.map(|(tenant, failure)| RecordTask::Failing(*tenant, failure.clone()));
        let ended = self
            .recorded_failing
            .iter()
            .filter(|tenant| !survey.failing.contains_key(tenant));
        let ended = ended.map(|tenant| match survey.left.contains(tenant) {
            true => RecordTask::Left(*tenant),
            false => RecordTask::Recovered(*tenant),
        });
        failing.chain(ended).collect()
    }

    fn tracker(&mut self, alarm: &Alarm) -> &mut Tracked {
        self.alarms.entry(alarm.name).or_default()
    }

    fn add_note(&mut self, note: ReleaseNote) {
        if self.notes.len() >= MAX_NOTES {
            self.notes.pop_front();
        }
        self.notes.push_back(note);
    }
}

impl Tracked {
    fn firing(&self) -> Option<&FiringAlarm> {
        self.condition.firing.as_ref()
    }

    /// What has to be reported, and since when the condition held. It counts as reported from then
    /// on.
    fn take_news(
        &mut self,
        transition: Option<&Transition>,
        pace: Pace,
        now: DateTime<Utc>,
    ) -> Option<(News, DateTime<Utc>)> {
        let (news, since) = match (transition, self.firing(), self.unreported) {
            (Some(Transition::Resolved(firing)), ..) if self.inherited => {
                self.unreported = Some((firing.since, now));
                return None;
            }
            (Some(Transition::Resolved(firing)), ..) => (News::Resolved, firing.since),
            (Some(Transition::Fired), Some(firing), _) => (News::Firing, firing.since),
            (None, Some(firing), _) if is_due(self.reported_at, pace.repeat, now) => {
                (News::StillFiring, firing.since)
            }
            (None, None, Some((since, found))) if is_due(Some(found), pace.rest * 2, now) => {
                (News::Resolved, since)
            }
            _ => return None,
        };
        self.unreported = None;
        self.reported_at = Some(now);
        Some((news, since))
    }

    /// What the log does not say yet about the alarm.
    fn firing_task(&self, alarm: &'static Alarm) -> Option<RecordTask> {
        match self.firing() {
            // The node that contradicts may only be a tick ahead.
            Some(firing) if self.contradicted && firing.clear_since.is_some() => None,
            Some(firing) if !self.recorded => Some(RecordTask::Fired(alarm, to_event(alarm, firing))),
            None if self.recorded => Some(RecordTask::Resolved(alarm)),
            _ => None,
        }
    }

    /// The tenants that the alarm affects and its incident does not name yet, as many as one event
    /// holds; the others follow at the next tick.
    fn incident_task(&mut self, alarm: &'static Alarm, about: &BTreeSet<TenantId>) -> Option<RecordTask> {
        let Some(firing) = &self.condition.firing else {
            self.incident = None;
            return None;
        };
        let affected = match alarm.incident?.scope {
            Scope::Everyone if self.incident.as_ref().is_some_and(|named| named.everyone) => return None,
            Scope::Everyone => Affected::Everyone,
            Scope::ItsTenants => {
                let named = self.incident.as_ref().map(|named| &named.tenants);
                let new = |tenant: &&TenantId| !named.is_some_and(|named| named.contains(tenant));
                let new: Vec<_> = about
                    .iter()
                    .filter(new)
                    .copied()
                    .take(Affected::MAX_TENANTS)
                    .collect();
                Some(new).filter(|new| !new.is_empty()).map(Affected::Tenants)?
            }
        };
        let since = firing.since;
        Some(RecordTask::Incident(alarm, NewlyAffected { since, affected }))
    }
}

fn measure(alarm: &Alarm, signals: &Signals) -> Measured {
    Measured {
        value: signals.value(alarm.signal),
        limit: match alarm.threshold {
            Threshold::From(limit) => limit,
            Threshold::ShareOfTenants => signals.tenants_limit,
        },
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn to_event(alarm: &Alarm, firing: &FiringAlarm) -> Firing {
    Firing {
        alarm: alarm.name.to_owned(),
        since: firing.since,
        value: firing.measured.value as f64,
        limit: firing.measured.limit as f64,
        tenants: firing.tenants.clone(),
    }
}

/// Whether `after` has passed since `at`. Zero means never.
fn is_due(at: Option<DateTime<Utc>>, after: Duration, now: DateTime<Utc>) -> bool {
    let after = TimeDelta::from_std(after).unwrap_or(TimeDelta::MAX);
    !after.is_zero() && at.is_some_and(|at| now - at >= after)
}
