//! Connecting to the database of the views.

use std::time::Duration;

use tally_postgres::{Access, BlockingRuntime, Target};
use tokio::runtime::Handle;

use crate::error::StoreError;
use crate::sql::Session;

/// The runtime that moves bytes to and from the server, so that callers can block.
pub(super) struct Io {
    runtime: BlockingRuntime,
}

impl Io {
    pub fn start() -> Result<Self, StoreError> {
        let runtime = BlockingRuntime::start("views-io")?;
        Ok(Self { runtime })
    }

    pub fn handle(&self) -> &Handle {
        self.runtime.handle()
    }

    pub fn connect(&self, target: &Target, access: Access) -> Result<Session, StoreError> {
        let connection = self.runtime.wait(tally_postgres::once(target, access))?;
        Ok(Session::new(self.handle().clone(), connection, target.timeout))
    }

    /// Connects for writing. While the server cannot be reached it tries again for as long as
    /// `wait`.
    pub fn connect_within(&self, target: &Target, wait: Duration) -> Result<Session, StoreError> {
        let connection = self.runtime.wait(tally_postgres::patiently(target, wait))?;
        Ok(Session::new(self.handle().clone(), connection, target.timeout))
    }
}
