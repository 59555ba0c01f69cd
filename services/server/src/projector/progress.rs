//! Waiting until the views and the credentials in memory show an event.

use std::time::Duration;

use tally_domain::{Position, StreamName, TenantId};
use tally_view_store::{Progress, Reached};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

/// The longest time that the answer to a command waits for the views. After that the caller learns
/// that its change is recorded and not visible yet.
const WAIT_TIMEOUT: Duration = Duration::from_secs(5);

/// The views did not reach a position in time. The event itself is stored.
#[derive(Debug, thiserror::Error)]
#[error("the views have not caught up")]
pub struct Lagging;

/// The progress of the views and of the credentials in memory, for callers that wait for it.
#[derive(Clone)]
pub struct Projected {
    views: ViewProgress,
    credentials: watch::Receiver<Option<Position>>,
}

#[derive(Clone)]
enum ViewProgress {
    Own(watch::Receiver<Option<Position>>),
    Shared(Progress),
}

impl Projected {
    /// The progress of a node that feeds views of its own, and its credentials with them.
    pub(super) fn of_own_views(reached: watch::Receiver<Option<Position>>) -> Self {
        Self {
            views: ViewProgress::Own(reached.clone()),
            credentials: reached,
        }
    }

    /// The progress of a node that shares its views and follows the log for its credentials.
    pub fn of_shared_views(views: Progress, credentials: watch::Receiver<Option<Position>>) -> Self {
        Self {
            views: ViewProgress::Shared(views),
            credentials,
        }
    }

    /// Waits until the views show everything up to `position`, of `tenant` or of all tenants. What
    /// is read then may be older all the same if the database loses commits in between; see
    /// [`Self::read_after`].
    ///
    /// # Errors
    /// [`Lagging`] after five seconds.
    pub async fn wait_for(&self, tenant: Option<TenantId>, position: Position) -> Result<(), Lagging> {
        within_timeout(self.views.wait_for(tenant, position))
            .await
            .map(drop)
    }

    /// Waits as [`Self::wait_for`] does, and returns what `read` then reads of the views. It is
    /// read again if a connection to the database was opened meanwhile, since that may have lost
    /// what the views had reached.
    ///
    /// # Errors
    /// [`Lagging`] if the views do not show the position within five seconds.
    pub async fn read_after<T>(
        &self,
        tenant: TenantId,
        position: Position,
        read: impl AsyncFn() -> T,
    ) -> Result<T, Lagging> {
        let deadline = Instant::now() + WAIT_TIMEOUT;
        loop {
            let waited = timeout_at(deadline, self.views.wait_for(Some(tenant), position)).await;
            let reached = waited.unwrap_or(Err(Lagging))?;
            let found = read().await;
            if reached.is_none_or(|reached| reached.still_holds()) {
                return Ok(found);
            }
        }
    }

    /// Waits until the operator's views of all tenants show everything up to `position`. Other
    /// views may be further behind.
    ///
    /// # Errors
    /// [`Lagging`] after five seconds.
    pub async fn wait_for_operator(&self, position: Position) -> Result<(), Lagging> {
        let reached = async {
            match &self.views {
                ViewProgress::Own(reached) => wait_until(reached, position).await,
                ViewProgress::Shared(progress) => {
                    let reached = progress.wait_for_operator(position).await;
                    reached.map(drop).map_err(|_| Lagging)
                }
            }
        };
        within_timeout(reached).await
    }

    /// Waits until the credentials in memory show everything up to `position`.
    ///
    /// # Errors
    /// [`Lagging`] after five seconds.
    pub async fn wait_for_credentials(&self, position: Position) -> Result<(), Lagging> {
        within_timeout(wait_until(&self.credentials, position)).await
    }

    /// The position up to which the views show everything; `None` also while the database of shared
    /// views cannot be reached.
    pub fn reached(&self) -> Option<Position> {
        match &self.views {
            ViewProgress::Own(reached) => *reached.borrow(),
            ViewProgress::Shared(progress) => progress.lowest(),
        }
    }
}

impl ViewProgress {
    /// Waits for a position. Views of the node's own cannot fall behind it again.
    async fn wait_for(
        &self,
        tenant: Option<TenantId>,
        position: Position,
    ) -> Result<Option<Reached>, Lagging> {
        match self {
            Self::Own(reached) => wait_until(reached, position).await.map(|()| None),
            Self::Shared(progress) => {
                let stream = tenant.map(StreamName::tenant);
                let reached = progress.wait_for(stream.as_ref(), position).await;
                reached.map(Some).map_err(|_| Lagging)
            }
        }
    }
}

async fn wait_until(reached: &watch::Receiver<Option<Position>>, position: Position) -> Result<(), Lagging> {
    let mut reached = reached.clone();
    let arrival = reached.wait_for(|reached| reached.is_some_and(|at| at >= position));
    arrival.await.map(drop).map_err(|_| Lagging)
}

async fn within_timeout<T>(reached: impl Future<Output = Result<T, Lagging>>) -> Result<T, Lagging> {
    tokio::time::timeout(WAIT_TIMEOUT, reached)
        .await
        .unwrap_or(Err(Lagging))
}
