//! What the store keeps about the views themselves: the version and checkpoint of each, and the
//! event at which it stopped, if it did.

use std::collections::HashMap;

use sea_query::{Expr, ExprTrait, Func, Iden, LockType, Order, Query, SelectStatement, Value};
use tally_domain::{AnyEvent, EventId, Position, Recorded, StreamName};

use crate::error::StoreError;
use crate::layout::Layout;
use crate::partition::Partition;
use crate::schema::{Table, integer, maybe_integer, maybe_text, text};
use crate::sql::{self, Db, Dialect, Row};
use crate::status::{Poisoned, ViewStatus};
use crate::view::View;

const CHECKPOINTS: &str = "view_checkpoints";
const POISONED: &str = "poisoned";

#[derive(Clone, Copy, Iden)]
enum Checkpoint {
    /// The view, and after a slash the partition if it has several.
    View,
    Version,
    PositionCommit,
    PositionPrepare,
    UnknownEvents,
    /// The id of the event at that position.
    EventId,
}

/// An event's place in the log, and its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogPoint {
    /// Its position.
    pub position: Position,
    /// Its id; absent where views of an earlier version did not store it.
    pub event: Option<EventId>,
}

impl LogPoint {
    /// Where `event` is.
    pub(crate) fn of(event: &Recorded<AnyEvent>) -> Self {
        Self {
            position: event.position,
            event: Some(event.id),
        }
    }
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
            maybe_text(Checkpoint::EventId),
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

/// Makes the tables that are missing. A view without tables gets them only while no view has
/// applied anything: later it would miss what the others have seen, and has to be rebuilt.
pub(crate) fn prepare(db: Db<'_>, layout: Layout<'_>) -> Result<(), StoreError> {
    tables()
        .iter()
        .try_for_each(|table| sql::create_table(db, table))?;
    add_event_ids(db)?;
    let known = read_parts(db, layout)?;
    if known.iter().any(|part| part.status.checkpoint.is_some()) {
        return Ok(());
    }
    let mut missing = known.iter().filter(|part| part.status.stored_version.is_none());
    missing.try_for_each(|part| create_view(db, part.partition, part.view))
}

/// Adds the column to a file that an earlier version made. Shared views of another layout are in
/// another schema.
fn add_event_ids(db: Db<'_>) -> Result<(), StoreError> {
    if db.dialect() == Dialect::Postgres {
        return Ok(());
    }
    let column = Checkpoint::EventId.unquoted();
    let columns = Query::select()
        .column("name")
        .from_function(Func::cust("pragma_table_info").arg(CHECKPOINTS), "columns")
        .and_where(Expr::col("name").eq(column))
        .to_owned();
    if sql::fetch_first(db, &columns, |_| Ok(()))?.is_none() {
        db.run(&format!("ALTER TABLE {CHECKPOINTS} ADD COLUMN {column} text"))?;
    }
    Ok(())
}

fn create_view(db: Db<'_>, partition: Partition, view: &dyn View) -> Result<(), StoreError> {
    for table in view.tables() {
        sql::create_table(db, &table)?;
    }
    let cells: Vec<sql::Cell<Checkpoint>> = vec![
        (Checkpoint::View, partition.key(view.name()).into()),
        (Checkpoint::Version, i64::from(view.version()).into()),
        (Checkpoint::PositionCommit, Value::BigInt(None)),
        (Checkpoint::PositionPrepare, Value::BigInt(None)),
        (Checkpoint::UnknownEvents, 0i64.into()),
        (Checkpoint::EventId, Value::String(None)),
    ];
    sql::insert(db, CHECKPOINTS, cells)
}

/// One partition of a view, and its state.
pub(crate) struct Part {
    pub partition: Partition,
    pub view: &'static dyn View,
    pub status: ViewStatus,
}

/// The state of every part, in the order of [`Layout::parts`].
pub(crate) fn read_parts(db: Db<'_>, layout: Layout<'_>) -> Result<Vec<Part>, StoreError> {
    find_parts(db, layout, &select_checkpoints(), &read_poisons(db)?)
}

/// The parts of one partition that did not stop. No other process can feed them until the
/// transaction ends.
pub(crate) fn lock_parts(db: Db<'_>, layout: Layout<'_>) -> Result<Vec<Part>, StoreError> {
    let keys = layout.parts().map(|(partition, view)| partition.key(view.name()));
    let stopped = Query::select().column(Poison::View).from(POISONED).to_owned();
    let select = select_checkpoints()
        .and_where(Expr::col(Checkpoint::View).is_in(keys))
        .and_where(Expr::col(Checkpoint::View).not_in_subquery(stopped))
        .order_by(Checkpoint::View, Order::Asc)
        .lock(LockType::Update)
        .to_owned();
    find_parts(db, layout, &select, &HashMap::new())
}

/// The state of each view with its partitions taken together, in the order of the views.
pub(crate) fn read_views(
    db: Db<'_>,
    layout: Layout<'_>,
) -> Result<Vec<(&'static dyn View, ViewStatus)>, StoreError> {
    let parts = read_parts(db, layout)?;
    let merged = layout.views.iter().filter_map(|view| {
        let of_view = parts.iter().map(|part| &part.status);
        let of_view = of_view.filter(|status| status.view == view.name());
        Some((view, of_view.cloned().reduce(merge_status)?))
    });
    Ok(merged.collect())
}

/// The lowest checkpoint of the running parts; of all parts if none is running.
pub(crate) fn read_checkpoint(db: Db<'_>, layout: Layout<'_>) -> Result<Option<Position>, StoreError> {
    Ok(lowest_checkpoint(read_parts(db, layout)?.iter()))
}

/// The highest checkpoint of any part.
pub(crate) fn read_highest(db: Db<'_>, layout: Layout<'_>) -> Result<Option<Position>, StoreError> {
    let parts = read_parts(db, layout)?;
    Ok(parts.iter().map(|part| part.status.checkpoint).max().flatten())
}

/// The last event that each part has applied, without those that applied none.
pub(crate) fn read_log_points(db: Db<'_>, layout: Layout<'_>) -> Result<Vec<LogPoint>, StoreError> {
    let keys = layout.parts().map(|(partition, view)| partition.key(view.name()));
    let select = Query::select()
        .columns([
            Checkpoint::PositionCommit,
            Checkpoint::PositionPrepare,
            Checkpoint::EventId,
        ])
        .from(CHECKPOINTS)
        .and_where(Expr::col(Checkpoint::View).is_in(keys))
        .and_where(Expr::col(Checkpoint::PositionCommit).is_not_null())
        .to_owned();
    sql::fetch_all(db, &select, |row| {
        Ok(LogPoint {
            position: row.position(Checkpoint::PositionCommit, Checkpoint::PositionPrepare)?,
            event: row
                .value::<Option<String>>(Checkpoint::EventId)?
                .and_then(|id| id.parse().ok()),
        })
    })
}

/// The lowest checkpoint of those of `parts` that run; of all of them if none is running.
pub(crate) fn lowest_checkpoint<'a>(parts: impl Iterator<Item = &'a Part> + Clone) -> Option<Position> {
    let running = parts.clone().filter(|part| part.status.is_running());
    let lowest = running.map(|part| part.status.checkpoint).min();
    lowest.unwrap_or_else(|| parts.map(|part| part.status.checkpoint).min().flatten())
}

fn merge_status(a: ViewStatus, b: ViewStatus) -> ViewStatus {
    ViewStatus {
        stored_version: Ord::min(a.stored_version, b.stored_version),
        checkpoint: Ord::min(a.checkpoint, b.checkpoint),
        unknown_events: a.unknown_events + b.unknown_events,
        poisoned: a.poisoned.or(b.poisoned),
        ..a
    }
}

fn select_checkpoints() -> SelectStatement {
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

/// A row of the checkpoints' table.
struct StoredCheckpoint {
    version: u32,
    checkpoint: Option<Position>,
    unknown_events: u64,
}

fn find_parts(
    db: Db<'_>,
    layout: Layout<'_>,
    select: &SelectStatement,
    poisons: &HashMap<String, Poisoned>,
) -> Result<Vec<Part>, StoreError> {
    let stored = sql::fetch_all(db, select, read_stored)?;
    let stored: HashMap<String, StoredCheckpoint> = stored.into_iter().collect();
    let parts = layout.parts().map(|(partition, view)| {
        let key = partition.key(view.name());
        let stored = stored.get(&key);
        let status = ViewStatus {
            view: view.name(),
            version: view.version(),
            stored_version: stored.map(|stored| stored.version),
            checkpoint: stored.and_then(|stored| stored.checkpoint),
            unknown_events: stored.map_or(0, |stored| stored.unknown_events),
            poisoned: poisons.get(&key).cloned(),
        };
        Part {
            partition,
            view,
            status,
        }
    });
    Ok(parts.collect())
}

fn read_stored(row: &Row<'_>) -> Result<(String, StoredCheckpoint), StoreError> {
    let has_position = row.value::<Option<i64>>(Checkpoint::PositionCommit)?.is_some();
    let position = |()| row.position(Checkpoint::PositionCommit, Checkpoint::PositionPrepare);
    let stored = StoredCheckpoint {
        version: u32::try_from(row.number(Checkpoint::Version)?).unwrap_or(u32::MAX),
        checkpoint: has_position.then_some(()).map(position).transpose()?,
        unknown_events: row.number(Checkpoint::UnknownEvents)?,
    };
    Ok((row.text(Checkpoint::View)?, stored))
}

fn read_poisons(db: Db<'_>) -> Result<HashMap<String, Poisoned>, StoreError> {
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
    let found = sql::fetch_all(db, &select, |row| {
        let poisoned = Poisoned {
            position: row.position(Poison::PositionCommit, Poison::PositionPrepare)?,
            event_id: row.parse(Poison::EventId, |id| id.parse::<EventId>().ok())?,
            stream: StreamName::from_log(row.text(Poison::Stream)?),
            cause: row.text(Poison::Cause)?,
        };
        Ok((row.text(Poison::View)?, poisoned))
    })?;
    Ok(found.into_iter().collect())
}

/// Moves `views` in `partition` past all events up to `point`, among which `unknown` had types that
/// this version does not know.
pub(crate) fn advance(
    db: Db<'_>,
    partition: Partition,
    views: &[&'static dyn View],
    point: LogPoint,
    unknown: u64,
) -> Result<(), StoreError> {
    if views.is_empty() {
        return Ok(());
    }
    let keys = views.iter().map(|view| partition.key(view.name()));
    let update = Query::update()
        .table(CHECKPOINTS)
        .value(
            Checkpoint::PositionCommit,
            sql::to_integer(point.position.commit)?,
        )
        .value(
            Checkpoint::PositionPrepare,
            sql::to_integer(point.position.prepare)?,
        )
        .value(Checkpoint::EventId, point.event.map(|id| id.to_string()))
        .value(
            Checkpoint::UnknownEvents,
            Expr::col(Checkpoint::UnknownEvents).add(sql::to_integer(unknown)?),
        )
        .and_where(Expr::col(Checkpoint::View).is_in(keys))
        .to_owned();
    sql::execute(db, &update)?;
    Ok(())
}

/// Stops `view` in `partition` at `recorded`.
pub(crate) fn stop_view(
    db: Db<'_>,
    partition: Partition,
    view: &dyn View,
    recorded: &Recorded<AnyEvent>,
    cause: &str,
) -> Result<(), StoreError> {
    let cells: Vec<sql::Cell<Poison>> = vec![
        (Poison::View, partition.key(view.name()).into()),
        (
            Poison::PositionCommit,
            sql::to_integer(recorded.position.commit)?.into(),
        ),
        (
            Poison::PositionPrepare,
            sql::to_integer(recorded.position.prepare)?.into(),
        ),
        (Poison::EventId, recorded.id.to_string().into()),
        (Poison::Stream, recorded.stream.as_str().into()),
        (Poison::Cause, cause.into()),
    ];
    sql::upsert(db, POISONED, &[Poison::View], cells)
}
