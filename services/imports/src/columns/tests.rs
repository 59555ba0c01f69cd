//! Headers of files and what becomes of them.

use std::collections::HashSet;

use tally_domain::RegisterId;
use uuid::Uuid;

use super::*;

fn new_schema() -> Schema {
    Schema::new(RegisterId(Uuid::nil()))
}

fn fields(headers: &[&str]) -> Vec<String> {
    let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
    let columns = map(&headers, &new_schema(), &[]).into_iter();
    columns.map(|column| column.field).collect()
}

/// The columns of a file whose cells all have content.
fn map(headers: &[String], schema: &Schema, chosen: &[(u32, &str)]) -> Vec<Column> {
    let filled = ColumnFacts::of_content(true);
    let chosen = chosen
        .iter()
        .map(|(column, field)| (*column, (*field).to_owned()));
    map_headers(headers, &vec![filled; headers.len()], schema, &chosen.collect())
}

/// The codes of the findings of each column.
fn findings(headers: &[&str]) -> Vec<Vec<String>> {
    let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
    let columns = map(&headers, &new_schema(), &[]).into_iter();
    let codes = columns.map(|column| column.findings.into_iter().map(|found| found.code).collect());
    codes.collect()
}

#[test]
fn our_own_names_stay_as_they_are() {
    let own: Vec<&str> = [TAG].into_iter().chain(well_known::ALL).collect();
    assert_eq!(fields(&own), own);
}

#[test]
fn what_other_tools_call_things_is_understood() {
    let headers = [
        "Asset Tag",
        "Asset Name",
        "Category",
        "Manufacturer",
        "Model",
        "Model No.",
        "Serial Number",
        "Purchase Date",
        "Cost",
    ];
    let expected = [
        "tag",
        "name",
        "type",
        "manufacturer",
        "model",
        "Model No.",
        "serial",
        "purchased_on",
        "price",
    ];
    assert_eq!(fields(&headers), expected);
    assert_eq!(
        fields(&["Hostname", "SerialNumber", "Office"]),
        ["name", "serial", "location"]
    );
}

#[test]
fn a_device_type_is_the_model_beside_a_role_and_the_type_where_nothing_else_is() {
    let netbox = [
        "name",
        "manufacturer",
        "device_type",
        "role",
        "tenant",
        "site",
        "location",
        "status",
        "comments",
    ];
    let expected = [
        "name",
        "manufacturer",
        "model",
        "type",
        "tenant",
        "site",
        "location",
        "status_note",
        "notes",
    ];
    assert_eq!(fields(&netbox), expected);
    assert_eq!(
        fields(&["name", "device type", "model"]),
        ["name", "type", "model"]
    );
}

#[test]
fn a_site_is_the_location_where_there_is_no_other_and_a_vendor_the_maker() {
    assert_eq!(
        fields(&["name", "site", "vendor"]),
        ["name", "location", "manufacturer"]
    );
    assert_eq!(
        fields(&["name", "vendor", "make"]),
        ["name", "supplier", "manufacturer"]
    );
}

#[test]
fn what_is_not_known_becomes_an_attribute_and_no_two_columns_share_one() {
    let headers = [
        "Rack (U)", "", "rack (u)", "Größe", "???", "name", "Name", "NAME", "Tag", "tag",
    ];
    let expected = [
        "Rack (U)",
        "Column 2",
        "rack (u) 2",
        "Größe",
        "???",
        "name",
        "Name 2",
        "NAME 3",
        "tag",
        "tag 2",
    ];
    assert_eq!(fields(&headers), expected);
}

#[test]
fn a_column_that_is_written_as_the_key_of_another_has_a_name_of_its_own() {
    assert_eq!(fields(&["rack_u", "Rack (U)"]), ["rack_u 2", "Rack (U)"]);
    assert_eq!(fields(&["serial_x", "Serial X"]), ["serial_x 2", "Serial X"]);
    assert_eq!(fields(&["rack_u"]), ["rack_u"]);
}

#[test]
fn a_header_finds_an_attribute_that_the_register_has() {
    let names = ["Rack (U)", "Kostenstelle"].map(|name| AttributeName::parse(name).unwrap());
    let schema = new_schema().with(&names);
    let headers = ["rack_u", "KOSTENSTELLE", "Rack (U)", "cost center"].map(str::to_owned);
    let columns = map(&headers, &schema, &[]).into_iter();
    let fields: Vec<String> = columns.map(|column| column.field).collect();
    assert_eq!(fields, ["rack_u 2", "Kostenstelle", "Rack (U)", "cost center"]);
}

#[test]
fn what_german_files_call_things_is_understood() {
    let headers = [
        "Inventarnummer",
        "Bezeichnung",
        "Kategorie",
        "Hersteller",
        "Modell",
        "Serien-Nr.",
        "Standort",
        "Zustand",
        "Kaufdatum",
        "Preis",
        "Händler",
        "Bemerkungen",
    ];
    let expected: Vec<&str> = [TAG].into_iter().chain(well_known::ALL).collect();
    assert_eq!(fields(&headers), expected);
}

#[test]
fn the_telling_header_names_the_asset_and_the_general_one_says_what_it_could_be() {
    let headers = ["Tag", "Item Name", "Name"];
    assert_eq!(fields(&headers), ["tag", "name", "Name 2"]);
    assert_eq!(findings(&headers)[2], ["import.column_could_be"]);
    assert_eq!(fields(&["Name", "Asset Tag", "Tag"]), ["name", "tag", "Tag 2"]);
    let headers = ["tag", "Item Name", "Name"].map(str::to_owned);
    let chosen = map(&headers, &new_schema(), &[(3, "name")]);
    let chosen: Vec<&str> = chosen.iter().map(|column| column.field.as_str()).collect();
    assert_eq!(chosen, ["tag", "Item Name", "name"]);
}

#[test]
fn a_column_that_the_user_keeps_apart_is_an_attribute_of_its_own() {
    let headers = ["tag", "Name", "Serial"].map(str::to_owned);
    let columns = map(&headers, &new_schema(), &[(2, OWN), (3, OWN)]).into_iter();
    let fields: Vec<String> = columns.map(|column| column.field).collect();
    assert_eq!(fields, ["tag", "Name 2", "Serial 2"]);
}

#[test]
fn a_field_that_the_user_chose_twice_or_for_no_column_goes_to_the_first() {
    let headers = ["a", "b", "Serial"].map(str::to_owned);
    let chosen = [(1, "tag"), (2, "TAG"), (3, "notes"), (9, "name")];
    let columns = map(&headers, &new_schema(), &chosen).into_iter();
    let fields: Vec<String> = columns.map(|column| column.field).collect();
    assert_eq!(fields, ["tag", "b", "notes"]);
}

#[test]
fn headers_that_fall_together_are_reported_and_not_merged() {
    let headers = ["tag", "name", "Größe", "GRÖSSE", "size_x", "Size X"];
    assert_eq!(
        fields(&headers),
        ["tag", "name", "Größe", "GRÖSSE 2", "size_x 2", "Size X"]
    );
    let repeated = ["import.column_repeated"].map(str::to_owned).to_vec();
    let found = findings(&headers);
    assert_eq!((&found[2], &found[3], &found[4]), (&vec![], &repeated, &repeated));
}

#[test]
fn a_header_is_the_same_field_in_every_file_whichever_its_script_and_place() {
    let headers = ["色", "重量", "Größe", "Цена"].map(str::to_owned);
    let first = map(&headers, &new_schema(), &[]);
    let names: Vec<_> = first
        .iter()
        .map(|column| AttributeName::parse(&column.field).unwrap())
        .collect();
    let schema = new_schema().with(&names);
    let backwards: Vec<String> = headers.iter().rev().cloned().collect();
    let mut second = map(&backwards, &schema, &[]);
    second.reverse();
    assert_eq!(first, second);
}

#[test]
fn a_header_in_any_script_is_the_same_field_in_every_file() {
    assert_eq!(fields(&["色", "重量", "размер"]), ["色", "重量", "размер"]);
    assert_eq!(fields(&["размер", "重量", "色"]), ["размер", "重量", "色"]);
}

#[test]
fn a_header_with_the_name_of_a_field_that_no_file_can_set_says_what_it_became() {
    let headers = ["tag", "name", "Holder", "Status", "Due"];
    assert_eq!(fields(&headers), ["tag", "name", "Holder", "status_note", "Due"]);
    let found = findings(&headers);
    assert!(found[..2].iter().all(Vec::is_empty), "{found:?}");
    assert!(
        found[2..]
            .iter()
            .all(|codes| codes == &["import.column_reserved"]),
        "{found:?}"
    );
    let headers = headers.map(str::to_owned);
    let column = &map(&headers, &new_schema(), &[])[2];
    assert_eq!(column.findings[0].parameters["key"].to_string(), "holder_2");
}

#[test]
fn our_own_columns_and_nameless_ones_without_content_are_left_out() {
    let headers = ["tally_row", "tag", "", "name", ""].map(str::to_owned);
    let facts = [true, true, false, true, true].map(ColumnFacts::of_content);
    let columns = map_headers(&headers, &facts, &new_schema(), &BTreeMap::new()).into_iter();
    let found: Vec<_> = columns.map(|column| (column.field, column.position)).collect();
    let expected = [("tag", Some(1)), ("name", Some(3)), ("Column 5", Some(4))];
    assert_eq!(
        found,
        expected.map(|(field, position)| (field.to_owned(), position))
    );
}

#[test]
fn what_spanish_and_french_files_call_things_is_understood() {
    for headers in [
        [
            "Número de inventario",
            "Nombre",
            "Tipo",
            "Fabricante",
            "Modelo",
            "Número de serie",
            "Ubicación",
            "Estado",
            "Fecha de compra",
            "Precio",
            "Proveedor",
            "Notas",
        ],
        [
            "Numéro d'inventaire",
            "Nom",
            "Type",
            "Fabricant",
            "Modèle",
            "Numéro de série",
            "Emplacement",
            "État",
            "Date d'achat",
            "Prix",
            "Fournisseur",
            "Remarques",
        ],
    ] {
        let expected: Vec<&str> = [TAG].into_iter().chain(well_known::ALL).collect();
        assert_eq!(fields(&headers), expected);
    }
}

#[test]
fn a_key_made_for_one_column_never_meets_the_name_of_another() {
    let all = fields(&[
        "x",
        "x",
        "x_2",
        "column_5",
        "",
        "column 5",
        "purchased on",
        "purchased_on_as_written",
    ]);
    let distinct: HashSet<&String> = all.iter().collect();
    assert_eq!(distinct.len(), all.len(), "{all:?}");
    assert!(
        !all.contains(&PURCHASED_AS_WRITTEN.to_owned()),
        "kept free for days that cannot be read"
    );
}

#[test]
fn a_long_header_is_cut_to_a_name_and_every_field_is_a_name() {
    let long = "long header ".repeat(20);
    for field in fields(&[&long, &long, &"é".repeat(300)]) {
        assert!(AttributeName::parse(&field).is_some(), "{field}");
    }
}
