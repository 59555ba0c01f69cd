//! The tables of the tenants and of their secrets.

use sea_query::Iden;
use tally_domain::tenant::{
    ConnectLink, HeldSecret, Links, SecretFingerprint, SecretState, SiteFacts, Tenant,
};
use tally_domain::{ClientKey, StreamName, TenantId};
use tally_view_store::{
    StoreError,
    schema::{Table, integer, maybe_integer, maybe_text, text},
    sql::Row,
};

use super::{Since, TenantCredentials};

pub(super) const TENANTS: &str = "tenant_credentials";
pub(super) const SECRETS: &str = "tenant_credentials_secrets";

#[derive(Clone, Copy, Iden)]
pub(super) enum Column {
    TenantId,
    ClientKey,
    BaseUrl,
    DisplayUrl,
    ProductType,
    OauthClientId,
    InstallationId,
    Status,
    Deliveries,
    NewestIssuedAt,
    UninstalledAt,
    FirstInstalledAt,
    LastHandshakeAt,
    Revision,
    PositionCommit,
    PositionPrepare,
}

#[derive(Clone, Copy, Iden)]
pub(super) enum Secret {
    TenantId,
    Fingerprint,
    /// The secret's number among those of the tenant, oldest first.
    Ordinal,
    Sealed,
    SealedAt,
    State,
    Until,
    IssuedAt,
    SinceAt,
    SinceCommit,
    SincePrepare,
}

pub(super) const TENANT: [Column; 16] = [
    Column::TenantId,
    Column::ClientKey,
    Column::BaseUrl,
    Column::DisplayUrl,
    Column::ProductType,
    Column::OauthClientId,
    Column::InstallationId,
    Column::Status,
    Column::Deliveries,
    Column::NewestIssuedAt,
    Column::UninstalledAt,
    Column::FirstInstalledAt,
    Column::LastHandshakeAt,
    Column::Revision,
    Column::PositionCommit,
    Column::PositionPrepare,
];

pub(super) const SECRET: [Secret; 10] = [
    Secret::TenantId,
    Secret::Fingerprint,
    Secret::Sealed,
    Secret::SealedAt,
    Secret::State,
    Secret::Until,
    Secret::IssuedAt,
    Secret::SinceAt,
    Secret::SinceCommit,
    Secret::SincePrepare,
];

pub(super) fn tables() -> Vec<Table> {
    vec![tenants(), secrets()]
}

fn tenants() -> Table {
    use Column as C;
    let columns = vec![
        text(C::TenantId),
        text(C::ClientKey),
        text(C::BaseUrl),
        maybe_text(C::DisplayUrl),
        text(C::ProductType),
        maybe_text(C::OauthClientId),
        maybe_text(C::InstallationId),
        text(C::Status),
        text(C::Deliveries),
        integer(C::NewestIssuedAt),
        maybe_integer(C::UninstalledAt),
        integer(C::FirstInstalledAt),
        integer(C::LastHandshakeAt),
        integer(C::Revision),
        integer(C::PositionCommit),
        integer(C::PositionPrepare),
    ];
    Table::new(TENANTS, &[C::TenantId], columns).with_index(
        "tenant_credentials_by_client_key",
        &[C::ClientKey, C::FirstInstalledAt, C::TenantId],
    )
}

fn secrets() -> Table {
    use Secret as C;
    let columns = vec![
        text(C::TenantId),
        text(C::Fingerprint),
        integer(C::Ordinal),
        text(C::Sealed),
        integer(C::SealedAt),
        text(C::State),
        maybe_integer(C::Until),
        integer(C::IssuedAt),
        integer(C::SinceAt),
        integer(C::SinceCommit),
        integer(C::SincePrepare),
    ];
    Table::new(SECRETS, &[C::TenantId, C::Fingerprint], columns)
}

/// A tenant without its secrets.
pub(super) fn read_tenant(row: &Row<'_>) -> Result<TenantCredentials, StoreError> {
    let id: TenantId = row.parse(Column::TenantId, |id| id.parse().ok())?;
    let site = SiteFacts {
        base_url: row.text(Column::BaseUrl)?,
        display_url: row.maybe(Column::DisplayUrl)?,
        product_type: row.text(Column::ProductType)?,
    };
    let link = ConnectLink {
        client_key: row.parse(Column::ClientKey, ClientKey::parse)?,
        oauth_client_id: row.maybe(Column::OauthClientId)?,
        installation_id: row.maybe(Column::InstallationId)?,
        secrets: Vec::new(),
        deliveries: row.json(Column::Deliveries)?,
        newest_issued_at: row.time(Column::NewestIssuedAt)?,
        uninstalled_at: row.maybe_time(Column::UninstalledAt)?,
    };
    Ok(TenantCredentials {
        id,
        client_key: link.client_key.clone(),
        stream: StreamName::tenant(id),
        tenant: Tenant {
            site,
            status: row.word(Column::Status)?,
            links: Links { connect: Some(link) },
        },
        standings: Default::default(),
        first_installed_at: row.time(Column::FirstInstalledAt)?,
        last_handshake_at: row.time(Column::LastHandshakeAt)?,
        revision: row.number(Column::Revision)?,
        position: row.position(Column::PositionCommit, Column::PositionPrepare)?,
    })
}

/// A secret with its tenant and the time since when it has its state.
pub(super) fn read_secret(row: &Row<'_>) -> Result<(TenantId, HeldSecret, Since), StoreError> {
    let secret_held = HeldSecret {
        sealed: row.json(Secret::Sealed)?,
        sealed_at: row.number(Secret::SealedAt)?,
        fingerprint: SecretFingerprint(row.text(Secret::Fingerprint)?),
        issued_at: row.time(Secret::IssuedAt)?,
        state: read_state(row)?,
    };
    let since = Since {
        at: row.time(Secret::SinceAt)?,
        position: row.position(Secret::SinceCommit, Secret::SincePrepare)?,
    };
    Ok((
        row.parse(Secret::TenantId, |id| id.parse().ok())?,
        secret_held,
        since,
    ))
}

fn read_state(row: &Row<'_>) -> Result<SecretState, StoreError> {
    match (row.text(Secret::State)?.as_str(), row.maybe_time(Secret::Until)?) {
        ("current", None) => Ok(SecretState::Current),
        ("previous", Some(until)) => Ok(SecretState::Previous { until }),
        ("candidate", None) => Ok(SecretState::Candidate),
        ("superseded", None) => Ok(SecretState::Superseded),
        _ => Err(StoreError::corrupt("column state")),
    }
}

/// The stored word of a secret's state.
pub(super) fn state_word(state: SecretState) -> &'static str {
    match state {
        SecretState::Current => "current",
        SecretState::Previous { .. } => "previous",
        SecretState::Candidate => "candidate",
        SecretState::Superseded => "superseded",
    }
}
