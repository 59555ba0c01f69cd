//! What an event adds to the history: itself, told as changes of fields.

use super::NAME;
use std::collections::{BTreeMap, HashMap};
use tally_view_store::{
    Fault, StoreError, View, ViewName,
    schema::Table,
    sql::{self, Cell, Db, Row, list_column},
};

use chrono::NaiveDate;
use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement, Value};
use tally_domain::asset::{AssetEvent, AssetStatus, AttributeChange, AttributeKey, Attributes, Tag};
use tally_domain::{AccountId, AnyEvent, Recorded};

use super::FieldChange;
use super::tables::{self, Column, TABLE};
use crate::identity::{self, AssetKey};

/// The history's fold.
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
        let mut due = due_before(db, &identity::assets_with_rows(&events))?;
        let mut entries = Vec::with_capacity(events.len());
        for (asset, recorded) in events {
            let before = due.get(&asset).copied().flatten();
            let told = if let Some(event) = recorded.event.of() {
                tell(event, before)
            } else if recorded.event.is_unknown() {
                Told {
                    event_type: recorded.event.event_type().to_owned(),
                    due_on: before,
                    ..Told::default()
                }
            } else {
                continue;
            };
            due.insert(asset, told.due_on);
            entries.push(entry(asset, told, recorded)?);
        }
        Ok(sql::insert_all(db, TABLE, entries)?)
    }
}

/// An event as the history tells it.
#[derive(Default)]
struct Told {
    event_type: String,
    changes: Vec<FieldChange>,
    note: Option<String>,
    due_on: Option<NaiveDate>,
}

/// Tells `event`, before which `due` was the due day in force.
fn tell(event: &AssetEvent, due: Option<NaiveDate>) -> Told {
    let told = |name: &str, changes| Told {
        event_type: format!("asset.{name}"),
        changes,
        note: None,
        due_on: due,
    };
    match event {
        AssetEvent::Registered { tag, attributes } => told("registered", registered(tag, attributes)),
        AssetEvent::RegistrationAbandoned {} => told("registration_abandoned", vec![]),
        AssetEvent::AttributesEdited { changes } => told("attributes_edited", edited(changes)),
        AssetEvent::Corrected { changes } => told("corrected", edited(changes)),
        AssetEvent::Retired {} => told(
            "retired",
            vec![status(AssetStatus::InStock, AssetStatus::Retired)],
        ),
        AssetEvent::Restored {} => told(
            "restored",
            vec![status(AssetStatus::Retired, AssetStatus::InStock)],
        ),
        AssetEvent::CheckedOut { to, due_on, note } => Told {
            note: note.clone(),
            due_on: *due_on,
            ..told("checked_out", handed(None, Some(to), due, *due_on))
        },
        AssetEvent::CheckedIn { from, note } => Told {
            note: note.clone(),
            due_on: None,
            ..told("checked_in", handed(Some(from), None, due, None))
        },
        AssetEvent::Transferred {
            from,
            to,
            due_on,
            note,
        } => Told {
            note: note.clone(),
            due_on: *due_on,
            ..told("transferred", handed(Some(from), Some(to), due, *due_on))
        },
    }
}

fn registered(tag: &Tag, attributes: &Attributes) -> Vec<FieldChange> {
    let mut changes = vec![
        change("tag", None, Some(tag)),
        change("status", None, Some(AssetStatus::InStock.as_str())),
    ];
    changes.extend(
        attributes
            .iter()
            .map(|(key, value)| change(key.as_str(), None, Some(value))),
    );
    changes
}

fn edited(changes: &BTreeMap<AttributeKey, AttributeChange>) -> Vec<FieldChange> {
    let told = |(key, edit): (&AttributeKey, &AttributeChange)| {
        change(key.as_str(), edit.from.as_ref(), edit.to.as_ref())
    };
    changes.iter().map(told).collect()
}

/// Custody going `from` one `to` another; nobody is the stock.
fn handed(
    from: Option<&AccountId>,
    to: Option<&AccountId>,
    due_before: Option<NaiveDate>,
    due_after: Option<NaiveDate>,
) -> Vec<FieldChange> {
    let mut changes = vec![change("holder", from, to)];
    match (from, to) {
        (None, Some(_)) => changes.push(status(AssetStatus::InStock, AssetStatus::CheckedOut)),
        (Some(_), None) => changes.push(status(AssetStatus::CheckedOut, AssetStatus::InStock)),
        _ => {}
    }
    if due_before != due_after {
        changes.push(change("due_on", due_before, due_after));
    }
    changes
}

fn status(from: AssetStatus, to: AssetStatus) -> FieldChange {
    change("status", Some(from.as_str()), Some(to.as_str()))
}

fn change<T: ToString>(field: &str, from: Option<T>, to: Option<T>) -> FieldChange {
    FieldChange {
        field: field.to_owned(),
        from: from.map(|value| value.to_string()),
        to: to.map(|value| value.to_string()),
    }
}

/// The due days in force after the last entries of `assets`.
fn due_before(db: Db<'_>, assets: &[AssetKey]) -> Result<HashMap<AssetKey, Option<NaiveDate>>, StoreError> {
    let mut found = HashMap::with_capacity(assets.len());
    sql::for_each_part(identity::to_rows(assets), 2, |assets| {
        found.extend(sql::fetch_all(db, &last_entries(db, assets), due)?);
        Ok(())
    })?;
    Ok(found)
}

fn due(row: &Row<'_>) -> Result<(AssetKey, Option<NaiveDate>), StoreError> {
    let tenant = row.parsed(Column::TenantId, |id| id.parse().ok())?;
    let asset = row.parsed(Column::AssetId, |id| id.parse().ok())?;
    let due = row.maybe_parsed(Column::DueOn, |day| day.parse().ok())?;
    Ok(((tenant, asset), due))
}

fn last_entries(db: Db<'_>, assets: Vec<Vec<Value>>) -> SelectStatement {
    Query::select()
        .expr_as(Expr::col(list_column(1)), Column::TenantId)
        .expr_as(Expr::col(list_column(2)), Column::AssetId)
        .expr_as(last_due(), Column::DueOn)
        .from(sql::list_rows(db.dialect(), assets))
        .to_owned()
}

/// The due day of the last entry of a listed asset.
fn last_due() -> SelectStatement {
    Query::select()
        .column((TABLE, Column::DueOn))
        .from(TABLE)
        .and_where(Expr::col((TABLE, Column::TenantId)).eq(Expr::col(list_column(1))))
        .and_where(Expr::col((TABLE, Column::AssetId)).eq(Expr::col(list_column(2))))
        .order_by((TABLE, Column::Revision), Order::Desc)
        .limit(1)
        .to_owned()
}

fn entry(
    (tenant, asset): AssetKey,
    told: Told,
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
        (C::EventType, told.event_type.into()),
        (C::At, sql::to_micros(recorded.recorded_at).into()),
        (C::EffectiveAt, context.effective_at.map(sql::to_micros).into()),
        (
            C::Account,
            context.actor.account.as_ref().map(ToString::to_string).into(),
        ),
        (C::Via, context.actor.via.as_str().into()),
        (C::Changes, sql::to_json(&told.changes)?.into()),
        (C::Note, told.note.into()),
        (C::Reason, context.reason.clone().into()),
        (
            C::RequestId,
            context.request.as_ref().map(ToString::to_string).into(),
        ),
        (C::DueOn, told.due_on.map(|day| day.to_string()).into()),
    ])
}
