//! How one alarm goes on from look to look.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tally_domain::TenantId;

/// What an alarm measures at one look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// What there is.
    pub value: u64,
    /// From which value on its condition holds.
    pub limit: u64,
}

/// An alarm that fires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fire {
    /// Since when its condition held.
    pub since: DateTime<Utc>,
    /// What was measured when it fired.
    pub measured: Measured,
    /// The tenants it was about then.
    pub tenants: Vec<TenantId>,
    /// Since when its condition holds no more; it is over after a while of that.
    pub clear_since: Option<DateTime<Utc>>,
}

/// An alarm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watched {
    /// Since when the condition holds, while it does not fire yet.
    pending_since: Option<DateTime<Utc>>,
    /// What it fires for.
    pub firing: Option<Fire>,
}

/// What a look changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It fires now.
    Fired,
    /// It fires no more. It had since then.
    Resolved(Fire),
}

impl Watched {
    /// One that fired before a restart.
    pub fn restored(fire: Fire) -> Self {
        Self {
            pending_since: None,
            firing: Some(fire),
        }
    }

    /// Takes in a look. It fires once the condition held for `hold`; it is over once it did not for `rest`, so that a number that goes to and fro
    /// around the limit is one alarm and not many.
    pub fn look(
        &mut self,
        measured: Measured,
        tenants: impl FnOnce() -> Vec<TenantId>,
        (hold, rest): (Duration, Duration),
        now: DateTime<Utc>,
    ) -> Option<Change> {
        let holds = measured.value >= measured.limit;
        match self.firing.as_mut() {
            Some(fire) if holds => {
                fire.clear_since = None;
                None
            }
            Some(fire) => {
                let clear_since = *fire.clear_since.get_or_insert(now);
                let over = passed(clear_since, rest, now);
                self.firing.take_if(|_| over).map(Change::Resolved)
            }
            None if holds => {
                let since = *self.pending_since.get_or_insert(now);
                passed(since, hold, now).then(|| {
                    self.pending_since = None;
                    self.firing = Some(Fire {
                        since,
                        measured,
                        tenants: tenants(),
                        clear_since: None,
                    });
                    Change::Fired
                })
            }
            None => {
                self.pending_since = None;
                None
            }
        }
    }
}

fn passed(since: DateTime<Utc>, time: Duration, now: DateTime<Utc>) -> bool {
    now - since >= TimeDelta::from_std(time).unwrap_or(TimeDelta::MAX)
}
