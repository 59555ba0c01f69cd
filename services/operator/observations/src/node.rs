//! What the operator's house needs to know of the node it runs on. The server and its room of
//! authentication implement these two traits.

use std::collections::HashMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tally_domain::tenant::SecretFingerprint;
use tally_domain::{Position, TenantId};

/// A tenant as the node has it in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownTenant {
    /// The tenant's id.
    pub tenant: TenantId,
    /// Whether it has Tally installed now.
    pub installed: bool,
}

/// How often something was used since the process started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UseCount {
    /// The number of times.
    pub count: u64,
    /// The latest time.
    pub last: Option<DateTime<Utc>>,
}

/// The tenants that the node has in memory.
pub trait TenantDirectory: Send + Sync {
    /// All tenants, uninstalled ones too, without the synthetic tenants of probes.
    fn known_tenants(&self) -> Vec<KnownTenant>;

    /// The address of each tenant as its users know it, uninstalled ones too.
    fn sites(&self) -> HashMap<TenantId, String>;

    /// The web origin of the tenant's Jira; `None` when it is unknown or not allowed.
    fn origin(&self, tenant: TenantId) -> Option<String>;

    /// How many installations verified and could not be stored, with none of the same site stored
    /// since.
    fn unstored_installs(&self, now: DateTime<Utc>) -> u64;

    /// How many tenants had requests lately whose secrets could not be opened.
    fn unopened_secrets(&self, now: DateTime<Utc>) -> u64;

    /// How often a secret verified a request.
    fn secret_use(&self, tenant: TenantId, fingerprint: &SecretFingerprint) -> UseCount;

    /// When a page of the tenant was last served.
    fn last_page(&self, tenant: TenantId) -> Option<DateTime<Utc>>;
}

/// The views did not reach a position in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the views have not caught up")]
pub struct ViewsLagging;

/// How far the views of the node are.
#[async_trait]
pub trait ViewProgress: Send + Sync {
    /// Waits until every view shows everything up to `position`.
    ///
    /// # Errors
    /// [`ViewsLagging`] when that takes too long.
    async fn wait_for_all(&self, position: Position) -> Result<(), ViewsLagging>;

    /// Waits until the views across tenants, which only the operator reads, show everything up to
    /// `position`.
    ///
    /// # Errors
    /// [`ViewsLagging`] when that takes too long.
    async fn wait_for_operator(&self, position: Position) -> Result<(), ViewsLagging>;
}
