//! What an event adds to the history: an entry with the fields that it changed.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement, Value};
use tally_domain::asset::{AssetEvent, AssetStatus, AttributeChange, AttributeKey, Attributes, Tag};
use tally_domain::{AccountId, AnyEvent, Recorded};
use tally_view_store::{
    Fault, StoreError, View, ViewName,
    schema::Table,
    sql::{self, Cell, Db, Dialect, Row, list_column},
};

use super::FieldChange;
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
        1
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
            let outcome = if let Some(event) = recorded.event.of() {
                describe_event(event, before)
            } else if recorded.event.is_unknown() {
                EventOutcome {
                    due_on: before,
                    ..EventOutcome::default()
                }
            } else {
                continue;
            };
            due.insert(asset, outcome.due_on);
            entries.push(entry_cells(asset, outcome, recorded)?);
        }
        Ok(sql::insert_all(db, TABLE, entries)?)
    }
}

/// What an event changed, as the history shows it.
#[derive(Default)]
struct EventOutcome {
    changes: Vec<FieldChange>,
    note: Option<String>,
    /// The due day in force after the event.
    due_on: Option<NaiveDate>,
}

/// What `event` changed, before which `due` was the due day in force.
fn describe_event(event: &AssetEvent, due: Option<NaiveDate>) -> EventOutcome {
    let unchanged_due = |changes| EventOutcome {
        changes,
        note: None,
        due_on: due,
    };
    match event {
        AssetEvent::Registered { tag, attributes } => unchanged_due(registration_changes(tag, attributes)),
        AssetEvent::RegistrationAbandoned {} => unchanged_due(vec![]),
        AssetEvent::AttributesEdited { changes } | AssetEvent::Corrected { changes } => {
            unchanged_due(attribute_changes(changes))
        }
        AssetEvent::Retired {} => {
            unchanged_due(vec![status_change(AssetStatus::InStock, AssetStatus::Retired)])
        }
        AssetEvent::Restored {} => {
            unchanged_due(vec![status_change(AssetStatus::Retired, AssetStatus::InStock)])
        }
        AssetEvent::CheckedOut { to, due_on, note } => EventOutcome {
            note: note.clone(),
            due_on: *due_on,
            changes: custody_changes(None, Some(to), due, *due_on),
        },
        AssetEvent::CheckedIn { from, note } => EventOutcome {
            note: note.clone(),
            due_on: None,
            changes: custody_changes(Some(from), None, due, None),
        },
        AssetEvent::Transferred {
            from,
            to,
            due_on,
            note,
        } => EventOutcome {
            note: note.clone(),
            due_on: *due_on,
            changes: custody_changes(Some(from), Some(to), due, *due_on),
        },
    }
}

fn registration_changes(tag: &Tag, attributes: &Attributes) -> Vec<FieldChange> {
    let mut changes = vec![
        field_change("tag", None, Some(tag)),
        field_change("status", None, Some(AssetStatus::InStock.as_str())),
    ];
    changes.extend(
        attributes
            .iter()
            .map(|(key, value)| field_change(key.as_str(), None, Some(value))),
    );
    changes
}

fn attribute_changes(changes: &BTreeMap<AttributeKey, AttributeChange>) -> Vec<FieldChange> {
    let change = |(key, edit): (&AttributeKey, &AttributeChange)| {
        field_change(key.as_str(), edit.from.as_ref(), edit.to.as_ref())
    };
    changes.iter().map(change).collect()
}

/// The changes when custody goes `from` one person `to` another; `None` is the stock.
fn custody_changes(
    from: Option<&AccountId>,
    to: Option<&AccountId>,
    due_before: Option<NaiveDate>,
    due_after: Option<NaiveDate>,
) -> Vec<FieldChange> {
    let mut changes = vec![field_change("holder", from, to)];
    match (from, to) {
        (None, Some(_)) => changes.push(status_change(AssetStatus::InStock, AssetStatus::CheckedOut)),
        (Some(_), None) => changes.push(status_change(AssetStatus::CheckedOut, AssetStatus::InStock)),
        _ => {}
    }
    if due_before != due_after {
        changes.push(field_change("due_on", due_before, due_after));
    }
    changes
}

fn status_change(from: AssetStatus, to: AssetStatus) -> FieldChange {
    field_change("status", Some(from.as_str()), Some(to.as_str()))
}

fn field_change<T: ToString>(field: &str, from: Option<T>, to: Option<T>) -> FieldChange {
    FieldChange {
        field: field.to_owned(),
        from: from.map(|value| value.to_string()),
        to: to.map(|value| value.to_string()),
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
    outcome: EventOutcome,
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
        (C::Changes, sql::to_json(&outcome.changes)?.into()),
        (C::Note, outcome.note.into()),
        (C::Reason, context.reason.clone().into()),
        (
            C::RequestId,
            context.request.as_ref().map(ToString::to_string).into(),
        ),
        (C::DueOn, outcome.due_on.map(|day| day.to_string()).into()),
    ])
}
