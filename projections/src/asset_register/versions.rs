//! The versions that events make: what stood before is asked for at once, and what comes of all of them is written at once.

use std::collections::HashMap;
use tally_view_store::{
    Fault, StoreError,
    sql::{self, Cell, Db, Dialect, list_column},
};

use sea_query::{Expr, ExprTrait, Query, SelectStatement, Value};
use tally_domain::asset::AssetState;
use tally_domain::{Position, Recorded, Revision};

use super::AssetRow;
use super::tables::{self, Column, ROW, TABLE};
use crate::identity::{self, AssetKey, AssetRecord};

/// The cells of a version, without its end.
pub(super) type Cells = Vec<Cell<Column>>;

/// An asset's current version.
pub(super) struct Standing {
    pub state: AssetState,
    /// Since when it is valid, in microseconds since 1970.
    pub from_at: i64,
    place: Place,
}

/// Where a version is.
enum Place {
    /// In the table, with this revision.
    Stored(Revision),
    /// Among those that are yet to be written.
    Begun(usize),
}

/// The event that ended a version.
#[derive(Clone, Copy)]
struct End {
    by: Position,
    at: i64,
}

/// The current versions of some assets, and what is yet to be written of them.
pub(super) struct Versions {
    standing: HashMap<AssetKey, Standing>,
    ended: Vec<(AssetKey, Revision, End)>,
    begun: Vec<(Cells, Option<End>)>,
}

impl Versions {
    /// What stands of the assets that `events` are of.
    pub fn before(db: Db<'_>, events: &[AssetRecord<'_>]) -> Result<Self, Fault> {
        let mut standing = HashMap::new();
        for (key, row) in current(db, &identity::assets_with_rows(events))? {
            let state = row
                .state()
                .ok_or_else(|| Fault::poison("the asset's stored version is one that cannot be"))?;
            let (from_at, place) = (sql::to_micros(row.updated_at), Place::Stored(row.revision));
            standing.insert(
                key,
                Standing {
                    state,
                    from_at,
                    place,
                },
            );
        }
        Ok(Self {
            standing,
            ended: vec![],
            begun: vec![],
        })
    }

    pub fn of(&self, asset: AssetKey) -> Option<&Standing> {
        self.standing.get(&asset)
    }

    /// Ends the asset's version, if there is one, and begins the next, with `recorded` and at `from_at`.
    pub fn begin<E>(
        &mut self,
        asset: AssetKey,
        state: AssetState,
        cells: Cells,
        recorded: &Recorded<E>,
        from_at: i64,
    ) {
        let place = Place::Begun(self.begun.len());
        let next = Standing {
            state,
            from_at,
            place,
        };
        let end = End {
            by: recorded.position,
            at: from_at,
        };
        match self.standing.insert(asset, next).map(|before| before.place) {
            Some(Place::Stored(revision)) => self.ended.push((asset, revision, end)),
            Some(Place::Begun(index)) => self.begun[index].1 = Some(end),
            None => {}
        }
        self.begun.push((cells, None));
    }

    pub fn write(self, db: Db<'_>) -> Result<(), StoreError> {
        let ended: Result<Vec<_>, _> = self.ended.into_iter().map(ended).collect();
        let begun: Result<Vec<_>, _> = self.begun.into_iter().map(whole).collect();
        sql::for_each_part(ended?, ENDED, |rows| end(db, rows))?;
        sql::insert_all(db, TABLE, begun?)
    }
}

fn current(db: Db<'_>, assets: &[AssetKey]) -> Result<Vec<(AssetKey, AssetRow)>, StoreError> {
    let mut found = Vec::with_capacity(assets.len());
    sql::for_each_part(identity::to_rows(assets), 2, |assets| {
        found.extend(sql::fetch_all(db, &current_of(db.dialect(), assets), |row| {
            let tenant = row.parsed(Column::TenantId, |id| id.parse().ok())?;
            let row = tables::read(row)?;
            Ok(((tenant, row.id), row))
        })?);
        Ok(())
    })?;
    Ok(found)
}

pub(super) fn current_of(dialect: Dialect, assets: Vec<Vec<Value>>) -> SelectStatement {
    Query::select()
        .column((TABLE, Column::TenantId))
        .columns(ROW.map(|column| (TABLE, column)))
        .from(sql::list_rows(dialect, assets))
        .inner_join(
            TABLE,
            is_listed(Column::TenantId, 1).and(is_listed(Column::AssetId, 2)),
        )
        .and_where(Expr::col((TABLE, Column::ValidToAt)).is_null())
        .to_owned()
}

fn is_listed(column: Column, nth: usize) -> Expr {
    Expr::col((TABLE, column)).eq(Expr::col(list_column(nth)))
}

/// How many values [`ended`] is.
const ENDED: usize = 6;

fn ended((asset, revision, end): (AssetKey, Revision, End)) -> Result<Vec<Value>, StoreError> {
    Ok(vec![
        asset.0.to_string().into(),
        asset.1.to_string().into(),
        sql::to_integer(revision)?.into(),
        sql::to_integer(end.by.commit)?.into(),
        sql::to_integer(end.by.prepare)?.into(),
        end.at.into(),
    ])
}

fn end(db: Db<'_>, rows: Vec<Vec<Value>>) -> Result<(), StoreError> {
    let update = Query::update()
        .table(TABLE)
        .from(sql::list_rows(db.dialect(), rows))
        .value(Column::ValidToCommit, Expr::col(list_column(4)))
        .value(Column::ValidToPrepare, Expr::col(list_column(5)))
        .value(Column::ValidToAt, Expr::col(list_column(6)))
        .and_where(is_listed(Column::TenantId, 1))
        .and_where(is_listed(Column::AssetId, 2))
        .and_where(is_listed(Column::Revision, 3))
        .to_owned();
    sql::execute(db, &update).map(drop)
}

/// A version's cells with its end.
fn whole((mut cells, end): (Cells, Option<End>)) -> Result<Cells, StoreError> {
    let commit = end.map(|end| sql::to_integer(end.by.commit)).transpose()?;
    let prepare = end.map(|end| sql::to_integer(end.by.prepare)).transpose()?;
    cells.extend([
        (Column::ValidToCommit, commit.into()),
        (Column::ValidToPrepare, prepare.into()),
        (Column::ValidToAt, end.map(|end| end.at).into()),
    ]);
    Ok(cells)
}
