//! The fields of an asset, and the operators that each supports.

use tally_domain::asset::{AttributeName, well_known};
use tally_domain::schema::{BuiltIn, Schema};
use tally_domain::text::normal_form;

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextField {
    /// The asset's tag, `tag` or `key`.
    Tag,
    /// The attribute `name`, also `label`.
    Name,
    /// The attribute `type`, also `objectType`.
    Type,
    /// The attribute `location`.
    Location,
    /// Any other attribute, by its key or its name.
    Attribute(AttributeName),
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
        .map(|key| {
            if is_reserved(&key) {
                format!("\"{key}\"")
            } else {
                key
            }
        })
        .collect();
    OFFERED.map(str::to_owned).into_iter().chain(others).collect()
}

impl Field {
    /// The field called `name`, ignoring case. Jira's names for the same fields are understood as
    /// well. Any other is the key or the name of an attribute: `Serial Number` is `serial_number`.
    /// `None` if no attribute can have this name.
    pub fn parse(name: &str) -> Option<Self> {
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
            _ => Self::Text(TextField::from_name(AttributeName::parse(name)?)),
        })
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
    fn from_name(name: AttributeName) -> Self {
        match BuiltIn::find(&name).map(|attribute| attribute.key) {
            Some(well_known::NAME) => Self::Name,
            Some(well_known::TYPE) => Self::Type,
            Some(well_known::LOCATION) => Self::Location,
            Some(_) | None => Self::Attribute(name),
        }
    }
}
