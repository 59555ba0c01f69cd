//! Any bytes as a file to import: its rows come in order, each once, inside the file.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tally_imports::Sheet;

fuzz_target!(|file: &[u8]| check(file));

fn check(file: &[u8]) {
    let Ok(sheet) = Sheet::open(file) else {
        return;
    };
    let mut count = 0;
    let mut line = 0;
    for row in sheet.rows() {
        count += 1;
        assert_eq!(row.row, count, "rows are numbered from 1 without a gap");
        assert!(
            row.line > line && row.last_line >= row.line,
            "row {count} begins after the one before"
        );
        line = row.last_line;
    }
    if let Ok(counted) = sheet.count_rows() {
        assert_eq!(counted.rows, count);
    }
}
