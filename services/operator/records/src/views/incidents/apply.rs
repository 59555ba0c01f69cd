//! What an event does to the incidents. The health of a tenant decides whether it is still
//! affected.

use crate::domain::IncidentId;
use crate::domain::health::HealthEvent;
use crate::domain::incident::{Affected, IncidentEvent, Phase, Stage};
use sea_query::{Expr, ExprTrait, Query, UpdateStatement, Value};
use tally_domain::{AnyEvent, Recorded, TenantId};
use tally_view_store::{
    Fault, Scope, StoreError, View, ViewName,
    schema::Table,
    sql::{self, Cell, Db},
};

use super::NAME;
use super::tables::{self, AFFECTED, AffectedColumn, Column, INCIDENTS, UPDATES, UpdateColumn};
use crate::views::identity;

/// The fold of the incidents.
pub(crate) struct IncidentsView;

impl View for IncidentsView {
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
        if let (Some(tenant), Some(event)) =
            (identity::health_of(recorded)?, recorded.event.of::<HealthEvent>())
        {
            return Ok(note_health(db, tenant, event, recorded)?);
        }
        let Some(incident) = identity::incident_of(recorded)? else {
            return Ok(());
        };
        if let Some(event) = recorded.event.of() {
            evolve(db, incident, event, recorded)?;
        }
        let revision = sql::to_integer(recorded.revision)?;
        set(db, incident, vec![(Column::Revision, revision.into())])?;
        Ok(())
    }
}

fn evolve(
    db: Db<'_>,
    incident: IncidentId,
    event: &IncidentEvent,
    recorded: &Recorded<AnyEvent>,
) -> Result<(), StoreError> {
    use Column as C;
    use IncidentEvent as E;
    let now = || Value::from(sql::to_micros(recorded.recorded_at));
    match event {
        E::Proposed { affected, .. } => {
            sql::insert(db, INCIDENTS, proposal_cells(incident, event, recorded)?)?;
            add_affected(db, incident, affected, recorded)
        }
        E::MoreAffected { affected } => add_affected(db, incident, affected, recorded),
        E::Confirmed { title, message } => {
            let cells = vec![(C::Title, sql::to_json(title)?.into()), (C::ConfirmedAt, now())];
            set(db, incident, cells)?;
            add_update(
                db,
                incident,
                Stage::Confirmed(Phase::Investigating),
                message,
                recorded,
            )
        }
        E::Updated { phase, message } => {
            add_update(db, incident, Stage::Confirmed(*phase), message, recorded)
        }
        E::Resolved { message } => {
            set(db, incident, vec![(C::OverAt, now())])?;
            add_update(db, incident, Stage::Resolved, message, recorded)
        }
        E::Dismissed { reason } => {
            set(db, incident, vec![(C::OverAt, now())])?;
            add_update(db, incident, Stage::Dismissed, reason, recorded)
        }
        E::PostmortemPublished { text } => {
            let cells = vec![(C::Postmortem, text.as_str().into()), (C::PostmortemAt, now())];
            set(db, incident, cells)
        }
    }
}

fn proposal_cells(
    incident: IncidentId,
    event: &IncidentEvent,
    recorded: &Recorded<AnyEvent>,
) -> Result<Vec<Cell<Column>>, StoreError> {
    use Column as C;
    let IncidentEvent::Proposed {
        title,
        component,
        alarm,
        ..
    } = event
    else {
        return Err(StoreError::corrupt("a proposal"));
    };
    Ok(vec![
        (C::IncidentId, incident.to_string().into()),
        (C::Title, sql::to_json(title)?.into()),
        (C::Component, component.as_str().into()),
        (C::Alarm, alarm.clone().into()),
        (C::Stage, Stage::Proposed.as_str().into()),
        (C::Everyone, 0i64.into()),
        (C::ProposedAt, sql::to_micros(recorded.recorded_at).into()),
        (C::Revision, sql::to_integer(recorded.revision)?.into()),
    ])
}

fn add_affected(
    db: Db<'_>,
    incident: IncidentId,
    affected: &Affected,
    recorded: &Recorded<AnyEvent>,
) -> Result<(), StoreError> {
    use AffectedColumn as C;
    let tenants = match affected {
        Affected::Everyone => return set(db, incident, vec![(Column::Everyone, 1i64.into())]),
        Affected::Tenants(tenants) => tenants,
    };
    let row = |tenant: &TenantId| -> Vec<Cell<C>> {
        vec![
            (C::IncidentId, incident.to_string().into()),
            (C::TenantId, tenant.to_string().into()),
            (C::Since, sql::to_micros(recorded.recorded_at).into()),
        ]
    };
    let rows = tenants.iter().map(row).collect();
    sql::insert_all_new(db, AFFECTED, &[C::IncidentId, C::TenantId], rows)
}

fn add_update(
    db: Db<'_>,
    incident: IncidentId,
    stage: Stage,
    message: &str,
    recorded: &Recorded<AnyEvent>,
) -> Result<(), StoreError> {
    use UpdateColumn as C;
    set(db, incident, vec![(Column::Stage, stage.as_str().into())])?;
    let cells: Vec<Cell<C>> = vec![
        (C::IncidentId, incident.to_string().into()),
        (C::Revision, sql::to_integer(recorded.revision)?.into()),
        (C::At, sql::to_micros(recorded.recorded_at).into()),
        (C::Stage, stage.as_str().into()),
        (C::Message, message.into()),
    ];
    sql::insert(db, UPDATES, cells)
}

fn set(db: Db<'_>, incident: IncidentId, cells: Vec<Cell<Column>>) -> Result<(), StoreError> {
    let mut update = Query::update();
    update
        .table(INCIDENTS)
        .and_where(Expr::col(Column::IncidentId).eq(incident.to_string()));
    for (column, value) in cells {
        update.value(column, value);
    }
    sql::execute(db, &update)?;
    Ok(())
}

/// Notes the health of a tenant in every incident that names it.
fn note_health(
    db: Db<'_>,
    tenant: TenantId,
    event: &HealthEvent,
    recorded: &Recorded<AnyEvent>,
) -> Result<(), StoreError> {
    let update = match event {
        HealthEvent::Failing { .. } => update_affected(tenant)
            .value(AffectedColumn::RepairedAt, None::<i64>)
            .and_where(Expr::col(AffectedColumn::IncidentId).in_subquery(open_incidents()))
            .to_owned(),
        HealthEvent::Recovered { .. } | HealthEvent::Left { .. } => update_affected(tenant)
            .value(AffectedColumn::RepairedAt, sql::to_micros(recorded.recorded_at))
            .and_where(Expr::col(AffectedColumn::RepairedAt).is_null())
            .to_owned(),
    };
    sql::execute(db, &update)?;
    Ok(())
}

fn update_affected(tenant: TenantId) -> UpdateStatement {
    Query::update()
        .table(AFFECTED)
        .and_where(Expr::col(AffectedColumn::TenantId).eq(tenant.to_string()))
        .to_owned()
}

fn open_incidents() -> sea_query::SelectStatement {
    Query::select()
        .column(Column::IncidentId)
        .from(INCIDENTS)
        .and_where(Expr::col(Column::OverAt).is_null())
        .to_owned()
}
