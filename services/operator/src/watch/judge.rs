//! What one look at all tenants leads to. Pure: the time is given, nothing is stored or sent here.
//!
//! What has to be written down is derived anew at each look from the difference between what is and what the log is known to say. So when
//! the log fails nothing is lost: the next look comes to the same, until [`Judge::carried_out`] says that it is done. What has to be told does not
//! wait for the log.
//!
//! Several nodes judge, and the log has one word for all: an alarm fires while it does on any. So who hears that it is over and knows better
//! writes again that it fires; and who only took it up from the log, and sees nothing of it, says that it is over and waits whether anybody
//! knows better before people are told.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tally_domain::TenantId;
use tally_domain::alarm::Firing;
use tally_domain::incident::Affected;

use super::alarms::{ALARMS, Alarm, Hurts, Limit};
use super::outcome::{Act, Hurt, Message, News, Outcome, ReleaseNote};
use super::signals::{Signals, Survey};
use super::state::{Change, Fire, Measured, Watched};

/// How many notes for releases wait at most while the log fails. The oldest are dropped: a release of which so much is to be said has failed.
const MAX_NOTES: usize = 10_000;

/// One alarm with what was made of it.
#[derive(Default)]
struct Tracked {
    watched: Watched,
    /// Whether the log says that it fires.
    recorded: bool,
    /// Whether another node has written that it is over, while it fires here.
    contradicted: bool,
    /// Whether it fires only because the log said so: its condition was never seen to hold here.
    inherited: bool,
    /// It was inherited and found over here, which people have not been told: since when it had fired, and when that was found.
    untold: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// Whom its incident is known to hurt; `None` while it has none.
    incident: Option<Known>,
    told_at: Option<DateTime<Utc>>,
}

/// Whom an incident is known to hurt.
#[derive(Default)]
struct Known {
    everyone: bool,
    tenants: BTreeSet<TenantId>,
}

/// How often things are done.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// For how long a condition must not hold before its alarm is over.
    pub rest: Duration,
    /// After what time an alarm that still fires is told of again.
    pub repeat: Duration,
}

/// What was made of the looks so far.
pub struct Judge {
    pace: Pace,
    /// The tenants that fail as the log has it.
    noted: BTreeSet<TenantId>,
    alarms: BTreeMap<&'static str, Tracked>,
    notes: VecDeque<ReleaseNote>,
}

impl Judge {
    /// With `noted`, the tenants that fail as the log has it, and the alarms that fire as the log has it.
    pub fn restored(
        pace: Pace,
        noted: BTreeSet<TenantId>,
        firing: impl IntoIterator<Item = (&'static Alarm, Fire)>,
        now: DateTime<Utc>,
    ) -> Self {
        let mut alarms: BTreeMap<_, _> = ALARMS.iter().map(|a| (a.name, Tracked::default())).collect();
        for (alarm, fire) in firing {
            let tracked = Tracked {
                watched: Watched::restored(fire),
                recorded: true,
                inherited: true,
                told_at: Some(now),
                ..Tracked::default()
            };
            alarms.insert(alarm.name, tracked);
        }
        Self {
            pace,
            noted,
            alarms,
            notes: VecDeque::new(),
        }
    }

    /// Takes in a look.
    pub fn look(&mut self, survey: &Survey, signals: &Signals, now: DateTime<Utc>) -> Outcome {
        let mut outcome = Outcome::default();
        for alarm in &ALARMS {
            self.evaluate(alarm, survey, signals, &mut outcome, now);
        }
        outcome.acts.extend(self.tenants(survey));
        outcome.acts.extend(self.notes.iter().cloned().map(Act::Release));
        outcome
    }

    /// The tenants that fail as the log has it.
    pub fn noted(&self) -> &BTreeSet<TenantId> {
        &self.noted
    }

    /// The log has it that a tenant fails, whoever saw it.
    pub(super) fn heard_failing(&mut self, tenant: TenantId) {
        self.noted.insert(tenant);
    }

    /// The log has it that a tenant fails no more.
    pub(super) fn heard_over(&mut self, tenant: TenantId) {
        self.noted.remove(&tenant);
    }

    /// The log has it that an alarm fires, whoever saw it.
    pub(super) fn heard_fired(&mut self, alarm: &Alarm) {
        self.tracked(alarm).untold = None;
    }

    /// The log has it that an alarm is over, whoever says so.
    pub(super) fn heard_resolved(&mut self, alarm: &Alarm) {
        let tracked = self.tracked(alarm);
        if Tracked::fire(tracked).is_none() {
            return;
        }
        tracked.recorded = false;
        if tracked.inherited {
            *tracked = Tracked::default();
        } else {
            tracked.contradicted = true;
        }
    }

    /// The alarms that fire.
    pub fn firing(&self) -> impl Iterator<Item = (&'static str, &Fire)> {
        let firing = |(name, tracked): (&&'static str, _)| Some((*name, Tracked::fire(tracked)?));
        self.alarms.iter().filter_map(firing)
    }

    /// The log has it now.
    pub fn carried_out(&mut self, act: &Act) {
        match act {
            Act::Failing(tenant, failure) => {
                if self.noted.insert(*tenant) {
                    self.note(ReleaseNote::TenantFailing(*tenant, failure.code.clone()));
                }
            }
            Act::Recovered(tenant) | Act::Left(tenant) => {
                if self.noted.remove(tenant) {
                    self.note(ReleaseNote::TenantRecovered(*tenant));
                }
            }
            Act::Fired(alarm, _) => {
                let tracked = self.tracked(alarm);
                (tracked.recorded, tracked.contradicted) = (true, false);
            }
            Act::Resolved(alarm) => self.tracked(alarm).recorded = false,
            Act::Incident(alarm, hurt) => {
                let known = self.tracked(alarm).incident.get_or_insert_default();
                match &hurt.affected {
                    Affected::Everyone => known.everyone = true,
                    Affected::Tenants(tenants) => known.tenants.extend(tenants),
                }
            }
            Act::Release(done) => self.notes.retain(|note| note != done),
        }
    }

    fn evaluate(
        &mut self,
        alarm: &'static Alarm,
        survey: &Survey,
        signals: &Signals,
        outcome: &mut Outcome,
        now: DateTime<Utc>,
    ) {
        let pace = self.pace;
        let measured = measured(alarm, signals);
        let about = survey.tenants_of(alarm.signal);
        let tracked = self.tracked(alarm);
        tracked.inherited &= measured.value < measured.limit;
        let tenants = || about.iter().copied().take(Firing::MAX_TENANTS).collect();
        let change = tracked
            .watched
            .look(measured, tenants, (alarm.hold, pace.rest), now);
        let message = |news, since| Message {
            alarm,
            news,
            since,
            measured,
            tenants: about.iter().copied().collect(),
            at: now,
        };
        outcome.messages.extend(
            tracked
                .news(change.as_ref(), pace, now)
                .map(|(news, since)| message(news, since)),
        );
        outcome.acts.extend(tracked.record(alarm));
        outcome.acts.extend(tracked.hurt(alarm, about));
        if change == Some(Change::Fired) && alarm.fails_release {
            self.note(ReleaseNote::Alarm(alarm.name, signals.tenants_failing));
        }
    }

    fn tenants(&self, survey: &Survey) -> Vec<Act> {
        let new = survey
            .failing
            .iter()
            .filter(|(tenant, _)| !self.noted.contains(tenant));
        let failing = new.map(|(tenant, failure)| Act::Failing(*tenant, failure.clone()));
        let ended = self
            .noted
            .iter()
            .filter(|tenant| !survey.failing.contains_key(tenant));
        let ended = ended.map(|tenant| match survey.left.contains(tenant) {
            true => Act::Left(*tenant),
            false => Act::Recovered(*tenant),
        });
        failing.chain(ended).collect()
    }

    fn tracked(&mut self, alarm: &Alarm) -> &mut Tracked {
        self.alarms.entry(alarm.name).or_default()
    }

    fn note(&mut self, note: ReleaseNote) {
        if self.notes.len() >= MAX_NOTES {
            self.notes.pop_front();
        }
        self.notes.push_back(note);
    }
}

impl Tracked {
    fn fire(tracked: &Self) -> Option<&Fire> {
        tracked.watched.firing.as_ref()
    }

    /// What people must be told, and since when the condition held.
    fn news(
        &mut self,
        change: Option<&Change>,
        pace: Pace,
        now: DateTime<Utc>,
    ) -> Option<(News, DateTime<Utc>)> {
        let (news, since) = match (change, Self::fire(self), self.untold) {
            (Some(Change::Resolved(fire)), ..) if self.inherited => {
                self.untold = Some((fire.since, now));
                return None;
            }
            (Some(Change::Resolved(fire)), ..) => (News::Resolved, fire.since),
            (Some(Change::Fired), Some(fire), _) => (News::Firing, fire.since),
            (None, Some(fire), _) if due(self.told_at, pace.repeat, now) => (News::StillFiring, fire.since),
            (None, None, Some((since, found))) if due(Some(found), pace.rest * 2, now) => {
                (News::Resolved, since)
            }
            _ => return None,
        };
        self.untold = None;
        self.told_at = Some(now);
        Some((news, since))
    }

    /// What the log does not say yet.
    fn record(&self, alarm: &'static Alarm) -> Option<Act> {
        match Self::fire(self) {
            // Who contradicts may only be a look ahead.
            Some(fire) if self.contradicted && fire.clear_since.is_some() => None,
            Some(fire) if !self.recorded => Some(Act::Fired(alarm, firing(alarm, fire))),
            None if self.recorded => Some(Act::Resolved(alarm)),
            _ => None,
        }
    }

    /// Whom the alarm hurts that its incident does not name yet, as many as one event holds: the others at the next look.
    fn hurt(&mut self, alarm: &'static Alarm, about: &BTreeSet<TenantId>) -> Option<Act> {
        let Some(fire) = &self.watched.firing else {
            self.incident = None;
            return None;
        };
        let affected = match alarm.incident?.hurts {
            Hurts::Everyone if self.incident.as_ref().is_some_and(|known| known.everyone) => return None,
            Hurts::Everyone => Affected::Everyone,
            Hurts::ItsTenants => {
                let known = self.incident.as_ref().map(|known| &known.tenants);
                let new = |tenant: &&TenantId| !known.is_some_and(|known| known.contains(tenant));
                let new: Vec<_> = about
                    .iter()
                    .filter(new)
                    .copied()
                    .take(Affected::MAX_TENANTS)
                    .collect();
                Some(new).filter(|new| !new.is_empty()).map(Affected::Tenants)?
            }
        };
        Some(Act::Incident(
            alarm,
            Hurt {
                since: fire.since,
                affected,
            },
        ))
    }
}

fn measured(alarm: &Alarm, signals: &Signals) -> Measured {
    Measured {
        value: signals.value(alarm.signal),
        limit: match alarm.limit {
            Limit::From(limit) => limit,
            Limit::ShareOfTenants => signals.tenants_limit,
        },
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn firing(alarm: &Alarm, fire: &Fire) -> Firing {
    Firing {
        alarm: alarm.name.to_owned(),
        since: fire.since,
        value: fire.measured.value as f64,
        limit: fire.measured.limit as f64,
        tenants: fire.tenants.clone(),
    }
}

/// A repeat of zero means never.
fn due(told_at: Option<DateTime<Utc>>, repeat: Duration, now: DateTime<Utc>) -> bool {
    let repeat = TimeDelta::from_std(repeat).unwrap_or(TimeDelta::MAX);
    !repeat.is_zero() && told_at.is_some_and(|told| now - told >= repeat)
}
