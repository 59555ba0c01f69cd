//! Feeding: a batch of events into every view, checkpoints and all, in one transaction.
//!
//! Each view takes the batch within a savepoint. When an event is poison to a view, the savepoint is undone, the events before
//! the poison are taken in again, and the view stops there; the other views never notice.

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tally_domain::{Event, Position, Recorded};
use tracing::error;

use super::ledger;
use crate::error::{Fault, StoreError};
use crate::view::{ViewName, ViewStatus};

/// Takes `events` into all running views.
pub(super) fn feed(db: &mut Connection, events: &[Recorded<Event>]) -> Result<(), StoreError> {
    if !events.is_sorted_by(|a, b| a.position < b.position) {
        return Err(StoreError::OutOfOrder);
    }
    let mut batch = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let running = ledger::statuses(&batch)?.into_iter().filter(ViewStatus::running);
    for status in running {
        feed_view(&mut batch, &status, events)?;
    }
    Ok(batch.commit()?)
}

fn feed_view(
    batch: &mut Transaction<'_>,
    status: &ViewStatus,
    events: &[Recorded<Event>],
) -> Result<(), StoreError> {
    // What the view has taken in already is delivered again after a restart; it counts once.
    let seen = events.partition_point(|event| Some(event.position) <= status.checkpoint);
    let fresh = &events[seen..];
    match take_in(batch, status.view, fresh)? {
        Taken::All => Ok(()),
        Taken::UpTo { poison, cause } => {
            if let Taken::UpTo { .. } = take_in(batch, status.view, &fresh[..poison])? {
                return Err(StoreError::corrupt(
                    "a view that takes the same events differently",
                ));
            }
            stop(batch, status.view, &fresh[poison], &cause)
        }
    }
}

enum Taken {
    All,
    UpTo { poison: usize, cause: String },
}

/// Takes all of `events` into `view`, or none of them.
fn take_in(
    batch: &mut Transaction<'_>,
    view: ViewName,
    events: &[Recorded<Event>],
) -> Result<Taken, StoreError> {
    let Some(last) = events.last() else {
        return Ok(Taken::All);
    };
    let part = batch.savepoint()?;
    for (index, recorded) in events.iter().enumerate() {
        match view.view().apply(&part, recorded) {
            Ok(()) => {}
            // Dropping the savepoint undoes it.
            Err(Fault::Poison(cause)) => return Ok(Taken::UpTo { poison: index, cause }),
            Err(Fault::Store(error)) => return Err(error),
        }
    }
    ledger::advance(&part, view, last.position, unknown(events))?;
    part.commit()?;
    Ok(Taken::All)
}

fn stop(db: &Connection, view: ViewName, poison: &Recorded<Event>, cause: &str) -> Result<(), StoreError> {
    let position: Position = poison.position;
    error!(
        view = view.as_str(),
        %position,
        event = %poison.id,
        stream = %poison.stream,
        cause,
        "a view stopped at an event it cannot take in; it has to be rebuilt by a version that can"
    );
    ledger::stop(db, view, poison, cause)
}

fn unknown(events: &[Recorded<Event>]) -> u64 {
    events
        .iter()
        .filter(|recorded| matches!(recorded.event, Event::Unknown { .. }))
        .count() as u64
}
