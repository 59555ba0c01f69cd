//! The queries of the incidents. Those of a tenant take the tenant and show nothing of others; the
//! rest is for the operator or for the public.

use std::collections::HashMap;

use crate::domain::IncidentId;
use sea_query::{Cond, Expr, ExprTrait, Func, Order, Query, SelectStatement};
use tally_domain::TenantId;
use tally_view_store::{
    StoreError, ViewStore, page,
    sql::{self, Db},
};

use super::tables::{
    self, AFFECTED, AffectedColumn, Column, INCIDENTS, RECORD, TENANT, UPDATE, UPDATES, UpdateColumn,
};
use super::{AffectedTenant, IncidentNotice, IncidentRecord};

const COUNTED: &str = "counted";
const REPAIRED: &str = "mended";

/// The incidents in a store.
#[derive(Clone, Copy, Debug)]
pub struct IncidentList<'a> {
    store: &'a ViewStore,
}

impl<'a> IncidentList<'a> {
    /// The incidents in `store`.
    pub fn of(store: &'a ViewStore) -> Self {
        Self { store }
    }

    /// For the operator: the incidents that have not ended, proposed or confirmed, newest first.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn open(&self) -> Result<Vec<IncidentRecord>, StoreError> {
        self.store
            .read(|db| records(db, latest(Column::ProposedAt).and_where(has_not_ended())))
    }

    /// For the operator: the last `limit` (1 to [`page::MAX_LIMIT`]) incidents, newest first.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn all(&self, limit: u32) -> Result<Vec<IncidentRecord>, StoreError> {
        self.store
            .read(|db| records(db, latest(Column::ProposedAt).limit(page::list_limit(limit))))
    }

    /// For the public: the last `limit` (1 to [`page::MAX_LIMIT`]) confirmed incidents, newest
    /// first.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn public(&self, limit: u32) -> Result<Vec<IncidentRecord>, StoreError> {
        self.store.read(|db| {
            let mut select = latest(Column::ConfirmedAt);
            records(
                db,
                select.and_where(is_confirmed()).limit(page::list_limit(limit)),
            )
        })
    }

    /// For the operator: the incident with the id `incident`.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn by_id(&self, incident: IncidentId) -> Result<Option<IncidentRecord>, StoreError> {
        let this = Expr::col(Column::IncidentId).eq(incident.to_string());
        self.store
            .read(|db| Ok(records(db, latest(Column::ProposedAt).and_where(this))?.pop()))
    }

    /// For the operator: the newest incident that `alarm` proposed and that has not ended.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn open_of_alarm(&self, alarm: &str) -> Result<Option<IncidentRecord>, StoreError> {
        let mut select = latest(Column::ProposedAt);
        select
            .and_where(has_not_ended())
            .and_where(Expr::col(Column::Alarm).eq(alarm))
            .limit(1);
        self.store.read(|db| Ok(records(db, &select)?.pop()))
    }

    /// The incidents that `tenant` is notified of, newest first: those confirmed and not ended that
    /// affect every tenant, or that name `tenant` while it has not recovered.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn affecting(&self, tenant: TenantId) -> Result<Vec<IncidentNotice>, StoreError> {
        let everyone = Expr::col(Column::Everyone).ne(0i64);
        let named = Expr::col(Column::IncidentId).in_subquery(naming(tenant));
        let mut select = latest(Column::ConfirmedAt);
        select
            .and_where(is_confirmed())
            .and_where(has_not_ended())
            .cond_where(Cond::any().add(everyone).add(named));
        let found = self.store.read(|db| records(db, &select))?;
        Ok(found.into_iter().filter_map(notice).collect())
    }

    /// For the operator: the tenants that `incident` names, those that have not recovered first,
    /// then by the time when they were named.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn affected_tenants(&self, incident: IncidentId) -> Result<Vec<AffectedTenant>, StoreError> {
        let select = Query::select()
            .columns(TENANT)
            .from(AFFECTED)
            .and_where(Expr::col(AffectedColumn::IncidentId).eq(incident.to_string()))
            .order_by_expr(Expr::col(AffectedColumn::RepairedAt).is_not_null(), Order::Asc)
            .order_by(AffectedColumn::Since, Order::Asc)
            .order_by(AffectedColumn::TenantId, Order::Asc)
            .to_owned();
        self.store.fetch_all(&select, tables::read_affected)
    }
}

fn notice(record: IncidentRecord) -> Option<IncidentNotice> {
    Some(IncidentNotice {
        id: record.id,
        title: record.title,
        component: record.component,
        stage: record.stage,
        confirmed_at: record.confirmed_at?,
        updates: record.updates,
    })
}

fn latest(by: Column) -> SelectStatement {
    Query::select()
        .columns(RECORD)
        .from(INCIDENTS)
        .order_by(by, Order::Desc)
        .order_by(Column::IncidentId, Order::Desc)
        .to_owned()
}

fn has_not_ended() -> Expr {
    Expr::col(Column::OverAt).is_null()
}

fn is_confirmed() -> Expr {
    Expr::col(Column::ConfirmedAt).is_not_null()
}

/// The incidents that name `tenant` while it has not recovered.
fn naming(tenant: TenantId) -> SelectStatement {
    Query::select()
        .column(AffectedColumn::IncidentId)
        .from(AFFECTED)
        .and_where(Expr::col(AffectedColumn::TenantId).eq(tenant.to_string()))
        .and_where(Expr::col(AffectedColumn::RepairedAt).is_null())
        .to_owned()
}

/// The selected incidents with all that belongs to them.
fn records(db: Db<'_>, select: &SelectStatement) -> Result<Vec<IncidentRecord>, StoreError> {
    let mut found = sql::fetch_all(db, select, tables::read)?;
    let ids: Vec<String> = found.iter().map(|record| record.id.to_string()).collect();
    if ids.is_empty() {
        return Ok(found);
    }
    let counts = count_affected(db, &ids)?;
    let mut updates: HashMap<IncidentId, Vec<_>> = HashMap::new();
    for (incident, update) in sql::fetch_all(db, &select_updates(&ids), tables::read_update)? {
        updates.entry(incident).or_default().push(update);
    }
    for record in &mut found {
        record.updates = updates.remove(&record.id).unwrap_or_default();
        (record.affected, record.repaired) = counts.get(&record.id).copied().unwrap_or_default();
    }
    Ok(found)
}

fn select_updates(ids: &[String]) -> SelectStatement {
    Query::select()
        .columns(UPDATE)
        .from(UPDATES)
        .and_where(Expr::col(UpdateColumn::IncidentId).is_in(ids))
        .order_by(UpdateColumn::IncidentId, Order::Asc)
        .order_by(UpdateColumn::Revision, Order::Asc)
        .to_owned()
}

/// How many tenants each of these incidents names, and how many of them have recovered.
fn count_affected(db: Db<'_>, ids: &[String]) -> Result<HashMap<IncidentId, (u64, u64)>, StoreError> {
    let select = Query::select()
        .column(AffectedColumn::IncidentId)
        .expr_as(Func::count(Expr::col(AffectedColumn::TenantId)), COUNTED)
        .expr_as(Func::count(Expr::col(AffectedColumn::RepairedAt)), REPAIRED)
        .from(AFFECTED)
        .and_where(Expr::col(AffectedColumn::IncidentId).is_in(ids))
        .group_by_col(AffectedColumn::IncidentId)
        .to_owned();
    let counted = sql::fetch_all(db, &select, |row| {
        let incident: IncidentId = row.parse(AffectedColumn::IncidentId, |id| id.parse().ok())?;
        Ok((incident, (row.number(COUNTED)?, row.number(REPAIRED)?)))
    })?;
    Ok(counted.into_iter().collect())
}
