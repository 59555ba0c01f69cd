//! Feeding: a batch of events into the views of a partition, together with their checkpoints, in
//! one transaction.
//!
//! As a rule no event of a batch is poison, and it is applied as it is. If one is, the transaction
//! is rolled back and the batch applied again, each view within a savepoint: the view that cannot
//! apply the event applies what came before and stops there; the other views are not affected.

use std::collections::BTreeMap;

use tally_domain::{AnyEvent, Position, Recorded};
use tracing::error;

use crate::erasure;
use crate::error::{Fault, StoreError};
use crate::layout::Layout;
use crate::ledger::{self, LogPoint};
use crate::partition::Partition;
use crate::sql::Db;
use crate::view::{View, ViewSet};

/// A connection that can run a transaction.
pub(crate) trait Writer {
    /// Runs `act` in a transaction, which is rolled back if it fails.
    fn transact(&mut self, act: &mut dyn FnMut(Db<'_>) -> Result<(), Fault>) -> Result<(), Fault>;
}

/// The views in one partition.
#[derive(Clone, Copy)]
pub(crate) struct Feed<'a> {
    pub views: &'a ViewSet,
    pub partition: Partition,
    /// The checkpoint that the views have at least. If one has less, commits were lost, and the
    /// events before those to apply are missing.
    pub from: Option<Position>,
}

impl Feed<'_> {
    /// Applies `events` to the running views of the partition.
    pub fn apply(self, writer: &mut dyn Writer, events: &[Recorded<AnyEvent>]) -> Result<(), StoreError> {
        if !events.is_sorted_by(|a, b| a.position < b.position) {
            return Err(StoreError::OutOfOrder);
        }
        let mut applied = writer.transact(&mut |db| self.apply_batch(db, events, apply_at_once));
        if matches!(applied, Err(Fault::Poison(_))) {
            applied = writer.transact(&mut |db| self.apply_batch(db, events, apply_one_by_one));
        }
        applied.map_err(|fault| match fault {
            Fault::Store(error) => error,
            Fault::Poison(_) => StoreError::corrupt("a view that applies the same events differently"),
        })
    }

    /// Moves the views past all events up to `point`. No event among them can change the partition.
    pub fn pass(self, writer: &mut dyn Writer, point: LogPoint) -> Result<(), StoreError> {
        let passed = writer.transact(&mut |db| {
            for (checkpoint, views) in self.running_views(db)? {
                if checkpoint < Some(point.position) {
                    ledger::advance(db, self.partition, &views, point, 0)?;
                }
            }
            Ok(())
        });
        passed.map_err(|fault| match fault {
            Fault::Store(error) => error,
            Fault::Poison(_) => StoreError::corrupt("a checkpoint"),
        })
    }

    fn apply_batch(self, db: Db<'_>, events: &[Recorded<AnyEvent>], apply: Apply) -> Result<(), Fault> {
        for (checkpoint, views) in self.running_views(db)? {
            // After a restart events are delivered again; each counts once.
            let seen = events.partition_point(|event| Some(event.position) <= checkpoint);
            let Some(last) = events[seen..].last() else {
                continue;
            };
            let ours: Vec<_> = events[seen..]
                .iter()
                .filter(|event| self.partition.includes(&event.stream))
                .collect();
            let mut applied = Vec::with_capacity(views.len());
            for view in views {
                if apply(db, self.partition, view, &ours)? {
                    applied.push(view);
                }
            }
            let unknown = count_unknown(&ours);
            ledger::advance(db, self.partition, &applied, LogPoint::of(last), unknown)?;
        }
        Ok(())
    }

    /// The running views by their checkpoints, which are equal as a rule.
    fn running_views(self, db: Db<'_>) -> Result<ViewsByCheckpoint, StoreError> {
        let mut running = ViewsByCheckpoint::new();
        let partitions = [self.partition];
        for part in ledger::lock_parts(db, Layout::new(self.views, &partitions))? {
            if part.status.is_running() {
                running.entry(part.status.checkpoint).or_default().push(part.view);
            }
        }
        if running.keys().any(|checkpoint| *checkpoint < self.from) {
            return Err(StoreError::Gap {
                partition: self.partition.to_string(),
            });
        }
        Ok(running)
    }
}

type ViewsByCheckpoint = BTreeMap<Option<Position>, Vec<&'static dyn View>>;

/// Applies events to a view; false if the view stopped at one of them.
type Apply = fn(Db<'_>, Partition, &'static dyn View, &[&Recorded<AnyEvent>]) -> Result<bool, Fault>;

fn apply_at_once(
    db: Db<'_>,
    _: Partition,
    view: &'static dyn View,
    events: &[&Recorded<AnyEvent>],
) -> Result<bool, Fault> {
    erasure::apply_all(db, view, events)?;
    Ok(true)
}

fn apply_one_by_one(
    db: Db<'_>,
    partition: Partition,
    view: &'static dyn View,
    events: &[&Recorded<AnyEvent>],
) -> Result<bool, Fault> {
    db.run("SAVEPOINT part")?;
    for (index, recorded) in events.iter().enumerate() {
        match erasure::apply(db, view, recorded) {
            Ok(()) => {}
            Err(Fault::Poison(cause)) => {
                db.run("ROLLBACK TO part")?;
                stop_at_last(db, partition, view, &events[..=index], &cause)?;
                db.run("RELEASE part")?;
                return Ok(false);
            }
            Err(Fault::Store(error)) => return Err(Fault::Store(error)),
        }
    }
    db.run("RELEASE part")?;
    Ok(true)
}

/// Applies all of `events` but the last, and stops the view at that one.
fn stop_at_last(
    db: Db<'_>,
    partition: Partition,
    view: &'static dyn View,
    events: &[&Recorded<AnyEvent>],
    cause: &str,
) -> Result<(), Fault> {
    let Some((poison, before)) = events.split_last() else {
        return Ok(());
    };
    erasure::apply_all(db, view, before)?;
    if let Some(last) = before.last() {
        ledger::advance(db, partition, &[view], LogPoint::of(last), count_unknown(before))?;
    }
    error!(
        view = view.name().as_str(),
        %partition,
        position = %poison.position,
        event = %poison.id,
        stream = %poison.stream,
        cause,
        "a view stopped at an event that it cannot apply; a version that can has to rebuild it"
    );
    Ok(ledger::stop_view(db, partition, view, poison, cause)?)
}

fn count_unknown(events: &[&Recorded<AnyEvent>]) -> u64 {
    let unknown = events.iter().filter(|recorded| recorded.event.is_unknown());
    unknown.count() as u64
}
