//! What the store keeps about the views themselves: each one's version and checkpoint, and where it stopped if it did.

use rusqlite::Connection;
use sea_query::{Expr, ExprTrait, Iden, Order, Query, Value};
use tally_domain::{Event, EventId, Position, Recorded, StreamName};

use crate::error::StoreError;
use crate::schema::{Table, integer, maybe_integer, text};
use crate::sql::{self, Columns};
use crate::view::{Poisoned, ViewName, ViewStatus};

const CHECKPOINTS: &str = "view_checkpoints";
const POISONED: &str = "poisoned";

#[derive(Clone, Copy, Iden)]
enum Checkpoint {
    View,
    Version,
    PositionCommit,
    PositionPrepare,
    UnknownEvents,
}

#[derive(Clone, Copy, Iden)]
enum Poison {
    View,
    PositionCommit,
    PositionPrepare,
    EventId,
    Stream,
    Cause,
}

fn tables() -> [Table; 2] {
    let checkpoints = Table::new(
        CHECKPOINTS,
        &[Checkpoint::View],
        vec![
            text(Checkpoint::View),
            integer(Checkpoint::Version),
            maybe_integer(Checkpoint::PositionCommit),
            maybe_integer(Checkpoint::PositionPrepare),
            integer(Checkpoint::UnknownEvents),
        ],
    );
    let poisoned = Table::new(
        POISONED,
        &[Poison::View],
        vec![
            text(Poison::View),
            integer(Poison::PositionCommit),
            integer(Poison::PositionPrepare),
            text(Poison::EventId),
            text(Poison::Stream),
            text(Poison::Cause),
        ],
    );
    [checkpoints, poisoned]
}

/// Makes the tables that are missing. A view that the file has no tables for gets them only while no view has taken anything in:
/// later it would miss what the others have seen, and has to be rebuilt.
pub(super) fn prepare(db: &Connection) -> Result<(), StoreError> {
    tables().iter().try_for_each(|table| create(db, table))?;
    let statuses = statuses(db)?;
    if statuses.iter().any(|status| status.checkpoint.is_some()) {
        return Ok(());
    }
    let missing = statuses.iter().filter(|status| status.stored_version.is_none());
    missing
        .map(|status| status.view)
        .try_for_each(|view| begin(db, view))
}

fn begin(db: &Connection, view: ViewName) -> Result<(), StoreError> {
    view.view()
        .tables()
        .iter()
        .try_for_each(|table| create(db, table))?;
    let cells: Vec<sql::Cell<Checkpoint>> = vec![
        (Checkpoint::View, view.as_str().into()),
        (Checkpoint::Version, i64::from(view.view().version()).into()),
        (Checkpoint::PositionCommit, Value::BigInt(None)),
        (Checkpoint::PositionPrepare, Value::BigInt(None)),
        (Checkpoint::UnknownEvents, 0i64.into()),
    ];
    sql::insert(db, CHECKPOINTS, cells)
}

fn create(db: &Connection, table: &Table) -> Result<(), StoreError> {
    sql::define(db, &table.create)?;
    table.indexes.iter().try_for_each(|index| sql::define(db, index))
}

/// How each view stands, in the order of [`ViewName::ALL`].
pub(super) fn statuses(db: &Connection) -> Result<Vec<ViewStatus>, StoreError> {
    ViewName::ALL.into_iter().map(|view| status(db, view)).collect()
}

pub(super) fn status(db: &Connection, view: ViewName) -> Result<ViewStatus, StoreError> {
    let select = Query::select()
        .columns([
            Checkpoint::Version,
            Checkpoint::PositionCommit,
            Checkpoint::PositionPrepare,
            Checkpoint::UnknownEvents,
        ])
        .from(CHECKPOINTS)
        .and_where(Expr::col(Checkpoint::View).eq(view.as_str()))
        .to_owned();
    let stored = sql::first(db, &select, |row| {
        let begun = row.value::<Option<i64>>(Checkpoint::PositionCommit)?.is_some();
        let position = |()| row.position(Checkpoint::PositionCommit, Checkpoint::PositionPrepare);
        let version = u32::try_from(row.number(Checkpoint::Version)?).unwrap_or(u32::MAX);
        let checkpoint = begun.then_some(()).map(position).transpose()?;
        Ok((version, checkpoint, row.number(Checkpoint::UnknownEvents)?))
    })?;
    Ok(ViewStatus {
        view,
        version: view.view().version(),
        stored_version: stored.map(|(version, ..)| version),
        checkpoint: stored.and_then(|(_, checkpoint, _)| checkpoint),
        unknown_events: stored.map_or(0, |(.., unknown)| unknown),
        poisoned: poisoned(db, view)?,
    })
}

fn poisoned(db: &Connection, view: ViewName) -> Result<Option<Poisoned>, StoreError> {
    let select = Query::select()
        .columns([
            Poison::PositionCommit,
            Poison::PositionPrepare,
            Poison::EventId,
            Poison::Stream,
            Poison::Cause,
        ])
        .from(POISONED)
        .and_where(Expr::col(Poison::View).eq(view.as_str()))
        .order_by(Poison::View, Order::Asc)
        .to_owned();
    sql::first(db, &select, |row| {
        Ok(Poisoned {
            position: row.position(Poison::PositionCommit, Poison::PositionPrepare)?,
            event_id: row.parsed(Poison::EventId, |id| id.parse::<EventId>().ok())?,
            stream: StreamName::from_log(row.text(Poison::Stream)?),
            cause: row.text(Poison::Cause)?,
        })
    })
}

/// Moves `view` past everything up to `position`, of which `unknown` events were of types nobody here knows.
pub(super) fn advance(
    db: &Connection,
    view: ViewName,
    position: Position,
    unknown: u64,
) -> Result<(), StoreError> {
    let update = Query::update()
        .table(CHECKPOINTS)
        .value(Checkpoint::PositionCommit, sql::integer(position.commit)?)
        .value(Checkpoint::PositionPrepare, sql::integer(position.prepare)?)
        .value(
            Checkpoint::UnknownEvents,
            Expr::col(Checkpoint::UnknownEvents).add(sql::integer(unknown)?),
        )
        .and_where(Expr::col(Checkpoint::View).eq(view.as_str()))
        .to_owned();
    sql::execute(db, &update)?;
    Ok(())
}

/// Stops `view` at `recorded`.
pub(super) fn stop(
    db: &Connection,
    view: ViewName,
    recorded: &Recorded<Event>,
    cause: &str,
) -> Result<(), StoreError> {
    let cells: Vec<sql::Cell<Poison>> = vec![
        (Poison::View, view.as_str().into()),
        (
            Poison::PositionCommit,
            sql::integer(recorded.position.commit)?.into(),
        ),
        (
            Poison::PositionPrepare,
            sql::integer(recorded.position.prepare)?.into(),
        ),
        (Poison::EventId, recorded.id.to_string().into()),
        (Poison::Stream, recorded.stream.as_str().into()),
        (Poison::Cause, cause.into()),
    ];
    sql::upsert(db, POISONED, &[Poison::View], cells)
}
