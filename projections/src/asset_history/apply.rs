//! What an event adds to the history: an entry with the fields that it changed.

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement, Value};
use tally_domain::asset::{AssetEvent, FieldChange};
use tally_domain::{AnyEvent, Recorded};
use tally_view_store::{
    Fault, StoreError, View, ViewName,
    schema::Table,
    sql::{self, Cell, Db, Dialect, Row, list_column},
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
        let mut due = read_due_days(db, &identity::assets_with_rows(&events))?;
        let mut entries = Vec::with_capacity(events.len());
        for (asset, recorded) in events {
            let before = due.get(&asset).copied().flatten();
            let content = if let Some(event) = recorded.event.of() {
                EntryContent::of_event(event, before)
            } else if recorded.event.is_unknown() {
                EntryContent::of_unknown_event(before)
            } else {
                continue;
            };
            due.insert(asset, content.due_on);
            entries.push(entry_cells(asset, content, recorded)?);
        }
        Ok(sql::insert_all(db, TABLE, entries)?)
    }
}

/// What an entry shows of its event.
struct EntryContent {
    changes: Vec<FieldChange>,
    note: Option<String>,
    /// The due day in force after the event.
    due_on: Option<NaiveDate>,
}

impl EntryContent {
    /// What is shown of `event`, before which `due` was the due day in force.
    fn of_event(event: &AssetEvent, due: Option<NaiveDate>) -> Self {
        let changes = event.field_changes(due);
        let change = changes.iter().find(|change| change.field == FieldChange::DUE_ON);
        let due_on = change.map_or(due, |change| {
            change.to.as_deref().and_then(|day| day.parse().ok())
        });
        Self {
            changes,
            note: event.note().map(str::to_owned),
            due_on,
        }
    }

    /// What is shown of an event of a type that this version does not know.
    fn of_unknown_event(due: Option<NaiveDate>) -> Self {
        Self {
            changes: vec![],
            note: None,
            due_on: due,
        }
    }
}

/// The due days in force after the last entries of `assets`.
fn read_due_days(
    db: Db<'_>,
    assets: &[AssetKey],
) -> Result<HashMap<AssetKey, Option<NaiveDate>>, StoreError> {
    let mut found = HashMap::with_capacity(assets.len());
    sql::for_each_part(identity::to_rows(assets), 2, |assets| {
        found.extend(sql::fetch_all(
            db,
            &select_last_due(db.dialect(), assets),
            read_due,
        )?);
        Ok(())
    })?;
    Ok(found)
}

fn read_due(row: &Row<'_>) -> Result<(AssetKey, Option<NaiveDate>), StoreError> {
    let tenant = row.parse(Column::TenantId, |id| id.parse().ok())?;
    let asset = row.parse(Column::AssetId, |id| id.parse().ok())?;
    let due = row.maybe_parse(Column::DueOn, |day| day.parse().ok())?;
    Ok(((tenant, asset), due))
}

fn select_last_due(dialect: Dialect, assets: Vec<Vec<Value>>) -> SelectStatement {
    Query::select()
        .expr_as(Expr::col(list_column(1)), Column::TenantId)
        .expr_as(Expr::col(list_column(2)), Column::AssetId)
        .expr_as(last_due_column(), Column::DueOn)
        .from(sql::list_rows(dialect, assets))
        .to_owned()
}

/// The due day of the last entry of a listed asset.
fn last_due_column() -> SelectStatement {
    Query::select()
        .column((TABLE, Column::DueOn))
        .from(TABLE)
        .and_where(Expr::col((TABLE, Column::TenantId)).eq(Expr::col(list_column(1))))
        .and_where(Expr::col((TABLE, Column::AssetId)).eq(Expr::col(list_column(2))))
        .order_by((TABLE, Column::Revision), Order::Desc)
        .limit(1)
        .to_owned()
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
            C::Account,
            context.actor.account.as_ref().map(ToString::to_string).into(),
        ),
        (C::Via, context.actor.via.as_str().into()),
        (C::Changes, sql::to_json(&content.changes)?.into()),
        (C::Note, content.note.into()),
        (C::Reason, context.reason.clone().into()),
        (C::Reverts, context.reverts.map(|id| id.to_string()).into()),
        (
            C::RequestId,
            context.request.as_ref().map(ToString::to_string).into(),
        ),
        (C::DueOn, content.due_on.map(|day| day.to_string()).into()),
    ])
}
