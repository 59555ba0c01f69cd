//! How far the partitions are, for processes that wait for it: read after every NOTIFY, which each
//! commit sends, and at least once a second.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgListener;
use sqlx::{Error, Row as _};
use tally_domain::{Position, StreamName};
use tally_postgres::{Pauses, Target, in_time, listen};
use tokio::sync::watch;

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
    reached: watch::Receiver<Checkpoints>,
    partitions: Arc<[Partition]>,
    split: u16,
}

/// The checkpoint of each partition.
type Checkpoints = Vec<Option<Position>>;

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
    ) -> Result<(), watch::error::RecvError> {
        let only = stream.map(|stream| Partition::of_stream(stream, self.split));
        self.wait_for_partitions(|partition| only.is_none_or(|only| only == partition), position)
            .await
    }

    /// Waits until the operator's views have applied everything up to `position`.
    ///
    /// # Errors
    /// As [`Self::wait_for`].
    pub async fn wait_for_operator(&self, position: Position) -> Result<(), watch::error::RecvError> {
        self.wait_for_partitions(|partition| partition == Partition::Operator, position)
            .await
    }

    async fn wait_for_partitions(
        &self,
        is_awaited: impl Fn(Partition) -> bool,
        position: Position,
    ) -> Result<(), watch::error::RecvError> {
        let mut reached = self.reached.clone();
        let is_reached = |reached: &Checkpoints| {
            let mut partitions = self.partitions.iter().zip(reached);
            partitions.all(|(partition, at)| !is_awaited(*partition) || *at >= Some(position))
        };
        reached.wait_for(is_reached).await.map(drop)
    }

    /// The checkpoint of the partition that is furthest behind.
    pub fn lowest(&self) -> Option<Position> {
        self.reached.borrow().iter().copied().min().flatten()
    }
}

impl SharedViews {
    /// Begins to follow the checkpoints, for as long as the result is in use.
    pub fn follow_progress(&self) -> Progress {
        let partitions: Arc<[Partition]> = self.partitions().into();
        let (sender, reached) = watch::channel(vec![None; partitions.len()]);
        let follower = Follower {
            target: self.target.clone(),
            views: self.views.clone(),
            partitions: partitions.clone(),
            sender,
        };
        self.io.handle().spawn(follower.run());
        Progress {
            reached,
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
    sender: watch::Sender<Checkpoints>,
}

impl Follower {
    async fn run(self) {
        let mut pauses = Pauses::default();
        while !self.sender.is_closed() {
            let broken = match listen(&self.target).await {
                Ok(listener) => {
                    pauses.reset();
                    self.follow_connection(listener).await
                }
                Err(cause) => Err(cause),
            };
            let Err(cause) = broken;
            let views = &self.target;
            tracing::warn!(%views, %cause, "the views' checkpoints cannot be read; trying again");
            pauses.rest().await;
        }
    }

    /// Follows the checkpoints until the connection breaks. They are first read after listening has
    /// begun, so that no change is missed in between.
    async fn follow_connection(&self, mut listener: PgListener) -> Result<Infallible, Error> {
        loop {
            let reached = in_time(self.target.timeout, self.read_checkpoints(&mut listener)).await?;
            self.sender
                .send_if_modified(|known| std::mem::replace(known, reached.clone()) != reached);
            if let Ok(notified) = tokio::time::timeout(READ_EVERY, listener.try_recv()).await {
                notified?.ok_or(Error::Io(std::io::ErrorKind::ConnectionAborted.into()))?;
                // Reading once covers all notifications sent before.
                while listener.next_buffered().is_some() {}
            }
        }
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
