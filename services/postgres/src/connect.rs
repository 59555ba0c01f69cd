//! Connecting, and the kinds of failure: a broken connection, contention, refused data.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use sqlx::postgres::{PgPoolOptions, Postgres};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Error, PgConnection, PgPool, Pool};

use crate::pauses::Pauses;
use crate::target::Target;

/// How long a pooled connection may have been idle and is used without a check. A check is a round
/// trip, which takes as long as most statements.
const TRUSTED: Duration = Duration::from_secs(1);

/// What a connection may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Read only, which the server enforces.
    Read,
    /// Read and write.
    Write,
}

/// Opens a connection with the settings of every connection.
///
/// # Errors
/// The server cannot be reached in time, or refuses the connection.
pub async fn connect(target: &Target, access: Access) -> Result<PgConnection, Error> {
    let connecting = async {
        let options = target.options.clone().disable_statement_logging();
        let mut connection = PgConnection::connect_with(&options).await?;
        set_up(&mut connection, target, access).await?;
        Ok(connection)
    };
    in_time(target.timeout, connecting).await
}

/// Opens a connection for writing. While the server cannot be reached it tries again for as long as
/// `wait`.
///
/// # Errors
/// The server could not be reached all that time, or refuses the connection.
pub async fn connect_within(target: &Target, wait: Duration) -> Result<PgConnection, Error> {
    let (begun, mut pauses) = (Instant::now(), Pauses::default());
    loop {
        match connect(target, Access::Write).await {
            Ok(connection) => return Ok(connection),
            Err(cause) if is_broken(&cause) && !is_lasting(&cause) && begun.elapsed() < wait => {
                tracing::warn!(%target, %cause, "the database cannot be reached; trying again");
                pauses.rest().await;
            }
            Err(cause) => return Err(cause),
        }
    }
}

/// Whether waiting does not cure it: the server's certificate is refused.
fn is_lasting(error: &Error) -> bool {
    match error {
        Error::Io(cause) => cause.kind() == ErrorKind::InvalidData,
        Error::Tls(_) => true,
        _ => false,
    }
}

/// A pool of connections for async callers, opened as they are needed. It may lend one that broke
/// less than a second ago: try again then.
pub fn pool(target: &Target, access: Access) -> PgPool {
    let options = target.options.clone().disable_statement_logging();
    let whose = target.clone();
    let pool: Pool<Postgres> = PgPoolOptions::new()
        .max_connections(target.connections)
        .acquire_timeout(target.timeout)
        .test_before_acquire(false)
        .before_acquire(move |connection, lent| {
            Box::pin(async move {
                if lent.idle_for >= TRUSTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .after_connect(move |connection, _| {
            let target = whose.clone();
            Box::pin(async move { set_up(connection, &target, access).await })
        })
        .connect_lazy_with(options);
    pool
}

/// A writer that hangs with a lock loses its transaction; otherwise it would stop all others.
async fn set_up(connection: &mut PgConnection, target: &Target, access: Access) -> Result<(), Error> {
    let (schema, timeout, settings) = (&target.schema, target.timeout.as_millis(), target.settings);
    let commits = target.commits.setting();
    let lock_timeout = share_for_locks(target.timeout).as_millis();
    let read_only = if access == Access::Read { "on" } else { "off" };
    let sql = format!(
        "SET search_path = {schema};
         SET client_min_messages = warning;
         SET jit = off;
         SET lock_timeout = {lock_timeout};
         SET statement_timeout = {timeout};
         SET idle_in_transaction_session_timeout = {timeout};
         SET default_transaction_read_only = {read_only};
         {commits}
         {settings}"
    );
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await?;
    Ok(())
}

/// How long a statement that may take `limit` waits for a lock: less, so that one that waited for
/// others is not taken for one that has too much to do.
pub(crate) fn share_for_locks(limit: Duration) -> Duration {
    limit * 3 / 4
}

/// Waits for a call, at most for `timeout`: a server that hangs or is cut off does not answer.
///
/// # Errors
/// Those of the call, and a timeout.
pub async fn in_time<T>(timeout: Duration, call: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let answer = tokio::time::timeout(timeout, call).await;
    answer.unwrap_or_else(|_| Err(Error::Io(ErrorKind::TimedOut.into())))
}

/// Whether `error` means that the connection can no longer be used, and says nothing about the
/// statement: the network failed, or the server stops, starts, has too many connections, or ended
/// this one.
pub fn is_broken(error: &Error) -> bool {
    match error {
        Error::Io(_) | Error::Protocol(_) | Error::PoolTimedOut | Error::WorkerCrashed => true,
        Error::Database(refusal) => refusal.code().is_some_and(|code| {
            let class = code.get(..2).unwrap_or_default();
            class == "08" || class == "57" && code != "57014" || code == "53300" || code == "25P03"
        }),
        _ => false,
    }
}

/// Whether `error` means that the statement waited too long for others, or lost against them.
pub fn is_contended(error: &Error) -> bool {
    let Error::Database(refusal) = error else {
        return false;
    };
    // lock_not_available, query_canceled, deadlock_detected, serialization_failure
    refusal
        .code()
        .is_some_and(|code| ["55P03", "57014", "40P01", "40001"].contains(&&*code))
}

/// Whether the server stopped the statement because its time was over.
pub fn is_stopped(error: &Error) -> bool {
    let Error::Database(refusal) = error else {
        return false;
    };
    // query_canceled
    refusal.code().is_some_and(|code| code == "57014")
}

/// Whether the server has no space left on its disk.
pub fn is_disk_full(error: &Error) -> bool {
    let Error::Database(refusal) = error else {
        return false;
    };
    refusal.code().is_some_and(|code| code == "53100")
}

/// Whether the server refused the statement because of its values.
pub fn is_data_refused(error: &Error) -> bool {
    let Error::Database(refusal) = error else {
        return false;
    };
    refusal.code().is_some_and(|code| {
        let class = code.get(..2).unwrap_or_default();
        ["22", "23", "54", "P0"].contains(&class)
    })
}
