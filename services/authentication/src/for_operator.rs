//! What the operator's house reads of the tenants in memory.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use tally_domain::TenantId;
use tally_domain::tenant::SecretFingerprint;
use tally_observations::node::{KnownTenant, TenantDirectory, UseCount};

use crate::directory::Directory;

impl TenantDirectory for Directory {
    fn known_tenants(&self) -> Vec<KnownTenant> {
        let all = self.all();
        let real = all.iter().filter(|known| !known.is_synthetic());
        real.map(|known| KnownTenant {
            tenant: known.tenant,
            installed: known.is_installed(),
        })
        .collect()
    }

    fn sites(&self) -> HashMap<TenantId, String> {
        Self::sites(self)
    }

    fn origin(&self, tenant: TenantId) -> Option<String> {
        let all = self.all();
        let known = all.iter().find(|known| known.tenant == tenant)?;
        Some(known.base_url.as_ref()?.origin().to_owned())
    }

    fn unstored_installs(&self, now: DateTime<Utc>) -> u64 {
        self.rotations.count(now)
    }

    fn unopened_secrets(&self, now: DateTime<Utc>) -> u64 {
        self.secrets.failing_sites(now)
    }

    fn secret_use(&self, tenant: TenantId, fingerprint: &SecretFingerprint) -> UseCount {
        let used = self.usage.of_secret(tenant, fingerprint);
        UseCount {
            count: used.count(),
            last: used.last(),
        }
    }

    fn last_page(&self, tenant: TenantId) -> Option<DateTime<Utc>> {
        self.usage.of_pages(tenant).last()
    }
}
