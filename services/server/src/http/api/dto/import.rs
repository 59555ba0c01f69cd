//! Imports and their rows.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use tally_domain::PersonId;
use tally_domain::import::{Column, Finding, ImportOutcome, ImportState, RowJudged, Verdict};
use tally_domain::refusal::Parameter;
use tally_imports::describe_findings;
use tally_projections::ImportRecord;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ImportReading, KnownPeople, Person};

/// How a column of the file is read.
#[derive(Serialize, ToSchema)]
pub struct ImportColumn {
    /// The header in the file.
    pub header: String,
    /// `tag`, the attribute's key, or the name of one that the import adds.
    pub field: String,
    /// Its number in the file, 1 for the first. Left out are only columns that Tally adds to its own
    /// files, and nameless ones without content.
    pub number: u32,
    /// What to check about the choice of its field.
    pub findings: Vec<RowFinding>,
    /// The same in English.
    pub message: String,
}

impl ImportColumn {
    /// The columns of a file.
    pub fn all_of(columns: Vec<Column>) -> Vec<Self> {
        columns.into_iter().zip(0..).map(Self::of).collect()
    }

    fn of((column, index): (Column, u32)) -> Self {
        Self {
            header: column.header,
            field: column.field,
            number: column.position.unwrap_or(index) + 1,
            message: describe_findings(&column.findings),
            findings: column.findings.into_iter().map(RowFinding::of).collect(),
        }
    }
}

/// How many rows there are of each kind. `rows` is the sum of the others.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportCounts {
    /// All rows. A line with nothing on it is no row.
    pub rows: u64,
    /// Rows that became assets; in a dry run, that would.
    pub registered: u64,
    /// The same, and there is something to check.
    pub registered_with_warning: u64,
    /// Rows that did not.
    pub refused: u64,
    /// Rows without a verdict: not judged yet, or never, when the import was stopped.
    pub pending: u64,
}

/// An import of a file.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Import {
    /// The import's id.
    pub id: Uuid,
    /// The name of the file on the sender's machine.
    #[schema(required)]
    pub file_name: Option<String>,
    /// Whether it had a name that was erased since.
    pub file_name_erased: bool,
    /// Whether the import only reports what would happen.
    pub dry_run: bool,
    /// `running`, `finished`, `cancelled` or `failed`.
    #[schema(value_type = ImportStanding)]
    pub state: &'static str,
    /// The time at which it began.
    pub started_at: DateTime<Utc>,
    /// The time at which it ended; null while it runs.
    #[schema(required)]
    pub finished_at: Option<DateTime<Utc>>,
    /// The person who began it.
    pub started_by: Person,
    /// How the columns are read, in the order of the file.
    pub columns: Vec<ImportColumn>,
    /// How the file was read; null for an import from before this was recorded.
    #[schema(required)]
    pub reading: Option<ImportReading>,
    /// The number of rows by verdict, so far.
    pub counts: ImportCounts,
}

/// The state of an import.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "names the words for the document")]
pub enum ImportStanding {
    /// Rows are being judged.
    Running,
    /// Every row has its verdict.
    Finished,
    /// A user stopped it.
    Cancelled,
    /// It could not go on.
    Failed,
}

impl Import {
    /// From a record of the view, with what is known of the people.
    pub fn of(record: ImportRecord, people: &KnownPeople) -> Self {
        let counts = record.counts();
        // An import is started by a person; another way in would be shown as one who is not known.
        let started_by = record.started_by.person.unwrap_or(PersonId(Uuid::nil()));

        Self {
            id: record.id.0,
            file_name: record.file_name,
            file_name_erased: record.file_name_erased,
            dry_run: record.dry_run,
            state: state_name(record.state),
            started_at: record.started_at,
            finished_at: record.ended_at,
            started_by: Person::of(started_by, people),
            columns: ImportColumn::all_of(record.columns),
            reading: record.reading.as_ref().map(ImportReading::of),
            counts: ImportCounts {
                rows: counts.rows,
                registered: counts.registered,
                registered_with_warning: counts.registered_with_warning,
                refused: counts.refused,
                pending: counts.pending,
            },
        }
    }
}

fn state_name(state: ImportState) -> &'static str {
    match state {
        ImportState::Absent | ImportState::Running(_) | ImportState::Stopping(_) => "running",
        ImportState::Ended(ImportOutcome::Finished, _) => "finished",
        ImportState::Ended(ImportOutcome::Cancelled, _) => "cancelled",
        ImportState::Ended(ImportOutcome::Failed, _) => "failed",
    }
}

/// A page of imports, newest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportPage {
    /// The imports of this page.
    pub items: Vec<Import>,
    /// The cursor of the next page; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// A row of the file with its verdict.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportRow {
    /// The number of the row, 1 for the first below the header.
    pub row: u64,
    /// The line of the file where the row begins, 1 for the header's.
    pub line: u64,
    /// `registered`, `registered_with_warning` or `refused`.
    #[schema(value_type = RowVerdict)]
    pub verdict: &'static str,
    /// The codes of the reason for its refusal, or of what to check.
    #[schema(example = json!(["import.tag_allotted"]))]
    pub codes: Vec<String>,
    /// The same in English.
    pub message: String,
    /// The same as codes with the values that their texts name.
    pub findings: Vec<RowFinding>,
    /// The tag of the row, given or allotted.
    #[schema(required)]
    pub tag: Option<String>,
    /// The asset that the row became.
    #[schema(required)]
    pub asset_id: Option<Uuid>,
}

/// The reason for a row's refusal, or what to check about it.
#[derive(Serialize, ToSchema)]
pub struct RowFinding {
    /// The stable code.
    pub code: String,
    /// The values that its text names, by name: numbers or texts.
    #[schema(value_type = HashMap<String, serde_json::Value>)]
    pub parameters: BTreeMap<String, Parameter>,
}

impl RowFinding {
    fn of(finding: Finding) -> Self {
        Self {
            code: finding.code,
            parameters: finding.parameters,
        }
    }
}

/// The verdict on a row.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "names the words for the document")]
pub enum RowVerdict {
    /// It became an asset; in a dry run, it would.
    Registered,
    /// The same, and there is something to check.
    RegisteredWithWarning,
    /// It did not become an asset.
    Refused,
}

impl ImportRow {
    /// From a row of the view.
    pub fn of(row: RowJudged) -> Self {
        Self {
            row: row.row,
            line: row.line,
            verdict: verdict_name(row.verdict),
            codes: row.findings.iter().map(|found| found.code.clone()).collect(),
            message: describe_findings(&row.findings),
            findings: row.findings.into_iter().map(RowFinding::of).collect(),
            tag: row.tag,
            asset_id: row.asset.map(|asset| asset.0),
        }
    }
}

const VERDICTS: [Verdict; 3] = [
    Verdict::Registered,
    Verdict::RegisteredWithWarning,
    Verdict::Refused,
];

fn verdict_name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Registered => "registered",
        Verdict::RegisteredWithWarning => "registered_with_warning",
        Verdict::Refused => "refused",
    }
}

/// The verdict with the name `text`.
pub fn parse_verdict(text: &str) -> Option<Verdict> {
    VERDICTS
        .into_iter()
        .find(|verdict| verdict_name(*verdict) == text)
}

/// A page of rows, in the order of the file.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportRowPage {
    /// The rows of this page.
    pub items: Vec<ImportRow>,
    /// The cursor of the next page; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}
