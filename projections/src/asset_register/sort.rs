//! The orders of a list of assets. Each is total: the asset's id decides between equals.

use std::fmt;

use sea_query::{Expr, ExprTrait, Order, SelectStatement, Value};
use serde::{Deserialize, Serialize};

use super::tables::Column;
use crate::error::{QueryRefusal, StoreError};
use crate::sql::{Columns, Row};

/// What a list of assets is ordered by. Texts are ordered without regard to case; no value comes before any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SortKey {
    /// The tag.
    #[default]
    Tag,
    /// The name.
    Name,
    /// The type.
    Type,
    /// The location.
    Location,
    /// The status, in the order of its words.
    Status,
    /// When the asset last changed.
    UpdatedAt,
}

impl SortKey {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Tag,
        Self::Name,
        Self::Type,
        Self::Location,
        Self::Status,
        Self::UpdatedAt,
    ];

    /// The word by which it is asked for.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tag => "tag",
            Self::Name => "name",
            Self::Type => "type",
            Self::Location => "location",
            Self::Status => "status",
            Self::UpdatedAt => "updated_at",
        }
    }

    fn column(self) -> Column {
        match self {
            Self::Tag => Column::TagFolded,
            Self::Name => Column::NameFolded,
            Self::Type => Column::TypeFolded,
            Self::Location => Column::LocationFolded,
            Self::Status => Column::Status,
            Self::UpdatedAt => Column::ValidFromAt,
        }
    }
}

/// An order of a list of assets. The default is by tag, ascending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sort {
    /// What by.
    pub key: SortKey,
    /// Whether the greatest comes first.
    pub descending: bool,
}

impl Sort {
    /// The order called `text`: a key's word, with `-` before it for descending.
    pub fn parse(text: &str) -> Option<Self> {
        let (word, descending) = match text.strip_prefix('-') {
            Some(word) => (word, true),
            None => (text, false),
        };
        let key = SortKey::ALL.into_iter().find(|key| key.as_str() == word)?;
        Some(Self { key, descending })
    }

    /// Orders `select`, and begins it after `place` if there is one.
    pub(super) fn arrange(self, select: &mut SelectStatement, place: Option<Place>) {
        let order = if self.descending { Order::Desc } else { Order::Asc };
        select
            .order_by(self.key.column(), order.clone())
            .order_by(Column::AssetId, order);
        if let Some(place) = place {
            let row = Expr::tuple([Expr::col(self.key.column()), Expr::col(Column::AssetId)]);
            let last = Expr::tuple([Expr::value(place.value), Expr::value(place.asset)]);
            select.and_where(if self.descending {
                row.lt(last)
            } else {
                row.gt(last)
            });
        }
    }

    /// The place of `row`, which must have this order's column.
    pub(super) fn place(self, row: &Row<'_>) -> Result<Place, StoreError> {
        let value = match self.key {
            SortKey::UpdatedAt => SortValue::Number(row.value(self.key.column())?),
            _ => SortValue::Text(row.text(self.key.column())?),
        };
        Ok(Place {
            value,
            asset: row.text(Column::AssetId)?,
        })
    }

    /// `place` as read from a cursor, if its value is of this order's type.
    pub(super) fn check(self, place: Place) -> Result<Place, QueryRefusal> {
        let numbered = matches!(place.value, SortValue::Number(_));
        if numbered == (self.key == SortKey::UpdatedAt) {
            Ok(place)
        } else {
            Err(QueryRefusal::CursorInvalid)
        }
    }

    /// The column to be read for [`Self::place`].
    pub(super) fn column(self) -> Column {
        self.key.column()
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.descending { "-" } else { "" };
        write!(f, "{sign}{}", self.key.as_str())
    }
}

/// Where in an order a row stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    value: SortValue,
    asset: String,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_reads_back_as_it_is_written() {
        for key in SortKey::ALL {
            for descending in [false, true] {
                let sort = Sort { key, descending };
                assert_eq!(Sort::parse(&sort.to_string()), Some(sort));
            }
        }
        for bad in ["", "-", "--tag", "Tag", "holder"] {
            assert_eq!(Sort::parse(bad), None, "{bad}");
        }
    }
}
