//! Assets, and the requests that change them.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use tally_domain::asset::AttributeId;
use tally_domain::schema::Schema;
use tally_domain::value::parse_iso_day;
use tally_projections::AssetRow;
use tally_query::{Facet, Facets};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{AsOf, KnownPeople, Person};

/// An asset as it is, or as it was recorded at a time.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Asset {
    /// The asset's id, which never changes.
    pub id: Uuid,
    /// The number of the asset in the register. Every asset has one, also one with a tag of its own.
    pub number: u64,
    /// What people call the asset by: 1 to 64 characters of `A-Z a-z 0-9 . _ / -`, unique within
    /// the site ignoring case.
    #[schema(example = "A-000042")]
    pub tag: String,
    /// The asset's status: `in_stock`, `checked_out` or `retired`.
    #[schema(value_type = Status)]
    pub status: &'static str,
    /// The person who holds the asset; null when no one does.
    #[schema(required)]
    pub holder: Option<Person>,
    /// The day on which the holder is expected to return the asset.
    #[schema(required)]
    pub due_on: Option<NaiveDate>,
    /// The attributes by key. `name` is always there.
    pub attributes: BTreeMap<String, String>,
    /// The time at which the asset entered the register.
    pub registered_at: DateTime<Utc>,
    /// The time of its last change.
    pub updated_at: DateTime<Utc>,
    /// The version of the asset, from 0; also the answer's ETag.
    pub revision: u64,
    /// The state of the past that this is; absent for the current one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<AsOf>,
}

/// The status of an asset.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "names the words for the document")]
pub enum Status {
    /// No one holds it.
    InStock,
    /// A person holds it.
    CheckedOut,
    /// It is out of use.
    Retired,
}

impl Asset {
    /// From a row of the view, with what is known of the people.
    pub fn of(row: &AssetRow, people: &KnownPeople, schema: &Schema) -> Self {
        Self {
            id: row.id.0,
            number: row.number,
            tag: row.tag.to_string(),
            status: row.status.as_str(),
            holder: row.holder.map(|holder| Person::of(holder, people)),
            due_on: row.due_on,
            attributes: row
                .attributes
                .iter()
                .map(|(id, value)| (name_attribute(*id, schema), value.clone()))
                .collect(),
            registered_at: row.registered_at,
            updated_at: row.updated_at,
            revision: row.revision,
            as_of: None,
        }
    }
}

/// The key of an attribute. The view of the schema has every attribute before an asset has it.
pub(super) fn name_attribute(id: AttributeId, schema: &Schema) -> String {
    schema.key_of(id).map_or_else(|| id.to_string(), str::to_owned)
}

/// A page of assets.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssetPage {
    /// The assets of this page.
    pub items: Vec<Asset>,
    /// The cursor of the next page; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
    /// The state of the past that this is; absent for the current one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<AsOf>,
}

/// A number of assets.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssetCount {
    /// The number of assets that match.
    pub total: u64,
    /// The state of the past that this is; absent for the current one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<AsOf>,
}

/// A value and how many assets have it.
#[derive(Serialize, ToSchema)]
pub struct FacetValue {
    /// A value of the field.
    pub value: String,
    /// The number of assets that have it.
    pub count: u64,
}

/// A person and how many assets they have.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonFacetValue {
    /// The account id of the holder; of one who was erased, the id in Tally.
    pub value: String,
    /// The holder.
    #[serde(flatten)]
    pub holder: Person,
    /// The number of assets that have it.
    pub count: u64,
}

/// The assets that a facet's list does not count.
#[derive(Serialize, ToSchema)]
pub struct WithoutFacet {
    /// Assets without a value.
    pub without: u64,
    /// Assets whose value is not among the 200 most frequent.
    pub beyond: u64,
}

/// The assets that the lists do not count, so that each adds up to the total.
#[derive(Serialize, ToSchema)]
pub struct UncountedFacets {
    /// The assets by type.
    #[serde(rename = "type")]
    pub asset_type: WithoutFacet,
    /// The assets by location.
    pub location: WithoutFacet,
    /// The assets by holder.
    pub holder: WithoutFacet,
}

/// How many assets have which values, the most frequent first. Each list ignores the filter on its
/// own field.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssetFacets {
    /// The assets by status.
    pub status: Vec<FacetValue>,
    /// The assets by type.
    #[serde(rename = "type")]
    pub asset_type: Vec<FacetValue>,
    /// The assets by location.
    pub location: Vec<FacetValue>,
    /// The assets by holder.
    pub holder: Vec<PersonFacetValue>,
    /// The assets that the lists do not count.
    pub uncounted: UncountedFacets,
    /// The state of the past that this is; absent for the current one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<AsOf>,
}

impl AssetFacets {
    /// From the facets of the view, with what is known of the people.
    pub fn of(facets: Facets, people: &KnownPeople) -> Self {
        let uncounted = UncountedFacets {
            asset_type: count_rest(&facets.asset_type),
            location: count_rest(&facets.location),
            holder: count_rest(&facets.holder),
        };
        let person = |found: tally_query::FacetValue| {
            let holder = Person::of(found.value.parse().ok()?, people);
            Some(PersonFacetValue {
                value: holder.to_value(),
                holder,
                count: found.count,
            })
        };
        Self {
            status: values(facets.status),
            asset_type: values(facets.asset_type),
            location: values(facets.location),
            holder: facets.holder.values.into_iter().filter_map(person).collect(),
            uncounted,
            as_of: None,
        }
    }
}

fn values(facet: Facet) -> Vec<FacetValue> {
    facet
        .values
        .into_iter()
        .map(|found| FacetValue {
            value: found.value,
            count: found.count,
        })
        .collect()
}

fn count_rest(facet: &Facet) -> WithoutFacet {
    WithoutFacet {
        without: facet.without,
        beyond: facet.beyond,
    }
}

/// An asset to register.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterAsset {
    /// The asset's tag; one is allotted when it is absent or blank.
    #[serde(default)]
    pub tag: Option<String>,
    /// The attributes by key or name. `name` is needed; a null or blank value counts as absent.
    pub attributes: BTreeMap<String, Option<String>>,
}

/// Attributes of an asset to change.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditAsset {
    /// The new values by key or name; null removes an attribute.
    pub set: BTreeMap<String, Option<String>>,
    /// The reason, for the asset's history.
    #[serde(default)]
    pub reason: Option<String>,
}

/// The person that an asset goes to.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HandOver {
    /// The account id of that person, or the id of that person in Tally. A UUID is the id of a person
    /// only, who has to be known and not erased.
    pub to: String,
    /// The day on which the holder is expected to return the asset.
    #[serde(default, deserialize_with = "read_day")]
    pub due_on: Option<NaiveDate>,
    /// A note for the asset's history.
    #[serde(default)]
    pub note: Option<String>,
}

/// Reads a day whose year has four digits: days are ordered as their texts are.
fn read_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else {
        return Ok(None);
    };
    let day = parse_iso_day(&text);
    day.map(Some)
        .ok_or_else(|| D::Error::custom("expected a day such as 2026-01-31"))
}

/// The return of an asset.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckIn {
    /// A note for the asset's history.
    #[serde(default)]
    pub note: Option<String>,
}

/// A change with an optional reason.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithReason {
    /// The reason, for the asset's history.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A correction of what was recorded wrongly.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CorrectAsset {
    /// The right values by key or name; null removes an attribute.
    pub set: BTreeMap<String, Option<String>>,
    /// The time since which they are right: not in the future, and not before the asset was
    /// registered.
    pub effective_at: DateTime<Utc>,
    /// The reason, for the asset's history.
    pub reason: String,
}
