//! What carries events from the log into the views, and tells those who wait.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use tally_atlassian::base_url::HostAllowList;
use tally_domain::{Event, Position, Recorded, TenantId};
use tally_event_log::{EventLog, codec};
use tally_projections::ViewStore;
use tally_vault::Vault;
use tokio::sync::watch;
use tracing::{error, info, warn};

use crate::directory::{Credentials, Directory};

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

/// A view of the projector for those who wait for it.
#[derive(Clone)]
pub struct Projected {
    reached: watch::Receiver<Option<Position>>,
}

impl Projected {
    /// Waits until the views show everything up to `position`.
    ///
    /// # Errors
    /// [`Lagging`] after five seconds.
    pub async fn wait_for(&self, position: Position) -> Result<(), Lagging> {
        let mut reached = self.reached.clone();
        let arrived = reached.wait_for(|reached| reached.is_some_and(|at| at >= position));
        match tokio::time::timeout(PATIENCE, arrived).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Lagging),
        }
    }

    /// How far the views are.
    pub fn reached(&self) -> Option<Position> {
        *self.reached.borrow()
    }
}

/// What the projector works with.
pub struct Projector {
    /// From where.
    pub log: Arc<dyn EventLog>,
    /// Into what.
    pub views: Arc<ViewStore>,
    /// And into the memory of credentials.
    pub directory: Arc<Directory>,
    /// Opens sealed secrets for it.
    pub vault: Arc<Vault>,
    /// Which tenant hosts are allowed.
    pub hosts: HostAllowList,
}

impl Projector {
    /// Starts the projector on its own task.
    ///
    /// # Errors
    /// The views cannot be read.
    pub fn start(self) -> Result<Projected, tally_projections::StoreError> {
        let (tell, reached) = watch::channel(self.views.checkpoint()?);
        self.load_directory()?;
        tokio::spawn(async move { self.run(tell).await });
        Ok(Projected { reached })
    }

    fn load_directory(&self) -> Result<(), tally_projections::StoreError> {
        for known in self.views.tenant_credentials().load_all()? {
            let opened = Credentials::open(known.id, &known.tenant, known.revision, &self.vault, &self.hosts);
            self.directory.put(opened);
        }
        info!(tenants = self.directory.len(), "credentials loaded");
        Ok(())
    }

    /// Follows the log until every handle is gone. A failure is loud and the subscription is taken up again from the checkpoint.
    async fn run(self, tell: watch::Sender<Option<Position>>) {
        let shared = Arc::new(self);
        while !tell.is_closed() {
            if let Err(cause) = shared.follow(&tell).await {
                error!(%cause, "projecting stopped; it is taken up again");
                metrics::counter!(crate::metric::PROJECTOR_FAILURES).increment(1);
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    async fn follow(self: &Arc<Self>, tell: &watch::Sender<Option<Position>>) -> anyhow::Result<()> {
        let mut batches = self
            .log
            .subscribe_all(self.views.checkpoint()?)
            .ready_chunks(BATCH);
        while let Some(batch) = batches.next().await {
            let mut events = Vec::with_capacity(batch.len());
            let mut failure = None;
            for stored in batch {
                match stored
                    .map_err(anyhow::Error::from)
                    .and_then(|s| codec::decode(s).map_err(Into::into))
                {
                    Ok(event) => events.push(event),
                    Err(cause) => {
                        failure = Some(cause);
                        break;
                    }
                }
            }
            let worker = self.clone();
            let reached = tokio::task::spawn_blocking(move || worker.project(&events)).await??;
            tell.send_replace(reached);
            if let Some(cause) = failure {
                return Err(cause);
            }
        }
        Ok(())
    }

    fn project(&self, events: &[Recorded<Event>]) -> Result<Option<Position>, tally_projections::StoreError> {
        let reached = self.views.apply(events)?;
        metrics::counter!(crate::metric::EVENTS_PROJECTED).increment(events.len() as u64);
        let mut touched: Vec<TenantId> = events.iter().filter_map(tenant_of).collect();
        touched.sort_unstable();
        touched.dedup();
        for tenant in touched {
            match self.views.tenant_credentials().by_tenant(tenant)? {
                Some(known) => {
                    let opened =
                        Credentials::open(tenant, &known.tenant, known.revision, &self.vault, &self.hosts);
                    self.directory.put(opened);
                }
                None => warn!(%tenant, "a tenant's event left no credentials"),
            }
        }
        Ok(reached)
    }
}

fn tenant_of(recorded: &Recorded<Event>) -> Option<TenantId> {
    matches!(recorded.event, Event::Tenant(_))
        .then_some(recorded.context.tenant)
        .flatten()
}
