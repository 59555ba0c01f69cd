//! Feeding views that nodes share: this node takes a fair share of the partitions and gives up the
//! rest.
//!
//! One subscription feeds all partitions that the node holds, from the checkpoint of the one that
//! is furthest behind; each skips the events that it already has. When a node dies its connections
//! close, and with them its leases end, which the others notice.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::{Stream, StreamExt};
use tally_domain::{AnyEvent, Position, Recorded};
use tally_event_log::{LogReader, ReadError, StoredEvent};
use tally_vault::Vault;
use tally_view_store::{Lease, Membership, Partition, SharedViews, StoreError, ViewStore};
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tracing::{error, info, warn};

use super::batch::{BATCH_SIZE, DecodedBatch, RETRY_DELAY};
use super::erasures::forget_erased;

/// The time between two checks of the shares, which also renew the leases: well within the time
/// after which the database server closes a silent connection.
const SHARE_PERIOD: Duration = Duration::from_secs(2);

/// The silence after which the partitions store that they have passed events of other partitions.
/// Until then a caller that waits for all partitions waits; one that waits for a tenant's does not.
const SETTLE_DELAY: Duration = Duration::from_millis(20);

/// Feeds the partitions of shared views that this node holds.
pub struct Feeder {
    /// The log to follow.
    pub log: Arc<dyn LogReader>,
    /// The views to feed; nodes share them.
    pub views: Arc<ViewStore>,
    /// The keys to drop when what they open is erased.
    pub keys: Option<Vault>,
}

/// The leases that the node holds.
#[derive(Default)]
struct HeldLeases {
    membership: Option<Membership>,
    leases: Vec<Lease>,
}

impl HeldLeases {
    /// Whether any partition has passed events without storing so.
    fn is_unsettled(&self) -> bool {
        self.leases.iter().any(Lease::is_unsettled)
    }
}

impl Feeder {
    /// Feeds until `stopping` is set, then gives up its leases between two batches, so that other
    /// nodes continue at once.
    pub async fn run(self, mut stopping: watch::Receiver<bool>) {
        let mut own_leases = HeldLeases::default();
        while stopping.has_changed().is_ok() && !*stopping.borrow() {
            match self.feed(&mut own_leases, &mut stopping).await {
                Ok(()) => {}
                Err(cause) => {
                    error!(cause = format!("{cause:#}"), "feeding failed; trying again");
                    metrics::counter!(crate::metric::PROJECTOR_FAILURES).increment(1);
                    own_leases.leases.retain(|lease| !lease.is_lost());
                    tokio::time::sleep(RETRY_DELAY).await;
                }
            }
        }
        if let Err(cause) = store_checkpoints(&mut own_leases).await {
            warn!(
                cause = format!("{cause:#}"),
                "the checkpoints could not be stored"
            );
        }
        info!(partitions = own_leases.leases.len(), "partitions given up");
        // Closing connections is not for a thread of the runtime.
        drop(spawn_blocking(move || drop(own_leases)).await);
    }

    /// Feeds the partitions that it holds until the shares change.
    async fn feed(
        &self,
        own_leases: &mut HeldLeases,
        stopping: &mut watch::Receiver<bool>,
    ) -> anyhow::Result<()> {
        self.take_share(own_leases).await?;
        if let Some(keys) = self.keys.clone() {
            // It may go on at a later position, or wait without following the log.
            spawn_blocking(move || keys.forget_living_keys()).await?;
        }
        let mut reached = resume(own_leases).await?;
        let mut batches = self.log.subscribe_all(reached).ready_chunks(BATCH_SIZE);
        let mut ticks = interval(SHARE_PERIOD);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks.reset();
        loop {
            tokio::select! {
                biased;
                _ = stopping.changed() => return Ok(()),
                _ = ticks.tick() => {
                    if self.take_share(own_leases).await? {
                        return Ok(());
                    }
                }
                batch = next_batch(&mut batches, own_leases.leases.is_empty()) => match batch {
                    Some(batch) => {
                        if let Some(keys) = &self.keys {
                            forget_erased(keys, &batch);
                        }
                        reached = apply_batch(own_leases, reached, batch).await?;
                    }
                    None => return Ok(()),
                },
                () = wait_for_silence(own_leases.is_unsettled()) => store_checkpoints(own_leases).await?,
            }
        }
    }

    /// Takes or gives up partitions until this node has its share. True when its leases changed:
    /// each is fed from its own checkpoint.
    async fn take_share(&self, own_leases: &mut HeldLeases) -> anyhow::Result<bool> {
        let (views, before) = (self.views.clone(), std::mem::take(own_leases));
        let started = Instant::now();
        let (after, result) = spawn_blocking(move || update_leases(&views, before)).await?;
        *own_leases = after;
        if started.elapsed() > SHARE_PERIOD * 4 {
            warn!(took = ?started.elapsed(), "the views' database is slow to answer");
        }
        Ok(result?)
    }
}

/// The next batch; never one while the node holds no partition.
async fn next_batch<S>(batches: &mut S, is_idle: bool) -> Option<S::Item>
where
    S: Stream + Unpin,
{
    if is_idle {
        std::future::pending().await
    } else {
        batches.next().await
    }
}

/// Waits for the silence after which checkpoints are stored, if there are any to store.
async fn wait_for_silence(is_unsettled: bool) {
    if is_unsettled {
        tokio::time::sleep(SETTLE_DELAY).await;
    } else {
        std::future::pending::<()>().await;
    }
}

/// Renews the leases and takes a fair share. The flag says whether the leases changed, also when
/// the same partitions were lost and taken again.
fn update_leases(views: &ViewStore, mut own_leases: HeldLeases) -> (HeldLeases, Result<bool, StoreError>) {
    let Some(views) = views.shared_views() else {
        return (own_leases, Ok(false));
    };
    let before: Vec<Partition> = own_leases.leases.iter().map(Lease::partition).collect();
    let renewed = renew_leases(&mut own_leases, views);
    let is_renewed = own_leases.leases.len() == before.len();
    let result = renewed.and_then(|()| balance(&mut own_leases, views));
    let after: Vec<Partition> = own_leases.leases.iter().map(Lease::partition).collect();
    metrics::gauge!(crate::metric::PARTITIONS_HELD).set(after.len() as f64);
    let changed = !is_renewed || before != after;
    if changed {
        let names: Vec<String> = after.iter().map(ToString::to_string).collect();
        info!(partitions = names.join(" "), "this node feeds");
    }
    (own_leases, result.map(|()| changed))
}

/// Renews every lease. A lease that was lost is dropped.
fn renew_leases(own_leases: &mut HeldLeases, views: &SharedViews) -> Result<(), StoreError> {
    own_leases.leases.retain(|lease| match lease.keep_alive() {
        Ok(()) => true,
        Err(cause) => {
            warn!(partition = %lease.partition(), %cause, "the lease of a partition was lost");
            false
        }
    });
    if own_leases
        .membership
        .as_ref()
        .is_none_or(|member| member.keep_alive().is_err())
    {
        own_leases.membership = views.join()?;
    }
    Ok(())
}

fn balance(own_leases: &mut HeldLeases, views: &SharedViews) -> Result<(), StoreError> {
    let members = usize::try_from(views.count_members()?.max(1)).unwrap_or(usize::MAX);
    let share = views.partitions().len().div_ceil(members);
    own_leases.leases.truncate(share);
    let fed = views.fed_partitions()?;
    let free = views.partitions().iter().zip(fed).filter(|(_, fed)| !fed);
    for (partition, _) in free {
        if own_leases.leases.len() >= share {
            break;
        }
        own_leases.leases.extend(views.try_lease(*partition)?);
    }
    own_leases.leases.sort_by_key(Lease::partition);
    Ok(())
}

/// Begins at the stored checkpoints, and returns that of the partition that is furthest behind.
async fn resume(own_leases: &mut HeldLeases) -> anyhow::Result<Option<Position>> {
    let mut leases = std::mem::take(&mut own_leases.leases);
    let (leases, lowest) = spawn_blocking(move || {
        let reached: Result<Vec<_>, _> = leases.iter_mut().map(Lease::resume).collect();
        (leases, reached.map(|reached| reached.into_iter().min().flatten()))
    })
    .await?;
    own_leases.leases = leases;
    Ok(lowest?)
}

/// Applies a batch, which follows the position `after`, to all partitions that the node holds, at
/// the same time. Returns the batch's last position.
async fn apply_batch(
    own_leases: &mut HeldLeases,
    after: Option<Position>,
    batch: Vec<Result<StoredEvent, ReadError>>,
) -> anyhow::Result<Option<Position>> {
    let DecodedBatch { events, failure } = DecodedBatch::decode(batch);
    let last = events.last().map(|event| event.position);
    metrics::counter!(crate::metric::EVENTS_PROJECTED).increment(events.len() as u64);
    let events: Arc<[Recorded<AnyEvent>]> = events.into();
    let applied = for_each_lease(own_leases, move |lease| lease.apply(after, &events)).await;
    failure.map_or(Ok(()), Err).and(applied)?;
    Ok(after.max(last))
}

/// Stores the checkpoint of every partition.
async fn store_checkpoints(own_leases: &mut HeldLeases) -> anyhow::Result<()> {
    for_each_lease(own_leases, Lease::settle).await
}

/// Does the same with every lease, at the same time.
async fn for_each_lease(
    own_leases: &mut HeldLeases,
    act: impl Fn(&mut Lease) -> Result<(), StoreError> + Clone + Send + 'static,
) -> anyhow::Result<()> {
    let tasks = own_leases.leases.drain(..).map(|mut lease| {
        let act = act.clone();
        spawn_blocking(move || {
            let result = act(&mut lease);
            (lease, result)
        })
    });
    let mut all_done = Ok(());
    for finished in join_all(tasks).await {
        let (lease, result) = finished?;
        own_leases.leases.push(lease);
        all_done = all_done.and(result.map_err(Into::into));
    }
    all_done
}
