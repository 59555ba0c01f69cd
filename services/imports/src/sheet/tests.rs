//! Files as people send them.

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
    assert_eq!(refusal(",,\n;;\n"), Unreadable::NoHeader);
    assert_eq!(refusal(",\"\",\na,b,c"), Unreadable::NoHeader);
    assert_eq!(
        refusal(b"\xEF\xBB\xBFtag,Gr\xF6\xDFe\n1,2\n"),
        Unreadable::HeaderUnreadable
    );
    assert_eq!(refusal(b"PK\x03\x04rest"), Unreadable::NotText);
    assert_eq!(refusal(b"name\0x"), Unreadable::NotText);
    assert_eq!(refusal("\"name,serial\na,b\n"), Unreadable::HeaderUnclosed);
    assert_eq!(refusal("h,".repeat(MAX_COLUMNS + 1)), Unreadable::HeaderTooLarge);
    assert_eq!(refusal(vec![b'a'; MAX_BYTES + 1]), Unreadable::TooManyBytes);
}

#[test]
fn too_many_rows_are_refused_and_exactly_enough_are_not() {
    let full = format!("name\n{}", "x\n".repeat(usize::try_from(MAX_ROWS).unwrap()));
    assert_eq!(sheet(&full).count_rows().unwrap().rows, MAX_ROWS);
    assert_eq!(sheet(full + "x").count_rows(), Err(Unreadable::TooManyRows));
}

#[test]
fn lines_with_nothing_on_them_are_no_rows_and_leave_the_numbering_right() {
    for end in ["\n", "\r\n", "\r"] {
        let file = ["name,serial", "", "a,1", "", "", "b,2", " ", ",", "", ""].join(end);
        let sheet = sheet(&file);
        let found: Vec<(u64, u64)> = sheet.rows().map(|row| (row.row, row.line)).collect();
        assert_eq!(found, [(1, 3), (2, 6), (3, 7), (4, 8)], "{end:?}");
        assert_eq!(
            sheet.count_rows().unwrap(),
            RowCount {
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
fn quotes_within_a_line_are_read_as_people_write_them() {
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

#[test]
fn the_header_is_the_first_line_with_content_or_the_one_that_the_user_chose() {
    let found = sheet(",,\r\n\r\ntag,name,size\r\na,b,c\r\n");
    assert_eq!(found.headers(), strings(&["tag", "name", "size"]));
    assert_eq!((found.reading().header_line, rows(&found)[0].1), (3, 4));
    let file = "Inventory of 2024;;\n\ntag;name\nA;b\n";
    let open = |line| {
        let choices = Choices {
            header_line: Some(line),
            ..Choices::default()
        };
        Sheet::open_as(file.as_bytes(), &choices)
    };
    let chosen = open(3).unwrap();
    assert_eq!(chosen.headers(), strings(&["tag", "name"]));
    assert_eq!(rows(&chosen), [(1, 4, 4, strings(&["A", "b"]))]);
    assert_eq!(open(9).err(), Some(Unreadable::NoHeader));
}

#[test]
fn a_file_is_read_again_as_its_reading_says() {
    for (bytes, separator, encoding) in [
        (&b"sep=;\ntag;name\nA;b,c\n"[..], ';', "UTF-8"),
        (b"tag|name\nA|B\xFCro\n", '|', "windows-1252"),
        (b"\xEF\xBB\xBFtag\tname\nA\tb\n", '\t', "UTF-8"),
    ] {
        let found = sheet(bytes);
        let reading = found.reading();
        assert_eq!(
            (reading.separator, reading.encoding.as_str()),
            (separator, encoding)
        );
        let again = Sheet::open_as(bytes, &Choices::from_reading(&reading).unwrap()).unwrap();
        assert_eq!(again.reading(), reading);
        assert_eq!(rows(&again), rows(&found));
        let marks = |sheet: &Sheet| sheet.rows().map(|row| row.guessed_letters).collect::<Vec<_>>();
        assert_eq!(marks(&again), marks(&found));
    }
}
