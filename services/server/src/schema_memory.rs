//! The schemas by which answers name attributes. They hardly ever change, so an answer reads the
//! view only for an attribute that is new to this node.

use std::sync::Arc;

use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use tally_domain::schema::Schema;
use tally_domain::value::AttributeId;
use tally_domain::{RegisterId, TenantId};

use crate::memories::ForgetTenant;

/// The most tenants whose schemas a node remembers. One with the most attributes is 100 kB.
const MAX_TENANTS: u64 = 1_000;

/// Remembers schemas.
pub struct SchemaMemory {
    known: Cache<TenantId, Arc<Schema>>,
}

impl Default for SchemaMemory {
    fn default() -> Self {
        let known = Cache::builder()
            .max_capacity(MAX_TENANTS)
            .eviction_policy(EvictionPolicy::lru())
            .build();
        Self { known }
    }
}

impl SchemaMemory {
    /// The schema of a tenant's register, if what is remembered has all of `attributes`. Attributes
    /// are only ever added, so a schema that has them names them as a newer one does.
    pub fn find(
        &self,
        tenant: TenantId,
        attributes: impl IntoIterator<Item = AttributeId>,
    ) -> Option<Arc<Schema>> {
        let built_in = || Arc::new(Schema::new(RegisterId::of_tenant(tenant)));
        let known = self.known.get(&tenant).unwrap_or_else(built_in);
        let mut attributes = attributes.into_iter();
        attributes.all(|id| known.key_of(id).is_some()).then_some(known)
    }

    /// Remembers a schema as the view has it.
    pub fn remember(&self, tenant: TenantId, schema: Schema) -> Arc<Schema> {
        let schema = Arc::new(schema);
        self.known.insert(tenant, schema.clone());
        schema
    }
}

impl ForgetTenant for SchemaMemory {
    fn forget_tenant(&self, tenant: TenantId) {
        self.known.invalidate(&tenant);
    }
}

#[cfg(test)]
mod tests {
    use tally_domain::asset::AttributeName;
    use uuid::Uuid;

    use super::*;

    const TENANT: TenantId = TenantId(Uuid::from_u128(1));

    fn schema_with(key: &str) -> (Schema, AttributeId) {
        let key = AttributeName::parse(key).unwrap();
        let schema = Schema::new(RegisterId::of_tenant(TENANT)).with([&key]);
        let id = schema.id_of(&key);
        (schema, id)
    }

    #[test]
    fn attributes_that_every_register_has_need_no_view() {
        let memory = SchemaMemory::default();
        assert!(
            memory
                .find(TENANT, [AttributeId::NAME, AttributeId::TYPE])
                .is_some()
        );
    }

    #[test]
    fn a_schema_that_lacks_an_attribute_is_no_answer() {
        let memory = SchemaMemory::default();
        let (schema, colour) = schema_with("colour");
        let (_, rack) = schema_with("rack");
        assert!(memory.find(TENANT, [colour]).is_none());
        memory.remember(TENANT, schema);
        let found = memory.find(TENANT, [AttributeId::NAME, colour]).unwrap();
        assert_eq!(found.key_of(colour), Some("colour"));
        assert!(memory.find(TENANT, [colour, rack]).is_none());
    }

    #[test]
    fn a_forgotten_tenant_has_no_schema() {
        let memory = SchemaMemory::default();
        let (schema, colour) = schema_with("colour");
        memory.remember(TENANT, schema);
        memory.forget_tenant(TENANT);
        assert!(memory.find(TENANT, [colour]).is_none());
    }
}
