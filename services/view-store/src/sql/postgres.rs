//! Statements to PostgreSQL.

use sea_query::{
    ArrayType, ColumnDef, ColumnType, Expr, Func, IndexCreateStatement, PostgresQueryBuilder, Query,
    QueryStatementWriter, SelectStatement, Value,
};
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::{Arguments, AssertSqlSafe, Error};
use tally_postgres::Session;

use super::value::to_integer;
use crate::error::StoreError;
use crate::schema::Table;

/// Statements that are built as values.
pub(crate) trait Statements {
    /// Runs a statement, and returns how many rows it changed.
    fn execute_statement(&self, statement: &impl QueryStatementWriter) -> Result<usize, StoreError>;

    /// Runs a SELECT and returns its rows.
    fn rows(&self, select: &SelectStatement) -> Result<Vec<PgRow>, StoreError>;

    /// Runs a fixed statement and returns its rows.
    fn query(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<PgRow>, StoreError>;
}

impl Statements for Session {
    fn execute_statement(&self, statement: &impl QueryStatementWriter) -> Result<usize, StoreError> {
        let (sql, values) = statement.build(PostgresQueryBuilder);
        let changed = self.execute(AssertSqlSafe(sql), bind_values(values)?)?;
        Ok(usize::try_from(changed).unwrap_or(usize::MAX))
    }

    fn rows(&self, select: &SelectStatement) -> Result<Vec<PgRow>, StoreError> {
        let (sql, values) = select.build(PostgresQueryBuilder);
        Ok(self.fetch_all(AssertSqlSafe(sql), bind_values(values)?)?)
    }

    fn query(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<PgRow>, StoreError> {
        Ok(self.fetch_all(sql, bind_values(sea_query::Values(values))?)?)
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

pub(super) fn day(text: Expr) -> Expr {
    let sql = "CASE WHEN $1 ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' THEN substr($1, 1, 10) END";
    Expr::cust_with_exprs(sql, [text])
}
