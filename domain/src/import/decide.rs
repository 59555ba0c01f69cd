//! Decisions on an import.

use super::error::ImportRefusal;
use super::event::{Column, ImportEvent, ImportOutcome, Reading, RowJudged};
use super::state::ImportState;
use crate::decision::Decision;
use crate::value::FreeText;

/// Starts an import. Starting the same one again appends nothing.
///
/// # Errors
/// [`ImportRefusal::NoRows`] if the file has no rows.
pub fn start(
    state: ImportState,
    file_name: Option<FreeText>,
    sha256: String,
    rows: u64,
    columns: Vec<Column>,
    reading: Option<Reading>,
    dry_run: bool,
) -> Decision<ImportEvent, ImportRefusal> {
    match state {
        ImportState::Absent if rows == 0 => Err(ImportRefusal::NoRows),
        ImportState::Absent => Ok(vec![ImportEvent::Started {
            file_name,
            sha256,
            rows,
            columns,
            reading,
            dry_run,
        }]),
        ImportState::Running(_) | ImportState::Stopping(_) | ImportState::Ended(..) => Ok(vec![]),
    }
}

/// Records verdicts. They must follow the last one without a gap, so no row is skipped or judged
/// twice.
///
/// # Errors
/// [`ImportRefusal`] if the import was not started or is over, or the rows are not the next ones.
pub fn judge(state: ImportState, rows: Vec<RowJudged>) -> Decision<ImportEvent, ImportRefusal> {
    let (ImportState::Running(counts) | ImportState::Stopping(counts)) = state else {
        return Err(refuse_not_running(state));
    };
    let next = counts.judged_rows() + 1;
    let in_order = rows.iter().zip(next..).all(|(row, expected)| row.row == expected);
    if !in_order || rows.len() as u64 > counts.pending {
        return Err(ImportRefusal::OutOfOrder);
    }
    Ok(if rows.is_empty() {
        vec![]
    } else {
        vec![ImportEvent::RowsJudged { rows }]
    })
}

/// Requests that the worker of the import stops. A repeated request appends nothing.
///
/// # Errors
/// [`ImportRefusal`] if the import was not started, or has ended in another way.
pub fn cancel(state: ImportState) -> Decision<ImportEvent, ImportRefusal> {
    match state {
        ImportState::Running(_) => Ok(vec![ImportEvent::CancelRequested {}]),
        ImportState::Stopping(_) | ImportState::Ended(ImportOutcome::Cancelled, _) => Ok(vec![]),
        ImportState::Ended(..) | ImportState::Absent => Err(refuse_not_running(state)),
    }
}

/// Ends the import. Ending it again in the same way appends nothing. It cannot be finished while
/// rows have no verdict.
///
/// # Errors
/// [`ImportRefusal`] if the import was not started, has ended in another way, or has pending rows.
pub fn finish(state: ImportState, outcome: ImportOutcome) -> Decision<ImportEvent, ImportRefusal> {
    match state {
        ImportState::Running(counts) | ImportState::Stopping(counts)
            if outcome == ImportOutcome::Finished && counts.pending > 0 =>
        {
            Err(ImportRefusal::OutOfOrder)
        }
        ImportState::Running(_) | ImportState::Stopping(_) => Ok(vec![ImportEvent::Ended { outcome }]),
        ImportState::Ended(ended, _) if ended == outcome => Ok(vec![]),
        ImportState::Ended(..) | ImportState::Absent => Err(refuse_not_running(state)),
    }
}

fn refuse_not_running(state: ImportState) -> ImportRefusal {
    if state == ImportState::Absent {
        ImportRefusal::NotFound
    } else {
        ImportRefusal::Finished
    }
}
