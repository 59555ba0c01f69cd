//! A person in an answer.

use std::collections::HashMap;

use serde::Serialize;
use tally_domain::PersonId;
use utoipa::ToSchema;
use uuid::Uuid;

/// What is known of the people in one answer.
pub type KnownPeople = HashMap<PersonId, Person>;

/// A person of the site.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// The person's id in Tally.
    pub person: Uuid,
    /// The account id in Jira; null once the person was erased.
    #[schema(required)]
    pub account_id: Option<String>,
    /// The name in Jira now, or else the last one that is known; null when there is none.
    #[schema(required)]
    pub display_name: Option<String>,
    /// The person's number on this site, which distinguishes erased people.
    #[schema(required)]
    pub number: Option<u64>,
    /// Whether the person was erased.
    pub erased: bool,
}

impl Person {
    /// With what is known of the person.
    pub fn of(id: PersonId, people: &KnownPeople) -> Self {
        people.get(&id).cloned().unwrap_or(Self {
            person: id.0,
            account_id: None,
            display_name: None,
            number: None,
            erased: false,
        })
    }

    /// The person as a value of a filter: the account id, or the person's id once erased.
    pub fn to_value(&self) -> String {
        let account = self.account_id.clone();
        account.unwrap_or_else(|| self.person.to_string())
    }
}
