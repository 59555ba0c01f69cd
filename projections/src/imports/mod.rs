//! Imports: who sent which file when, how it stands, and what came of every row.

mod apply;
mod queries;
mod tables;

use chrono::{DateTime, Utc};
use tally_domain::import::{Column, Counts, ImportOutcome, ImportState};
use tally_domain::{Actor, ImportId, Revision};
use tally_view_store::ViewName;

pub(crate) use apply::ImportsView;
pub use queries::ImportList;

/// The name under which the checkpoint of this view is kept.
pub const NAME: ViewName = ViewName::new("imports");

/// One import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRecord {
    /// Which import.
    pub id: ImportId,
    /// The file's name at the sender's.
    pub file_name: Option<String>,
    /// SHA-256 of the file, lower-case hex.
    pub sha256: String,
    /// Whether it only tells what would happen.
    pub dry_run: bool,
    /// How the file's columns were read.
    pub columns: Vec<Column>,
    /// How it stands, as the domain folds it; never absent.
    pub state: ImportState,
    /// When it was started.
    pub started_at: DateTime<Utc>,
    /// When it was over.
    pub ended_at: Option<DateTime<Utc>>,
    /// Who started it.
    pub started_by: Actor,
    /// The revision of the last event of its stream.
    pub revision: Revision,
}

impl ImportRecord {
    /// How many rows there are of each kind.
    pub fn counts(&self) -> Counts {
        self.state.counts().unwrap_or_default()
    }

    /// How it ended, if it did.
    pub fn outcome(&self) -> Option<ImportOutcome> {
        match self.state {
            ImportState::Ended(outcome, _) => Some(outcome),
            ImportState::Absent | ImportState::Running(_) | ImportState::Stopping(_) => None,
        }
    }
}
