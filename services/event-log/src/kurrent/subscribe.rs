//! Subscribing. The server pushes what passes the filter, and reports now and then how far it read.
//! A subscription that breaks is begun again after the last of both, so nothing is missed and
//! nothing comes twice, whichever node answers.
//!
//! When a call of this process is answered after a failure, another node may lead: every
//! subscription begins again at once, with the connection that was answered.
//!
//! Silence proves nothing: a node that was cut off from the others keeps a subscription open and
//! has nothing more to say. So after a while the log's head is asked for, and a subscription that
//! lacks it is restarted.

use std::sync::Arc;

use async_stream::try_stream;
use eventstore::{RecordedEvent, StreamPosition, SubscribeToAllOptions, SubscriptionEvent};
use futures_util::StreamExt as _;
use futures_util::stream::Stream;
use tally_domain::Position;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::append::Seen;
use super::client::{Connection, Tries};
use super::read::{Reader, of_reading};
use super::record;
use super::trouble::Trouble;
use crate::engine::Chunks;
use crate::error::ReadError;
use crate::raw::RawEvent;

/// How many events may wait for the reader.
const WAITING: usize = 32;
/// How many events are handed on at once at most.
const CHUNK: usize = 512;

enum Report {
    Event(Box<RecordedEvent>),
    /// All up to here was looked at.
    Reached(Position),
    Broken(Trouble),
}

/// What came next, if anything.
enum Next {
    Event(Box<RawEvent>),
    Nothing,
    Again,
    End,
}

/// Everything after `after`, then everything to come, until `open` is no more.
pub(super) fn follow(
    reader: Reader,
    seen: Arc<Seen>,
    after: Option<Position>,
    open: watch::Receiver<()>,
) -> Chunks {
    Box::pin(try_stream! {
        check_not_beyond(&reader, after).await?;
        for await arrived in resume(reader, seen, after, open).ready_chunks(CHUNK) {
            let mut chunk = Vec::with_capacity(arrived.len());
            let mut broken = None;
            for event in arrived {
                match event {
                    Ok(event) => chunk.push(event),
                    Err(error) => broken = Some(error),
                }
            }
            if !chunk.is_empty() {
                yield chunk;
            }
            if let Some(error) = broken {
                Err(error)?;
            }
        }
    })
}

/// The same, from any position that the server reported.
pub(super) fn resume(
    reader: Reader,
    seen: Arc<Seen>,
    after: Option<Position>,
    open: watch::Receiver<()>,
) -> impl Stream<Item = Result<RawEvent, ReadError>> {
    try_stream! {
        let mut following = Following {
            tries: Tries::new(reader.supervisor().target().timeout),
            reader,
            seen,
            open,
            reached: after,
            delivered: after,
        };
        'feeds: loop {
            let mut feed = following.begin().await;
            loop {
                match following.next(&mut feed).await? {
                    Next::Event(event) => yield *event,
                    Next::Nothing => {}
                    Next::Again => continue 'feeds,
                    Next::End => break 'feeds,
                }
            }
        }
    }
}

async fn check_not_beyond(reader: &Reader, after: Option<Position>) -> Result<(), ReadError> {
    let Some(after) = after else { return Ok(()) };
    let head = reader.head().await?;
    if head < Some(after) {
        Err(ReadError::BeyondHead { after, head })
    } else {
        Ok(())
    }
}

struct Following {
    reader: Reader,
    seen: Arc<Seen>,
    open: watch::Receiver<()>,
    tries: Tries,
    /// Where to begin again: after this event, or after what the server looked at.
    reached: Option<Position>,
    /// The last event handed out.
    delivered: Option<Position>,
}

/// One subscription at the server.
struct Feed {
    connection: Arc<Connection>,
    report: mpsc::Receiver<Report>,
    _pump: JoinSet<()>,
    /// Whether the cluster answered after a failure since the feed began: another node may lead.
    moves: watch::Receiver<u64>,
    /// The log's head when the feed was silent: it must be delivered, or the feed is broken.
    owed: Option<Position>,
}

impl Following {
    async fn begin(&mut self) -> Feed {
        loop {
            let moves = self.reader.supervisor().follow_moves();
            match self.reader.supervisor().connection().await {
                Ok(connection) => return self.feed(connection, moves),
                Err(trouble) => self.tries.pause(&trouble).await,
            }
        }
    }

    fn feed(&self, connection: Arc<Connection>, moves: watch::Receiver<u64>) -> Feed {
        let (sender, report) = mpsc::channel(WAITING);
        let from = self.reached.map(record::to_server_position);
        let options = SubscribeToAllOptions::default()
            .position(from.map_or(StreamPosition::Start, StreamPosition::Position))
            .filter(self.reader.filter())
            .requires_leader(true);
        let pump = connection.spawn(|client| async move {
            let mut subscription = client.subscribe_to_all(&options).await;
            loop {
                let report = match subscription.next_subscription_event().await {
                    Ok(event) => to_notice(event),
                    Err(error) => Some(Report::Broken(Trouble::of(error))),
                };
                let Some(report) = report else { continue };
                let ends = matches!(report, Report::Broken(_));
                if sender.send(report).await.is_err() || ends {
                    break;
                }
            }
        });
        Feed {
            connection,
            report,
            _pump: pump,
            moves,
            owed: None,
        }
    }

    async fn next(&mut self, feed: &mut Feed) -> Result<Next, ReadError> {
        let silence = self.reader.supervisor().target().look_every();
        let report = tokio::select! {
            biased;
            _ = self.open.changed() => return Ok(Next::End),
            Ok(()) = feed.moves.changed() => return Ok(Next::Again),
            report = tokio::time::timeout(silence, feed.report.recv()) => report,
        };
        match report {
            Ok(Some(Report::Event(event))) => self.event(&event),
            Ok(Some(Report::Reached(position))) => {
                self.reached = self.reached.max(Some(position));
                Ok(Next::Nothing)
            }
            Ok(Some(Report::Broken(trouble))) => self.handle_break(feed, trouble).await,
            Ok(None) => {
                let trouble = Trouble::Passing("the client broke down".to_owned());
                self.handle_break(feed, trouble).await
            }
            Err(_) => Ok(self.check_head(feed).await),
        }
    }

    fn event(&mut self, event: &RecordedEvent) -> Result<Next, ReadError> {
        let position = record::position(event.position);
        self.tries = Tries::new(self.reader.supervisor().target().timeout);
        if Some(position) <= self.delivered {
            return Ok(Next::Nothing);
        }
        self.reached = self.reached.max(Some(position));
        let Some(stored) = record::to_raw_event(event, self.reader.prefix())? else {
            return Ok(Next::Nothing);
        };
        self.delivered = Some(position);
        self.seen.learn(position);
        self.reader.remember(&stored);
        Ok(Next::Event(Box::new(stored)))
    }

    async fn handle_break(&mut self, feed: &Feed, trouble: Trouble) -> Result<Next, ReadError> {
        match trouble {
            Trouble::Moved => {}
            Trouble::Passing(_) => self.reader.supervisor().leave(&feed.connection).await,
            lasting => return Err(of_reading(&lasting, self.reached)),
        }
        let (log, why) = (self.reader.supervisor().target(), trouble.to_text());
        tracing::warn!(%log, why, "a subscription broke; it is taken up again");
        self.tries.pause(&trouble).await;
        Ok(Next::Again)
    }

    /// Twice in a row silent about an event that is there: then it will not come.
    async fn check_head(&self, feed: &mut Feed) -> Next {
        let head = self.reader.head().await.ok().flatten();
        if head <= self.delivered {
            feed.owed = None;
            return Next::Nothing;
        }
        if feed.owed.is_none() || feed.owed <= self.delivered {
            feed.owed = head;
            return Next::Nothing;
        }
        let log = self.reader.supervisor().target();
        tracing::warn!(%log, "a subscription lags behind the log; it is taken up again");
        self.reader.supervisor().leave(&feed.connection).await;
        Next::Again
    }
}

fn to_notice(event: SubscriptionEvent) -> Option<Report> {
    match event {
        SubscriptionEvent::EventAppeared(event) => event.event.map(|event| Report::Event(Box::new(event))),
        SubscriptionEvent::Checkpoint(position) => Some(Report::Reached(record::position(position))),
        _ => None,
    }
}
