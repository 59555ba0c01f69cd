//! How far the partitions are, as it is told to processes that wait for it: by NOTIFY with every commit, and below that a look every second.

use std::collections::HashMap;
use std::convert::Infallible;
use std::time::Duration;

use sqlx::postgres::PgListener;
use sqlx::{Error, Row as _};
use tally_domain::{Position, StreamName};
use tally_postgres::{Pauses, Target, in_time, listen};
use tokio::sync::watch;

use super::SharedViews;
use crate::partition::Partition;

/// How often it is looked at when nothing is heard.
const LOOK_EVERY: Duration = Duration::from_secs(1);

const CHECKPOINTS: &str = "SELECT view, position_commit, position_prepare FROM view_checkpoints c
    WHERE NOT EXISTS (SELECT 1 FROM poisoned p WHERE p.view = c.view)";

/// How far each partition is; each changes as it is told.
#[derive(Clone)]
pub struct Progress {
    reached: watch::Receiver<Vec<Option<Position>>>,
    split: u16,
}

impl Progress {
    /// Waits until everything up to `position` is shown of `stream`'s tenant, or of everything when it is of no stream.
    ///
    /// # Errors
    /// Nobody tells any more.
    pub async fn wait_for(
        &self,
        stream: Option<&StreamName>,
        position: Position,
    ) -> Result<(), watch::error::RecvError> {
        let only = stream.map(|stream| Partition::of_stream(stream, self.split).index(self.split));
        let mut reached = self.reached.clone();
        let there = |reached: &Vec<Option<Position>>| match only {
            Some(index) => reached.get(index).is_some_and(|at| *at >= Some(position)),
            None => reached.iter().all(|at| *at >= Some(position)),
        };
        reached.wait_for(there).await.map(drop)
    }

    /// Waits until the operator's views show everything up to `position`.
    ///
    /// # Errors
    /// Nobody tells any more.
    pub async fn wait_for_operator(&self, position: Position) -> Result<(), watch::error::RecvError> {
        let index = Partition::Operator.index(self.split);
        let mut reached = self.reached.clone();
        let there =
            |reached: &Vec<Option<Position>>| reached.get(index).is_some_and(|at| *at >= Some(position));
        reached.wait_for(there).await.map(drop)
    }

    /// How far the partition is that is furthest behind.
    pub fn reached(&self) -> Option<Position> {
        self.reached.borrow().iter().copied().min().flatten()
    }
}

impl SharedViews {
    /// Begins to follow how far the partitions are, for as long as somebody asks.
    pub fn progress(&self) -> Progress {
        let split = self.split();
        let (tell, reached) = watch::channel(vec![None; self.partitions.len()]);
        self.io.handle().spawn(follow(self.target.clone(), split, tell));
        Progress { reached, split }
    }
}

async fn follow(target: Target, split: u16, tell: watch::Sender<Vec<Option<Position>>>) {
    let mut pauses = Pauses::default();
    while !tell.is_closed() {
        let broken = match listen(&target).await {
            Ok(listener) => {
                pauses.reset();
                hear(listener, &target, split, &tell).await
            }
            Err(cause) => Err(cause),
        };
        let Err(cause) = broken;
        tracing::warn!(views = %target, %cause, "the views cannot be followed; it is tried again");
        pauses.rest().await;
    }
}

/// The first look comes after listening has begun, so nothing falls in between.
async fn hear(
    mut listener: PgListener,
    target: &Target,
    split: u16,
    tell: &watch::Sender<Vec<Option<Position>>>,
) -> Result<Infallible, Error> {
    loop {
        let reached = in_time(target.patience, look(&mut listener, split)).await?;
        tell.send_if_modified(|told| std::mem::replace(told, reached.clone()) != reached);
        if let Ok(heard) = tokio::time::timeout(LOOK_EVERY, listener.try_recv()).await {
            heard?.ok_or(Error::Io(std::io::ErrorKind::ConnectionAborted.into()))?;
            // One look answers all that were sent before it.
            while listener.next_buffered().is_some() {}
        }
    }
}

async fn look(listener: &mut PgListener, split: u16) -> Result<Vec<Option<Position>>, Error> {
    let rows = sqlx::query(CHECKPOINTS).fetch_all(listener).await?;
    let mut kept = HashMap::new();
    for row in rows {
        let (commit, prepare): (Option<i64>, Option<i64>) = (row.try_get(1)?, row.try_get(2)?);
        let position = commit.zip(prepare).map(|(commit, prepare)| Position {
            commit: commit.unsigned_abs(),
            prepare: prepare.unsigned_abs(),
        });
        kept.insert(row.try_get::<String, _>(0)?, position);
    }
    let lowest = |partition: Partition| {
        let running = partition
            .views()
            .filter_map(|view| kept.get(&partition.key(view)));
        running.copied().min().flatten()
    };
    Ok(Partition::all(split).into_iter().map(lowest).collect())
}
