//! What the operator's house needs to know about this node.

use std::collections::HashMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use tally_domain::tenant::SecretFingerprint;
use tally_domain::{Position, TenantId};
use tally_operator::diagnosis::gather::ServedRelease;
use tally_operator::node::{KnownTenant, TenantDirectory, UseCount, ViewProgress, ViewsLagging};

use crate::authentication::Directory;
use crate::config::Config;
use crate::projector::Projected;

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

#[async_trait]
impl ViewProgress for Projected {
    async fn wait_for_all(&self, position: Position) -> Result<(), ViewsLagging> {
        self.wait_for(None, position).await.map_err(|_| ViewsLagging)
    }

    async fn wait_for_operator(&self, position: Position) -> Result<(), ViewsLagging> {
        Self::wait_for_operator(self, position)
            .await
            .map_err(|_| ViewsLagging)
    }
}

/// The release that this node serves, with the digest of its descriptor.
pub fn served_release(config: &Config) -> ServedRelease {
    let descriptor = tally_descriptor::descriptor(&config.app_key, config.base_url.as_str()).to_json();
    ServedRelease {
        version: config.release.running.clone(),
        descriptor_sha256: descriptor.ok().map(|text| hex::encode(Sha256::digest(text))),
    }
}
