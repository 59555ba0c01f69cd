//! The queries of the credentials.

use std::collections::HashMap;

use sea_query::{Cond, Expr, ExprTrait, Order, Query};
use tally_domain::tenant::HeldSecret;
use tally_domain::{ClientKey, Position, TenantId};
use tally_view_store::{
    StoreError, ViewStore,
    sql::{self, Db},
};

use super::tables::{self, Column, SECRET, SECRETS, Secret, TENANT, TENANTS};
use super::{Since, TenantCredentials};

/// The credentials of all tenants in a store.
#[derive(Clone, Copy, Debug)]
pub struct CredentialList<'a> {
    store: &'a ViewStore,
}

impl<'a> CredentialList<'a> {
    /// The credentials in `store`.
    pub fn of(store: &'a ViewStore) -> Self {
        Self { store }
    }

    /// Every tenant, including those that have uninstalled, and the checkpoint of the views that
    /// show them so. Verification loads them when it starts.
    ///
    /// # Errors
    /// A failure of the database, as for every query here.
    pub fn load_all(&self) -> Result<(Option<Position>, Vec<TenantCredentials>), StoreError> {
        self.store
            .read_with_checkpoint(|db| load_tenants(db, Cond::all(), Cond::all()))
    }

    /// The tenant that has this client key.
    ///
    /// # Errors
    /// As [`Self::load_all`].
    pub fn by_client_key(&self, key: &ClientKey) -> Result<Option<TenantCredentials>, StoreError> {
        self.store.read(|db| {
            let holder = Query::select()
                .columns(TENANT)
                .from(TENANTS)
                .and_where(Expr::col(Column::ClientKey).eq(key.as_str()))
                .order_by(Column::FirstInstalledAt, Order::Desc)
                .order_by(Column::TenantId, Order::Desc)
                .limit(1)
                .to_owned();
            match sql::fetch_first(db, &holder, tables::read_tenant)? {
                Some(holder) => find(db, holder.id),
                None => Ok(None),
            }
        })
    }

    /// For the operator: every tenant whose site has the address `url` or is displayed under it,
    /// without its secrets.
    ///
    /// # Errors
    /// As [`Self::load_all`].
    pub fn at_address(&self, url: &str) -> Result<Vec<TenantCredentials>, StoreError> {
        let here = |column| Expr::col(column).eq(url);
        let tenants = Cond::any()
            .add(here(Column::BaseUrl))
            .add(here(Column::DisplayUrl));
        let none = Cond::all().add(Expr::val(1).eq(0));
        self.store.read(|db| load_tenants(db, tenants, none))
    }

    /// The tenant with the id `tenant`.
    ///
    /// # Errors
    /// As [`Self::load_all`].
    pub fn by_tenant(&self, tenant: TenantId) -> Result<Option<TenantCredentials>, StoreError> {
        self.store.read(|db| find(db, tenant))
    }
}

pub(super) fn find(db: Db<'_>, tenant: TenantId) -> Result<Option<TenantCredentials>, StoreError> {
    let tenants = Cond::all().add(Expr::col(Column::TenantId).eq(tenant.to_string()));
    let secrets = Cond::all().add(Expr::col(Secret::TenantId).eq(tenant.to_string()));
    Ok(load_tenants(db, tenants, secrets)?.pop())
}

/// The tenants under one condition with their secrets under the other.
fn load_tenants(db: Db<'_>, tenants: Cond, secrets: Cond) -> Result<Vec<TenantCredentials>, StoreError> {
    let mut secret_held = load_secrets(db, secrets)?;
    let select = Query::select()
        .columns(TENANT)
        .from(TENANTS)
        .cond_where(tenants)
        .order_by(Column::TenantId, Order::Asc)
        .to_owned();
    let mut found = sql::fetch_all(db, &select, tables::read_tenant)?;
    for credentials in &mut found {
        for (secret, since) in secret_held.remove(&credentials.id).unwrap_or_default() {
            credentials.standings.insert(secret.fingerprint.clone(), since);
            if let Some(link) = &mut credentials.tenant.links.connect {
                link.secrets.push(secret);
            }
        }
    }
    Ok(found)
}

type SecretsByTenant = HashMap<TenantId, Vec<(HeldSecret, Since)>>;

fn load_secrets(db: Db<'_>, secrets: Cond) -> Result<SecretsByTenant, StoreError> {
    let select = Query::select()
        .columns(SECRET)
        .from(SECRETS)
        .cond_where(secrets)
        .order_by(Secret::TenantId, Order::Asc)
        .order_by(Secret::Ordinal, Order::Asc)
        .to_owned();
    let mut secret_held = SecretsByTenant::new();
    for (tenant, secret, since) in sql::fetch_all(db, &select, tables::read_secret)? {
        secret_held.entry(tenant).or_default().push((secret, since));
    }
    Ok(secret_held)
}
