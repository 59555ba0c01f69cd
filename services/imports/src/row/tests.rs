//! What cells become.

use tally_domain::RegisterId;
use tally_domain::schema::Schema;
use uuid::Uuid;

use super::*;
use crate::columns::map_headers;
use crate::sheet::Sheet;

fn new_schema() -> Schema {
    Schema::new(RegisterId(Uuid::nil()))
}

fn read(file: &str) -> Vec<Result<RowRequest, RowFault>> {
    let sheet = Sheet::open(file.as_bytes()).unwrap();
    let layout = Layout::from_columns(&map_headers(sheet.headers(), &new_schema())).unwrap();
    sheet.rows().map(|row| layout.read_row(&row)).collect()
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
fn rows_of_the_wrong_length_are_refused_unless_the_cells_beyond_are_empty() {
    let codes_of_rows = codes("tag,name\nT1\nT1,a,b\nT1,a,,\n,\n");
    assert_eq!(
        codes_of_rows,
        ["import.row_ragged", "import.row_ragged", "", "import.row_empty"]
    );
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
    let layout = Layout::from_columns(&map_headers(sheet.headers(), &new_schema())).unwrap();
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
