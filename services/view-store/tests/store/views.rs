//! Two small views, one of each scope. Both count, so that an event that is applied twice shows.

use sea_query::{Expr, ExprTrait, Iden, Query};
use tally_domain::value::FreeText;
use tally_domain::{AnyEvent, Recorded, StreamName};
use tally_view_store::schema::{Table, integer, text};
use tally_view_store::sql::{self, Cell, Db};
use tally_view_store::{Fault, Scope, StoreError, View, ViewName, ViewSet, ViewStore};

/// The reason in the context of an event that [`Streams`] cannot apply.
pub const POISON: &str = "poison";

pub fn all_views() -> ViewSet {
    ViewSet::new(&[&[&Streams], &[&Totals]])
}

/// Counts the events of each stream.
pub struct Streams;

/// Counts the events of each type in the whole log.
pub struct Totals;

impl Streams {
    pub const NAME: ViewName = ViewName::new("streams");
}

impl Totals {
    pub const NAME: ViewName = ViewName::new("totals");
}

#[derive(Clone, Copy, Iden)]
enum Column {
    Key,
    Events,
}

impl View for Streams {
    fn name(&self) -> ViewName {
        Self::NAME
    }

    fn version(&self) -> u32 {
        1
    }

    fn tables(&self) -> Vec<Table> {
        vec![counts("streams")]
    }

    fn apply(&self, db: Db<'_>, recorded: &Recorded<AnyEvent>) -> Result<(), Fault> {
        if recorded.context.reason == Some(FreeText::new(POISON)) {
            return Err(Fault::poison("the event is marked"));
        }
        Ok(count(db, "streams", recorded.stream.as_str())?)
    }
}

impl View for Totals {
    fn name(&self) -> ViewName {
        Self::NAME
    }

    fn version(&self) -> u32 {
        3
    }

    fn scope(&self) -> Scope {
        Scope::Operator
    }

    fn tables(&self) -> Vec<Table> {
        vec![counts("totals")]
    }

    fn apply(&self, db: Db<'_>, recorded: &Recorded<AnyEvent>) -> Result<(), Fault> {
        Ok(count(db, "totals", recorded.event.event_type())?)
    }
}

/// How many events of `stream` its view has counted.
pub fn events_of(store: &ViewStore, stream: &StreamName) -> u64 {
    store
        .read(|db| read_count(db, "streams", stream.as_str()))
        .unwrap()
}

fn counts(table: &'static str) -> Table {
    let columns = vec![text(Column::Key), integer(Column::Events)];
    Table::new(table, &[Column::Key], columns)
}

fn count(db: Db<'_>, table: &'static str, key: &str) -> Result<(), StoreError> {
    let events = read_count(db, table, key)? + 1;
    let cells: Vec<Cell<Column>> = vec![
        (Column::Key, key.into()),
        (Column::Events, sql::to_integer(events)?.into()),
    ];
    sql::upsert(db, table, &[Column::Key], cells)
}

fn read_count(db: Db<'_>, table: &'static str, key: &str) -> Result<u64, StoreError> {
    let select = Query::select()
        .column(Column::Events)
        .from(table)
        .and_where(Expr::col(Column::Key).eq(key))
        .to_owned();
    let found = sql::fetch_first(db, &select, |row| row.number(Column::Events))?;
    Ok(found.unwrap_or(0))
}
