//! Copying a whole log to another place or engine: ids, revisions, times, contexts and order as
//! they are, to the letter.
//!
//! This is the only way to write events with a revision and a time of their own making, and it goes
//! from one URL to another: no code that holds a [`LogWriter`](crate::LogWriter) can reach it. A
//! copy that was interrupted is taken up again by copying again: what the target holds must be the
//! beginning of the source, event for event. At the end the target is read back whole, and its
//! digest compared.
//!
//! To add an engine: implement `TransferSource` and `TransferTarget` for it, and name it in
//! `engines.rs`.

mod digest;
pub(crate) mod engines;

use std::fmt;

use tally_domain::Position;

use crate::chain::{Chain, Damage};
use crate::error::{Failure, OpenError, ReadError};
use crate::raw::RawEvent;
use crate::transfer::{TransferError, TransferSource};
pub use digest::Digest;
pub(crate) use digest::Digesting;

/// How many events are read at once, and at most written in one transaction.
const BATCH: usize = 500;
/// The most bytes of contexts and payloads after which a transaction takes no further event.
const BATCH_BYTES: usize = 16 * 1024 * 1024;

/// How a copy, or a comparison, ended well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// How many events the target holds, all equal to the source's.
    pub events: u64,
    /// How many of them it had held before.
    pub before: u64,
    /// The source's position of the last of them.
    pub up_to: Option<Position>,
    /// The source's last position when the copy began. What was appended since is not looked at.
    pub head: Option<Position>,
    /// Over all the events, in order.
    pub digest: Digest,
}

/// Why a copy did not come to its end. What it wrote stays, and copying again goes on after it.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// One of the two cannot be opened.
    #[error("{which} cannot be opened: {cause}")]
    Open {
        /// The source or the target.
        which: Which,
        /// Why not.
        #[source]
        cause: OpenError,
    },
    /// One of the two cannot be read.
    #[error("{which} cannot be read: {cause}")]
    Read {
        /// The source or the target.
        which: Which,
        /// Why not.
        #[source]
        cause: ReadError,
    },
    /// The target did not take events.
    #[error("the target cannot be written: {0}")]
    Write(Failure),
    /// The target is no beginning of the source. It was left as it was.
    #[error(
        "the target holds something else than the source from its event {event} on: choose an empty place"
    )]
    Different {
        /// Which of the target's events differs first, counted from 1.
        event: u64,
    },
    /// Another program appends to the target.
    #[error("another program appends to the target: stop it, and copy to an empty log")]
    NotAlone,
    /// The source is damaged.
    #[error("the source was altered: {0}")]
    Altered(#[source] Damage),
    /// An event of the source is missing.
    #[error("the source was altered: no event stands at position {0}")]
    Missing(Position),
    /// Everything was copied, and what is read back is not the same.
    #[error("the target reads back as {target}, the source is {from}: do not use the target")]
    Unequal {
        /// The source's digest.
        from: Digest,
        /// The target's.
        target: Digest,
    },
}

/// One of the two logs of a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Where it is copied from.
    Source,
    /// Where it is copied to.
    Target,
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Source => "the source",
            Self::Target => "the target",
        })
    }
}

/// Copies what the log at `from` holds now to the log at `to`, made when it is not there, and
/// verifies it. `progress` is called now and then with how many events the target holds. The source
/// is only read, and may be in use.
///
/// # Errors
/// See [`CopyError`].
pub async fn copy(from: &str, to: &str, progress: &mut (dyn FnMut(u64) + Send)) -> Result<Copied, CopyError> {
    let mut source = engines::open_source(from).await.map_err(open(Which::Source))?;
    let mut target = engines::open_target(to).await.map_err(open(Which::Target))?;
    let head = source.head().await.map_err(read(Which::Source))?;
    find_gap(&mut *source).await?;
    let mut copy = same_beginning(&mut *source, target.source(), head).await?;
    let before = copy.events;
    while let Some(batch) = copy.next_batch(&mut *source, head).await? {
        copy.check(&batch)?;
        target.import(copy.events, &batch).await.map_err(write)?;
        copy.take(&batch);
        progress(copy.events);
    }
    let read_back = digest_of(target.source(), Which::Target).await?;
    copy.ends_as(read_back, before, head)
}

/// Compares what the log at `to` holds with the beginning of the one at `from`, and writes nothing.
/// Both may be in use.
///
/// # Errors
/// See [`CopyError`].
pub async fn verify(from: &str, to: &str) -> Result<Copied, CopyError> {
    let mut source = engines::open_source(from).await.map_err(open(Which::Source))?;
    let mut target = engines::open_source(to).await.map_err(open(Which::Target))?;
    let head = source.head().await.map_err(read(Which::Source))?;
    find_gap(&mut *source).await?;
    let same = same_beginning(&mut *source, &mut *target, head).await?;
    let before = same.events;
    let read_back = same.digesting.clone().end();
    same.ends_as(read_back, before, head)
}

/// How far a copy is.
#[derive(Clone, Default)]
struct Progress {
    events: u64,
    /// Of the source.
    up_to: Option<Position>,
    digesting: Digesting,
    chain: Chain,
}

impl Progress {
    /// The source's next events, none of them after `head`.
    async fn next_batch(
        &self,
        source: &mut dyn TransferSource,
        head: Option<Position>,
    ) -> Result<Option<Vec<RawEvent>>, CopyError> {
        let batch = source.page(self.up_to, BATCH).await;
        let mut batch = batch.map_err(read(Which::Source))?;
        batch.retain(|event| Some(event.position) <= head);
        batch.truncate(fitting(&batch, BATCH_BYTES));
        Ok((!batch.is_empty()).then_some(batch))
    }

    /// Refuses events of the source that were altered since they were appended.
    fn check(&mut self, batch: &[RawEvent]) -> Result<(), CopyError> {
        let mut checked = batch.iter().map(|event| self.chain.check_raw(event));
        checked.try_for_each(|event| event.map_err(CopyError::Altered))
    }

    fn take(&mut self, batch: &[RawEvent]) {
        batch.iter().for_each(|event| self.digesting.add(event));
        self.events += batch.len() as u64;
        self.up_to = batch.last().map(|event| event.position).or(self.up_to);
    }

    fn ends_as(self, read_back: Digest, before: u64, head: Option<Position>) -> Result<Copied, CopyError> {
        let digest = self.digesting.end();
        if read_back != digest {
            return Err(CopyError::Unequal {
                from: digest,
                target: read_back,
            });
        }
        Ok(Copied {
            events: self.events,
            before,
            up_to: self.up_to,
            head,
            digest,
        })
    }
}

/// Reads the target beside the source, to the target's end. Every event of it must be the source's
/// at that place.
async fn same_beginning(
    source: &mut dyn TransferSource,
    target: &mut dyn TransferSource,
    head: Option<Position>,
) -> Result<Progress, CopyError> {
    let (mut same, mut reached) = (Progress::default(), None);
    loop {
        let there = target.page(reached, BATCH).await.map_err(read(Which::Target))?;
        let Some(last) = there.last() else {
            return Ok(same);
        };
        reached = Some(last.position);
        let wanted = source
            .page(same.up_to, there.len())
            .await
            .map_err(read(Which::Source))?;
        let equal = there
            .iter()
            .zip(&wanted)
            .take_while(|(is, should_be)| same_but_for_its_place(is, should_be));
        let equal = equal.count();
        if equal < there.len() || wanted.last().map(|event| event.position) > head {
            let event = same.events + equal as u64 + 1;
            return Err(CopyError::Different { event });
        }
        same.check(&wanted)?;
        same.take(&wanted);
    }
}

/// Refuses a source that lacks an event. The last one of a stream leaves no other trace.
async fn find_gap(source: &mut dyn TransferSource) -> Result<(), CopyError> {
    let gap = source.find_gap().await.map_err(read(Which::Source))?;
    gap.map_or(Ok(()), |at| Err(CopyError::Missing(at)))
}

/// How many of `batch` make up `bytes`, and at least one.
fn fitting(batch: &[RawEvent], bytes: usize) -> usize {
    let mut left = bytes;
    let fits = batch.iter().take_while(|event| {
        let fits = left > 0;
        left = left.saturating_sub(event.context.len() + event.payload.len());
        fits
    });
    fits.count()
}

/// Positions are each engine's own.
fn same_but_for_its_place(one: &RawEvent, other: &RawEvent) -> bool {
    let position = one.position;
    *one == RawEvent {
        position,
        ..other.clone()
    }
}

async fn digest_of(log: &mut dyn TransferSource, which: Which) -> Result<Digest, CopyError> {
    let mut read_back = Progress::default();
    loop {
        let page = log.page(read_back.up_to, BATCH).await.map_err(read(which))?;
        if page.is_empty() {
            return Ok(read_back.digesting.end());
        }
        read_back.take(&page);
    }
}

fn write(error: TransferError) -> CopyError {
    match error {
        TransferError::NotAlone => CopyError::NotAlone,
        TransferError::Write(failure) => CopyError::Write(failure),
    }
}

fn open(which: Which) -> impl Fn(OpenError) -> CopyError {
    move |cause| CopyError::Open { which, cause }
}

fn read(which: Which) -> impl Fn(ReadError) -> CopyError {
    move |cause| CopyError::Read { which, cause }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_is_bounded_by_bytes_and_never_empty() {
        let batch = [10, 10, 30, 1].map(|bytes| RawEvent::of_size("a", bytes));
        assert_eq!(fitting(&batch, 100), 4);
        assert_eq!(fitting(&batch, 20), 2);
        assert_eq!(fitting(&batch, 21), 3);
        assert_eq!(fitting(&batch, 1), 1);
        assert_eq!(fitting(&[], 1), 0);
    }
}
