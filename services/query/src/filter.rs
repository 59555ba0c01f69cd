//! What is asked of a store of assets.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use tally_domain::PersonId;
use tally_domain::asset::AssetStatus;

use crate::tree::AssetQuery;

/// Conditions on assets, which must all hold: a typed tree, and beside it a search text and a
/// choice of values for each facet. The choices are apart, because a facet's counts ignore its own choice.
/// The default has no condition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// A search text. Each of its words must occur in the tag, in an attribute's value or in the
    /// holder's name, in their normal forms.
    pub q: Option<String>,
    /// The attribute `type` is one of these, ignoring case; any, if there are none. So for the next.
    pub asset_type: Vec<String>,
    /// The asset's status.
    pub status: Vec<AssetStatus>,
    /// The holder.
    pub holder: Vec<HeldBy>,
    /// The attribute `location`, ignoring case.
    pub location: Vec<String>,
    /// A query in the query language.
    pub query: Option<CallerQuery>,
}

/// A query together with what its functions depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerQuery {
    /// The query, whose functions are not resolved.
    pub query: AssetQuery,
    /// The person that `currentUser()` stands for; `None` if the caller is none that is known, and
    /// so holds nothing.
    pub caller: Option<PersonId>,
    /// The people that the query names, by the text as it was written. A text that is no person's
    /// finds nothing.
    pub people: HashMap<String, PersonId>,
    /// The present. In a state of the past `now()` stands for the instant of that state instead.
    pub now: DateTime<Utc>,
}

impl CallerQuery {
    /// The person that the value of a condition on a person names; `None` there is the caller.
    pub fn person(&self, written: Option<&String>) -> Option<PersonId> {
        match written {
            Some(text) => self.people.get(text).copied(),
            None => self.caller,
        }
    }
}

/// Whose assets a filter finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldBy {
    /// Those of this person.
    Person(PersonId),
    /// None: the account that was given is no person's of the tenant.
    Unknown,
}

impl HeldBy {
    /// From the person that was found behind an account.
    pub fn of(found: Option<PersonId>) -> Self {
        found.map_or(Self::Unknown, Self::Person)
    }
}
