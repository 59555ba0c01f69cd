//! The table of the timeline.

use sea_query::Iden;
use tally_domain::tenant::SecretFingerprint;
use tally_domain::{Actor, RequestId};
use tally_view_store::{
    StoreError,
    schema::{Table, integer, maybe_text, text},
    sql::Row,
};

use super::TimelineEntry;

pub(super) const TABLE: &str = "tenant_timeline";

#[derive(Clone, Copy, Iden)]
pub(super) enum Column {
    TenantId,
    Revision,
    PositionCommit,
    PositionPrepare,
    At,
    EventType,
    Summary,
    Fingerprint,
    Details,
    Person,
    Via,
    RequestId,
}

pub(super) const ENTRY: [Column; 11] = [
    Column::Revision,
    Column::PositionCommit,
    Column::PositionPrepare,
    Column::At,
    Column::EventType,
    Column::Summary,
    Column::Fingerprint,
    Column::Details,
    Column::Person,
    Column::Via,
    Column::RequestId,
];

pub(super) fn tables() -> Vec<Table> {
    use Column as C;
    let columns = vec![
        text(C::TenantId),
        integer(C::Revision),
        integer(C::PositionCommit),
        integer(C::PositionPrepare),
        integer(C::At),
        text(C::EventType),
        text(C::Summary),
        maybe_text(C::Fingerprint),
        text(C::Details),
        maybe_text(C::Person),
        text(C::Via),
        maybe_text(C::RequestId),
    ];
    vec![Table::new(TABLE, &[C::TenantId, C::Revision], columns)]
}

pub(super) fn read(row: &Row<'_>) -> Result<TimelineEntry, StoreError> {
    Ok(TimelineEntry {
        position: row.position(Column::PositionCommit, Column::PositionPrepare)?,
        revision: row.number(Column::Revision)?,
        at: row.time(Column::At)?,
        event_type: row.text(Column::EventType)?,
        summary: row.text(Column::Summary)?,
        fingerprint: row.maybe(Column::Fingerprint)?.map(SecretFingerprint),
        details: row.json(Column::Details)?,
        actor: Actor {
            person: row.maybe_parse(Column::Person, |id| id.parse().ok())?,
            via: row.word(Column::Via)?,
        },
        request: row.maybe_parse(Column::RequestId, RequestId::parse)?,
    })
}
