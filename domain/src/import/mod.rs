//! An import: a file of assets, with a verdict for every row.
//!
//! The rows become assets by the ordinary command. The import's stream says which file it was, how
//! its columns were read, and the verdict of each row. Undo and audit start from there.

mod decide;
mod error;
mod event;
mod state;

pub use decide::{cancel, finish, judge, start};
pub use error::ImportRefusal;
pub use event::{Column, DayOrder, Finding, ImportEvent, ImportOutcome, Reading, RowJudged, Verdict};
pub use state::{Counts, ImportState};
