//! A few reading connections, shared by all readers of the process.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use parking_lot::{Mutex, MutexGuard};
use rusqlite::{Connection, OpenFlags};
use tally_domain::{EventId, Position, Revision, StreamName, TenantId};
use tokio::sync::Semaphore;

use super::{answers, open_connection, read};
use crate::error::{Failure, ReadError};
use crate::raw::RawEvent;
use crate::subscription::Pages;

/// How many reads run at once. More would only take the processor from one another.
const CONNECTIONS: usize = 4;

/// A handle to the connections.
#[derive(Clone)]
pub(super) struct Readers {
    pool: Arc<Pool>,
    permits: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        let idle = Mutex::default();
        Self {
            pool: Arc::new(Pool { path, idle }),
            permits: Arc::new(Semaphore::new(CONNECTIONS)),
        }
    }

    pub(super) async fn all(
        &self,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<RawEvent>, ReadError> {
        let after = after.map_or(0, |p| p.commit);
        self.run(move |connection| read::all(connection, after, limit as u64))
            .await
    }

    pub(super) async fn stream(
        &self,
        stream: &StreamName,
        from: Revision,
        limit: usize,
    ) -> Result<Vec<RawEvent>, ReadError> {
        let stream = stream.clone();
        self.run(move |connection| read::stream(connection, &stream, from, limit as u64))
            .await
    }

    pub(super) async fn tenant(
        &self,
        tenant: TenantId,
        after: Option<Position>,
        limit: usize,
    ) -> Result<Vec<RawEvent>, ReadError> {
        let after = after.map_or(0, |p| p.commit);
        self.run(move |connection| read::tenant(connection, tenant, after, limit as u64))
            .await
    }

    pub(super) async fn answer(&self, id: EventId) -> Result<Option<Vec<u8>>, ReadError> {
        self.run(move |connection| answers::find(connection, id).map_err(unavailable))
            .await
    }

    pub(super) async fn head(&self) -> Result<Option<Position>, ReadError> {
        self.run(|connection| read::head(connection).map_err(unavailable))
            .await
    }

    pub(super) async fn find_gap(&self) -> Result<Option<Position>, ReadError> {
        self.run(|connection| read::find_gap(connection).map_err(unavailable))
            .await
    }

    async fn run<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, ReadError> + Send + 'static,
    ) -> Result<T, ReadError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let pool = Arc::clone(&self.pool);
        let task = tokio::task::spawn_blocking(move || {
            let _permit = permit.map_err(unavailable)?;
            let connection = pool.take()?;
            let answer = read(&connection);
            // A connection that failed is not used again.
            if !matches!(answer, Err(ReadError::Unavailable(_))) {
                pool.idle().push(connection);
            }
            answer
        });
        task.await.unwrap_or_else(|e| Err(unavailable(e)))
    }
}

/// The connections, opened as they are first needed.
struct Pool {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Pool {
    fn take(&self) -> Result<Connection, ReadError> {
        if let Some(idle) = self.idle().pop() {
            return Ok(idle);
        }
        open_connection(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(unavailable)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock()
    }
}

#[async_trait]
impl Pages for Readers {
    async fn page(&self, after: Option<Position>, limit: usize) -> Result<Vec<RawEvent>, ReadError> {
        self.all(after, limit).await
    }

    async fn head(&self) -> Result<Option<Position>, ReadError> {
        Readers::head(self).await
    }
}

fn unavailable(error: impl ToString) -> ReadError {
    ReadError::Unavailable(Failure::new("reading", error))
}
