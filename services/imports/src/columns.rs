//! Which column becomes which field, by its header and the schema of the register. No column is ever
//! left out: an unknown one becomes an attribute of its own.

use std::collections::BTreeSet;

use tally_domain::asset::{AttributeId, AttributeKey, AttributeName, well_known};
use tally_domain::import::Column;
use tally_domain::schema::{Attribute, BUILT_IN, Schema, TAG_NAMES};
use tally_domain::text::normal_form;

/// The field of an asset's tag; every other field is an attribute.
pub const TAG: &str = "tag";
/// The field of a day of purchase that cannot be read as a day.
pub const PURCHASED_AS_WRITTEN: &str = "purchased_on_as_written";
/// Another system's word for where something is, kept when the file has a location of its own
/// beside it.
pub const SITE: &str = "site";

/// Maps every header to a field of its own: the tag, the key of an attribute that the register has,
/// or the name of one that the import adds.
pub fn map_headers(headers: &[String], schema: &Schema) -> Vec<Column> {
    let mut mapping = Mapping::new(headers, schema);
    mapping.claim(TAG, AttributeId::TAG, TAG_NAMES);
    for attribute in &BUILT_IN {
        mapping.claim(attribute.key, attribute.id, attribute.names());
    }
    if mapping.has_field(well_known::PURCHASED_ON)
        && let Some(name) = AttributeName::parse(PURCHASED_AS_WRITTEN)
    {
        mapping.taken.insert(schema.id_of(&name));
    }
    mapping.name_rest();
    mapping.into_columns()
}

/// The fields found so far.
struct Mapping<'a> {
    headers: &'a [String],
    schema: &'a Schema,
    /// The schema with the attributes that the import adds.
    extended: Schema,
    fields: Vec<Option<String>>,
    taken: BTreeSet<AttributeId>,
}

impl<'a> Mapping<'a> {
    fn new(headers: &'a [String], schema: &'a Schema) -> Self {
        Self {
            headers,
            schema,
            extended: schema.clone(),
            fields: vec![None; headers.len()],
            taken: BTreeSet::from([AttributeId::TAG]),
        }
    }

    fn has_field(&self, field: &str) -> bool {
        self.fields.iter().flatten().any(|known| known == field)
    }

    /// Gives the field to the first column that has the first of `names` that any has.
    fn claim(&mut self, field: &str, id: AttributeId, names: impl IntoIterator<Item = &'static str>) {
        let mut names = names.into_iter();
        if let Some(column) = names.find_map(|name| self.find_unnamed(name)) {
            self.fields[column] = Some(field.to_owned());
            self.taken.insert(id);
        }
    }

    /// The first column of that name that has no field yet.
    fn find_unnamed(&self, name: &str) -> Option<usize> {
        let sought = squash(name);
        let unnamed = |column: &usize| self.fields[*column].is_none();
        (0..self.headers.len())
            .filter(unnamed)
            .find(|column| squash(&self.headers[*column]) == sought)
    }

    /// Gives each column that is left the attribute of its header. Those written as a key come last:
    /// another column's attribute may get that key.
    fn name_rest(&mut self) {
        let unnamed = self.headers.iter().zip(&self.fields).enumerate();
        let unnamed = unnamed.filter(|(_, (_, field))| field.is_none());
        let mut names: Vec<(usize, String)> = unnamed
            .map(|(index, (header, _))| (index, name_column(header, index)))
            .collect();
        names.sort_by_key(|(_, name)| AttributeKey::parse(name).is_some());
        for (index, name) in names {
            self.fields[index] = self.take_name(&name);
        }
    }

    /// The field of a name that no other column has: numbered where it is taken.
    fn take_name(&mut self, base: &str) -> Option<String> {
        let first = [base.to_owned()].into_iter();
        let candidates = first.chain((2..).map(|number| number_name(base, number)));
        let mut names = candidates.filter_map(|name| AttributeName::parse(&name));
        let name = names.find(|name| name.form() != TAG && self.taken.insert(self.extended.id_of(name)))?;
        let known = self.schema.find(&name);
        // By its name, as the file that brought the attribute had it.
        let field = known.map_or_else(
            || name.to_string(),
            |attribute| match attribute {
                Attribute::BuiltIn(attribute) => attribute.key.to_owned(),
                Attribute::Free { name, .. } => name.to_string(),
            },
        );
        self.extended = self.extended.with([&name]);
        Some(field)
    }

    fn into_columns(self) -> Vec<Column> {
        let columns = self.headers.iter().zip(self.fields).enumerate();
        let columns = columns.map(|(index, (header, field))| Column {
            header: header.clone(),
            field: field.unwrap_or_else(|| name_column(header, index)),
        });
        columns.collect()
    }
}

/// The letters and digits of a name: `SerialNumber`, `serial_number` and `Serial number:` are one.
fn squash(name: &str) -> String {
    normal_form(name)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// The name of a column's attribute: its header, or its place where the header is no name.
fn name_column(header: &str, index: usize) -> String {
    let name = AttributeName::from_header(header);
    name.map_or_else(|| format!("Column {}", index + 1), |name| name.to_string())
}

fn number_name(base: &str, number: usize) -> String {
    let suffix = format!(" {number}");
    let room = AttributeName::MAX_LEN.saturating_sub(suffix.len());
    let beginning: String = base.chars().take(room).collect();
    format!("{beginning}{suffix}")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use tally_domain::RegisterId;
    use uuid::Uuid;

    use super::*;

    fn new_schema() -> Schema {
        Schema::new(RegisterId(Uuid::nil()))
    }

    fn fields(headers: &[&str]) -> Vec<String> {
        let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
        map_headers(&headers, &new_schema())
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
        let columns = map_headers(&headers, &schema).into_iter();
        let fields: Vec<String> = columns.map(|column| column.field).collect();
        assert_eq!(fields, ["rack_u 2", "Kostenstelle", "Rack (U)", "cost center"]);
    }

    #[test]
    fn a_header_is_the_same_field_in_every_file_whichever_its_script_and_place() {
        let headers = ["色", "重量", "Größe", "Цена"].map(str::to_owned);
        let first = map_headers(&headers, &new_schema());
        let names: Vec<_> = first
            .iter()
            .map(|column| AttributeName::parse(&column.field).unwrap())
            .collect();
        let schema = new_schema().with(&names);
        let backwards: Vec<String> = headers.iter().rev().cloned().collect();
        let mut second = map_headers(&backwards, &schema);
        second.reverse();
        assert_eq!(first, second);
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
}
