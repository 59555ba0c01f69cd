//! What an event adds to the timeline: an entry that describes it.

use tally_domain::{AnyEvent, Recorded, TenantId};
use tally_view_store::{
    Fault, StoreError, View, ViewName,
    schema::Table,
    sql::{self, Cell, Db},
};

use super::NAME;
use super::describe::{Description, describe_event, describe_unknown_event};
use super::tables::{self, Column, TABLE};
use crate::identity;
/// The fold of the timeline.
pub(crate) struct TenantTimelineView;

impl View for TenantTimelineView {
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
        let Some(tenant) = identity::tenant_of(recorded)? else {
            return Ok(());
        };
        let description = if let Some(event) = recorded.event.of() {
            describe_event(event)
        } else if recorded.event.is_unknown() {
            describe_unknown_event()
        } else {
            return Ok(());
        };
        Ok(sql::insert(
            db,
            TABLE,
            entry_cells(tenant, description, recorded)?,
        )?)
    }
}

fn entry_cells(
    tenant: TenantId,
    description: Description,
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
        (C::EventType, recorded.event.event_type().into()),
        (C::Summary, description.summary.into()),
        (
            C::Fingerprint,
            description.fingerprint.map(|fingerprint| fingerprint.0).into(),
        ),
        (C::Details, sql::to_json(&description.details)?.into()),
        (
            C::Person,
            context.actor.person.map(|person| person.to_string()).into(),
        ),
        (C::Via, context.actor.via.as_str().into()),
        (
            C::RequestId,
            context.request.as_ref().map(ToString::to_string).into(),
        ),
    ])
}
