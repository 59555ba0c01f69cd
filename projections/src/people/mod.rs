//! The people of a tenant: the account behind each person, the name as Jira gave it last, and a
//! number by which an erased person can still be recognised among others.

mod apply;
mod joined;
mod queries;
mod tables;

use tally_domain::{AccountId, PersonId};
use tally_view_store::ViewName;

pub(crate) use apply::PeopleView;
pub(crate) use joined::{join, read_joined};
pub use queries::{AccountsFound, PeopleList};
pub(crate) use queries::{read_all, select_named};

/// The name under which the checkpoint of this view is kept.
pub const NAME: ViewName = ViewName::new("people");

/// One person of a tenant.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// The person's id.
    pub id: PersonId,
    /// The person's number within the tenant: 1 for the first one who became known.
    pub number: u64,
    /// The account; `None` once the person was erased.
    pub account: Option<AccountId>,
    /// The name; `None` before Jira has given one, and once the person was erased.
    pub name: Option<String>,
}

impl PersonRow {
    /// Whether the person was erased.
    pub fn is_erased(&self) -> bool {
        self.account.is_none()
    }
}
