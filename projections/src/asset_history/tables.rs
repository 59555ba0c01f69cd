//! The table of the history.

use sea_query::{Cond, Expr, ExprTrait, Iden};
use tally_domain::{Actor, AsOf, EventId, RequestId};
use tally_view_store::{
    StoreError,
    schema::{Table, integer, maybe_integer, maybe_text, text},
    sql::{self, Row},
};

use super::HistoryEntry;

pub(super) const TABLE: &str = "asset_history";

#[derive(Clone, Copy, Iden)]
pub(super) enum Column {
    TenantId,
    AssetId,
    Revision,
    PositionCommit,
    PositionPrepare,
    EventType,
    At,
    EffectiveAt,
    Person,
    Via,
    Changes,
    Note,
    Reason,
    Reverts,
    RequestId,
}

pub(super) const ENTRY: [Column; 13] = [
    Column::Revision,
    Column::PositionCommit,
    Column::PositionPrepare,
    Column::EventType,
    Column::At,
    Column::EffectiveAt,
    Column::Person,
    Column::Via,
    Column::Changes,
    Column::Note,
    Column::Reason,
    Column::Reverts,
    Column::RequestId,
];

pub(super) fn tables() -> Vec<Table> {
    use Column as C;
    let columns = vec![
        text(C::TenantId),
        text(C::AssetId),
        integer(C::Revision),
        integer(C::PositionCommit),
        integer(C::PositionPrepare),
        text(C::EventType),
        integer(C::At),
        maybe_integer(C::EffectiveAt),
        maybe_text(C::Person),
        text(C::Via),
        text(C::Changes),
        maybe_text(C::Note),
        maybe_text(C::Reason),
        maybe_text(C::Reverts),
        maybe_text(C::RequestId),
    ];
    vec![Table::new(
        TABLE,
        &[C::TenantId, C::AssetId, C::Revision],
        columns,
    )]
}

/// Selects the entries whose events count in the state `as_of`.
pub(super) fn recorded_by(as_of: AsOf) -> Cond {
    let position = sql::position_column(Column::PositionCommit, Column::PositionPrepare);
    Cond::all().add(match as_of.position {
        Some(last) => position.lte(sql::position_value(last)),
        None => Expr::cust("1 = 0"),
    })
}

pub(super) fn read(row: &Row<'_>) -> Result<HistoryEntry, StoreError> {
    Ok(HistoryEntry {
        revision: row.number(Column::Revision)?,
        position: row.position(Column::PositionCommit, Column::PositionPrepare)?,
        event_type: row.text(Column::EventType)?,
        at: row.time(Column::At)?,
        effective_at: row.maybe_time(Column::EffectiveAt)?,
        actor: Actor {
            person: row.maybe_parse(Column::Person, |id| id.parse().ok())?,
            via: row.word(Column::Via)?,
        },
        changes: row.json(Column::Changes)?,
        note: row.maybe(Column::Note)?,
        reason: row.maybe(Column::Reason)?,
        reverts: row.maybe_parse(Column::Reverts, |id| id.parse::<EventId>().ok())?,
        request: row.maybe_parse(Column::RequestId, RequestId::parse)?,
    })
}
