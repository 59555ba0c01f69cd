//! Diagnosing sites in a running server.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tally_domain::TenantId;
use tally_event_log::LogReader;
use tally_projections::QueryError;
use tally_view_store::ViewStore;

use super::gather::{self, ServedRelease, ServerMemory};
use super::report::SiteDiagnosis;
use tally_observations::Observations;
use tally_observations::node::{TenantDirectory, ViewProgress};

/// How long a diagnosis waits for views that are behind.
const TIMEOUT: Duration = Duration::from_secs(1);

/// Which site to diagnose.
#[derive(Clone, Debug)]
pub enum SiteQuery {
    /// A verified tenant.
    Tenant(TenantId),
    /// A tenant id, a client key, or an address, as an operator wrote it.
    Named(String),
}

/// What diagnosing works with.
pub struct DiagnosisParts {
    /// The event log.
    pub log: Arc<dyn LogReader>,
    /// The views.
    pub views: Arc<ViewStore>,
    /// How far the views are.
    pub progress: Arc<dyn ViewProgress>,
    /// The tenants of this node.
    pub tenants: Arc<dyn TenantDirectory>,
    /// What the server observed.
    pub observations: Arc<Observations>,
    /// What this node serves.
    pub served: ServedRelease,
}

/// Diagnoses sites from the views and from what this node observed.
pub struct Diagnosis(DiagnosisParts);

impl Diagnosis {
    /// A diagnosis over `parts`.
    pub fn new(parts: DiagnosisParts) -> Self {
        Self(parts)
    }

    /// Diagnoses a site. `None` when nothing is known about it.
    ///
    /// # Errors
    /// The views cannot be read.
    pub async fn diagnose(
        self: &Arc<Self>,
        site: SiteQuery,
        now: DateTime<Utc>,
    ) -> Result<Option<SiteDiagnosis>, QueryError> {
        self.catch_up().await;
        let diagnosis = self.clone();
        match tokio::task::spawn_blocking(move || diagnosis.diagnose_blocking(&site, now)).await {
            Ok(diagnosis) => diagnosis,
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        }
    }

    fn diagnose_blocking(
        &self,
        site: &SiteQuery,
        now: DateTime<Utc>,
    ) -> Result<Option<SiteDiagnosis>, QueryError> {
        let parts = &self.0;
        let memory = Some(ServerMemory {
            tenants: &*parts.tenants,
            observations: &parts.observations,
        });
        let subject = match site {
            SiteQuery::Tenant(tenant) => gather::find_tenant(&parts.views, *tenant)?,
            SiteQuery::Named(text) => gather::find_subject(&parts.views, memory, text)?,
        };
        let Some(subject) = subject else { return Ok(None) };
        let evidence = gather::gather(&parts.views, memory, &subject, (&parts.served, now))?;
        Ok(Some(SiteDiagnosis::new(&subject, &evidence)))
    }

    /// A callback that was refused a moment ago is part of the evidence.
    async fn catch_up(&self) {
        if let Ok(Some(head)) = self.0.log.head().await {
            // Views that stopped have their own alarm; what they hold is still shown.
            drop(tokio::time::timeout(TIMEOUT, self.0.progress.wait_for_all(head)).await);
        }
    }
}
