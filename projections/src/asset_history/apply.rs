//! What an event adds to the history: an entry with the fields that it changed.

use tally_domain::asset::{AssetEvent, FieldChange};
use tally_domain::value::FreeText;
use tally_domain::{AnyEvent, Recorded};
use tally_view_store::{
    Fault, StoreError, View, ViewName,
    schema::Table,
    sql::{self, Cell, Db},
};

use super::NAME;
use super::tables::{self, Column, TABLE};
use crate::identity::{self, AssetKey};

/// The fold of the history.
pub(crate) struct AssetHistoryView;

impl View for AssetHistoryView {
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
        self.apply_all(db, &[recorded])
    }

    fn apply_all(&self, db: Db<'_>, events: &[&Recorded<AnyEvent>]) -> Result<(), Fault> {
        let events = identity::asset_records(events)?;
        let mut entries = Vec::with_capacity(events.len());
        for (asset, recorded) in events {
            let content = if let Some(event) = recorded.event.of() {
                EntryContent::of_event(event)
            } else if recorded.event.is_unknown() {
                EntryContent::default()
            } else {
                continue;
            };
            entries.push(entry_cells(asset, content, recorded)?);
        }
        Ok(sql::insert_all(db, TABLE, entries)?)
    }
}

/// What an entry shows of its event: nothing of one whose type this version does not know.
#[derive(Default)]
struct EntryContent {
    changes: Vec<FieldChange>,
    note: Option<String>,
}

impl EntryContent {
    fn of_event(event: &AssetEvent) -> Self {
        let note = event.note().and_then(FreeText::text);
        Self {
            changes: event.field_changes(),
            note: note.map(str::to_owned),
        }
    }
}

fn entry_cells(
    (tenant, asset): AssetKey,
    content: EntryContent,
    recorded: &Recorded<AnyEvent>,
) -> Result<Vec<Cell<Column>>, StoreError> {
    use Column as C;
    let context = &recorded.context;
    Ok(vec![
        (C::TenantId, tenant.to_string().into()),
        (C::AssetId, asset.to_string().into()),
        (C::Revision, sql::to_integer(recorded.revision)?.into()),
        (
            C::PositionCommit,
            sql::to_integer(recorded.position.commit)?.into(),
        ),
        (
            C::PositionPrepare,
            sql::to_integer(recorded.position.prepare)?.into(),
        ),
        (C::EventType, recorded.event.event_type().into()),
        (C::At, sql::to_micros(recorded.recorded_at).into()),
        (C::EffectiveAt, context.effective_at.map(sql::to_micros).into()),
        (
            C::Person,
            context.actor.person.map(|person| person.to_string()).into(),
        ),
        (C::Via, context.actor.via.as_str().into()),
        (C::Changes, sql::to_json(&content.changes)?.into()),
        (C::Note, content.note.into()),
        (C::Reason, context.reason.as_ref().and_then(FreeText::text).into()),
        (C::Reverts, context.reverts.map(|id| id.to_string()).into()),
        (
            C::RequestId,
            context.request.as_ref().map(ToString::to_string).into(),
        ),
    ])
}
