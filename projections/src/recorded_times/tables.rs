//! The table of the recorded times.

use sea_query::Iden;
use tally_view_store::schema::{Table, integer, text};

pub(super) const TABLE: &str = "recorded_times";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Iden)]
pub(super) enum Column {
    TenantId,
    At,
    PositionCommit,
    PositionPrepare,
    /// The number of the event among those of its tenant, from 1.
    Number,
}

pub(super) fn tables() -> Vec<Table> {
    use Column as C;
    let columns = vec![
        text(C::TenantId),
        integer(C::At),
        integer(C::PositionCommit),
        integer(C::PositionPrepare),
        integer(C::Number),
    ];
    vec![Table::new(TABLE, &[C::TenantId, C::At], columns)]
}
