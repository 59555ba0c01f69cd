//! The tables of the releases and of the tenants that began to fail while one baked.

use crate::domain::release::{ReleaseEnd, ReleaseVersion};
use sea_query::Iden;
use tally_view_store::{
    StoreError,
    schema::{Table, integer, maybe_integer, maybe_text, text},
    sql::Row,
};

use super::{BAKING, ReleaseRecord, TenantOfBake};

pub(super) const RELEASES: &str = "releases";
pub(super) const TENANTS: &str = "release_tenants";

#[derive(Clone, Copy, Iden)]
pub(super) enum Column {
    Version,
    State,
    StagedAt,
    BakeSeconds,
    BakedSeconds,
    DescriptorSha256,
    LastProbeAt,
    ProbeFailedStep,
    ProbeFailedCode,
    Failing,
    EndedAt,
    Reason,
    Revision,
}

#[derive(Clone, Copy, Iden)]
pub(super) enum TenantColumn {
    Version,
    TenantId,
    Code,
    Since,
    RecoveredAt,
}

pub(super) const RECORD: [Column; 13] = [
    Column::Version,
    Column::State,
    Column::StagedAt,
    Column::BakeSeconds,
    Column::BakedSeconds,
    Column::DescriptorSha256,
    Column::LastProbeAt,
    Column::ProbeFailedStep,
    Column::ProbeFailedCode,
    Column::Failing,
    Column::EndedAt,
    Column::Reason,
    Column::Revision,
];

pub(super) const TENANT: [TenantColumn; 4] = [
    TenantColumn::TenantId,
    TenantColumn::Code,
    TenantColumn::Since,
    TenantColumn::RecoveredAt,
];

pub(super) fn tables() -> Vec<Table> {
    vec![releases(), tenants()]
}

fn releases() -> Table {
    use Column as C;
    let columns = vec![
        text(C::Version),
        text(C::State),
        integer(C::StagedAt),
        integer(C::BakeSeconds),
        integer(C::BakedSeconds),
        maybe_text(C::DescriptorSha256),
        maybe_integer(C::LastProbeAt),
        maybe_text(C::ProbeFailedStep),
        maybe_text(C::ProbeFailedCode),
        integer(C::Failing),
        maybe_integer(C::EndedAt),
        maybe_text(C::Reason),
        integer(C::Revision),
    ];
    Table::new(RELEASES, &[C::Version], columns)
        .with_index("releases_by_time", &[C::StagedAt, C::Version])
        .with_partial_index("releases_baking", &[C::StagedAt, C::Version], C::EndedAt)
}

fn tenants() -> Table {
    use TenantColumn as C;
    let columns = vec![
        text(C::Version),
        text(C::TenantId),
        text(C::Code),
        integer(C::Since),
        maybe_integer(C::RecoveredAt),
    ];
    Table::new(TENANTS, &[C::Version, C::TenantId], columns)
}

pub(super) fn read(row: &Row<'_>) -> Result<ReleaseRecord, StoreError> {
    let step = row.maybe(Column::ProbeFailedStep)?;
    Ok(ReleaseRecord {
        version: row.parse(Column::Version, ReleaseVersion::parse)?,
        end: read_end(row)?,
        staged_at: row.time(Column::StagedAt)?,
        bake_seconds: row.number(Column::BakeSeconds)?,
        baked_seconds: row.number(Column::BakedSeconds)?,
        descriptor_sha256: row.maybe(Column::DescriptorSha256)?,
        last_probe_at: row.maybe_time(Column::LastProbeAt)?,
        last_probe_failed: step.zip(row.maybe(Column::ProbeFailedCode)?),
        failing: row.number(Column::Failing)?,
        ended_at: row.maybe_time(Column::EndedAt)?,
        reason: row.maybe(Column::Reason)?,
        revision: row.number(Column::Revision)?,
    })
}

fn read_end(row: &Row<'_>) -> Result<Option<ReleaseEnd>, StoreError> {
    row.parse(Column::State, |word| match word {
        BAKING => Some(None),
        word => ReleaseEnd::parse(word).map(Some),
    })
}

pub(super) fn read_tenant(row: &Row<'_>) -> Result<TenantOfBake, StoreError> {
    Ok(TenantOfBake {
        tenant: row.parse(TenantColumn::TenantId, |id| id.parse().ok())?,
        code: row.text(TenantColumn::Code)?,
        since: row.time(TenantColumn::Since)?,
        recovered_at: row.maybe_time(TenantColumn::RecoveredAt)?,
    })
}
