//! Loading and storing events of the domain: the codec and the port in one step.

use tally_domain::event::Family;
use tally_domain::{Context, Recorded, StreamName};

use crate::codec;
use crate::error::{LoadError, StoreError};
use crate::port::{Appended, EventLog, ExpectedRevision};

/// How many events are read at once.
const PAGE: usize = 512;

/// All events of `stream`, in order; none when it is not there.
///
/// # Errors
/// When it cannot be read, or holds an event of another family or of a newer version: a decision on part of a history would be wrong.
pub async fn load<E: Family>(log: &dyn EventLog, stream: &StreamName) -> Result<Vec<Recorded<E>>, LoadError> {
    let mut events = Vec::new();
    loop {
        let page = log.read_stream(stream, events.len() as u64, PAGE).await?;
        let last = page.len() < PAGE;
        for stored in page {
            events.push(codec::decode_as(stored)?);
        }
        if last {
            return Ok(events);
        }
    }
}

/// Appends `events`, with ids derived from the command in `context`.
///
/// # Errors
/// See [`StoreError`].
pub async fn store<E: Family>(
    log: &dyn EventLog,
    stream: &StreamName,
    expected: ExpectedRevision,
    context: &Context,
    events: &[E],
) -> Result<Appended, StoreError> {
    let new = codec::new_events(stream, context, events)?;
    Ok(log.append(stream, expected, new).await?)
}
