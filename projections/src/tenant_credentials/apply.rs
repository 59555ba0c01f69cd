//! What an event does to a tenant's credentials: the domain's own fold, kept as rows.

use tally_domain::tenant::{ConnectLink, HeldSecret, SecretState, TenantEvent, TenantState};
use tally_domain::{AnyEvent, Recorded, StreamName, TenantId};
use tally_view_store::{
    Fault, StoreError, View, ViewName,
    schema::Table,
    sql::{self, Cell, Db},
};

use super::NAME;
use super::queries;
use super::tables::{self, Column, SECRETS, Secret, TENANTS};
use super::{Since, TenantCredentials};
use crate::identity;

/// The fold of the credentials.
pub(crate) struct TenantCredentialsView;

impl View for TenantCredentialsView {
    fn name(&self) -> ViewName {
        NAME
    }

    fn version(&self) -> u32 {
        1
    }

    fn tables(&self) -> Vec<Table> {
        tables::tables()
    }

    fn apply(&self, db: Db<'_>, recorded: &Recorded<AnyEvent>) -> Result<(), Fault> {
        let Some(id) = identity::tenant_of(recorded)? else {
            return Ok(());
        };
        let before = queries::find(db, id)?;
        let Some(after) = evolve_credentials(before.as_ref(), id, recorded) else {
            return Ok(());
        };
        let cells = after.tenant.connect().map(|link| tenant_cells(&after, link));
        if let Some(cells) = cells.transpose()? {
            sql::upsert(db, TENANTS, &[Column::TenantId], cells)?;
        }
        write_secrets(db, before.as_ref(), &after)?;
        Ok(())
    }
}

/// The tenant after `recorded`; `None` if it has no link to Connect. An event of an unknown type
/// changes only the revision.
fn evolve_credentials(
    before: Option<&TenantCredentials>,
    id: TenantId,
    recorded: &Recorded<AnyEvent>,
) -> Option<TenantCredentials> {
    let state = before.map_or(TenantState::Unknown, |known| {
        TenantState::Known(Box::new(known.tenant.clone()))
    });
    let (state, handshake) = match recorded.event.of::<TenantEvent>() {
        Some(event) => (
            state.evolve(&recorded.with_event(event.clone())),
            is_handshake(event),
        ),
        None => (state, false),
    };
    let TenantState::Known(tenant) = state else {
        return None;
    };
    let at = recorded.recorded_at;
    let last_handshake = before.map(|known| known.last_handshake_at).filter(|_| !handshake);
    Some(TenantCredentials {
        id,
        client_key: tenant.connect()?.client_key.clone(),
        stream: StreamName::tenant(id),
        standings: tenant
            .secrets()
            .iter()
            .map(|secret_held| {
                (
                    secret_held.fingerprint.clone(),
                    since(before, secret_held, recorded),
                )
            })
            .collect(),
        tenant: *tenant,
        first_installed_at: before.map_or(at, |known| known.first_installed_at),
        last_handshake_at: last_handshake.unwrap_or(at),
        revision: recorded.revision,
        position: recorded.position,
    })
}

/// Whether the platform delivered its secret with this event.
fn is_handshake(event: &TenantEvent) -> bool {
    matches!(
        event,
        TenantEvent::Installed { .. }
            | TenantEvent::Reinstalled { .. }
            | TenantEvent::SharedSecretRotated { .. }
            | TenantEvent::InstallationConfirmed { .. }
            | TenantEvent::CandidateSecretReceived { .. }
    )
}

/// Since when `secret_held` has its state: since the event before, unless this one changed it.
fn since(
    before: Option<&TenantCredentials>,
    secret_held: &HeldSecret,
    recorded: &Recorded<AnyEvent>,
) -> Since {
    let unchanged = before.and_then(|known| {
        let same = known.tenant.secret(&secret_held.fingerprint)?.state == secret_held.state;
        known.standings.get(&secret_held.fingerprint).filter(|_| same)
    });
    unchanged.copied().unwrap_or(Since {
        at: recorded.recorded_at,
        position: recorded.position,
    })
}

fn tenant_cells(
    credentials: &TenantCredentials,
    link: &ConnectLink,
) -> Result<Vec<Cell<Column>>, StoreError> {
    use Column as C;
    let (site, status) = (&credentials.tenant.site, credentials.tenant.status);
    Ok(vec![
        (C::TenantId, credentials.id.to_string().into()),
        (C::ClientKey, link.client_key.as_str().into()),
        (C::BaseUrl, site.base_url.as_str().into()),
        (C::DisplayUrl, site.display_url.clone().into()),
        (C::ProductType, site.product_type.as_str().into()),
        (C::OauthClientId, link.oauth_client_id.clone().into()),
        (C::InstallationId, link.installation_id.clone().into()),
        (C::Status, status.as_str().into()),
        (C::Deliveries, sql::to_json(&link.deliveries)?.into()),
        (C::NewestIssuedAt, sql::to_micros(link.newest_issued_at).into()),
        (C::UninstalledAt, link.uninstalled_at.map(sql::to_micros).into()),
        (
            C::FirstInstalledAt,
            sql::to_micros(credentials.first_installed_at).into(),
        ),
        (
            C::LastHandshakeAt,
            sql::to_micros(credentials.last_handshake_at).into(),
        ),
        (C::Revision, sql::to_integer(credentials.revision)?.into()),
        (
            C::PositionCommit,
            sql::to_integer(credentials.position.commit)?.into(),
        ),
        (
            C::PositionPrepare,
            sql::to_integer(credentials.position.prepare)?.into(),
        ),
    ])
}

/// Writes the secrets that have changed. None is ever removed: they are the tenant's history.
fn write_secrets(
    db: Db<'_>,
    before: Option<&TenantCredentials>,
    after: &TenantCredentials,
) -> Result<(), StoreError> {
    for (ordinal, secret_held) in after.tenant.secrets().iter().enumerate() {
        let stored = before.and_then(|known| known.tenant.secrets().get(ordinal));
        if stored != Some(secret_held) {
            let cells = secret_cells(after, ordinal as u64, secret_held)?;
            sql::upsert(db, SECRETS, &[Secret::TenantId, Secret::Fingerprint], cells)?;
        }
    }
    Ok(())
}

fn secret_cells(
    credentials: &TenantCredentials,
    ordinal: u64,
    secret_held: &HeldSecret,
) -> Result<Vec<Cell<Secret>>, StoreError> {
    use Secret as C;
    let since = credentials
        .standings
        .get(&secret_held.fingerprint)
        .ok_or_else(|| StoreError::corrupt("the time of a secret's state"))?;
    let until = match secret_held.state {
        SecretState::Previous { until } => Some(sql::to_micros(until)),
        SecretState::Current | SecretState::Candidate | SecretState::Superseded => None,
    };
    Ok(vec![
        (C::TenantId, credentials.id.to_string().into()),
        (C::Fingerprint, secret_held.fingerprint.0.as_str().into()),
        (C::Ordinal, sql::to_integer(ordinal)?.into()),
        (C::Sealed, sql::to_json(&secret_held.sealed)?.into()),
        (C::SealedAt, sql::to_integer(secret_held.sealed_at)?.into()),
        (C::State, tables::state_word(secret_held.state).into()),
        (C::Until, until.into()),
        (C::IssuedAt, sql::to_micros(secret_held.issued_at).into()),
        (C::SinceAt, sql::to_micros(since.at).into()),
        (C::SinceCommit, sql::to_integer(since.position.commit)?.into()),
        (C::SincePrepare, sql::to_integer(since.position.prepare)?.into()),
    ])
}
