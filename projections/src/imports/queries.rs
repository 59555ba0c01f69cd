//! The queries of the imports.

use chrono::{DateTime, Utc};
use sea_query::{Expr, ExprTrait, Order, Query};
use tally_domain::import::{RowJudged, Verdict};
use tally_domain::{ImportId, TenantId};
use tally_view_store::{
    StoreError, ViewStore,
    page::{self, Page},
    sql::{self, Db},
};

use super::ImportRecord;
use super::tables::{self, Column, IMPORTS, RECORD, ROWS, RowColumn, VERDICTS};
use crate::error::QueryError;

/// The imports of all tenants in a store.
#[derive(Clone, Copy, Debug)]
pub struct ImportList<'a> {
    store: &'a ViewStore,
}

impl<'a> ImportList<'a> {
    /// The imports in `store`.
    pub fn of(store: &'a ViewStore) -> Self {
        Self { store }
    }

    /// The import of `tenant` with the id `import`.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn import(&self, tenant: TenantId, import: ImportId) -> Result<Option<ImportRecord>, StoreError> {
        self.store.read(|db| find(db, tenant, import))
    }

    /// A page of at most `limit` (1 to [`page::MAX_LIMIT`]) imports of `tenant`, newest first,
    /// after `cursor`.
    ///
    /// # Errors
    /// [`QueryError::Refused`] if `cursor` is not of this list.
    pub fn imports(
        &self,
        tenant: TenantId,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page<ImportRecord>, QueryError> {
        const NAME: &str = "imports";
        let after: Option<(i64, ImportId)> = cursor
            .map(|cursor| page::decode_cursor(NAME, cursor))
            .transpose()?;
        let mut select = Query::select()
            .columns(RECORD)
            .from(IMPORTS)
            .and_where(Expr::col(Column::TenantId).eq(tenant.to_string()))
            .order_by(Column::StartedAt, Order::Desc)
            .order_by(Column::ImportId, Order::Desc)
            .limit(page::fetch_limit(limit))
            .to_owned();
        if let Some((at, id)) = after {
            let row = Expr::tuple([Expr::col(Column::StartedAt), Expr::col(Column::ImportId)]);
            select.and_where(row.lt(Expr::tuple([Expr::value(at), Expr::value(id.to_string())])));
        }
        let rows = self.store.fetch_all(&select, tables::read_import)?;
        Ok(page::build_page(NAME, rows, limit, |row| {
            Ok((sql::to_micros(row.started_at), row.id))
        })?)
    }

    /// A page of at most `limit` (1 to [`page::MAX_LIMIT`]) judged rows of `import` of `tenant`,
    /// all or only those with `verdict`, in the order of the file, after `cursor`.
    ///
    /// # Errors
    /// [`QueryError::Refused`] if `cursor` is not of this list.
    pub fn rows(
        &self,
        tenant: TenantId,
        import: ImportId,
        verdict: Option<Verdict>,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page<RowJudged>, QueryError> {
        let name = format!("import/{import}");
        let after: Option<u64> = cursor
            .map(|cursor| page::decode_cursor(&name, cursor))
            .transpose()?;
        let mut select = Query::select()
            .columns(VERDICTS)
            .from(ROWS)
            .and_where(Expr::col(RowColumn::TenantId).eq(tenant.to_string()))
            .and_where(Expr::col(RowColumn::ImportId).eq(import.to_string()))
            .order_by(RowColumn::Row, Order::Asc)
            .limit(page::fetch_limit(limit))
            .to_owned();
        if let Some(verdict) = verdict {
            select.and_where(Expr::col(RowColumn::Verdict).eq(sql::to_word(&verdict)?));
        }
        if let Some(row) = after {
            select.and_where(Expr::col(RowColumn::Row).gt(page::cursor_number(row)?));
        }
        let rows = self.store.fetch_all(&select, tables::read_row)?;
        Ok(page::build_page(&name, rows, limit, |row| Ok(row.row))?)
    }

    /// For the node: the imports of all tenants that ended between two instants and refused rows.
    /// Their files are kept for a while.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn ended_with_refused(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<(ImportId, String)>, StoreError> {
        let select = Query::select()
            .columns([Column::ImportId, Column::Sha256])
            .from(IMPORTS)
            .and_where(Expr::col(Column::EndedAt).gte(sql::to_micros(from)))
            .and_where(Expr::col(Column::EndedAt).lt(sql::to_micros(until)))
            .and_where(Expr::col(Column::Refused).gt(0))
            .to_owned();
        self.store.fetch_all(&select, |row| {
            let import = row.parse(Column::ImportId, |id| id.parse().ok())?;
            Ok((import, row.text(Column::Sha256)?))
        })
    }

    /// For the operator: the imports of all tenants that have not ended, oldest first. A restarted
    /// process continues them.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn running(&self) -> Result<Vec<(TenantId, ImportId)>, StoreError> {
        let select = Query::select()
            .columns([Column::TenantId, Column::ImportId])
            .from(IMPORTS)
            .and_where(Expr::col(Column::EndedAt).is_null())
            .order_by(Column::StartedAt, Order::Asc)
            .order_by(Column::TenantId, Order::Asc)
            .order_by(Column::ImportId, Order::Asc)
            .to_owned();
        self.store.fetch_all(&select, |row| {
            let tenant = row.parse(Column::TenantId, |id| id.parse().ok())?;
            Ok((tenant, row.parse(Column::ImportId, |id| id.parse().ok())?))
        })
    }
}

pub(super) fn find(
    db: Db<'_>,
    tenant: TenantId,
    import: ImportId,
) -> Result<Option<ImportRecord>, StoreError> {
    let select = Query::select()
        .columns(RECORD)
        .from(IMPORTS)
        .and_where(Expr::col(Column::TenantId).eq(tenant.to_string()))
        .and_where(Expr::col(Column::ImportId).eq(import.to_string()))
        .to_owned();
    sql::fetch_first(db, &select, tables::read_import)
}
