//! Queries of incidents. Those for a tenant take the tenant and show nothing of others; the rest are for the
//! operator or the public.

use std::collections::HashMap;

use sea_query::{Cond, Expr, ExprTrait, Func, Order, Query, SelectStatement};
use tally_domain::{IncidentId, TenantId};
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

/// The incidents' queries.
#[derive(Clone, Copy, Debug)]
pub struct IncidentList<'a> {
    store: &'a ViewStore,
}

impl<'a> IncidentList<'a> {
    /// The queries of the view in `store`.
    pub fn of(store: &'a ViewStore) -> Self {
        Self { store }
    }

    /// For the operator: those proposed or confirmed and not over, newest first.
    ///
    /// # Errors
    /// The store failed.
    pub fn open(&self) -> Result<Vec<IncidentRecord>, StoreError> {
        self.store
            .read(|db| records(db, latest(Column::ProposedAt).and_where(not_over())))
    }

    /// For the operator: the last `limit` (1 to [`page::MAX_LIMIT`]), whatever came of them, newest first.
    ///
    /// # Errors
    /// The store failed.
    pub fn all(&self, limit: u32) -> Result<Vec<IncidentRecord>, StoreError> {
        self.store
            .read(|db| records(db, latest(Column::ProposedAt).limit(page::list_limit(limit))))
    }

    /// For everybody: the last `limit` (1 to [`page::MAX_LIMIT`]) that were confirmed, over or not, newest first.
    ///
    /// # Errors
    /// The store failed.
    pub fn public(&self, limit: u32) -> Result<Vec<IncidentRecord>, StoreError> {
        self.store.read(|db| {
            let mut select = latest(Column::ConfirmedAt);
            records(db, select.and_where(confirmed()).limit(page::list_limit(limit)))
        })
    }

    /// For the operator: the one called `incident`.
    ///
    /// # Errors
    /// The store failed.
    pub fn by_id(&self, incident: IncidentId) -> Result<Option<IncidentRecord>, StoreError> {
        let this = Expr::col(Column::IncidentId).eq(incident.to_string());
        self.store
            .read(|db| Ok(records(db, latest(Column::ProposedAt).and_where(this))?.pop()))
    }

    /// For the operator: the newest that `alarm` proposed and that is not over.
    ///
    /// # Errors
    /// The store failed.
    pub fn open_of_alarm(&self, alarm: &str) -> Result<Option<IncidentRecord>, StoreError> {
        let mut select = latest(Column::ProposedAt);
        select
            .and_where(not_over())
            .and_where(Expr::col(Column::Alarm).eq(alarm))
            .limit(1);
        self.store.read(|db| Ok(records(db, &select)?.pop()))
    }

    /// The incidents to show to `tenant`: confirmed ones that have not ended and affect all, or `tenant` by name
    /// while it is not repaired. Newest
    /// first.
    ///
    /// # Errors
    /// The store failed.
    pub fn affecting(&self, tenant: TenantId) -> Result<Vec<IncidentNotice>, StoreError> {
        let everyone = Expr::col(Column::Everyone).ne(0i64);
        let named = Expr::col(Column::IncidentId).in_subquery(naming(tenant));
        let mut select = latest(Column::ConfirmedAt);
        select
            .and_where(confirmed())
            .and_where(not_over())
            .cond_where(Cond::any().add(everyone).add(named));
        let found = self.store.read(|db| records(db, &select))?;
        Ok(found.into_iter().filter_map(notice).collect())
    }

    /// For the operator: the tenants that `incident` names, those not repaired first, then by when they were named.
    ///
    /// # Errors
    /// The store failed.
    pub fn affected(&self, incident: IncidentId) -> Result<Vec<AffectedTenant>, StoreError> {
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

fn not_over() -> Expr {
    Expr::col(Column::OverAt).is_null()
}

fn confirmed() -> Expr {
    Expr::col(Column::ConfirmedAt).is_not_null()
}

/// The incidents that name `tenant`, as long as it is not repaired.
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
    let numbers = numbers(db, &ids)?;
    let mut updates: HashMap<IncidentId, Vec<_>> = HashMap::new();
    for (incident, update) in sql::fetch_all(db, &updates_of(&ids), tables::read_update)? {
        updates.entry(incident).or_default().push(update);
    }
    for record in &mut found {
        record.updates = updates.remove(&record.id).unwrap_or_default();
        (record.affected, record.repaired) = numbers.get(&record.id).copied().unwrap_or_default();
    }
    Ok(found)
}

fn updates_of(ids: &[String]) -> SelectStatement {
    Query::select()
        .columns(UPDATE)
        .from(UPDATES)
        .and_where(Expr::col(UpdateColumn::IncidentId).is_in(ids))
        .order_by(UpdateColumn::IncidentId, Order::Asc)
        .order_by(UpdateColumn::Revision, Order::Asc)
        .to_owned()
}

/// How many tenants each of these incidents names, and how many of them are repaired.
fn numbers(db: Db<'_>, ids: &[String]) -> Result<HashMap<IncidentId, (u64, u64)>, StoreError> {
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
