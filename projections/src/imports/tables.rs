//! The tables of the imports and of their rows.

use sea_query::Iden;
use tally_domain::Actor;
use tally_domain::import::{Counts, ImportState, RowJudged};
use tally_view_store::{
    StoreError,
    schema::{Table, integer, maybe_integer, maybe_text, text},
    sql::Row,
};

use super::ImportRecord;

pub(super) const IMPORTS: &str = "imports";
pub(super) const ROWS: &str = "import_rows";

/// The stored states of an import that has not ended; the other states are the words of the
/// outcomes.
pub(super) const RUNNING: &str = "running";
pub(super) const STOPPING: &str = "stopping";

#[derive(Clone, Copy, Iden)]
pub(super) enum Column {
    TenantId,
    ImportId,
    FileName,
    FileNameErased,
    Sha256,
    DryRun,
    FileColumns,
    Reading,
    State,
    Rows,
    Registered,
    RegisteredWithWarning,
    Refused,
    StartedAt,
    EndedAt,
    Person,
    Via,
    Revision,
}

#[derive(Clone, Copy, Iden)]
pub(super) enum RowColumn {
    TenantId,
    ImportId,
    Row,
    Line,
    Verdict,
    Findings,
    Tag,
    AssetId,
}

pub(super) const RECORD: [Column; 17] = [
    Column::ImportId,
    Column::FileName,
    Column::FileNameErased,
    Column::Sha256,
    Column::DryRun,
    Column::FileColumns,
    Column::Reading,
    Column::State,
    Column::Rows,
    Column::Registered,
    Column::RegisteredWithWarning,
    Column::Refused,
    Column::StartedAt,
    Column::EndedAt,
    Column::Person,
    Column::Via,
    Column::Revision,
];

pub(super) const VERDICTS: [RowColumn; 6] = [
    RowColumn::Row,
    RowColumn::Line,
    RowColumn::Verdict,
    RowColumn::Findings,
    RowColumn::Tag,
    RowColumn::AssetId,
];

pub(super) fn tables() -> Vec<Table> {
    vec![imports(), rows()]
}

fn imports() -> Table {
    use Column as C;
    let columns = vec![
        text(C::TenantId),
        text(C::ImportId),
        maybe_text(C::FileName),
        integer(C::FileNameErased),
        text(C::Sha256),
        integer(C::DryRun),
        text(C::FileColumns),
        text(C::Reading),
        text(C::State),
        integer(C::Rows),
        integer(C::Registered),
        integer(C::RegisteredWithWarning),
        integer(C::Refused),
        integer(C::StartedAt),
        maybe_integer(C::EndedAt),
        maybe_text(C::Person),
        text(C::Via),
        integer(C::Revision),
    ];
    Table::new(IMPORTS, &[C::TenantId, C::ImportId], columns)
        .with_index("imports_by_start", &[C::TenantId, C::StartedAt, C::ImportId])
        .with_partial_index("imports_running", &[C::StartedAt], C::EndedAt)
}

fn rows() -> Table {
    use RowColumn as C;
    let columns = vec![
        text(C::TenantId),
        text(C::ImportId),
        integer(C::Row),
        integer(C::Line),
        text(C::Verdict),
        text(C::Findings),
        maybe_text(C::Tag),
        maybe_text(C::AssetId),
    ];
    Table::new(ROWS, &[C::TenantId, C::ImportId, C::Row], columns).with_index(
        "import_rows_by_verdict",
        &[C::TenantId, C::ImportId, C::Verdict, C::Row],
    )
}

pub(super) fn read_import(row: &Row<'_>) -> Result<ImportRecord, StoreError> {
    Ok(ImportRecord {
        id: row.parse(Column::ImportId, |id| id.parse().ok())?,
        file_name: row.maybe(Column::FileName)?,
        file_name_erased: row.number(Column::FileNameErased)? != 0,
        sha256: row.text(Column::Sha256)?,
        dry_run: row.number(Column::DryRun)? != 0,
        columns: row.json(Column::FileColumns)?,
        reading: row.json(Column::Reading)?,
        state: read_state(row)?,
        started_at: row.time(Column::StartedAt)?,
        ended_at: row.maybe_time(Column::EndedAt)?,
        started_by: Actor {
            person: row.maybe_parse(Column::Person, |id| id.parse().ok())?,
            via: row.word(Column::Via)?,
        },
        revision: row.number(Column::Revision)?,
    })
}

fn read_state(row: &Row<'_>) -> Result<ImportState, StoreError> {
    let mut counts = Counts {
        rows: row.number(Column::Rows)?,
        registered: row.number(Column::Registered)?,
        registered_with_warning: row.number(Column::RegisteredWithWarning)?,
        refused: row.number(Column::Refused)?,
        pending: 0,
    };
    counts.pending = counts.rows.saturating_sub(counts.judged_rows());
    Ok(match row.text(Column::State)?.as_str() {
        RUNNING => ImportState::Running(counts),
        STOPPING => ImportState::Stopping(counts),
        _ => ImportState::Ended(row.word(Column::State)?, counts),
    })
}

pub(super) fn read_row(row: &Row<'_>) -> Result<RowJudged, StoreError> {
    Ok(RowJudged {
        row: row.number(RowColumn::Row)?,
        line: row.number(RowColumn::Line)?,
        verdict: row.word(RowColumn::Verdict)?,
        findings: row.json(RowColumn::Findings)?,
        tag: row.maybe(RowColumn::Tag)?,
        asset: row.maybe_parse(RowColumn::AssetId, |id| id.parse().ok())?,
    })
}
