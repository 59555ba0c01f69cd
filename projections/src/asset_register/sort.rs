//! How a list of assets is put in order. Each order is total: the asset's id decides between
//! equals.

use sea_query::{Expr, ExprTrait, Order, SelectStatement, Value};
use serde::{Deserialize, Serialize};
use tally_query::{Sort, SortKey};
use tally_view_store::page::InvalidCursor;
use tally_view_store::{StoreError, sql::Row};

use super::tables::Column;

/// The column that `key` orders by.
pub(super) fn column(key: SortKey) -> Column {
    match key {
        SortKey::Tag => Column::TagFolded,
        SortKey::Name => Column::NameFolded,
        SortKey::Type => Column::TypeFolded,
        SortKey::Location => Column::LocationFolded,
        SortKey::Status => Column::Status,
        SortKey::UpdatedAt => Column::UpdatedAt,
    }
}

/// Orders `select` by `sort`, and begins it after `cursor` if there is one.
pub(super) fn arrange(select: &mut SelectStatement, sort: Sort, cursor: Option<SortCursor>) {
    let (column, order) = (
        column(sort.key),
        if sort.descending { Order::Desc } else { Order::Asc },
    );
    select
        .order_by(column, order.clone())
        .order_by(Column::AssetId, order);
    if let Some(cursor) = cursor {
        let row = Expr::tuple([Expr::col(column), Expr::col(Column::AssetId)]);
        let last = Expr::tuple([Expr::value(cursor.value), Expr::value(cursor.asset)]);
        select.and_where(if sort.descending {
            row.lt(last)
        } else {
            row.gt(last)
        });
    }
}

/// The row at which a page of a list in this order ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SortCursor {
    value: SortValue,
    asset: String,
}

impl SortCursor {
    /// The cursor after `row`, which must have the order's column.
    pub fn after(sort: Sort, row: &Row<'_>) -> Result<Self, StoreError> {
        let column = column(sort.key);
        let value = if is_numeric(sort.key) {
            SortValue::Number(row.value(column)?)
        } else {
            SortValue::Text(row.text(column)?)
        };
        let asset = row.text(Column::AssetId)?;
        Ok(Self { value, asset })
    }

    /// This cursor, if its value is of the type by which `sort` orders.
    pub fn check(self, sort: Sort) -> Result<Self, InvalidCursor> {
        if matches!(self.value, SortValue::Number(_)) == is_numeric(sort.key) {
            Ok(self)
        } else {
            Err(InvalidCursor)
        }
    }
}

fn is_numeric(key: SortKey) -> bool {
    key == SortKey::UpdatedAt
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum SortValue {
    Number(i64),
    Text(String),
}

impl From<SortValue> for Value {
    fn from(value: SortValue) -> Self {
        match value {
            SortValue::Number(number) => number.into(),
            SortValue::Text(text) => text.into(),
        }
    }
}
