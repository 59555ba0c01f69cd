//! Which column becomes which field, by its header. No column is ever left out: an unknown one
//! becomes an attribute of its own.
//!
//! To know one more name for a field, add it to [`SYNONYMS`].

use std::collections::HashSet;

use tally_domain::asset::{AttributeKey, well_known};
use tally_domain::import::Column;

/// The field of an asset's tag; every other field is an attribute's key.
pub const TAG: &str = "tag";
/// The field of a day of purchase that cannot be read as a day.
pub const PURCHASED_AS_WRITTEN: &str = "purchased_on_as_written";
/// Another system's word for where something is, kept when the file has a location of its own
/// beside it.
pub const SITE: &str = "site";

/// The names by which each field is known, the most specific first. A name in two lists goes to the
/// first field that has nothing better: a `device_type` is the type where no other column is, and
/// the model beside a `role`.
#[rustfmt::skip]
const SYNONYMS: [(&str, &[&str]); 12] = [
    (TAG, &[
        TAG, "asset_tag", "tag_number", "inventory_number", "inventory_no", "inventory_tag",
        "asset_number", "asset_no", "asset_id",
    ]),
    (well_known::NAME, &[
        well_known::NAME, "asset_name", "title", "device_name", "computer_name", "host_name",
        "display_name", "item_name", "item", "summary",
    ]),
    (well_known::TYPE, &[
        well_known::TYPE, "asset_type", "category", "asset_category", "kind", "role", "device_role",
        "item_type", "device_type",
    ]),
    (well_known::MANUFACTURER, &[well_known::MANUFACTURER, "make", "maker", "brand", "vendor"]),
    (well_known::MODEL, &[
        well_known::MODEL, "model_name", "model_number", "model_no", "product", "device_type",
    ]),
    (well_known::SERIAL, &[well_known::SERIAL, "serial_number", "serial_no", "sn", "service_tag"]),
    (well_known::LOCATION, &[well_known::LOCATION, SITE, "office", "building", "room", "place"]),
    (well_known::STATUS_NOTE, &[well_known::STATUS_NOTE, "status", "state", "condition"]),
    (well_known::PURCHASED_ON, &[
        well_known::PURCHASED_ON, "purchase_date", "date_of_purchase", "purchased", "date_purchased",
    ]),
    (well_known::PRICE, &[well_known::PRICE, "cost", "purchase_price", "purchase_cost"]),
    (well_known::SUPPLIER, &[well_known::SUPPLIER, "vendor", "seller", "reseller", "bought_from"]),
    (well_known::NOTES, &[
        well_known::NOTES, "note", "comments", "comment", "description", "remarks", "remark",
    ]),
];

/// Maps every header to a field of its own.
pub fn map_headers(headers: &[String]) -> Vec<Column> {
    let names: Vec<Option<AttributeKey>> = headers.iter().map(|header| closest_key(header)).collect();
    let mut fields = vec![None; headers.len()];
    for (field, synonyms) in SYNONYMS {
        let mut synonyms = synonyms.iter();
        if let Some(column) = synonyms.find_map(|synonym| find_free_column(&names, &fields, synonym)) {
            fields[column] = Some(field.to_owned());
        }
    }
    let mut taken: HashSet<String> = fields.iter().flatten().cloned().collect();
    if taken.contains(well_known::PURCHASED_ON) {
        taken.insert(PURCHASED_AS_WRITTEN.to_owned());
    }
    let mut columns = Vec::with_capacity(headers.len());
    for (index, (header, field)) in headers.iter().zip(fields).enumerate() {
        let field = field.unwrap_or_else(|| unique_key(names[index].as_ref(), index, &mut taken));
        columns.push(Column {
            header: header.clone(),
            field,
        });
    }
    columns
}

/// The key closest to a header; of a header that is longer than a key can be, its beginning counts.
fn closest_key(header: &str) -> Option<AttributeKey> {
    let beginning: String = header.chars().take(AttributeKey::MAX_LEN).collect();
    AttributeKey::from_header(&beginning)
}

/// The first column of that name that has no field yet.
fn find_free_column(
    names: &[Option<AttributeKey>],
    fields: &[Option<String>],
    synonym: &str,
) -> Option<usize> {
    // `SerialNumber` and `serial number` are one name.
    let squash = |name: &str| name.replace('_', "");
    let sought = squash(synonym);
    let has_name =
        |name: &Option<AttributeKey>| name.as_ref().is_some_and(|key| squash(key.as_str()) == sought);
    (0..names.len()).find(|&column| fields[column].is_none() && has_name(&names[column]))
}

/// A key that no other column has: the header's, numbered where it is taken.
fn unique_key(name: Option<&AttributeKey>, index: usize, taken: &mut HashSet<String>) -> String {
    let base = name.map_or_else(|| format!("column_{}", index + 1), |key| key.as_str().to_owned());
    let mut key = base.clone();
    let mut number = 2;
    while !taken.insert(key.clone()) {
        let suffix = format!("_{number}");
        let room = AttributeKey::MAX_LEN - suffix.len();
        key = format!("{}{suffix}", &base[..base.len().min(room)]);
        number += 1;
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(headers: &[&str]) -> Vec<String> {
        let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
        map_headers(&headers)
            .into_iter()
            .map(|column| column.field)
            .collect()
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
            "model_no",
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
        let headers = ["Rack (U)", "", "rack u", "Größe", "???", "name", "Name", "NAME"];
        let expected = [
            "rack_u", "column_2", "rack_u_2", "gr_sse", "column_5", "name", "name_2", "name_3",
        ];
        assert_eq!(fields(&headers), expected);
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
    fn a_long_header_is_cut_to_a_key_and_every_field_is_a_key() {
        let long = "long header ".repeat(20);
        for field in fields(&[&long, &long, &"é".repeat(300)]) {
            assert!(AttributeKey::parse(&field).is_some(), "{field}");
        }
    }
}
