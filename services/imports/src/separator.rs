//! What stands between the cells of a file.

use crate::records::Records;

/// What may stand between cells, the likeliest first.
pub const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// How much of a file shows how a separator splits it, in bytes.
const SAMPLE: usize = 256 * 1024;

/// The separator that a first line such as `sep=;` names, and where the file goes on behind that
/// line. Spreadsheets write it in any case, quote it, and fill it up with separators.
pub fn read_separator_line(text: &str) -> Option<(u8, usize)> {
    let end = text.find(['\r', '\n']).unwrap_or(text.len());
    let line = text[..end].trim_start_matches('"');
    let (name, value) = line.split_at_checked(4)?;
    let (separator, rest) = value.as_bytes().split_first()?;
    let is_filling = |b: &u8| *b == b'"' || *b == b' ' || SEPARATORS.contains(b);
    let is_named = name.eq_ignore_ascii_case("sep=") && SEPARATORS.contains(separator);
    (is_named && rest.iter().all(is_filling)).then_some((*separator, end))
}

/// How a separator splits the records from the header on. The greater is the better.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Split {
    splits_header: bool,
    /// Records with more cells than the header, per thousand, to be few.
    fitting: usize,
    /// Records with as many cells as the header, per thousand.
    alike: usize,
    cells: usize,
}

/// The separator that splits all rows alike, from the header's record at `begin` on.
pub fn find_separator(text: &str, begin: usize) -> u8 {
    let sample = &text[..text.floor_char_boundary(begin.saturating_add(SAMPLE))];
    let mut best: Option<(Split, u8)> = None;
    for separator in SEPARATORS {
        let split = measure(sample, begin, separator);
        if best.as_ref().is_none_or(|(known, _)| split > *known) {
            best = Some((split, separator));
        }
    }
    best.map_or(b',', |(_, separator)| separator)
}

fn measure(text: &str, begin: usize, separator: u8) -> Split {
    let mut records = Records::new(text, begin, separator);
    let header = records.next().map_or(0, |record| record.cells.len());
    let (mut all, mut fitting, mut alike) = (0_usize, 0, 0);
    for record in records.filter(|record| !record.unclosed) {
        all += 1;
        // Cells beyond the header's may be blank.
        let mut beyond = record.cells.iter().skip(header);
        fitting += usize::from(beyond.all(|cell| cell.trim().is_empty()));
        alike += usize::from(record.cells.len() == header);
    }
    let per_thousand = |count: usize| (count * 1000).checked_div(all).unwrap_or(1000);
    Split {
        splits_header: header > 1,
        fitting: per_thousand(fitting),
        alike: per_thousand(alike),
        cells: header,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_the_one_that_splits_all_rows_alike() {
        for (file, expected) in [
            ("name,serial\na;b,c\n", b','),
            ("name;serial\na,b;c\n", b';'),
            ("name\tserial\na,b;\tc\n", b'\t'),
            ("name|serial\na,b|c\n", b'|'),
            ("tag;name, or title, or label;size\n1;x;2\n2;y;3\n", b';'),
            ("tag;size, in cm\n1;80, 60, 75\n2;30\n", b';'),
            ("tag;name;size\nA;Shelf;80\nB;Table;80, 60, 75\n", b';'),
            ("tag,name,place,notes\nA,b,c,d\nB,c\nC\n", b','),
            ("name\nSmith, John\n", b';'),
            ("name\nplain\n", b','),
            ("tag,name\n", b','),
            ("a|b,c\n1|2,3\n4|5,6\n", b','),
            ("tag;name,\nA;b,\nB;c, d,\n", b';'),
        ] {
            assert_eq!(find_separator(file, 0), expected, "{file:?}");
        }
    }

    #[test]
    fn a_line_that_names_the_separator_is_read_as_it_is_written() {
        for line in ["sep=;", "SEP=;", "Sep=;", "\"sep=;\"", "sep=;;;", "\"sep=;\";;"] {
            let file = format!("{line}\r\na;b\n");
            assert_eq!(read_separator_line(&file), Some((b';', line.len())), "{line}");
        }
        assert_eq!(read_separator_line("sep=\t\na\tb"), Some((b'\t', 5)));
        assert_eq!(read_separator_line("sep=|"), Some((b'|', 5)));
        for other in ["sep=", "sep=x", "sep=;name", "separate;x", "name;sep=;", ""] {
            assert_eq!(read_separator_line(other), None, "{other}");
        }
    }
}
