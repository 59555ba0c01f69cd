//! What an event adds to a schema.

use tally_domain::schema::SchemaEvent;
use tally_domain::{AnyEvent, Recorded};
use tally_view_store::{
    Fault, View, ViewName,
    schema::Table,
    sql::{self, Db},
};

use super::NAME;
use super::tables::{self, Column, TABLE};
use crate::identity;

/// The fold of the schemas.
pub(crate) struct SchemaAttributesView;

impl View for SchemaAttributesView {
    fn name(&self) -> ViewName {
        NAME
    }

    fn version(&self) -> u32 {
        1
    }

    fn tables(&self) -> Vec<Table> {
        tables::tables()
    }

    fn apply(&self, db: Db<'_>, recorded: &Recorded<AnyEvent>) -> Result<(), Fault> {
        let Some(tenant) = identity::schema_of(recorded)? else {
            return Ok(());
        };
        let Some(SchemaEvent::AttributeAdded { id, key, name }) = recorded.event.of() else {
            return Ok(());
        };
        let cells = vec![
            (Column::TenantId, tenant.to_string().into()),
            (Column::AttributeId, id.to_string().into()),
            (Column::Revision, sql::to_integer(recorded.revision)?.into()),
            (Column::Key, key.as_str().into()),
            (Column::Name, name.as_str().into()),
        ];
        Ok(sql::insert(db, TABLE, cells)?)
    }
}
