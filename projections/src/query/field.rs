//! What can be asked of an asset, and how.

use tally_domain::asset::{AttributeKey, well_known};

use super::tree::Operator;

/// What is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    /// A text.
    Text(TextField),
    /// The tag and every attribute.
    Anything,
    /// How the asset stands.
    Status,
    /// Who has it.
    Holder,
    /// By when it should be back.
    Due,
    /// When it entered the register.
    Registered,
    /// When it last changed.
    Updated,
}

/// A field that is a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TextField {
    Tag,
    Name,
    Type,
    Location,
    /// Any other attribute.
    Attribute(AttributeKey),
}

/// The fields that every asset has, as they are offered.
pub(super) const OFFERED: [&str; 10] = [
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

impl Field {
    /// The field called `name`, ignoring case. Jira's own names for the same are understood; any other name is an attribute's, such as
    /// `Serial Number` for `serial_number`. `None` when no attribute can be called so.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name.to_lowercase().as_str() {
            "tag" | "key" => Self::Text(TextField::Tag),
            "status" => Self::Status,
            "holder" => Self::Holder,
            "due" | "due_on" => Self::Due,
            "registered" | "created" => Self::Registered,
            "updated" => Self::Updated,
            "anyattribute" => Self::Anything,
            "label" => Self::Text(TextField::Name),
            "objecttype" => Self::Text(TextField::Type),
            _ => Self::Text(TextField::of(AttributeKey::from_header(name)?)),
        })
    }

    /// Whether it can be asked with `operator`. What has no case is the same as what is equal.
    pub fn has(&self, operator: Operator) -> bool {
        let plain = if operator == Operator::Same {
            Operator::Equal
        } else {
            operator
        };
        self.operators().contains(&plain)
    }

    /// Which operators it has.
    pub fn operators(&self) -> &'static [Operator] {
        use Operator as O;
        match self {
            Self::Text(_) => &O::ALL,
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
    fn of(key: AttributeKey) -> Self {
        match key.as_str() {
            well_known::NAME => Self::Name,
            well_known::TYPE => Self::Type,
            well_known::LOCATION => Self::Location,
            _ => Self::Attribute(key),
        }
    }
}
