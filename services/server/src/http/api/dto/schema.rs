//! The schema of a register.

use serde::Serialize;
use tally_domain::schema::{self, Kind};
use utoipa::ToSchema;
use uuid::Uuid;

/// Which attributes the assets of a register can have.
#[derive(Serialize, ToSchema)]
pub struct Schema {
    /// The attributes, in the order in which a form shows them.
    pub attributes: Vec<Attribute>,
}

/// An attribute of a register.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Attribute {
    /// The attribute's id, which never changes.
    pub id: Uuid,
    /// The key by which an asset has its value.
    #[schema(example = "purchased_on")]
    pub key: String,
    /// The name: of a free attribute as it was first written, of a built-in one in English.
    #[schema(example = "Purchased on")]
    pub name: String,
    /// The names by which people know it.
    pub names: AttributeNames,
    /// `text`, `long_text`, `date` or `price`.
    #[schema(value_type = AttributeKind)]
    pub kind: &'static str,
    /// Whether every asset has a value of it.
    pub required: bool,
    /// Whether a list can be ordered by it.
    pub sortable: bool,
    /// Whether assets are counted and filtered by its values.
    pub facet: bool,
    /// Whether every register has it; otherwise a command added it to this one.
    pub built_in: bool,
}

/// The names of an attribute, by language.
#[derive(Serialize, ToSchema)]
pub struct AttributeNames {
    /// The name in English.
    pub en: String,
    /// The name in German.
    pub de: String,
}

/// What the values of an attribute are.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "names the words for the document")]
pub enum AttributeKind {
    /// A text of one line.
    Text,
    /// A text of several lines.
    LongText,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// A price as it was written.
    Price,
}

impl Schema {
    /// From the view.
    pub fn of(schema: &schema::Schema) -> Self {
        Self {
            attributes: schema.attributes().map(|a| Attribute::of(&a)).collect(),
        }
    }
}

impl Attribute {
    fn of(attribute: &schema::Attribute<'_>) -> Self {
        let kind: Kind = attribute.kind();
        let (names, built_in) = match attribute {
            schema::Attribute::BuiltIn(known) => (AttributeNames::of(known.en, known.de), true),
            schema::Attribute::Free { name, .. } => (AttributeNames::of(name.as_str(), name.as_str()), false),
        };
        Self {
            id: attribute.id().0,
            key: attribute.key().to_owned(),
            name: names.en.clone(),
            names,
            kind: kind.as_str(),
            required: attribute.is_required(),
            sortable: attribute.is_sortable(),
            facet: attribute.is_facet(),
            built_in,
        }
    }
}

impl AttributeNames {
    fn of(en: &str, de: &str) -> Self {
        Self {
            en: en.to_owned(),
            de: de.to_owned(),
        }
    }
}
