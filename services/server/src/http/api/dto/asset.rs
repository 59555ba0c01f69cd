//! Assets and what can be done with them.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use tally_projections::{AssetRow, Facet, Facets};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Person;
use super::Names;

/// An asset.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Asset {
    /// Its id, for good.
    pub id: Uuid,
    /// What people call it by: 1 to 64 characters of `A-Z a-z 0-9 . _ / -`, unique within the site ignoring case.
    #[schema(example = "A-000042")]
    pub tag: String,
    /// Where it stands: `in_stock`, `checked_out` or `retired`.
    #[schema(value_type = Status)]
    pub status: &'static str,
    /// Who has it.
    #[schema(required)]
    pub holder: Option<Person>,
    /// The day by which it should be back.
    #[schema(required)]
    pub due_on: Option<NaiveDate>,
    /// What is said of it, by key. `name` is always there.
    pub attributes: BTreeMap<String, String>,
    /// When it entered the register.
    pub registered_at: DateTime<Utc>,
    /// When something about it changed last.
    pub updated_at: DateTime<Utc>,
    /// Which of its versions this is; also the answer's ETag.
    pub revision: u64,
}

/// Where an asset stands.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "names the words for the document")]
pub enum Status {
    /// With nobody.
    InStock,
    /// With a person.
    CheckedOut,
    /// Out of use.
    Retired,
}

impl Asset {
    /// From its row.
    pub fn of(row: &AssetRow, names: &Names) -> Self {
        Self {
            id: row.id.0,
            tag: row.tag.to_string(),
            status: row.status.as_str(),
            holder: row.holder.as_ref().map(|holder| Person::of(holder, names)),
            due_on: row.due_on,
            attributes: row
                .attributes
                .iter()
                .map(|(key, value)| (key.to_string(), value.to_owned()))
                .collect(),
            registered_at: row.registered_at,
            updated_at: row.updated_at,
            revision: row.revision,
        }
    }
}

/// A page of assets.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssetPage {
    /// The assets.
    pub items: Vec<Asset>,
    /// Where the next page begins; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// How many assets there are.
#[derive(Serialize, ToSchema)]
pub struct AssetCount {
    /// How many match.
    pub total: u64,
}

/// A value and how many assets have it.
#[derive(Serialize, ToSchema)]
pub struct FacetValue {
    /// The value.
    pub value: String,
    /// How many.
    pub count: u64,
}

/// A person and how many assets they have.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonFacetValue {
    /// The Atlassian account.
    pub value: String,
    /// What Jira calls them now.
    #[schema(required)]
    pub display_name: Option<String>,
    /// How many.
    pub count: u64,
}

/// What a facet's list does not count.
#[derive(Serialize, ToSchema)]
pub struct WithoutFacet {
    /// Assets without a value.
    pub without: u64,
    /// Assets whose value is not among the 200 most frequent.
    pub beyond: u64,
}

/// What the lists do not count, so that each adds up to the total.
#[derive(Serialize, ToSchema)]
pub struct UncountedFacets {
    /// By type.
    #[serde(rename = "type")]
    pub asset_type: WithoutFacet,
    /// By location.
    pub location: WithoutFacet,
    /// By holder.
    pub holder: WithoutFacet,
}

/// How many assets have which values, the most frequent first. Each list leaves the filter on its own field aside.
#[derive(Serialize, ToSchema)]
pub struct AssetFacets {
    /// By status.
    pub status: Vec<FacetValue>,
    /// By type.
    #[serde(rename = "type")]
    pub asset_type: Vec<FacetValue>,
    /// By location.
    pub location: Vec<FacetValue>,
    /// By holder.
    pub holder: Vec<PersonFacetValue>,
    /// What the lists do not count.
    pub uncounted: UncountedFacets,
}

impl AssetFacets {
    /// From the view's.
    pub fn of(facets: Facets, names: &Names) -> Self {
        let uncounted = UncountedFacets {
            asset_type: uncounted(&facets.asset_type),
            location: uncounted(&facets.location),
            holder: uncounted(&facets.holder),
        };
        let person = |found: tally_projections::FacetValue| {
            let account = tally_domain::AccountId::parse(&found.value);
            let display_name = account.and_then(|account| names.get(&account).cloned());
            PersonFacetValue {
                value: found.value,
                display_name,
                count: found.count,
            }
        };
        Self {
            status: values(facets.status),
            asset_type: values(facets.asset_type),
            location: values(facets.location),
            holder: facets.holder.values.into_iter().map(person).collect(),
            uncounted,
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

fn uncounted(facet: &Facet) -> WithoutFacet {
    WithoutFacet {
        without: facet.without,
        beyond: facet.beyond,
    }
}

/// An asset to register.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterAsset {
    /// Its tag; one is allotted when it is absent or blank.
    #[serde(default)]
    pub tag: Option<String>,
    /// What is said of it. `name` is needed; a null or blank value is as good as absent.
    pub attributes: BTreeMap<String, Option<String>>,
}

/// Attributes to change.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditAsset {
    /// The new values by key; null takes an attribute away.
    pub set: BTreeMap<String, Option<String>>,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Whom an asset goes to.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HandOver {
    /// The Atlassian account.
    pub to: String,
    /// The day by which it should be back.
    #[serde(default)]
    pub due_on: Option<NaiveDate>,
    /// A remark.
    #[serde(default)]
    pub note: Option<String>,
}

/// An asset that comes back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckIn {
    /// A remark.
    #[serde(default)]
    pub note: Option<String>,
}

/// Something done for a reason.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithReason {
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
}

/// What had been wrong, and since when.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CorrectAsset {
    /// The right values by key; null takes an attribute away.
    pub set: BTreeMap<String, Option<String>>,
    /// Since when they are right; not in the future, and not before the asset was registered.
    pub effective_at: DateTime<Utc>,
    /// Why.
    pub reason: String,
}
