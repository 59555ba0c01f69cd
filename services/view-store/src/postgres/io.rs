//! The runtime that moves bytes to and from the server, so that callers can block.

use std::time::Duration;

use tally_postgres::{Access, Target};
use tokio::runtime::{Builder, Handle, Runtime};

use crate::error::StoreError;
use crate::sql::Session;

/// A runtime of one thread for all connections: it only moves bytes.
pub(super) struct Io {
    /// Absent only while it is being dropped.
    runtime: Option<Runtime>,
    handle: Handle,
}

impl Io {
    pub fn start() -> Result<Self, StoreError> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("views-io")
            .enable_all()
            .build()?;
        let handle = runtime.handle().clone();
        Ok(Self {
            runtime: Some(runtime),
            handle,
        })
    }

    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    pub fn connect(&self, target: &Target, access: Access) -> Result<Session, StoreError> {
        let connection = self.wait(tally_postgres::once(target, access))?;
        Ok(Session::new(self.handle.clone(), connection, target.timeout))
    }

    /// Connects for writing. While the server cannot be reached it tries again for as long as `wait`.
    pub fn connect_within(&self, target: &Target, wait: Duration) -> Result<Session, StoreError> {
        let connection = self.wait(tally_postgres::patiently(target, wait))?;
        Ok(Session::new(self.handle.clone(), connection, target.timeout))
    }

    fn wait<T>(&self, connecting: impl Future<Output = T>) -> T {
        let _runtime = self.handle.enter();
        futures_executor::block_on(connecting)
    }
}

impl Drop for Io {
    fn drop(&mut self) {
        // A runtime must not wait for another on its own threads, and there is nothing to wait for.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
