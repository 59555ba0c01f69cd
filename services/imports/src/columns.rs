//! Which column becomes which field, by its header and the schema of the register. An unknown one
//! becomes an attribute of its own. Left out are only columns that Tally adds to its own files, and
//! nameless ones without content. What a user may want to choose otherwise stands with the column.

use std::collections::BTreeMap;

use tally_domain::asset::{AttributeId, AttributeKey, AttributeName, well_known};
use tally_domain::import::Column;
use tally_domain::schema::{Attribute, BUILT_IN, BuiltIn, OWN_FIELDS, Schema, TAG_NAMES};
use tally_domain::text::{is_blank, normal_form};

use crate::cells::is_own_column;
use crate::column_finding::ColumnFinding;
use crate::facts::ColumnFacts;

/// The field of an asset's tag; every other field is an attribute.
pub const TAG: &str = "tag";
/// The field of a day of purchase that cannot be read as a day.
pub const PURCHASED_AS_WRITTEN: &str = "purchased_on_as_written";
/// What a user chooses for a column that is to be an attribute of its own.
pub const OWN: &str = "-";
/// Another system's word for where something is, kept when the file has a location of its own
/// beside it.
pub const SITE: &str = "site";

/// Maps every header to a field of its own: the tag, the key of an attribute that the register has,
/// or the name of one that the import adds. `facts` are those of the columns, `chosen` the fields
/// that the user chose, by column.
pub fn map_headers(
    headers: &[String],
    facts: &[ColumnFacts],
    schema: &Schema,
    chosen: &BTreeMap<u32, String>,
) -> Vec<Column> {
    let mut mapping = Mapping::new(headers, facts, schema);
    mapping.take_chosen(chosen);
    mapping.claim(TAG, AttributeId::TAG, TAG_NAMES);
    for attribute in &BUILT_IN {
        mapping.claim(attribute.key, attribute.id, attribute.names());
    }
    if mapping.has_field(well_known::PURCHASED_ON)
        && let Some(name) = AttributeName::parse(PURCHASED_AS_WRITTEN)
    {
        mapping.taken.entry(schema.id_of(&name)).or_insert(None);
    }
    mapping.name_rest();
    mapping.note_alternatives();
    mapping.note_days(facts);
    mapping.into_columns()
}

/// What is found of one column.
#[derive(Clone, Default)]
struct Slot {
    field: Option<String>,
    /// Whether it is left out: Tally's own, or nameless without content.
    skipped: bool,
    /// Whether the user chose that it is an attribute of its own.
    own: bool,
    /// An earlier column that has the name of this one.
    collides_with: Option<usize>,
    findings: Vec<ColumnFinding>,
}

impl Slot {
    fn is_open(&self) -> bool {
        self.field.is_none() && !self.skipped
    }
}

/// The fields found so far.
struct Mapping<'a> {
    headers: &'a [String],
    schema: &'a Schema,
    /// The schema with the attributes that the import adds.
    extended: Schema,
    slots: Vec<Slot>,
    /// The attributes that have a column, and that column; none for one that is kept free.
    taken: BTreeMap<AttributeId, Option<usize>>,
}

impl<'a> Mapping<'a> {
    fn new(headers: &'a [String], facts: &[ColumnFacts], schema: &'a Schema) -> Self {
        let is_filled = |index: usize| facts.get(index).is_some_and(|facts| facts.is_filled);
        let skipped = |(index, header): (usize, &String)| Slot {
            skipped: is_own_column(header) || (is_blank(header) && !is_filled(index)),
            ..Slot::default()
        };
        Self {
            headers,
            schema,
            extended: schema.clone(),
            slots: headers.iter().enumerate().map(skipped).collect(),
            taken: BTreeMap::from([(AttributeId::TAG, None)]),
        }
    }

    fn has_field(&self, field: &str) -> bool {
        self.slots.iter().any(|slot| slot.field.as_deref() == Some(field))
    }

    /// Gives columns the fields that the user chose for them, each field to the first.
    fn take_chosen(&mut self, chosen: &BTreeMap<u32, String>) {
        for (column, field) in chosen {
            let index = usize::try_from(*column).unwrap_or(usize::MAX).wrapping_sub(1);
            let is_open = self.slots.get(index).is_some_and(Slot::is_open);
            if is_open && field == OWN {
                self.slots[index].own = true;
                continue;
            }
            let Some(name) = AttributeName::parse(field).filter(|_| is_open) else {
                continue;
            };
            if name.form() == TAG {
                if !self.has_field(TAG) {
                    self.give(index, TAG.to_owned(), AttributeId::TAG);
                }
            } else {
                let id = self.extended.id_of(&name);
                if !self.taken.contains_key(&id) {
                    let field = self.find_field(&name);
                    self.extended = self.extended.with([&name]);
                    self.give(index, field, id);
                }
            }
        }
    }

    fn give(&mut self, index: usize, field: String, id: AttributeId) {
        self.slots[index].field = Some(field);
        self.taken.insert(id, Some(index));
    }

    /// Gives the field to the first column that has the first of `names` that any has, unless the
    /// user chose one.
    fn claim(&mut self, field: &str, id: AttributeId, names: impl IntoIterator<Item = &'static str>) {
        let mut names = names.into_iter();
        if self.has_field(field) {
            return;
        }
        if let Some(column) = names.find_map(|name| self.find_unnamed(name)) {
            self.give(column, field.to_owned(), id);
        }
    }

    /// The first column of that name that has no field yet, and is no attribute of the register's
    /// own.
    fn find_unnamed(&self, name: &str) -> Option<usize> {
        let sought = squash(name);
        let mut unnamed = (0..self.headers.len()).filter(|column| self.slots[*column].is_open());
        unnamed.find(|column| {
            let header = &self.headers[*column];
            squash(header) == sought && !self.slots[*column].own && !self.is_free(header)
        })
    }

    /// Whether a header is the name of a free attribute that the register has.
    fn is_free(&self, header: &str) -> bool {
        let known = AttributeName::from_header(header);
        let known = known.as_ref().and_then(|name| self.schema.find(name));
        matches!(known, Some(Attribute::Free { .. }))
    }

    /// Gives each column that is left the attribute of its header. Those written as a key come last:
    /// another column's attribute may get that key.
    fn name_rest(&mut self) {
        let open = self.slots.iter().enumerate().filter(|(_, slot)| slot.is_open());
        let mut names: Vec<(usize, String)> = open
            .map(|(index, _)| (index, name_column(&self.headers[index], index)))
            .collect();
        names.sort_by_key(|(_, name)| AttributeKey::parse(name).is_some());
        for (index, name) in names {
            self.take_name(index, &name);
        }
    }

    /// Gives a column a name that no other has: numbered where it is taken, which the column says.
    fn take_name(&mut self, index: usize, base: &str) {
        let first = [base.to_owned()].into_iter();
        let candidates = first.chain((2..).map(|number| number_name(base, number)));
        for name in candidates.filter_map(|name| AttributeName::parse(&name)) {
            let is_tag = name.form() == TAG;
            let id = if is_tag {
                AttributeId::TAG
            } else {
                self.extended.id_of(&name)
            };
            if self.slots[index].own && (is_tag || BuiltIn::find(&name).is_some()) {
                continue;
            }
            match self.taken.get(&id) {
                Some(earlier) => {
                    let slot = &mut self.slots[index];
                    slot.collides_with = slot.collides_with.or(*earlier);
                }
                None => {
                    let field = self.find_field(&name);
                    self.extended = self.extended.with([&name]);
                    return self.give(index, field, id);
                }
            }
        }
    }

    /// The field of a name: a free attribute by its name, as the file that brought it had it.
    fn find_field(&self, name: &AttributeName) -> String {
        match self.schema.find(name) {
            Some(Attribute::BuiltIn(attribute)) => attribute.key.to_owned(),
            Some(Attribute::Free { name, .. }) => name.to_string(),
            None => name.to_string(),
        }
    }

    fn note(&mut self, index: usize, finding: ColumnFinding) {
        let findings = &mut self.slots[index].findings;
        if findings.is_empty() {
            findings.push(finding);
        }
    }

    /// Says of each column which field it could be as well, and whether its header is the name of a
    /// field that is none of the attributes.
    fn note_alternatives(&mut self) {
        let fields = [(TAG, AttributeId::TAG)].into_iter();
        let fields = fields.chain(BUILT_IN.iter().map(|attribute| (attribute.key, attribute.id)));
        for (field, id) in fields.collect::<Vec<_>>() {
            let Some(Some(owner)) = self.taken.get(&id).copied() else {
                continue;
            };
            for index in 0..self.headers.len() {
                let has_other = self.slots[index]
                    .field
                    .as_deref()
                    .is_some_and(|own| !is_standard(own));
                let differs = squash(&self.headers[index]) != squash(&self.headers[owner]);
                if has_other && differs && could_be(&self.headers[index], field) {
                    let (field, column) = (field.to_owned(), owner + 1);
                    self.note(index, ColumnFinding::CouldBe { field, column });
                }
            }
        }
        for index in 0..self.headers.len() {
            if let Some(earlier) = self.slots[index].collides_with {
                self.note(index, ColumnFinding::Repeated { column: earlier + 1 });
            }
            if let Some(key) = self.find_reserved(index) {
                self.note(index, ColumnFinding::Reserved { key });
            }
        }
    }

    /// The key of the attribute that a column is read as, where its header is the name of a field
    /// that is no attribute.
    fn find_reserved(&self, index: usize) -> Option<String> {
        let field = self.slots[index].field.as_deref().filter(|field| *field != TAG)?;
        let header = AttributeName::from_header(&self.headers[index])?;
        let is_reserved = OWN_FIELDS.contains(&header.to_key().as_str());
        let attribute = self.extended.find(&AttributeName::parse(field)?)?;
        (is_reserved && attribute.key() != header.as_str()).then(|| attribute.key().to_owned())
    }

    /// Says of each column of days that they are kept as texts, unless its field is a day.
    fn note_days(&mut self, facts: &[ColumnFacts]) {
        let of_days = facts.iter().enumerate().filter(|(_, facts)| facts.is_of_days());
        for (index, _) in of_days {
            let field = self.slots[index].field.as_deref();
            if field.is_some_and(|field| field != well_known::PURCHASED_ON && field != TAG) {
                self.slots[index].findings.push(ColumnFinding::Days);
            }
        }
    }

    fn into_columns(self) -> Vec<Column> {
        let is_used = |(_, slot): &(usize, Slot)| slot.field.is_some();
        let slots = self.slots.into_iter().enumerate().filter(is_used);
        let columns = slots.enumerate().map(|(number, (index, slot))| Column {
            header: self.headers[index].clone(),
            field: slot.field.unwrap_or_default(),
            position: u32::try_from(index).ok().filter(|_| index != number),
            findings: slot.findings.iter().map(ColumnFinding::to_finding).collect(),
        });
        columns.collect()
    }
}

/// How many cells of a row stand before that of a column.
pub fn find_position(column: &Column, index: usize) -> usize {
    let stored = column.position.map(usize::try_from);
    stored.and_then(Result::ok).unwrap_or(index)
}

/// Whether a field is the tag, or an attribute that every register has.
fn is_standard(field: &str) -> bool {
    field == TAG || well_known::ALL.contains(&field)
}

/// Whether a header is one of the names of the tag or of an attribute that every register has.
fn could_be(header: &str, field: &str) -> bool {
    let sought = squash(header);
    let is_sought = |name: &str| squash(name) == sought;
    let mut built_in = BUILT_IN.iter().filter(|attribute| attribute.key == field);
    (field == TAG && TAG_NAMES.into_iter().any(is_sought))
        || built_in.any(|attribute| attribute.names().any(is_sought))
}

/// The letters and digits of a name: `SerialNumber`, `serial_number` and `Serial number:` are one.
fn squash(name: &str) -> String {
    normal_form(name)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// The name of a column's attribute: its header, or its index where the header is no name.
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
mod tests;
