//! Loading and storing events of the domain: the codec and the port in one step.

use tally_domain::event::Family;
use tally_domain::{Context, Recorded, StreamName};

use crate::codec::{self, DecodeError, EncodeError};
use crate::error::{AppendError, ReadError};
use crate::port::{LogReader, LogWriter};
use crate::stored::{Appended, ExpectedRevision};

/// How many events are read at once.
const PAGE: usize = 512;

/// Why a stream could not be loaded as events of the domain.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LoadError {
    /// It could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It could be read and not understood.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

/// Why events of the domain could not be appended.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// An event has no stored form.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The log did not take them.
    #[error(transparent)]
    Append(#[from] AppendError),
}

/// All events of `stream`, in order; none when it is not there.
///
/// # Errors
/// When it cannot be read, or holds an event of another family or of a newer version: a decision on
/// part of a history would be wrong.
pub async fn load<E: Family>(
    log: &dyn LogReader,
    stream: &StreamName,
) -> Result<Vec<Recorded<E>>, LoadError> {
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
    log: &dyn LogWriter,
    stream: &StreamName,
    expected: ExpectedRevision,
    context: &Context,
    events: &[E],
) -> Result<Appended, StoreError> {
    let new = codec::new_events(stream, context, events)?;
    Ok(log.append(stream, expected, new).await?)
}
