//! Who feeds which partition: advisory locks, which the server frees when their connection ends, however it ends.

use std::time::{Duration, Instant};

use sea_query::Value;
use sha2::{Digest, Sha256};
use sqlx::Row as _;
use tally_domain::{AnyEvent, Position, Recorded};
use tally_postgres::{Access, Target};

use super::{SessionWriter, SharedViews};
use crate::error::StoreError;
use crate::partition::Partition;
use crate::sql::Db;
use crate::sql::postgres::Session;
use crate::store::{checkpoint, feed};

/// How long a connection that holds a lock may say nothing. The server then takes its process for hung and ends it, which frees the lock.
const SILENCE: Duration = Duration::from_secs(10);

/// How long a partition may keep to itself that it has passed events which are none of its own.
const KEPT: Duration = Duration::from_secs(1);

/// How many processes can feed at once.
const MEMBERS: i64 = 256;

const TRY: &str = "SELECT pg_try_advisory_lock($1::int, $2::int)";
/// How many locks of a class are held.
pub(super) const COUNT: &str =
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2
    AND classid = $1::oid AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
const HELD: &str =
    "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2
    AND classid = $1::oid AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

/// The class of the locks of `target`'s partitions.
pub(super) fn class(target: &Target) -> i32 {
    number(&format!("leases of {}", target.schema))
}

/// The class of the locks of the processes that feed `target`.
pub(super) fn member_class(target: &Target) -> i32 {
    number(&format!("members of {}", target.schema))
}

/// The class of the lock of whoever rebuilds `target`.
pub(super) fn rebuild_class(target: &Target) -> i32 {
    number(&format!("rebuild of {}", target.schema))
}

fn number(text: &str) -> i32 {
    let digest = Sha256::digest(text);
    // Without the sign, for the server shows classes as unsigned numbers.
    i32::from_be_bytes([digest[0] & 0x7F, digest[1], digest[2], digest[3]])
}

/// Takes the lock `(class, object)` on `session` if it is free.
pub(super) fn take(session: &Session, class: i32, object: i64) -> Result<bool, StoreError> {
    let values: Vec<Value> = vec![i64::from(class).into(), object.into()];
    let rows = session.ask(TRY, values)?;
    Ok(rows.first().map_or(Ok(false), |row| row.try_get(0))?)
}

/// The right to feed one partition, for as long as it is held. It has a connection of its own, which ends when it is kept waiting longer than
/// the server has patience: keep it by [`Lease::keep`] every few seconds.
///
/// Most of what the log brings changes other partitions. That such events were passed is written at most once a second, and otherwise by
/// [`Lease::settle`]; what is lost of it is delivered again, and changes nothing.
pub struct Lease {
    partition: Partition,
    session: Session,
    target: Target,
    /// Up to where nothing was for this partition since it last wrote.
    passed: Option<Position>,
    written: Instant,
}

/// The word that a process feeds.
pub struct Membership {
    session: Session,
}

impl SharedViews {
    /// The right to feed `partition`, unless somebody has it.
    ///
    /// # Errors
    /// The store failed.
    pub fn try_lease(&self, partition: Partition) -> Result<Option<Lease>, StoreError> {
        self.writable()?;
        let session = self.holder()?;
        let object = i64::try_from(partition.index(self.split())).unwrap_or(i64::MAX);
        let taken = take(&session, class(&self.target), object)?;
        Ok(taken.then(|| Lease {
            partition,
            session,
            target: self.target.clone(),
            passed: None,
            written: Instant::now(),
        }))
    }

    /// Says that this process feeds, so that the others leave a share to it. `None` when there are too many.
    ///
    /// # Errors
    /// The store failed.
    pub fn join(&self) -> Result<Option<Membership>, StoreError> {
        self.writable()?;
        let (session, class) = (self.holder()?, member_class(&self.target));
        for seat in 0..MEMBERS {
            if take(&session, class, seat)? {
                return Ok(Some(Membership { session }));
            }
        }
        Ok(None)
    }

    /// Which partitions are fed, in their order.
    ///
    /// # Errors
    /// The store failed.
    pub fn fed(&self) -> Result<Vec<bool>, StoreError> {
        let session = self.sessions.begin("BEGIN READ ONLY")?;
        let rows = session.ask(HELD, vec![i64::from(class(&self.target)).into()])?;
        drop(session.run("COMMIT"));
        session.done();
        let held: Vec<i64> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        let indices = (0i64..).take(self.partitions.len());
        Ok(indices.map(|index| held.contains(&index)).collect())
    }

    /// A connection that holds locks.
    fn holder(&self) -> Result<Session, StoreError> {
        let session = self.io.connect(&self.target, Access::Write)?;
        let silence = SILENCE.as_millis();
        session.run(&format!(
            "SET idle_session_timeout = {silence}; SET idle_in_transaction_session_timeout = {silence}"
        ))?;
        Ok(session)
    }
}

impl Lease {
    /// Of which partition.
    pub fn partition(&self) -> Partition {
        self.partition
    }

    /// Takes `events`, which are all that the log has between two positions, into the partition.
    ///
    /// # Errors
    /// The store failed; when [`Lease::is_lost`], for good.
    pub fn apply(&mut self, events: &[Recorded<AnyEvent>]) -> Result<(), StoreError> {
        if events.iter().any(|event| self.partition.holds(event)) {
            feed::feed(&mut self.writer(), self.partition, events)?;
            self.has_written();
            return Ok(());
        }
        self.passed = self.passed.max(events.last().map(|event| event.position));
        if self.written.elapsed() < KEPT {
            return Ok(());
        }
        self.settle()
    }

    /// Writes down what was passed.
    ///
    /// # Errors
    /// As [`Lease::apply`].
    pub fn settle(&mut self) -> Result<(), StoreError> {
        if let Some(passed) = self.passed {
            feed::pass(&mut self.writer(), self.partition, passed)?;
            self.has_written();
        }
        Ok(())
    }

    /// Whether it has passed what is not written down.
    pub fn is_unsettled(&self) -> bool {
        self.passed.is_some()
    }

    fn writer(&self) -> SessionWriter<'_> {
        SessionWriter {
            session: &self.session,
            target: &self.target,
        }
    }

    fn has_written(&mut self) {
        self.passed = None;
        self.written = Instant::now();
    }

    /// How far the partition is, as it is written down.
    ///
    /// # Errors
    /// As [`Lease::apply`].
    pub fn checkpoint(&self) -> Result<Option<Position>, StoreError> {
        checkpoint(Db::Postgres(&self.session), &[self.partition])
    }

    /// Shows the server that the holder lives.
    ///
    /// # Errors
    /// The lease is lost.
    pub fn keep(&self) -> Result<(), StoreError> {
        self.session.run("SELECT 1")
    }

    /// Whether the connection is gone, and the lease with it.
    pub fn is_lost(&self) -> bool {
        self.session.is_broken()
    }
}

impl Membership {
    /// As [`Lease::keep`].
    ///
    /// # Errors
    /// It is lost.
    pub fn keep(&self) -> Result<(), StoreError> {
        self.session.run("SELECT 1")
    }
}
