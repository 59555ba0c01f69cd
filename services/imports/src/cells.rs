//! Marks that spreadsheets and Tally itself put around the content of a cell.

use std::borrow::Cow;

/// The columns that Tally puts before those of a file, with what it found in each row. They are
/// known and passed over; and a file that has one of them is marked as Tally's own.
pub const OWN_COLUMNS: [&str; 4] = ["tally_row", "tally_line", "tally_codes", "tally_message"];

/// Whether a header is of a column that Tally added.
pub fn is_own_column(header: &str) -> bool {
    OWN_COLUMNS.contains(&header.trim())
}

/// The text that a cell of a marked file had before [`defuse`].
pub fn without_defusing(cell: &str) -> &str {
    cell.strip_prefix('\'').unwrap_or(cell)
}

/// A cell that no spreadsheet takes for a formula: an apostrophe stands before every text that begins
/// like one, and before an apostrophe, so that taking one off gives every text back. Plain numbers,
/// and texts written as `="00456"`, do nothing and stay as they are.
pub fn defuse(cell: &str) -> Cow<'_, str> {
    let begins_like_one = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']);
    if begins_like_one && !is_plain_number(cell) && quoted_text(cell).is_none() {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// The text of a cell that is written as `="00456"`, which keeps spreadsheets from reading it as a
/// number.
pub fn quoted_text(cell: &str) -> Option<&str> {
    let text = cell.trim().strip_prefix("=\"")?.strip_suffix('"')?;
    (!text.contains('"')).then_some(text)
}

/// Digits in groups or with a fraction, behind at most one sign.
fn is_plain_number(cell: &str) -> bool {
    let digits = cell.strip_prefix(['-', '+']).unwrap_or(cell);
    let mut parts = digits.split(['.', ',']);
    parts.all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_gets_an_apostrophe_and_a_number_none() {
        for (cell, expected) in [
            ("=cmd()", "'=cmd()"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
            ("-2+3", "'-2+3"),
            ("\t=1", "'\t=1"),
            ("'quoted", "''quoted"),
            ("=\"a\"&B1&\"b\"", "'=\"a\"&B1&\"b\""),
            ("-750", "-750"),
            ("-1.290,00", "-1.290,00"),
            ("+4930123456", "+4930123456"),
            ("=\"00456\"", "=\"00456\""),
            ("plain", "plain"),
            ("", ""),
            ("-", "'-"),
        ] {
            assert_eq!(defuse(cell), expected);
        }
    }

    #[test]
    fn every_text_comes_back_as_it_was() {
        for cell in [
            "=cmd()", "'", "''x", "-", "-5", "- 5", "+49 30", "@a", "\tx", "x", "", "=\"1\"",
        ] {
            assert_eq!(without_defusing(&defuse(cell)), cell);
        }
    }

    #[test]
    fn a_text_in_the_form_of_a_formula_is_the_text() {
        assert_eq!(quoted_text("=\"00456\""), Some("00456"));
        assert_eq!(quoted_text(" =\"a b\" "), Some("a b"));
        for other in ["=00456", "\"00456\"", "=\"a\"&\"b\"", "=\"", "00456"] {
            assert_eq!(quoted_text(other), None, "{other}");
        }
    }
}
