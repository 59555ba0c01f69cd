//! The table of the install log.

use sea_query::Iden;
use tally_domain::RequestId;
use tally_domain::tenant::SecretFingerprint;
use tally_view_store::{
    StoreError,
    schema::{Table, integer, maybe_text, text},
    sql::Row,
};

use super::{InstallLogEntry, InstallOutcome};

pub(super) const TABLE: &str = "install_log";

#[derive(Clone, Copy, Iden)]
pub(super) enum Column {
    PositionCommit,
    PositionPrepare,
    At,
    Callback,
    Outcome,
    /// The sender of an accepted callback.
    TenantId,
    /// The proven client key of an accepted callback that names one.
    ClientKey,
    Code,
    /// The values that the cause of a refusal names, as JSON.
    Parameters,
    Fingerprint,
    /// The unproven client key of a refused callback.
    ClaimedClientKey,
    RequestId,
    Suppressed,
}

pub(super) const ENTRY: [Column; 12] = [
    Column::PositionCommit,
    Column::PositionPrepare,
    Column::At,
    Column::Callback,
    Column::Outcome,
    Column::TenantId,
    Column::Code,
    Column::Parameters,
    Column::Fingerprint,
    Column::ClaimedClientKey,
    Column::RequestId,
    Column::Suppressed,
];

pub(super) fn tables() -> Vec<Table> {
    use Column as C;
    let columns = vec![
        integer(C::PositionCommit),
        integer(C::PositionPrepare),
        integer(C::At),
        text(C::Callback),
        text(C::Outcome),
        maybe_text(C::TenantId),
        maybe_text(C::ClientKey),
        maybe_text(C::Code),
        maybe_text(C::Parameters),
        maybe_text(C::Fingerprint),
        maybe_text(C::ClaimedClientKey),
        maybe_text(C::RequestId),
        integer(C::Suppressed),
    ];
    let by = |column| [column, C::PositionCommit, C::PositionPrepare];
    let table = Table::new(TABLE, &[C::PositionCommit, C::PositionPrepare], columns)
        .with_index("install_log_by_tenant", &by(C::TenantId))
        .with_index("install_log_by_claim", &by(C::ClaimedClientKey));
    vec![table]
}

pub(super) fn read(row: &Row<'_>) -> Result<InstallLogEntry, StoreError> {
    Ok(InstallLogEntry {
        position: row.position(Column::PositionCommit, Column::PositionPrepare)?,
        at: row.time(Column::At)?,
        callback: row.text(Column::Callback)?,
        outcome: row.parse(Column::Outcome, InstallOutcome::parse)?,
        tenant: row.maybe_parse(Column::TenantId, |id| id.parse().ok())?,
        code: row.maybe(Column::Code)?,
        parameters: row
            .maybe_parse(Column::Parameters, |json| serde_json::from_str(json).ok())?
            .unwrap_or_default(),
        fingerprint: row.maybe(Column::Fingerprint)?.map(SecretFingerprint),
        claimed_client_key: row.maybe(Column::ClaimedClientKey)?,
        request: row.maybe_parse(Column::RequestId, RequestId::parse)?,
        suppressed: row.number(Column::Suppressed)?,
    })
}
