//! What a tick leads to: what has to be recorded in the log, and what has to be reported to people.

use crate::domain::alarm;
use crate::domain::health::Failure;
use crate::domain::incident::Affected;
use chrono::{DateTime, Utc};
use tally_domain::TenantId;

use super::alarms::Alarm;
use super::state::Measured;

/// Something that has to be recorded in the log.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum RecordTask {
    /// A tenant fails.
    Failing(TenantId, Failure),
    /// A tenant does not fail any more.
    Recovered(TenantId),
    /// A tenant uninstalled while it failed.
    Left(TenantId),
    /// An alarm fires.
    Fired(&'static Alarm, alarm::Firing),
    /// An alarm is over.
    Resolved(&'static Alarm),
    /// The incident of an alarm affects tenants that it does not name yet.
    Incident(&'static Alarm, NewlyAffected),
    /// Something that a baking release must take into account.
    Release(ReleaseNote),
}

/// Tenants that an alarm's incident does not name yet.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NewlyAffected {
    /// Since when the alarm's condition held.
    pub since: DateTime<Utc>,
    /// The tenants, or everyone.
    pub affected: Affected,
}

/// Something that a baking release must take into account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ReleaseNote {
    /// A tenant began to fail, with this refusal code.
    TenantFailing(TenantId, String),
    /// A tenant does not fail any more.
    TenantRecovered(TenantId),
    /// An alarm that fails releases fired while this number of tenants failed.
    Alarm(&'static str, u64),
}

/// What is new about an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// It fires now.
    Firing,
    /// It fires still, a while after the last message.
    StillFiring,
    /// It is over.
    Resolved,
}

/// A message about an alarm.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct AlarmMessage {
    /// The alarm.
    pub alarm: &'static Alarm,
    /// What is new about it.
    pub news: News,
    /// Since when its condition held.
    pub since: DateTime<Utc>,
    /// What is measured now.
    pub measured: Measured,
    /// The tenants it is about.
    pub tenants: Vec<TenantId>,
    /// The time of the tick that said so.
    pub at: DateTime<Utc>,
}

/// What a tick led to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Outcome {
    /// To be recorded in the log, one after the other where they concern the same stream.
    pub tasks: Vec<RecordTask>,
    /// To be reported to people.
    pub messages: Vec<AlarmMessage>,
}
