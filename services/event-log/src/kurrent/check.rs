//! What a cluster must do besides the contract, tried on a real one without any right but to read
//! and to append.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use eventstore::{StreamPosition, SubscribeToAllOptions, SubscriptionEvent};
use futures_util::future::join_all;
use futures_util::stream::{BoxStream, iter};
use futures_util::{FutureExt, StreamExt, TryStreamExt};
use tally_domain::{Position, StreamName};
use uuid::Uuid;

use super::KurrentLog;
use super::record;
use super::subscribe::resume;
use super::target::Target;
use crate::contract::Summary;
use crate::contract::area::{Outcome, Property, ensure_same, several_events, to_text};
use crate::engine::{Chunks, RawReader, RawWriter};
use crate::error::{OpenError, ReadError};
use crate::limits::{self, Prepared};
use crate::raw::RawEvent;
use crate::stored::ExpectedRevision::{Exact, NoStream};
use crate::stored::{Appended, NewEvent};
use tally_domain::Clock;

/// How many streams are written to at once, and how many events each gets.
const STREAMS: usize = 8;
const EVENTS: usize = 20;

/// Tries every property in new logs beside what the cluster at `url` holds, and calls `report` with
/// each sentence and its outcome.
pub(crate) async fn check(
    url: &str,
    report: &mut (dyn FnMut(&str, Outcome) + Send),
) -> Result<Summary, OpenError> {
    let target = Target::parse(url)?;
    let mut summary = Summary::default();
    summary.try_all(all(url, &target), report).await;
    Ok(summary)
}

fn all<'a>(url: &'a str, target: &'a Target) -> Vec<Property<'a>> {
    vec![
        (
            "a client that connects to a follower first finds the leader",
            follower_first(url).boxed(),
        ),
        (
            "appends go on while their clients are thrown away, each event once and in order",
            clients_thrown_away(target).boxed(),
        ),
        (
            "an append repeated by another client stores nothing more",
            repeated_elsewhere(target).boxed(),
        ),
        (
            "what one client appended another reads at once",
            read_elsewhere(target).boxed(),
        ),
        (
            "a subscription taken up again after every event and every reported checkpoint continues \
                with the next",
            resumed_anywhere(target).boxed(),
        ),
        (
            "neither the server's events nor other logs' are delivered",
            ignores_other_logs(target).boxed(),
        ),
    ]
}

async fn follower_first(url: &str) -> Outcome {
    let separator = if url.contains('?') { '&' } else { '?' };
    // The last one said counts.
    let target = Target::parse(&format!("{url}{separator}nodePreference=follower")).map_err(to_text)?;
    let log = new_log(&target).await?;
    let appended = append(&log, "a", None, 3).await?;
    ensure_same("the events read", ids(&log, "a").await?.len(), 3)?;
    ensure_same(
        "the head",
        log.head().await.map_err(to_text)?,
        Some(appended.position),
    )
}

async fn clients_thrown_away(target: &Target) -> Outcome {
    let log = Arc::new(new_log(target).await?);
    let mut follower = one_by_one(log.subscribe_all(None));
    let writers = join_all((0..STREAMS).map(|n| {
        let log = Arc::clone(&log);
        async move {
            let mut last = None;
            for _ in 0..EVENTS {
                last = Some(append(&log, &format!("s{n}"), last, 1).await?.last_revision);
            }
            Ok::<_, String>(())
        }
    }));
    let throwing = async {
        loop {
            tokio::time::sleep(Duration::from_millis(10)).await;
            let supervisor = log.reading.reader.supervisor();
            if let Ok(connection) = supervisor.connection().await {
                supervisor.leave(&connection).await;
            }
        }
    };
    let written = tokio::select! {
        written = writers => written,
        () = throwing => Vec::new(),
    };
    written.into_iter().collect::<Result<(), String>>()?;
    let stored = log.read_all(None, usize::MAX).await.map_err(to_text)?;
    ensure_same("the events stored", stored.len(), STREAMS * EVENTS)?;
    let distinct: HashSet<Uuid> = stored.iter().map(|e| e.id).collect();
    ensure_same("the distinct events", distinct.len(), stored.len())?;
    let delivered = take(&mut follower, stored.len()).await?;
    ensure_same(
        "the events delivered",
        delivered,
        stored.iter().map(|e| e.id).collect(),
    )
}

async fn repeated_elsewhere(target: &Target) -> Outcome {
    let log = new_log(target).await?;
    let events = several_events(3);
    let first = log
        .append(&stream("a"), NoStream, prepare(&events)?)
        .await
        .map_err(to_text)?;
    append(&log, "a", Some(2), 2).await?;
    let other = same_log(&log).await?;
    let again = other
        .append(&stream("a"), NoStream, prepare(&events)?)
        .await
        .map_err(to_text)?;
    let wanted = Appended {
        already: true,
        ..first
    };
    ensure_same("the answer to the repeat", again, wanted)?;
    ensure_same("the events stored", ids(&other, "a").await?.len(), 5)
}

async fn read_elsewhere(target: &Target) -> Outcome {
    let one = new_log(target).await?;
    let other = same_log(&one).await?;
    let mut last = None;
    for n in 0..EVENTS {
        let appended = append(&one, "a", last, 1).await?;
        last = Some(appended.last_revision);
        ensure_same("the events read", ids(&other, "a").await?.len(), n + 1)?;
        ensure_same(
            "the head",
            other.head().await.map_err(to_text)?,
            Some(appended.position),
        )?;
    }
    Ok(())
}

async fn resumed_anywhere(target: &Target) -> Outcome {
    let (log, noise) = (new_log(target).await?, new_log(target).await?);
    for n in 0..3 {
        append(&log, &format!("s{n}"), None, 5).await?;
        append(&noise, &format!("s{n}"), None, 40).await?;
    }
    let stored = log.read_all(None, usize::MAX).await.map_err(to_text)?;
    let mut places: Vec<Position> = stored.iter().map(|e| e.position).collect();
    places.extend(checkpoints(&log, stored.len()).await?);
    for position in places {
        let rest: Vec<_> = stored
            .iter()
            .filter(|e| e.position > position)
            .map(|e| e.id)
            .collect();
        let (reader, seen) = (log.reading.reader.clone(), Arc::clone(&log.reading.seen));
        let feed = resume(reader, seen, Some(position), log.reading.open.subscribe());
        let delivered = take(&mut feed.boxed(), rest.len()).await?;
        ensure_same(&format!("the events after {position}"), delivered, rest)?;
    }
    Ok(())
}

/// What the server says it has looked at, until it is through with `count` events of ours.
async fn checkpoints(log: &KurrentLog, count: usize) -> Result<Vec<Position>, String> {
    let connection = log
        .reading
        .reader
        .supervisor()
        .connection()
        .await
        .map_err(to_text)?;
    let options = SubscribeToAllOptions::default()
        .position(StreamPosition::Start)
        .filter(log.reading.reader.filter())
        .requires_leader(true);
    let mut reporting = connection.spawn(move |client| async move {
        let mut subscription = client.subscribe_to_all(&options).await;
        let (mut places, mut left) = (Vec::new(), count);
        while left > 0 {
            match subscription.next_subscription_event().await? {
                SubscriptionEvent::EventAppeared(_) => left -= 1,
                SubscriptionEvent::Checkpoint(position) => places.push(record::position(position)),
                _ => {}
            }
        }
        Ok::<_, eventstore::Error>(places)
    });
    let reported = reporting.join_next().await.ok_or("the client broke down")?;
    reported.map_err(to_text)?.map_err(to_text)
}

async fn ignores_other_logs(target: &Target) -> Outcome {
    let (log, other) = (new_log(target).await?, new_log(target).await?);
    append(&other, "a", None, 2).await?;
    let appended = append(&log, "a", None, 2).await?;
    append(&other, "a", Some(1), 2).await?;
    ensure_same(
        "the head",
        log.head().await.map_err(to_text)?,
        Some(appended.position),
    )?;
    let wanted = ids(&log, "a").await?;
    let all = log.read_all(None, usize::MAX).await.map_err(to_text)?;
    ensure_same(
        "the events read",
        all.iter().map(|e| e.id).collect(),
        wanted.clone(),
    )?;
    ensure_same(
        "the events delivered",
        take(&mut one_by_one(log.subscribe_all(None)), 2).await?,
        wanted,
    )
}

async fn new_log(target: &Target) -> Result<KurrentLog, String> {
    let target = Target {
        prefix: format!("tally_check_{}", Uuid::new_v4().simple()),
        ..target.clone()
    };
    let opened = KurrentLog::open_target(target, Clock::system(), Duration::ZERO).await;
    opened.map_err(to_text)
}

/// The same log by a client of its own.
async fn same_log(log: &KurrentLog) -> Result<KurrentLog, String> {
    let target = log.reading.reader.supervisor().target().clone();
    let opened = KurrentLog::open_target(target, Clock::system(), Duration::ZERO).await;
    opened.map_err(to_text)
}

async fn append(log: &KurrentLog, name: &str, last: Option<u64>, count: usize) -> Result<Appended, String> {
    let expected = last.map_or(NoStream, Exact);
    log.append(&stream(name), expected, prepare(&several_events(count))?)
        .await
        .map_err(to_text)
}

async fn ids(log: &KurrentLog, name: &str) -> Result<Vec<Uuid>, String> {
    let events = log
        .read_stream(&stream(name), 0, usize::MAX)
        .await
        .map_err(to_text)?;
    Ok(events.iter().map(|e| e.id).collect())
}

async fn take<S>(events: &mut S, count: usize) -> Result<Vec<Uuid>, String>
where
    S: futures_util::Stream<Item = Result<RawEvent, ReadError>> + Unpin,
{
    let mut taken = Vec::with_capacity(count);
    while taken.len() < count {
        match events.next().await {
            Some(Ok(event)) => taken.push(event.id),
            other => return Err(format!("{other:?} after {} of {count} events", taken.len())),
        }
    }
    Ok(taken)
}

/// The events of a subscription without the chunks they come in.
fn one_by_one(chunks: Chunks) -> BoxStream<'static, Result<RawEvent, ReadError>> {
    chunks
        .map_ok(|chunk| iter(chunk.into_iter().map(Ok)))
        .try_flatten()
        .boxed()
}

fn prepare(events: &[NewEvent]) -> Result<Vec<Prepared>, String> {
    limits::prepare(&stream("a"), events).map_err(to_text)
}

fn stream(name: &str) -> StreamName {
    StreamName::from_log(name.to_owned())
}
