//! Feeding: a batch of events into the views of a partition, checkpoints and all, in one transaction.
//!
//! As a rule nothing of a batch is poison, and it is taken in as it is. When an event is, the transaction is undone and the batch taken in
//! again, each view within a savepoint: the view that cannot take the event takes in what came before and stops there; the other views never
//! notice.

use std::collections::BTreeMap;

use tally_domain::{AnyEvent, Position, Recorded};
use tracing::error;

use super::ledger;
use crate::error::{Fault, StoreError};
use crate::partition::Partition;
use crate::sql::Db;
use crate::view::ViewName;

/// Where events are taken in.
pub(super) trait Writer {
    /// Has `act` do all or nothing.
    fn transact(&mut self, act: &mut dyn FnMut(Db<'_>) -> Result<(), Fault>) -> Result<(), Fault>;
}

/// Takes `events` into the running views of `partition`.
pub(super) fn feed(
    writer: &mut dyn Writer,
    partition: Partition,
    events: &[Recorded<AnyEvent>],
) -> Result<(), StoreError> {
    if !events.is_sorted_by(|a, b| a.position < b.position) {
        return Err(StoreError::OutOfOrder);
    }
    let mut outcome = writer.transact(&mut |db| take(db, partition, events, trusting));
    if matches!(outcome, Err(Fault::Poison(_))) {
        outcome = writer.transact(&mut |db| take(db, partition, events, careful));
    }
    outcome.map_err(|fault| match fault {
        Fault::Store(error) => error,
        Fault::Poison(_) => StoreError::corrupt("a view that takes the same events differently"),
    })
}

/// Moves the views of `partition` past everything up to `position`, where nothing is that could change them.
pub(super) fn pass(
    writer: &mut dyn Writer,
    partition: Partition,
    position: Position,
) -> Result<(), StoreError> {
    let passed = writer.transact(&mut |db| {
        for (checkpoint, views) in standing(db, partition)? {
            if checkpoint < Some(position) {
                ledger::advance(db, partition, &views, position, 0)?;
            }
        }
        Ok(())
    });
    passed.map_err(|fault| match fault {
        Fault::Store(error) => error,
        Fault::Poison(_) => StoreError::corrupt("nothing that is poison"),
    })
}

/// A way to take events into a view; whether all of them went in.
type Way = fn(Db<'_>, Partition, ViewName, &[&Recorded<AnyEvent>]) -> Result<bool, Fault>;

fn take(db: Db<'_>, partition: Partition, events: &[Recorded<AnyEvent>], way: Way) -> Result<(), Fault> {
    for (checkpoint, views) in standing(db, partition)? {
        // What a view has taken in already is delivered again after a restart; it counts once.
        let seen = events.partition_point(|event| Some(event.position) <= checkpoint);
        let Some(last) = events[seen..].last() else {
            continue;
        };
        let ours: Vec<_> = events[seen..]
            .iter()
            .filter(|event| partition.holds(event))
            .collect();
        let mut took = Vec::new();
        for view in views {
            if way(db, partition, view, &ours)? {
                took.push(view);
            }
        }
        ledger::advance(db, partition, &took, last.position, unknown(&ours))?;
    }
    Ok(())
}

/// The running views by how far they are, which is equally far as a rule.
fn standing(
    db: Db<'_>,
    partition: Partition,
) -> Result<BTreeMap<Option<Position>, Vec<ViewName>>, StoreError> {
    let mut standing = BTreeMap::<_, Vec<_>>::new();
    for status in ledger::claimed(db, partition)? {
        if status.running() {
            standing.entry(status.checkpoint).or_default().push(status.view);
        }
    }
    Ok(standing)
}

fn trusting(db: Db<'_>, _: Partition, view: ViewName, events: &[&Recorded<AnyEvent>]) -> Result<bool, Fault> {
    view.view().apply_all(db, events)?;
    Ok(true)
}

fn careful(
    db: Db<'_>,
    partition: Partition,
    view: ViewName,
    events: &[&Recorded<AnyEvent>],
) -> Result<bool, Fault> {
    db.run("SAVEPOINT part")?;
    for (index, recorded) in events.iter().enumerate() {
        match view.view().apply(db, recorded) {
            Ok(()) => {}
            Err(Fault::Poison(cause)) => {
                db.run("ROLLBACK TO part")?;
                stop(db, partition, view, &events[..=index], &cause)?;
                db.run("RELEASE part")?;
                return Ok(false);
            }
            Err(store) => return Err(store),
        }
    }
    db.run("RELEASE part")?;
    Ok(true)
}

/// Takes in what came before the last of `events`, and stops the view at it.
fn stop(
    db: Db<'_>,
    partition: Partition,
    view: ViewName,
    events: &[&Recorded<AnyEvent>],
    cause: &str,
) -> Result<(), Fault> {
    let Some((poison, before)) = events.split_last() else {
        return Ok(());
    };
    trusting(db, partition, view, before)?;
    if let Some(last) = before.last() {
        ledger::advance(db, partition, &[view], last.position, unknown(before))?;
    }
    let position: Position = poison.position;
    error!(
        view = view.as_str(),
        %partition,
        %position,
        event = %poison.id,
        stream = %poison.stream,
        cause,
        "a view stopped at an event it cannot take in; it has to be rebuilt by a version that can"
    );
    Ok(ledger::stop(db, partition, view, poison, cause)?)
}

fn unknown(events: &[&Recorded<AnyEvent>]) -> u64 {
    let unknown = events.iter().filter(|recorded| recorded.event.is_unknown());
    unknown.count() as u64
}
