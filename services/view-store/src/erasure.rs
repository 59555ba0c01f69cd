//! What becomes of the rows of a tenant that was erased: they go from every view, whatever the view
//! holds of it.

use sea_query::{Alias, Expr, ExprTrait as _, Query};
use tally_domain::person::PersonEvent;
use tally_domain::tenant::TenantEvent;
use tally_domain::{AnyEvent, Recorded, StreamName, TenantId};

use crate::error::{Fault, StoreError};
use crate::sql::{self, Db};
use crate::view::{Scope, View};

/// The column by which every table of every view says whose a row is.
const TENANT: &str = "tenant_id";

/// Applies events to a view in their order. The rows of a tenant go with the event of its erasure.
pub(crate) fn apply_all(
    db: Db<'_>,
    view: &'static dyn View,
    events: &[&Recorded<AnyEvent>],
) -> Result<(), Fault> {
    for recorded in events {
        check_readable(view, recorded)?;
    }
    for part in events.split_inclusive(|recorded| erased_tenant(recorded).is_some()) {
        view.apply_all(db, part)?;
        if let Some(last) = part.last() {
            remove_rows(db, view, last)?;
        }
    }
    Ok(())
}

/// Applies one event to a view, as [`apply_all`] does.
pub(crate) fn apply(db: Db<'_>, view: &'static dyn View, recorded: &Recorded<AnyEvent>) -> Result<(), Fault> {
    check_readable(view, recorded)?;
    view.apply(db, recorded)?;
    Ok(remove_rows(db, view, recorded)?)
}

/// What a view makes of the events after one that cannot be read might be wrong, so it stops there.
/// Views of the operator take nothing from events that are sealed for a tenant.
fn check_readable(view: &'static dyn View, recorded: &Recorded<AnyEvent>) -> Result<(), Fault> {
    match &recorded.event {
        AnyEvent::Unreadable { why, .. } if is_concerned(view, recorded) => Err(Fault::poison(why.as_str())),
        AnyEvent::Unreadable { .. }
        | AnyEvent::Known(_)
        | AnyEvent::Unknown { .. }
        | AnyEvent::Erased { .. } => Ok(()),
    }
}

fn is_concerned(view: &'static dyn View, recorded: &Recorded<AnyEvent>) -> bool {
    match view.scope() {
        Scope::Tenant => true,
        Scope::Operator => recorded.stream.owner().is_none(),
    }
}

fn remove_rows(db: Db<'_>, view: &'static dyn View, recorded: &Recorded<AnyEvent>) -> Result<(), StoreError> {
    let Some(tenant) = erased_tenant(recorded) else {
        return Ok(());
    };
    for table in view.tables().iter().filter(|table| table.has_column(TENANT)) {
        let mut delete = Query::delete();
        delete.from_table(Alias::new(table.name));
        delete.and_where(Expr::col(Alias::new(TENANT)).eq(tenant.to_string()));
        sql::execute(db, &delete)?;
    }
    Ok(())
}

/// Whether the event erases a tenant or a person, so that views remove what they show of it.
pub(crate) fn is_erasure(recorded: &Recorded<AnyEvent>) -> bool {
    let is_of_person = recorded.event.of() == Some(&PersonEvent::Erased {});
    is_of_person || erased_tenant(recorded).is_some()
}

/// The tenant that has no data from this event on.
fn erased_tenant(recorded: &Recorded<AnyEvent>) -> Option<TenantId> {
    let tenant = recorded.context.tenant?;
    let is_erasure = recorded.event.of::<TenantEvent>()?.is_erasure();
    (is_erasure && recorded.stream == StreamName::tenant(tenant)).then_some(tenant)
}
