//! What carries events from the log into the views and into the memory of credentials, and tells those who wait.
//!
//! A node that has its views for itself does both in one go (`alone`). Where nodes share their views, whoever holds the lease of a partition
//! feeds it (`feeder`), and every node that verifies follows the log for its own memory (`credentials`).

mod alone;
#[cfg(feature = "postgres")]
mod credentials;
#[cfg(feature = "postgres")]
mod feeder;
mod feeding;
mod memory;

use std::time::Duration;

#[cfg(feature = "postgres")]
use tally_domain::StreamName;
use tally_domain::{AnyEvent, Position, Recorded, TenantId};
use tally_event_log::{ReadError, StoredEvent};
use tokio::sync::watch;

pub use alone::Projector;
#[cfg(feature = "postgres")]
pub use credentials::CredentialsFollower;
#[cfg(feature = "postgres")]
pub use feeder::Feeder;
pub use feeding::Feeding;
pub use memory::Memory;

/// How many events are applied in one transaction at most.
const BATCH: usize = 512;
/// How long a command's answer waits for the views. Then the caller is told that its change is recorded and not yet visible.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long to wait before taking up the subscription again after a failure.
const RETRY: Duration = Duration::from_millis(500);

/// The views did not reach a position in time. The event itself is safe.
#[derive(Debug, thiserror::Error)]
#[error("the views have not caught up")]
pub struct Lagging;

/// How far views and credentials are, for those who wait for it.
#[derive(Clone)]
pub struct Projected {
    views: Views,
    credentials: watch::Receiver<Option<Position>>,
}

#[derive(Clone)]
enum Views {
    Own(watch::Receiver<Option<Position>>),
    #[cfg(feature = "postgres")]
    Shared(tally_projections::Progress),
}

impl Projected {
    /// Of a node that feeds its own views, and its memory with them.
    fn alone(reached: watch::Receiver<Option<Position>>) -> Self {
        Self {
            views: Views::Own(reached.clone()),
            credentials: reached,
        }
    }

    /// Of a node that shares its views and follows the log for its memory.
    #[cfg(feature = "postgres")]
    pub fn shared(
        views: tally_projections::Progress,
        credentials: watch::Receiver<Option<Position>>,
    ) -> Self {
        Self {
            views: Views::Shared(views),
            credentials,
        }
    }

    /// Waits until the views show everything up to `position`, of `tenant` or of everybody.
    ///
    /// # Errors
    /// [`Lagging`] after five seconds.
    #[cfg_attr(
        not(feature = "postgres"),
        expect(unused_variables, reason = "one process feeds all tenants at once")
    )]
    pub async fn wait_for(&self, tenant: Option<TenantId>, position: Position) -> Result<(), Lagging> {
        let arrived = async {
            match &self.views {
                Views::Own(reached) => arrived(reached, position).await,
                #[cfg(feature = "postgres")]
                Views::Shared(progress) => {
                    let stream = tenant.map(StreamName::tenant);
                    progress
                        .wait_for(stream.as_ref(), position)
                        .await
                        .map_err(|_| Lagging)
                }
            }
        };
        in_time(arrived).await
    }

    /// Waits until what the operator sees across tenants shows everything up to `position`. Other views may be further behind.
    ///
    /// # Errors
    /// [`Lagging`] after five seconds.
    pub async fn wait_for_operator(&self, position: Position) -> Result<(), Lagging> {
        let arrived = async {
            match &self.views {
                Views::Own(reached) => arrived(reached, position).await,
                #[cfg(feature = "postgres")]
                Views::Shared(progress) => progress.wait_for_operator(position).await.map_err(|_| Lagging),
            }
        };
        in_time(arrived).await
    }

    /// Waits until the memory of credentials knows everything up to `position`.
    ///
    /// # Errors
    /// [`Lagging`] after five seconds.
    pub async fn wait_for_credentials(&self, position: Position) -> Result<(), Lagging> {
        in_time(arrived(&self.credentials, position)).await
    }

    /// How far the views are.
    pub fn reached(&self) -> Option<Position> {
        match &self.views {
            Views::Own(reached) => *reached.borrow(),
            #[cfg(feature = "postgres")]
            Views::Shared(progress) => progress.reached(),
        }
    }
}

async fn arrived(reached: &watch::Receiver<Option<Position>>, position: Position) -> Result<(), Lagging> {
    let mut reached = reached.clone();
    let there = reached.wait_for(|reached| reached.is_some_and(|at| at >= position));
    there.await.map(drop).map_err(|_| Lagging)
}

async fn in_time(arrived: impl Future<Output = Result<(), Lagging>>) -> Result<(), Lagging> {
    tokio::time::timeout(PATIENCE, arrived)
        .await
        .unwrap_or(Err(Lagging))
}

/// What could be read of a batch, and why not all of it.
struct Batch {
    events: Vec<Recorded<AnyEvent>>,
    failure: Option<anyhow::Error>,
}

impl Batch {
    fn read(stored: Vec<Result<StoredEvent, ReadError>>) -> Self {
        let mut events = Vec::with_capacity(stored.len());
        for stored in stored {
            let read = stored
                .map_err(anyhow::Error::from)
                .and_then(|stored| crate::events::codec().decode(stored).map_err(Into::into));
            match read {
                Ok(event) => events.push(event),
                Err(cause) => {
                    let failure = Some(cause);
                    return Self { events, failure };
                }
            }
        }
        Self {
            events,
            failure: None,
        }
    }
}
