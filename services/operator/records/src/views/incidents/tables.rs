//! The tables of the incidents, of their updates, and of the tenants that they name.

use crate::domain::IncidentId;
use crate::domain::incident::{Component, Stage};
use sea_query::Iden;
use tally_view_store::{
    StoreError,
    schema::{Table, integer, maybe_integer, maybe_text, text},
    sql::Row,
};

use super::{AffectedTenant, IncidentRecord, IncidentUpdate};

pub(super) const INCIDENTS: &str = "incidents";
pub(super) const UPDATES: &str = "incident_updates";
pub(super) const AFFECTED: &str = "incident_affected";

#[derive(Clone, Copy, Iden)]
pub(super) enum Column {
    IncidentId,
    Title,
    Component,
    Alarm,
    Stage,
    Everyone,
    ProposedAt,
    ConfirmedAt,
    /// The end, by resolution or dismissal.
    OverAt,
    Postmortem,
    PostmortemAt,
    Revision,
}

#[derive(Clone, Copy, Iden)]
pub(super) enum UpdateColumn {
    IncidentId,
    Revision,
    At,
    Stage,
    Message,
}

#[derive(Clone, Copy, Iden)]
pub(super) enum AffectedColumn {
    IncidentId,
    TenantId,
    Since,
    #[iden = "mended_at"]
    RepairedAt,
}

pub(super) const RECORD: [Column; 12] = [
    Column::IncidentId,
    Column::Title,
    Column::Component,
    Column::Alarm,
    Column::Stage,
    Column::Everyone,
    Column::ProposedAt,
    Column::ConfirmedAt,
    Column::OverAt,
    Column::Postmortem,
    Column::PostmortemAt,
    Column::Revision,
];

pub(super) const UPDATE: [UpdateColumn; 4] = [
    UpdateColumn::IncidentId,
    UpdateColumn::At,
    UpdateColumn::Stage,
    UpdateColumn::Message,
];

pub(super) const TENANT: [AffectedColumn; 3] = [
    AffectedColumn::TenantId,
    AffectedColumn::Since,
    AffectedColumn::RepairedAt,
];

pub(super) fn tables() -> Vec<Table> {
    vec![incidents(), updates(), affected_tenants()]
}

fn incidents() -> Table {
    use Column as C;
    let columns = vec![
        text(C::IncidentId),
        text(C::Title),
        text(C::Component),
        maybe_text(C::Alarm),
        text(C::Stage),
        integer(C::Everyone),
        integer(C::ProposedAt),
        maybe_integer(C::ConfirmedAt),
        maybe_integer(C::OverAt),
        maybe_text(C::Postmortem),
        maybe_integer(C::PostmortemAt),
        integer(C::Revision),
    ];
    Table::new(INCIDENTS, &[C::IncidentId], columns)
        .with_index("incidents_by_time", &[C::ProposedAt, C::IncidentId])
        .with_index("incidents_public", &[C::ConfirmedAt, C::IncidentId])
        .with_partial_index("incidents_open", &[C::ProposedAt, C::IncidentId], C::OverAt)
}

fn updates() -> Table {
    use UpdateColumn as C;
    let columns = vec![
        text(C::IncidentId),
        integer(C::Revision),
        integer(C::At),
        text(C::Stage),
        text(C::Message),
    ];
    Table::new(UPDATES, &[C::IncidentId, C::Revision], columns)
}

fn affected_tenants() -> Table {
    use AffectedColumn as C;
    let columns = vec![
        text(C::IncidentId),
        text(C::TenantId),
        integer(C::Since),
        maybe_integer(C::RepairedAt),
    ];
    Table::new(AFFECTED, &[C::IncidentId, C::TenantId], columns)
        .with_index("incident_affected_by_tenant", &[C::TenantId, C::IncidentId])
}

/// An incident without its updates and the number of its tenants.
pub(super) fn read(row: &Row<'_>) -> Result<IncidentRecord, StoreError> {
    let stage = row.parse(Column::Stage, Stage::parse)?;
    let over_at = row.maybe_time(Column::OverAt)?;
    Ok(IncidentRecord {
        id: row.parse(Column::IncidentId, |id| id.parse().ok())?,
        title: row.json(Column::Title)?,
        component: row.parse(Column::Component, Component::parse)?,
        alarm: row.maybe(Column::Alarm)?,
        stage,
        everyone: row.number(Column::Everyone)? != 0,
        affected: 0,
        repaired: 0,
        proposed_at: row.time(Column::ProposedAt)?,
        confirmed_at: row.maybe_time(Column::ConfirmedAt)?,
        resolved_at: over_at.filter(|_| stage == Stage::Resolved),
        updates: Vec::new(),
        postmortem: row.maybe(Column::Postmortem)?,
        postmortem_at: row.maybe_time(Column::PostmortemAt)?,
        revision: row.number(Column::Revision)?,
    })
}

pub(super) fn read_update(row: &Row<'_>) -> Result<(IncidentId, IncidentUpdate), StoreError> {
    let update = IncidentUpdate {
        at: row.time(UpdateColumn::At)?,
        stage: row.parse(UpdateColumn::Stage, Stage::parse)?,
        message: row.text(UpdateColumn::Message)?,
    };
    Ok((row.parse(UpdateColumn::IncidentId, |id| id.parse().ok())?, update))
}

pub(super) fn read_affected(row: &Row<'_>) -> Result<AffectedTenant, StoreError> {
    Ok(AffectedTenant {
        tenant: row.parse(AffectedColumn::TenantId, |id| id.parse().ok())?,
        since: row.time(AffectedColumn::Since)?,
        repaired_at: row.maybe_time(AffectedColumn::RepairedAt)?,
    })
}
