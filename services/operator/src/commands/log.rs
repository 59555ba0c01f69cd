//! Commands on the log's own stream.

use std::convert::Infallible;

use tally_domain::Via;
use tally_event_log::LogWriter;

use super::execute::{CommandFailure, context, execute};
use crate::domain::log::{LogEvent, Shortening, accept_shorter};
use crate::domain::streams;

/// Records that an operator accepts a log that lost its end.
///
/// # Errors
/// The log cannot be read or written.
pub async fn record_acceptance(log: &dyn LogWriter, shortening: &Shortening) -> anyhow::Result<()> {
    let (stream, context) = (streams::log(), context(None, Via::Operator));
    let done = execute(log, &stream, &context, |_: &[LogEvent]| {
        Ok::<_, Infallible>(accept_shorter(shortening))
    });
    done.await.map(drop).map_err(CommandFailure::into_cause)
}
