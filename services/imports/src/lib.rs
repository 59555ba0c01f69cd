//! Imports: a CSV file becomes assets as a job, and every row of it gets its verdict.
//!
//! The path is straight. [`Imports::start`] reads the headers and appends `Started`; a worker
//! judges the rows in order, a chunk at a time, each row by the ordinary command
//! [`register`](tally_commands::assets::register); the verdicts of a chunk are appended as one
//! event, then the next chunk begins; `Ended` is the last event. A row's command is named by import
//! and row, so judging a chunk again after a crash yields the same assets and the same verdicts.
//! The file is kept until the end, so that a restart or another node can go on:
//! [`Imports::resume`], [`Imports::watch_abandoned`].
//!
//! `encoding`, `separator`, `sheet` and `records` read a file, `choices` is what a user chose about
//! that, `facts` what a whole column shows, `columns` maps its headers, `row` turns cells into a request
//! for an asset, `warning` says what to check about it, `refused` writes the refused rows as a file, `judge` gives a row its verdict, `worker`
//! carries a job through, `files` keeps the files and knows which process works on which. To read
//! one more kind of header, see `columns`; to judge one more thing about a row, see `row`.

mod cells;
mod choices;
mod column_finding;
mod columns;
mod encoding;
mod facts;
mod files;
mod finding;
mod halt;
mod imports;
mod judge;
mod ledger;
mod records;
mod refused;
mod retry;
mod row;
mod separator;
mod sheet;
#[cfg(test)]
mod tests;
mod upload;
mod warning;
mod worker;

pub use choices::{Choices, parse_encoding, parse_separator};
pub use column_finding::ColumnFinding;
pub use encoding::ENCODINGS;
pub use files::{FileStore, Folder, ImportLocks, SharedFiles};
pub use finding::describe_findings;
pub use imports::{ImportError, Imports, ImportsSetup, import_of};
pub use retry::RETRIES;
pub use row::RowRefusal;
pub use sheet::{MAX_BYTES, MAX_ROWS, Row, RowCount, Sheet, Unreadable};
pub use upload::{SampleRow, StartError, Survey, Upload};
pub use warning::{NameSource, RowWarning};
