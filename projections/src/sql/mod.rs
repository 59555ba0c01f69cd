//! Statements to the database and rows back: the one place that knows which database this is.
//!
//! Statements are values of sea-query, rendered for the database at hand. Times are stored as microseconds since 1970, positions as two
//! integers, ids as text: types that every database has. Texts are ordered by their bytes, whichever language the database is set to.

mod many;
pub(crate) mod postgres;
mod sqlite;

use chrono::{DateTime, Utc};
use sea_query::{
    Expr, Iden, IndexCreateStatement, OnConflict, Query, QueryStatementWriter, SelectStatement, Value,
};
use sea_query_rusqlite::RusqliteBinder;
use serde::Serialize;
use serde::de::{DeserializeOwned, IntoDeserializer, value::Error as WordError};
use tally_domain::Position;

pub(crate) use many::{in_parts, insert_all, insert_all_new, list, listed};

use crate::error::StoreError;
use crate::schema::Table;

/// A connection, lent for as long as a transaction or a moment's reading lasts.
#[derive(Clone, Copy)]
pub(crate) enum Db<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres(&'a postgres::Session),
}

/// Which database, where statements have to differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// The number that `text` is; absent where it is none: digits with at most one point between them and a minus before them, at most 25
    /// characters.
    pub fn number(self, text: Expr) -> Expr {
        match self {
            Self::Sqlite => sqlite::number(text),
            Self::Postgres => postgres::number(text),
        }
    }

    /// The day that `text` begins with, as `YYYY-MM-DD`; absent where it begins with none.
    pub fn day(self, text: Expr) -> Expr {
        match self {
            Self::Sqlite => sqlite::day(text),
            Self::Postgres => postgres::day(text),
        }
    }
}

/// A row of an answer.
pub(crate) enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a sqlx::postgres::PgRow),
}

/// A cell to be written: its column and its value.
pub(crate) type Cell<C> = (C, Value);

impl Db<'_> {
    /// Runs statements that take no values and answer nothing.
    pub fn run(self, statements: &str) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(db) => Ok(db.execute_batch(statements)?),
            Self::Postgres(db) => db.run(statements),
        }
    }
}

pub(crate) fn execute(
    db: Db<'_>,
    statement: &(impl RusqliteBinder + QueryStatementWriter),
) -> Result<usize, StoreError> {
    match db {
        Db::Sqlite(db) => sqlite::execute(db, statement),
        Db::Postgres(db) => db.execute(statement),
    }
}

pub(crate) fn all<T>(
    db: Db<'_>,
    select: &SelectStatement,
    read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    match db {
        Db::Sqlite(db) => sqlite::all(db, select, read),
        Db::Postgres(db) => db.all(select, read),
    }
}

/// The first row of the answer; statements that may find several say which comes first.
pub(crate) fn first<T>(
    db: Db<'_>,
    select: &SelectStatement,
    read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    match db {
        Db::Sqlite(db) => sqlite::first(db, select, read),
        Db::Postgres(db) => db.first(select, read),
    }
}

/// Makes a table and its indexes, where there are none yet.
pub(crate) fn define(db: Db<'_>, table: &Table) -> Result<(), StoreError> {
    let statements: Vec<String> = match db {
        Db::Sqlite(_) => sqlite::definition(table),
        Db::Postgres(_) => postgres::definition(table),
    };
    statements.iter().try_for_each(|statement| db.run(statement))
}

fn indexes(table: &Table, render: impl Fn(&IndexCreateStatement) -> String) -> impl Iterator<Item = String> {
    table.indexes.iter().map(render)
}

/// Inserts one row.
pub(crate) fn insert<C: Iden + 'static>(
    db: Db<'_>,
    table: &'static str,
    cells: Vec<Cell<C>>,
) -> Result<(), StoreError> {
    write(db, table, cells, None)
}

/// Inserts one row, or overwrites the one with the same `key`.
pub(crate) fn upsert<C: Iden + Copy + 'static>(
    db: Db<'_>,
    table: &'static str,
    key: &[C],
    cells: Vec<Cell<C>>,
) -> Result<(), StoreError> {
    let columns = cells.iter().map(|(column, _)| *column);
    let overwrite = OnConflict::columns(key.iter().copied())
        .update_columns(columns)
        .to_owned();
    write(db, table, cells, Some(overwrite))
}

fn write<C: Iden + 'static>(
    db: Db<'_>,
    table: &'static str,
    cells: Vec<Cell<C>>,
    on_conflict: Option<OnConflict>,
) -> Result<(), StoreError> {
    let (columns, values): (Vec<C>, Vec<Value>) = cells.into_iter().unzip();
    let mut statement = Query::insert();
    statement.into_table(table).columns(columns);
    // As many values as columns by construction, so this never fails; were it to, the event is to blame and not the process.
    statement
        .values(values.into_iter().map(Expr::from))
        .map_err(|_| StoreError::corrupt(table))?;
    if let Some(on_conflict) = on_conflict {
        statement.on_conflict(on_conflict);
    }
    execute(db, &statement)?;
    Ok(())
}

/// `number` as the databases count. None of them counts beyond 2^63.
pub(crate) fn integer(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::corrupt("a number beyond 2^63"))
}

pub(crate) fn micros(time: DateTime<Utc>) -> i64 {
    time.timestamp_micros()
}

/// The stored word of an enumeration whose serde form is a word.
pub(crate) fn word(value: &impl Serialize) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        _ => Err(StoreError::corrupt("a word")),
    }
}

pub(crate) fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::corrupt("a document"))
}

/// Typed reading of a row's columns. What cannot be read is named by its column and never quoted.
pub(crate) trait Columns {
    fn value<T: FromCell>(&self, column: impl Iden) -> Result<T, StoreError>;

    fn text(&self, column: impl Iden) -> Result<String, StoreError> {
        self.value(column)
    }

    fn maybe(&self, column: impl Iden) -> Result<Option<String>, StoreError> {
        self.value(column)
    }

    fn number(&self, column: impl Iden + Copy) -> Result<u64, StoreError> {
        u64::try_from(self.value::<i64>(column)?).map_err(|_| corrupt(&column))
    }

    fn time(&self, column: impl Iden + Copy) -> Result<DateTime<Utc>, StoreError> {
        DateTime::from_timestamp_micros(self.value(column)?).ok_or_else(|| corrupt(&column))
    }

    fn maybe_time(&self, column: impl Iden + Copy) -> Result<Option<DateTime<Utc>>, StoreError> {
        let stored: Option<i64> = self.value(column)?;
        stored
            .map(|micros| DateTime::from_timestamp_micros(micros).ok_or_else(|| corrupt(&column)))
            .transpose()
    }

    fn position<C: Iden + Copy>(&self, commit: C, prepare: C) -> Result<Position, StoreError> {
        Ok(Position {
            commit: self.number(commit)?,
            prepare: self.number(prepare)?,
        })
    }

    /// A text read by `parse`.
    fn parsed<T>(
        &self,
        column: impl Iden + Copy,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<T, StoreError> {
        parse(&self.text(column)?).ok_or_else(|| corrupt(&column))
    }

    /// A text read by `parse`, if there is one.
    fn maybe_parsed<T>(
        &self,
        column: impl Iden + Copy,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        let stored = self.maybe(column)?;
        stored
            .map(|text| parse(&text).ok_or_else(|| corrupt(&column)))
            .transpose()
    }

    /// A member of an enumeration whose serde form is a word.
    fn word<T: DeserializeOwned>(&self, column: impl Iden + Copy) -> Result<T, StoreError> {
        let text = self.text(column)?;
        T::deserialize(IntoDeserializer::<WordError>::into_deserializer(text)).map_err(|_| corrupt(&column))
    }

    fn json<T: DeserializeOwned>(&self, column: impl Iden + Copy) -> Result<T, StoreError> {
        serde_json::from_str(&self.text(column)?).map_err(|_| corrupt(&column))
    }
}

impl Columns for Row<'_> {
    fn value<T: FromCell>(&self, column: impl Iden) -> Result<T, StoreError> {
        match self {
            Self::Sqlite(row) => Ok(row.get(column.unquoted())?),
            Self::Postgres(row) => postgres::value(row, column.unquoted()),
        }
    }
}

/// A type that a cell can be read as, from every database.
pub(crate) trait FromCell: rusqlite::types::FromSql + postgres::FromPostgres {}
impl<T: rusqlite::types::FromSql + postgres::FromPostgres> FromCell for T {}

fn corrupt(column: &impl Iden) -> StoreError {
    StoreError::corrupt(format!("column {}", column.unquoted()))
}
