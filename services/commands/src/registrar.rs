//! What a registration needs besides the log: the names of claims, and numbers.

use std::sync::Arc;

use tally_domain::asset::Tag;
use tally_domain::value::AttributeId;
use tally_domain::{RegisterId, StreamName, TenantId, text};
use tally_vault::Vault;

use crate::error::Unavailable;
use crate::numbers::Numbers;

/// What the key of claims is for. It is part of every name, so it never changes.
const PURPOSE: &str = "claim";

/// What a registration needs besides the log.
pub struct Registrar {
    vault: Arc<Vault>,
    /// The numbers of assets.
    pub numbers: Numbers,
}

impl Registrar {
    /// One that names claims under the tenant keys in `vault`.
    pub fn new(vault: Arc<Vault>) -> Self {
        Self {
            vault,
            numbers: Numbers::default(),
        }
    }

    /// The stream of the claim of a tag.
    ///
    /// # Errors
    /// The store of data keys does not answer.
    pub async fn tag_claim(&self, tenant: TenantId, tag: &Tag) -> Result<StreamName, Unavailable> {
        let register = RegisterId::of_tenant(tenant);
        self.claim(tenant, register, AttributeId::TAG, &tag.normal_form())
            .await
    }

    /// The stream of the claim of one value. Its name is a code under a key of the tenant, so that
    /// no one who guesses the value can find it in the log, and is made of what is never renamed.
    async fn claim(
        &self,
        tenant: TenantId,
        scope: RegisterId,
        attribute: AttributeId,
        normal_form: &str,
    ) -> Result<StreamName, Unavailable> {
        let parts: [&[u8]; 4] = [
            scope.0.as_bytes(),
            attribute.0.as_bytes(),
            normal_form.as_bytes(),
            &text::RULE.to_be_bytes(),
        ];
        let code = self.vault.mac(tenant, PURPOSE, &parts).await;
        let code = code.map_err(Unavailable::of_keys)?;
        Ok(StreamName::claim(tenant, &code))
    }
}
