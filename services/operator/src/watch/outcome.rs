//! What a look leads to: what has to be written down, and what people have to be told.

use chrono::{DateTime, Utc};
use tally_domain::TenantId;
use tally_domain::alarm::Firing;
use tally_domain::health::Failure;
use tally_domain::incident::Affected;

use super::alarms::Alarm;
use super::state::Measured;

/// What has to be written down.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// A tenant fails.
    Failing(TenantId, Failure),
    /// A tenant does not fail any more.
    Recovered(TenantId),
    /// A tenant uninstalled while it failed.
    Left(TenantId),
    /// An alarm fires.
    Fired(&'static Alarm, Firing),
    /// An alarm is over.
    Resolved(&'static Alarm),
    /// An alarm hurts somebody.
    Incident(&'static Alarm, Hurt),
    /// Something that a baking release must know.
    Release(ReleaseNote),
}

/// Whom an alarm hurts that was not known before.
#[derive(Clone, Debug, PartialEq)]
pub struct Hurt {
    /// Since when the alarm's condition held.
    pub since: DateTime<Utc>,
    /// Who.
    pub affected: Affected,
}

/// Something that a baking release must know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReleaseNote {
    /// A tenant began to fail.
    TenantFailing(TenantId, String),
    /// A tenant does not fail any more.
    TenantRecovered(TenantId),
    /// An alarm fired that fails releases, with so many tenants failing.
    Alarm(&'static str, u64),
}

/// What people are to be told of an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// It fires.
    Firing,
    /// It still does.
    StillFiring,
    /// It is over.
    Resolved,
}

/// A message about an alarm.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Which alarm.
    pub alarm: &'static Alarm,
    /// What is new.
    pub news: News,
    /// Since when its condition held.
    pub since: DateTime<Utc>,
    /// What is measured now.
    pub measured: Measured,
    /// The tenants it is about.
    pub tenants: Vec<TenantId>,
    /// When this was said.
    pub at: DateTime<Utc>,
}

/// What a look led to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// To be written down, one after the other where they name the same.
    pub acts: Vec<Act>,
    /// To be told.
    pub messages: Vec<Message>,
}
