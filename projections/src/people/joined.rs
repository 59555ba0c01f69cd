//! People beside rows of other tables that name them.

use sea_query::{Expr, ExprTrait, Iden, IntoColumnRef, SelectStatement};
use tally_domain::AccountId;
use tally_view_store::{StoreError, sql::Row};

use super::PersonRow;
use super::tables::{Column, TABLE};

/// The columns of a joined person, which have names of their own.
#[derive(Clone, Copy, Iden)]
enum Joined {
    #[iden = "joined_person"]
    Person,
    #[iden = "joined_number"]
    Number,
    #[iden = "joined_account"]
    Account,
    #[iden = "joined_name"]
    Name,
}

/// Joins to `select` the person of the tenant in the column `tenant` whose id is in the column
/// `person`. Columns that both tables have must be qualified.
pub(crate) fn join(select: &mut SelectStatement, tenant: impl IntoColumnRef, person: impl IntoColumnRef) {
    let own = |column| Expr::col((TABLE, column));
    let matches = own(Column::TenantId)
        .eq(Expr::col(tenant))
        .and(own(Column::PersonId).eq(Expr::col(person)));
    select
        .expr_as(own(Column::PersonId), Joined::Person)
        .expr_as(own(Column::Number), Joined::Number)
        .expr_as(own(Column::Account), Joined::Account)
        .expr_as(own(Column::Name), Joined::Name)
        .left_join(TABLE, matches);
}

/// The joined person of a row; `None` if the row names none, or one who is not known.
pub(crate) fn read_joined(row: &Row<'_>) -> Result<Option<PersonRow>, StoreError> {
    let Some(id) = row.maybe_parse(Joined::Person, |id| id.parse().ok())? else {
        return Ok(None);
    };
    Ok(Some(PersonRow {
        id,
        number: row.number(Joined::Number)?,
        account: row.maybe_parse(Joined::Account, AccountId::parse)?,
        name: row.maybe(Joined::Name)?,
    }))
}
