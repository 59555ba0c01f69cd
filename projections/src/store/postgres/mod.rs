//! Views in a PostgreSQL database, which any number of processes feed and ask.
//!
//! Tenants are split into partitions, each with its own checkpoint, and a process feeds one when it holds its **lease**: an advisory lock of
//! the very connection that writes (`lease.rs`). A process that dies, hangs or is cut off loses the connection and with it the lock;
//! what it thinks meanwhile does not matter, for it has nothing left to write with. Below that the checkpoints' rows are locked by each
//! transaction and events at or before a checkpoint are skipped, so that even two that feed one partition count every event once.
//!
//! Every set of view versions has a schema of its own (`generation.rs`), so that nodes of an old and a new version run side by side, each
//! with the views that it understands. A rebuild is made in a schema beside and takes the place of the live one by its name.

mod digest;
mod generation;
mod io;
mod lease;
mod progress;
mod rebuild;
mod sessions;
mod statistics;

use std::fmt;
use std::sync::Arc;
use std::thread;

use sea_query::SelectStatement;
use sqlx::postgres::PgRow;
use tally_domain::{AnyEvent, Position, Recorded};
use tally_postgres::{Access, Target};

use self::io::Io;
use self::sessions::Sessions;
use super::feed::{self, Writer};
use super::{checkpoint, ledger};
use crate::error::{Fault, StoreError};
use crate::partition::Partition;
use crate::sql::postgres::{Session, read_all, read_first};
use crate::sql::{Db, Row};

pub(super) use digest::absorb_all;
pub use generation::{Database, Generation};
pub use lease::{Lease, Membership};
pub use progress::Progress;
pub(super) use rebuild::Rebuilt;

/// The views of one schema.
pub struct SharedViews {
    io: Arc<Io>,
    database: Database,
    target: Target,
    sessions: Sessions,
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
    pub(super) fn open(database: &Database) -> Result<Self, StoreError> {
        Self::open_at(Arc::new(Io::start()?), database, database.target())
    }

    fn open_at(io: Arc<Io>, database: &Database, target: Target) -> Result<Self, StoreError> {
        let session = io.connect_patiently(&target, database.wait)?;
        let split = generation::prepare(&session, &target, database.partitions)?;
        Ok(Self::over(io, database, target, split, Access::Write))
    }

    pub(super) fn open_read_only(database: &Database) -> Result<Self, StoreError> {
        let (io, target) = (Arc::new(Io::start()?), database.target());
        let session = io.connect(&target, Access::Read)?;
        let split = generation::split(&session)?.ok_or_else(|| StoreError::NotThere {
            what: target.to_string(),
        })?;
        Ok(Self::over(io, database, target, split, Access::Read))
    }

    fn over(io: Arc<Io>, database: &Database, target: Target, split: u16, access: Access) -> Self {
        Self {
            sessions: Sessions::new(io.clone(), target.clone(), access),
            io,
            database: database.clone(),
            target,
            partitions: Partition::all(split),
            access,
        }
    }

    /// The partitions that there are, each to be fed by one process.
    pub fn partitions(&self) -> &[Partition] {
        &self.partitions
    }

    /// The number of partitions that tenants are split into.
    pub fn split(&self) -> u16 {
        u16::try_from(self.partitions.len() - 1).unwrap_or(u16::MAX)
    }

    /// The last event that all running views of `partition` have taken in.
    ///
    /// # Errors
    /// The store failed.
    pub fn checkpoint_of(&self, partition: Partition) -> Result<Option<Position>, StoreError> {
        self.read(|db| checkpoint(db, &[partition]))
    }

    /// Takes `events` into every partition, some side by side. Whoever holds a lease may be doing the same: each event counts once.
    pub(super) fn apply(&self, events: &[Recorded<AnyEvent>]) -> Result<Option<Position>, StoreError> {
        self.writable()?;
        let workers = usize::from(self.database.workers).clamp(1, self.partitions.len());
        let share = self.partitions.len().div_ceil(workers);
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
        self.read(|db| checkpoint(db, &self.partitions))
    }

    fn apply_to(&self, partition: Partition, events: &[Recorded<AnyEvent>]) -> Result<(), StoreError> {
        let session = self.sessions.take()?;
        let mut writer = SessionWriter {
            session: &session,
            target: &self.target,
        };
        let fed = feed::feed(&mut writer, partition, events);
        session.done();
        fed
    }

    pub(super) fn all<T>(
        &self,
        select: &SelectStatement,
        read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        read_all(&self.rows(select)?, read)
    }

    pub(super) fn first<T>(
        &self,
        select: &SelectStatement,
        read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        read_first(&self.rows(select)?, read)
    }

    /// The answer to one statement. It sees one moment without a transaction around it, which would be two more ways to the server.
    fn rows(&self, select: &SelectStatement) -> Result<Vec<PgRow>, StoreError> {
        let (session, rows) = self.sessions.asked(|session| session.rows(select))?;
        session.done();
        Ok(rows)
    }

    pub(super) fn read<T, E: From<StoreError>>(
        &self,
        read: impl FnOnce(Db<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let session = self
            .sessions
            .begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        let found = read(Db::Postgres(&session))?;
        // Nothing was changed: what was read is right however this ends.
        drop(session.run("COMMIT"));
        session.done();
        Ok(found)
    }

    fn writable(&self) -> Result<(), StoreError> {
        match self.access {
            Access::Write => Ok(()),
            Access::Read => Err(StoreError::ReadOnly),
        }
    }
}

/// Writes on a session of the pool or of a lease.
struct SessionWriter<'a> {
    session: &'a Session,
    target: &'a Target,
}

impl Writer for SessionWriter<'_> {
    fn transact(&mut self, act: &mut dyn FnMut(Db<'_>) -> Result<(), Fault>) -> Result<(), Fault> {
        statistics::keep_up(self.session);
        // Shared among feeders; a swap takes it for itself.
        self.session
            .run(&format!("BEGIN; {}", self.target.lock_shared()))?;
        match act(Db::Postgres(self.session)) {
            Ok(()) => {
                let schema = &self.target.schema;
                Ok(self.session.run(&format!("NOTIFY {schema}; COMMIT"))?)
            }
            Err(fault) => {
                self.session.roll_back();
                Err(fault)
            }
        }
    }
}
