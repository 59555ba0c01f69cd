//! Taking a file in: what is recorded of it when its import begins.

use sha2::{Digest, Sha256};
use tally_commands::{CommandError, Unavailable};
use tally_domain::asset::well_known;
use tally_domain::import::{Column, ImportRefusal, Reading};
use tally_domain::schema::Schema;

use crate::choices::Choices;
use crate::columns::{self, find_position};
use crate::facts::{ColumnFacts, find_facts};
use crate::sheet::{Row, Sheet, Unreadable};

/// How many rows a preview shows, and how much of a cell, in characters.
const SAMPLE: usize = 10;
const MAX_SAMPLE_CELL: usize = 200;

/// A file as a caller sends it.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its name on the sender's machine.
    pub file_name: Option<String>,
    /// Whether the import only reports what would happen.
    pub dry_run: bool,
    /// What the user chose about its reading.
    pub choices: Choices,
    /// The content of the file.
    pub bytes: Vec<u8>,
}

/// Why an import did not begin.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The file cannot be read as a whole.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The file has no rows, or the import could not be recorded.
    #[error(transparent)]
    Command(#[from] CommandError<ImportRefusal>),
}

impl From<Unavailable> for StartError {
    fn from(failure: Unavailable) -> Self {
        Self::Command(failure.into())
    }
}

impl From<ImportRefusal> for StartError {
    fn from(refusal: ImportRefusal) -> Self {
        Self::Command(refusal.into())
    }
}

/// What is known of a file once its headers are read and its rows counted.
#[derive(Clone, Debug)]
pub struct Survey {
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: String,
    /// How many data rows it has.
    pub rows: u64,
    /// How its columns are read.
    pub columns: Vec<Column>,
    /// How its bytes are read.
    pub reading: Reading,
    /// Whether days in it can be read in two ways, since no cell shows the order of day and month.
    pub needs_day_order: bool,
    /// The first rows.
    pub sample: Vec<SampleRow>,
}

/// A row of a file before it is judged.
#[derive(Clone, Debug)]
pub struct SampleRow {
    /// 1 for the first below the header.
    pub row: u64,
    /// The line of the file where it begins.
    pub line: u64,
    /// Its cells, one for each column of the survey.
    pub cells: Vec<String>,
}

/// Reads the headers, as `schema` knows them, and counts the rows.
///
/// # Errors
/// [`StartError::Unreadable`], or refused with [`ImportRefusal::NoRows`].
pub fn survey_file(bytes: &[u8], schema: &Schema, choices: &Choices) -> Result<Survey, StartError> {
    let sheet = Sheet::open_as(bytes, choices)?;
    let rows = sheet.count_rows()?.rows;
    if rows == 0 {
        return Err(ImportRefusal::NoRows.into());
    }
    let facts = find_facts(&sheet);
    let columns = columns::map_headers(sheet.headers(), &facts, schema, &choices.fields);
    let mut places = columns.iter().enumerate();
    let days = places.find(|(_, column)| column.field == well_known::PURCHASED_ON);
    let days = days.and_then(|(index, column)| facts.get(find_position(column, index)));
    let day_order = choices.day_order.or(days.and_then(ColumnFacts::day_order));
    Ok(Survey {
        sha256: hex::encode(Sha256::digest(bytes)),
        rows,
        sample: sheet
            .rows()
            .take(SAMPLE)
            .map(|row| sample_row(&row, &columns))
            .collect(),
        columns,
        needs_day_order: day_order.is_none() && days.is_some_and(ColumnFacts::has_ambiguous_days),
        reading: Reading {
            day_order,
            ..sheet.reading()
        },
    })
}

fn sample_row(row: &Row, columns: &[Column]) -> SampleRow {
    let cell = |(index, column): (usize, &Column)| {
        let cell = row.cells.get(find_position(column, index)).unwrap_or_default();
        cell.trim().chars().take(MAX_SAMPLE_CELL).collect()
    };
    SampleRow {
        row: row.row,
        line: row.line,
        cells: columns.iter().enumerate().map(cell).collect(),
    }
}
