//! A file before it is imported.

use serde::Serialize;
use tally_imports::{ENCODINGS, SampleRow, Survey};
use utoipa::ToSchema;

use super::{ImportColumn, ImportReading};

/// A file as an import would read it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportPreview {
    /// How it is read.
    pub reading: ImportReading,
    /// Whether `dayOrder` has to be given for some days to be read.
    pub needs_day_order: bool,
    /// The usual encodings, to choose from.
    pub encodings: Vec<&'static str>,
    /// How many rows it has below its header.
    pub rows: u64,
    /// How the columns are read, in the order of the file.
    pub columns: Vec<ImportColumn>,
    /// The first rows.
    pub sample: Vec<ImportSampleRow>,
}

impl ImportPreview {
    /// From a survey of the file.
    pub fn of(survey: Survey) -> Self {
        Self {
            reading: ImportReading::of(&survey.reading),
            needs_day_order: survey.needs_day_order,
            encodings: ENCODINGS.to_vec(),
            rows: survey.rows,
            columns: ImportColumn::all_of(survey.columns),
            sample: survey.sample.into_iter().map(ImportSampleRow::of).collect(),
        }
    }
}

/// A row of a file before it is judged.
#[derive(Serialize, ToSchema)]
pub struct ImportSampleRow {
    /// The number of the row, 1 for the first below the header.
    pub row: u64,
    /// The line of the file where the row begins.
    pub line: u64,
    /// The beginning of each cell, one for each of `columns`.
    pub cells: Vec<String>,
}

impl ImportSampleRow {
    fn of(row: SampleRow) -> Self {
        let SampleRow { row, line, cells } = row;
        Self { row, line, cells }
    }
}
