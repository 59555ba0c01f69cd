//! PostgreSQL for callers that block: a runtime of their own, and a pool of connections on it.

use std::sync::{Arc, mpsc as answers};
use std::time::Duration;

use futures_executor::block_on;
use sqlx::{Error, PgPool};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::task::coop::unconstrained;

use crate::connect::{Access, in_time, pool_that_checks};
use crate::target::Target;

/// How many calls of a pool may run at the same time. One more is refused: the database hangs then,
/// and longer waiting would only hold up more callers.
const MOST_CALLS: usize = 256;
/// How much longer than the timeout a caller waits for the runtime to report it.
const SLACK: Duration = Duration::from_secs(1);

/// A runtime of one thread that moves the bytes of connections, so that their callers can block, on
/// whatever thread they are.
pub struct BlockingRuntime {
    /// `None` only while it is being dropped.
    runtime: Option<Runtime>,
    handle: Handle,
}

impl BlockingRuntime {
    /// Starts the runtime; `thread_name` is for those who look at the process.
    ///
    /// # Errors
    /// The operating system's error, if it gives no thread.
    pub fn start(thread_name: &str) -> std::io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name(thread_name)
            .enable_all()
            .build()?;
        let handle = runtime.handle().clone();
        Ok(Self {
            runtime: Some(runtime),
            handle,
        })
    }

    /// A handle for connections that outlive the call that made them.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Blocks until `work` is done. See [`wait_on`].
    pub fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        wait_on(&self.handle, work)
    }
}

impl Drop for BlockingRuntime {
    fn drop(&mut self) {
        // A runtime must not wait for another on its own threads, and there is nothing to wait for.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Blocks the calling thread until `work` is done, while `runtime` moves its bytes. The caller may
/// be a task of another runtime: its budget of steps does not count here, or an exhausted one would
/// end the progress.
pub fn wait_on<T>(runtime: &Handle, work: impl Future<Output = T>) -> T {
    let _entered = runtime.enter();
    block_on(unconstrained(work))
}

/// A pool of connections for callers that block or wait on a runtime of their own. Its calls run on
/// a thread of the pool, so an answer comes however busy the caller's runtime is.
pub struct BlockingPool {
    runtime: BlockingRuntime,
    pool: PgPool,
    calls: Arc<Semaphore>,
    timeout: Duration,
}

impl BlockingPool {
    /// A pool at `target`, whose connections are opened as they are needed and checked before each
    /// use.
    ///
    /// # Errors
    /// The operating system's error, if it gives no thread.
    pub fn start(target: &Target, access: Access, thread_name: &str) -> std::io::Result<Self> {
        let runtime = BlockingRuntime::start(thread_name)?;
        let pool = runtime.wait(async { pool_that_checks(target, access, Duration::ZERO) });
        Ok(Self {
            runtime,
            pool,
            calls: Arc::new(Semaphore::new(MOST_CALLS)),
            timeout: target.timeout,
        })
    }

    /// Runs `work` and blocks until it is done, for at most the timeout of the URL.
    ///
    /// # Errors
    /// What `work` returns; [`Error::Io`] if it takes too long or too many calls are under way.
    pub fn ask<T, F>(&self, work: impl FnOnce(PgPool) -> F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        self.ask_within(self.timeout, work)
    }

    /// The same with another timeout.
    ///
    /// # Errors
    /// See [`Self::ask`].
    pub fn ask_within<T, F>(&self, timeout: Duration, work: impl FnOnce(PgPool) -> F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let (sender, answer) = answers::sync_channel(1);
        let send = move |result| drop(sender.try_send(result));
        self.spawn(timeout, work(self.pool.clone()), send)?;
        let timed_out = || Error::Io(std::io::ErrorKind::TimedOut.into());
        answer
            .recv_timeout(timeout + SLACK)
            .unwrap_or_else(|_| Err(timed_out()))
    }

    /// The same for a caller on a runtime, whose thread is free meanwhile.
    ///
    /// # Errors
    /// See [`Self::ask`].
    pub async fn ask_async<T, F>(&self, work: impl FnOnce(PgPool) -> F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let (sender, answer) = oneshot::channel();
        let send = move |result| drop(sender.send(result));
        self.spawn(self.timeout, work(self.pool.clone()), send)?;
        answer.await.unwrap_or(Err(Error::WorkerCrashed))
    }

    fn spawn<T, F>(
        &self,
        timeout: Duration,
        work: F,
        send: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) -> Result<(), Error>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let permit = self.permit()?;
        self.runtime.handle().spawn(async move {
            let result = in_time(timeout, work).await;
            drop(permit);
            send(result);
        });
        Ok(())
    }

    fn permit(&self) -> Result<OwnedSemaphorePermit, Error> {
        let permit = Arc::clone(&self.calls).try_acquire_owned();
        permit.map_err(|_| Error::Io(std::io::Error::other("too many calls are under way")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_waits_without_a_runtime() {
        let runtime = BlockingRuntime::start("test").unwrap();
        let answer = runtime.wait(async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            7
        });
        assert_eq!(answer, 7);
    }

    #[tokio::test]
    async fn a_task_that_has_used_up_its_steps_can_still_wait() {
        let runtime = BlockingRuntime::start("test").unwrap();
        let steps = runtime.wait(async {
            let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
            (0..1000).for_each(|step| sender.send(step).unwrap());
            let mut steps = 0;
            while steps < 1000 && receiver.recv().await.is_some() {
                steps += 1;
            }
            steps
        });
        assert_eq!(steps, 1000);
    }
}
