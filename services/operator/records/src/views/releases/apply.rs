//! What an event does to the releases.

use crate::domain::release::{ReleaseEnd, ReleaseEvent, ReleaseVersion};
use sea_query::{Expr, ExprTrait, Query};
use tally_domain::{AnyEvent, Recorded, TenantId};
use tally_view_store::{
    Fault, Scope, StoreError, View, ViewName,
    schema::Table,
    sql::{self, Cell, Db},
};

use super::NAME;
use super::ReleaseRecord;
use super::queries;
use super::tables::{self, Column, RELEASES, TENANTS, TenantColumn};
use crate::views::identity;

/// The fold of the releases.
pub(crate) struct ReleasesView;

impl View for ReleasesView {
    fn name(&self) -> ViewName {
        NAME
    }

    fn version(&self) -> u32 {
        1
    }

    fn scope(&self) -> Scope {
        Scope::Operator
    }

    fn tables(&self) -> Vec<Table> {
        tables::tables()
    }

    fn apply(&self, db: Db<'_>, recorded: &Recorded<AnyEvent>) -> Result<(), Fault> {
        let Some(version) = identity::release_of(recorded)? else {
            return Ok(());
        };
        let event = recorded.event.of::<ReleaseEvent>();
        let before = queries::find(db, &version)?;
        let Some(mut record) = before.or_else(|| stage_record(event?, recorded)) else {
            return Ok(());
        };
        record.revision = recorded.revision;
        if let Some(event) = event.filter(|_| record.end.is_none()) {
            evolve(&mut record, event, recorded);
            note_tenant(db, &version, event, recorded)?;
            record.failing = queries::count_failing(db, &version)?;
        }
        Ok(sql::upsert(db, RELEASES, &[Column::Version], cells(&record)?)?)
    }
}

fn stage_record(event: &ReleaseEvent, recorded: &Recorded<AnyEvent>) -> Option<ReleaseRecord> {
    let ReleaseEvent::Staged {
        version,
        bake_seconds,
        descriptor_sha256,
    } = event
    else {
        return None;
    };
    Some(ReleaseRecord {
        version: version.clone(),
        end: None,
        staged_at: recorded.recorded_at,
        bake_seconds: *bake_seconds,
        baked_seconds: 0,
        descriptor_sha256: descriptor_sha256.clone(),
        last_probe_at: None,
        last_probe_failed: None,
        failing: 0,
        ended_at: None,
        reason: None,
        revision: recorded.revision,
    })
}

fn evolve(record: &mut ReleaseRecord, event: &ReleaseEvent, recorded: &Recorded<AnyEvent>) {
    use ReleaseEvent as E;
    let mut end = |end, reason| {
        record.end = Some(end);
        record.ended_at = Some(recorded.recorded_at);
        record.reason = reason;
    };
    match event {
        E::ProbePassed { at, counted_seconds } => {
            record.baked_seconds = record.baked_seconds.saturating_add(*counted_seconds);
            record.last_probe_at = record.last_probe_at.max(Some(*at));
            record.last_probe_failed = None;
        }
        E::ProbeFailed { at, step, code } => {
            record.last_probe_at = record.last_probe_at.max(Some(*at));
            record.last_probe_failed = Some((step.clone(), code.clone()));
        }
        E::Failed { alarm, tenants } => end(ReleaseEnd::Failed, Some(failure_reason(alarm, *tenants))),
        E::Promoted { .. } => end(ReleaseEnd::Promoted, None),
        E::Aborted { reason } => end(ReleaseEnd::Aborted, Some(reason.clone())),
        E::Staged { .. } | E::TenantFailing { .. } | E::TenantRecovered { .. } => {}
    }
}

fn failure_reason(alarm: &str, tenants: u64) -> String {
    let tenants = match tenants {
        0 => "no tenant was".to_owned(),
        1 => "1 tenant was".to_owned(),
        many => format!("{many} tenants were"),
    };
    format!("the alarm {alarm} fired while {tenants} failing")
}

fn note_tenant(
    db: Db<'_>,
    version: &ReleaseVersion,
    event: &ReleaseEvent,
    recorded: &Recorded<AnyEvent>,
) -> Result<(), StoreError> {
    match event {
        ReleaseEvent::TenantFailing { tenant, code } => note_failing(db, version, *tenant, code, recorded),
        ReleaseEvent::TenantRecovered { tenant } => note_recovered(db, version, *tenant, recorded),
        ReleaseEvent::Staged { .. }
        | ReleaseEvent::ProbePassed { .. }
        | ReleaseEvent::ProbeFailed { .. }
        | ReleaseEvent::Failed { .. }
        | ReleaseEvent::Promoted { .. }
        | ReleaseEvent::Aborted { .. } => Ok(()),
    }
}

fn note_failing(
    db: Db<'_>,
    version: &ReleaseVersion,
    tenant: TenantId,
    code: &str,
    recorded: &Recorded<AnyEvent>,
) -> Result<(), StoreError> {
    use TenantColumn as C;
    let cells: Vec<Cell<C>> = vec![
        (C::Version, version.as_str().into()),
        (C::TenantId, tenant.to_string().into()),
        (C::Code, code.into()),
        (C::Since, sql::to_micros(recorded.recorded_at).into()),
        (C::RecoveredAt, None::<i64>.into()),
    ];
    sql::upsert(db, TENANTS, &[C::Version, C::TenantId], cells)
}

fn note_recovered(
    db: Db<'_>,
    version: &ReleaseVersion,
    tenant: TenantId,
    recorded: &Recorded<AnyEvent>,
) -> Result<(), StoreError> {
    let update = Query::update()
        .table(TENANTS)
        .value(TenantColumn::RecoveredAt, sql::to_micros(recorded.recorded_at))
        .and_where(Expr::col(TenantColumn::Version).eq(version.as_str()))
        .and_where(Expr::col(TenantColumn::TenantId).eq(tenant.to_string()))
        .and_where(Expr::col(TenantColumn::RecoveredAt).is_null())
        .to_owned();
    sql::execute(db, &update)?;
    Ok(())
}

fn cells(record: &ReleaseRecord) -> Result<Vec<Cell<Column>>, StoreError> {
    use Column as C;
    let (step, code) = record.last_probe_failed.clone().unzip();
    Ok(vec![
        (C::Version, record.version.as_str().into()),
        (C::State, record.state().into()),
        (C::StagedAt, sql::to_micros(record.staged_at).into()),
        (C::BakeSeconds, sql::to_integer(record.bake_seconds)?.into()),
        (C::BakedSeconds, sql::to_integer(record.baked_seconds)?.into()),
        (C::DescriptorSha256, record.descriptor_sha256.clone().into()),
        (C::LastProbeAt, record.last_probe_at.map(sql::to_micros).into()),
        (C::ProbeFailedStep, step.into()),
        (C::ProbeFailedCode, code.into()),
        (C::Failing, sql::to_integer(record.failing)?.into()),
        (C::EndedAt, record.ended_at.map(sql::to_micros).into()),
        (C::Reason, record.reason.clone().into()),
        (C::Revision, sql::to_integer(record.revision)?.into()),
    ])
}
