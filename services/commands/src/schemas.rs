//! The schemas of registers: read once, and extended by the first command that uses a new name.

use std::sync::Arc;

use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use tally_domain::asset::{AssetRefusal, AttributeName, extend_schema};
use tally_domain::schema::{Schema, SchemaEvent};
use tally_domain::{CommandId, Context, RegisterId, StreamName, TenantId};
use tally_event_log::{AppendError, LogReader, LogWriter};
use uuid::Uuid;

use crate::error::{CommandError, Unavailable};
use crate::execute::{Loaded, encode, load};
use crate::origin::Origin;

/// The most tenants whose schemas a node remembers.
const MAX_TENANTS: u64 = 10_000;

/// The schemas that a node remembers. Another node may have added to them since: attributes are
/// only ever added, so what is remembered stays true.
pub struct Schemas {
    known: Cache<TenantId, Arc<Schema>>,
}

impl Default for Schemas {
    fn default() -> Self {
        let known = Cache::builder()
            .max_capacity(MAX_TENANTS)
            .eviction_policy(EvictionPolicy::lru())
            .build();
        Self { known }
    }
}

impl Schemas {
    /// The schema of a tenant's register, as the log has it if what is remembered lacks one of
    /// `names`.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn find<'a>(
        &self,
        log: &dyn LogReader,
        tenant: TenantId,
        names: impl IntoIterator<Item = &'a AttributeName>,
    ) -> Result<Arc<Schema>, Unavailable> {
        match self.known.get(&tenant) {
            Some(known) if known.has_all(names) => Ok(known),
            Some(_) | None => self.newest(log, tenant).await,
        }
    }

    /// The schema of a tenant's register, as the log has it.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn newest(&self, log: &dyn LogReader, tenant: TenantId) -> Result<Arc<Schema>, Unavailable> {
        Ok(self.load(log, tenant).await?.0)
    }

    /// The schema with `names` in it, recorded before this returns.
    ///
    /// # Errors
    /// See [`CommandError`]; refused when the schema has no room for them.
    pub async fn add(
        &self,
        log: &dyn LogWriter,
        origin: &Origin,
        names: &[AttributeName],
    ) -> Result<Arc<Schema>, CommandError<AssetRefusal>> {
        // A command of its own, since many commands may add the same attribute.
        let context = Context {
            causation: CommandId(Uuid::new_v4()),
            content_digest: None,
            ..origin.context()
        };
        let stream = name_stream(origin.tenant);
        loop {
            let (schema, loaded) = self.load(log, origin.tenant).await?;
            let events = schema.add(names);
            if events.is_empty() {
                return Ok(schema);
            }
            extend_schema(&schema, names)?;
            let new = encode(&stream, &context, &events)?;
            match log.append(&stream, loaded.expected_revision(), new).await {
                Ok(_) | Err(AppendError::WrongExpectedRevision { .. }) => {}
                Err(error) => return Err(Unavailable::from(error).into()),
            }
        }
    }

    pub(crate) fn forget(&self, tenant: TenantId) {
        self.known.invalidate(&tenant);
    }

    async fn load(
        &self,
        log: &dyn LogReader,
        tenant: TenantId,
    ) -> Result<(Arc<Schema>, Loaded<SchemaEvent>), Unavailable> {
        let loaded = load::<SchemaEvent>(log, &name_stream(tenant)).await?;
        let schema = Arc::new(Schema::fold(RegisterId::of_tenant(tenant), &loaded.events));
        self.known.insert(tenant, schema.clone());
        Ok((schema, loaded))
    }
}

fn name_stream(tenant: TenantId) -> StreamName {
    StreamName::schema(tenant, RegisterId::of_tenant(tenant))
}
