//! What the operator's house needs to know about this node.

use async_trait::async_trait;
use sha2::{Digest, Sha256};
use tally_diagnosis::gather::ServedRelease;
use tally_domain::Position;
use tally_observations::node::{ViewProgress, ViewsLagging};

use crate::config::Config;
use crate::projector::Projected;

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
        version: config.release.clone(),
        descriptor_sha256: descriptor.ok().map(|text| hex::encode(Sha256::digest(text))),
    }
}
