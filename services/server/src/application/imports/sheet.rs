//! Reading a CSV file as people send it: any of three delimiters, any of three encodings, rows of the wrong length, quotes that never
//! close. What cannot be read is one row's fault where it can be, and the file's only where nothing else is possible.
//!
//! A line with nothing on it is not a row, wherever it stands; a line of blanks or of delimiters only is one.

use csv::StringRecord;
use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};
use tally_domain::Refused;
use tally_domain::refusal::RefusalKind;
use thiserror::Error;

use super::records::{Lines, Records};

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

/// Why a file cannot be read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Unreadable {
    /// It holds what no text holds: a spreadsheet, a picture, an archive.
    #[error("the file is not text")]
    NotText,
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Its first line has a quote that is never closed.
    #[error("a quote in the file's header line is never closed")]
    HeaderUnclosed,
    /// Its first line names no column.
    #[error("the file's first line names no columns")]
    NoHeader,
    /// Its first line is no header line by any measure.
    #[error("the file's first line has more than 300 columns, or a header of more than 300 characters")]
    HeaderTooLarge,
    /// It is larger than 10 MiB.
    #[error("the file is larger than 10 MiB")]
    TooManyBytes,
    /// It has more than 50,000 rows.
    #[error("the file has more than 50,000 rows")]
    TooManyRows,
}

impl Refused for Unreadable {
    fn code(&self) -> &'static str {
        match self {
            Self::TooManyBytes | Self::TooManyRows => "import.too_large",
            _ => "import.not_csv",
        }
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::TooManyBytes | Self::TooManyRows => {
                "Split the file and import its parts one after the other."
            }
            Self::NotText => "In your spreadsheet choose Save as, CSV (UTF-8), and send that file.",
            _ => "Send a CSV file whose first line names its columns.",
        }
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }
}

/// A file that can be read: its text, its headers, and where its rows begin.
pub struct Sheet {
    text: String,
    /// Whether the encoding was guessed, since the bytes are not UTF-8 and say nothing of what they are.
    guessed_encoding: bool,
    delimiter: u8,
    headers: Vec<String>,
    rows_at: usize,
}

/// One data row.
#[derive(Clone, Debug)]
pub struct Row {
    /// 1 for the first below the header.
    pub row: u64,
    /// The line where it begins, 1 for the file's first.
    pub line: u64,
    /// The line where it ends.
    pub last_line: u64,
    /// Its cells, as they stand.
    pub cells: StringRecord,
    /// Whether a quote in it is never closed; then it has no cells.
    pub unclosed: bool,
    /// Whether its letters are guesses: it holds others than ASCII and the file does not say in which encoding.
    pub guessed_letters: bool,
}

/// How many rows there are, and lines that are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// Data rows.
    pub rows: u64,
    /// Lines with nothing on them between the rows.
    pub blank_lines: u64,
}

impl Sheet {
    /// Reads the encoding, the delimiter and the headers.
    ///
    /// # Errors
    /// The file as a whole cannot be read.
    pub fn open(bytes: &[u8]) -> Result<Self, Unreadable> {
        if bytes.len() > MAX_BYTES {
            return Err(Unreadable::TooManyBytes);
        }
        let (text, guessed_encoding) = decoded(bytes)?;
        if text.trim().is_empty() {
            return Err(Unreadable::Empty);
        }
        let (named, begin) = separator_line(&text);
        let (delimiter, header) = header(&text, begin, named);
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
        let mut lines = Lines::of(&self.text);
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

    /// Counts the rows.
    ///
    /// # Errors
    /// [`Unreadable::TooManyRows`].
    pub fn survey(&self) -> Result<Survey, Unreadable> {
        let mut survey = Survey::default();
        let header = self.text[..self.rows_at].trim_end_matches(['\r', '\n']);
        let mut last_line = Lines::of(&self.text).at(header.len());
        for row in self.rows() {
            survey.rows += 1;
            survey.blank_lines += row.line.saturating_sub(last_line + 1);
            last_line = row.last_line;
            if survey.rows > MAX_ROWS {
                return Err(Unreadable::TooManyRows);
            }
        }
        Ok(survey)
    }
}

/// The text, and whether its encoding is a guess. Windows-1252 gives every byte a meaning, so the guess loses nothing.
fn decoded(bytes: &[u8]) -> Result<(String, bool), Unreadable> {
    let (text, guessed) = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8_or_guess(rest),
        [0xFF, 0xFE, rest @ ..] => (UTF_16LE.decode_without_bom_handling(rest).0.into_owned(), false),
        [0xFE, 0xFF, rest @ ..] => (UTF_16BE.decode_without_bom_handling(rest).0.into_owned(), false),
        bytes => utf8_or_guess(bytes),
    };
    if text.contains('\0') || bytes.starts_with(b"PK\x03\x04") {
        Err(Unreadable::NotText)
    } else {
        Ok((text, guessed))
    }
}

fn utf8_or_guess(bytes: &[u8]) -> (String, bool) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), false),
        Err(_) => (
            WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
            true,
        ),
    }
}

/// Spreadsheets may begin a file with `sep=;`, which is about the file and not of it.
fn separator_line(text: &str) -> (Option<u8>, usize) {
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
fn header(text: &str, begin: usize, named: Option<u8>) -> (u8, super::records::Record) {
    let candidates = named.map_or(DELIMITERS.to_vec(), |named| vec![named]);
    let mut best: Option<(u8, super::records::Record)> = None;
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
    best.unwrap_or((b',', super::records::Record::nothing(text.len())))
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
mod tests {
    use super::*;

    fn sheet(bytes: impl AsRef<[u8]>) -> Sheet {
        Sheet::open(bytes.as_ref()).unwrap()
    }

    fn refusal(bytes: impl AsRef<[u8]>) -> Unreadable {
        Sheet::open(bytes.as_ref()).err().unwrap()
    }

    /// Row, line, last line, cells.
    fn rows(sheet: &Sheet) -> Vec<(u64, u64, u64, Vec<String>)> {
        let cells = |row: &Row| row.cells.iter().map(str::to_owned).collect();
        sheet
            .rows()
            .map(|row| (row.row, row.line, row.last_line, cells(&row)))
            .collect()
    }

    fn strings(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn the_delimiter_is_the_one_that_parts_the_header_line() {
        for (file, expected) in [
            ("name,serial\na;b,c\n", ["a;b", "c"]),
            ("name;serial\na,b;c\n", ["a,b", "c"]),
            ("name\tserial\na,b;\tc\n", ["a,b;", "c"]),
            ("sep=;\r\nname,x;serial\r\na,b;c\r\n", ["a,b", "c"]),
            ("\"name; or, title\",serial\na,c\n", ["a", "c"]),
        ] {
            let sheet = sheet(file);
            assert_eq!(sheet.headers().len(), 2, "{file:?}");
            assert_eq!(rows(&sheet)[0].3, strings(&expected), "{file:?}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_not_part_of_the_first_header() {
        assert_eq!(
            sheet(b"\xEF\xBB\xBFname,serial\nx,y").headers(),
            strings(&["name", "serial"])
        );
        let utf16: Vec<u8> = [0xFEFF]
            .into_iter()
            .chain("name\tserial\nB\u{fc}ro\ty".encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        let sheet = sheet(&utf16);
        assert_eq!(rows(&sheet)[0].3, strings(&["Büro", "y"]));
        assert!(!sheet.rows().next().unwrap().guessed_letters);
    }

    #[test]
    fn letters_in_an_unnamed_encoding_are_read_as_windows_1252_and_marked_as_guessed() {
        let sheet = sheet(b"name,place\nplain,x\nB\xFCro \x80,y\n");
        let marks: Vec<bool> = sheet.rows().map(|row| row.guessed_letters).collect();
        assert_eq!(rows(&sheet)[1].3, strings(&["Büro €", "y"]));
        assert_eq!(marks, [false, true]);
    }

    #[test]
    fn a_file_that_is_no_csv_is_refused_as_a_whole() {
        assert_eq!(refusal(""), Unreadable::Empty);
        assert_eq!(refusal(" \r\n\r\n"), Unreadable::Empty);
        assert_eq!(refusal(",,\na,b,c"), Unreadable::NoHeader);
        assert_eq!(refusal(b"PK\x03\x04rest"), Unreadable::NotText);
        assert_eq!(refusal(b"name\0x"), Unreadable::NotText);
        assert_eq!(refusal("\"name,serial\na,b\n"), Unreadable::HeaderUnclosed);
        assert_eq!(refusal("h,".repeat(MAX_COLUMNS + 1)), Unreadable::HeaderTooLarge);
        assert_eq!(refusal(vec![b'a'; MAX_BYTES + 1]), Unreadable::TooManyBytes);
    }

    #[test]
    fn too_many_rows_are_refused_and_exactly_enough_are_not() {
        let full = format!("name\n{}", "x\n".repeat(usize::try_from(MAX_ROWS).unwrap()));
        assert_eq!(sheet(&full).survey().unwrap().rows, MAX_ROWS);
        assert_eq!(sheet(full + "x").survey(), Err(Unreadable::TooManyRows));
    }

    #[test]
    fn lines_with_nothing_on_them_are_no_rows_and_leave_the_numbering_right() {
        for end in ["\n", "\r\n", "\r"] {
            let file = ["name,serial", "", "a,1", "", "", "b,2", " ", ",", "", ""].join(end);
            let sheet = sheet(&file);
            let found: Vec<(u64, u64)> = sheet.rows().map(|row| (row.row, row.line)).collect();
            assert_eq!(found, [(1, 3), (2, 6), (3, 7), (4, 8)], "{end:?}");
            assert_eq!(
                sheet.survey().unwrap(),
                Survey {
                    rows: 4,
                    blank_lines: 3
                },
                "{end:?}"
            );
        }
    }

    #[test]
    fn a_quoted_cell_may_hold_delimiters_quotes_and_line_ends() {
        let sheet = sheet("name,notes\r\na,\"one, \"\"two\"\"\r\nthree\"\r\nb,c\r\n");
        assert_eq!(
            rows(&sheet),
            [
                (1, 2, 3, strings(&["a", "one, \"two\"\r\nthree"])),
                (2, 4, 4, strings(&["b", "c"]))
            ]
        );
    }

    #[test]
    fn a_stray_quote_costs_its_own_line_and_no_other() {
        let marks = |file: &str| -> Vec<(u64, u64, bool)> {
            sheet(file)
                .rows()
                .map(|row| (row.line, row.last_line, row.unclosed))
                .collect()
        };
        assert_eq!(
            marks("name,notes\na,1\nb,\"oops\nc,3\n"),
            [(2, 2, false), (3, 3, true), (4, 4, false)]
        );
        let two = "name,notes\r\na,\"oops\r\nb,2\r\nc,\"fine\r\nstill\"\r\nd,\"again\r\n";
        assert_eq!(
            marks(two),
            [(2, 2, true), (3, 3, false), (4, 5, false), (6, 6, true)]
        );
    }

    #[test]
    fn quotes_within_a_line_are_taken_as_people_write_them() {
        let found = rows(&sheet("name,notes\n5\" pipe,a \"b\" c\n\"Big\" one,2\n"));
        assert_eq!(found[0].3, strings(&["5\" pipe", "a \"b\" c"]));
        assert_eq!(found[1].3, strings(&["Big one", "2"]));
    }

    #[test]
    fn many_stray_quotes_do_not_make_reading_slow_and_no_line_goes_missing() {
        let file = format!("name,notes\n{}", "a,\"x\n".repeat(10_001));
        let sheet = sheet(&file);
        let lines: u64 = sheet.rows().map(|row| row.last_line - row.line + 1).sum();
        assert_eq!(lines, 10_001);
    }

    #[test]
    fn rows_keep_the_cells_they_have() {
        let found = rows(&sheet("a,b,c\n1,2\n1,2,3,4\n"));
        assert_eq!((found[0].3.len(), found[1].3.len()), (2, 4));
    }
}
