//! What an event does to the row of a person.

use tally_domain::person::PersonEvent;
use tally_domain::text::normal_form;
use tally_domain::{AccountId, AnyEvent, Recorded, TenantId};
use tally_view_store::{
    Fault, StoreError, View, ViewName,
    schema::Table,
    sql::{self, Cell, Db},
};

use super::tables::{self, Column, TABLE};
use super::{NAME, PersonRow, queries};
use crate::identity;

/// The fold of the people.
pub(crate) struct PeopleView;

impl View for PeopleView {
    fn name(&self) -> ViewName {
        NAME
    }

    fn version(&self) -> u32 {
        2
    }

    fn tables(&self) -> Vec<Table> {
        tables::tables()
    }

    fn apply(&self, db: Db<'_>, recorded: &Recorded<AnyEvent>) -> Result<(), Fault> {
        let Some((tenant, id)) = identity::person_of(recorded)? else {
            return Ok(());
        };
        let Some(event) = recorded.event.of::<PersonEvent>() else {
            return Ok(());
        };
        let before = match queries::find(db, tenant, id)? {
            Some(row) => row,
            None => PersonRow {
                id,
                number: queries::last_number(db, tenant)? + 1,
                account: None,
                name: None,
            },
        };
        let cells = cells(tenant, &evolve_row(before, event)?)?;
        Ok(sql::upsert(
            db,
            TABLE,
            &[Column::TenantId, Column::PersonId],
            cells,
        )?)
    }
}

/// The row after `event`. The account of a person whose key was destroyed is absent from the event.
fn evolve_row(row: PersonRow, event: &PersonEvent) -> Result<PersonRow, StoreError> {
    Ok(match event {
        PersonEvent::Known { account } => {
            let account = account.text().map(|text| {
                let account = AccountId::parse(text);
                account.ok_or_else(|| StoreError::corrupt("an account id"))
            });
            PersonRow {
                account: account.transpose()?,
                ..row
            }
        }
        PersonEvent::Renamed { name } if !row.is_erased() => PersonRow {
            name: name.text().map(str::to_owned),
            ..row
        },
        PersonEvent::Renamed { .. } => row,
        PersonEvent::Erased {} => PersonRow {
            account: None,
            name: None,
            ..row
        },
    })
}

fn cells(tenant: TenantId, row: &PersonRow) -> Result<Vec<Cell<Column>>, StoreError> {
    use Column as C;
    Ok(vec![
        (C::TenantId, tenant.to_string().into()),
        (C::PersonId, row.id.to_string().into()),
        (C::Number, sql::to_integer(row.number)?.into()),
        (C::Account, row.account.as_ref().map(ToString::to_string).into()),
        (C::Name, row.name.clone().into()),
        (C::FoldedName, row.name.as_deref().map(normal_form).into()),
    ])
}
