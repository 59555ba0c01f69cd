//! The credentials in memory of a node that shares its views: loaded from the view, then updated
//! from the log itself, so that they never wait for a projector.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::StreamExt;
use tally_domain::tenant::TenantState;
use tally_domain::{Position, StreamName, TenantId};
use tally_event_log::{LoadError, LogReader, ReadError, StoredEvent};
use tokio::sync::watch;
use tracing::{error, warn};

use super::batch::{BATCH_SIZE, keep_following};
use super::memory::CredentialMemory;
use tally_authentication::TenantSnapshot;
use tally_commands::tenants;
use tally_operator::watch::NodeReports;

/// Follows the log for the credentials in memory.
pub struct CredentialsFollower {
    /// The log to follow.
    pub log: Arc<dyn LogReader>,
    /// The credentials to update.
    pub memory: CredentialMemory,
    /// Receives what other nodes write about tenants' health.
    pub reports: Arc<NodeReports>,
}

impl CredentialsFollower {
    /// Loads all credentials and follows the log on a task of its own, until the returned receiver
    /// is dropped.
    ///
    /// # Errors
    /// The views cannot be read, or the key store fails.
    pub async fn start(self) -> anyhow::Result<watch::Receiver<Option<Position>>> {
        let shared = Arc::new(self);
        let loader = shared.clone();
        let from = tokio::task::spawn_blocking(move || loader.memory.load_all()).await??;
        let (sender, reached) = watch::channel(from);
        tokio::spawn(async move {
            keep_following(&sender, "credentials", || shared.follow(&sender)).await;
        });
        Ok(reached)
    }

    async fn follow(&self, sender: &watch::Sender<Option<Position>>) -> anyhow::Result<()> {
        let from = *sender.borrow();
        // Tenants' events and reports are plain, so that no key is needed to go on.
        let mut batches = self.log.subscribe_unopened(from).ready_chunks(BATCH_SIZE);
        while let Some(batch) = batches.next().await {
            let batch: Vec<StoredEvent> = batch.into_iter().collect::<Result<_, _>>()?;
            let reached = batch.last().map(|event| event.position).or(from);
            let touched: BTreeSet<TenantId> = batch.iter().filter_map(tenant_of).collect();
            for event in &batch {
                self.memory
                    .note_erasure(event.context.tenant, &event.stream, &event.event_type);
            }
            batch.into_iter().for_each(|event| self.reports.take_event(event));
            for tenant in touched {
                self.refresh(tenant).await?;
            }
            sender.send_replace(reached);
        }
        Ok(())
    }

    /// Reads the tenant's stream, which may be newer than the event that caused this. One that holds
    /// an event of a newer version changes nothing here: what is known of that tenant stays in use,
    /// and the other tenants do not wait for it.
    async fn refresh(&self, tenant: TenantId) -> Result<(), ReadError> {
        let (state, revision) = match tenants::state(&*self.log, tenant).await {
            Ok(loaded) => loaded,
            Err(LoadError::Read(cause)) => return Err(cause),
            Err(LoadError::Decode(cause)) => {
                error!(%tenant, %cause, "a tenant's stream cannot be understood; its known credentials stay");
                metrics::counter!(crate::metric::CREDENTIALS_NOT_UNDERSTOOD).increment(1);
                return Ok(());
            }
        };
        if let TenantState::Erased { .. } = state {
            self.memory.directory.remove(tenant);
            return Ok(());
        }
        let Some(known) = state.tenant() else {
            warn!(%tenant, "the stream has no credentials after a tenant's event");
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
