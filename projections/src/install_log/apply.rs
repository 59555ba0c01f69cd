//! What an event adds to the install log.

use sea_query::Value;
use tally_domain::tenant::{RefusedCallback, SecretFingerprint, TenantEvent};
use tally_domain::{AnyEvent, ClientKey, Recorded};
use tally_view_store::{
    Fault, StoreError, View, ViewName,
    schema::Table,
    sql::{self, Cell, Db},
};

use super::InstallOutcome;
use super::NAME;
use super::tables::{self, Column, TABLE};
use crate::identity;
/// The fold of the install log.
pub(crate) struct InstallLogView;

impl View for InstallLogView {
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
        let mut cells = envelope_cells(recorded)?;
        if let Some(event) = recorded.event.of::<TenantEvent>() {
            let tenant = identity::tenant_of(recorded)?;
            let Some(accepted) = accepted_callback(event) else {
                return Ok(());
            };
            cells.push((Column::TenantId, tenant.map(|tenant| tenant.to_string()).into()));
            cells.extend(accepted.cells());
        } else if let Some(refused) = recorded.event.of::<RefusedCallback>() {
            cells.extend(refusal_cells(refused)?);
        } else {
            return Ok(());
        }
        Ok(sql::insert(db, TABLE, cells)?)
    }
}

fn envelope_cells(recorded: &Recorded<AnyEvent>) -> Result<Vec<Cell<Column>>, StoreError> {
    use Column as C;
    let request = recorded.context.request.as_ref();
    Ok(vec![
        (
            C::PositionCommit,
            sql::to_integer(recorded.position.commit)?.into(),
        ),
        (
            C::PositionPrepare,
            sql::to_integer(recorded.position.prepare)?.into(),
        ),
        (C::At, sql::to_micros(recorded.recorded_at).into()),
        (C::RequestId, request.map(ToString::to_string).into()),
    ])
}

struct AcceptedCallback<'a> {
    callback: &'static str,
    client_key: Option<&'a ClientKey>,
    fingerprint: Option<&'a SecretFingerprint>,
}

/// The callback that led to `event`. A callback can lead to several events; only the first of them,
/// which is one of those here, stands for it.
fn accepted_callback(event: &TenantEvent) -> Option<AcceptedCallback<'_>> {
    use TenantEvent as E;
    let (callback, client_key, fingerprint) = match event {
        E::Installed {
            facts, fingerprint, ..
        }
        | E::Reinstalled {
            facts, fingerprint, ..
        } => ("installed", Some(&facts.client_key), Some(fingerprint)),
        E::SharedSecretRotated { fingerprint, .. }
        | E::InstallationConfirmed { fingerprint, .. }
        | E::CandidateSecretReceived { fingerprint, .. } => ("installed", None, Some(fingerprint)),
        E::Enabled {} => ("enabled", None, None),
        E::Disabled {} => ("disabled", None, None),
        E::Uninstalled { .. } => ("uninstalled", None, None),
        E::CandidateSecretPromoted { .. }
        | E::CandidateSecretDiscarded { .. }
        | E::BaseUrlChanged { .. }
        | E::Erased {}
        | E::KeysDestroyed {} => return None,
    };
    Some(AcceptedCallback {
        callback,
        client_key,
        fingerprint,
    })
}

impl AcceptedCallback<'_> {
    fn cells(&self) -> Vec<Cell<Column>> {
        let text = |text: Option<&str>| Value::from(text.map(str::to_owned));
        vec![
            (Column::Callback, self.callback.into()),
            (Column::Outcome, InstallOutcome::Accepted.as_str().into()),
            (Column::ClientKey, text(self.client_key.map(ClientKey::as_str))),
            (
                Column::Fingerprint,
                text(self.fingerprint.map(|fingerprint| fingerprint.0.as_str())),
            ),
            (Column::Suppressed, 0i64.into()),
        ]
    }
}

fn refusal_cells(refused: &RefusedCallback) -> Result<Vec<Cell<Column>>, StoreError> {
    Ok(vec![
        (Column::Callback, refused.callback.as_str().into()),
        (Column::Outcome, InstallOutcome::Refused.as_str().into()),
        (Column::Code, refused.code.as_str().into()),
        (Column::Parameters, sql::to_json(&refused.parameters)?.into()),
        (
            Column::ClaimedClientKey,
            refused.claimed_client_key.clone().into(),
        ),
        (Column::Suppressed, sql::to_integer(refused.suppressed)?.into()),
    ])
}
