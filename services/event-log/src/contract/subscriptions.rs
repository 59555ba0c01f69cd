//! Subscribing: everything once, in order, across the seam between what there was and what comes.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::{join, join_all};
use futures_util::stream::BoxStream;
use futures_util::{FutureExt, StreamExt};
use tally_domain::Position;

use super::area::{Area, Outcome, Property, ensure, ensure_same, event_with_number, ids, several_events};
use crate::error::ReadError;
use crate::stored::ExpectedRevision::{Exact, NoStream};
use crate::stored::StoredEvent;

const WRITERS: usize = 8;
const APPENDS: usize = 40;

pub(super) fn all<'a>(area: &'a Area<'_>) -> Vec<Property<'a>> {
    vec![
        (
            "a subscription delivers what there was, then what comes",
            past_and_future(area).boxed(),
        ),
        (
            "a subscription from the head delivers only what comes",
            from_head(area).boxed(),
        ),
        (
            "a subscription taken up again at any event goes on with the next",
            try_resuming(area).boxed(),
        ),
        (
            "subscriptions begun at any moment of a storm of writers get every event once, in order",
            storm(area).boxed(),
        ),
        (
            "a subscription from beyond the head is refused",
            beyond(area).boxed(),
        ),
    ]
}

async fn past_and_future(area: &Area<'_>) -> Outcome {
    let (before, stream) = (area.head().await?, area.stream("past_and_future"));
    area.append_or_fail(&stream, NoStream, &several_events(10))
        .await?;
    let mut follower = Follower::new(area, before, "past_and_future");
    let past = follower.take(10).await?;
    area.append_or_fail(&stream, Exact(9), &several_events(5)).await?;
    let future = follower.take(5).await?;
    let delivered = [ids(&past), ids(&future)].concat();
    ensure_same("the events", delivered, ids(&area.read(&stream).await?))
}

async fn from_head(area: &Area<'_>) -> Outcome {
    let stream = area.stream("from_head");
    area.append_or_fail(&stream, NoStream, &several_events(3)).await?;
    let mut follower = Follower::new(area, area.head().await?, "from_head");
    let event = event_with_number(4);
    area.append_or_fail(&stream, Exact(2), std::slice::from_ref(&event))
        .await?;
    ensure_same("the event", ids(&follower.take(1).await?), vec![event.id])
}

async fn try_resuming(area: &Area<'_>) -> Outcome {
    let stream = area.stream("resumed");
    area.append_or_fail(&stream, NoStream, &several_events(6)).await?;
    let stored = area.read(&stream).await?;
    for (n, event) in stored.iter().enumerate() {
        let mut follower = Follower::new(area, Some(event.position), "resumed");
        let rest = follower.take(stored.len() - n - 1).await?;
        ensure_same(
            &format!("the events after {n}"),
            ids(&rest),
            ids(&stored[n + 1..]),
        )?;
    }
    Ok(())
}

/// Some followers begin before the first append, some in the middle, some at the end; each reads
/// from the same place.
async fn storm(area: &Area<'_>) -> Outcome {
    let before = area.head().await?;
    let written = AtomicUsize::new(0);
    let total: usize = (0..WRITERS * APPENDS).map(|n| 1 + n % 3).sum();
    let writers = join_all((0..WRITERS).map(|writer| write(area, writer, &written)));
    let followers = join_all([0, 1, 2, 3, 4].map(|quarter| {
        let (written, begin) = (&written, quarter * WRITERS * APPENDS / 4);
        async move {
            while written.load(Ordering::Relaxed) < begin {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            Follower::new(area, before, "storm").take(total).await
        }
    }));
    let (writers, followers) = join(writers, followers).await;
    writers.into_iter().collect::<Result<(), _>>()?;
    let stored = area.all_after(before, "storm", 100).await?;
    ensure_same("the events stored", stored.len(), total)?;
    for delivered in followers {
        let delivered = delivered?;
        once_and_in_order(&delivered)?;
        ensure_same("the events delivered", ids(&delivered), ids(&stored))?;
    }
    Ok(())
}

/// One writer's appends, of one to three events each, to two streams in turn.
async fn write(area: &Area<'_>, writer: usize, written: &AtomicUsize) -> Outcome {
    let mut last = [NoStream, NoStream];
    for n in 0..APPENDS {
        let stream = area.stream(&format!("storm.{writer}.{}", n % 2));
        let events = several_events(1 + (writer * APPENDS + n) % 3);
        let answer = area.append_or_fail(&stream, last[n % 2], &events).await?;
        last[n % 2] = Exact(answer.last_revision);
        written.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

fn once_and_in_order(events: &[StoredEvent]) -> Outcome {
    let distinct: HashSet<_> = events.iter().map(|e| e.id).collect();
    ensure_same("the distinct events", distinct.len(), events.len())?;
    ensure(events.is_sorted_by(|a, b| a.position < b.position), || {
        "positions fall".to_owned()
    })?;
    let mut next = HashMap::new();
    for event in events {
        let revision: &mut u64 = next.entry(event.stream.clone()).or_default();
        ensure_same(
            &format!("the next revision of {}", event.stream),
            event.revision,
            *revision,
        )?;
        *revision += 1;
    }
    Ok(())
}

async fn beyond(area: &Area<'_>) -> Outcome {
    let far = u64::MAX / 4;
    let after = Position {
        commit: far,
        prepare: far,
    };
    match area.log.subscribe_all(Some(after)).next().await {
        Some(Err(ReadError::BeyondHead { .. })) => Ok(()),
        other => Err(format!("{other:?}")),
    }
}

/// A subscription, seen through to the events of one property.
struct Follower<'a> {
    area: &'a Area<'a>,
    prefix: &'a str,
    events: BoxStream<'static, Result<StoredEvent, ReadError>>,
}

impl<'a> Follower<'a> {
    fn new(area: &'a Area<'a>, after: Option<Position>, prefix: &'a str) -> Self {
        let events = area.log.subscribe_all(after);
        Self { area, prefix, events }
    }

    async fn take(&mut self, count: usize) -> Result<Vec<StoredEvent>, String> {
        let mut taken = Vec::with_capacity(count);
        while taken.len() < count {
            match self.events.next().await {
                Some(Ok(event)) if self.area.owns(&event, self.prefix) => taken.push(event),
                Some(Ok(_)) => {}
                other => return Err(format!("{other:?} after {} of {count} events", taken.len())),
            }
        }
        Ok(taken)
    }
}
