//! The records of a CSV text with their places in it.
//!
//! The csv crate reads, and is lenient: a stray quote makes it take the lines up to the next quote,
//! or the whole rest of the file, for one cell. So a record of more than one line is checked again,
//! and where its quotes are wrong only its first line is given up.

use std::io::{Chain, Read};

use csv::{Reader, ReaderBuilder, StringRecord};

/// Read after the text. A record that begins in the text and ends in here swallowed the rest of the
/// file by an open quote.
const BEYOND: &[u8] = b"\nend\n";
/// How much may be read again behind stray quotes, as a multiple of the text: each of them may cost
/// reading to its end.
const READ_AGAIN: usize = 16;

/// One record and its place in the text.
pub struct Record {
    /// The offset of its first byte.
    pub start: usize,
    /// The offset behind it and its line end.
    pub end: usize,
    /// Its cells; none when `unclosed`.
    pub cells: StringRecord,
    /// Whether it has a quote that is never closed, or not where a cell ends.
    pub unclosed: bool,
}

/// The records of `text` from `base` on.
pub struct Records<'a> {
    text: &'a str,
    delimiter: u8,
    base: usize,
    reader: Reader<Chain<&'a [u8], &'static [u8]>>,
    read_again: usize,
    ended: bool,
}

impl<'a> Records<'a> {
    /// Begins at `base`, an offset between two records.
    pub fn new(text: &'a str, base: usize, delimiter: u8) -> Self {
        let read_again = text.len().saturating_mul(READ_AGAIN);
        Self {
            text,
            delimiter,
            base,
            reader: new_reader(text, base, delimiter),
            read_again,
            ended: false,
        }
    }

    /// Gives up the line at `start` and begins again behind it. When that cost too much already,
    /// all up to `end` is given up at once.
    fn give_up_line(&mut self, start: usize, end: usize) -> Record {
        let affordable = self.read_again.checked_sub(end - start);
        self.read_again = affordable.unwrap_or(0);
        let line = self.text[start..end]
            .find(['\r', '\n'])
            .filter(|_| affordable.is_some());
        let end = line.map_or(end, |at| start + at + 1);
        self.base = end;
        self.reader = new_reader(self.text, end, self.delimiter);
        Record {
            start,
            end,
            cells: StringRecord::new(),
            unclosed: true,
        }
    }
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        if self.ended {
            return None;
        }
        let mut cells = StringRecord::new();
        let begin = self.base + offset_of(&self.reader);
        let read = self.reader.read_record(&mut cells);
        let reached = self.base + offset_of(&self.reader);
        // Line ends before a record count to it in the reader's eyes.
        let start = begin + self.text.get(begin..).map_or(0, count_line_ends);
        if start >= self.text.len() {
            self.ended = true;
            return None;
        }
        let end = reached.min(self.text.len());
        let closed =
            reached <= self.text.len() + 1 && has_closed_quotes(&self.text[start..end], self.delimiter);
        if closed && matches!(read, Ok(true)) {
            Some(Record {
                start,
                end,
                cells,
                unclosed: false,
            })
        } else {
            Some(self.give_up_line(start, end))
        }
    }
}

/// Whether every quoted cell of a record ends where its quote closes. A record of one line is not
/// checked: there, people write quotes as they like, and only that line is at stake.
fn has_closed_quotes(record: &str, delimiter: u8) -> bool {
    let record = record.trim_end_matches(['\r', '\n']).as_bytes();
    if !record.contains(&b'\n') && !record.contains(&b'\r') {
        return true;
    }
    let mut rest = record;
    loop {
        rest = match rest {
            [b'"', quoted @ ..] => match skip_quoted(quoted) {
                Some(behind) => behind,
                None => return false,
            },
            plain => &plain[plain.iter().position(|b| *b == delimiter).unwrap_or(plain.len())..],
        };
        match rest {
            [] => return true,
            [next, behind @ ..] if *next == delimiter => rest = behind,
            _ => return false,
        }
    }
}

/// The text behind the closing quote; a doubled quote does not close.
fn skip_quoted(mut quoted: &[u8]) -> Option<&[u8]> {
    loop {
        let at = quoted.iter().position(|b| *b == b'"')?;
        match &quoted[at + 1..] {
            [b'"', more @ ..] => quoted = more,
            behind => return Some(behind),
        }
    }
}

fn new_reader(text: &str, base: usize, delimiter: u8) -> Reader<Chain<&[u8], &'static [u8]>> {
    let bytes = text.get(base..).unwrap_or_default().as_bytes();
    ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes.chain(BEYOND))
}

fn offset_of<R: Read>(reader: &Reader<R>) -> usize {
    usize::try_from(reader.position().byte()).unwrap_or(usize::MAX)
}

fn count_line_ends(text: &str) -> usize {
    text.len() - text.trim_start_matches(['\r', '\n']).len()
}

/// Finds the line of an offset, for offsets that only grow.
pub struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    /// At the beginning of `text`.
    pub fn new(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            at: 0,
            line: 1,
        }
    }

    /// The line of `offset`, 1 for the first. A line ends with `\n`, `\r\n` or `\r`.
    pub fn at(&mut self, offset: usize) -> u64 {
        while self.at < offset {
            let ends = match self.text[self.at] {
                b'\n' => true,
                b'\r' => self.text.get(self.at + 1) != Some(&b'\n'),
                _ => false,
            };
            self.line += u64::from(ends);
            self.at += 1;
        }
        self.line
    }
}
