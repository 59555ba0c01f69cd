//! How far the partitions are, for processes that wait for it: read after every NOTIFY, which each
//! commit sends, and at least once a second.
//!
//! A server that dies can lose its last commits, since they do not wait for the disk. So what was
//! read is remembered only while it must still be true. A crash ends all connections: what one
//! connection has read is true for every connection that was open before and still answers. It is
//! forgotten when the connection that reads breaks, and read again when the store opens another.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgListener;
use sqlx::{Error, Row as _};
use tally_domain::{Position, StreamName};
use tally_postgres::{Pauses, Target, in_time, listen};
use tokio::sync::watch;
use tokio::sync::watch::error::RecvError;

use super::shared::SharedViews;
use crate::partition::Partition;
use crate::view::ViewSet;

/// How often the checkpoints are read without a notification.
const READ_EVERY: Duration = Duration::from_secs(1);

const CHECKPOINTS: &str = "SELECT view, position_commit, position_prepare FROM view_checkpoints c
    WHERE NOT EXISTS (SELECT 1 FROM poisoned p WHERE p.view = c.view)";

/// How far each partition is, kept up to date.
#[derive(Clone)]
pub struct Progress {
    reading: watch::Receiver<Reading>,
    opened: watch::Receiver<u64>,
    partitions: Arc<[Partition]>,
    split: u16,
}

/// The checkpoint of each partition.
type Checkpoints = Vec<Option<Position>>;

/// The checkpoints as they were read.
#[derive(Clone, PartialEq, Eq)]
struct Reading {
    checkpoints: Checkpoints,
    /// How many connections the store had opened before.
    opened: u64,
}

/// The proof that the views had reached a position, for as long as the store reads on the
/// connections that were open then.
pub struct Reached {
    opened_before: u64,
    opened: watch::Receiver<u64>,
}

impl Reached {
    /// Whether everything that the store has read since then shows the position. Otherwise it has
    /// opened a connection, perhaps to a server that lost commits: wait and read again.
    pub fn still_holds(&self) -> bool {
        *self.opened.borrow() == self.opened_before
    }
}

impl Progress {
    /// Waits until the partition of `stream`, or every partition if there is no stream, has applied
    /// everything up to `position`.
    ///
    /// # Errors
    /// The checkpoints are no longer followed, because the store was dropped.
    pub async fn wait_for(
        &self,
        stream: Option<&StreamName>,
        position: Position,
    ) -> Result<Reached, RecvError> {
        let only = stream.map(|stream| Partition::of_stream(stream, self.split));
        self.wait_for_partitions(|partition| only.is_none_or(|only| only == partition), position)
            .await
    }

    /// Waits until the operator's views have applied everything up to `position`.
    ///
    /// # Errors
    /// As [`Self::wait_for`].
    pub async fn wait_for_operator(&self, position: Position) -> Result<Reached, RecvError> {
        self.wait_for_partitions(|partition| partition == Partition::Operator, position)
            .await
    }

    async fn wait_for_partitions(
        &self,
        is_awaited: impl Fn(Partition) -> bool,
        position: Position,
    ) -> Result<Reached, RecvError> {
        let mut reading = self.reading.clone();
        let is_reached = |reading: &Reading| {
            let mut partitions = self.partitions.iter().zip(&reading.checkpoints);
            reading.opened == *self.opened.borrow()
                && partitions.all(|(partition, at)| !is_awaited(*partition) || *at >= Some(position))
        };
        let reading = reading.wait_for(is_reached).await?;
        Ok(Reached {
            opened_before: reading.opened,
            opened: self.opened.clone(),
        })
    }

    /// The checkpoint of the partition that is furthest behind; `None` also while the server cannot
    /// be reached.
    pub fn lowest(&self) -> Option<Position> {
        self.reading.borrow().checkpoints.iter().copied().min().flatten()
    }
}

impl SharedViews {
    /// Begins to follow the checkpoints, for as long as the result is in use.
    pub fn follow_progress(&self) -> Progress {
        let partitions: Arc<[Partition]> = self.partitions().into();
        let (sender, reading) = watch::channel(Reading {
            checkpoints: vec![None; partitions.len()],
            opened: 0,
        });
        let opened = self.sessions.count_opened();
        let follower = Follower {
            target: self.target.clone(),
            views: self.views.clone(),
            partitions: partitions.clone(),
            opened: opened.clone(),
            sender,
        };
        self.runtime.handle().spawn(follower.run());
        Progress {
            reading,
            opened,
            partitions,
            split: self.split(),
        }
    }
}

/// The task that reads the checkpoints.
struct Follower {
    target: Target,
    views: ViewSet,
    partitions: Arc<[Partition]>,
    opened: watch::Receiver<u64>,
    sender: watch::Sender<Reading>,
}

impl Follower {
    async fn run(mut self) {
        let mut pauses = Pauses::default();
        while !self.sender.is_closed() {
            let broken = match listen(&self.target).await {
                Ok(listener) => {
                    pauses.reset();
                    self.follow_connection(listener).await
                }
                Err(cause) => Err(cause),
            };
            self.forget();
            let Err(cause) = broken;
            let views = &self.target;
            tracing::warn!(%views, %cause, "the views' checkpoints cannot be read; trying again");
            pauses.rest().await;
        }
    }

    /// Follows the checkpoints until the connection breaks. They are first read after listening has
    /// begun, so that no change is missed in between.
    async fn follow_connection(&mut self, mut listener: PgListener) -> Result<Infallible, Error> {
        loop {
            // Before the checkpoints, so that a connection which is opened meanwhile counts as later.
            let opened = *self.opened.borrow_and_update();
            let checkpoints = in_time(self.target.timeout, self.read_checkpoints(&mut listener)).await?;
            self.publish(Reading { checkpoints, opened });
            self.wait_for_change(&mut listener).await?;
        }
    }

    /// Waits for a notification, for a connection that the store opens, or for a second.
    async fn wait_for_change(&mut self, listener: &mut PgListener) -> Result<(), Error> {
        tokio::select! {
            notified = listener.try_recv() => {
                notified?.ok_or(Error::Io(std::io::ErrorKind::ConnectionAborted.into()))?;
                // Reading once covers all notifications sent before.
                while listener.next_buffered().is_some() {}
            }
            Ok(()) = self.opened.changed() => {}
            () = tokio::time::sleep(READ_EVERY) => {}
        }
        Ok(())
    }

    fn publish(&self, reading: Reading) {
        self.sender.send_if_modified(|known| {
            let is_news = *known != reading;
            *known = reading;
            is_news
        });
    }

    /// Forgets the checkpoints: the server may have lost them with its last commits.
    fn forget(&self) {
        self.sender.send_modify(|known| known.checkpoints.fill(None));
    }

    async fn read_checkpoints(&self, listener: &mut PgListener) -> Result<Checkpoints, Error> {
        let rows = sqlx::query(CHECKPOINTS).fetch_all(listener).await?;
        let mut stored = HashMap::new();
        for row in rows {
            let (commit, prepare): (Option<i64>, Option<i64>) = (row.try_get(1)?, row.try_get(2)?);
            let position = commit.zip(prepare).map(|(commit, prepare)| Position {
                commit: commit.unsigned_abs(),
                prepare: prepare.unsigned_abs(),
            });
            stored.insert(row.try_get::<String, _>(0)?, position);
        }
        let lowest = |partition: &Partition| {
            let views = partition.views_of(&self.views);
            let running = views.filter_map(|view| stored.get(&partition.key(view.name())));
            running.copied().min().flatten()
        };
        Ok(self.partitions.iter().map(lowest).collect())
    }
}
