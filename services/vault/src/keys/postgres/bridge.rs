//! A thread of the vault's own that talks to the database, for callers that wait without a runtime:
//! threads, and handlers that may not block on the runtime they run on. The thread's runtime is its
//! own, so the answer comes, however busy the caller's runtime is.

use std::sync::{Arc, mpsc as answers};
use std::time::Duration;

use sqlx::postgres::{PgPoolOptions, Postgres};
use sqlx::{AssertSqlSafe, Error, PgConnection, PgPool, Pool};
use tally_postgres::Target;
use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::VaultError;

/// How many calls may be under way. One more is refused: the database hangs, and waiting longer
/// would only hold up more callers.
const UNDER_WAY: usize = 256;
/// How much longer than the time-out a caller waits for the thread to say that it is over.
const SLACK: Duration = Duration::from_secs(1);

type Job = Box<dyn FnOnce(PgPool) + Send>;

/// Jobs for the thread, which ends when this is dropped.
pub(super) struct Bridge {
    jobs: mpsc::UnboundedSender<Job>,
    places: Arc<Semaphore>,
    timeout: Duration,
}

impl Bridge {
    pub(super) fn start(target: &Target) -> Result<Self, VaultError> {
        let starting = |cause: std::io::Error| VaultError::Database {
            doing: "starting its thread",
            cause: cause.to_string(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(starting)?;
        let (jobs, inbox) = mpsc::unbounded_channel();
        let (timeout, target) = (target.timeout, target.clone());
        std::thread::Builder::new()
            .name("tally-keys".to_owned())
            .spawn(move || runtime.block_on(serve(target, inbox)))
            .map_err(starting)?;
        let places = Arc::new(Semaphore::new(UNDER_WAY));
        Ok(Self {
            jobs,
            places,
            timeout,
        })
    }

    /// Has the thread do `work`, and blocks until it is done or the time is over.
    pub(super) fn ask<T, F>(
        &self,
        doing: &'static str,
        work: impl FnOnce(PgPool) -> F + Send + 'static,
    ) -> Result<T, VaultError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        self.ask_for(doing, self.timeout, work)
    }

    pub(super) fn ask_for<T, F>(
        &self,
        doing: &'static str,
        timeout: Duration,
        work: impl FnOnce(PgPool) -> F + Send + 'static,
    ) -> Result<T, VaultError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let (answer, answered) = answers::sync_channel(1);
        let tell = move |outcome| drop(answer.try_send(outcome));
        self.send(doing, timeout, work, tell)?;
        let outcome = answered.recv_timeout(timeout + SLACK);
        outcome.unwrap_or_else(|_| Err(to_vault_error(doing, &timed_out())))
    }

    /// The same for a caller on a runtime, whose thread goes on meanwhile.
    pub(super) async fn ask_async<T, F>(
        &self,
        doing: &'static str,
        work: impl FnOnce(PgPool) -> F + Send + 'static,
    ) -> Result<T, VaultError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let tell = move |outcome| drop(answer.send(outcome));
        self.send(doing, self.timeout, work, tell)?;
        answered
            .await
            .unwrap_or_else(|_| Err(to_vault_error(doing, &Error::WorkerCrashed)))
    }

    fn send<T, F>(
        &self,
        doing: &'static str,
        timeout: Duration,
        work: impl FnOnce(PgPool) -> F + Send + 'static,
        tell: impl FnOnce(Result<T, VaultError>) + Send + 'static,
    ) -> Result<(), VaultError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| VaultError::Database {
            doing,
            cause: "too many calls are under way".to_owned(),
        })?;
        let job: Job = Box::new(move |pool| {
            let working = work(pool);
            tokio::spawn(async move {
                let outcome = tokio::time::timeout(timeout, working).await;
                let outcome = outcome.unwrap_or_else(|_| Err(timed_out()));
                drop(place);
                tell(outcome.map_err(|cause| to_vault_error(doing, &cause)));
            });
        });
        let sent = self.jobs.send(job);
        sent.map_err(|_| to_vault_error(doing, &Error::WorkerCrashed))
    }
}

/// Works side by side on what comes, on as many connections as there may be.
async fn serve(target: Target, mut inbox: mpsc::UnboundedReceiver<Job>) {
    let pool = pool(&target);
    while let Some(job) = inbox.recv().await {
        job(pool.clone());
    }
    drop(tokio::time::timeout(SLACK, pool.close()).await);
}

/// A connection that idled is tried before it is used, so a server that was restarted is found
/// again.
fn pool(target: &Target) -> PgPool {
    let timeout = target.timeout;
    let pool: Pool<Postgres> = PgPoolOptions::new()
        .max_connections(target.connections)
        .acquire_timeout(timeout)
        .after_connect(move |connection, _| Box::pin(set_up(connection, timeout)))
        .connect_lazy_with(target.options.clone());
    pool
}

/// A role that was set to acknowledge commits before they are on disk is set right: a key must not
/// be lost once something is sealed under it.
async fn set_up(connection: &mut PgConnection, timeout: Duration) -> Result<(), Error> {
    let millis = timeout.as_millis();
    let sql = format!(
        "SET default_transaction_isolation = 'read committed';
         SET lock_timeout = {millis};
         SET statement_timeout = {millis};
         SET idle_in_transaction_session_timeout = {millis};
         SELECT set_config('synchronous_commit', 'on', false)
         WHERE current_setting('synchronous_commit') = 'off';"
    );
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(connection)
        .await
        .map(drop)
}

fn timed_out() -> Error {
    Error::Io(std::io::ErrorKind::TimedOut.into())
}

/// The driver's texts name hosts, users and tables; never a password or a key.
fn to_vault_error(doing: &'static str, cause: &Error) -> VaultError {
    VaultError::Database {
        doing,
        cause: cause.to_string(),
    }
}
