//! Feeding views that nodes share: this node takes a fair share of the partitions, and gives up what is more.
//!
//! One subscription feeds all partitions that the node holds, from the checkpoint of the one that is furthest behind; each skips what it has. The
//! others notice a node that is gone by its leases, which go with its connections.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::{Stream, StreamExt};
use tally_domain::{AnyEvent, Position, Recorded};
use tally_event_log::{EventLog, ReadError, StoredEvent};
use tally_projections::{Lease, Membership, Partition, SharedViews, StoreError, ViewStore};
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tracing::{error, info, warn};

use super::{BATCH, Batch, RETRY};

/// How often the shares are looked at, and the leases kept: well within the silence that the server bears.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How long nothing has come in when the partitions write down that they have passed what is not theirs. Until then who waits for all of
/// them waits, and who waits for a tenant's does not.
const QUIET: Duration = Duration::from_millis(20);

/// What feeds.
pub struct Feeder {
    /// From where.
    pub log: Arc<dyn EventLog>,
    /// Into what; views that are shared.
    pub views: Arc<ViewStore>,
}

/// The leases that the node holds.
#[derive(Default)]
struct Held {
    membership: Option<Membership>,
    leases: Vec<Lease>,
}

impl Feeder {
    /// Feeds until `stopping` says so, then gives up what it holds between two batches, so that others go on at once.
    pub async fn run(self, mut stopping: watch::Receiver<bool>) {
        let mut held = Held::default();
        while stopping.has_changed().is_ok() && !*stopping.borrow() {
            match self.feed(&mut held, &mut stopping).await {
                Ok(()) => {}
                Err(cause) => {
                    error!(
                        cause = format!("{cause:#}"),
                        "feeding stopped; it is taken up again"
                    );
                    metrics::counter!(crate::metric::PROJECTOR_FAILURES).increment(1);
                    held.leases.retain(|lease| !lease.is_lost());
                    tokio::time::sleep(RETRY).await;
                }
            }
        }
        if let Err(cause) = settle(&mut held).await {
            warn!(
                cause = format!("{cause:#}"),
                "what was passed is not written down"
            );
        }
        info!(partitions = held.leases.len(), "partitions given up");
        // Closing connections is not for a thread of the runtime.
        drop(spawn_blocking(move || drop(held)).await);
    }

    /// Feeds what is held until the shares change.
    async fn feed(&self, held: &mut Held, stopping: &mut watch::Receiver<bool>) -> anyhow::Result<()> {
        self.share(held).await?;
        let from = checkpoint(held).await?;
        let mut batches = self.log.subscribe_all(from).ready_chunks(BATCH);
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        looks.reset();
        loop {
            tokio::select! {
                biased;
                _ = stopping.changed() => return Ok(()),
                _ = looks.tick() => {
                    if self.share(held).await? {
                        return Ok(());
                    }
                }
                batch = next(&mut batches, held.leases.is_empty()) => match batch {
                    Some(batch) => take_in(held, batch).await?,
                    None => return Ok(()),
                },
                () = quiet(held.leases.iter().any(Lease::is_unsettled)) => settle(held).await?,
            }
        }
    }

    /// Takes or gives up partitions until this node has its share. Whether it has others than before.
    async fn share(&self, held: &mut Held) -> anyhow::Result<bool> {
        let (views, before) = (self.views.clone(), std::mem::take(held));
        let begun = Instant::now();
        let (after, outcome) = spawn_blocking(move || shared(&views, before)).await?;
        *held = after;
        if begun.elapsed() > LOOK_EVERY * 4 {
            warn!(took = ?begun.elapsed(), "the views' database is slow to answer");
        }
        Ok(outcome?)
    }
}

/// Nothing is read for nobody.
async fn next<S>(batches: &mut S, idle: bool) -> Option<S::Item>
where
    S: Stream + Unpin,
{
    if idle {
        std::future::pending().await
    } else {
        batches.next().await
    }
}

/// Waits for nothing to come in, where something is to be written down then.
async fn quiet(unsettled: bool) {
    if unsettled {
        tokio::time::sleep(QUIET).await;
    } else {
        std::future::pending::<()>().await;
    }
}

fn shared(views: &ViewStore, mut held: Held) -> (Held, Result<bool, StoreError>) {
    let Some(views) = views.shared() else {
        return (held, Ok(false));
    };
    let before: Vec<Partition> = held.leases.iter().map(Lease::partition).collect();
    let outcome = kept(&mut held, views).and_then(|()| balance(&mut held, views));
    let after: Vec<Partition> = held.leases.iter().map(Lease::partition).collect();
    metrics::gauge!(crate::metric::PARTITIONS_HELD).set(after.len() as f64);
    let changed = before != after;
    if changed {
        let names: Vec<String> = after.iter().map(ToString::to_string).collect();
        info!(partitions = names.join(" "), "this node feeds");
    }
    (held, outcome.map(|()| changed))
}

/// Shows the server that the holder lives. What was lost meanwhile is let go.
fn kept(held: &mut Held, views: &SharedViews) -> Result<(), StoreError> {
    held.leases.retain(|lease| match lease.keep() {
        Ok(()) => true,
        Err(cause) => {
            warn!(partition = %lease.partition(), %cause, "a partition is not this node's any more");
            false
        }
    });
    if held
        .membership
        .as_ref()
        .is_none_or(|member| member.keep().is_err())
    {
        held.membership = views.join()?;
    }
    Ok(())
}

fn balance(held: &mut Held, views: &SharedViews) -> Result<(), StoreError> {
    let members = usize::try_from(views.members()?.max(1)).unwrap_or(usize::MAX);
    let share = views.partitions().len().div_ceil(members);
    held.leases.truncate(share);
    let fed = views.fed()?;
    let free = views.partitions().iter().zip(fed).filter(|(_, fed)| !fed);
    for (partition, _) in free {
        if held.leases.len() >= share {
            break;
        }
        held.leases.extend(views.try_lease(*partition)?);
    }
    held.leases.sort_by_key(Lease::partition);
    Ok(())
}

/// Where the partition is that is furthest behind.
async fn checkpoint(held: &mut Held) -> anyhow::Result<Option<Position>> {
    let leases = std::mem::take(&mut held.leases);
    let (leases, lowest) = spawn_blocking(move || {
        let reached: Result<Vec<_>, _> = leases.iter().map(Lease::checkpoint).collect();
        (leases, reached.map(|reached| reached.into_iter().min().flatten()))
    })
    .await?;
    held.leases = leases;
    Ok(lowest?)
}

/// Takes a batch into every partition held, side by side.
async fn take_in(held: &mut Held, batch: Vec<Result<StoredEvent, ReadError>>) -> anyhow::Result<()> {
    let Batch { events, failure } = Batch::read(batch);
    let events: Arc<[Recorded<AnyEvent>]> = events.into();
    let applied = events.clone();
    let outcome = side_by_side(held, move |lease| lease.apply(&applied)).await;
    metrics::counter!(crate::metric::EVENTS_PROJECTED).increment(events.len() as u64);
    failure.map_or(Ok(()), Err).and(outcome)
}

/// Has every partition write down what it has passed.
async fn settle(held: &mut Held) -> anyhow::Result<()> {
    side_by_side(held, Lease::settle).await
}

async fn side_by_side(
    held: &mut Held,
    act: impl Fn(&mut Lease) -> Result<(), StoreError> + Clone + Send + 'static,
) -> anyhow::Result<()> {
    let acting = held.leases.drain(..).map(|mut lease| {
        let act = act.clone();
        spawn_blocking(move || {
            let outcome = act(&mut lease);
            (lease, outcome)
        })
    });
    let mut outcome = Ok(());
    for acted in join_all(acting).await {
        let (lease, acted) = acted?;
        held.leases.push(lease);
        outcome = outcome.and(acted.map_err(Into::into));
    }
    outcome
}
