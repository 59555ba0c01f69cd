//! Connecting, and telling a server that cannot be reached from one that refuses.

use std::time::{Duration, Instant};

use sqlx::postgres::{PgPoolOptions, Postgres};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Error, PgConnection, PgPool, Pool};

use crate::pauses::Pauses;
use crate::target::Target;

/// How long a pooled connection may have lain idle and be used without a question whether it still
/// works. The question is a way to the server and back, as long as most of what is asked.
const TRUSTED: Duration = Duration::from_secs(1);

/// What a connection may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Read only; the server sees to it.
    Read,
    /// Read and write.
    Write,
}

/// A connection with what every connection needs.
///
/// # Errors
/// The server cannot be reached in time, or refuses.
pub async fn once(target: &Target, access: Access) -> Result<PgConnection, Error> {
    let connecting = async {
        let options = target.options.clone().disable_statement_logging();
        let mut connection = PgConnection::connect_with(&options).await?;
        set_up(&mut connection, target, access).await?;
        Ok(connection)
    };
    in_time(target.timeout, connecting).await
}

/// Connects for writing, and while the server cannot be reached tries again for as long as `wait`.
///
/// # Errors
/// It could not be reached all that time, or refuses.
pub async fn patiently(target: &Target, wait: Duration) -> Result<PgConnection, Error> {
    let (begun, mut pauses) = (Instant::now(), Pauses::default());
    loop {
        match once(target, Access::Write).await {
            Ok(connection) => return Ok(connection),
            Err(cause) if is_broken(&cause) && begun.elapsed() < wait => {
                tracing::warn!(%target, %cause, "the database cannot be reached; it is tried again");
                pauses.rest().await;
            }
            Err(cause) => return Err(cause),
        }
    }
}

/// A pool of connections, opened as they are needed. One that broke less than a second ago may be
/// lent: ask again then.
pub fn pool(target: &Target, access: Access) -> PgPool {
    pool_that_checks(target, access, TRUSTED)
}

/// The same, whose connections are checked before use when they have idled for as long as
/// `trusted`.
pub(crate) fn pool_that_checks(target: &Target, access: Access, trusted: Duration) -> PgPool {
    let options = target.options.clone().disable_statement_logging();
    let whose = target.clone();
    let pool: Pool<Postgres> = PgPoolOptions::new()
        .max_connections(target.connections)
        .acquire_timeout(target.timeout)
        .test_before_acquire(false)
        .before_acquire(move |connection, lent| {
            Box::pin(async move {
                if lent.idle_for >= trusted {
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

/// A writer that hangs with a lock loses its transaction, or it would stop all others.
async fn set_up(connection: &mut PgConnection, target: &Target, access: Access) -> Result<(), Error> {
    let (schema, timeout, settings) = (&target.schema, target.timeout.as_millis(), target.settings);
    let read_only = if access == Access::Read { "on" } else { "off" };
    let sql = format!(
        "SET search_path = {schema};
         SET client_min_messages = warning;
         SET jit = off;
         SET lock_timeout = {timeout};
         SET statement_timeout = {timeout};
         SET idle_in_transaction_session_timeout = {timeout};
         SET default_transaction_read_only = {read_only};
         {settings}"
    );
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await?;
    Ok(())
}

/// Waits for a call no longer than `timeout`: a server that hangs or is cut off does not answer at
/// all.
///
/// # Errors
/// The error of the call, or a timeout.
pub async fn in_time<T>(timeout: Duration, call: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let answer = tokio::time::timeout(timeout, call).await;
    answer.unwrap_or_else(|_| Err(Error::Io(std::io::ErrorKind::TimedOut.into())))
}

/// Whether `error` says that the connection is of no more use, and nothing about what was asked:
/// the network, or a server that stops, starts, has too many connections, or ended this one.
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

/// Whether `error` says that the statement had to wait too long, for a lock or for its turn.
pub fn is_a_wait(error: &Error) -> bool {
    let Error::Database(refusal) = error else {
        return false;
    };
    // lock_not_available, query_canceled, deadlock_detected, serialization_failure
    refusal
        .code()
        .is_some_and(|code| ["55P03", "57014", "40P01", "40001"].contains(&&*code))
}

/// Whether the server refused `error`'s statement for what it held.
pub fn is_about_the_data(error: &Error) -> bool {
    let Error::Database(refusal) = error else {
        return false;
    };
    refusal.code().is_some_and(|code| {
        let class = code.get(..2).unwrap_or_default();
        ["22", "23", "54", "P0"].contains(&class)
    })
}
