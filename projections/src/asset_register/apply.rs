//! What an event does to the register: it ends the asset's version and begins the next.

use std::collections::BTreeMap;

use sea_query::{Expr, ExprTrait, Query};
use tally_domain::asset::{Asset, AssetState, Custody, well_known};
use tally_domain::{AssetId, Event, Recorded, TenantId};

use super::tables::{self, Column, ROW, TABLE};
use super::{AssetRow, AssetStatus, folded};
use crate::error::{Fault, StoreError};
use crate::identity;
use crate::schema::Table;
use crate::sql::{self, Cell, Db};
use crate::view::View;

/// The register's fold: the domain's own, kept as rows.
pub(crate) struct Register;

impl View for Register {
    fn version(&self) -> u32 {
        2
    }

    fn tables(&self) -> Vec<Table> {
        tables::tables()
    }

    fn apply(&self, db: Db<'_>, recorded: &Recorded<Event>) -> Result<(), Fault> {
        let Some((tenant, asset)) = identity::asset_of(recorded)? else {
            return Ok(());
        };
        let before = current(db, tenant, asset)?;
        let after = evolved(before.as_ref(), recorded)?;
        let Some(known) = after.asset() else {
            // Nothing to show of an asset that was never registered.
            return Ok(());
        };
        let mut from_at = sql::micros(recorded.recorded_at);
        if let Some(before) = &before {
            from_at = Ord::max(from_at, sql::micros(before.updated_at));
            end(db, tenant, before, recorded, from_at)?;
        }
        sql::insert(
            db,
            TABLE,
            version(tenant, asset, &after, known, recorded, from_at)?,
        )?;
        Ok(())
    }
}

/// The state after `recorded`. An event of a type unknown here changes nothing that can be shown, but it is a revision.
fn evolved(before: Option<&AssetRow>, recorded: &Recorded<Event>) -> Result<AssetState, Fault> {
    let state = match before {
        None => AssetState::Absent,
        Some(row) => row
            .state()
            .ok_or_else(|| Fault::poison("the asset's stored version is one that cannot be"))?,
    };
    Ok(match &recorded.event {
        Event::Asset(event) => state.evolve(&identity::around(recorded, event)),
        _ => state,
    })
}

fn current(db: Db<'_>, tenant: TenantId, asset: AssetId) -> Result<Option<AssetRow>, StoreError> {
    let select = Query::select()
        .columns(ROW)
        .from(TABLE)
        .and_where(Expr::col(Column::TenantId).eq(tenant.to_string()))
        .and_where(Expr::col(Column::AssetId).eq(asset.to_string()))
        .and_where(Expr::col(Column::ValidToAt).is_null())
        .to_owned();
    sql::first(db, &select, tables::read)
}

fn end(
    db: Db<'_>,
    tenant: TenantId,
    before: &AssetRow,
    recorded: &Recorded<Event>,
    at: i64,
) -> Result<(), StoreError> {
    let update = Query::update()
        .table(TABLE)
        .value(Column::ValidToCommit, sql::integer(recorded.position.commit)?)
        .value(Column::ValidToPrepare, sql::integer(recorded.position.prepare)?)
        .value(Column::ValidToAt, at)
        .and_where(Expr::col(Column::TenantId).eq(tenant.to_string()))
        .and_where(Expr::col(Column::AssetId).eq(before.id.to_string()))
        .and_where(Expr::col(Column::Revision).eq(sql::integer(before.revision)?))
        .to_owned();
    sql::execute(db, &update)?;
    Ok(())
}

fn version(
    tenant: TenantId,
    asset: AssetId,
    state: &AssetState,
    known: &Asset,
    recorded: &Recorded<Event>,
    from_at: i64,
) -> Result<Vec<Cell<Column>>, StoreError> {
    use Column as C;
    let (status, custody) = standing(state);
    let said = |key| known.attributes.get(key);
    let order = |key| folded(said(key).unwrap_or_default());
    let owned = |key| said(key).map(str::to_owned);
    Ok(vec![
        (C::TenantId, tenant.to_string().into()),
        (C::AssetId, asset.to_string().into()),
        (C::Revision, sql::integer(recorded.revision)?.into()),
        (C::ValidFromCommit, sql::integer(recorded.position.commit)?.into()),
        (
            C::ValidFromPrepare,
            sql::integer(recorded.position.prepare)?.into(),
        ),
        (C::ValidFromAt, from_at.into()),
        (C::Tag, known.tag.as_str().into()),
        (C::TagFolded, known.tag.folded().into()),
        (C::NameFolded, order(well_known::NAME).into()),
        (C::Type, owned(well_known::TYPE).into()),
        (C::TypeFolded, order(well_known::TYPE).into()),
        (C::Location, owned(well_known::LOCATION).into()),
        (C::LocationFolded, order(well_known::LOCATION).into()),
        (C::Status, status.as_str().into()),
        (C::Holder, custody.map(|c| c.holder.to_string()).into()),
        (
            C::DueOn,
            custody.and_then(|c| c.due_on).map(|day| day.to_string()).into(),
        ),
        (C::Attributes, sql::json(&known.attributes)?.into()),
        (C::AttributesFolded, sql::json(&folded_attributes(known))?.into()),
        (C::SearchText, search_text(known).into()),
        (C::RegisteredAt, sql::micros(known.registered_at).into()),
    ])
}

fn standing(state: &AssetState) -> (AssetStatus, Option<&Custody>) {
    match state {
        AssetState::CheckedOut(_, custody) => (AssetStatus::CheckedOut, Some(custody)),
        AssetState::Retired(_) => (AssetStatus::Retired, None),
        AssetState::InStock(_) | AssetState::Absent | AssetState::Abandoned => (AssetStatus::InStock, None),
    }
}

fn folded_attributes(asset: &Asset) -> BTreeMap<&str, String> {
    let each = asset.attributes.iter();
    each.map(|(key, value)| (key.as_str(), folded(value))).collect()
}

/// The tag and all values, folded, a line each: a word never matches across two of them.
fn search_text(asset: &Asset) -> String {
    let values = asset.attributes.iter().map(|(_, value)| value);
    let lines: Vec<&str> = std::iter::once(asset.tag.as_str()).chain(values).collect();
    folded(&lines.join("\n"))
}
