//! Imports and their rows.

use chrono::{DateTime, Utc};
use serde::Serialize;
use tally_domain::import::{ImportOutcome, ImportState, RowJudged, Verdict};
use tally_projections::ImportRecord;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Person;
use super::Names;

/// How a column of the file is read.
#[derive(Serialize, ToSchema)]
pub struct ImportColumn {
    /// The header in the file.
    pub header: String,
    /// `tag`, or the attribute's key.
    pub field: String,
}

/// How many rows there are of each kind. `rows` is the sum of the others.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportCounts {
    /// All of them. A line with nothing on it is no row.
    pub rows: u64,
    /// Those that became assets.
    pub registered: u64,
    /// Those that became assets and want a look.
    pub registered_with_warning: u64,
    /// Those that did not.
    pub refused: u64,
    /// Those without a verdict: not yet, or not any more when the import was stopped.
    pub pending: u64,
}

/// An import of a file.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Import {
    /// Its id.
    pub id: Uuid,
    /// The file's name.
    #[schema(required)]
    pub file_name: Option<String>,
    /// Whether it only tells what would happen.
    pub dry_run: bool,
    /// `running`, `finished`, `cancelled` or `failed`.
    #[schema(value_type = ImportStanding)]
    pub state: &'static str,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    #[schema(required)]
    pub finished_at: Option<DateTime<Utc>>,
    /// Who began it.
    pub started_by: Person,
    /// How the columns are read, in the order of the file.
    pub columns: Vec<ImportColumn>,
    /// How far it is.
    pub counts: ImportCounts,
}

/// Where an import stands.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "names the words for the document")]
pub enum ImportStanding {
    /// Rows are being judged.
    Running,
    /// Every row has its verdict.
    Finished,
    /// Somebody stopped it.
    Cancelled,
    /// It could not go on.
    Failed,
}

impl Import {
    /// From the view's.
    pub fn of(record: ImportRecord, names: &Names) -> Self {
        let counts = record.counts();
        let started_by = match &record.started_by.account {
            Some(account) => Person::of(account, names),
            None => Person {
                account_id: String::new(),
                display_name: None,
            },
        };
        Self {
            id: record.id.0,
            file_name: record.file_name,
            dry_run: record.dry_run,
            state: standing(record.state),
            started_at: record.started_at,
            finished_at: record.ended_at,
            started_by,
            columns: record
                .columns
                .into_iter()
                .map(|c| ImportColumn {
                    header: c.header,
                    field: c.field,
                })
                .collect(),
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

fn standing(state: ImportState) -> &'static str {
    match state {
        ImportState::Absent | ImportState::Running(_) | ImportState::Stopping(_) => "running",
        ImportState::Ended(ImportOutcome::Finished, _) => "finished",
        ImportState::Ended(ImportOutcome::Cancelled, _) => "cancelled",
        ImportState::Ended(ImportOutcome::Failed, _) => "failed",
    }
}

/// Imports, newest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportPage {
    /// The imports.
    pub items: Vec<Import>,
    /// Where the next page begins; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// A row's verdict.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportRow {
    /// Which row, 1 for the first below the header.
    pub row: u64,
    /// The line of the file where it begins, 1 for the header's.
    pub line: u64,
    /// `registered`, `registered_with_warning` or `refused`.
    #[schema(value_type = RowVerdict)]
    pub verdict: &'static str,
    /// Why it was refused, or what wants a look.
    #[schema(example = json!(["import.tag_allotted"]))]
    pub codes: Vec<String>,
    /// The same in words.
    pub message: String,
    /// Its tag, given or allotted.
    #[schema(required)]
    pub tag: Option<String>,
    /// The asset it became.
    #[schema(required)]
    pub asset_id: Option<Uuid>,
}

/// What came of a row.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "names the words for the document")]
pub enum RowVerdict {
    /// It is an asset; in a dry run, would be.
    Registered,
    /// So, and something about it wants a look.
    RegisteredWithWarning,
    /// It is not.
    Refused,
}

impl ImportRow {
    /// From the view's.
    pub fn of(row: RowJudged) -> Self {
        Self {
            row: row.row,
            line: row.line,
            verdict: word(row.verdict),
            codes: row.codes,
            message: row.message,
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

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Registered => "registered",
        Verdict::RegisteredWithWarning => "registered_with_warning",
        Verdict::Refused => "refused",
    }
}

/// The verdict called `text`.
pub fn verdict(text: &str) -> Option<Verdict> {
    VERDICTS.into_iter().find(|verdict| word(*verdict) == text)
}

/// Rows, in the order of the file.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportRowPage {
    /// The rows.
    pub items: Vec<ImportRow>,
    /// Where the next page begins; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}
