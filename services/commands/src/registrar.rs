//! What commands on assets need besides the log: the names of claims, numbers, schemas.

use std::sync::Arc;

use tally_domain::asset::{AssetRefusal, AttributeName, Tag};
use tally_domain::schema::Schema;
use tally_domain::value::AttributeId;
use tally_domain::{RegisterId, StreamName, TenantId};
use tally_event_log::LogWriter;
use tally_vault::Vault;

use crate::error::{CommandError, Unavailable};
use crate::numbers::Numbers;
use crate::origin::Origin;
use crate::schemas::Schemas;

/// What the key of claims is for. It is part of every name, so it never changes.
const PURPOSE: &str = "claim";

/// What commands on assets need besides the log.
pub struct Registrar {
    vault: Arc<Vault>,
    /// The numbers of assets.
    pub numbers: Numbers,
    /// The schemas of registers.
    pub schemas: Schemas,
}

impl Registrar {
    /// One that names claims under the tenant keys in `vault`.
    pub fn new(vault: Arc<Vault>) -> Self {
        Self {
            vault,
            numbers: Numbers::default(),
            schemas: Schemas::default(),
        }
    }

    /// Forgets a tenant that was erased.
    pub fn forget_tenant(&self, tenant: TenantId) {
        self.numbers.forget(tenant);
        self.schemas.forget(tenant);
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

    /// The schema with `names`: `known` where it has them, and otherwise as extended in the log.
    pub(crate) async fn complete_schema(
        &self,
        log: &dyn LogWriter,
        origin: &Origin,
        known: Arc<Schema>,
        names: &[AttributeName],
    ) -> Result<Arc<Schema>, CommandError<AssetRefusal>> {
        if known.has_all(names) {
            return Ok(known);
        }
        self.schemas.add(log, origin, names).await
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
            &Tag::RULE.to_be_bytes(),
        ];
        let code = self.vault.mac(tenant, PURPOSE, &parts).await;
        let code = code.map_err(Unavailable::of_keys)?;
        Ok(StreamName::claim(tenant, &code))
    }
}
