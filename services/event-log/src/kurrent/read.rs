//! Reading, always from the leader: followers lag.

use std::sync::Arc;

use eventstore::{
    Client, ReadAllOptions, ReadStream, ReadStreamOptions, RecordedEvent, StreamPosition, StreamState,
    SubscriptionFilter,
};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use parking_lot::Mutex;
use tally_domain::{EventId, Position, Revision, TenantId};

use super::client::Supervisor;
use super::record;
use super::trouble::Trouble;
use crate::error::{Failure, ReadError};
use crate::raw::RawEvent;
use crate::stored::ExpectedRevision;

/// How many events are asked for at once. More would let a try's deadline pass with all well.
const PAGE: usize = 1000;
/// How many events the server looks at for each page of its own. By default 32, too few for a log
/// that shares its cluster: most events belong to others.
const WINDOW: u32 = 500;

/// How many streams' last digests are remembered. Most appends follow a read of
/// their stream, or its delivery to a subscription.
const ENDS: u64 = 10_000;

/// A handle for readers.
#[derive(Clone)]
pub(super) struct Reader {
    supervisor: Arc<Supervisor>,
    known: Arc<Mutex<Option<Known>>>,
    ends: Cache<String, (Revision, [u8; 32])>,
}

/// How far the cluster's log was looked through for events of ours.
#[derive(Clone, Copy)]
struct Known {
    /// The position of the last event of anybody.
    end: Position,
    /// That of the last of ours up to there.
    head: Option<Position>,
}

impl Reader {
    pub(super) fn new(supervisor: Arc<Supervisor>) -> Self {
        Self {
            supervisor,
            known: Arc::default(),
            ends: Cache::builder()
                .max_capacity(ENDS)
                // A new stream is the next one to be written to, however often others were.
                .eviction_policy(EvictionPolicy::lru())
                .build(),
        }
    }

    pub(super) fn supervisor(&self) -> &Arc<Supervisor> {
        &self.supervisor
    }

    /// At most `limit` events of ours after `after`.
    pub(super) async fn all(
        &self,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<RawEvent>, ReadError> {
        self.filtered(&self.filter(), after, limit).await
    }

    /// The same, of the streams of one tenant.
    pub(super) async fn tenant(
        &self,
        tenant: TenantId,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<RawEvent>, ReadError> {
        let streams = starting_with(format!("{}.{tenant}.", self.prefix()));
        self.filtered(&streams, after, limit).await
    }

    async fn filtered(
        &self,
        filter: &SubscriptionFilter,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<RawEvent>, ReadError> {
        let (mut found, mut reached) = (Vec::new(), after);
        while found.len() < limit {
            let wanted = (limit - found.len()).min(PAGE);
            let page = self.page(filter, reached, wanted).await?;
            let more = page.len() == wanted;
            reached = page.last().map(|event| event.position).or(reached);
            found.extend(page);
            if !more {
                break;
            }
        }
        Ok(found)
    }

    /// The server begins at a position, with the event that stands there.
    async fn page(
        &self,
        filter: &SubscriptionFilter,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<RawEvent>, ReadError> {
        let (count, from) = match after {
            None => (limit, StreamPosition::Start),
            Some(after) => (
                limit + 1,
                StreamPosition::Position(record::to_server_position(after)),
            ),
        };
        let options = ReadAllOptions::default()
            .position(from)
            .filter(filter.clone())
            .max_count(count);
        let mut events = Vec::with_capacity(limit);
        for event in self.read_all(options, after).await? {
            if Some(record::position(event.position)) > after {
                events.extend(record::to_raw_event(&event, self.prefix())?);
            }
        }
        events.truncate(limit);
        Ok(events)
    }

    /// The id of our event at `position`. The server refuses a position at which none begins.
    pub(super) async fn find_at(&self, position: Position) -> Result<Option<EventId>, ReadError> {
        let options = ReadAllOptions::default()
            .position(StreamPosition::Position(record::to_server_position(position)))
            .filter(self.filter())
            .max_count(1);
        match self.read_all(options, Some(position)).await {
            Ok(events) => {
                let found = events.first();
                let found = found.filter(|event| record::position(event.position) == position);
                Ok(found.map(|event| EventId(event.id)))
            }
            Err(ReadError::Corrupt { .. }) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// At most `limit` events of a stream from revision `from` on.
    pub(super) async fn stream(
        &self,
        stream: &str,
        from: Revision,
        limit: usize,
    ) -> Result<Vec<RawEvent>, ReadError> {
        let (mut found, mut next) = (Vec::new(), from);
        while found.len() < limit {
            let wanted = (limit - found.len()).min(PAGE);
            let page = self.stream_page(stream, next, wanted).await?;
            let more = page.len() == wanted;
            next += page.len() as u64;
            found.extend(page);
            if !more {
                break;
            }
        }
        Ok(found)
    }

    async fn stream_page(
        &self,
        stream: &str,
        from: Revision,
        limit: usize,
    ) -> Result<Vec<RawEvent>, ReadError> {
        let Some(from) = signed(from) else {
            return Ok(Vec::new());
        };
        let options = ReadStreamOptions::default()
            .position(StreamPosition::Position(from))
            .max_count(limit);
        self.read_stream(stream, options).await
    }

    /// The last event of a stream.
    pub(super) async fn stream_end(&self, stream: &str) -> Result<Option<RawEvent>, ReadError> {
        let options = ReadStreamOptions::default()
            .backwards()
            .position(StreamPosition::End)
            .max_count(1);
        Ok(self.read_stream(stream, options).await?.pop())
    }

    async fn read_stream(
        &self,
        stream: &str,
        options: ReadStreamOptions,
    ) -> Result<Vec<RawEvent>, ReadError> {
        let name = format!("{}.{stream}", self.prefix());
        let options = options.requires_leader(true);
        let read = self.supervisor.ask("reading a stream", |client| {
            stream_events(client, name.clone(), options.clone())
        });
        let events = match read.await {
            Err(Trouble::Missing) => Vec::new(),
            answer => answer.map_err(|trouble| of_reading(&trouble, None))?,
        };
        let mut stored = Vec::with_capacity(events.len());
        for event in &events {
            stored.extend(record::to_raw_event(event, self.prefix())?);
        }
        if let Some(last) = stored.last() {
            self.remember(last);
        }
        Ok(stored)
    }

    /// Remembers the digest of an event that was read.
    pub(super) fn remember(&self, event: &RawEvent) {
        self.ends
            .insert(event.stream.clone(), (event.revision, event.digest));
    }

    /// The digest of one event, `None` when the stream ends before it. What is remembered is never
    /// out of date, since an event never changes; and only what was read is remembered, since of
    /// two nodes that append the same event one has proposed a digest that does not stand.
    pub(super) async fn digest_at(
        &self,
        stream: &str,
        revision: Revision,
    ) -> Result<Option<[u8; 32]>, ReadError> {
        match self.ends.get(stream) {
            Some((known, digest)) if known == revision => Ok(Some(digest)),
            _ => Ok(self.stream(stream, revision, 1).await?.first().map(|e| e.digest)),
        }
    }

    /// The position of the last event of ours. What was looked through once is not looked through
    /// again: on a cluster that is used for other things too, or that writes only its own
    /// statistics, our last event may lie far back.
    pub(super) async fn head(&self) -> Result<Option<Position>, ReadError> {
        let Some(end) = self.end().await? else {
            return Ok(None);
        };
        let known = *self.known.lock();
        let head = match known {
            Some(known) if known.end >= end => return Ok(known.head),
            Some(known) if self.has_none_after(known.end).await? => known.head,
            _ => self.last(true).await?,
        };
        self.learn(Known { end, head });
        Ok(head)
    }

    async fn has_none_after(&self, end: Position) -> Result<bool, ReadError> {
        Ok(self.page(&self.filter(), Some(end), 1).await?.is_empty())
    }

    fn learn(&self, new: Known) {
        let mut known = self.known.lock();
        if known.is_none_or(|known| known.end < new.end) {
            *known = Some(new);
        }
    }

    /// The position of the cluster's last event, whosever it is.
    pub(super) async fn end(&self) -> Result<Option<Position>, ReadError> {
        self.last(false).await
    }

    async fn last(&self, ours: bool) -> Result<Option<Position>, ReadError> {
        let options = ReadAllOptions::default()
            .position(StreamPosition::End)
            .max_count(1);
        let options = match ours {
            true => options.filter(self.filter()),
            false => options,
        };
        let events = self.read_all(options, None).await?;
        Ok(events.first().map(|event| record::position(event.position)))
    }

    async fn read_all(
        &self,
        options: ReadAllOptions,
        after: Option<Position>,
    ) -> Result<Vec<RecordedEvent>, ReadError> {
        let options = options.requires_leader(true);
        let read = self
            .supervisor
            .ask("reading", |client| all_events(client, options.clone()));
        read.await.map_err(|trouble| of_reading(&trouble, after))
    }

    /// The server's own events have streams that begin with `$`, so that none of them passes.
    pub(super) fn filter(&self) -> SubscriptionFilter {
        starting_with(format!("{}.", self.prefix()))
    }

    pub(super) fn prefix(&self) -> &str {
        &self.supervisor.target().prefix
    }
}

fn starting_with(prefix: String) -> SubscriptionFilter {
    SubscriptionFilter::on_stream_name()
        .add_prefix(prefix)
        .max(WINDOW)
}

async fn all_events(client: Client, options: ReadAllOptions) -> eventstore::Result<Vec<RecordedEvent>> {
    gather(client.read_all(&options).await?).await
}

pub(super) async fn stream_events(
    client: Client,
    name: String,
    options: ReadStreamOptions,
) -> eventstore::Result<Vec<RecordedEvent>> {
    gather(client.read_stream(name.as_str(), &options).await?).await
}

async fn gather(mut read: ReadStream) -> eventstore::Result<Vec<RecordedEvent>> {
    let mut events = Vec::new();
    while let Some(event) = read.next().await? {
        events.extend(event.event);
    }
    Ok(events)
}

/// As the server counts: nothing lies beyond its largest number.
pub(super) fn signed(number: u64) -> Option<u64> {
    i64::try_from(number).is_ok().then_some(number)
}

/// A revision beyond what the server counts to is no stream's.
pub(super) fn state(expected: ExpectedRevision) -> StreamState {
    match expected {
        ExpectedRevision::NoStream => StreamState::NoStream,
        ExpectedRevision::Exact(revision) => {
            StreamState::StreamRevision(signed(revision).unwrap_or(i64::MAX.unsigned_abs() - 1))
        }
    }
}

/// Where a position that was refused comes from another log, no retry helps.
pub(super) fn of_reading(trouble: &Trouble, after: Option<Position>) -> ReadError {
    match (trouble, after) {
        (Trouble::Refused(why), Some(after)) => ReadError::Corrupt {
            location: format!("position {after}"),
            why: why.clone(),
        },
        _ => ReadError::Unavailable(Failure::new("reading", trouble.to_text())),
    }
}
