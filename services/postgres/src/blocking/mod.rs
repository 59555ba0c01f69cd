//! PostgreSQL for callers that block: a runtime that moves the bytes, sessions on it, and a pool
//! that lends them.

mod pool;
mod session;

use std::time::Duration;

use futures_executor::block_on;
use sqlx::Error;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::coop::unconstrained;

pub use pool::{BlockingPool, Lent};
pub use session::Session;

use crate::connect::{Access, connect, connect_within};
use crate::target::Target;

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

    /// A handle for tasks that run beside their callers.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Opens a session.
    ///
    /// # Errors
    /// The server cannot be reached in time, or refuses the connection.
    pub fn connect(&self, target: &Target, access: Access) -> Result<Session, Error> {
        let connection = wait_on(&self.handle, connect(target, access))?;
        Ok(Session::new(self.handle.clone(), connection, target.timeout))
    }

    /// Opens a session for writing. While the server cannot be reached it tries again for as long
    /// as `wait`.
    ///
    /// # Errors
    /// As [`Self::connect`].
    pub fn connect_within(&self, target: &Target, wait: Duration) -> Result<Session, Error> {
        let connection = wait_on(&self.handle, connect_within(target, wait))?;
        Ok(Session::new(self.handle.clone(), connection, target.timeout))
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
fn wait_on<T>(runtime: &Handle, work: impl Future<Output = T>) -> T {
    let _entered = runtime.enter();
    block_on(unconstrained(work))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_waits_without_a_runtime() {
        let runtime = BlockingRuntime::start("test").unwrap();
        let answer = wait_on(runtime.handle(), async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            7
        });
        assert_eq!(answer, 7);
    }

    #[tokio::test]
    async fn a_task_that_has_used_up_its_steps_can_still_wait() {
        let runtime = BlockingRuntime::start("test").unwrap();
        let steps = wait_on(runtime.handle(), async {
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
