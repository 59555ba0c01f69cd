//! Writers that go on whatever happens to the cluster, readers that follow, and the account at the
//! end.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use tally_domain::{EventId, StreamName};
use tally_event_log::{AppendError, ExpectedRevision, LogWriter, StoredEvent};
use tally_kurrent_double::Cluster;
use tokio::task::JoinHandle;

use crate::support::{TIMEOUT, event, everything, opened, short_timeouts, stream};

const WRITERS: u64 = 4;

/// The ids of the events that were acknowledged, of each stream in its order.
type Acknowledged = HashMap<StreamName, Vec<EventId>>;

pub struct Storm {
    pub cluster: Cluster,
    log: Arc<dyn LogWriter>,
    appends: Arc<AtomicU64>,
    ended: Arc<AtomicBool>,
    writers: Vec<JoinHandle<Acknowledged>>,
    followers: Vec<JoinHandle<Vec<StoredEvent>>>,
}

impl Storm {
    /// Writers, a follower by their client, and one by a client that does nothing else.
    pub async fn begin(cluster: Cluster) -> Self {
        let url = short_timeouts(&cluster.url());
        let (log, other) = (opened(&url).await, opened(&url).await);
        let (appends, ended) = (Arc::default(), Arc::default());
        let writers = (0..WRITERS).map(|n| {
            tokio::spawn(write(
                n,
                Arc::clone(&log),
                Arc::clone(&appends),
                Arc::clone(&ended),
            ))
        });
        let followers = [follow(&log), follow(&other)].map(tokio::spawn);
        let storm = Self {
            cluster,
            appends: Arc::clone(&appends),
            ended: Arc::clone(&ended),
            writers: writers.collect(),
            followers: followers.into(),
            log,
        };
        storm.goes_on().await;
        storm
    }

    /// Waits until several more appends were acknowledged.
    pub async fn goes_on(&self) {
        let wanted = self.appends.load(Ordering::SeqCst) + 8 * WRITERS;
        self.until("appends go on", || self.appends.load(Ordering::SeqCst) >= wanted)
            .await;
    }

    /// Waits until something has come true.
    pub async fn until(&self, what: &str, holds: impl Fn() -> bool) {
        let begun = Instant::now();
        while !holds() {
            assert!(begun.elapsed() < TIMEOUT, "waited in vain until {what}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Ends it: every acknowledged event is there once, in its place, and was delivered once, in
    /// order.
    pub async fn end(self) {
        self.ended.store(true, Ordering::SeqCst);
        let mut acknowledged = Acknowledged::new();
        for writer in self.writers {
            acknowledged.extend(writer.await.unwrap());
        }
        let stored = everything(&*self.log).await;
        let mut streams = Acknowledged::new();
        for event in &stored {
            let ids = streams.entry(event.stream.clone()).or_default();
            assert_eq!(event.revision, ids.len() as u64, "{}", event.stream);
            ids.push(event.id);
        }
        assert_eq!(streams, acknowledged);
        assert_eq!(self.log.head().await.unwrap(), stored.last().map(|e| e.position));
        let last = event(u128::MAX);
        let done = self
            .log
            .append(&stream("done"), ExpectedRevision::NoStream, vec![last])
            .await;
        done.unwrap();
        for follower in self.followers {
            let followed = tokio::time::timeout(TIMEOUT, follower).await;
            assert!(followed.is_ok(), "a follower stands still");
            assert_eq!(followed.unwrap().unwrap(), stored);
        }
    }
}

/// One writer: to two streams in turn, two events at a time, each append repeated as it is until it
/// is answered.
async fn write(
    writer: u64,
    log: Arc<dyn LogWriter>,
    appends: Arc<AtomicU64>,
    ended: Arc<AtomicBool>,
) -> Acknowledged {
    let mut acknowledged = Acknowledged::new();
    let mut n = 0;
    while !ended.load(Ordering::SeqCst) {
        let to = stream(&format!("storm-{writer}-{}", n % 2));
        let ids = acknowledged.entry(to.clone()).or_default();
        let expected = ExpectedRevision::after((ids.len() as u64).checked_sub(1));
        let first = (u128::from(writer) << 64) + 2 * n;
        let events = [event(first), event(first + 1)];
        let last = appended(&*log, &to, expected, &events).await;
        ids.extend(events.iter().map(|e| e.id));
        assert_eq!(last, ids.len() as u64 - 1);
        appends.fetch_add(1, Ordering::SeqCst);
        n += 1;
    }
    acknowledged
}

async fn appended(
    log: &dyn LogWriter,
    to: &StreamName,
    expected: ExpectedRevision,
    events: &[tally_event_log::NewEvent],
) -> u64 {
    loop {
        match log.append(to, expected, events.to_vec()).await {
            Ok(appended) => return appended.last_revision,
            Err(AppendError::Unavailable(_)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
}

/// Everything, until the event that says that it is over.
fn follow(log: &Arc<dyn LogWriter>) -> impl Future<Output = Vec<StoredEvent>> + Send + 'static {
    let (log, last) = (Arc::clone(log), event(u128::MAX).id);
    async move {
        let events = log.subscribe_all(None).map(Result::unwrap);
        events
            .take_while(|event| std::future::ready(event.id != last))
            .collect()
            .await
    }
}
