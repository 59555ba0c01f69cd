//! Reading a CSV file as people send it: any of four separators, any encoding, rows of the wrong
//! length, quotes that never close. What cannot be read costs one row where that is possible, and
//! the whole file only where nothing else is. Whatever shows or judges rows of a file has them from
//! here, so that all see the same.
//!
//! A line with nothing on it is not a row, wherever it stands; a line of blanks or of delimiters
//! only is one.

use csv::StringRecord;
use encoding_rs::Encoding;
use tally_domain::import::Reading;
use tally_domain::refusals;

use crate::cells;
use crate::choices::Choices;
use crate::encoding::{self, UNREADABLE};
use crate::records::{Lines, Record, Records};
use crate::separator::{SEPARATORS, find_separator, read_separator_line};

/// The largest file, in bytes.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;
/// The most data rows of a file.
pub const MAX_ROWS: u64 = 50_000;
/// The most columns of a file.
const MAX_COLUMNS: usize = 300;
/// The longest header, in characters.
const MAX_HEADER: usize = 300;

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
            remedy: "Send a CSV file whose first line names its columns, or choose the line that does.",
        },
        /// Its header line has a quote that is never closed.
        HeaderUnclosed = "import.not_csv" {
            kind: Invalid,
            title: "Not a CSV file",
            cause: "a quote in the file's header line is never closed",
            remedy: "Send a CSV file whose first line names its columns, or choose the line that does.",
        },
        /// Its header line names no column.
        NoHeader = "import.not_csv" {
            kind: Invalid,
            title: "Not a CSV file",
            cause: "the file's header line names no columns",
            remedy: "Send a CSV file whose first line names its columns, or choose the line that does.",
        },
        /// Its header line has letters that are none in its encoding.
        HeaderUnreadable = "import.not_csv" {
            kind: Invalid,
            title: "Not a CSV file",
            cause: "the file's header line has letters that cannot be read in its encoding",
            remedy: "Choose the encoding in which the file was saved, or save it as CSV (UTF-8).",
        },
        /// Its header line is too large.
        HeaderTooLarge = "import.not_csv" {
            kind: Invalid,
            title: "Not a CSV file",
            cause: "the file's header line has more than 300 columns, or a header of more than 300 characters",
            remedy: "Send a CSV file whose first line names its columns, or choose the line that does.",
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
    encoding: &'static Encoding,
    /// Whether the encoding was guessed.
    guessed_encoding: bool,
    separator: u8,
    header_line: u64,
    headers: Vec<String>,
    /// Whether Tally wrote the file.
    marked: bool,
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
    /// The content of its cells, blanks included.
    pub cells: StringRecord,
    /// Its cells as they stand in the file, where they are others than `cells`.
    raw: Option<StringRecord>,
    /// Whether a quote in it is never closed; then it has no cells.
    pub unclosed: bool,
    /// Whether it has letters that are none in the encoding of the file.
    pub unreadable: bool,
    /// Whether its letters are guesses: it holds others than ASCII, in an encoding that was
    /// guessed.
    pub guessed_letters: bool,
}

impl Row {
    /// Its cells as they stand in the file.
    pub fn raw_cells(&self) -> &StringRecord {
        self.raw.as_ref().unwrap_or(&self.cells)
    }
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
    /// Reads the encoding, the separator and the headers.
    ///
    /// # Errors
    /// [`Unreadable`] for a file that is too large, no text, or without a header line.
    pub fn open(bytes: &[u8]) -> Result<Self, Unreadable> {
        Self::open_as(bytes, &Choices::default())
    }

    /// Reads the headers, with encoding, separator and header line as a user chose them, or as they
    /// are found.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_as(bytes: &[u8], choices: &Choices) -> Result<Self, Unreadable> {
        if bytes.len() > MAX_BYTES {
            return Err(Unreadable::TooManyBytes);
        }
        let decoded = encoding::decode(bytes, choices.encoding);
        let text = decoded.text;
        if text.contains('\0') || bytes.starts_with(b"PK\x03\x04") {
            return Err(Unreadable::NotText);
        }
        if text.trim().is_empty() {
            return Err(Unreadable::Empty);
        }
        let (separator, header) = read_header(&text, choices)?;
        let raw: Vec<&str> = header.cells.iter().collect();
        let marked = raw.iter().any(|header| cells::is_own_column(header));
        let headers: Vec<String> = raw
            .iter()
            .map(|cell| read_cell(cell, marked).trim().to_owned())
            .collect();
        check_headers(&headers)?;
        Ok(Self {
            encoding: decoded.encoding,
            guessed_encoding: decoded.guessed || choices.encoding_guessed,
            separator,
            header_line: Lines::new(&text).at(header.start),
            headers,
            marked,
            rows_at: header.end,
            text,
        })
    }

    /// The headers, without surrounding white space.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// Whether Tally wrote the file: it has a column that Tally adds.
    pub fn is_marked(&self) -> bool {
        self.marked
    }

    /// How the file is read. With the same reading it is read in the same way again.
    pub fn reading(&self) -> Reading {
        Reading {
            encoding: self.encoding.name().to_owned(),
            encoding_guessed: self.guessed_encoding,
            separator: char::from(self.separator),
            header_line: self.header_line,
            day_order: None,
        }
    }

    /// The rows, in the order of the file.
    pub fn rows(&self) -> impl Iterator<Item = Row> + Send + '_ {
        let mut lines = Lines::new(&self.text);
        Records::new(&self.text, self.rows_at, self.separator)
            .zip(1..)
            .map(move |(record, row)| self.read_row(record, row, &mut lines))
    }

    fn read_row(&self, record: Record, row: u64, lines: &mut Lines<'_>) -> Row {
        let line = lines.at(record.start);
        let body = self.text[record.start..record.end].trim_end_matches(['\r', '\n']);
        let last_line = lines.at(record.start + body.len());
        let (cells, raw) = self.read_cells(record.cells);
        let raw = if record.unclosed {
            Some(body.split(char::from(self.separator)).collect())
        } else {
            raw
        };
        Row {
            row,
            line,
            last_line,
            cells,
            raw,
            unclosed: record.unclosed,
            unreadable: body.contains(UNREADABLE),
            guessed_letters: self.guessed_encoding && !body.is_ascii(),
        }
    }

    /// The content of cells; and the cells as they stand in the file, where these are others.
    fn read_cells(&self, raw: StringRecord) -> (StringRecord, Option<StringRecord>) {
        if raw.iter().all(|cell| read_cell(cell, self.marked) == cell) {
            return (raw, None);
        }
        let cells = raw.iter().map(|cell| read_cell(cell, self.marked)).collect();
        (cells, Some(raw))
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

/// The content of a cell: without what Tally put before it in a file of its own, and without the
/// formula in which a spreadsheet keeps a text of digits.
fn read_cell(cell: &str, marked: bool) -> &str {
    match cell.strip_prefix('\'') {
        Some(_) if marked => cells::without_defusing(cell),
        Some(_) | None => cells::quoted_text(cell).unwrap_or(cell),
    }
}

/// The separator, and the record with the headers.
fn read_header(text: &str, choices: &Choices) -> Result<(u8, Record), Unreadable> {
    let (named, begin) = match read_separator_line(text) {
        Some((separator, end)) => (Some(separator), end),
        None => (None, 0),
    };
    let begin = match choices.header_line {
        Some(line) => find_line(text, line).ok_or(Unreadable::NoHeader)?,
        None => skip_blank_lines(text, begin).ok_or(Unreadable::NoHeader)?,
    };
    let separator = choices.separator.or(named);
    let separator = separator.unwrap_or_else(|| find_separator(text, begin));
    let header = Records::new(text, begin, separator).next();
    let header = header.ok_or(Unreadable::NoHeader)?;
    if header.unclosed {
        return Err(Unreadable::HeaderUnclosed);
    }
    Ok((separator, header))
}

/// The offset of a line, 1 for the first.
fn find_line(text: &str, line: u64) -> Option<usize> {
    let mut lines = Lines::new(text);
    let mut begins = [0]
        .into_iter()
        .chain(text.match_indices(['\r', '\n']).map(|(at, _)| at + 1));
    begins.find(|at| *at < text.len() && lines.at(*at) == line)
}

/// The offset of the first line from `begin` on that has something between its separators.
fn skip_blank_lines(text: &str, begin: usize) -> Option<usize> {
    let is_nothing = |c: char| c.is_whitespace() || SEPARATORS.map(char::from).contains(&c);
    let first = begin + text[begin..].find(|c| !is_nothing(c))?;
    let line = text[begin..first].rfind(['\r', '\n']);
    Some(line.map_or(begin, |end| begin + end + 1))
}

fn check_headers(headers: &[String]) -> Result<(), Unreadable> {
    if headers.iter().all(String::is_empty) {
        return Err(Unreadable::NoHeader);
    }
    if headers.iter().any(|header| header.contains(UNREADABLE)) {
        return Err(Unreadable::HeaderUnreadable);
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
