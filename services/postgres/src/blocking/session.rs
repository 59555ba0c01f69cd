//! A connection whose calls block.

use std::cell::{Cell, RefCell, RefMut};
use std::time::Duration;

use futures_util::TryStreamExt;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::{AssertSqlSafe, Connection, Error, PgConnection, SqlSafeStr};
use tokio::runtime::Handle;

use super::wait_on;
use crate::connect::{in_time, is_broken, share_for_locks};

/// A connection, and the runtime that moves its bytes. Its calls block, even on a thread of a
/// runtime: no part of them runs on the thread that waits. Each call takes at most the timeout of
/// the URL.
pub struct Session {
    runtime: Handle,
    connection: RefCell<PgConnection>,
    timeout: Duration,
    /// After what time the server stops a statement.
    statement_limit: Cell<Duration>,
    broken: Cell<bool>,
}

impl Session {
    pub(super) fn new(runtime: Handle, connection: PgConnection, timeout: Duration) -> Self {
        Self {
            runtime,
            connection: RefCell::new(connection),
            timeout,
            statement_limit: Cell::new(timeout),
            broken: Cell::new(false),
        }
    }

    /// Whether the connection can no longer be used.
    pub fn is_broken(&self) -> bool {
        self.broken.get()
    }

    /// Runs statements without values in one message.
    ///
    /// # Errors
    /// The server refuses one of them, or the connection broke, as for every call of a session.
    pub fn run(&self, statements: &str) -> Result<(), Error> {
        self.wait(async |connection| {
            let done = sqlx::raw_sql(AssertSqlSafe(statements)).execute(connection);
            done.await.map(drop)
        })
    }

    /// Runs a statement, and returns how many rows it changed.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn execute(&self, sql: impl SqlSafeStr, values: PgArguments) -> Result<u64, Error> {
        self.wait(async |connection| {
            let done = sqlx::query_with(sql, values).execute(connection).await?;
            Ok(done.rows_affected())
        })
    }

    /// Runs a statement, and returns its rows.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn fetch_all(&self, sql: impl SqlSafeStr, values: PgArguments) -> Result<Vec<PgRow>, Error> {
        self.wait(async |connection| sqlx::query_with(sql, values).fetch_all(connection).await)
    }

    /// Runs a statement and hands every row to `take` as it arrives. Each may take the timeout.
    ///
    /// # Errors
    /// Those of `take`, and as [`Self::run`].
    pub fn for_each_row<E: From<Error>>(
        &self,
        sql: impl SqlSafeStr,
        mut take: impl FnMut(&PgRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut connection = self.connection()?;
        let mut rows = sqlx::query(sql).fetch(&mut *connection);
        while let Some(row) = self.block(self.timeout, rows.try_next())? {
            take(&row)?;
        }
        Ok(())
    }

    /// Has the server stop each further statement after `limit`, or after the timeout of the URL if
    /// there is none. Only a change of the limit costs a round trip.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn limit_statements(&self, limit: Option<Duration>) -> Result<(), Error> {
        let limit = limit.unwrap_or(self.timeout).min(self.timeout);
        if self.statement_limit.get() != limit {
            // Zero would be no limit at all.
            let milliseconds = limit.as_millis().max(1);
            let for_locks = share_for_locks(limit).as_millis().max(1);
            self.run(&format!(
                "SELECT set_config('statement_timeout', '{milliseconds}', false),
                        set_config('lock_timeout', '{for_locks}', false)"
            ))?;
            self.statement_limit.set(limit);
        }
        Ok(())
    }

    /// Rolls the transaction back. If that fails, the connection can no longer be used.
    pub fn roll_back(&self) {
        if self.run("ROLLBACK").is_err() {
            self.broken.set(true);
        }
    }

    /// Blocks until `work` on the connection is done.
    ///
    /// # Errors
    /// Those of `work`, and a timeout.
    pub fn wait<T>(&self, work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, Error>) -> Result<T, Error> {
        self.wait_within(self.timeout, work)
    }

    /// The same with another timeout.
    pub(super) fn wait_within<T>(
        &self,
        timeout: Duration,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut connection = self.connection()?;
        self.block(timeout, work(&mut connection))
    }

    /// Asks the server whether the connection still works.
    pub(super) fn ping(&self, timeout: Duration) -> Result<(), Error> {
        self.wait_within(timeout, async |connection| connection.ping().await)
    }

    fn connection(&self) -> Result<RefMut<'_, PgConnection>, Error> {
        // No caller sends a statement while it waits for the result of another.
        let borrowed = self.connection.try_borrow_mut();
        borrowed.map_err(|_| Error::Protocol("a connection is used twice at once".to_owned()))
    }

    fn block<T>(&self, timeout: Duration, call: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let result = wait_on(&self.runtime, in_time(timeout, call));
        // After a timeout the next statement would read the result of this one.
        if result.as_ref().is_err_and(is_broken) {
            self.broken.set(true);
        }
        result
    }
}
