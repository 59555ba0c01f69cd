//! The views of one schema.

use std::fmt;
use std::sync::Arc;
use std::thread;

use sea_query::SelectStatement;
use sqlx::postgres::PgRow;
use tally_domain::{AnyEvent, Position, Recorded};
use tally_postgres::{Access, BlockingPool, BlockingRuntime, Session, Target};

use super::database::Database;
use super::schema;
use super::statistics::TransactionCount;
use super::writer::SessionWriter;
use crate::deadline::Deadline;
use crate::error::StoreError;
use crate::feed::Feed;
use crate::layout::Layout;
use crate::ledger;
use crate::partition::Partition;
use crate::sql::{Db, Row, Statements, read_all, read_first};
use crate::view::ViewSet;

/// The views of one schema, which several processes share.
pub struct SharedViews {
    pub(super) runtime: Arc<BlockingRuntime>,
    pub(super) database: Database,
    pub(super) views: ViewSet,
    pub(super) target: Target,
    pub(super) sessions: BlockingPool,
    pub(super) begun: Arc<TransactionCount>,
    split: u16,
    partitions: Vec<Partition>,
    access: Access,
}

impl fmt::Display for SharedViews {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.target)
    }
}

impl fmt::Debug for SharedViews {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl SharedViews {
    pub(crate) fn open(database: &Database, views: &ViewSet) -> Result<Self, StoreError> {
        Self::open_at(start_runtime()?, database, views, database.target(views))
    }

    pub(super) fn open_at(
        runtime: Arc<BlockingRuntime>,
        database: &Database,
        views: &ViewSet,
        target: Target,
    ) -> Result<Self, StoreError> {
        let session = runtime.connect_within(&target, database.connect_timeout)?;
        let split = schema::prepare(&session, &target, views, database.partitions)?;
        Ok(Self {
            sessions: BlockingPool::new(runtime.clone(), target.clone(), Access::Write),
            begun: Arc::default(),
            runtime,
            database: database.clone(),
            views: views.clone(),
            target,
            split,
            partitions: Partition::all_with_views(split, views),
            access: Access::Write,
        })
    }

    pub(crate) fn open_read_only(database: &Database, views: &ViewSet) -> Result<Self, StoreError> {
        let (runtime, target) = (start_runtime()?, database.target(views));
        let session = runtime.connect(&target, Access::Read)?;
        let split = schema::read_split(&session)?.ok_or_else(|| StoreError::NotThere {
            what: target.to_string(),
        })?;
        Ok(Self {
            sessions: BlockingPool::new(runtime.clone(), target.clone(), Access::Read),
            begun: Arc::default(),
            runtime,
            database: database.clone(),
            views: views.clone(),
            target,
            split,
            partitions: Partition::all_with_views(split, views),
            access: Access::Read,
        })
    }

    pub(crate) fn layout(&self) -> Layout<'_> {
        Layout::new(&self.views, &self.partitions)
    }

    /// All partitions that have views. Each is fed by one process.
    pub fn partitions(&self) -> &[Partition] {
        &self.partitions
    }

    /// The number of partitions that tenants are split into.
    pub fn split(&self) -> u16 {
        self.split
    }

    /// The position of the last event that all running views of `partition` have applied.
    ///
    /// # Errors
    /// [`StoreError::Postgres`] if the server cannot be reached.
    pub fn checkpoint_of(&self, partition: Partition) -> Result<Option<Position>, StoreError> {
        self.read(None, |db| {
            ledger::read_checkpoint(db, Layout::new(&self.views, &[partition]))
        })
    }

    /// Applies `events` to every partition, several side by side. The holder of a lease may do the
    /// same meanwhile: each event counts once.
    pub(crate) fn apply(&self, events: &[Recorded<AnyEvent>]) -> Result<Option<Position>, StoreError> {
        self.check_writable()?;
        let workers = usize::from(self.database.workers).clamp(1, self.partitions.len().max(1));
        let share = self.partitions.len().div_ceil(workers).max(1);
        thread::scope(|scope| {
            let feed = |share: &[Partition]| share.iter().try_for_each(|part| self.apply_to(*part, events));
            let threads: Vec<_> = self
                .partitions
                .chunks(share)
                .map(|share| scope.spawn(move || feed(share)))
                .collect();
            let done = threads.into_iter().map(|thread| {
                let done = thread.join();
                done.unwrap_or_else(|_| Err(StoreError::corrupt("a partition whose feeder panicked")))
            });
            done.fold(Ok(()), Result::and)
        })?;
        self.read(None, |db| ledger::read_checkpoint(db, self.layout()))
    }

    fn apply_to(&self, partition: Partition, events: &[Recorded<AnyEvent>]) -> Result<(), StoreError> {
        let session = self.sessions.lend()?;
        session.limit_statements(None)?;
        let mut writer = SessionWriter {
            session: &session,
            target: &self.target,
            begun: &self.begun,
        };
        let feed = Feed {
            views: &self.views,
            partition,
            from: None,
        };
        let applied = feed.apply(&mut writer, events);
        session.mark_done();
        applied
    }

    pub(crate) fn fetch_all<T>(
        &self,
        select: &SelectStatement,
        deadline: Option<Deadline>,
        read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        read_all(&self.rows(select, deadline)?, read)
    }

    pub(crate) fn fetch_first<T>(
        &self,
        select: &SelectStatement,
        deadline: Option<Deadline>,
        read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        read_first(&self.rows(select, deadline)?, read)
    }

    /// The rows of one statement. It reads as of one moment without a transaction around it, which
    /// would be two more round trips.
    fn rows(&self, select: &SelectStatement, deadline: Option<Deadline>) -> Result<Vec<PgRow>, StoreError> {
        let limit = Deadline::check(deadline)?;
        let (session, result) = self.sessions.lend_after(|session| {
            session.limit_statements(limit)?;
            match session.rows(select) {
                // The session is as good as before.
                Err(StoreError::TookTooLong) => Ok(Err(StoreError::TookTooLong)),
                result => result.map(Ok),
            }
        })?;
        session.mark_done();
        result
    }

    pub(crate) fn read<T, E: From<StoreError>>(
        &self,
        deadline: Option<Deadline>,
        read: impl FnOnce(Db<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let limit = Deadline::check(deadline)?;
        let begin = |session: &Session| {
            session.limit_statements(limit)?;
            session.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        };
        let (session, ()) = self.sessions.lend_after(begin).map_err(StoreError::from)?;
        let found = read(Db::postgres(&session))?;
        // Nothing was changed, so what was read is right even if this fails.
        drop(session.run("COMMIT"));
        session.mark_done();
        Ok(found)
    }

    /// How many threads can read at once.
    pub(crate) fn readers(&self) -> usize {
        usize::try_from(self.target.connections).unwrap_or(usize::MAX)
    }

    pub(super) fn check_writable(&self) -> Result<(), StoreError> {
        match self.access {
            Access::Write => Ok(()),
            Access::Read => Err(StoreError::ReadOnly),
        }
    }
}

/// The runtime that moves bytes to and from the server.
fn start_runtime() -> Result<Arc<BlockingRuntime>, StoreError> {
    Ok(Arc::new(BlockingRuntime::start("views-io")?))
}
