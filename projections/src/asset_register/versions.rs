//! The versions that events make. The current versions of all assets in a batch are read with one
//! statement, and all new versions are written with one.

use std::collections::HashMap;

use sea_query::{Expr, ExprTrait, Query, SelectStatement, Value};
use tally_domain::asset::AssetState;
use tally_domain::{Position, Recorded, Revision};
use tally_view_store::{
    Fault, StoreError,
    sql::{self, Cell, Db, Dialect, list_column},
};

use super::AssetRow;
use super::tables::{self, Column, ROW, TABLE};
use crate::identity::{self, AssetKey, AssetRecord};

/// The cells of a version without those of its end.
pub(super) type Cells = Vec<Cell<Column>>;

/// An asset's current version.
pub(super) struct CurrentVersion {
    pub state: AssetState,
    location: VersionLocation,
}

/// Where a version is.
enum VersionLocation {
    /// In the table, with this revision.
    Stored(Revision),
    /// Among the new versions, at this index.
    New(usize),
}

/// The current versions of the assets in a batch, and the changes that are not written yet.
pub(super) struct Versions {
    current: HashMap<AssetKey, CurrentVersion>,
    ended: Vec<(AssetKey, Revision, Position)>,
    new: Vec<(Cells, Option<Position>)>,
}

impl Versions {
    /// The current versions of the assets that `events` concern.
    pub fn read(db: Db<'_>, events: &[AssetRecord<'_>]) -> Result<Self, Fault> {
        let mut current = HashMap::new();
        for (key, row) in read_current(db, &identity::assets_with_rows(events))? {
            let state = row.to_state().ok_or_else(|| {
                Fault::poison("the stored version of the asset has no state that yields it")
            })?;
            let version = CurrentVersion {
                state,
                location: VersionLocation::Stored(row.revision),
            };
            current.insert(key, version);
        }
        Ok(Self {
            current,
            ended: vec![],
            new: vec![],
        })
    }

    /// The current version of `asset`.
    pub fn current(&self, asset: AssetKey) -> Option<&CurrentVersion> {
        self.current.get(&asset)
    }

    /// Ends the asset's version, if there is one, and begins the next with `recorded`.
    pub fn begin<E>(&mut self, asset: AssetKey, state: AssetState, cells: Cells, recorded: &Recorded<E>) {
        let next = CurrentVersion {
            state,
            location: VersionLocation::New(self.new.len()),
        };
        if let Some(before) = self.current.insert(asset, next) {
            self.end_at(asset, &before.location, recorded.position);
        }
        self.new.push((cells, None));
    }

    /// Ends the asset's version with `recorded`; the register has the asset no longer.
    pub fn end<E>(&mut self, asset: AssetKey, recorded: &Recorded<E>) {
        if let Some(before) = self.current.remove(&asset) {
            self.end_at(asset, &before.location, recorded.position);
        }
    }

    fn end_at(&mut self, asset: AssetKey, version: &VersionLocation, end: Position) {
        match version {
            VersionLocation::Stored(revision) => self.ended.push((asset, *revision, end)),
            VersionLocation::New(index) => self.new[*index].1 = Some(end),
        }
    }

    pub fn write(self, db: Db<'_>) -> Result<(), StoreError> {
        let ended: Result<Vec<_>, _> = self.ended.into_iter().map(end_values).collect();
        let new: Result<Vec<_>, _> = self.new.into_iter().map(add_end).collect();
        sql::for_each_part(ended?, END_VALUES, |rows| end_versions(db, rows))?;
        sql::insert_all(db, TABLE, new?)
    }
}

fn read_current(db: Db<'_>, assets: &[AssetKey]) -> Result<Vec<(AssetKey, AssetRow)>, StoreError> {
    let mut found = Vec::with_capacity(assets.len());
    sql::for_each_part(identity::to_rows(assets), 2, |assets| {
        found.extend(sql::fetch_all(
            db,
            &select_current(db.dialect(), assets),
            |row| {
                let tenant = row.parse(Column::TenantId, |id| id.parse().ok())?;
                let row = tables::read(row)?;
                Ok(((tenant, row.id), row))
            },
        )?);
        Ok(())
    })?;
    Ok(found)
}

/// Selects the current versions of the listed assets.
pub(super) fn select_current(dialect: Dialect, assets: Vec<Vec<Value>>) -> SelectStatement {
    Query::select()
        .column((TABLE, Column::TenantId))
        .columns(ROW.map(|column| (TABLE, column)))
        .from(sql::list_rows(dialect, assets))
        .inner_join(
            TABLE,
            is_listed(Column::TenantId, 1).and(is_listed(Column::AssetId, 2)),
        )
        .and_where(Expr::col((TABLE, Column::ValidToCommit)).is_null())
        .to_owned()
}

fn is_listed(column: Column, nth: usize) -> Expr {
    Expr::col((TABLE, column)).eq(Expr::col(list_column(nth)))
}

/// The number of values in a row of [`end_values`].
const END_VALUES: usize = 5;

fn end_values((asset, revision, end): (AssetKey, Revision, Position)) -> Result<Vec<Value>, StoreError> {
    Ok(vec![
        asset.0.to_string().into(),
        asset.1.to_string().into(),
        sql::to_integer(revision)?.into(),
        sql::to_integer(end.commit)?.into(),
        sql::to_integer(end.prepare)?.into(),
    ])
}

fn end_versions(db: Db<'_>, rows: Vec<Vec<Value>>) -> Result<(), StoreError> {
    let update = Query::update()
        .table(TABLE)
        .from(sql::list_rows(db.dialect(), rows))
        .value(Column::ValidToCommit, Expr::col(list_column(4)))
        .value(Column::ValidToPrepare, Expr::col(list_column(5)))
        .and_where(is_listed(Column::TenantId, 1))
        .and_where(is_listed(Column::AssetId, 2))
        .and_where(is_listed(Column::Revision, 3))
        .to_owned();
    sql::execute(db, &update).map(drop)
}

/// The cells of a version together with those of its end.
fn add_end((mut cells, end): (Cells, Option<Position>)) -> Result<Cells, StoreError> {
    let commit = end.map(|end| sql::to_integer(end.commit)).transpose()?;
    let prepare = end.map(|end| sql::to_integer(end.prepare)).transpose()?;
    cells.extend([
        (Column::ValidToCommit, commit.into()),
        (Column::ValidToPrepare, prepare.into()),
    ]);
    Ok(cells)
}
