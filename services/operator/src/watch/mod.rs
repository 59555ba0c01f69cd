//! The watch over the tenants: it notices that something fails before customers report it, and
//! notifies the people who can repair it.
//!
//! `alarms` is the table of what is too much; `signals` sums up, at each tick, what was observed;
//! `judge` derives from it what has to be recorded and reported; `evaluation` keeps the state
//! between ticks; `watchtower` runs all this every few seconds, reports and records; `outbox`
//! keeps messages in the log until `notify` has delivered them. Alarms count tenants, not requests: the first failures of an outage may
//! be few.
//!
//! Nothing is stored for a single request. A tenant that begins to fail or recovers is an event,
//! and so is an alarm.

pub mod alarms;
mod evaluation;
mod judge;
mod node_reports;
pub mod notify;
mod outbox;
mod outcome;
mod record;
mod restore;
mod rules;
mod signals;
mod state;
#[cfg(test)]
mod tests;
mod watchtower;

pub use evaluation::Evaluation;
pub use node_reports::NodeReports;
pub use outbox::{WaitingNotice, WaitingNotices};
pub use rules::prometheus_rules;
pub use signals::{Signal, Signals};
pub use state::{FiringAlarm, Measured};
pub use watchtower::{WatchParts, Watchtower};
