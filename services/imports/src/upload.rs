//! Taking a file in: what is recorded of it when its import begins.

use sha2::{Digest, Sha256};
use tally_commands::{CommandError, Unavailable};
use tally_domain::ImportId;
use tally_domain::import::{Column, ImportRefusal};
use tally_domain::schema::Schema;
use tracing::info;

use crate::columns;
use crate::sheet::{Sheet, Unreadable};

/// A file as a caller sends it.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its name on the sender's machine.
    pub file_name: Option<String>,
    /// Whether the import only reports what would happen.
    pub dry_run: bool,
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
pub struct Survey {
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: String,
    pub rows: u64,
    pub columns: Vec<Column>,
}

/// Reads the headers, as `schema` knows them, and counts the rows.
pub fn survey_file(import: ImportId, bytes: &[u8], schema: &Schema) -> Result<Survey, StartError> {
    let sheet = Sheet::open(bytes)?;
    let count = sheet.count_rows()?;
    let columns = columns::map_headers(sheet.headers(), schema);
    let (rows, blank_lines) = (count.rows, count.blank_lines);
    if rows == 0 {
        return Err(ImportRefusal::NoRows.into());
    }
    info!(%import, rows, blank_lines, columns = columns.len(), "a file was read");
    Ok(Survey {
        sha256: hex::encode(Sha256::digest(bytes)),
        rows,
        columns,
    })
}
