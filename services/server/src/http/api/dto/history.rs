//! The history of an asset.

use chrono::{DateTime, Utc};
use serde::Serialize;
use tally_domain::asset::FieldChange;
use tally_domain::schema::Schema;
use utoipa::ToSchema;
use uuid::Uuid;

use super::asset::name_attribute;
use super::words::WayIn;
use super::{AsOf, KnownPeople, Person};

/// The person or system that acted.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Actor {
    /// The id of the person in Tally; null where no person acted.
    #[schema(required)]
    pub person: Option<Uuid>,
    /// The account id of the person; null where no person acted, or the person was erased.
    #[schema(required)]
    pub account_id: Option<String>,
    /// The name in Jira now, or else the last one that is known; null when there is none.
    #[schema(required)]
    pub display_name: Option<String>,
    /// The person's number on this site; null where no person acted.
    #[schema(required)]
    pub number: Option<u64>,
    /// Whether the person was erased.
    pub erased: bool,
    /// The way in: `user`, `import`, `platform`, `app` or `operator`.
    #[schema(value_type = WayIn)]
    pub via: &'static str,
}

impl Actor {
    fn of(actor: &tally_domain::Actor, people: &KnownPeople) -> Self {
        let person = actor.person.map(|person| Person::of(person, people));
        Self {
            person: actor.person.map(|person| person.0),
            number: person.as_ref().and_then(|person| person.number),
            erased: person.as_ref().is_some_and(|person| person.erased),
            account_id: person.as_ref().and_then(|person| person.account_id.clone()),
            display_name: person.and_then(|person| person.display_name),
            via: actor.via.as_str(),
        }
    }
}

/// A field before and after.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// An attribute's key, or `tag`, `status`, `holder`, `due_on`.
    pub field: String,
    /// The value before; null when there was none. A holder is an account id; of one who was erased,
    /// the id in Tally.
    #[schema(required)]
    pub from: Option<String>,
    /// The value after; null when there is none.
    #[schema(required)]
    pub to: Option<String>,
    /// The name of the holder before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_display_name: Option<String>,
    /// The name of the holder after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_display_name: Option<String>,
    /// The holder before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_person: Option<Person>,
    /// The holder after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_person: Option<Person>,
}

impl Change {
    fn of(change: FieldChange, people: &KnownPeople, schema: &Schema) -> Self {
        let person = |value: &Option<String>| {
            let holder = value.as_ref().filter(|_| change.field == FieldChange::HOLDER)?;
            Some(Person::of(holder.parse().ok()?, people))
        };
        let (from_person, to_person) = (person(&change.from), person(&change.to));
        let name = |person: &Option<Person>| person.as_ref().and_then(|person| person.display_name.clone());
        Self {
            field: match change.attribute() {
                Some(id) => name_attribute(id, schema),
                None => change.field,
            },
            from: from_person.as_ref().map(Person::to_value).or(change.from),
            to: to_person.as_ref().map(Person::to_value).or(change.to),
            from_display_name: name(&from_person),
            to_display_name: name(&to_person),
            from_person,
            to_person,
        }
    }
}

/// One event of an asset.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// The version of the asset that the event made.
    pub revision: u64,
    /// The type of the event.
    #[serde(rename = "type")]
    #[schema(example = "asset.checked_out")]
    pub event_type: String,
    /// The time at which it was recorded.
    pub at: DateTime<Utc>,
    /// The time since which it is true, where that is another one.
    #[schema(required)]
    pub effective_at: Option<DateTime<Utc>>,
    /// The person or system that acted.
    pub actor: Actor,
    /// The fields that changed.
    pub changes: Vec<Change>,
    /// The note that was given with it.
    #[schema(required)]
    pub note: Option<String>,
    /// The reason that was given for it.
    #[schema(required)]
    pub reason: Option<String>,
    /// The id of the HTTP request, as in the logs.
    #[schema(required)]
    pub request_id: Option<String>,
}

impl HistoryEntry {
    /// From an entry of the view, with what is known of the people.
    pub fn of(entry: tally_projections::HistoryEntry, people: &KnownPeople, schema: &Schema) -> Self {
        Self {
            revision: entry.revision,
            event_type: entry.event_type,
            at: entry.at,
            effective_at: entry.effective_at,
            actor: Actor::of(&entry.actor, people),
            changes: entry
                .changes
                .into_iter()
                .map(|change| Change::of(change, people, schema))
                .collect(),
            note: entry.note,
            reason: entry.reason,
            request_id: entry.request.map(|id| id.to_string()),
        }
    }
}

/// A page of an asset's history, newest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryPage {
    /// The events of this page.
    pub items: Vec<HistoryEntry>,
    /// The cursor of the next page; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
    /// The state of the past that this is; absent for the current one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<AsOf>,
}
