//! Stream identity, built in one place from typed parts.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ids::{AssetId, ClientKey, ImportId, PersonId, RegisterId, TenantId};

/// The name of a stream. A tenant's streams begin with its id, so that no name is ever shared
/// between tenants.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StreamName(String);

impl StreamName {
    /// A tenant's own history: installs, secrets, uninstalls.
    pub fn tenant(tenant: TenantId) -> Self {
        Self(format!("{tenant}.tenant"))
    }

    /// The claim of a Connect client key by one tenant. Hashed, since a client key is foreign text
    /// of any shape.
    pub fn client_key(key: &ClientKey) -> Self {
        Self(format!("connect.client_key-{}", digest(key.as_str())))
    }

    /// One asset's history.
    pub fn asset(tenant: TenantId, asset: AssetId) -> Self {
        Self(format!("{tenant}.asset-{asset}"))
    }

    /// The claim of a unique value within one tenant. `code` stands for what is claimed, under a
    /// key of the tenant.
    pub fn claim(tenant: TenantId, code: &[u8; 32]) -> Self {
        Self(format!("{tenant}.claim-{}", hex::encode(code)))
    }

    /// The register of a tenant: what concerns all its assets, such as reserved blocks of numbers.
    pub fn register(tenant: TenantId) -> Self {
        Self(format!("{tenant}.register"))
    }

    /// The schema of a register: which attributes its assets can have.
    pub fn schema(tenant: TenantId, register: RegisterId) -> Self {
        Self(format!("{tenant}.schema-{register}"))
    }

    /// One import's history.
    pub fn import(tenant: TenantId, import: ImportId) -> Self {
        Self(format!("{tenant}.import-{import}"))
    }

    /// The import of `tenant` whose stream it is.
    pub fn to_import(&self, tenant: TenantId) -> Option<ImportId> {
        let (_, id) = self.0.split_once(".import-")?;
        let import = id.parse().ok()?;
        (*self == Self::import(tenant, import)).then_some(import)
    }

    /// What is known of one person of a tenant.
    pub fn person(tenant: TenantId, person: PersonId) -> Self {
        Self(format!("{tenant}.person-{person}"))
    }

    /// The person of `tenant` whose stream it is.
    pub fn to_person(&self, tenant: TenantId) -> Option<PersonId> {
        let (_, id) = self.0.split_once(".person-")?;
        let person = id.parse().ok()?;
        (*self == Self::person(tenant, person)).then_some(person)
    }

    /// A stream of a tenant whose events are not those of the business, by the part of its name
    /// after the tenant's id.
    pub fn of_tenant(tenant: TenantId, name: &str) -> Self {
        Self(format!("{tenant}.{name}"))
    }

    /// A stream of the operator that belongs to no tenant, by the part of its name after
    /// `operator.`.
    pub fn of_operator(name: &str) -> Self {
        Self(format!("operator.{name}"))
    }

    /// Lifecycle callbacks that were refused. They name no tenant that could be trusted, so they
    /// share one stream.
    pub fn refused_callbacks() -> Self {
        Self("connect.refused_callbacks".to_owned())
    }

    /// A name read back from a log.
    pub fn from_log(name: String) -> Self {
        Self(name)
    }

    /// The tenant whose stream this is; `None` for those of the operator and of the platform.
    pub fn owner(&self) -> Option<TenantId> {
        let (owner, _) = self.0.split_once('.')?;
        // Another spelling of an id would be another stream that claims the same tenant.
        let is_id = owner.len() == 36 && !owner.bytes().any(|b| b.is_ascii_uppercase());
        is_id.then(|| owner.parse().ok()).flatten()
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}
