//! The fields of an asset, and the operators that each supports.

use strsim::osa_distance;
use tally_domain::asset::{AttributeId, AttributeName};
use tally_domain::schema::{Attribute, CommonField, Kind, Schema, common_names, find_common_field};
use tally_domain::text::{letters_and_digits, normal_form};

use crate::keyword::is_reserved;
use crate::operator::Operator;

/// A field of an asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// A field that is a text.
    Text(TextField),
    /// The tag and every attribute.
    Anything,
    /// The status of the asset, by its word.
    Status,
    /// The account of the holder.
    Holder,
    /// The due day, `due` or `due_on`.
    Due,
    /// The time of registration.
    Registered,
    /// The time of the last change.
    Updated,
}

/// A field that is a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextField {
    /// The asset's tag, `tag` or `key`.
    Tag,
    /// The attribute `name`, also `label`.
    Name,
    /// The attribute `type`, also `objectType`.
    Type,
    /// The attribute `location`.
    Location,
    /// The attribute `price`, whose amounts are compared as numbers.
    Price,
    /// Any other attribute whose values are days.
    Day(AttributeId),
    /// Any other attribute.
    Attribute(AttributeId),
}

/// The fields that every asset has, in the order in which they are offered.
const OFFERED: [&str; 10] = [
    "tag",
    "name",
    "type",
    "status",
    "holder",
    "location",
    "due",
    "registered",
    "updated",
    "anyAttribute",
];

/// The fields of a register, in the order in which they are offered: those that every asset has,
/// then its other attributes by key.
pub(crate) fn offered_fields(schema: &Schema) -> Vec<String> {
    let attributes = schema.attributes();
    let others: Vec<String> = attributes
        .map(|attribute| attribute.key().to_owned())
        .filter(|key| !OFFERED.contains(&key.as_str()))
        .map(as_written)
        .collect();
    OFFERED.map(str::to_owned).into_iter().chain(others).collect()
}

impl Field {
    /// The field called `name`: by the words of the language, by the key or the name of an attribute
    /// of the register, else by what pages and files call the fields of every asset. `None` if the
    /// register has no such field.
    pub fn find(name: &str, schema: &Schema) -> Option<Self> {
        if let Some(own) = Self::of_own_name(name) {
            return Some(own);
        }
        let named = AttributeName::parse(name);
        let attribute = named.as_ref().and_then(|name| schema.find(name));
        attribute
            .map(|attribute| Self::Text(TextField::of(attribute.id(), attribute.kind())))
            .or_else(|| find_common_field(name).map(Self::of_common))
    }

    /// The field of a word of the language. Jira's names for the same fields are words as well.
    fn of_own_name(name: &str) -> Option<Self> {
        Some(match normal_form(name).as_str() {
            "tag" | "key" => Self::Text(TextField::Tag),
            "status" => Self::Status,
            "holder" => Self::Holder,
            "due" | "due_on" => Self::Due,
            "registered" | "created" => Self::Registered,
            "updated" => Self::Updated,
            "anyattribute" => Self::Anything,
            "label" => Self::Text(TextField::Name),
            "objecttype" => Self::Text(TextField::Type),
            _ => return None,
        })
    }

    fn of_common(field: CommonField) -> Self {
        match field {
            CommonField::Tag => Self::Text(TextField::Tag),
            CommonField::Status => Self::Status,
            CommonField::Holder => Self::Holder,
            CommonField::Due => Self::Due,
            CommonField::Registered => Self::Registered,
            CommonField::Updated => Self::Updated,
            CommonField::Attribute(attribute) => Self::Text(TextField::of(attribute.id, attribute.kind)),
        }
    }

    /// Whether it supports `operator`. For a value without case `==` means the same as `=`.
    pub fn supports(&self, operator: Operator) -> bool {
        let plain = if operator == Operator::Same {
            Operator::Equal
        } else {
            operator
        };
        self.operators().contains(&plain)
    }

    /// The operators that it supports, in the order in which they are offered.
    pub fn operators(&self) -> &'static [Operator] {
        use Operator as O;
        match self {
            Self::Text(_) => O::ALL,
            Self::Anything => &[O::Like, O::NotLike],
            Self::Status => &[O::Equal, O::Different, O::In, O::NotIn],
            Self::Holder => &[O::Equal, O::Different, O::In, O::NotIn, O::Empty, O::NotEmpty],
            Self::Due => &[
                O::Equal,
                O::Different,
                O::Less,
                O::AtMost,
                O::More,
                O::AtLeast,
                O::In,
                O::NotIn,
                O::Empty,
                O::NotEmpty,
            ],
            Self::Registered | Self::Updated => {
                &[O::Equal, O::Different, O::Less, O::AtMost, O::More, O::AtLeast]
            }
        }
    }
}

impl TextField {
    fn of(id: AttributeId, kind: Kind) -> Self {
        match (id, kind) {
            (AttributeId::NAME, _) => Self::Name,
            (AttributeId::TYPE, _) => Self::Type,
            (AttributeId::LOCATION, _) => Self::Location,
            (AttributeId::PRICE, _) => Self::Price,
            (id, Kind::Date) => Self::Day(id),
            (id, Kind::Text | Kind::LongText | Kind::Price) => Self::Attribute(id),
        }
    }
}

/// The name of a field of the register that `name` was probably meant to be, as a query has it.
pub(crate) fn find_similar_name(name: &str, schema: &Schema) -> Option<String> {
    let sought = letters_and_digits(name);
    let length = sought.chars().count();
    let allowed = (length / 3).clamp(1, 3);
    let free = schema.attributes().flat_map(|attribute| match attribute {
        Attribute::BuiltIn(_) => vec![],
        Attribute::Free { key, name, .. } => vec![key.to_string(), name.to_string()],
    });
    let common = common_names().map(|(name, _)| name.to_owned());
    let offered = OFFERED.map(str::to_owned).into_iter();
    let near = offered.chain(free).chain(common).filter_map(|known| {
        let distance = osa_distance(&letters_and_digits(&known), &sought);
        (distance <= allowed && distance < length).then_some((distance, known))
    });
    near.min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| as_written(known))
}

/// The name of a field as it is written in a query.
fn as_written(name: String) -> String {
    let is_word = name.chars().all(|c| c.is_alphanumeric() || "_-".contains(c));
    if is_word && !is_reserved(&name) {
        name
    } else {
        format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
    }
}
