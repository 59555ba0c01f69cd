//! PostgreSQL's side of it: a connection that is asked and waited for.

use std::cell::{Cell, RefCell, RefMut};
use std::time::Duration;

use futures_util::TryStreamExt;
use sea_query::{
    ArrayType, ColumnDef, ColumnType, Expr, Func, PostgresQueryBuilder, Query, QueryStatementWriter,
    SelectStatement, Value,
};
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::{Arguments, AssertSqlSafe, Decode, Error, PgConnection, Postgres, Row as _, Type};
use tally_postgres::{in_time, is_broken};
use tokio::runtime::Handle;

use super::Row;
use crate::error::StoreError;
use crate::schema::Table;

/// What a cell of PostgreSQL can be read as.
pub(crate) trait FromPostgres: for<'r> Decode<'r, Postgres> + Type<Postgres> {}
impl<T: for<'r> Decode<'r, Postgres> + Type<Postgres>> FromPostgres for T {}

/// A connection, and the runtime that moves its bytes. Its calls block, also where a runtime would not have it: nothing of them runs on the
/// thread that waits.
pub(crate) struct Session {
    runtime: Handle,
    connection: RefCell<PgConnection>,
    patience: Duration,
    broken: Cell<bool>,
    begun: Cell<u64>,
}

impl Session {
    pub fn new(runtime: Handle, connection: PgConnection, patience: Duration) -> Self {
        Self {
            runtime,
            connection: RefCell::new(connection),
            patience,
            broken: Cell::new(false),
            begun: Cell::new(0),
        }
    }

    /// Whether the connection is of no more use.
    pub fn is_broken(&self) -> bool {
        self.broken.get()
    }

    /// Notes that a transaction which writes begins, and says the how manyth of this session it is.
    pub fn begins(&self) -> u64 {
        self.begun.set(self.begun.get() + 1);
        self.begun.get()
    }

    /// Runs statements without values, in one message.
    pub fn run(&self, statements: &str) -> Result<(), StoreError> {
        let mut connection = self.connection()?;
        let done = sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut *connection);
        self.wait(done).map(drop)
    }

    pub fn execute(&self, statement: &impl QueryStatementWriter) -> Result<usize, StoreError> {
        let (sql, values) = statement.build(PostgresQueryBuilder);
        let mut connection = self.connection()?;
        let query = sqlx::query_with(AssertSqlSafe(sql), arguments(values)?);
        let done = self.wait(query.execute(&mut *connection))?;
        Ok(usize::try_from(done.rows_affected()).unwrap_or(usize::MAX))
    }

    pub fn all<T>(
        &self,
        select: &SelectStatement,
        read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        read_all(&self.rows(select)?, read)
    }

    pub fn first<T>(
        &self,
        select: &SelectStatement,
        read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        read_first(&self.rows(select)?, read)
    }

    pub fn rows(&self, select: &SelectStatement) -> Result<Vec<PgRow>, StoreError> {
        let (sql, values) = select.build(PostgresQueryBuilder);
        let mut connection = self.connection()?;
        let query = sqlx::query_with(AssertSqlSafe(sql), arguments(values)?);
        self.wait(query.fetch_all(&mut *connection))
    }

    /// The answer to a statement of ours that is a text as it stands.
    pub fn ask(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<PgRow>, StoreError> {
        let mut connection = self.connection()?;
        let query = sqlx::query_with(sql, arguments(sea_query::Values(values))?);
        self.wait(query.fetch_all(&mut *connection))
    }

    /// Gives every row of the answer to `take`, one after the other as they come.
    pub fn each(
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

    /// Undoes the transaction. A connection on which that fails is of no more use.
    pub fn roll_back(&self) {
        if self.run("ROLLBACK").is_err() {
            self.broken.set(true);
        }
    }

    fn connection(&self) -> Result<RefMut<'_, PgConnection>, StoreError> {
        // Nothing here asks while it waits for an answer.
        self.connection
            .try_borrow_mut()
            .map_err(|_| StoreError::corrupt("a connection asked twice at once"))
    }

    fn wait<T>(&self, asked: impl Future<Output = Result<T, Error>>) -> Result<T, StoreError> {
        let _runtime = self.runtime.enter();
        let answer = futures_executor::block_on(in_time(self.patience, asked));
        answer.map_err(|error| {
            // Asked again after a time-out it would read the answer to what was asked before.
            if is_broken(&error) {
                self.broken.set(true);
            }
            error.into()
        })
    }
}

/// An answer's rows.
pub(crate) fn read_all<T>(
    rows: &[PgRow],
    mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    rows.iter().map(|row| read(&Row::Postgres(row))).collect()
}

/// An answer's first row, if there is one.
pub(crate) fn read_first<T>(
    rows: &[PgRow],
    read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    rows.first().map(|row| read(&Row::Postgres(row))).transpose()
}

/// `column` of `row`.
pub(super) fn value<T: FromPostgres>(row: &PgRow, column: &str) -> Result<T, StoreError> {
    Ok(row.try_get(column)?)
}

pub(super) fn definition(table: &Table) -> Vec<String> {
    let create = table.create(order_by_bytes).to_string(PostgresQueryBuilder);
    let indexes = super::indexes(table, |index| index.to_string(PostgresQueryBuilder));
    std::iter::once(create).chain(indexes).collect()
}

/// As SQLite does, and for the same order on every server.
fn order_by_bytes(column: &mut ColumnDef) {
    if matches!(column.get_column_type(), Some(ColumnType::Text)) {
        column.extra("COLLATE \"C\"");
    }
}

/// `rows` as a query: each column is an array, so that the statement's text is the same for any number of rows and is prepared once.
pub(super) fn unnested(rows: Vec<Vec<Value>>) -> SelectStatement {
    let width = rows.first().map_or(0, Vec::len);
    let mut columns: Vec<Vec<Value>> = (0..width).map(|_| Vec::with_capacity(rows.len())).collect();
    for row in rows {
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(value);
        }
    }
    let mut select = Query::select();
    for (nth, column) in columns.into_iter().enumerate() {
        let unnest = Func::cust("unnest").arg(Expr::val(array(column)));
        select.expr_as(unnest, format!("column{}", nth + 1));
    }
    select
}

fn array(values: Vec<Value>) -> Value {
    let of = values.first().map_or(ArrayType::String, Value::array_type);
    Value::Array(of, Some(Box::new(values)))
}

fn arguments(values: sea_query::Values) -> Result<PgArguments, StoreError> {
    let mut arguments = PgArguments::default();
    for value in values {
        let added = match value {
            Value::Array(ArrayType::BigInt, Some(values)) => arguments.add(integers(*values)?),
            Value::Array(ArrayType::String, Some(values)) => arguments.add(texts(*values)?),
            Value::Bool(value) => arguments.add(value),
            Value::Int(value) => arguments.add(value.map(i64::from)),
            Value::BigInt(value) => arguments.add(value),
            Value::BigUnsigned(value) => arguments.add(value.map(super::integer).transpose()?),
            Value::Double(value) => arguments.add(value),
            Value::String(value) => arguments.add(value.map(storable)),
            Value::Char(value) => arguments.add(value.map(String::from)),
            _ => return Err(unheard_of()),
        };
        added.map_err(Error::Encode)?;
    }
    Ok(arguments)
}

fn integers(values: Vec<Value>) -> Result<Vec<Option<i64>>, StoreError> {
    let read = |value| match value {
        Value::BigInt(value) => Ok(value),
        _ => Err(unheard_of()),
    };
    values.into_iter().map(read).collect()
}

fn texts(values: Vec<Value>) -> Result<Vec<Option<String>>, StoreError> {
    let read = |value| match value {
        Value::String(value) => Ok(value.map(storable)),
        _ => Err(unheard_of()),
    };
    values.into_iter().map(read).collect()
}

fn unheard_of() -> StoreError {
    StoreError::corrupt("a value of a type that no statement here has")
}

/// PostgreSQL has no null character in a text; only refused callbacks can bring one.
fn storable(text: String) -> String {
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
