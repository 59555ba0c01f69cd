//! What every engine keeps, as sentences that can be run against any log, also one in use.
//!
//! Each property works in streams under a scratch prefix of its own and puts up with other events
//! between its own. Its events have a type that no view knows, so a log that was checked is none
//! the worse. They stay, however: a log forgets nothing.
//!
//! To add a property: a function in `appends`, `answers`, `reads` or `subscriptions`, and its sentence in that
//! module's `all`.

mod answers;
mod appends;
pub(crate) mod area;
mod reads;
mod subscriptions;

use std::time::Duration;

use crate::port::LogWriter;
use area::{Area, Property};

/// How long one property may take before it counts as broken: an engine that hangs must not hang
/// the check.
const TIMEOUT: Duration = Duration::from_secs(60);

/// How a check went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many properties held.
    pub passed: usize,
    /// How many did not.
    pub broken: usize,
}

/// Tries every property on `log`, telling `report` the sentence and the outcome of each: `Err` says
/// what was seen instead.
///
/// `scratch` begins the names of all streams written to but those of two new tenants, 1 to 100
/// visible ASCII characters, and must never have been used on this log before.
pub async fn check(
    log: &dyn LogWriter,
    scratch: &str,
    report: &mut (dyn FnMut(&str, Result<(), String>) + Send),
) -> Summary {
    let area = Area::new(log, scratch);
    let mut summary = Summary::default();
    for properties in [appends::all, answers::all, reads::all, subscriptions::all] {
        summary.try_all(properties(&area), report).await;
    }
    summary
}

impl Summary {
    pub(crate) async fn try_all(
        &mut self,
        properties: Vec<Property<'_>>,
        report: &mut (dyn FnMut(&str, Result<(), String>) + Send),
    ) {
        for (sentence, trial) in properties {
            let outcome = tokio::time::timeout(TIMEOUT, trial).await;
            let outcome =
                outcome.unwrap_or_else(|_| Err(format!("no outcome within {} s", TIMEOUT.as_secs())));
            match &outcome {
                Ok(()) => self.passed += 1,
                Err(_) => self.broken += 1,
            }
            report(sentence, outcome);
        }
    }
}
