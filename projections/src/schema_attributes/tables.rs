//! The table of the attributes that were added to schemas.

use sea_query::Iden;
use tally_view_store::schema::{Table, integer, text};

pub(super) const TABLE: &str = "schema_attributes";

#[derive(Clone, Copy, Iden)]
pub(super) enum Column {
    TenantId,
    AttributeId,
    /// The revision of the event that added it.
    Revision,
    Key,
    Name,
}

pub(super) fn tables() -> Vec<Table> {
    use Column as C;
    let columns = vec![
        text(C::TenantId),
        text(C::AttributeId),
        integer(C::Revision),
        text(C::Key),
        text(C::Name),
    ];
    vec![Table::new(TABLE, &[C::TenantId, C::AttributeId], columns)]
}
