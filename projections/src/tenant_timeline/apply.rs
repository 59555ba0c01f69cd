//! What an event adds to the timeline: itself.

use super::NAME;
use tally_domain::{AnyEvent, Recorded, TenantId};
use tally_view_store::{
    Fault, StoreError, View, ViewName,
    schema::Table,
    sql::{self, Cell, Db},
};

use super::tables::{self, Column, TABLE};
use super::tell::{Told, tell, tell_unknown};
use crate::identity;

/// The timeline's fold.
pub(crate) struct TenantTimelineView;

impl View for TenantTimelineView {
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
        (C::Revision, sql::to_integer(recorded.revision)?.into()),
        (
            C::PositionCommit,
            sql::to_integer(recorded.position.commit)?.into(),
        ),
        (
            C::PositionPrepare,
            sql::to_integer(recorded.position.prepare)?.into(),
        ),
        (C::At, sql::to_micros(recorded.recorded_at).into()),
        (C::EventType, told.event_type.into()),
        (C::Summary, told.summary.into()),
        (
            C::Fingerprint,
            told.fingerprint.map(|fingerprint| fingerprint.0).into(),
        ),
        (C::Details, sql::to_json(&told.details)?.into()),
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
