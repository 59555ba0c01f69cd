//! Reading a CSV file as people send it: any of three delimiters, any of three encodings, rows of
//! the wrong length, quotes that never close. What cannot be read costs one row where that is
//! possible, and the whole file only where nothing else is.
//!
//! A line with nothing on it is not a row, wherever it stands; a line of blanks or of delimiters
//! only is one.

use csv::StringRecord;
use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};
use tally_domain::refusals;

use crate::records::{Lines, Record, Records};

/// The largest file, in bytes.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;
/// The most data rows of a file.
pub const MAX_ROWS: u64 = 50_000;
/// The most columns of a file.
const MAX_COLUMNS: usize = 300;
/// The longest header, in characters.
const MAX_HEADER: usize = 300;
/// What may stand between cells, the likeliest first.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

refusals! {
    /// Why a file cannot be read at all.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Unreadable {
        /// It holds bytes that no text holds: it is a spreadsheet, a picture or an archive.
        NotText = "import.not_csv" {
            kind: Invalid,
            title: "Not a CSV file",
            cause: "the file is not text",
            remedy: "In your spreadsheet choose Save as, CSV (UTF-8), and send that file.",
        },
        /// It has no text at all.
        Empty = "import.not_csv" {
            kind: Invalid,
            title: "Not a CSV file",
            cause: "the file is empty",
            remedy: "Send a CSV file whose first line names its columns.",
        },
        /// Its first line has a quote that is never closed.
        HeaderUnclosed = "import.not_csv" {
            kind: Invalid,
            title: "Not a CSV file",
            cause: "a quote in the file's header line is never closed",
            remedy: "Send a CSV file whose first line names its columns.",
        },
        /// Its first line names no column.
        NoHeader = "import.not_csv" {
            kind: Invalid,
            title: "Not a CSV file",
            cause: "the file's first line names no columns",
            remedy: "Send a CSV file whose first line names its columns.",
        },
        /// Its first line is no header line by any measure.
        HeaderTooLarge = "import.not_csv" {
            kind: Invalid,
            title: "Not a CSV file",
            cause: "the file's first line has more than 300 columns, or a header of more than 300 characters",
            remedy: "Send a CSV file whose first line names its columns.",
        },
        /// It is larger than 10 MiB.
        TooManyBytes = "import.too_large" {
            kind: TooLarge,
            title: "File too large",
            cause: "the file is larger than 10 MiB",
            remedy: "Split the file and import its parts one after the other.",
        },
        /// It has more than 50,000 rows.
        TooManyRows = "import.too_large" {
            kind: TooLarge,
            title: "File too large",
            cause: "the file has more than 50,000 rows",
            remedy: "Split the file and import its parts one after the other.",
        },
    }
}

/// A file that can be read: its text, its headers, and where its rows begin.
pub struct Sheet {
    text: String,
    /// Whether the encoding was guessed, since the bytes are not UTF-8 and have no byte order mark.
    guessed_encoding: bool,
    delimiter: u8,
    headers: Vec<String>,
    rows_at: usize,
}

/// A data row of the file.
#[derive(Clone, Debug)]
pub struct Row {
    /// 1 for the first below the header.
    pub row: u64,
    /// The line where it begins, 1 for the file's first.
    pub line: u64,
    /// The line where it ends.
    pub last_line: u64,
    /// Its cells as written, blanks included.
    pub cells: StringRecord,
    /// Whether a quote in it is never closed; then it has no cells.
    pub unclosed: bool,
    /// Whether its letters are guesses: it holds others than ASCII, in an encoding that was
    /// guessed.
    pub guessed_letters: bool,
}

/// How many data rows there are, and lines that are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowCount {
    /// The data rows.
    pub rows: u64,
    /// Lines with nothing on them between the rows.
    pub blank_lines: u64,
}

impl Sheet {
    /// Reads the encoding, the delimiter and the headers.
    ///
    /// # Errors
    /// [`Unreadable`] for a file that is too large, no text, or without a header line.
    pub fn open(bytes: &[u8]) -> Result<Self, Unreadable> {
        if bytes.len() > MAX_BYTES {
            return Err(Unreadable::TooManyBytes);
        }
        let (text, guessed_encoding) = decode(bytes)?;
        if text.trim().is_empty() {
            return Err(Unreadable::Empty);
        }
        let (named, begin) = read_separator_line(&text);
        let (delimiter, header) = read_header(&text, begin, named);
        if header.unclosed {
            return Err(Unreadable::HeaderUnclosed);
        }
        let rows_at = header.end;
        let headers: Vec<String> = header.cells.iter().map(|cell| cell.trim().to_owned()).collect();
        check_headers(&headers)?;
        Ok(Self {
            text,
            guessed_encoding,
            delimiter,
            headers,
            rows_at,
        })
    }

    /// The headers, without surrounding white space.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The rows, in the order of the file.
    pub fn rows(&self) -> impl Iterator<Item = Row> + Send + '_ {
        let mut lines = Lines::new(&self.text);
        Records::new(&self.text, self.rows_at, self.delimiter)
            .zip(1..)
            .map(move |(record, row)| {
                let line = lines.at(record.start);
                let body = self.text[record.start..record.end].trim_end_matches(['\r', '\n']);
                let last_line = lines.at(record.start + body.len());
                let guessed_letters = self.guessed_encoding && !body.is_ascii();
                Row {
                    row,
                    line,
                    last_line,
                    cells: record.cells,
                    unclosed: record.unclosed,
                    guessed_letters,
                }
            })
    }

    /// Counts the rows, and the blank lines between them.
    ///
    /// # Errors
    /// [`Unreadable::TooManyRows`] when the file has more than [`MAX_ROWS`] rows.
    pub fn count_rows(&self) -> Result<RowCount, Unreadable> {
        let mut count = RowCount::default();
        let header = self.text[..self.rows_at].trim_end_matches(['\r', '\n']);
        let mut last_line = Lines::new(&self.text).at(header.len());
        for row in self.rows() {
            count.rows += 1;
            count.blank_lines += row.line.saturating_sub(last_line + 1);
            last_line = row.last_line;
            if count.rows > MAX_ROWS {
                return Err(Unreadable::TooManyRows);
            }
        }
        Ok(count)
    }
}

/// The text, and whether its encoding is a guess. Windows-1252 gives every byte a meaning, so the
/// guess loses nothing.
fn decode(bytes: &[u8]) -> Result<(String, bool), Unreadable> {
    let (text, guessed) = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => decode_utf8_or_guess(rest),
        [0xFF, 0xFE, rest @ ..] => (UTF_16LE.decode_without_bom_handling(rest).0.into_owned(), false),
        [0xFE, 0xFF, rest @ ..] => (UTF_16BE.decode_without_bom_handling(rest).0.into_owned(), false),
        bytes => decode_utf8_or_guess(bytes),
    };
    if text.contains('\0') || bytes.starts_with(b"PK\x03\x04") {
        Err(Unreadable::NotText)
    } else {
        Ok((text, guessed))
    }
}

fn decode_utf8_or_guess(bytes: &[u8]) -> (String, bool) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), false),
        Err(_) => (
            WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
            true,
        ),
    }
}

/// The delimiter that a first line such as `sep=;` names, and where the file goes on behind it.
fn read_separator_line(text: &str) -> (Option<u8>, usize) {
    let first = text.split(['\r', '\n']).next().unwrap_or_default();
    let named = first
        .strip_prefix("sep=")
        .or_else(|| first.strip_prefix("SEP="))
        .map(str::as_bytes);
    match named {
        Some([named]) if DELIMITERS.contains(named) => (Some(*named), first.len()),
        _ => (None, 0),
    }
}

/// The first record, read with the delimiter that yields the most cells.
fn read_header(text: &str, begin: usize, named: Option<u8>) -> (u8, Record) {
    let candidates = named.map_or(DELIMITERS.to_vec(), |named| vec![named]);
    let mut best: Option<(u8, Record)> = None;
    for delimiter in candidates {
        let Some(record) = Records::new(text, begin, delimiter).next() else {
            continue;
        };
        if best
            .as_ref()
            .is_none_or(|(_, known)| record.cells.len() > known.cells.len())
        {
            best = Some((delimiter, record));
        }
    }
    best.unwrap_or((b',', Record::nothing(text.len())))
}

fn check_headers(headers: &[String]) -> Result<(), Unreadable> {
    if headers.iter().all(String::is_empty) {
        return Err(Unreadable::NoHeader);
    }
    let too_long = headers.iter().any(|header| header.chars().count() > MAX_HEADER);
    if headers.len() > MAX_COLUMNS || too_long {
        Err(Unreadable::HeaderTooLarge)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
