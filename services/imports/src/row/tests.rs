//! What cells become.

use tally_domain::RegisterId;
use tally_domain::schema::Schema;
use uuid::Uuid;

use super::*;
use crate::choices::Choices;
use crate::sheet::Sheet;
use crate::upload::survey_file;

fn new_schema() -> Schema {
    Schema::new(RegisterId(Uuid::nil()))
}

fn read(file: &str) -> Vec<Result<RowRequest, RowFault>> {
    let sheet = Sheet::open(file.as_bytes()).unwrap();
    let layout = layout_of(&sheet, file.as_bytes());
    sheet.rows().map(|row| layout.read_row(&row)).collect()
}

/// The layout that an import of the file would record.
fn layout_of(sheet: &Sheet, file: &[u8]) -> Layout {
    let survey = survey_file(file, &new_schema(), &Choices::default()).unwrap();
    Layout::new(sheet, &survey.columns, survey.reading.day_order).unwrap()
}

fn request(file: &str) -> RowRequest {
    read(file).remove(0).unwrap()
}

fn codes(file: &str) -> Vec<String> {
    let code = |outcome: Result<RowRequest, RowFault>| match outcome {
        Ok(request) => request
            .warnings
            .iter()
            .map(|w| w.code())
            .collect::<Vec<_>>()
            .join(" "),
        Err(fault) => crate::finding::of_fault(&fault).code,
    };
    read(file).into_iter().map(code).collect()
}

#[test]
fn a_row_that_says_all_is_taken_without_a_warning() {
    let request = request("tag,name,serial,Colour\n L-1 , Laptop ,S1, blue \n");
    assert_eq!(request.tag.as_ref().map(Tag::as_str), Some("L-1"));
    assert_eq!(
        (request.value("name"), request.value("colour")),
        (Some("Laptop"), Some("blue"))
    );
    assert_eq!(request.warnings, []);
}

#[test]
fn a_row_without_a_name_is_called_by_what_else_is_known_and_says_so() {
    let file = "tag,name,make,model,type,serial,place\nT1,,Dell,X1,Laptop,S,P\nT2,,,X1,,,\nT3,,Dell,Dell X1,,,\nT4,,Dell,,Laptop,S,\nT5,,,,,S,\nT6,,,,,,P\n,,,,,,P\n";
    let names: Vec<Option<String>> = read(file)
        .into_iter()
        .map(|row| {
            row.ok()
                .and_then(|request| request.value("name").map(str::to_owned))
        })
        .collect();
    let expected = [
        Some("Dell X1"),
        Some("X1"),
        Some("Dell X1"),
        Some("Laptop"),
        Some("S"),
        Some("T6"),
        None,
    ];
    assert_eq!(names, expected.map(|name| name.map(str::to_owned)));
    let codes_of_rows = codes(file);
    assert_eq!(codes_of_rows[0], "import.name_from_model");
    assert_eq!(
        codes_of_rows[3..],
        [
            "import.name_from_type",
            "import.name_from_serial",
            "import.name_from_tag",
            "asset.name_empty"
        ]
    );
}

#[test]
fn a_row_without_a_tag_is_allotted_one_and_a_wrong_tag_is_refused_rather_than_replaced() {
    assert_eq!(
        codes("tag,name\n,a\nno blanks,b\n"),
        ["import.tag_allotted", "asset.tag_invalid"]
    );
}

#[test]
fn cells_left_off_at_the_end_are_blank_and_those_beyond_are_refused_unless_they_are_empty() {
    let file = "tag,name,place\nT1,a,x\nT2,b\nT3\nT4,a,b,c\nT5,a,b,,\n,\n";
    let expected = [
        "",
        "",
        "import.name_from_tag",
        "import.row_ragged",
        "",
        "import.row_empty",
    ];
    assert_eq!(codes(file), expected);
    assert_eq!(codes("tag;name;\nT1;a;\nT2;b\n"), ["", ""]);
    let request = request("tag;name;\nT1;a;b\n");
    assert_eq!(
        request.value("Column 3"),
        Some("b"),
        "a column with content is kept"
    );
}

#[test]
fn a_row_whose_letters_cannot_be_read_is_refused_and_no_other() {
    let file = b"\xEF\xBB\xBFtag,name\nT1,K\xC3\xBCche\nT2,Caf\xE9\nT3,Stra\xC3\x9Fe\n";
    let sheet = Sheet::open(file).unwrap();
    let layout = layout_of(&sheet, file);
    let read: Vec<_> = sheet.rows().map(|row| layout.read_row(&row)).collect();
    let fault = read[1].as_ref().unwrap_err();
    assert_eq!(
        fault.tag.as_ref().map(Tag::as_str),
        Some("T2"),
        "its tag can be read"
    );
    assert_eq!(
        fault.error,
        RowError::Row(RowRefusal::LettersUnreadable { last_line: 3 })
    );
    for (row, name) in [(0, "Küche"), (2, "Straße")] {
        let request = read[row].as_ref().unwrap();
        assert_eq!((request.value("name"), request.warnings.len()), (Some(name), 0));
    }
}

#[test]
fn a_text_in_the_form_of_a_formula_is_its_text() {
    let request = request("tag,name,serial\n=\"00456\",Saw,\"=\"\"00789\"\"\"\n");
    assert_eq!(request.tag.as_ref().map(Tag::as_str), Some("00456"));
    assert_eq!(request.value("serial"), Some("00789"));
}

#[test]
fn what_tally_added_to_a_file_of_refused_rows_is_taken_off_again() {
    let file = "tally_row,tally_line,tally_codes,tally_message,tag,name,notes,price\n\
        2,3,asset.name_empty,No name.,T1,'=cmd(),''quoted,-5.50\n,,,,T2,It's,'-,1\n3,4,x,y,,,,\n";
    let rows = read(file);
    let first = rows[0].as_ref().unwrap();
    let values = ["name", "notes", "price"].map(|key| first.value(key));
    assert_eq!(values, [Some("=cmd()"), Some("'quoted"), Some("-5.50")]);
    assert_eq!((first.attributes.len(), first.warnings.len()), (3, 0));
    assert_eq!(rows[1].as_ref().unwrap().value("name"), Some("It's"));
    assert_eq!(
        codes(file)[2],
        "import.row_empty",
        "only Tally's own columns have content"
    );
    let plain = request("tag,name\nT1,'=cmd()\n");
    assert_eq!(
        plain.value("name"),
        Some("'=cmd()"),
        "a file without the mark is as it is"
    );
}

#[test]
fn a_price_that_is_no_amount_or_two_has_a_warning_and_one_that_the_column_settles_has_none() {
    assert_eq!(
        codes("tag,name,price\nT1,a,free\nT2,b,7.50 EUR\n"),
        ["import.price_unreadable", ""]
    );
    assert_eq!(
        codes("tag;name;price\nT1;a;1.290\nT2;b;750\n"),
        ["import.price_ambiguous", ""]
    );
    let file = "tag;name;price\nT1;a;1.290\nT2;b;7,50\n";
    assert_eq!(codes(file), ["", ""]);
    assert_eq!(request(file).value("price"), Some("1290"));
}

#[test]
fn the_order_of_day_and_month_is_that_of_the_column() {
    let file = "tag,name,purchase date\nT1,a,03/04/2024\nT2,b,25/04/2024\n";
    assert_eq!(request(file).value("purchased_on"), Some("2024-04-03"));
    assert_eq!(codes(file), ["", ""]);
    let contradicting = "tag,name,purchase date\nT1,a,03/04/2024\nT2,b,25/04/2024\nT3,c,04/25/2024\n";
    assert_eq!(codes(contradicting), ["import.date_kept_as_written", "", ""]);
}

#[test]
fn a_cell_of_invisible_characters_is_empty() {
    let request = request("tag,name,model,notes\nT,\u{200B},T480,\u{AD}\n");
    assert_eq!(request.value("name"), Some("T480"));
    assert_eq!(request.value("notes"), None);
    assert_eq!(codes("tag,name\n\u{200B},\u{2060}\n"), ["import.row_empty"]);
}

#[test]
fn a_row_with_an_open_quote_says_so() {
    assert_eq!(codes("tag,name\nT1,\"a\nT2,b\n"), ["import.quote_unclosed", ""]);
}

#[test]
fn a_day_with_one_meaning_is_understood_and_any_other_is_kept_as_written() {
    for (written, expected) in [
        ("2024-03-09", "2024-03-09"),
        ("2024/3/9", "2024-03-09"),
        ("9.3.2024", "2024-03-09"),
        ("2024-03-09T00:00:00Z", "2024-03-09"),
        ("2024-03-09 00:00:00", "2024-03-09"),
    ] {
        let request = request(&format!("tag,name,purchase date\nT,a,{written}\n"));
        assert_eq!(request.value("purchased_on"), Some(expected), "{written}");
    }
    for written in [
        "03/04/2024",
        "spring 2024",
        "9.3.24",
        "2024-03-09 17:00:00",
        "2024-13-01",
    ] {
        let request = request(&format!("tag,name,purchase date\nT,a,{written}\n"));
        assert_eq!(
            (request.value("purchased_on"), request.value(PURCHASED_AS_WRITTEN)),
            (None, Some(written))
        );
        assert_eq!(request.warnings, [RowWarning::DateKeptAsWritten]);
    }
}

#[test]
fn a_row_whose_location_is_only_its_site_is_found_under_that() {
    let file = "tag,name,site,location\nT1,a,North,\nT2,b,North,Row 1\n";
    let places: Vec<_> = read(file)
        .into_iter()
        .map(|w| w.unwrap().value("location").map(str::to_owned))
        .collect();
    assert_eq!(places, [Some("North".to_owned()), Some("Row 1".to_owned())]);
    assert_eq!(codes(file), ["import.location_from_site", ""]);
}

#[test]
fn of_a_public_demo_register_every_filled_cell_is_found_again() {
    let bytes = include_bytes!("../../../../tests/data/netbox-demo-devices.csv");
    let sheet = Sheet::open(bytes).unwrap();
    let layout = layout_of(&sheet, bytes);
    let mut nameless = 0;
    for row in sheet.rows() {
        let request = layout.read_row(&row).unwrap();
        nameless += u32::from(
            request
                .warnings
                .contains(&RowWarning::NameFrom(NameSource::Model)),
        );
        assert!(request.warnings.contains(&RowWarning::TagAllotted));
        for cell in row.cells.iter().filter(|cell| !cell.is_empty()) {
            assert!(
                request.attributes.values().flatten().any(|value| value == cell),
                "{cell:?} of {row:?}"
            );
        }
    }
    assert_eq!((sheet.count_rows().unwrap().rows, nameless), (72, 22));
}
