//! What the store keeps about the views themselves: each one's version and checkpoint, and where it stopped if it did.

use std::collections::HashMap;

use sea_query::{Expr, ExprTrait, Iden, LockType, Order, Query, SelectStatement, Value};
use tally_domain::{AnyEvent, EventId, Position, Recorded, StreamName};

use crate::error::StoreError;
use crate::partition::Partition;
use crate::schema::{Table, integer, maybe_integer, text};
use crate::sql::{self, Columns, Db, Row};
use crate::view::{Poisoned, ViewName, ViewStatus};

const CHECKPOINTS: &str = "view_checkpoints";
const POISONED: &str = "poisoned";

#[derive(Clone, Copy, Iden)]
enum Checkpoint {
    /// The view, and after a slash the partition where it has several.
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

/// Makes the tables that are missing. A view that the store has no tables for gets them only while no view has taken anything in:
/// later it would miss what the others have seen, and has to be rebuilt.
pub(super) fn prepare(db: Db<'_>, partitions: &[Partition]) -> Result<(), StoreError> {
    tables().iter().try_for_each(|table| sql::define(db, table))?;
    let known = statuses(db, partitions)?;
    if known.iter().any(|part| part.status.checkpoint.is_some()) {
        return Ok(());
    }
    let mut missing = known.iter().filter(|part| part.status.stored_version.is_none());
    missing.try_for_each(|part| begin(db, part.partition, part.status.view))
}

fn begin(db: Db<'_>, partition: Partition, view: ViewName) -> Result<(), StoreError> {
    for table in view.view().tables() {
        sql::define(db, &table)?;
    }
    let cells: Vec<sql::Cell<Checkpoint>> = vec![
        (Checkpoint::View, partition.key(view).into()),
        (Checkpoint::Version, i64::from(view.view().version()).into()),
        (Checkpoint::PositionCommit, Value::BigInt(None)),
        (Checkpoint::PositionPrepare, Value::BigInt(None)),
        (Checkpoint::UnknownEvents, 0i64.into()),
    ];
    sql::insert(db, CHECKPOINTS, cells)
}

/// How a view's part stands.
pub(super) struct Part {
    pub partition: Partition,
    pub status: ViewStatus,
}

/// How the parts of the views stand that are in `partitions`, in the order of these and of [`ViewName::ALL`].
pub(super) fn statuses(db: Db<'_>, partitions: &[Partition]) -> Result<Vec<Part>, StoreError> {
    read(db, partitions, &stored(), &poisons(db)?)
}

/// The views of one partition that did not stop, which nobody else can feed until the transaction ends.
pub(super) fn claimed(db: Db<'_>, partition: Partition) -> Result<Vec<ViewStatus>, StoreError> {
    let keys = partition.views().map(|view| partition.key(view));
    let stopped = Query::select().column(Poison::View).from(POISONED).to_owned();
    let select = stored()
        .and_where(Expr::col(Checkpoint::View).is_in(keys))
        .and_where(Expr::col(Checkpoint::View).not_in_subquery(stopped))
        .order_by(Checkpoint::View, Order::Asc)
        .lock(LockType::Update)
        .to_owned();
    let parts = read(db, &[partition], &select, &HashMap::new())?;
    Ok(parts.into_iter().map(|part| part.status).collect())
}

/// Each view with all its parts as one, in the order of [`ViewName::ALL`].
pub(super) fn views(db: Db<'_>, partitions: &[Partition]) -> Result<Vec<ViewStatus>, StoreError> {
    let parts = statuses(db, partitions)?;
    let together = ViewName::ALL.into_iter().filter_map(|view| {
        let of_it = parts
            .iter()
            .map(|part| &part.status)
            .filter(|status| status.view == view);
        of_it.cloned().reduce(merged)
    });
    Ok(together.collect())
}

fn merged(a: ViewStatus, b: ViewStatus) -> ViewStatus {
    ViewStatus {
        stored_version: Ord::min(a.stored_version, b.stored_version),
        checkpoint: Ord::min(a.checkpoint, b.checkpoint),
        unknown_events: a.unknown_events + b.unknown_events,
        poisoned: a.poisoned.or(b.poisoned),
        ..a
    }
}

fn stored() -> SelectStatement {
    Query::select()
        .columns([
            Checkpoint::View,
            Checkpoint::Version,
            Checkpoint::PositionCommit,
            Checkpoint::PositionPrepare,
            Checkpoint::UnknownEvents,
        ])
        .from(CHECKPOINTS)
        .to_owned()
}

struct Kept {
    version: u32,
    checkpoint: Option<Position>,
    unknown_events: u64,
}

fn read(
    db: Db<'_>,
    partitions: &[Partition],
    select: &SelectStatement,
    poisons: &HashMap<String, Poisoned>,
) -> Result<Vec<Part>, StoreError> {
    let kept: HashMap<String, Kept> = sql::all(db, select, kept)?.into_iter().collect();
    let parts = partitions
        .iter()
        .flat_map(|partition| partition.views().map(move |view| (*partition, view)));
    let parts = parts.map(|(partition, view)| {
        let key = partition.key(view);
        let stored = kept.get(&key);
        let status = ViewStatus {
            view,
            version: view.view().version(),
            stored_version: stored.map(|kept| kept.version),
            checkpoint: stored.and_then(|kept| kept.checkpoint),
            unknown_events: stored.map_or(0, |kept| kept.unknown_events),
            poisoned: poisons.get(&key).cloned(),
        };
        Part { partition, status }
    });
    Ok(parts.collect())
}

fn kept(row: &Row<'_>) -> Result<(String, Kept), StoreError> {
    let begun = row.value::<Option<i64>>(Checkpoint::PositionCommit)?.is_some();
    let position = |()| row.position(Checkpoint::PositionCommit, Checkpoint::PositionPrepare);
    let kept = Kept {
        version: u32::try_from(row.number(Checkpoint::Version)?).unwrap_or(u32::MAX),
        checkpoint: begun.then_some(()).map(position).transpose()?,
        unknown_events: row.number(Checkpoint::UnknownEvents)?,
    };
    Ok((row.text(Checkpoint::View)?, kept))
}

fn poisons(db: Db<'_>) -> Result<HashMap<String, Poisoned>, StoreError> {
    let select = Query::select()
        .columns([
            Poison::View,
            Poison::PositionCommit,
            Poison::PositionPrepare,
            Poison::EventId,
            Poison::Stream,
            Poison::Cause,
        ])
        .from(POISONED)
        .to_owned();
    let found = sql::all(db, &select, |row| {
        let poisoned = Poisoned {
            position: row.position(Poison::PositionCommit, Poison::PositionPrepare)?,
            event_id: row.parsed(Poison::EventId, |id| id.parse::<EventId>().ok())?,
            stream: StreamName::from_log(row.text(Poison::Stream)?),
            cause: row.text(Poison::Cause)?,
        };
        Ok((row.text(Poison::View)?, poisoned))
    })?;
    Ok(found.into_iter().collect())
}

/// Moves `views` in `partition` past everything up to `position`, of which `unknown` events were of types nobody here knows.
pub(super) fn advance(
    db: Db<'_>,
    partition: Partition,
    views: &[ViewName],
    position: Position,
    unknown: u64,
) -> Result<(), StoreError> {
    if views.is_empty() {
        return Ok(());
    }
    let keys = views.iter().map(|view| partition.key(*view));
    let update = Query::update()
        .table(CHECKPOINTS)
        .value(Checkpoint::PositionCommit, sql::integer(position.commit)?)
        .value(Checkpoint::PositionPrepare, sql::integer(position.prepare)?)
        .value(
            Checkpoint::UnknownEvents,
            Expr::col(Checkpoint::UnknownEvents).add(sql::integer(unknown)?),
        )
        .and_where(Expr::col(Checkpoint::View).is_in(keys))
        .to_owned();
    sql::execute(db, &update)?;
    Ok(())
}

/// Stops `view` in `partition` at `recorded`.
pub(super) fn stop(
    db: Db<'_>,
    partition: Partition,
    view: ViewName,
    recorded: &Recorded<AnyEvent>,
    cause: &str,
) -> Result<(), StoreError> {
    let cells: Vec<sql::Cell<Poison>> = vec![
        (Poison::View, partition.key(view).into()),
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
