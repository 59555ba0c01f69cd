//! Imports: who uploaded which file when, its state, and the verdict on every row.

mod apply;
mod queries;
mod tables;

use chrono::{DateTime, Utc};
use tally_domain::import::{Column, Counts, ImportOutcome, ImportState, Reading};
use tally_domain::{Actor, ImportId, Revision};
use tally_view_store::ViewName;

pub(crate) use apply::ImportsView;
pub use queries::ImportList;

/// The name under which the checkpoint of this view is kept.
pub const NAME: ViewName = ViewName::new("imports");

/// One import of a file, as people see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRecord {
    /// The import's id.
    pub id: ImportId,
    /// The file's name on the computer of the person who uploaded it.
    pub file_name: Option<String>,
    /// Whether it had a name that was erased since.
    pub file_name_erased: bool,
    /// SHA-256 of the file, lower-case hex.
    pub sha256: String,
    /// Whether it only reports what would happen.
    pub dry_run: bool,
    /// How the file's columns were read.
    pub columns: Vec<Column>,
    /// How the file's bytes were read; `None` for an import that began before this was recorded.
    pub reading: Option<Reading>,
    /// The state as the domain folds it; never `Absent`.
    pub state: ImportState,
    /// When the import was started.
    pub started_at: DateTime<Utc>,
    /// When the import ended, if it did.
    pub ended_at: Option<DateTime<Utc>>,
    /// The actor who started the import.
    pub started_by: Actor,
    /// The revision of the last event in its stream.
    pub revision: Revision,
}

impl ImportRecord {
    /// How many rows have each verdict.
    pub fn counts(&self) -> Counts {
        self.state.counts().unwrap_or_default()
    }

    /// How the import ended, if it did.
    pub fn outcome(&self) -> Option<ImportOutcome> {
        match self.state {
            ImportState::Ended(outcome, _) => Some(outcome),
            ImportState::Absent | ImportState::Running(_) | ImportState::Stopping(_) => None,
        }
    }
}
