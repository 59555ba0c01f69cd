//! What an event does to the imports. The state of an import is the domain's own fold, kept as a
//! row.

use tally_domain::import::{ImportEvent, ImportState, RowJudged};
use tally_domain::value::FreeText;
use tally_domain::{AnyEvent, ImportId, Recorded, TenantId};
use tally_view_store::{
    Fault, StoreError, View, ViewName,
    schema::Table,
    sql::{self, Cell, Db},
};

use super::ImportRecord;
use super::NAME;
use super::queries;
use super::tables::{self, Column, IMPORTS, ROWS, RUNNING, RowColumn, STOPPING};
use crate::identity;

/// The fold of the imports.
pub(crate) struct ImportsView;

impl View for ImportsView {
    fn name(&self) -> ViewName {
        NAME
    }

    fn version(&self) -> u32 {
        3
    }

    fn tables(&self) -> Vec<Table> {
        tables::tables()
    }

    fn apply(&self, db: Db<'_>, recorded: &Recorded<AnyEvent>) -> Result<(), Fault> {
        let Some((tenant, import)) = identity::import_of(recorded)? else {
            return Ok(());
        };
        let before = queries::find(db, tenant, import)?;
        let event = recorded.event.of::<ImportEvent>();
        if let (Some(ImportEvent::RowsJudged { rows }), Some(record)) = (event, &before)
            && record.state.is_under_way()
        {
            let cells: Result<Vec<_>, _> = rows.iter().map(|row| row_cells(tenant, import, row)).collect();
            sql::insert_all(db, ROWS, cells?)?;
        }
        match evolve_record(before, import, event, recorded) {
            Some(after) => Ok(sql::upsert(db, IMPORTS, &KEY, record_cells(tenant, &after)?)?),
            None => Ok(()),
        }
    }
}

const KEY: [Column; 2] = [Column::TenantId, Column::ImportId];

/// The import after `event`, which is absent if this version does not know its type. `None` if
/// there is no import.
fn evolve_record(
    before: Option<ImportRecord>,
    import: ImportId,
    event: Option<&ImportEvent>,
    recorded: &Recorded<AnyEvent>,
) -> Option<ImportRecord> {
    let mut record = before.or_else(|| start_record(import, event?, recorded))?;
    if let Some(event) = event {
        record.state = record.state.evolve(event);
    }
    if matches!(record.state, ImportState::Ended(..)) && record.ended_at.is_none() {
        record.ended_at = Some(recorded.recorded_at);
    }
    record.revision = recorded.revision;
    Some(record)
}

fn start_record(
    import: ImportId,
    event: &ImportEvent,
    recorded: &Recorded<AnyEvent>,
) -> Option<ImportRecord> {
    let ImportEvent::Started {
        file_name,
        sha256,
        columns,
        reading,
        dry_run,
        ..
    } = event
    else {
        return None;
    };
    let name = file_name.as_ref();
    Some(ImportRecord {
        id: import,
        file_name: name.and_then(FreeText::text).map(str::to_owned),
        file_name_erased: name.is_some_and(|name| name.text().is_none()),
        sha256: sha256.clone(),
        dry_run: *dry_run,
        columns: columns.clone(),
        reading: reading.clone(),
        state: ImportState::Absent,
        started_at: recorded.recorded_at,
        ended_at: None,
        started_by: recorded.context.actor,
        revision: recorded.revision,
    })
}

fn record_cells(tenant: TenantId, record: &ImportRecord) -> Result<Vec<Cell<Column>>, StoreError> {
    use Column as C;
    let counts = record.counts();
    Ok(vec![
        (C::TenantId, tenant.to_string().into()),
        (C::ImportId, record.id.to_string().into()),
        (C::FileName, record.file_name.clone().into()),
        (C::FileNameErased, i64::from(record.file_name_erased).into()),
        (C::Sha256, record.sha256.as_str().into()),
        (C::DryRun, i64::from(record.dry_run).into()),
        (C::FileColumns, sql::to_json(&record.columns)?.into()),
        (C::Reading, sql::to_json(&record.reading)?.into()),
        (C::State, state_word(&record.state)?.into()),
        (C::Rows, sql::to_integer(counts.rows)?.into()),
        (C::Registered, sql::to_integer(counts.registered)?.into()),
        (
            C::RegisteredWithWarning,
            sql::to_integer(counts.registered_with_warning)?.into(),
        ),
        (C::Refused, sql::to_integer(counts.refused)?.into()),
        (C::StartedAt, sql::to_micros(record.started_at).into()),
        (C::EndedAt, record.ended_at.map(sql::to_micros).into()),
        (
            C::Person,
            record.started_by.person.map(|person| person.to_string()).into(),
        ),
        (C::Via, record.started_by.via.as_str().into()),
        (C::Revision, sql::to_integer(record.revision)?.into()),
    ])
}

fn state_word(state: &ImportState) -> Result<String, StoreError> {
    match state {
        ImportState::Absent | ImportState::Running(_) => Ok(RUNNING.to_owned()),
        ImportState::Stopping(_) => Ok(STOPPING.to_owned()),
        ImportState::Ended(outcome, _) => sql::to_word(outcome),
    }
}

fn row_cells(
    tenant: TenantId,
    import: ImportId,
    row: &RowJudged,
) -> Result<Vec<Cell<RowColumn>>, StoreError> {
    use RowColumn as C;
    Ok(vec![
        (C::TenantId, tenant.to_string().into()),
        (C::ImportId, import.to_string().into()),
        (C::Row, sql::to_integer(row.row)?.into()),
        (C::Line, sql::to_integer(row.line)?.into()),
        (C::Verdict, sql::to_word(&row.verdict)?.into()),
        (C::Findings, sql::to_json(&row.findings)?.into()),
        (C::Tag, row.tag.clone().into()),
        (C::AssetId, row.asset.map(|asset| asset.to_string()).into()),
    ])
}
