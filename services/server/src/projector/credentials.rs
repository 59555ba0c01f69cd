//! The memory of credentials of a node that shares its views: loaded from the view, then kept up by the log itself, so that it never waits for a
//! projector.

use std::sync::Arc;

use futures_util::StreamExt;
use tally_domain::{Position, StreamName, TenantId};
use tally_event_log::{EventLog, StoredEvent};
use tokio::sync::watch;
use tracing::{error, warn};

use super::memory::Memory;
use super::{BATCH, RETRY};
use crate::authentication::TenantSnapshot;
use crate::watch::Elsewhere;
use tally_commands::tenants;

/// What follows the log for the memory.
pub struct CredentialsFollower {
    /// From where.
    pub log: Arc<dyn EventLog>,
    /// What is kept up.
    pub memory: Memory,
    /// Who wants to hear what is written of tenants' health.
    pub elsewhere: Arc<Elsewhere>,
}

impl CredentialsFollower {
    /// Loads the memory and follows the log on a task of its own, for as long as somebody asks how far it is.
    ///
    /// # Errors
    /// The views cannot be read.
    pub async fn start(self) -> anyhow::Result<watch::Receiver<Option<Position>>> {
        let shared = Arc::new(self);
        let loader = shared.clone();
        let from = tokio::task::spawn_blocking(move || loader.load()).await??;
        let (tell, reached) = watch::channel(from);
        tokio::spawn(async move { shared.run(tell).await });
        Ok(reached)
    }

    /// The checkpoint comes first: what is loaded is at least of then.
    fn load(&self) -> anyhow::Result<Option<Position>> {
        let from = self.memory.views.checkpoint()?;
        self.memory.load()?;
        Ok(from)
    }

    async fn run(&self, tell: watch::Sender<Option<Position>>) {
        while !tell.is_closed() {
            if let Err(cause) = self.follow(&tell).await {
                error!(%cause, "following the log for credentials stopped; it is taken up again");
                metrics::counter!(crate::metric::PROJECTOR_FAILURES).increment(1);
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    async fn follow(&self, tell: &watch::Sender<Option<Position>>) -> anyhow::Result<()> {
        let from = *tell.borrow();
        let mut batches = self.log.subscribe_all(from).ready_chunks(BATCH);
        while let Some(batch) = batches.next().await {
            let batch: Vec<StoredEvent> = batch.into_iter().collect::<Result<_, _>>()?;
            batch.iter().for_each(|event| self.elsewhere.hear(event));
            let mut touched: Vec<TenantId> = batch.iter().filter_map(tenant_of).collect();
            touched.sort_unstable();
            touched.dedup();
            for tenant in touched {
                self.refresh(tenant).await?;
            }
            tell.send_replace(batch.last().map(|event| event.position).or(from));
        }
        Ok(())
    }

    /// As the tenant's stream has it, which may be further than the event at hand.
    async fn refresh(&self, tenant: TenantId) -> anyhow::Result<()> {
        let (state, revision) = tenants::state(&*self.log, tenant).await?;
        let Some(known) = state.tenant() else {
            warn!(%tenant, "a tenant's event left no credentials");
            return Ok(());
        };
        self.memory.directory.put(TenantSnapshot {
            id: tenant,
            tenant: known,
            revision,
        });
        Ok(())
    }
}

/// The tenant whose own stream the event is in.
fn tenant_of(event: &StoredEvent) -> Option<TenantId> {
    let tenant = event.context.tenant?;
    (event.stream == StreamName::tenant(tenant)).then_some(tenant)
}
