//! Statements to PostgreSQL, on a connection whose calls block.

use std::cell::{Cell, RefCell, RefMut};
use std::time::Duration;

use futures_util::TryStreamExt;
use sea_query::{
    ArrayType, ColumnDef, ColumnType, Expr, Func, IndexCreateStatement, PostgresQueryBuilder, Query,
    QueryStatementWriter, SelectStatement, Value,
};
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::{Arguments, AssertSqlSafe, Error, PgConnection};
use tally_postgres::{in_time, is_broken, wait_on};
use tokio::runtime::Handle;

use super::value::to_integer;
use crate::error::StoreError;
use crate::schema::Table;

/// A connection, and the runtime that moves its bytes. Its calls block, even on a thread of a
/// runtime: no part of them runs on the thread that waits.
pub(crate) struct Session {
    runtime: Handle,
    connection: RefCell<PgConnection>,
    timeout: Duration,
    broken: Cell<bool>,
    begun: Cell<u64>,
}

impl Session {
    pub fn new(runtime: Handle, connection: PgConnection, timeout: Duration) -> Self {
        Self {
            runtime,
            connection: RefCell::new(connection),
            timeout,
            broken: Cell::new(false),
            begun: Cell::new(0),
        }
    }

    /// Whether the connection can no longer be used.
    pub fn is_broken(&self) -> bool {
        self.broken.get()
    }

    /// Counts a transaction that writes, and returns how many this session has begun.
    pub fn count_transaction(&self) -> u64 {
        self.begun.set(self.begun.get() + 1);
        self.begun.get()
    }

    /// Runs statements without values in one message.
    pub fn run(&self, statements: &str) -> Result<(), StoreError> {
        let mut connection = self.connection()?;
        let done = sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut *connection);
        self.wait(done).map(drop)
    }

    pub fn execute(&self, statement: &impl QueryStatementWriter) -> Result<usize, StoreError> {
        let (sql, values) = statement.build(PostgresQueryBuilder);
        let mut connection = self.connection()?;
        let query = sqlx::query_with(AssertSqlSafe(sql), bind_values(values)?);
        let done = self.wait(query.execute(&mut *connection))?;
        Ok(usize::try_from(done.rows_affected()).unwrap_or(usize::MAX))
    }

    /// Runs a SELECT and returns its rows.
    pub fn rows(&self, select: &SelectStatement) -> Result<Vec<PgRow>, StoreError> {
        let (sql, values) = select.build(PostgresQueryBuilder);
        let mut connection = self.connection()?;
        let query = sqlx::query_with(AssertSqlSafe(sql), bind_values(values)?);
        self.wait(query.fetch_all(&mut *connection))
    }

    /// Runs a fixed statement and returns its rows.
    pub fn query(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<PgRow>, StoreError> {
        let mut connection = self.connection()?;
        let query = sqlx::query_with(sql, bind_values(sea_query::Values(values))?);
        self.wait(query.fetch_all(&mut *connection))
    }

    /// Runs a statement and hands every row to `take` as it arrives.
    pub fn for_each_row(
        &self,
        sql: String,
        mut take: impl FnMut(&PgRow) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut connection = self.connection()?;
        let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(&mut *connection);
        while let Some(row) = self.wait(rows.try_next())? {
            take(&row)?;
        }
        Ok(())
    }

    /// Rolls the transaction back. If that fails, the connection can no longer be used.
    pub fn roll_back(&self) {
        if self.run("ROLLBACK").is_err() {
            self.broken.set(true);
        }
    }

    fn connection(&self) -> Result<RefMut<'_, PgConnection>, StoreError> {
        // Nothing here sends a statement while it waits for a result.
        self.connection
            .try_borrow_mut()
            .map_err(|_| StoreError::corrupt("a connection used twice at once"))
    }

    fn wait<T>(&self, statement: impl Future<Output = Result<T, Error>>) -> Result<T, StoreError> {
        let result = wait_on(&self.runtime, in_time(self.timeout, statement));
        result.map_err(|error| {
            // After a timeout the next statement would read the result of this one.
            if is_broken(&error) {
                self.broken.set(true);
            }
            error.into()
        })
    }
}

pub(super) fn create_statement(table: &Table) -> String {
    table
        .create_statement(order_by_bytes)
        .to_string(PostgresQueryBuilder)
}

pub(super) fn render_index(index: &IndexCreateStatement) -> String {
    index.to_string(PostgresQueryBuilder)
}

/// Orders a text by its bytes, as SQLite does, so that the order is the same on every server.
fn order_by_bytes(column: &mut ColumnDef) {
    if matches!(column.get_column_type(), Some(ColumnType::Text)) {
        column.extra("COLLATE \"C\"");
    }
}

/// `rows` as a query in which each column is an array, so that the statement's text is the same for
/// any number of rows and is prepared once.
pub(super) fn unnest_rows(rows: Vec<Vec<Value>>) -> SelectStatement {
    let width = rows.first().map_or(0, Vec::len);
    let mut columns: Vec<Vec<Value>> = (0..width).map(|_| Vec::with_capacity(rows.len())).collect();
    for row in rows {
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(value);
        }
    }
    let mut select = Query::select();
    for (nth, column) in columns.into_iter().enumerate() {
        let unnest = Func::cust("unnest").arg(Expr::val(to_array(column)));
        select.expr_as(unnest, format!("column{}", nth + 1));
    }
    select
}

fn to_array(values: Vec<Value>) -> Value {
    let of = values.first().map_or(ArrayType::String, Value::array_type);
    Value::Array(of, Some(Box::new(values)))
}

fn bind_values(values: sea_query::Values) -> Result<PgArguments, StoreError> {
    let mut arguments = PgArguments::default();
    for value in values {
        let added = match value {
            Value::Array(ArrayType::BigInt, Some(values)) => arguments.add(to_integers(*values)?),
            Value::Array(ArrayType::String, Some(values)) => arguments.add(to_texts(*values)?),
            Value::Bool(value) => arguments.add(value),
            Value::Int(value) => arguments.add(value.map(i64::from)),
            Value::BigInt(value) => arguments.add(value),
            Value::BigUnsigned(value) => arguments.add(value.map(to_integer).transpose()?),
            Value::Double(value) => arguments.add(value),
            Value::String(value) => arguments.add(value.map(replace_null_characters)),
            Value::Char(value) => arguments.add(value.map(String::from)),
            _ => return Err(unknown_type()),
        };
        added.map_err(Error::Encode)?;
    }
    Ok(arguments)
}

fn to_integers(values: Vec<Value>) -> Result<Vec<Option<i64>>, StoreError> {
    let read = |value| match value {
        Value::BigInt(value) => Ok(value),
        _ => Err(unknown_type()),
    };
    values.into_iter().map(read).collect()
}

fn to_texts(values: Vec<Value>) -> Result<Vec<Option<String>>, StoreError> {
    let read = |value| match value {
        Value::String(value) => Ok(value.map(replace_null_characters)),
        _ => Err(unknown_type()),
    };
    values.into_iter().map(read).collect()
}

fn unknown_type() -> StoreError {
    StoreError::corrupt("a value of a type that no statement has")
}

/// PostgreSQL stores no null character in a text; only refused callbacks can bring one.
fn replace_null_characters(text: String) -> String {
    if text.contains('\0') {
        text.replace('\0', "\u{fffd}")
    } else {
        text
    }
}

pub(super) fn number(text: Expr) -> Expr {
    let sql = "CASE WHEN length($1) <= 25 AND $1 ~ '^-?[0-9]+(\\.[0-9]+)?$' THEN $1::double precision END";
    Expr::cust_with_exprs(sql, [text])
}

pub(super) fn day(text: Expr) -> Expr {
    let sql = "CASE WHEN $1 ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' THEN substr($1, 1, 10) END";
    Expr::cust_with_exprs(sql, [text])
}
