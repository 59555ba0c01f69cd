//! What an event adds to the timeline: itself.

use tally_domain::{AnyEvent, Recorded, TenantId};

use super::tables::{self, Column, TABLE};
use super::tell::{Told, tell, tell_unknown};
use crate::error::{Fault, StoreError};
use crate::identity;
use crate::schema::Table;
use crate::sql::{self, Cell, Db};
use crate::view::View;

/// The timeline's fold.
pub(crate) struct Timeline;

impl View for Timeline {
    fn version(&self) -> u32 {
        1
    }

    fn tables(&self) -> Vec<Table> {
        tables::tables()
    }

    fn apply(&self, db: Db<'_>, recorded: &Recorded<AnyEvent>) -> Result<(), Fault> {
        let Some(tenant) = identity::tenant_of(recorded)? else {
            return Ok(());
        };
        let told = if let Some(event) = recorded.event.of() {
            tell(event)
        } else if recorded.event.is_unknown() {
            tell_unknown(recorded.event.event_type())
        } else {
            return Ok(());
        };
        Ok(sql::insert(db, TABLE, entry(tenant, told, recorded)?)?)
    }
}

fn entry(
    tenant: TenantId,
    told: Told,
    recorded: &Recorded<AnyEvent>,
) -> Result<Vec<Cell<Column>>, StoreError> {
    use Column as C;
    let context = &recorded.context;
    Ok(vec![
        (C::TenantId, tenant.to_string().into()),
        (C::Revision, sql::integer(recorded.revision)?.into()),
        (C::PositionCommit, sql::integer(recorded.position.commit)?.into()),
        (
            C::PositionPrepare,
            sql::integer(recorded.position.prepare)?.into(),
        ),
        (C::At, sql::micros(recorded.recorded_at).into()),
        (C::EventType, told.event_type.into()),
        (C::Summary, told.summary.into()),
        (
            C::Fingerprint,
            told.fingerprint.map(|fingerprint| fingerprint.0).into(),
        ),
        (C::Details, sql::json(&told.details)?.into()),
        (
            C::Account,
            context.actor.account.as_ref().map(ToString::to_string).into(),
        ),
        (C::Via, context.actor.via.as_str().into()),
        (
            C::RequestId,
            context.request.as_ref().map(ToString::to_string).into(),
        ),
    ])
}
