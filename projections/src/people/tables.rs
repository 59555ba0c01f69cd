//! The table of the people.

use sea_query::Iden;
use tally_domain::AccountId;
use tally_view_store::{
    StoreError,
    schema::{Table, integer, maybe_text, text},
    sql::Row,
};

use super::PersonRow;

pub(super) const TABLE: &str = "people";

#[derive(Clone, Copy, Iden)]
pub(super) enum Column {
    TenantId,
    PersonId,
    Number,
    /// Null once the person was erased.
    Account,
    Name,
    /// The name in its normal form; null as the name is.
    FoldedName,
}

pub(super) const PERSON: [Column; 4] = [Column::PersonId, Column::Number, Column::Account, Column::Name];

pub(super) fn tables() -> Vec<Table> {
    use Column as C;
    let columns = vec![
        text(C::TenantId),
        text(C::PersonId),
        integer(C::Number),
        maybe_text(C::Account),
        maybe_text(C::Name),
        maybe_text(C::FoldedName),
    ];
    let table = Table::new(TABLE, &[C::TenantId, C::PersonId], columns)
        .with_index("people_by_account", &[C::TenantId, C::Account])
        .with_index("people_by_number", &[C::TenantId, C::Number]);
    vec![table]
}

pub(super) fn read(row: &Row<'_>) -> Result<PersonRow, StoreError> {
    Ok(PersonRow {
        id: row.parse(Column::PersonId, |id| id.parse().ok())?,
        number: row.number(Column::Number)?,
        account: row.maybe_parse(Column::Account, AccountId::parse)?,
        name: row.maybe(Column::Name)?,
    })
}
