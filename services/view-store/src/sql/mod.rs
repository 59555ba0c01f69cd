//! Statements to the database and rows back: the one place that knows which database this is.
//!
//! Statements are values of `sea-query`, rendered for the database at hand. Times are stored as
//! microseconds since 1970, positions as two integers, ids as texts: types that every database has.
//! Texts are ordered by their bytes, whichever language the database is set to.

mod many;
mod postgres;
mod row;
mod sqlite;
mod value;

use sea_query::{
    Expr, Iden, IndexCreateStatement, OnConflict, Query, QueryStatementWriter, SelectStatement, Value,
};
use sea_query_rusqlite::RusqliteBinder;
use sqlx::postgres::PgRow;
use tally_postgres::Session;

pub use many::{for_each_part, insert_all, insert_all_new, list_column, list_rows};
pub(crate) use postgres::Statements;
pub use row::{FromCell, Row};
pub use value::{position_column, position_value, to_integer, to_json, to_micros, to_word};

use crate::error::StoreError;
use crate::schema::Table;

/// A connection, lent for one transaction.
#[derive(Clone, Copy)]
pub struct Db<'a>(Connection<'a>);

/// A connection to one of the databases.
#[derive(Clone, Copy)]
pub(crate) enum Connection<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres(&'a Session),
}

/// A kind of database, for statements that have to differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Views in a file.
    Sqlite,
    /// Views in a database that several processes share.
    Postgres,
}

impl Dialect {
    /// The day that `text` begins with, as `YYYY-MM-DD`; null if it begins with none.
    pub fn day(self, text: Expr) -> Expr {
        match self {
            Self::Sqlite => sqlite::day(text),
            Self::Postgres => postgres::day(text),
        }
    }
}

/// A cell to be written: its column and its value.
pub type Cell<C> = (C, Value);

impl<'a> Db<'a> {
    pub(crate) fn sqlite(connection: &'a rusqlite::Connection) -> Self {
        Self(Connection::Sqlite(connection))
    }

    pub(crate) fn postgres(session: &'a Session) -> Self {
        Self(Connection::Postgres(session))
    }

    pub(crate) fn connection(self) -> Connection<'a> {
        self.0
    }

    /// The kind of database that this is a connection to.
    pub fn dialect(self) -> Dialect {
        match self.0 {
            Connection::Sqlite(_) => Dialect::Sqlite,
            Connection::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs statements that take no values and return no rows.
    pub(crate) fn run(self, statements: &str) -> Result<(), StoreError> {
        match self.0 {
            Connection::Sqlite(db) => Ok(db.execute_batch(statements)?),
            Connection::Postgres(db) => Ok(db.run(statements)?),
        }
    }
}

/// Runs a statement that changes rows, and returns how many it changed.
///
/// # Errors
/// [`StoreError::Sqlite`] or [`StoreError::Postgres`] if the statement fails.
pub fn execute(
    db: Db<'_>,
    statement: &(impl RusqliteBinder + QueryStatementWriter),
) -> Result<usize, StoreError> {
    match db.0 {
        Connection::Sqlite(db) => sqlite::execute(db, statement),
        Connection::Postgres(db) => db.execute_statement(statement),
    }
}

/// Reads every row that `select` finds.
///
/// # Errors
/// As [`execute`], and [`StoreError::Corrupt`] if a column cannot be read back.
pub fn fetch_all<T>(
    db: Db<'_>,
    select: &SelectStatement,
    read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    match db.0 {
        Connection::Sqlite(db) => sqlite::fetch_all(db, select, read),
        Connection::Postgres(db) => read_all(&db.rows(select)?, read),
    }
}

/// Reads the first row that `select` finds. A statement that may find several has an order.
///
/// # Errors
/// As [`fetch_all`].
pub fn fetch_first<T>(
    db: Db<'_>,
    select: &SelectStatement,
    read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    match db.0 {
        Connection::Sqlite(db) => sqlite::fetch_first(db, select, read),
        Connection::Postgres(db) => read_first(&db.rows(select)?, read),
    }
}

pub(crate) fn read_all<T>(
    rows: &[PgRow],
    mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    rows.iter().map(|row| read(&Row::postgres(row))).collect()
}

pub(crate) fn read_first<T>(
    rows: &[PgRow],
    read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    rows.first().map(|row| read(&Row::postgres(row))).transpose()
}

/// Makes a table and its indexes, if they are not there yet.
pub(crate) fn create_table(db: Db<'_>, table: &Table) -> Result<(), StoreError> {
    let statements: Vec<String> = match db.dialect() {
        Dialect::Sqlite => table_statements(sqlite::create_statement(table), table, sqlite::render_index),
        Dialect::Postgres => {
            table_statements(postgres::create_statement(table), table, postgres::render_index)
        }
    };
    statements.iter().try_for_each(|statement| db.run(statement))
}

fn table_statements(
    create: String,
    table: &Table,
    render: fn(&IndexCreateStatement) -> String,
) -> Vec<String> {
    std::iter::once(create)
        .chain(table.indexes.iter().map(render))
        .collect()
}

/// Inserts one row, whose key must be new.
///
/// # Errors
/// As [`execute`].
pub fn insert<C: Iden + 'static>(
    db: Db<'_>,
    table: &'static str,
    cells: Vec<Cell<C>>,
) -> Result<(), StoreError> {
    write_row(db, table, cells, None)
}

/// Inserts one row, or overwrites the one with the same `key`.
///
/// # Errors
/// As [`execute`].
pub fn upsert<C: Iden + Copy + 'static>(
    db: Db<'_>,
    table: &'static str,
    key: &[C],
    cells: Vec<Cell<C>>,
) -> Result<(), StoreError> {
    let columns = cells.iter().map(|(column, _)| *column);
    let overwrite = OnConflict::columns(key.iter().copied())
        .update_columns(columns)
        .to_owned();
    write_row(db, table, cells, Some(overwrite))
}

fn write_row<C: Iden + 'static>(
    db: Db<'_>,
    table: &'static str,
    cells: Vec<Cell<C>>,
    on_conflict: Option<OnConflict>,
) -> Result<(), StoreError> {
    let (columns, values): (Vec<C>, Vec<Value>) = cells.into_iter().unzip();
    let mut statement = Query::insert();
    statement.into_table(table).columns(columns);
    // There are as many values as columns, so this never fails; if it did, the event would be to
    // blame and not the process.
    statement
        .values(values.into_iter().map(Expr::from))
        .map_err(|_| StoreError::corrupt(table))?;
    if let Some(on_conflict) = on_conflict {
        statement.on_conflict(on_conflict);
    }
    execute(db, &statement)?;
    Ok(())
}
