//! Which process feeds which partition.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tally_domain::{AnyEvent, Position, Recorded};
use tally_postgres::{Access, Session, Target};

use super::locks::LockClass;
use super::shared::SharedViews;
use super::statistics::TransactionCount;
use super::writer::SessionWriter;
use crate::error::StoreError;
use crate::feed::Feed;
use crate::layout::Layout;
use crate::ledger::{self, LogPoint};
use crate::partition::Partition;
use crate::sql::Db;
use crate::view::ViewSet;

/// How long a connection that holds a lock may be silent. The server then assumes that its process
/// hangs and ends it, which frees the lock.
const MAX_SILENCE: Duration = Duration::from_secs(10);

/// How long a partition may wait before it stores that it has passed events of other partitions.
const SETTLE_EVERY: Duration = Duration::from_secs(1);

/// The most processes that can feed at once.
const MAX_MEMBERS: i64 = 256;

/// The right to feed one partition, for as long as it is held. It has a connection of its own,
/// which the server ends after ten seconds of silence: call [`Lease::keep_alive`] every few
/// seconds.
///
/// Most events of the log change other partitions. That they were passed is stored at most once a
/// second, and by [`Lease::settle`]; what is lost of it is delivered again and changes nothing.
///
/// A lease takes no event while one before it is missing, as after the loss of commits.
pub struct Lease {
    partition: Partition,
    views: ViewSet,
    session: Session,
    target: Target,
    begun: Arc<TransactionCount>,
    /// The last event that was applied or passed.
    delivered: Option<Position>,
    /// The same with the event's id, once one was delivered to this lease.
    last: Option<LogPoint>,
    /// The checkpoint as it was last stored. What was delivered since was passed.
    stored: Option<Position>,
    settled_at: Instant,
}

/// The announcement that a process feeds.
pub struct Membership {
    session: Session,
}

impl SharedViews {
    /// The right to feed `partition`; `None` if another process has it.
    ///
    /// # Errors
    /// [`StoreError::ReadOnly`], or [`StoreError::Postgres`] if the server cannot be reached.
    pub fn try_lease(&self, partition: Partition) -> Result<Option<Lease>, StoreError> {
        self.check_writable()?;
        let session = self.open_lock_session()?;
        let leases = LockClass::leases(&self.target);
        if !leases.try_take(&session, self.lock_object(partition))? {
            return Ok(None);
        }
        let mut lease = Lease {
            partition,
            views: self.views.clone(),
            session,
            target: self.target.clone(),
            begun: self.begun.clone(),
            delivered: None,
            last: None,
            stored: None,
            settled_at: Instant::now(),
        };
        lease.resume()?;
        Ok(Some(lease))
    }

    /// Announces that this process feeds, so that the others leave a share to it. `None` if too
    /// many processes feed.
    ///
    /// # Errors
    /// [`StoreError::ReadOnly`], or [`StoreError::Postgres`] if the server cannot be reached.
    pub fn join(&self) -> Result<Option<Membership>, StoreError> {
        self.check_writable()?;
        let (session, class) = (self.open_lock_session()?, LockClass::members(&self.target));
        for seat in 0..MAX_MEMBERS {
            if class.try_take(&session, seat)? {
                return Ok(Some(Membership { session }));
            }
        }
        Ok(None)
    }

    /// The number of processes that have joined.
    ///
    /// # Errors
    /// [`StoreError::Postgres`] if the server cannot be reached.
    pub fn count_members(&self) -> Result<u64, StoreError> {
        let class = LockClass::members(&self.target);
        let (session, members) = self.sessions.lend_after(|session| class.count(session))?;
        session.mark_done();
        Ok(members)
    }

    /// Which partitions are fed now, in the order of [`SharedViews::partitions`].
    ///
    /// # Errors
    /// [`StoreError::Postgres`] if the server cannot be reached.
    pub fn fed_partitions(&self) -> Result<Vec<bool>, StoreError> {
        let session = self.sessions.begin("BEGIN READ ONLY")?;
        let leased = LockClass::leases(&self.target).list(&session)?;
        drop(session.run("COMMIT"));
        session.mark_done();
        let is_fed = |partition: &Partition| leased.contains(&self.lock_object(*partition));
        Ok(self.partitions().iter().map(is_fed).collect())
    }

    /// The lock of `partition` among those of its class.
    fn lock_object(&self, partition: Partition) -> i64 {
        i64::try_from(partition.index(self.split())).unwrap_or(i64::MAX)
    }

    /// A connection that holds locks.
    fn open_lock_session(&self) -> Result<Session, StoreError> {
        let session = self.runtime.connect(&self.target, Access::Write)?;
        let silence = MAX_SILENCE.as_millis();
        session.run(&format!(
            "SET idle_session_timeout = {silence}; SET idle_in_transaction_session_timeout = {silence}"
        ))?;
        Ok(session)
    }
}

impl Lease {
    /// The partition that the holder may feed.
    pub fn partition(&self) -> Partition {
        self.partition
    }

    /// Applies `events`, which are all events of the log that follow the position `after`, to the
    /// partition.
    ///
    /// # Errors
    /// [`StoreError::Gap`] if the partition has not had everything up to `after`: call
    /// [`Lease::resume`]. Otherwise a failure of the store, which is permanent if [`Lease::is_lost`].
    pub fn apply(
        &mut self,
        after: Option<Position>,
        events: &[Recorded<AnyEvent>],
    ) -> Result<(), StoreError> {
        if after > self.delivered {
            return Err(StoreError::Gap {
                partition: self.partition.to_string(),
            });
        }
        let last = events.last().map(LogPoint::of);
        if last.map(|last| last.position) > self.delivered {
            self.last = last;
        }
        let last = self.delivered.max(last.map(|last| last.position));
        if events.iter().any(|event| self.partition.includes(&event.stream)) {
            self.feed().apply(&mut self.writer(), events)?;
            self.delivered = last;
            self.note_write();
            return Ok(());
        }
        self.delivered = last;
        if self.settled_at.elapsed() < SETTLE_EVERY {
            return Ok(());
        }
        self.settle()
    }

    /// Stores which events were passed.
    ///
    /// # Errors
    /// As [`Lease::apply`].
    pub fn settle(&mut self) -> Result<(), StoreError> {
        if let Some(last) = self.last.filter(|_| self.is_unsettled()) {
            self.feed().pass(&mut self.writer(), last)?;
            self.note_write();
        }
        Ok(())
    }

    /// Whether it has passed events without storing so.
    pub fn is_unsettled(&self) -> bool {
        self.delivered > self.stored
    }

    /// Begins at the stored checkpoint of the partition, and returns it: the events after it are
    /// delivered next.
    ///
    /// # Errors
    /// As [`Lease::apply`].
    pub fn resume(&mut self) -> Result<Option<Position>, StoreError> {
        self.stored = self.checkpoint()?;
        self.delivered = self.stored;
        Ok(self.stored)
    }

    /// The stored checkpoint of the partition.
    ///
    /// # Errors
    /// As [`Lease::apply`].
    pub fn checkpoint(&self) -> Result<Option<Position>, StoreError> {
        let partitions = [self.partition];
        let layout = Layout::new(&self.views, &partitions);
        ledger::read_checkpoint(Db::postgres(&self.session), layout)
    }

    /// Shows the server that the holder is alive.
    ///
    /// # Errors
    /// [`StoreError::Postgres`] if the connection, and with it the lease, is lost.
    pub fn keep_alive(&self) -> Result<(), StoreError> {
        Ok(self.session.run("SELECT 1")?)
    }

    /// Whether the connection, and with it the lease, is lost.
    pub fn is_lost(&self) -> bool {
        self.session.is_broken()
    }

    fn feed(&self) -> Feed<'_> {
        Feed {
            views: &self.views,
            partition: self.partition,
            from: self.stored,
        }
    }

    fn writer(&self) -> SessionWriter<'_> {
        SessionWriter {
            session: &self.session,
            target: &self.target,
            begun: &self.begun,
        }
    }

    fn note_write(&mut self) {
        self.stored = self.delivered;
        self.settled_at = Instant::now();
    }
}

impl Membership {
    /// Shows the server that the process is alive, as [`Lease::keep_alive`].
    ///
    /// # Errors
    /// [`StoreError::Postgres`] if the connection, and with it the membership, is lost.
    pub fn keep_alive(&self) -> Result<(), StoreError> {
        Ok(self.session.run("SELECT 1")?)
    }
}
