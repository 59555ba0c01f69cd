//! Copying from and to a log of a cluster.
//!
//! No transaction reaches over streams, so a batch is written run by run, each run the events of
//! one stream that follow one another. They are sent in order in one session, which the server
//! carries out in that order, without waiting for each answer. What an interruption leaves is a
//! beginning of the batch, from which the copy goes on.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;
use eventstore::{BatchAppendOptions, Client, EventData, StreamState};
use tally_domain::Position;

use super::client::Tries;
use super::read::{Reader, state};
use super::record;
use super::target::Target;
use super::trouble::Trouble;
use super::{connect, format};
use crate::error::{Failure, OpenError, ReadError};
use crate::raw::RawEvent;
use crate::stored::ExpectedRevision;
use crate::transfer::{TransferError, TransferSource, TransferTarget};

/// How long a batch may take.
const TIMEOUT: Duration = Duration::from_secs(60);
/// How many events are read at once.
const PAGE: usize = 1000;
/// The most bytes of JSON text after which a run takes no further event. Older servers take 1 MiB
/// in one append.
const RUN_BYTES: usize = 512 * 1024;

/// A log to copy from, which others may be appending to.
pub(crate) struct KurrentSource {
    reader: Reader,
}

impl KurrentSource {
    pub(crate) async fn open(url: &str) -> Result<Self, OpenError> {
        let reader = connect(Target::parse(url)?, Duration::ZERO).await?;
        format::require(&reader).await?;
        Ok(Self { reader })
    }
}

#[async_trait]
impl TransferSource for KurrentSource {
    async fn page(&mut self, after: Option<Position>, limit: usize) -> Result<Vec<RawEvent>, ReadError> {
        self.reader.all(after, limit).await
    }

    async fn head(&mut self) -> Result<Option<Position>, ReadError> {
        self.reader.head().await
    }
}

/// A log to copy to, to which no other program may append meanwhile.
pub(crate) struct KurrentTarget {
    log: KurrentSource,
    /// How many events were there, and the last one's position, when it was last looked at.
    standing: (u64, Option<Position>),
}

impl KurrentTarget {
    pub(crate) async fn open(url: &str) -> Result<Self, OpenError> {
        let reader = connect(Target::parse(url)?, Duration::ZERO).await?;
        format::prepare(&reader).await?;
        Ok(Self {
            log: KurrentSource { reader },
            standing: (0, None),
        })
    }

    /// Looks what was written since the last look, and whether it begins with `wanted` or is a
    /// beginning of it; how much of `wanted` is there.
    async fn find_written(&mut self, standing: u64, wanted: &[RawEvent]) -> Result<usize, TransferError> {
        let unread = |e: ReadError| to_failure(e.to_string());
        loop {
            let (count, last) = self.standing;
            let page = self.log.reader.all(last, PAGE).await.map_err(unread)?;
            let Some(end) = page.last() else {
                let there = usize::try_from(count.saturating_sub(standing)).unwrap_or(usize::MAX);
                return if count < standing {
                    Err(TransferError::NotAlone)
                } else {
                    Ok(there)
                };
            };
            for (event, number) in page.iter().zip(count..) {
                let is_new = number
                    .checked_sub(standing)
                    .and_then(|at| usize::try_from(at).ok());
                if is_new.is_some_and(|at| wanted.get(at).is_none_or(|wanted| wanted.id != event.id)) {
                    return Err(TransferError::NotAlone);
                }
            }
            self.standing = (count + page.len() as u64, Some(end.position));
        }
    }

    async fn write(&self, events: &[RawEvent]) -> Result<(), Trouble> {
        let prefix = self.log.reader.prefix();
        let runs = runs(events).into_iter().map(|run| Run::new(prefix, run));
        let runs = runs
            .collect::<Result<Vec<_>, _>>()
            .map_err(|e| Trouble::Refused(e.to_string()))?;
        let supervisor = self.log.reader.supervisor();
        let connection = supervisor.connection().await?;
        let mut written = connection.spawn(|client| write(client, runs));
        let answer = match tokio::time::timeout(TIMEOUT, written.join_next()).await {
            Ok(Some(Ok(written))) => written.map_err(Trouble::of),
            _ => Err(Trouble::Passing("no answer in time".to_owned())),
        };
        if answer.is_err() {
            supervisor.leave(&connection).await;
        }
        answer
    }
}

#[async_trait]
impl TransferTarget for KurrentTarget {
    /// What was written is read again before it counts, so that a broken session is distinguished
    /// from a lost answer.
    async fn import(&mut self, standing: u64, events: &[RawEvent]) -> Result<(), TransferError> {
        if self.find_written(standing, &[]).await? != 0 {
            return Err(TransferError::NotAlone);
        }
        let mut tries = Tries::new(TIMEOUT);
        loop {
            let there = self.find_written(standing, events).await?;
            let Some(left) = events.get(there..).filter(|left| !left.is_empty()) else {
                return Ok(());
            };
            match self.write(left).await {
                Ok(()) => {}
                Err(trouble @ (Trouble::Moved | Trouble::Passing(_))) if !tries.are_over() => {
                    tries.pause(&trouble).await;
                }
                Err(trouble) => return Err(to_failure(trouble.to_text())),
            }
        }
    }

    fn source(&mut self) -> &mut dyn TransferSource {
        &mut self.log
    }
}

fn to_failure(cause: String) -> TransferError {
    TransferError::Write(Failure::new("copying", cause))
}

/// Events of one stream, to be appended at once.
struct Run {
    name: String,
    state: StreamState,
    events: Vec<EventData>,
}

impl Run {
    fn new(prefix: &str, events: &[RawEvent]) -> serde_json::Result<Self> {
        let (stream, first) = events
            .first()
            .map_or(("", 0), |e| (e.stream.as_str(), e.revision));
        Ok(Self {
            name: format!("{prefix}.{stream}"),
            state: state(ExpectedRevision::after(first.checked_sub(1))),
            events: events.iter().map(copy_of).collect::<Result<_, _>>()?,
        })
    }
}

fn copy_of(event: &RawEvent) -> serde_json::Result<EventData> {
    record::to_event_data(&event.covered(), &event.digest)
}

/// The events cut where the stream changes, or where a run has enough bytes.
fn runs(events: &[RawEvent]) -> Vec<&[RawEvent]> {
    let mut bytes = 0;
    let together = |one: &RawEvent, next: &RawEvent| {
        bytes += one.context.len() + one.payload.len();
        let goes_on = one.stream == next.stream && bytes < RUN_BYTES;
        if !goes_on {
            bytes = 0;
        }
        goes_on
    };
    events.chunk_by(together).collect()
}

/// The first alone: a node that is not ready says so before anything is written out of turn.
async fn write(client: Client, runs: Vec<Run>) -> eventstore::Result<()> {
    let options = BatchAppendOptions::default().requires_leader(true);
    let session = client.batch_append(&options).await?;
    let mut runs = runs.into_iter();
    if let Some(first) = runs.next() {
        session
            .append_to_stream(first.name, first.state, first.events)
            .await?;
    }
    let mut sent = Vec::new();
    for run in runs {
        let mut append = Box::pin(session.append_to_stream(run.name, run.state, run.events));
        match poll_fn(|cx| Poll::Ready(append.as_mut().poll(cx))).await {
            Poll::Ready(answer) => drop(answer?),
            Poll::Pending => sent.push(append),
        }
    }
    for append in sent {
        append.await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_ends_with_its_stream_or_when_it_has_enough() {
        let lengths = |events: &[RawEvent]| runs(events).iter().map(|run| run.len()).collect::<Vec<_>>();
        assert_eq!(
            lengths(&["a", "a", "b", "a"].map(|s| RawEvent::of_size(s, 1))),
            [2, 1, 1]
        );
        assert_eq!(
            lengths(&[RUN_BYTES - 1, 1, 1].map(|n| RawEvent::of_size("a", n))),
            [2, 1]
        );
        assert!(runs(&[]).is_empty());
    }
}
