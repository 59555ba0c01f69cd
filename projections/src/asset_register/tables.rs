//! The register's table.

use sea_query::{Cond, Expr, ExprTrait, Iden, Query, SelectStatement};
use tally_domain::asset::{AssetStatus, Tag};
use tally_domain::{AsOf, TenantId};
use tally_query::HeldBy;
use tally_view_store::{
    StoreError,
    schema::{Table, integer, maybe_integer, maybe_text, text},
    sql::{self, Row},
};

use super::{AssetRow, HeldAsset};
use crate::people;

pub(super) const TABLE: &str = "asset_register";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Iden)]
pub(super) enum Column {
    TenantId,
    AssetId,
    Revision,
    ValidFromCommit,
    ValidFromPrepare,
    /// Null while the version is current, as is its other half.
    ValidToCommit,
    ValidToPrepare,
    /// When the event that made the version was recorded.
    UpdatedAt,
    Number,
    Tag,
    /// The `…Folded` columns are for order, groups and filters. They are never null, so that a
    /// cursor always holds a value.
    TagFolded,
    NameFolded,
    Type,
    TypeFolded,
    Location,
    LocationFolded,
    Status,
    Holder,
    DueOn,
    Attributes,
    /// The attributes with their values folded.
    AttributesFolded,
    /// The amount of the price, in the order of numbers; null where there is none, or none that is
    /// clear.
    PriceKey,
    SearchText,
    RegisteredAt,
}

/// The columns that make an [`AssetRow`].
pub(super) const ROW: [Column; 10] = [
    Column::AssetId,
    Column::Number,
    Column::Tag,
    Column::Status,
    Column::Holder,
    Column::DueOn,
    Column::Attributes,
    Column::RegisteredAt,
    Column::UpdatedAt,
    Column::Revision,
];

pub(super) fn tables() -> Vec<Table> {
    use Column as C;
    let columns = vec![
        text(C::TenantId),
        text(C::AssetId),
        integer(C::Revision),
        integer(C::ValidFromCommit),
        integer(C::ValidFromPrepare),
        maybe_integer(C::ValidToCommit),
        maybe_integer(C::ValidToPrepare),
        integer(C::UpdatedAt),
        integer(C::Number),
        text(C::Tag),
        text(C::TagFolded),
        text(C::NameFolded),
        maybe_text(C::Type),
        text(C::TypeFolded),
        maybe_text(C::Location),
        text(C::LocationFolded),
        text(C::Status),
        maybe_text(C::Holder),
        maybe_text(C::DueOn),
        text(C::Attributes),
        text(C::AttributesFolded),
        maybe_text(C::PriceKey),
        text(C::SearchText),
        integer(C::RegisteredAt),
    ];
    let table = Table::new(TABLE, &[C::TenantId, C::AssetId, C::Revision], columns);
    vec![with_current_indexes(with_past_indexes(table))]
}

/// Adds an index for each order of the current register, over current versions only: every page is
/// a range of it.
fn with_current_indexes(table: Table) -> Table {
    use Column as C;
    let order = |by| [C::TenantId, by, C::AssetId, C::ValidToCommit];
    table
        .with_partial_index("asset_register_by_tag", &order(C::TagFolded), C::ValidToCommit)
        .with_partial_index("asset_register_by_name", &order(C::NameFolded), C::ValidToCommit)
        .with_partial_index("asset_register_by_type", &order(C::TypeFolded), C::ValidToCommit)
        .with_partial_index(
            "asset_register_by_location",
            &order(C::LocationFolded),
            C::ValidToCommit,
        )
        .with_partial_index("asset_register_by_status", &order(C::Status), C::ValidToCommit)
        .with_partial_index(
            "asset_register_by_updated_at",
            &order(C::UpdatedAt),
            C::ValidToCommit,
        )
        .with_partial_index("asset_register_by_holder", &order(C::Holder), C::ValidToCommit)
}

/// Adds indexes over all versions for the orders in which people page through the past. They
/// contain the validity, so that versions of another time are skipped without reading their rows.
fn with_past_indexes(table: Table) -> Table {
    use Column as C;
    let order = |by| {
        [
            C::TenantId,
            by,
            C::AssetId,
            C::ValidFromCommit,
            C::ValidFromPrepare,
            C::ValidToCommit,
            C::ValidToPrepare,
        ]
    };
    table
        .with_index("asset_register_past_by_tag", &order(C::TagFolded))
        .with_index("asset_register_past_by_name", &order(C::NameFolded))
}

/// Selects the versions of `tenant`'s assets that are valid in the state `as_of`, or now.
pub(super) fn valid_at(tenant: TenantId, as_of: Option<AsOf>) -> Cond {
    let ours = Cond::all().add(Expr::col((TABLE, Column::TenantId)).eq(tenant.to_string()));
    let open = Expr::col(Column::ValidToCommit).is_null();
    match as_of.map(|state| state.position) {
        None => ours.add(open),
        Some(None) => ours.add(Expr::cust("1 = 0")),
        Some(Some(position)) => {
            let from = sql::position_column(Column::ValidFromCommit, Column::ValidFromPrepare);
            let to = sql::position_column(Column::ValidToCommit, Column::ValidToPrepare);
            ours.add(from.lte(sql::position_value(position)))
                .add(Cond::any().add(open).add(to.gt(sql::position_value(position))))
        }
    }
}

pub(super) fn select_assets(condition: Cond) -> SelectStatement {
    Query::select()
        .columns(ROW.map(|column| (TABLE, column)))
        .from(TABLE)
        .cond_where(condition)
        .to_owned()
}

/// The same with what is known of their holders, by the same statement: what is shown of a person is
/// always what the view of the people has, and costs no second query.
pub(super) fn select_held_assets(condition: Cond) -> SelectStatement {
    let mut select = select_assets(condition);
    people::join(&mut select, (TABLE, Column::TenantId), (TABLE, Column::Holder));
    select
}

/// The assets of a holder.
pub(super) fn held_by(holder: HeldBy) -> Expr {
    match holder {
        HeldBy::Person(person) => Expr::col(Column::Holder).eq(person.to_string()),
        HeldBy::Unknown => Expr::cust("1 = 0"),
    }
}

pub(super) fn read_held(row: &Row<'_>) -> Result<HeldAsset, StoreError> {
    Ok(HeldAsset {
        asset: read(row)?,
        holder: people::read_joined(row)?,
    })
}

pub(super) fn read(row: &Row<'_>) -> Result<AssetRow, StoreError> {
    Ok(AssetRow {
        id: row.parse(Column::AssetId, |id| id.parse().ok())?,
        number: row.number(Column::Number)?,
        tag: row.parse(Column::Tag, Tag::parse)?,
        status: row.parse(Column::Status, AssetStatus::parse)?,
        holder: row.maybe_parse(Column::Holder, |id| id.parse().ok())?,
        due_on: row.maybe_parse(Column::DueOn, |day| day.parse().ok())?,
        attributes: row.json(Column::Attributes)?,
        registered_at: row.time(Column::RegisteredAt)?,
        updated_at: row.time(Column::UpdatedAt)?,
        revision: row.number(Column::Revision)?,
    })
}
