//! How one alarm changes from tick to tick.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tally_domain::TenantId;

/// What an alarm measures at one tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The value of the alarm's signal.
    pub value: u64,
    /// The value from which the alarm's condition holds.
    pub limit: u64,
}

/// What a firing alarm fires for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FiringAlarm {
    /// Since when its condition held.
    pub since: DateTime<Utc>,
    /// What was measured when it fired.
    pub measured: Measured,
    /// The tenants it was about then.
    pub tenants: Vec<TenantId>,
    /// Since when its condition does not hold any more; the alarm is over after a while of that.
    pub clear_since: Option<DateTime<Utc>>,
}

/// The state of an alarm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct AlarmCondition {
    /// Since when the condition holds, while the alarm does not fire yet.
    pending_since: Option<DateTime<Utc>>,
    /// What it fires for; `None` while it is quiet.
    pub firing: Option<FiringAlarm>,
}

/// How a tick changed an alarm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Transition {
    /// It fires now.
    Fired,
    /// It does not fire any more, after this.
    Resolved(FiringAlarm),
}

impl AlarmCondition {
    /// The state of an alarm that fired before a restart.
    pub fn from_firing(firing: FiringAlarm) -> Self {
        Self {
            pending_since: None,
            firing: Some(firing),
        }
    }

    /// Takes in what one tick measured. The alarm fires once its condition held for `hold`, and is
    /// over once it did not hold for `rest`: a number that goes back and forth around the limit is
    /// one alarm and not many.
    pub fn update(
        &mut self,
        measured: Measured,
        tenants: impl FnOnce() -> Vec<TenantId>,
        (hold, rest): (Duration, Duration),
        now: DateTime<Utc>,
    ) -> Option<Transition> {
        let holds = measured.value >= measured.limit;
        match self.firing.as_mut() {
            Some(firing) if holds => {
                firing.clear_since = None;
                None
            }
            Some(firing) => {
                let clear_since = *firing.clear_since.get_or_insert(now);
                let has_ended = has_passed(clear_since, rest, now);
                self.firing.take_if(|_| has_ended).map(Transition::Resolved)
            }
            None if holds => {
                let since = *self.pending_since.get_or_insert(now);
                has_passed(since, hold, now).then(|| {
                    self.pending_since = None;
                    self.firing = Some(FiringAlarm {
                        since,
                        measured,
                        tenants: tenants(),
                        clear_since: None,
                    });
                    Transition::Fired
                })
            }
            None => {
                self.pending_since = None;
                None
            }
        }
    }
}

fn has_passed(since: DateTime<Utc>, time: Duration, now: DateTime<Utc>) -> bool {
    now - since >= TimeDelta::from_std(time).unwrap_or(TimeDelta::MAX)
}
