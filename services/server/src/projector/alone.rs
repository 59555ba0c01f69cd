//! A node that has its views for itself: one task feeds them, and the memory of credentials from them.

use std::sync::Arc;

use futures_util::StreamExt;
use tally_atlassian::base_url::HostAllowList;
use tally_domain::{Event, Position, Recorded, TenantId};
use tally_event_log::EventLog;
use tally_projections::ViewStore;
use tally_projections::tenant_credentials::TenantCredentials;
use tally_vault::Vault;
use tokio::sync::watch;
use tracing::{error, info, warn};

use super::{BATCH, Batch, Projected, RETRY};
use crate::directory::{Credentials, Directory, Known};

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
    /// The views cannot be read, or the key database fails: a tenant without its secrets would be refused.
    pub fn start(self) -> anyhow::Result<Projected> {
        let (tell, reached) = watch::channel(self.views.checkpoint()?);
        self.load_directory()?;
        tokio::spawn(async move { self.run(tell).await });
        Ok(Projected::alone(reached))
    }

    fn load_directory(&self) -> anyhow::Result<()> {
        let all = self.views.tenant_credentials().load_all()?;
        let known: Vec<Known<'_>> = all.iter().map(known).collect();
        for some in known.chunks(BATCH) {
            for opened in Credentials::open_all(some, &self.vault, &self.hosts)? {
                self.directory.put(opened);
            }
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

    fn project(&self, events: &[Recorded<Event>]) -> Result<Option<Position>, tally_projections::StoreError> {
        let reached = self.views.apply(events)?;
        metrics::counter!(crate::metric::EVENTS_PROJECTED).increment(events.len() as u64);
        let mut touched: Vec<TenantId> = events.iter().filter_map(tenant_of).collect();
        touched.sort_unstable();
        touched.dedup();
        for tenant in touched {
            match self.views.tenant_credentials().by_tenant(tenant)? {
                Some(found) => self.take(known(&found)),
                None => warn!(%tenant, "a tenant's event left no credentials"),
            }
        }
        Ok(reached)
    }

    /// When the key database fails, what was known of the tenant stays. A request that it does not verify has the tenant's stream read.
    fn take(&self, known: Known<'_>) {
        match Credentials::open(known, &self.vault, &self.hosts) {
            Ok(opened) => self.directory.put(opened),
            Err(cause) => error!(tenant = %known.id, %cause, "secrets cannot be opened now"),
        }
    }
}

pub(super) fn known(found: &TenantCredentials) -> Known<'_> {
    Known {
        id: found.id,
        tenant: &found.tenant,
        revision: found.revision,
    }
}

fn tenant_of(recorded: &Recorded<Event>) -> Option<TenantId> {
    matches!(recorded.event, Event::Tenant(_))
        .then_some(recorded.context.tenant)
        .flatten()
}
