//! A node with views of its own: one task feeds them, and the credentials in memory from them.

use std::collections::BTreeSet;
use std::sync::Arc;
use tally_projections::CredentialList;

use futures_util::StreamExt;
use tally_domain::tenant::TenantEvent;
use tally_domain::{AnyEvent, Position, Recorded, TenantId};
use tally_event_log::LogReader;
use tokio::sync::watch;
use tracing::warn;

use super::batch::{BATCH_SIZE, DecodedBatch, keep_following};
use super::memory::{CredentialMemory, to_snapshot};
use super::progress::Projected;

/// Feeds the views of one node and its credentials in memory.
pub struct Projector {
    /// The log to follow.
    pub log: Arc<dyn LogReader>,
    /// The views to feed, with the credentials in memory.
    pub memory: CredentialMemory,
}

impl Projector {
    /// Starts the projector on its own task.
    ///
    /// # Errors
    /// The views cannot be read, or the key store fails: a tenant without its secrets would be
    /// refused.
    pub fn start(self) -> anyhow::Result<Projected> {
        let (sender, reached) = watch::channel(self.memory.load_all()?);
        tokio::spawn(async move { self.run(sender).await });
        Ok(Projected::of_own_views(reached))
    }

    async fn run(self, sender: watch::Sender<Option<Position>>) {
        let shared = Arc::new(self);
        keep_following(&sender, "views", || shared.follow(&sender)).await;
    }

    /// Follows the log from the checkpoint.
    async fn follow(self: &Arc<Self>, sender: &watch::Sender<Option<Position>>) -> anyhow::Result<()> {
        let mut batches = self
            .log
            .subscribe_all(self.memory.views.checkpoint()?)
            .ready_chunks(BATCH_SIZE);
        while let Some(batch) = batches.next().await {
            let DecodedBatch { events, failure } = DecodedBatch::decode(batch);
            let worker = self.clone();
            let reached = tokio::task::spawn_blocking(move || worker.project(&events)).await??;
            sender.send_replace(reached);
            if let Some(cause) = failure {
                return Err(cause);
            }
        }
        Ok(())
    }

    fn project(
        &self,
        events: &[Recorded<AnyEvent>],
    ) -> Result<Option<Position>, tally_view_store::StoreError> {
        let reached = self.memory.views.apply(events)?;
        metrics::counter!(crate::metric::EVENTS_PROJECTED).increment(events.len() as u64);
        for recorded in events {
            let event_type = recorded.event.event_type();
            self.memory
                .note_erasure(recorded.context.tenant, &recorded.stream, event_type);
        }
        let touched: BTreeSet<TenantId> = events.iter().filter_map(tenant_of).collect();
        for tenant in touched {
            match CredentialList::of(&self.memory.views).by_tenant(tenant)? {
                Some(found) => self.memory.directory.put(to_snapshot(&found)),
                None if is_erased(events, tenant) => self.memory.directory.remove(tenant),
                None => warn!(%tenant, "the view has no credentials after a tenant's event"),
            }
        }
        Ok(reached)
    }
}

/// Whether `tenant` was erased by one of `events`.
fn is_erased(events: &[Recorded<AnyEvent>], tenant: TenantId) -> bool {
    let mut its_own = events
        .iter()
        .filter(|recorded| tenant_of(recorded) == Some(tenant));
    its_own.any(|recorded| {
        recorded
            .event
            .of::<TenantEvent>()
            .is_some_and(TenantEvent::is_erasure)
    })
}

fn tenant_of(recorded: &Recorded<AnyEvent>) -> Option<TenantId> {
    recorded
        .event
        .is::<TenantEvent>()
        .then_some(recorded.context.tenant)
        .flatten()
}
