//! A node that has its views for itself: one task feeds them, and the memory of credentials from them.

use std::sync::Arc;

use futures_util::StreamExt;
use tally_domain::tenant::TenantEvent;
use tally_domain::{AnyEvent, Position, Recorded, TenantId};
use tally_event_log::EventLog;
use tokio::sync::watch;
use tracing::{error, warn};

use super::memory::{Memory, to_snapshot};
use super::{BATCH, Batch, Projected, RETRY};

/// What the projector works with.
pub struct Projector {
    /// From where.
    pub log: Arc<dyn EventLog>,
    /// Into the views, and the memory beside them.
    pub memory: Memory,
}

impl Projector {
    /// Starts the projector on its own task.
    ///
    /// # Errors
    /// The views cannot be read, or the key database fails: a tenant without its secrets would be refused.
    pub fn start(self) -> anyhow::Result<Projected> {
        let (tell, reached) = watch::channel(self.memory.views.checkpoint()?);
        self.memory.load()?;
        tokio::spawn(async move { self.run(tell).await });
        Ok(Projected::alone(reached))
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
            .subscribe_all(self.memory.views.checkpoint()?)
            .ready_chunks(BATCH);
        while let Some(batch) = batches.next().await {
            let Batch { events, failure } = Batch::read(batch);
            let worker = self.clone();
            let reached = tokio::task::spawn_blocking(move || worker.project(&events)).await??;
            tell.send_replace(reached);
            if let Some(cause) = failure {
                return Err(cause);
            }
        }
        Ok(())
    }

    fn project(
        &self,
        events: &[Recorded<AnyEvent>],
    ) -> Result<Option<Position>, tally_projections::StoreError> {
        let reached = self.memory.views.apply(events)?;
        metrics::counter!(crate::metric::EVENTS_PROJECTED).increment(events.len() as u64);
        let mut touched: Vec<TenantId> = events.iter().filter_map(tenant_of).collect();
        touched.sort_unstable();
        touched.dedup();
        for tenant in touched {
            match self.memory.views.tenant_credentials().by_tenant(tenant)? {
                Some(found) => self.memory.directory.put(to_snapshot(&found)),
                None => warn!(%tenant, "a tenant's event left no credentials"),
            }
        }
        Ok(reached)
    }
}

fn tenant_of(recorded: &Recorded<AnyEvent>) -> Option<TenantId> {
    recorded
        .event
        .is::<TenantEvent>()
        .then_some(recorded.context.tenant)
        .flatten()
}
